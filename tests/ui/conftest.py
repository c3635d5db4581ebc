"""A real browser for tests of the screens: Debian's Chromium, driven by the keyboard; skipped in words where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.serving import served
from tests.ui.aside import Aside
from tests.ui.profiles import AXE, Profiles
from tests.web.conftest import built, founded, in_town, sealing
from tests.web.screens import application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.hands import Hands
    from tests.web.town import Town

__all__ = ["built", "founded"]

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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


@pytest.fixture(scope="module")
def town(built: tuple[Path, Town]) -> Iterator[Town]:
    """Work in the town. A file's tests share it, its sealer and its server: what a browser keeps of a server is read once."""
    with in_town(built) as made:
        yield made


@pytest.fixture(scope="module")
def sealed(town: Town) -> Iterator[Town]:
    """Work in the town while its ledger is being sealed."""
    with sealing(town):
        yield town


@pytest.fixture(scope="module")
def site(sealed: Town) -> Iterator[str]:
    """Serve the town."""
    with served(application()) as url:
        yield url


@pytest.fixture(scope="module")
def profiles(browser: Any, aside: Aside, town: Town) -> Iterator[Profiles]:
    """Keep what each account's browsers know as long as the town that knows them."""
    made = Profiles(browser, aside)
    yield made
    made.end()


@pytest.fixture
def windows(profiles: Profiles) -> Iterator[Callable[..., Hands]]:
    """Return a function that opens a window on a site: `windows(url, "booking")`. A test's windows are browsers apart."""
    yield profiles.window
    profiles.clear()


@pytest.fixture
def hands(windows: Callable[..., Hands], site: str) -> Callable[..., Hands]:
    """Return a function that gives a window on the town's site: `hands("booking")`, `hands(width=320)`."""
    return lambda *args, **options: windows(site, *args, **options)
