"""The main path, from arrest to release, and what each step refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.access.role import ACTS
from pars.core.cases.board import NOW_COLUMNS, now_row
from pars.core.cases.booking import (
    book_arrest,
    cases_of_person,
    correct_facts,
    linked_cases,
    submit_for_charging,
)
from pars.core.cases.case import Case, Change, display_name, filed_charges, identity, proposed_charges
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    ChargeFiled,
    ChargeProposed,
    ComplaintSigned,
    IdentityClaimed,
    NarrativeWritten,
)
from pars.core.cases.pretrial import record_interview
from pars.core.cases.progress import STAGES, missing_for_arraignment, next_steps, stage
from pars.core.cases.received import AliasGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.ledger import drafts
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant
from tests.cases import (
    ARREST,
    ID,
    NOW,
    OTHER_ID,
    PERSON,
    asked,
    at,
    booked,
    by_prints,
    decided,
    done,
    heard,
    one_person,
    ordered,
    refused,
    sent,
    signed,
)


def test_the_main_path_from_arrest_to_release() -> None:
    steps: list[tuple[Case, str, tuple[str, ...], tuple[str, ...]]] = [
        (booked(), "BOOKED", ("SUBMISSION", "DECISION", "COMPLAINT", "INTERVIEW"), ("case:submit", "interview:record")),
        (sent(), "SUBMITTED", ("DECISION", "COMPLAINT", "INTERVIEW"), ("charge:decide", "interview:record")),
        (decided(), "APPROVED", ("COMPLAINT", "INTERVIEW"), ("complaint:sign", "interview:record")),
        (signed(), "COMPLAINT", ("INTERVIEW",), ("interview:record", "hearing:hold")),
        (asked(), "READY", (), ("hearing:hold", "interview:record")),
        (heard(), "ARRAIGNED", (), ("release:order",)),
        (ordered(), "TO_RELEASE", (), ("release:acknowledge",)),
    ]
    for case, where, missing, acts in steps:
        assert stage(case, NOW) == where
        assert tuple(gap.code for gap in missing_for_arraignment(case, NOW)) == missing
        assert tuple(step.act for step in next_steps(case, NOW)) == acts
    last = ordered()
    free = done(acknowledge_release(last, last.version, released=True, at=NOW, cases=(last,)))
    assert stage(free, NOW) == "RELEASED"
    assert next_steps(free, NOW) == ()
    assert missing_for_arraignment(free, NOW) == ()
    refused(submit_for_charging(free, free.version), "RELEASED")


def test_every_stage_has_its_words() -> None:
    assert {"BOOKED", "READY", "HELD", "CHILD", "HISTORY"} <= STAGES.keys()
    assert all(STAGES.values())


def test_missing_says_who_owes_it_and_whether_it_is_late() -> None:
    gaps = missing_for_arraignment(booked(), NOW)
    assert [gap.owed_by for gap in gaps] == ["police", "prosecutor", "prosecutor", "pretrial"]
    assert not any(gap.late for gap in gaps)
    assert [gap.can_wait for gap in gaps] == [False, False, False, True]
    late = Instant(NOW + 40 * HOUR)
    assert all(gap.late for gap in missing_for_arraignment(booked(), late))


def test_each_change_has_a_form_in_the_ledger() -> None:
    case = booked()
    outcome = submit_for_charging(case, case.version)
    assert isinstance(outcome, Change)
    draft = drafts.case_changed(
        outcome.kind, case="0" * 64, version=outcome.case.version, detail=outcome.detail, until=outcome.until
    )
    assert draft.kind is Kind.CASE_SUBMITTED
    assert outcome.changed


def test_booking_needs_a_name_an_arrest_and_a_birth_date_or_its_reason() -> None:
    def book(**changes: object) -> object:
        return book_arrest(ID, **{"at": NOW, "person": PERSON, "arrests": [ARREST], **changes})

    refused(book(person=PersonStated(birth_date=at("1990"))), "NO_NAME", "person")
    refused(book(arrests=[]), "NO_ARREST", "arrests")
    nameless = replace(PERSON, birth_date=None)
    refused(book(person=nameless), "BIRTH_DATE_REASON_NEEDED", "birth_date")
    known = book(person=nameless, birth_date_reason=" refused to say ")
    assert isinstance(known, Change)
    who = identity(known.case)
    assert who is not None
    assert who.why == "refused to say"
    future = at("2026-11-21T02:00:00-05:00")
    refused(book(arrests=[replace(ARREST, time=future)]), "TIME_IN_FUTURE", "arrests.time")
    refused(book(booking=BookingGiven(time=future)), "TIME_IN_FUTURE", "booking.time")
    empty, none = ChargeGiven(statute=" ", description=""), ChargeGiven(statute="18 § 2701", counts=0)
    refused(book(arrests=[replace(ARREST, charges=(empty,))]), "EMPTY_CHARGE")
    refused(book(arrests=[replace(ARREST, charges=(none,))]), "NO_COUNTS")


def test_booking_keeps_everything_as_given() -> None:
    alias = AliasGiven(surname="Whitlow", given="Mary")
    second = replace(ARREST, agency="", agency_id="PA0000002", otn=None, narrative=None, charges=())
    case = booked(aliases=[alias], arrests=[ARREST, second], booking=BookingGiven(agency="Sheriff"))
    assert display_name(case) == "Whitlock, Marian"
    arrests = case.current(Arrested)
    assert [arrest.agency for arrest in arrests] == ["Invented Police", "PA0000002"]
    assert arrests[0].otn == "Q3333330"
    assert case.current(AliasStated)[0].surname == "Whitlow"
    assert {charge.arrest for charge in proposed_charges(case)} == {arrests[0].n}
    assert len(proposed_charges(case, arrests[0].n)) == 2
    assert proposed_charges(case, arrests[1].n) == ()
    assert case.current(NarrativeWritten)[0].arrest == arrests[0].n
    assert (
        booked(arrests=[replace(ARREST, agency="", agency_id=None)], booking=None).current(Arrested)[0].agency
        == "Agency not stated"
    )


@pytest.mark.parametrize(
    ("who", "shown", "full"),
    [
        (PersonStated(surname="Doe", given="Jo", middle="A", suffix="Jr"), "Doe, Jo A Jr", "Jo A Doe Jr"),
        (PersonStated(surname="Doe"), "Doe", "Doe"),
        (PersonStated(surname="Last", full="First Last"), "First Last", "First Last"),
        (PersonStated(full="Maria dos Santos Vale"), "Maria dos Santos Vale", "Maria dos Santos Vale"),
        (PersonStated(given="Prince"), "Prince", "Prince"),
    ],
)
def test_a_name_is_shown_as_given_and_never_split(who: PersonStated, shown: str, full: str) -> None:
    case = booked(person=replace(who, birth_date=at("1990")))
    assert display_name(case) == shown
    row = now_row(case)
    assert row["full_name"] == full
    assert row["given"] == who.given
    assert row["display_name"] == shown


def test_a_case_without_facts_can_be_read() -> None:
    empty = Case(ID)
    assert display_name(empty) == "Name not stated"
    assert display_name(Case(ID).add(IdentityClaimed(surname=None, given=None))) == "Name not stated"
    row = now_row(empty)
    assert set(row) == set(NOW_COLUMNS)
    assert row["full_name"] is None
    assert row["charge_status"] == "PENDING"
    assert stage(empty, NOW) == "BOOKED"
    assert [gap.code for gap in missing_for_arraignment(empty, NOW)] == ["AGE", "CHARGES", "COMPLAINT", "INTERVIEW"]
    assert [step.act for step in next_steps(empty, NOW)] == ["case:correct", "case:correct", "interview:record"]


def test_sending_needs_a_charge_and_means_something() -> None:
    bare = booked(arrests=[replace(ARREST, charges=())])
    refused(submit_for_charging(bare, bare.version), "NO_CHARGES", "charges")
    again = sent(sent())
    assert again.version == 3
    over = decided()
    refused(submit_for_charging(over, over.version), "ALREADY_DECIDED")
    extra = ChargeProposed(arrest=over.current(Arrested)[0].n, statute="18 § 5104", description="Resisting Arrest")
    more = done(correct_facts(over, over.version, [extra], why="omitted", at=NOW))
    assert stage(sent(more), NOW) == "SUBMITTED"


def test_nobody_acts_on_an_absent_case_or_an_old_version() -> None:
    case = booked()
    refused(submit_for_charging(None, 1), "NO_SUCH_CASE")
    stale = refused(submit_for_charging(case, case.version - 1), "STALE")
    assert "version 0" in stale.says
    assert "version 1" in stale.says


# ---------------------------------------------------------------- corrections


def test_a_correction_stays_above_the_fact_it_corrects() -> None:
    case = booked()
    first = case.current(IdentityClaimed)[0]
    fixed = done(correct_facts(case, case.version, [replace(first, given="Marion", corrects=first.n)], why="misheard", at=NOW))
    assert identity(fixed) != first
    assert fixed.fact(first.n) == first
    assert fixed.standing(first.n) == identity(fixed)
    assert fixed.facts[: len(case.facts)] == case.facts
    who = identity(fixed)
    assert who is not None
    assert (who.given, who.why) == ("Marion", "misheard")


def test_what_may_not_be_corrected() -> None:
    case = signed()
    who = case.current(IdentityClaimed)[0]
    charge = proposed_charges(case)[0]

    def correct(*facts: object, why: str = "because") -> object:
        return correct_facts(case, case.version, facts, why=why, at=NOW)

    refused(correct(), "NOTHING_TO_CORRECT", "facts")
    refused(correct(replace(who, corrects=who.n), why=" "), "REASON_NEEDED", "why")
    refused(correct(replace(filed_charges(case)[0], corrects=1)), "NOT_CORRECTABLE", "ChargeFiled")
    refused(correct(replace(who, corrects=charge.n)), "NO_SUCH_FACT", "corrects")
    refused(correct(replace(who, corrects=99)), "NO_SUCH_FACT", "corrects")
    refused(correct(replace(who, corrects=None)), "CORRECT_THE_FIRST", "corrects")
    refused(correct(replace(charge, corrects=None, arrest=99)), "NO_SUCH_ARREST", "arrest")
    arrest = case.current(Arrested)[0]
    late = replace(arrest, corrects=arrest.n, time=at("2027-01-01"))
    refused(correct(late), "TIME_IN_FUTURE", "time")
    refused(correct(replace(who, corrects=who.n, surname=None, given=" ")), "NO_NAME", "identities")
    refused(correct(replace(charge, corrects=charge.n, statute="", description=" ")), "EMPTY_CHARGE", "charges")
    fixed = done(correct(replace(who, corrects=who.n)))
    refused(correct_facts(fixed, fixed.version, [replace(who, corrects=who.n)], why="twice", at=NOW), "NO_SUCH_FACT")
    refused(correct_facts(None, 1, [who], why="x", at=NOW), "NO_SUCH_CASE")
    bare = Case(ID).add(AliasStated(surname="A", given=None))
    named = done(correct_facts(bare, 1, [IdentityClaimed(surname="B", given=None)], why="now known", at=NOW))
    assert identity(named) is not None


def test_a_charge_of_a_corrected_arrest_still_belongs_to_it() -> None:
    case = booked()
    arrest = case.current(Arrested)[0]
    fixed = done(correct_facts(case, case.version, [replace(arrest, corrects=arrest.n, district="9")], why="typo", at=NOW))
    now = fixed.current(Arrested)[0]
    assert len(proposed_charges(fixed, now.n)) == 2
    assert len(proposed_charges(fixed, arrest.n)) == 2
    filed = filed_charges(decided(sent(fixed)))
    assert len(filed) == 2


def test_a_correction_names_an_earlier_fact_of_its_own_kind() -> None:
    case = booked()
    for wrong in (
        ChargeFiled(arrest=1, statute="", description="", corrects=1),
        IdentityClaimed(surname="A", given=None, corrects=99),
    ):
        with pytest.raises(ValueError, match="can't correct"):
            case.add(wrong)
    with pytest.raises(IndexError):
        case.fact(0)


# ---------------------------------------------------------------- one person's cases


def test_two_cases_are_one_persons_by_fingerprints_or_two_people() -> None:
    one, other, third = booked(), booked(OTHER_ID), booked("33333333-3333-4333-8333-333333333333")
    assert cases_of_person(one, [one, other, third]) == (one,)

    one, other, third = by_prints(one), by_prints(other), by_prints(third)
    linked = one_person(one, other)
    assert linked_cases(linked) == {OTHER_ID}
    chained = one_person(third, other)
    assert {case.id for case in cases_of_person(linked, [other, chained])} == {ID, OTHER_ID, chained.id}
    assert {case.id for case in cases_of_person(other, [linked, chained])} == {ID, OTHER_ID, chained.id}


# ---------------------------------------------------------------- the interview


def test_an_interview_has_three_states_and_decides_nothing() -> None:
    case = signed()

    def ask(**answers: object) -> object:
        return record_interview(case, case.version, **answers)

    refused(ask(outcome="MAYBE"), "NO_SUCH_OUTCOME", "outcome")
    refused(ask(outcome="UNABLE"), "REASON_NEEDED", "reason")
    refused(ask(outcome="DECLINED", answers={"employed": "NO"}), "ANSWERS_WITHOUT_INTERVIEW")
    refused(ask(outcome="TAKEN", answers={"offense": "YES"}), "NO_SUCH_QUESTION", "answers")
    refused(ask(outcome="TAKEN", answers={"employed": "MAYBE"}), "NO_SUCH_ANSWER", "employed")
    refused(record_interview(None, 1, outcome="TAKEN"), "NO_SUCH_CASE")
    over = heard()
    refused(record_interview(over, over.version, outcome="TAKEN"), "HEARING_HELD")
    assert stage(done(ask(outcome="DECLINED")), NOW) == "READY"
    taken = done(ask(outcome="TAKEN", answers={"employed": "YES"}))
    assert stage(taken, NOW) == "READY"
    assert now_row(taken)["release_types"] == ()


def test_a_case_can_hold_a_signature_that_a_later_charge_outdates() -> None:
    case = signed()
    assert case.latest(ComplaintSigned) is not None
    row = now_row(case)
    assert row["complaint_signed"] is True


def test_every_step_names_an_act_that_a_grant_can_allow() -> None:
    steps = [
        step for case in (Case(ID), booked(), sent(), decided(), asked(), heard(), ordered()) for step in next_steps(case, NOW)
    ]
    assert {step.act for step in steps} <= ACTS
    assert {"AGE", "CHARGES", "SUBMISSION", "DECISION", "HEARING", "ORDER", "RELEASE"} <= {step.code for step in steps}
