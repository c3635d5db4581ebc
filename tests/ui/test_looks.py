"""Every screen in a real browser, wide and narrow: axe finds nothing, nothing is cut off, and it is complete without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

SCREENS = {
    None: ["/public", "/public?lang=es", "/sign-in", "/agreements/supervision", "/entries/3", "/nothing"],
    "booking": ["/board", "/board?waiting=court&district=none", "/arrests/new", "case:Ravenscombe", "case:Unknown person"],
    "charging": ["case:Greymount", "case:Kestrelby", "case:Kestrelby/complaint"],
    "interview": ["case:Larkmead"],
    "bench": ["case:Corvane"],
    "clerk": ["case:Merriwex"],
    "custodian": ["case:Oakhurstel", "case:Vexley", "case:Thistlemark"],
    "supervision": ["/ask"],
    "courts": ["/agreements/supervision", "/agreements"],
    "manager": ["/agreements/supervision"],
    "stranger": ["/capacity", "/board"],
}


FOCUS = """(() => {
  const e = document.activeElement, label = e.nextElementSibling;
  const lined = (x) => x && (getComputedStyle(x).outlineStyle !== 'none' || getComputedStyle(x, '::before').outlineStyle !== 'none');
  return [lined(e) || lined(label), e.outerHTML.slice(0, 120)];
})()"""
"""Whether what has the focus, or the label that stands for it, has a line around it; and what it is."""


def address(town: Town, screen: str) -> str:
    """Return where a screen is."""
    if not screen.startswith("case:"):
        return screen
    surname, _, rest = screen.removeprefix("case:").partition("/")
    return f"/cases/{town.cases[surname]}{'/' + rest if rest else ''}"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_and_nothing_is_cut_off(name: str | None, width: int, hands: Window, sealed: Town) -> None:
    window = hands(name, width=width)
    for screen in SCREENS[name]:
        window.go(address(sealed, screen))
        assert window.violations() == [], screen
        assert window.fits(), screen


def test_the_screens_are_complete_without_scripts(hands: Window, sealed: Town) -> None:
    officer = hands("booking", scripts=False)
    officer.go("/board")
    assert officer.says("As of")
    assert officer.page.locator(".live button:visible").count() == 0
    assert officer.page.locator("[data-row]").count() > 10
    officer.go(address(sealed, "case:Inglemoor"))
    assert officer.page.locator("button:has-text('Send to charging')").is_visible()


def test_the_focus_can_always_be_seen(hands: Window, sealed: Town) -> None:
    custodian = hands("custodian")
    custodian.go(address(sealed, "case:Oakhurstel"))
    stops = 0
    for _ in range(80):
        custodian.press("Tab")
        marked, what = custodian.page.evaluate(FOCUS)
        if what.startswith("<body"):  # past the last stop
            break
        assert marked, what
        stops += 1
    assert stops > 15
