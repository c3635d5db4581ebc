// Single keys: whatever names a key in aria-keyshortcuts is used by it, unless somebody is typing or a modifier is held.
// A link or a button is followed, a part of the page gets the focus. Switched off on the page of keys (WCAG 2.1.4): then this isn't sent.
(() => {
  "use strict";
  const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
  const FIELDS = "input:not([type=hidden]), select, textarea, button:not([tabindex='-1']), a[href], summary";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.key.length !== 1) return;
    if (event.target.closest(TYPING)) return;
    const named = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (!named) return;
    event.preventDefault();
    if (named.matches("a, button")) named.click();
    else (named.querySelector(FIELDS) || named).focus();
  });
})();
