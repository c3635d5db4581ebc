"""The lawyer's page: marked as a reconstruction, the same served and as a file, readable aloud from its top to its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.access.explain import LANGUAGES
from pars.core.access.plain import explain
from pars.edge.commands.histories import write_page
from pars.edge.history import replaying
from pars.edge.history.page import page_parts
from pars.edge.history.page_words import WORDS
from tests.serving import served
from tests.store.conftest import home
from tests.ui.conftest import AXE
from tests.ui.hands import Hands
from tests.web.screens import application, use_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pars.core.access.explain import Language
    from tests.ui.aside import Aside

    Open = Callable[[str, int], Hands]

__all__ = ["home"]
pytestmark = pytest.mark.database

HEADINGS: dict[Language, list[tuple[int, str]]] = {
    language: [
        (1, WORDS[language]["title"]),
        (2, WORDS[language]["says"]),
        (3, WORDS[language]["rests"]),
        (2, WORDS[language]["ballot"]),
        (2, WORDS[language]["notice"]),
        *((3, heading) for heading in headings),
        (2, WORDS[language]["events"]),
        (2, WORDS[language]["date"]),
        (2, WORDS[language]["list"]),
    ]
    for language, headings in {
        "en": ("How it was voted", "Who may ask what until when", "What an end does not stop"),
        "es": ("Cómo se votó", "Quién puede preguntar qué hasta cuándo", "Lo que un final no detiene"),
    }.items()
}


@pytest.fixture
def replayed(home: Path, tmp_path: Path) -> Path:
    """Replay the history in a home."""
    use_django()
    replaying.replay(home, bundle=tmp_path / "b", tell=lambda one: None)
    return home


@pytest.fixture
def windows(browser: Any, aside: Aside) -> Iterator[Open]:
    opened = []

    def window(url: str, width: int) -> Hands:
        context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
        opened.append(context)
        made: Hands = aside.do(Hands, context.new_page(), AXE.read_text())
        made.go(url)
        return made

    yield window
    for context in opened:
        context.close()


def read_aloud(window: Hands) -> list[str]:
    """Return the lines of the accessibility tree of the main part, in the order in which they are read."""
    told: str = window.page.locator("main").aria_snapshot()
    return [line.replace("''", "'") for line in told.splitlines()]  # the tree is told as YAML, which doubles an apostrophe in quotes


def check(window: Hands, language: Language) -> None:
    """See that the page is whole, marked, in order, and that axe finds nothing."""
    lines = read_aloud(window)
    headings = [
        (int(found[2]), found[1]) for line in lines if (found := re.search(r'heading "(.+)" \[level=(\d)\]', line)) is not None
    ]
    assert headings == HEADINGS[language]
    whole = "\n".join(lines)
    assert whole.index(WORDS[language]["title"]) < whole.index(WORDS[language]["marked"]) < whole.index(WORDS[language]["says"])
    parts = page_parts(language)
    assert parts is not None
    said = " ".join(window.page.locator("main").inner_text().split())
    places = [said.index(sentence) for sentence in explain(parts["version"], language)]
    assert places == sorted(places)
    assert places[-1] < said.index(parts["ballot_says"]) < said.index(WORDS[language]["result"])
    assert window.page.evaluate("document.documentElement.lang") == language
    assert window.violations() == []
    assert window.fits()


def tables(window: Hands) -> list[list[str]]:
    """Return each table's column headers, and see that every row of it has a header of its own."""
    script = """[...document.querySelectorAll('main table')].map(table => ({
      columns: [...table.querySelectorAll('thead th[scope=col]')].map(e => e.textContent),
      rows: [...table.querySelectorAll('tbody tr')].map(r => [r.querySelectorAll('th[scope=row]').length, r.children.length]),
      named: Boolean(table.caption || table.getAttribute('aria-labelledby'))}))"""
    found = window.page.evaluate(script)
    for table in found:
        assert table["named"]
        assert table["rows"]
        assert all(row == [1, len(table["columns"])] for row in table["rows"])
    return [table["columns"] for table in found]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_read_aloud_in_order_served_and_as_a_file(
    replayed: Path, windows: Open, width: int, tmp_path: Path
) -> None:
    with served(application()) as url:
        for language in LANGUAGES:
            window = windows(f"{url}/reconstruction?lang={language}", width)
            check(window, language)
            w = WORDS[language]
            assert tables(window) == [
                [w["part"], w["mark"], w["sources"]],
                [w["seat"], w["vote"], w["day"], w["of_record"]],
                [w["day"], w["what"], w["mark"], w["sources"]],
            ]
            write_page(tmp_path / "page.html", language)
            file = windows(f"file://{tmp_path}/page.html", width)
            check(file, language)
            alike = read_aloud(file)
            assert read_aloud(window)[: len(alike)] == alike, "a translation's own note may follow, where it is served"


def test_the_ballot_says_who_voted_and_what_the_record_says_of_each(replayed: Path, windows: Open) -> None:
    with served(application()) as url:
        window = windows(f"{url}/reconstruction", 1280)
        lines = read_aloud(window)
        start = next(n for n, line in enumerate(lines) if 'table "How each seat voted on the renewal"' in line)
        rows = [line for line in lines[start : start + 60] if re.match(r"\s+- row \"", line)][:4]
        assert [re.findall(r'row "(\S+)', row)[0] for row in rows] == ["Seat", "City", "First", "District"]
        assert "voted against" in rows[1]
        assert "inferred" in rows[1]
        assert "no vote" in rows[2]
        assert "not found" in rows[2]
        assert "voted against" in rows[3]
        assert "inferred" in rows[3]


def test_every_page_of_such_a_home_says_that_it_is_a_reconstruction(replayed: Path, windows: Open) -> None:
    with served(application()) as url:
        for place in ("/public", "/agreements/ice", "/public?lang=es", "/agreements/ice?lang=es"):
            window = windows(url + place, 1280)
            strip = window.page.locator("aside.demo-strip")
            assert re.match(r"A reconstruction|Una reconstrucción", strip.inner_text()), place
            strip.locator("a").click()
            assert window.page.url == f"{url}/reconstruction"
