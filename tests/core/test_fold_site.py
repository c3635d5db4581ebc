"""The fold on paper forms and silences: no number twice, none void that wasn't printed, no silence noted before its hours are over."""

from __future__ import annotations

import pytest

from pars.core.ledger import drafts
from pars.core.terms import HOUR, SECOND, Instant
from tests.core.test_fold_authority import served
from tests.ledgers import SYSTEM, Ledger, staff


def printed(*runs: tuple[str, int, int]) -> Ledger:
    ledger, _ = served()
    for site, first, count in runs:
        ledger.add(drafts.forms_printed(site=site, form="ARREST", first=first, count=count), staff("registrar"))
    return ledger


def voided(ledger: Ledger, number: int, site: str = "PDU") -> Ledger:
    ledger.add(drafts.form_voided(site=site, number=number, reason="SPOILED"), staff("registrar"))
    return ledger


def test_numbers_go_on_from_the_sites_last_one_each_site_for_itself() -> None:
    state = printed(("PDU", 1, 20), ("NORTH", 1, 5), ("PDU", 21, 1)).state()
    assert state.printed == {"PDU": 21, "NORTH": 5}


@pytest.mark.parametrize("again", [("PDU", 1, 5), ("PDU", 20, 5), ("PDU", 22, 5), ("PDU", 21, 0), ("NORTH", 2, 5)])
def test_edge_48_no_number_is_given_twice_and_none_left_out(again: tuple[str, int, int]) -> None:
    assert printed(("PDU", 1, 20), again).violation() == "FORM_NUMBERS"


def test_a_printed_form_is_made_void_once() -> None:
    assert voided(printed(("PDU", 1, 20)), 20).state().voided == {("PDU", 20)}
    assert voided(printed(("PDU", 1, 20)), 21).violation() == "NO_SUCH_FORM"
    assert voided(printed(("PDU", 1, 20)), 0).violation() == "NO_SUCH_FORM"
    assert voided(printed(("PDU", 1, 20)), 1, "NORTH").violation() == "NO_SUCH_FORM"
    assert voided(voided(printed(("PDU", 1, 20)), 3), 3).violation() == "VOIDED_TWICE"


def test_a_silence_is_noted_once_its_hours_are_over() -> None:
    for early, violation in ((0, None), (2 * SECOND, "TOO_EARLY")):
        ledger, _ = served()
        since = Instant(ledger.at - 3 * HOUR + early)
        ledger.add(drafts.silence_noted(source="feed-police", since=since, hours=3), staff("registrar"))
        if violation is None:
            assert ledger.state()
        else:
            assert ledger.violation() == violation


def test_only_a_grant_that_allows_it_numbers_forms_or_notes_a_silence() -> None:
    for draft in (
        drafts.forms_printed(site="PDU", form="ARREST", first=1, count=1),
        drafts.silence_noted(source="feed-police", since=Instant(0), hours=3),
    ):
        for by, violation in ((staff("clerk"), "NOT_YOUR_ACT"), (SYSTEM, "NO_AUTHORITY")):
            ledger, _ = served()
            ledger.add(draft, by)
            assert ledger.violation() == violation
