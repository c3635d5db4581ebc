// Keeps the board fresh: a hint from the server makes the page ask for what is new beside what it has, and permission is decided then.
// It names each person with the version it shows, and not while nobody can see the page. The hints come in turns of more than a
// second, to each page at another time.
// No row jumps: what changed is written into its row with a mark, what came or went waits for "show".
// Without JavaScript the page is as complete; it says how old it is and offers to load again.
(() => {
  "use strict";
  const bar = document.querySelector("[data-live]");
  if (!bar || !window.EventSource) return;
  const $ = (wanted, root = document) => root.querySelector(wanted);
  const state = $(".state", bar), pause = $("[data-pause]", bar), show = $("[data-show]", bar), updated = $("[data-updated]", bar);
  const token = $("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const SECOND = 1000, MINUTE = 60 * SECOND, HIDDEN_FOR = 10 * MINUTE, SILENT_FOR = 40 * SECOND;
  const known = new Map(), fresh = new Map(), gone = new Set();
  let source = null, paused = false, timer = null, asking = false, again = false, asked = 0;
  let lostAt = null, heard = 0, hiddenSince = null, everything = false, over = false;

  const clock = (seconds) =>
    new Date().toLocaleTimeString("en-GB", { timeZone: bar.dataset.zone, hour: "2-digit", minute: "2-digit", second: seconds && "2-digit" });
  const about = (row) => ({ version: Number(row.dataset.version), desks: row.dataset.desks.split(" "), within: "within" in row.dataset, free: "free" in row.dataset });
  const drawn = new WeakMap();
  for (const row of document.querySelectorAll("[data-row]")) { known.set(row.dataset.row, about(row)); drawn.set(row, Date.now()); }
  for (const other of bar.dataset.others.split(",").filter(Boolean)) {
    const [id, version, within, free, desks] = other.split(":");
    known.set(id, { version: Number(version), desks: desks.split(" "), within: within === "1", free: free === "1" });
  }

  function say(kind, words, reload = false) {
    bar.dataset.live = kind;
    if (state.dataset.says === words) return;
    state.dataset.says = words;
    state.textContent = words;
    if (reload) state.insertAdjacentHTML("beforeend", ' <a href="">Reload</a>');
  }
  function lost() {
    lostAt ??= clock();
    if (!over && !paused) say("lost", `Not live since ${lostAt}. Retrying.`, true);
  }
  function on() {
    lostAt = null;
    if (!paused) say("on", "Live");
  }

  // ------------------------------------------------------------ asking

  const rowOf = (id) => document.getElementById(`row-${id}`)?.closest("[data-row]");
  // A line in view that is older than a minute, or that a limit has overtaken, is asked for again: its hours go on by themselves.
  function old(row) {
    const box = row.getBoundingClientRect();
    const since = drawn.get(row) ?? 0, limit = Number(row.dataset.limit || 0);
    return (limit && limit <= Date.now() && since < limit) || (Date.now() - since > MINUTE && box.bottom > 0 && box.top < innerHeight);
  }
  function named() {
    const found = {};
    for (const [id, { version }] of known) found[id] = version;
    for (const row of document.querySelectorAll("[data-row]:not(.gone)")) if (old(row)) delete found[row.dataset.row];
    return found;
  }
  function soon() {
    if (paused || over) return;
    if (document.hidden || asking) { again = true; return; }
    timer ??= setTimeout(ask, Math.max(0, asked + SECOND - Date.now()));
  }
  async function ask() {
    timer = null;
    if (paused || over) return;
    asking = true;
    again = false;
    const naming = everything ? {} : named(), body = JSON.stringify(naming);
    asked = Date.now();
    try {
      const reply = await fetch(bar.dataset.ask + location.search, {
        method: "POST", credentials: "same-origin", redirect: "error",
        headers: { "X-CSRFToken": token, "Content-Type": "application/json" }, body,
      });
      if (!reply.ok) throw new Error(String(reply.status));
      const came = document.createElement("template");
      came.innerHTML = await reply.text();
      take($("tbody", came.content), Object.keys(naming).length === 0);
      everything = false;
      on();
      updated.textContent = `as of ${clock(true)}`;
    } catch {
      lost();
      setTimeout(soon, 2 * SECOND + Math.random() * 3 * SECOND);
    }
    asking = false;
    if (again) soon();
  }

  // ------------------------------------------------------------ taking

  const passes = (one) => one.within && (!bar.dataset.waiting || one.desks.includes(bar.dataset.waiting));
  function take(came, whole) {
    const left = new Set(came.dataset.gone.split(" ").filter(Boolean)), there = new Set();
    for (const row of came.querySelectorAll("[data-row]")) {
      const id = row.dataset.row, before = known.get(id), one = about(row), here = rowOf(id);
      there.add(id);
      known.set(id, one);
      left.delete(id);
      if (here) {
        write(here, row, before?.version !== one.version);
        if (passes(one)) { gone.delete(id); here.classList.remove("gone"); } else went(id, here);
      } else if (passes(one)) fresh.set(id, row); else fresh.delete(id);
    }
    if (whole) for (const id of known.keys()) if (!there.has(id)) left.add(id);
    for (const id of left) {
      known.delete(id);
      fresh.delete(id);
      const here = rowOf(id);
      if (here) went(id, here);
    }
    tell();
  }
  function went(id, row) {
    if (gone.has(id)) return;
    gone.add(id);
    row.classList.add("gone");
    mark(row, `off this list since ${clock()}`);
  }
  function write(row, newer, changed) {
    const marked = $(".mark", row)?.textContent;
    for (const name of ["version", "desks", "limit", "free"]) {
      if (name in newer.dataset) row.dataset[name] = newer.dataset[name]; else delete row.dataset[name];
    }
    drawn.set(row, Date.now());
    for (const cell of row.querySelectorAll("[data-cell]")) {
      const other = $(`[data-cell="${cell.dataset.cell}"]`, newer);
      if (!other || other.innerHTML === cell.innerHTML) continue;
      const focused = cell.contains(document.activeElement);
      cell.innerHTML = other.innerHTML;
      cell.className = other.className;
      if (focused) $("a", cell)?.focus({ preventScroll: true });
    }
    if (changed) mark(row, `changed ${clock()}`); else if (marked) mark(row, marked);
  }
  function mark(row, words) {
    row.classList.add("changed");
    $(".mark", row)?.remove();
    $('[data-cell="waiting"]', row)?.insertAdjacentHTML("beforeend", `<span class="sub mark">${words}</span>`);
  }
  function tell() {
    for (const link of document.querySelectorAll("#tally [data-desk]")) {
      const desk = link.dataset.desk;
      let count = 0;
      for (const one of known.values()) if (one.within && (desk ? one.desks.includes(desk) : !one.free)) count += 1;
      const place = $(".num", link);
      if (place.textContent !== String(count)) place.textContent = count;
    }
    const parts = [fresh.size && `${fresh.size} new`, gone.size && `${gone.size} gone`].filter(Boolean);
    const words = parts.length ? `${parts.join(", ")} — show` : "";
    show.hidden = !parts.length;
    if (show.textContent !== words) show.textContent = words;
  }

  // ------------------------------------------------------------ listening

  function open() {
    source?.close();
    heard = Date.now();
    source = new EventSource(bar.dataset.source);
    const hear = (name, then) => source.addEventListener(name, (event) => { heard = Date.now(); then(event); });
    hear("open", () => { if (lostAt) soon(); else on(); });
    hear("hint", (event) => { if (JSON.parse(event.data).topic === bar.dataset.topic) soon(); });
    hear("beat", () => { if (lostAt) soon(); });
    hear("reset", () => { everything = true; soon(); });
    hear("closed", () => { over = true; source.close(); say("lost", "You may listen no longer.", true); });
    source.addEventListener("error", () => {
      lost();
      // The browser tries again by itself, except where it was answered with a refusal: then so do we.
      if (source?.readyState === 2 && !over) { source = null; setTimeout(() => { if (!source && !document.hidden) open(); }, 2 * SECOND + Math.random() * 6 * SECOND); }
    });
  }

  show.addEventListener("click", () => {
    const body = $("#people tbody");
    if (!body) { location.reload(); return; }
    for (const id of gone) rowOf(id)?.remove();
    gone.clear();
    let first = null;
    for (const [, row] of [...fresh].sort(([, a], [, b]) => (a.dataset.order < b.dataset.order ? -1 : 1))) {
      const after = [...body.rows].find((other) => other.dataset.order > row.dataset.order);
      body.insertBefore(row, after ?? null);
      drawn.set(row, Date.now());
      mark(row, `new ${clock()}`);
      first ??= row;
    }
    fresh.clear();
    tell();
    ($("a", first ?? body) ?? pause).focus();
  });
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (paused) say("off", `Paused at ${clock()}`); else { if (lostAt) lost(); else say("on", "Live"); soon(); }
  });
  document.addEventListener("visibilitychange", () => {
    hiddenSince = document.hidden ? Date.now() : null;
    if (document.hidden || over) return;
    if (!source) open();
    soon();
  });
  setInterval(() => {
    if (over) return;
    if (hiddenSince !== null && Date.now() - hiddenSince > HIDDEN_FOR) {
      source?.close();
      source = null;
      lostAt ??= clock();
    } else if (source && Date.now() - heard > SILENT_FOR) {
      lost();
      open();
    }
    if (!document.hidden && [...document.querySelectorAll("[data-row]:not(.gone)")].some(old)) soon();
  }, 5 * SECOND);
  addEventListener("pagehide", () => source?.close());
  pause.hidden = false;
  open();
})();
