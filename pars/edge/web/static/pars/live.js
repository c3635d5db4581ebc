// Keeps the board fresh: a hint from the server makes the page ask again for its own address, and permission is decided then.
// A row keeps its place while it is being read: what changed is written into it, what came or went waits for "Show".
// Without JavaScript the page is as complete; it only has to be loaded again by hand.
(() => {
  "use strict";
  const bar = document.querySelector("[data-live]");
  if (!bar || !window.EventSource) return;
  const state = bar.querySelector(".state"), pause = bar.querySelector("[data-pause]"), show = bar.querySelector("[data-show]");
  const MINUTE = 60000, HIDDEN_FOR = 10 * MINUTE;
  let source = null, paused = false, asking = null, fresh = null, lostAt = null, hiddenSince = null;
  const clock = () => new Date().toLocaleTimeString("en-GB", { timeZone: bar.dataset.zone });
  const say = (kind, words) => { bar.dataset.live = kind; if (state.textContent !== words) state.textContent = words; };
  const lost = () => { lostAt ??= clock(); say("lost", `Not live since ${lostAt}. Trying again.`); };
  const rows = (root) => new Map([...root.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));

  async function ask() {
    asking = null;
    if (paused) return;
    try {
      const reply = await fetch(location.href, { headers: { "X-Live": "1" }, credentials: "same-origin", redirect: "error" });
      if (!reply.ok) throw new Error(String(reply.status));
      take(new DOMParser().parseFromString(await reply.text(), "text/html"));
      lostAt = null;
      say("on", `Live. Updated ${clock()}`);
    } catch { lost(); }
  }

  function take(page) {
    fresh = page;
    swap("tally");
    const now = rows(page), here = rows(document);
    let came = 0, left = 0;
    for (const [id, row] of here) {
      const newer = now.get(id);
      if (!newer) { left += 1; continue; }
      const changed = newer.dataset.version !== row.dataset.version;
      for (const cell of row.querySelectorAll("[data-cell]")) {
        const other = newer.querySelector(`[data-cell="${cell.dataset.cell}"]`);
        if (other && other.innerHTML !== cell.innerHTML && !cell.contains(document.activeElement)) {
          cell.innerHTML = other.innerHTML;
          cell.className = other.className;
        }
      }
      if (changed) {
        row.dataset.version = newer.dataset.version;
        row.classList.add("changed");
        row.querySelector('[data-cell="waiting"]')?.insertAdjacentHTML("beforeend", `<span class="sub">changed ${clock()}</span>`);
      }
    }
    for (const id of now.keys()) if (!here.has(id)) came += 1;
    const parts = [came && `${came} new`, left && `${left} gone`].filter(Boolean);
    show.hidden = !parts.length;
    show.textContent = `${parts.join(", ")} – show`;
  }

  function swap(id) {
    const old = document.getElementById(id), newer = fresh?.getElementById(id);
    if (old && newer && old.outerHTML !== newer.outerHTML && !old.contains(document.activeElement)) old.replaceWith(newer.cloneNode(true));
  }

  function soon() { asking ??= setTimeout(ask, 300 + Math.random() * 500); }

  function open() {
    source = new EventSource(bar.dataset.source);
    source.addEventListener("open", () => { if (lostAt) soon(); else say("on", `Live since ${clock()}`); });
    source.addEventListener("hint", (event) => { if (JSON.parse(event.data).topic === bar.dataset.topic) soon(); });
    source.addEventListener("reset", soon);
    source.addEventListener("closed", () => { source.close(); say("lost", "You may listen no longer. Load the page again."); });
    source.addEventListener("error", lost);
  }

  show.addEventListener("click", () => {
    const old = document.getElementById("people"), newer = fresh?.getElementById("people");
    if (old && newer) old.replaceWith(newer.cloneNode(true));
    show.hidden = true;
    document.querySelector("#people a")?.focus({ preventScroll: true });
  });
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (paused) say("off", `Paused at ${clock()}`); else soon();
  });
  document.addEventListener("visibilitychange", () => { hiddenSince = document.hidden ? Date.now() : null; if (!document.hidden && !source) { open(); soon(); } });
  setInterval(() => {
    if (hiddenSince && Date.now() - hiddenSince > HIDDEN_FOR) { source?.close(); source = null; } else if (!document.hidden && source) soon();
  }, MINUTE);
  pause.hidden = false;
  open();
})();
