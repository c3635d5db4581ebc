"""The hand-over in a browser: by keyboard, narrow and wide, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import handing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_hand_over_is_sound(width: int, hands: Window, sealed: Town) -> None:
    handing.hand_over(case_id=sealed.cases["Farrowby"], note="The lab calls at 23:00", by=sealed.by("charging"))
    attorney = hands("charging", width=width)
    attorney.go("/handover")
    assert attorney.says("The lab calls at 23:00")
    assert attorney.violations() == []
    assert attorney.fits()


def test_a_case_is_handed_over_by_keyboard_without_scripts(hands: Window, sealed: Town) -> None:
    case_id = sealed.cases["Jessamond"]
    attorney = hands("charging", scripts=False)
    attorney.go("/handover")
    attorney.type(f"[name='note-{case_id}']", "Waits for the blood test")
    attorney.send("Hand over what is ticked")
    assert attorney.says("handed over.")
    assert attorney.says("Waits for the blood test")


def test_the_list_is_whole_on_paper(hands: Window, sealed: Town) -> None:
    officer = hands("booking", kept=False)
    officer.go("/handover")
    officer.page.emulate_media(media="print")
    assert officer.page.locator("main table tbody tr:visible").count() > 2
    assert officer.page.locator("main button:visible").count() == 0
