"""A real browser for tests of the screens: Debian's Chromium, driven by the keyboard; skipped in words where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.serving import served
from tests.ui.aside import Aside
from tests.ui.hands import Hands
from tests.web.conftest import built, founded, sealed, town
from tests.web.screens import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.web.town import Town

__all__ = ["built", "founded", "sealed", "town"]

AXE = Path(__file__).parent / "axe" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as a browser's."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def aside() -> Iterator[Aside]:
    """Give the thread that the browser is driven from."""
    made = Aside()
    yield made
    made.end()


@pytest.fixture(scope="session")
def browser(aside: Aside) -> Iterator[Any]:
    """Start the browser, or skip in words."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine, so no screen is tried in a browser")
    if not AXE.exists():
        pytest.skip("axe isn't fetched (python -m pars.config.assets --tests), so no screen is tried in a browser")
    from playwright.sync_api import sync_playwright

    playwright = aside.do(lambda: sync_playwright().start())
    started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
    yield started
    started.close()
    playwright.stop()


@pytest.fixture
def site(sealed: Town) -> Iterator[str]:
    """Serve the town."""
    with served(application()) as url:
        yield url


@pytest.fixture(scope="module")
def signed_in() -> dict[str, Any]:
    """Keep each account's cookies as long as the town that knows them: it signs in by the keyboard once."""
    return {}


@pytest.fixture
def windows(browser: Any, aside: Aside, town: Town, signed_in: dict[str, Any]) -> Iterator[Callable[..., Hands]]:
    """Return a function that opens a window on a site: `windows(url, "booking")`."""
    opened = []

    def window(url: str, username: str | None = None, *, width: int = 1280, scripts: bool = True) -> Hands:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts, base_url=url, timezone_id="America/New_York",
            bypass_csp=True,  # for axe alone: no page has a script of its own within it (tests/web says so)
        )  # fmt: skip
        opened.append(context)
        made: Hands = aside.do(Hands, context.new_page(), AXE.read_text())
        if username in signed_in:
            context.add_cookies(signed_in[username])
            made.go("/")
        elif username is not None:
            made.sign_in(username)
            signed_in[username] = context.cookies()
        return made

    yield window
    for context in opened:
        context.close()


@pytest.fixture
def hands(windows: Callable[..., Hands], site: str) -> Callable[..., Hands]:
    """Return a function that gives a window on the town's site: `hands("booking")`, `hands(width=320)`."""
    return lambda *args, **options: windows(site, *args, **options)
