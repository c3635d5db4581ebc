"""Agreements as people make, compare, vote and read them: each page wide and narrow, by the keyboard, with scripts and without."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pars.actions import publishing
from pars.core.terms import moment
from tests.ui.test_every_look import look, picture
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands

    Window = Callable[..., Hands]

WIDTHS = pytest.mark.parametrize("width", [1280, 320])


def fill(window: Hands, name: str) -> None:
    """Fill in a blank draft by the keyboard."""
    window.go("/agreements/draft")
    for field, typed in {
        "agreement": name,
        "title_en": "Transport of detained people",
        "agency_name": "County Transport",
        "agency_id": f"agency-{name}",
        "authority": "18 Pa.C.S. § 9121(a)",
    }.items():
        window.type(f"#id_d-{field}", typed)
    window.tick("#for-supervision")
    for box in ("#see-surname", "#by-surname", "#see-birth_date", "#year-birth_date"):
        window.tick(box)
    last = moment(publishing.now(), ZONE) + timedelta(days=100)
    window.type("#id_d-last_day", last.strftime("%m/%d/%Y"))


@WIDTHS
def test_a_draft_says_itself_while_it_is_typed_and_is_proposed_by_the_keyboard(width: int, hands: Window) -> None:
    window = hands("manager", width=width)
    fill(window, f"typed-{width}")
    window.page.wait_for_function(
        f"document.querySelector('#told').textContent.includes({json.dumps('It could be proposed now')})"
    )
    assert window.says("Of the birth date, only the year counts")
    look(window, "draft said live")
    window.type("#id_d-last_day", "never")
    window.page.wait_for_function("document.querySelector('#told').textContent.includes('write it like 11/23/2026.')")
    window.send("Show the sentences")
    assert window.title().startswith("Error:")
    look(window, "draft in error")
    last = moment(publishing.now(), ZONE) + timedelta(days=100)
    window.type("#id_d-last_day", last.strftime("%m/%d/%Y"))
    window.type("#id_sign-password", PASSWORD)
    window.send("Propose it")
    assert window.says("The new version is before the owners.")


def test_a_draft_is_complete_without_scripts(hands: Window) -> None:
    window = hands("manager", scripts=False)
    fill(window, "scriptless")
    window.send("Show the sentences")
    assert window.says("It could be proposed now, as version 1 of “scriptless”.")
    assert window.says("May be shown: the surname and the birth date.")


@WIDTHS
def test_every_clause_is_filled_in_by_the_keyboard_without_scripts(width: int, hands: Window) -> None:
    window = hands("manager", width=width, scripts=False)
    fill(window, f"clauses-{width}")
    window.open("A second person’s approval")
    window.type("#id_d-approval_over", "5")
    window.open("Evidence that is looked up")
    window.tick("input[name='d-checked'][value='case_number']")
    window.open("On behalf of other agencies")
    window.type("#id_d-other0_id", "county-jail")
    window.type("#id_d-other0_name", "The County Jail")
    window.open("Emergencies")
    window.tick("input[name='d-emergency_reasons'][value='ESCAPE']")
    window.open("Duties")
    window.type("#id_d-duty0_code", "monthly_use")
    window.pick("#id_d-duty0_kind", "report")
    window.type("#id_d-duty0_en", "A report on the use of the record")
    window.type("#id_d-duty0_value", "5")
    window.open("A fee")
    window.type("#id_d-fee", "1250")
    window.send("Show the sentences", key="Enter")
    assert window.title().startswith("Error:")
    for words in ("Good for so many minutes: this is needed", "Without: this is needed", "What for: this is needed for a fee"):
        assert window.says(words), words
    picture(window, "draft clauses in error")
    window.type("#id_d-approval_minutes", "60")
    window.tick("input[name='d-emergency_waives'][value='evidence']")
    window.type("#id_d-emergency_hours", "24")
    window.type("#id_d-fee_en", "The interface")
    window.send("Show the sentences")
    assert window.says("It could be proposed now, as version 1")
    assert window.says("Fee: $1,250.00 a month, for: The interface.")
    assert window.says("On behalf of another agency, each time stated, only for: The County Jail.")
    picture(window, "draft clauses")
    assert window.fits()


@WIDTHS
def test_a_question_is_tried_on_both_versions_by_the_keyboard(width: int, hands: Window) -> None:
    window = hands("courts", width=width)
    window.go("/agreements/supervision/compare?from=1&to=2")
    window.pick("#id_try-row0_column", "surname")
    window.type("#id_try-row0_value", "Corvane")
    for column in ("surname", "lead_grade"):
        window.tick(f"input[name='try-columns'][value='{column}']")
    window.send("Try it on both")
    assert window.says("Version 1: it would be allowed")
    assert window.says("Version 2: it would be refused")
    look(window, "compare tried")
