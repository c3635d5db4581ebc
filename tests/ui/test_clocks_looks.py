"""The screens of clocks, silence and paper in a real browser, wide and narrow: axe finds nothing and nothing is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import intake, numbering
from pars.actions.numbering import Printed
from pars.core.cases import silence
from pars.core.cases.clock_rules import ALWAYS
from pars.core.cases.silence import QuietRule
from pars.core.ledger.entries import By
from pars.edge.custody_lists import Lists
from tests.actions.test_documents import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

WIDTHS = pytest.mark.parametrize("width", [1280, 320])
RULE = QuietRule(of="feed_police", period=ALWAYS, hours=0, label="The police's records system")


def sound(window: Hands) -> None:
    assert window.violations() == []
    assert window.fits()


@WIDTHS
def test_a_silent_feed_above_the_board_and_among_the_alarms(
    width: int, hands: Window, sealed: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = By("feed-police", intake.grant_of_feed("feed-police"))
    for digest in "abcd":
        intake.receive(received=document(feed="feed-police", document_id=f"U-{digest}", digest=digest * 64), by=feed)
    monkeypatch.setattr(silence, "QUIET_RULES", (RULE,))
    for who, path in (("booking", "/board"), ("clerk", "/alarms")):
        window = hands(who, width=width)
        window.go(path)
        assert window.says("records system")
        sound(window)


@WIDTHS
def test_paper_forms_that_are_out_and_where_one_is_entered(width: int, hands: Window, sealed: Town) -> None:
    printed = numbering.print_forms(site=f"UI{width}", form="ARREST", count=3, by=sealed.by("clerk"))
    assert isinstance(printed, Printed)
    clerk = hands("clerk", width=width)
    clerk.go("/paper-forms")
    assert clerk.says(str(printed.numbers[0]))
    sound(clerk)
    officer = hands("booking", width=width)
    officer.go("/arrests/new")
    officer.page.locator("details:has(#id_paper_form)").evaluate("e => e.open = true")
    sound(officer)


@WIDTHS
def test_the_dates_of_a_case_and_its_forms(width: int, hands: Window, sealed: Town) -> None:
    for who, name in (("booking", "Yarrowick"), ("clerk", "Merriwex"), ("custodian", "Vexley")):
        window = hands(who, width=width)
        window.go(f"/cases/{sealed.cases[name]}")
        window.page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
        sound(window)


@WIDTHS
def test_a_custody_list_is_sound_without_anything_else(width: int, hands: Window, sealed: Town, tmp_path: Path) -> None:
    window = hands(width=width)
    for path in Lists(tmp_path).look():
        window.go(path.as_uri())
        assert window.says("A copy, made")
        sound(window)
