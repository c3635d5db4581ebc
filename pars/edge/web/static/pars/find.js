// The key "/" leads to the box in the head of the page, unless somebody is typing or has switched that off.
// Without JavaScript the box is reached like any other field.
(() => {
  "use strict";
  const OFF = "pars-no-slash";
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const box = document.getElementById("sought") || document.getElementById("find-box");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box || off()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  const line = document.querySelector("[data-slash]"), choice = document.querySelector("[data-slash-switch]");
  if (!line || !choice) return;
  const say = () => { choice.textContent = off() ? "Switch it on" : "Switch it off"; };
  choice.addEventListener("click", () => {
    try { if (off()) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1"); } catch { return; }
    say();
  });
  line.hidden = false;
  say();
})();
