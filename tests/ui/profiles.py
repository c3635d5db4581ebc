"""Browsers as people have them: each with what it has read of a server before, and for each test as good as new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.ui.hands import Hands
from tests.web.pages import sign_in

if TYPE_CHECKING:
    from tests.ui.aside import Aside

    Kind = tuple[str, int, bool]

AXE = Path(__file__).parent / "axe" / "axe.min.js"
NOTHING = "/static/img/none"
"""An address that has nothing to show: whoever is there has left the page before, and stays with the same server."""


class Profiles:
    """The browsers of a file's tests. One that no test uses any more is taken again, with the cookies of whom it is for next.

    A new one starts a process and reads everything anew, which takes longer than a page and all that is looked at in it.
    """

    def __init__(self, browser: Any, aside: Aside) -> None:
        self.browser = browser
        self.aside = aside
        self.axe = AXE.read_text()
        self.signed_in: dict[str, list[Any]] = {}
        """Each account's cookies: it signs in once."""
        self.free: dict[Kind, list[Any]] = {}
        """Windows, each in a browser apart."""
        self.used: list[tuple[Kind, Any]] = []

    def window(
        self, url: str, username: str | None = None, *, width: int = 1280, scripts: bool = True, kept: bool = True
    ) -> Hands:
        """Open a window on a site, where somebody is signed in. Where a test changes the window itself, it isn't `kept`."""
        kind = url, width, scripts
        waiting = self.free.setdefault(kind, [])
        page = waiting.pop() if waiting and kept else self.apart(*kind)
        self.used.append((kind if kept else ("", 0, False), page))
        made: Hands = self.aside.do(Hands, page, self.axe)
        if username is not None:
            page.context.add_cookies(self.cookies(url, username))
        return made

    def cookies(self, url: str, username: str) -> list[Any]:
        """Return what a browser keeps of somebody who is signed in."""
        if username not in self.signed_in:
            with httpx.Client(base_url=url, timeout=20) as client:
                sign_in(client, username)
                self.signed_in[username] = [{"name": one.name, "value": one.value, "url": url} for one in client.cookies.jar]
        return self.signed_in[username]

    def apart(self, url: str, width: int, scripts: bool) -> Any:
        """Return a window in a new browser."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts, base_url=url, timezone_id="America/New_York",
            bypass_csp=True,  # for axe alone: no page has a script of its own within it (tests/web says so)
        )  # fmt: skip
        return context.new_page()

    def clear(self) -> None:
        """Leave a test's pages and forget what it did in them."""
        for kind, page in self.used:
            if kind in self.free:
                page.goto(NOTHING)
                page.context.clear_cookies()
                self.free[kind].append(page)
            else:
                page.context.close()
        self.used.clear()

    def end(self) -> None:
        """Close all."""
        for waiting in self.free.values():
            for page in waiting:
                page.context.close()
