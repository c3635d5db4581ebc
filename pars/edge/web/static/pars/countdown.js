// Counts down to an end that the server named, by the server's clock: `data-until` and `data-now` are its microseconds.
// Without JavaScript the end stands there as a date; at the end itself the server refuses, whatever this shows.
(() => {
  "use strict";
  const loaded = Date.now();
  const two = (number) => String(number).padStart(2, "0");
  for (const place of document.querySelectorAll("[data-until]")) {
    const left = (Number(place.dataset.until) - Number(place.dataset.now)) / 1000;
    if (!(left < 36 * 3600 * 1000)) continue;
    const tick = () => {
      const seconds = Math.ceil((left - (Date.now() - loaded)) / 1000);
      if (seconds <= 0) {
        place.textContent = place.dataset.ended || "It has ended.";
        const tag = place.closest("section, tr")?.querySelector("[data-at-end]");
        if (tag) { tag.textContent = tag.dataset.atEnd; tag.className = "tag stop"; }
        clearInterval(timer);
        return;
      }
      const hours = Math.floor(seconds / 3600), rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
      place.textContent = `in ${hours ? `${hours}:${rest}` : rest}`;
    };
    const timer = setInterval(tick, 250);
    tick();
  }
})();
