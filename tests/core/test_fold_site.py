"""The fold on paper forms and silences: no number twice, none void that wasn't printed, no silence noted before its hours are over."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core.ledger import drafts
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, SECOND, Instant
from tests.core.test_fold_authority import served
from tests.ledgers import SYSTEM, Ledger, staff

HASH = "ab" * 32


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


ONE = "PDU-000003-7"


def entered(ledger: Ledger, form: Any = ONE, kind: Kind = Kind.HEARING_HELD) -> Ledger:
    ledger.add(drafts.case_changed(kind, case=HASH, version=2, detail={"form": form}), staff("registrar"))
    return ledger


def test_edge_48_a_form_is_entered_once_and_then_neither_again_nor_void() -> None:
    assert entered(printed(("PDU", 1, 20))).state().entered == {("PDU", 3)}
    for kind in (Kind.HEARING_HELD, Kind.RELEASE_ACKNOWLEDGED, Kind.FACTS_CORRECTED):
        assert entered(entered(printed(("PDU", 1, 20))), kind=kind).violation() == "FORM_USED"
    assert entered(voided(printed(("PDU", 1, 20)), 3)).violation() == "FORM_USED"
    assert voided(entered(printed(("PDU", 1, 20))), 3).violation() == "FORM_ENTERED"


@pytest.mark.parametrize("form", ["PDU-000021-M", "PDU-000000-7", "NORTH-000003-7", "PDU", 3, ["PDU-000003-7"]])
def test_edge_48_no_act_names_a_form_that_was_not_printed(form: Any) -> None:
    assert entered(printed(("PDU", 1, 20)), form).violation() == "NO_SUCH_FORM"


def test_another_kind_of_paper_is_no_form_of_ours() -> None:
    assert entered(printed(("PDU", 1, 20)), "I-247A", Kind.DETAINER_RECEIVED).state().entered == set()
    ledger, _ = served()
    ledger.add(drafts.case_changed(Kind.HEARING_HELD, case=HASH, version=2, detail={}), staff("registrar"))
    assert ledger.state().entered == set()


def handed(ledger: Ledger, *, by: str = "registrar", **detail: Any) -> int:
    kind = Kind.HANDOVER_TAKEN if "handed" in detail else Kind.HANDED_OVER
    return ledger.add(drafts.case_changed(kind, case=HASH, version=2, detail=detail), staff(by)).id


def second_desk() -> Ledger:
    """Return a ledger in which somebody else works at the desk, too."""
    ledger, _ = served()
    role = next(role for role, one in ledger.state().opening.roles.items() if "shift:hand" in one.acts)
    ledger.add(drafts.grant_given(grant="second", person="second", role=role, start=Instant(0)), staff("registrar"))
    return ledger


def test_what_is_handed_over_is_taken_once_at_that_desk_by_somebody_else() -> None:
    ledger = second_desk()
    first = handed(ledger, desk="booking")
    handed(ledger, by="second", desk="booking", handed=first)
    assert ledger.state().handed == {}
    handed(ledger, by="second", desk="booking", handed=first)
    assert ledger.violation() == "NO_SUCH_HANDOVER"
    for detail in ({"desk": "custody"}, {}):
        ledger = second_desk()
        handed(ledger, by="second", handed=handed(ledger, desk="booking"), **detail)
        assert ledger.violation() == "NO_SUCH_HANDOVER"
    for nothing in ([3], "3", 99):
        ledger = second_desk()
        handed(ledger, by="second", desk="booking", handed=nothing)
        assert ledger.violation() == "NO_SUCH_HANDOVER"
    ledger = second_desk()
    handed(ledger, desk="booking", handed=handed(ledger, desk="booking"))
    assert ledger.violation() == "OWN_HANDOVER"


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
