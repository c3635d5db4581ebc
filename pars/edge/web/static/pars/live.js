// Keeps a page fresh: a hint from the server makes it ask again for its own address. Permission is decided at that question.
// Without JavaScript the page is as complete; it only has to be reloaded by hand.
(() => {
  "use strict";
  const bar = document.querySelector("[data-live]");
  if (!bar || !window.EventSource) return;
  const state = bar.querySelector(".state"), pause = bar.querySelector("button");
  const region = document.getElementById(bar.dataset.region);
  let source = null, paused = false, timer = null, lastId = null;
  const clock = () => new Date().toLocaleTimeString([], { hour12: false });
  const say = (kind, words) => { bar.dataset.live = kind; state.textContent = words; };
  async function refresh() {
    timer = null;
    if (paused || !region) return;
    const inside = region.contains(document.activeElement) ? document.activeElement.id : null;
    try {
      const reply = await fetch(location.href, { headers: { "X-Fragment": region.id }, credentials: "same-origin" });
      if (!reply.ok) throw new Error(String(reply.status));
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById(region.id);
      if (!fresh) throw new Error("no region");
      region.replaceChildren(...fresh.childNodes);
      if (inside) document.getElementById(inside)?.focus();
      say("on", "Live. Updated " + clock());
    } catch { say("lost", "Not live since " + clock() + ". Trying again."); }
  }
  function open() {
    source = new EventSource(bar.dataset.source);
    source.addEventListener("open", () => say("on", "Live since " + clock()));
    source.addEventListener("hint", (event) => { lastId = event.lastEventId; timer ??= setTimeout(refresh, 400 + Math.random() * 400); });
    source.addEventListener("reset", () => refresh());
    source.addEventListener("error", () => say("lost", "Not live since " + clock() + ". Trying again."));
  }
  pause?.addEventListener("click", () => {
    paused = !paused; pause.setAttribute("aria-pressed", String(paused)); pause.textContent = paused ? "Go on" : "Pause";
    if (paused) say("off", "Paused at " + clock()); else refresh();
  });
  pause?.removeAttribute("hidden");
  open();
})();
