"""The lawyer's page: marked as a reconstruction, the same served and as a file, readable aloud from its top to its end."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.access.explain import LANGUAGES
from pars.core.agreements.plain import explain
from pars.edge.commands.histories import write_page
from pars.edge.history import replaying
from pars.edge.history.page import page_parts
from pars.edge.history.page_words import WORDS
from tests.serving import served
from tests.store.conftest import home
from tests.ui.hands import Hands
from tests.ui.profiles import AXE
from tests.ui.test_every_look import picture
from tests.web.screens import application, use_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pars.core.access.explain import Language
    from tests.ui.aside import Aside

    Open = Callable[[str, int], "Reader"]

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
        "en": ("How it was voted", "What the agency was asked", "Who may ask what until when", "What an end does not stop"),
        "es": (
            "Cómo se votó",
            "Lo que se preguntó a la agencia",
            "Quién puede preguntar qué hasta cuándo",
            "Lo que un final no detiene",
        ),
    }.items()
}


class Reader(Hands):
    """Somebody who has the page read aloud: what they hear is the browser's own accessibility tree, in its order."""

    def heard(self) -> list[tuple[str, str, int | None]]:
        """Return each part of the main part that is heard: its role, its name, and a heading's level."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
        (main,) = [node for node in nodes.values() if node.get("role", {}).get("value") == "main"]
        found: list[tuple[str, str, int | None]] = []

        def go(node: dict[str, Any]) -> None:
            if not node.get("ignored"):
                levels = [one["value"]["value"] for one in node.get("properties", ()) if one["name"] == "level"]
                found.append((node["role"]["value"], node.get("name", {}).get("value", ""), levels[0] if levels else None))
            for child in node.get("childIds", ()):
                go(nodes[child])

        go(main)
        return found


@pytest.fixture
def replayed(home: Path, tmp_path: Path) -> Path:
    """Replay the history in a home."""
    use_django()
    replaying.replay(home, bundle=tmp_path / "b", tell=lambda one: None)
    return home


@pytest.fixture
def windows(browser: Any, aside: Aside) -> Iterator[Open]:
    opened = []

    def window(url: str, width: int) -> Reader:
        context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
        opened.append(context)
        made: Reader = aside.do(Reader, context.new_page(), AXE.read_text())
        made.go(url)
        return made

    yield window
    for context in opened:
        context.close()


TOPS = """[...document.querySelectorAll('main :is(h1, h2, h3, p, li, tr, caption)')]
  .map(e => [e.getBoundingClientRect(), e]).filter(([box]) => box.right > 0).map(([box, e]) => [Math.round(box.top), e.innerText.slice(0, 40)])"""
"""How far down each part stands, in the order in which it is read aloud."""


def check(window: Reader, language: Language) -> None:
    """See that the page is whole, marked, in order, and that axe finds nothing."""
    heard = window.heard()
    headings = [(level, name) for role, name, level in heard if role == "heading"]
    assert headings == HEADINGS[language]
    names = [name.strip() for _, name, _ in heard]
    assert names.index(WORDS[language]["title"]) < names.index(WORDS[language]["marked"]) < names.index(WORDS[language]["says"])
    parts = page_parts(language)
    assert parts is not None
    said = " ".join(window.page.locator("main").inner_text().split())
    places = [said.index(sentence) for sentence in explain(parts["version"], language)]
    assert places == sorted(places)
    assert places[-1] < said.index(parts["ballot_says"]) < said.index(WORDS[language]["result"])
    tops = window.page.evaluate(TOPS)
    assert len(tops) > 100
    wrong = [(one, other) for one, other in pairwise(tops) if other[0] < one[0]]
    assert wrong == [], "what is read aloud later stands further down"
    assert window.page.evaluate("document.documentElement.lang") == language
    picture(window, f"reconstruction {language}")
    assert window.violations() == []
    assert window.fits()


def tables(window: Reader) -> list[tuple[str, list[str]]]:
    """Return each table's name and column headers as they are heard, and see that every row of it has a header of its own."""
    found: list[tuple[str, list[str]]] = []
    row: list[str] = []

    def over() -> None:
        assert not row or row[0] == "rowheader", row
        assert not row or row[1:] == ["cell"] * (len(found[-1][1]) - 1), row

    for role, name, _ in window.heard():
        match role:
            case "table":
                over()
                row.clear()
                found.append((name, []))
            case "row":
                over()
                row.clear()
            case "columnheader":
                found[-1][1].append(name)
            case "rowheader" | "cell":
                row.append(role)
    over()
    return found


UNLIKE = {"InlineTextBox", "StaticText"}
"""What depends on how lines break, and on the words before a cell that only a narrow page shows."""


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
                (w["rests"], [w["part"], w["mark"], w["sources"]]),
                (w["caption"], [w["seat"], w["vote"], w["day"], w["of_record"]]),
                (w["events_caption"], [w["day"], w["what"], w["mark"], w["sources"]]),
            ]
            write_page(tmp_path / "page.html", language)
            file = windows(f"file://{tmp_path}/page.html", width)
            check(file, language)
            alike = [part for part in file.heard() if part[0] not in UNLIKE]
            assert [part for part in window.heard() if part[0] not in UNLIKE][: len(alike)] == alike
            assert len(alike) > 200


def test_the_ballot_says_who_voted_and_what_the_record_says_of_each(replayed: Path, windows: Open) -> None:
    with served(application()) as url:
        window = windows(f"{url}/reconstruction", 1280)
        heard = [(role, name) for role, name, _ in window.heard()]
        rows = [name for role, name in heard[heard.index(("table", WORDS["en"]["caption"])) :] if role in {"rowheader", "cell"}]
        city, courts, prosecutor = rows[:4], rows[4:8], rows[8:12]
        assert (city[0], courts[0], prosecutor[0]) == (
            "City of Philadelphia",
            "First Judicial District (courts)",
            "District Attorney's Office",
        )
        assert [row[1] for row in (city, courts, prosecutor)] == ["voted against", "no vote", "voted against"]
        assert (city[2].startswith("July 26, 2018"), courts[2], prosecutor[2].startswith("July 11, 2018")) == (True, "", True)
        assert [row[3].partition(":")[0] for row in (city, courts, prosecutor)] == ["inferred", "not found", "inferred"]


def test_every_page_of_such_a_home_says_that_it_is_a_reconstruction(replayed: Path, windows: Open) -> None:
    with served(application()) as url:
        for place in ("/public", "/agreements/ice", "/public?lang=es", "/agreements/ice?lang=es"):
            window = windows(url + place, 1280)
            strip = window.page.locator("aside.demo-strip")
            assert re.match(r"A reconstruction|Una reconstrucción", strip.inner_text()), place
            strip.locator("a").click()
            assert window.page.url == f"{url}/reconstruction"
