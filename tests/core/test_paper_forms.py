"""Paper forms: a number that a slip of the pen gives away, entered once, at the times that the form states."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.board import now_row
from pars.core.cases.booking import book_arrest
from pars.core.cases.case import Case, Change, custody_began
from pars.core.cases.clock_rules import Clock
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.deadlines import clocks
from pars.core.cases.detainer_rules import RULES
from pars.core.cases.facts import PaperEntered, ReleaseAcknowledged
from pars.core.cases.limits import limits
from pars.core.cases.paper_forms import (
    FORMS,
    MOST,
    VOIDED_BECAUSE,
    FormNumber,
    FormState,
    check_character,
    enter_later,
    read_number,
    refuse_duplicate,
    refuse_form,
    refuse_print,
    refuse_void,
    with_form,
)
from pars.core.owners.profile import ORDINARY
from pars.core.terms import HOUR, Instant, Refusal
from tests.cases import ARREST, ARRESTED, BOOKING, ID, NOW, OTHER_ID, PERSON, at, booked, done, heard, ordered, refused

SITES = st.from_regex(r"[A-Z][A-Z0-9]{1,7}", fullmatch=True)
NUMBERS = st.builds(FormNumber, SITES, st.integers(1, 999_999))
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OUT = FormState(form="ARREST")
ONE = FormNumber("PDU", 12)


def misread(text: str) -> None:
    found = read_number(text)
    assert isinstance(found, Refusal), found
    assert found.code == "FORM_MISREAD"


# ---------------------------------------------------------------- the number


@given(NUMBERS)
def test_a_number_reads_back_however_it_is_typed(number: FormNumber) -> None:
    text = str(number)
    for typed in (text, text.lower(), text.replace("-", ""), f"  {text} ", " ".join(text)):
        assert read_number(typed) == number


@given(NUMBERS, st.data())
def test_edge_48_one_wrong_character_is_seen(number: FormNumber, data: st.DataObject) -> None:
    text = str(number).replace("-", "")
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from([letter for letter in LETTERS if letter != text[place]]))
    misread(text[:place] + wrong + text[place + 1 :])


@given(NUMBERS, st.data())
def test_edge_48_two_exchanged_neighbors_are_seen(number: FormNumber, data: st.DataObject) -> None:
    text = str(number).replace("-", "")
    place = data.draw(st.integers(0, len(text) - 2))
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if swapped != text and not goes_unseen(text[place], text[place + 1]):
        misread(swapped)


def goes_unseen(one: str, other: str) -> bool:
    """Return whether the two are neighbors in the alphabet's ring: one exchange in 36 of such can't be seen by ISO 7064, MOD 37,36."""
    return (LETTERS.index(one) - LETTERS.index(other)) % 36 in {1, 35}


@given(NUMBERS, NUMBERS)
def test_edge_48_two_forms_never_share_a_number(one: FormNumber, other: FormNumber) -> None:
    assert (str(one) == str(other)) is (one == other)


def test_what_is_no_number_is_told() -> None:
    for text in ("", "PDU", "PDU-12-K", "PDU-000000-" + check_character("PDU000000"), "1DU-000012-K", "ÄDU-000012-K"):
        misread(text)
    assert check_character("A12425GABC1234002") == "M"  # the standard's own example


def test_forms_are_printed_for_a_short_name_a_known_kind_and_not_too_many() -> None:
    assert refuse_print("PDU", "ARREST", 1) is None
    assert refuse_print("PDU", "ARREST", MOST) is None
    for site in ("", "P", "pdu", "PDU 1", "TOOLONGNAME", "1PD"):
        assert refusal(refuse_print(site, "ARREST", 1)) == "WRONG_SITE"
    assert refusal(refuse_print("PDU", "OTHER", 1)) == "UNKNOWN_FORM"
    for count in (0, -1, MOST + 1):
        assert refusal(refuse_print("PDU", "ARREST", count)) == "WRONG_COUNT"


def refusal(found: Refusal | None) -> str | None:
    return None if found is None else found.code


# ---------------------------------------------------------------- entered once


def test_edge_48_a_form_is_entered_once_and_the_second_time_names_the_case() -> None:
    assert refuse_form("case:book", ONE, OUT) is None
    again = refuse_form("case:book", ONE, replace(OUT, case=ID))
    assert again is not None
    assert again.code == "FORM_ENTERED"
    assert ID in again.says
    assert refusal(refuse_form("case:book", ONE, FormState(form=None))) == "FORM_NOT_PRINTED"
    assert refusal(refuse_form("case:book", ONE, replace(OUT, voided=True))) == "FORM_VOID"


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_entered_by_its_own_act_and_an_arrest_also_put_to_a_case_that_is_here(form: str) -> None:
    for act in (*(enters for _, enters in FORMS.values()), "case:correct"):
        code = refusal(refuse_form(act, ONE, FormState(form=form)))
        known = act == FORMS[form][1] or (act, form) == ("case:correct", "ARREST")
        assert code == (None if known else "OTHER_FORM")


def test_a_form_is_made_void_for_a_listed_reason_while_it_is_out() -> None:
    assert all(refuse_void(ONE, OUT, reason) is None for reason in VOIDED_BECAUSE)
    assert refusal(refuse_void(ONE, OUT, "")) == "REASON_NEEDED"
    assert refusal(refuse_void(ONE, replace(OUT, case=ID), "LOST")) == "FORM_ENTERED"
    assert refusal(refuse_void(ONE, replace(OUT, voided=True), "LOST")) == "FORM_VOID"


def test_edge_48_an_arrest_that_came_by_another_way_is_found_by_its_numbers_and_named() -> None:
    here = booked(OTHER_ID)
    by_record, by_otn = replace(ARREST, otn=None), replace(ARREST, record_id=None, agency="Other", agency_id=None)
    neither = replace(ARREST, record_id="R-2", otn="Q 333334-0")
    for arrest, booking, code in (
        (by_record, None, "ARREST_IS_HERE"),
        (by_otn, None, "ARREST_IS_HERE"),
        (neither, replace(BOOKING, agency="Invented Police"), "ARREST_IS_HERE"),
        (neither, None, None),
        (neither, replace(BOOKING, record_id="B-2"), None),
    ):
        found = refuse_duplicate([arrest], booking, [here])
        assert refusal(found) == code
        assert found is None or OTHER_ID in found.says
    assert refuse_duplicate([], BOOKING, [here]) is None


# ---------------------------------------------------------------- the times


def from_paper(late: int = 30) -> tuple[Case, Instant]:
    """Return an arrest that was written on paper and entered so many hours after it."""
    entered = Instant(ARRESTED.earliest + late * HOUR)
    outcome = book_arrest(ID, at=entered, person=PERSON, arrests=[ARREST], booking=BOOKING)
    assert isinstance(outcome, Change)
    papered = with_form(outcome, ONE)
    assert papered.facts[-1] == papered.case.facts[-1] == PaperEntered(form=str(ONE), n=len(papered.case.facts))
    assert papered.detail["form"] == str(ONE)
    assert papered.case.version == 1
    return papered.case, entered


def test_edge_48_the_timers_run_from_the_stated_times_and_not_from_the_entry() -> None:
    case, entered = from_paper()
    began = custody_began(case)
    assert began is not None
    assert began.earliest == ARRESTED.earliest
    found: Clock = next(one for one in clocks(case, entered) if one.code == "PROBABLE_CAUSE")
    assert (found.starts, found.due) == (ARRESTED.earliest, ARRESTED.earliest + 48 * HOUR)
    kept = Case(case.id, case.version, tuple(replace(fact, entry=1) for fact in case.facts))
    unsent = {one.code: one.due for one in limits(kept, entered, recorded={1: entered})}["UNSENT"]
    assert unsent == ARRESTED.earliest + case.profile.unsent * HOUR
    typed = Case(case.id, case.version, tuple(fact for fact in kept.facts if not isinstance(fact, PaperEntered)))
    later = {one.code: one.due for one in limits(typed, entered, recorded={1: entered})}["UNSENT"]
    assert later == entered + case.profile.unsent * HOUR


def test_a_release_on_paper_keeps_the_time_that_it_states() -> None:
    case = ordered()
    left = at("2026-11-20T11:45:00-05:00")
    given = {"released": True, "at": NOW, "cases": (case,)}
    free = done(acknowledge_release(case, case.version, time=left, **given))  # type: ignore[arg-type]
    assert free.current(ReleaseAcknowledged)[0].time == left
    refused(acknowledge_release(case, case.version, time=at("2026-11-21"), **given), "TIME_IN_FUTURE", "time")  # type: ignore[arg-type]
    assert heard()


def test_a_number_is_put_to_a_case_as_it_was_seen() -> None:
    case = booked()
    outcome = enter_later(case, case.version)
    assert isinstance(outcome, Change)
    assert with_form(outcome, ONE).case.current(PaperEntered)[0].form == str(ONE)
    refused(enter_later(case, 9), "STALE")


def test_a_form_leaves_a_case_under_the_owners_texts_that_govern_it() -> None:
    profile = replace(ORDINARY, decided_by="court", signed_by="police", unsent=3)
    outcome = enter_later(replace(booked(), profile=profile, rules=RULES[:1]), 1)
    assert isinstance(outcome, Change)
    papered = with_form(outcome, ONE).case
    assert (papered.profile, papered.rules) == (profile, RULES[:1])
    assert now_row(papered)["decided_by"] == "court"
