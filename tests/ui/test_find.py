"""Find at the keyboard: `/` leads to the box from any page, Enter finds, and it is as complete without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands

    Window = Callable[..., Hands]

FOCUSED = "document.activeElement.id"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("typed", ["Corvain 1999", "Zzyzxquorb 1999", "x"])
def test_each_state_of_the_page_is_sound(typed: str, width: int, hands: Window) -> None:
    clerk = hands("clerk", width=width)
    clerk.go("/find")
    assert clerk.violations() == []
    assert clerk.fits()
    clerk.type("#sought", typed)
    clerk.enter()
    assert clerk.violations() == []
    assert clerk.fits()


def test_a_key_leads_to_the_box_from_any_page_and_can_be_switched_off(hands: Window) -> None:
    clerk = hands("clerk")
    clerk.go("/board")
    clerk.press("/")
    assert clerk.page.evaluate(FOCUSED) == "find-box"
    clerk.page.keyboard.type("Q/1")  # while somebody types, a stroke is a stroke
    assert clerk.page.locator("#find-box").input_value() == "Q/1"
    clerk.go("/keys")
    clerk.send("Switch the keys off")
    clerk.go("/board")
    clerk.press("/")
    assert clerk.page.evaluate(FOCUSED) != "find-box"


def test_a_case_is_found_in_few_keys(hands: Window) -> None:
    clerk = hands("clerk")
    clerk.go("/board")
    clerk.keys = 0
    clerk.press("/")
    clerk.page.keyboard.type("corvain")
    clerk.enter()
    clerk.reach("main td a:has-text('Corvane')")
    clerk.enter()
    assert "/cases/" in clerk.page.url
    assert clerk.keys <= 12


def test_the_box_works_without_scripts(hands: Window) -> None:
    clerk = hands("clerk", scripts=False)
    clerk.go("/board")
    clerk.type("#find-box", "Corvane")
    clerk.enter()
    assert clerk.says("Name as claimed: the same")
