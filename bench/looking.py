"""`python -m bench.looking`: real browsers with the board open, beside the watchers of watching.py and with the same form of words.

A page of its own tells when a row showed which version; at the end "show" is pressed and every row is read.
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WATCH = """
window.seen = []; window.asked = [];
new MutationObserver((changes) => {
  for (const {target} of changes) {
    if (target.dataset && target.dataset.row)
      window.seen.push([target.dataset.row, target.classList.contains("gone") ? 2147483648 : Number(target.dataset.version), Date.now() / 1000]);
  }
}).observe(document, {subtree: true, attributes: true, attributeFilter: ["data-version", "class"]});
const plain = window.fetch;
window.fetch = async (...what) => {
  const began = Date.now();
  const reply = await plain(...what);
  window.asked.push([began / 1000, Date.now() - began, 0]);
  return reply;
};
"""
ROWS = """() => Object.fromEntries([...document.querySelectorAll("[data-row]:not(.gone)")].map((row) => [row.dataset.row, Number(row.dataset.version)]))"""


def main() -> None:
    """Look, and say what was seen."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    chromium = next(path for name in NAMES if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        pages, had = [], []
        for session in given["sessions"]:
            context = browser.new_context(base_url=given["url"])
            context.add_cookies([{"name": "sessionid", "value": session, "url": given["url"]}])
            context.add_init_script(WATCH)
            page = context.new_page()
            page.goto("/board")
            page.wait_for_selector("[data-live=on]")
            pages.append(page)
            had.append(list(page.evaluate(ROWS)))
        print("ready", flush=True)
        sys.stdin.readline()
        found = []
        for page, rows in zip(pages, had, strict=True):
            page.wait_for_timeout(3_000)
            if page.locator("[data-show]").is_visible():
                page.locator("[data-show]").click()
            shown = page.evaluate(ROWS)
            found.append(
                {
                    "known": shown,
                    "had": rows,
                    "asked": page.evaluate("window.asked"),
                    "seen": page.evaluate("window.seen"),
                    "failed": 0,
                }
            )
        print(json.dumps(found), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
