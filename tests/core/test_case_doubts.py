"""Doubts and age: accepted, shown, settled by a person with a reason, never guessed away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.age import age, refuse_child
from pars.core.cases.board import now_row
from pars.core.cases.booking import book_arrest, correct_facts
from pars.core.cases.case import Case, custody_ended, custody_stated
from pars.core.cases.doubts import Doubt, found_doubts, open_doubts, resolve_doubt, settle, times_contradict
from pars.core.cases.facts import Arrested, CustodyStated, DocumentReceived, Doubted, DoubtResolved, IdentityClaimed
from pars.core.cases.progress import next_steps, stage
from pars.core.cases.received import BookingGiven, ChargeGiven
from pars.core.terms import StatedTime
from tests.cases import ARREST, ID, NOW, PERSON, THEFT, at, booked, decided, done, hear, refused, sent

BORN_2008 = replace(PERSON, birth_date=at("2008"))


def codes(case: Case) -> list[str]:
    return [doubt.code for doubt in open_doubts(case)]


def settle_doubt(case: Case, code: str, **answer: object) -> object:
    number = next(doubt.n for doubt in open_doubts(case) if doubt.code == code)
    return resolve_doubt(case, case.version, **{"doubt": number, "reason": "birth record seen", "resolver": "ada", **answer})


def test_a_plain_adult_leaves_no_doubt() -> None:
    case = booked()
    assert open_doubts(case) == ()
    assert age(case).adult is True
    assert refuse_child(case) is None
    assert now_row(case)["adult"] is True


@pytest.mark.parametrize(
    ("born", "act", "answer"),
    [
        ("2008-11-19", "2026-11-19", "ADULT"),
        ("2008-11-20", "2026-11-19", "CHILD"),
        ("2008-11", "2026-11-19", "UNSURE"),
        ("2008-11", "2026-10-31", "CHILD"),
        ("2008-11", "2026-12-01", "ADULT"),
        ("2008", "2026-06-01", "UNSURE"),
        ("2008", "2027-01-01", "ADULT"),
        ("2008", "2025-12-31", "CHILD"),
        ("2008-11-19", "2026-11", "UNSURE"),
        ("2008-11-19", "2026-11-18T23:59:59-05:00", "CHILD"),
        ("2008-11-19", "2026-11-19T00:00:00-05:00", "ADULT"),
        ("2008-02-29", "2026-02-28", "CHILD"),
        ("2008-02-29", "2026-03-01", "ADULT"),
        ("2008-12", "2026-12-30", "UNSURE"),
        ("2008-12", "2027-01-01", "ADULT"),
    ],
)
def test_edge_05_a_partial_birth_date_settles_only_what_it_can(born: str, act: str, answer: str) -> None:
    assert settle(at(born), at(act)) == answer


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2025, 12, 31)), st.sampled_from(["2026-11-19", "2026-11"]))
def test_edge_05_less_precision_never_settles_more(born: date, act: str) -> None:
    day = str(born)
    exact = settle(at(day), at(act))
    for coarse in (day[:7], day[:4]):
        assert settle(at(coarse), at(act)) in {exact, "UNSURE"}


def test_edge_05_a_year_of_birth_stops_the_adult_path_until_somebody_settles_it() -> None:
    case = decided(sent(booked(person=BORN_2008)))
    assert codes(case) == ["POSSIBLE_MINOR"]
    assert age(case).adult is None
    assert now_row(case)["adult"] is None
    assert now_row(case)["birth_date"] is None
    refused(hear(case), "AGE_UNRESOLVED")
    assert next(step.act for step in next_steps(case, NOW)) == "case:correct"
    settled = done(settle_doubt(case, "POSSIBLE_MINOR", adult=True))
    assert age(settled).adult is True
    assert now_row(settled)["adult"] is True
    assert codes(settled) == []
    assert refuse_child(settled) is None
    child = done(settle_doubt(case, "POSSIBLE_MINOR", adult=False))
    assert age(child).adult is False
    assert stage(child, NOW) == "CHILD"
    refused(hear(child), "CHILD")


def test_edge_06_a_17_year_old_in_the_adult_queue_is_a_child_by_the_dates() -> None:
    case = booked(person=replace(PERSON, birth_date=at("2009-11-19")))
    assert age(case).adult is False
    assert codes(case) == ["POSSIBLE_MINOR"]
    assert stage(case, NOW) == "CHILD"
    who = case.current(IdentityClaimed)[0]
    typo = done(
        correct_facts(case, case.version, [replace(who, corrects=who.n, birth_date=at("1999-11-19"))], why="typo", at=NOW)
    )
    assert age(typo).adult is True
    assert codes(typo) == ["HOLDS_TO_LOOK_UP"]
    assert stage(typo, NOW) == "BOOKED"
    back = typo.current(IdentityClaimed)[0]
    again = done(
        correct_facts(typo, typo.version, [replace(back, corrects=back.n, birth_date=at("2009-11-19"))], why="no", at=NOW)
    )
    assert age(again).adult is False


def test_edge_08_the_offense_decides_not_the_arrest() -> None:
    old = ChargeGiven(statute="18 § 3502", description="Burglary", offense_date=at("2023-05-01"))
    case = booked(person=replace(PERSON, birth_date=at("2005-06-01")), arrests=[replace(ARREST, charges=(old,))])
    assert age(case).adult is False
    both = booked(person=replace(PERSON, birth_date=at("2005-06-01")), arrests=[replace(ARREST, charges=(old, THEFT))])
    assert age(both).adult is None
    assert age(both).blocks
    undated = ChargeGiven(statute="18 § 3502", description="Burglary")
    by_arrest = booked(person=replace(PERSON, birth_date=at("2005-06-01")), arrests=[replace(ARREST, charges=(undated,))])
    assert age(by_arrest).adult is True
    by_custody = booked(person=replace(PERSON, birth_date=at("2005-06-01")), arrests=[replace(ARREST, charges=())])
    assert age(by_custody).adult is True


def test_a_charge_at_17_reopens_a_settled_age() -> None:
    case = done(settle_doubt(booked(person=BORN_2008), "POSSIBLE_MINOR", adult=True))
    charge = case.facts[2]
    older = replace(charge, corrects=charge.n, offense_date=at("2024-01-01"))
    more = done(correct_facts(case, case.version, [older], why="later found", at=NOW))
    assert "POSSIBLE_MINOR" in codes(more)
    assert age(more).blocks


def test_edge_05_an_unknown_birth_date_stops_the_adult_path() -> None:
    case = booked(person=replace(PERSON, birth_date=None), birth_date_reason="refused to say")
    assert codes(case) == ["BIRTH_DATE_UNKNOWN"]
    assert age(case).blocks
    refused(hear(case), "AGE_UNRESOLVED")
    assert age(done(settle_doubt(case, "BIRTH_DATE_UNKNOWN", adult=True))).adult is True


def test_an_unknown_time_leaves_nothing_to_count_from() -> None:
    bare = replace(ARREST, time=None, charges=())
    case = booked(arrests=[bare], booking=None)
    assert codes(case) == ["TIME_UNKNOWN"]
    known = age(case)
    assert known.adult is None
    assert known.blocks
    settled = done(settle_doubt(case, "TIME_UNKNOWN"))
    assert age(settled).blocks
    undated = booked(arrests=[replace(bare, charges=(ChargeGiven(statute="18 § 1"),))], booking=None)
    assert age(undated).adult is None


# ---------------------------------------------------------------- contradictions


@pytest.mark.parametrize(
    ("arrested", "booking", "offense", "born", "clash"),
    [
        ("2026-11-20", "2026-11-20", "2026-11-19", "1990", False),
        ("2026-11-20", "2026-11-19", None, "1990", True),
        ("2026-11-20T23:50:00-05:00", "2026-11-21T00:20:00-05:00", None, "1990", False),
        ("2026-11-21T00:20:00-05:00", "2026-11-20T23:50:00-05:00", None, "1990", True),
        ("2026-11-20", None, "2026-11-21", "1990", True),
        ("2026-11-20", None, "2026-11", "1990", False),
        (None, "2026-11-19", "2026-11-20", "1990", False),
        ("2026-11-20", None, None, "2026-12", True),
        (None, "2026-11-19", None, "2026-12", True),
    ],
)
def test_times_that_cant_both_be_true_are_accepted_with_a_doubt(
    arrested: str | None, booking: str | None, offense: str | None, born: str, clash: bool
) -> None:
    charge = replace(THEFT, offense_date=at(offense) if offense else None)
    later = StatedTime("2027-01-01", "UTC").earliest
    outcome = book_arrest(
        ID,
        at=later,
        person=replace(PERSON, birth_date=at(born)),
        arrests=[replace(ARREST, time=at(arrested) if arrested else None, charges=(charge,))],
        booking=BookingGiven(time=at(booking) if booking else None),
    )
    case = done(outcome)
    assert times_contradict(case) is clash
    assert ("CONTRADICTORY_TIMES" in [d.code for d in case.current(Doubted)]) is clash


def test_contradictory_times_hide_the_age_from_outsiders_and_stop_nobody() -> None:
    case = booked(booking=BookingGiven(time=at("2013-12-17T09:30:00")))
    assert codes(case) == ["CONTRADICTORY_TIMES"]
    known = age(case)
    assert known.adult is None
    assert not known.blocks
    assert refuse_child(case) is None
    assert now_row(case)["adult"] is None
    assert "case:correct" in [step.act for step in next_steps(case, NOW)]
    settled = done(settle_doubt(case, "CONTRADICTORY_TIMES", adult=True))
    assert age(settled).adult is True
    assert not times_contradict(settled)
    young = booked(person=BORN_2008, booking=BookingGiven(time=at("2013-12-17T09:30:00")))
    assert age(young).adult is None
    assert age(young).blocks


def test_a_doubt_says_itself_in_words_and_by_its_paths() -> None:
    case = booked(booking=BookingGiven(time=at("2013-12-17T09:30:00")))
    doubt = open_doubts(case)[0]
    arrest = case.current(Arrested)[0]
    assert doubt.paths[0] == f"Arrested/{arrest.n}/time"
    assert doubt.says == "Times contradict each other."
    assert Doubt("DEFAULT_TIME").says == "The source left a doubt: default time."


# ---------------------------------------------------------------- settling


def test_settling_needs_an_open_doubt_a_reason_and_the_right_answer() -> None:
    case = booked(person=BORN_2008, booking=BookingGiven(time=at("2013-12-17")))

    def answer(**changes: object) -> object:
        return resolve_doubt(
            case, case.version, **{"doubt": number, "reason": "seen", "resolver": "ada", "adult": True, **changes}
        )

    number = open_doubts(case)[0].n
    refused(answer(doubt=1), "NO_SUCH_DOUBT", "doubt")
    refused(answer(reason=" "), "REASON_NEEDED", "reason")
    refused(answer(adult=None), "ANSWER_NEEDED", "adult")
    refused(resolve_doubt(None, 1, doubt=1, reason="x", resolver="ada"), "NO_SUCH_CASE")
    timeless = booked(arrests=[replace(ARREST, time=None)], booking=None)
    unknown = open_doubts(timeless)[0].n
    assert unknown is not None
    asked = resolve_doubt(timeless, timeless.version, doubt=unknown, reason="x", resolver="ada", adult=True)
    refused(asked, "ANSWER_NOT_ASKED", "adult")


def test_what_only_a_source_could_see_stays_until_somebody_settles_it() -> None:
    case = booked().add(
        Doubted(code="STATED_JUVENILE", paths=("Person/Description",)), Doubted(code="POSSIBLE_MINOR", paths=("Person/X",))
    )
    assert codes(case) == ["STATED_JUVENILE", "POSSIBLE_MINOR"]
    assert age(case).adult is None
    assert age(case).blocks
    settled = done(settle_doubt(case, "POSSIBLE_MINOR", adult=True))
    assert codes(settled) == ["STATED_JUVENILE"]
    assert age(settled).adult is True


def test_one_answer_settles_every_doubt_of_its_code_about_age() -> None:
    case = booked(person=BORN_2008).add(
        Doubted(code="POSSIBLE_MINOR", paths=("Person/X",)), Doubted(code="A"), Doubted(code="A")
    )
    assert codes(case).count("POSSIBLE_MINOR") == 2
    settled = done(settle_doubt(case, "POSSIBLE_MINOR", adult=True))
    assert codes(settled) == ["A", "A"]
    assert codes(done(settle_doubt(settled, "A"))) == ["A"]


def test_a_doubt_that_the_facts_no_longer_show_goes_away() -> None:
    case = booked(booking=BookingGiven(time=at("2013-12-17")))
    wrong = case.current(Doubted)[0]
    assert found_doubts(case)
    booking = next(fact for fact in case.facts if type(fact).__name__ == "Booked")
    fixed = done(
        correct_facts(case, case.version, [replace(booking, corrects=booking.n, time=at("2026-11-20"))], why="year", at=NOW)
    )
    assert codes(fixed) == []
    assert wrong in fixed.current(Doubted)


# ---------------------------------------------------------------- custody stated


def test_the_last_word_on_custody_counts() -> None:
    def case(*facts: CustodyStated | DocumentReceived) -> Case:
        return booked().add(*facts)

    inside = CustodyStated(status="IN_CUSTODY", words="In Jail", time=at("2026-11-20"))
    gone = CustodyStated(status="RELEASED", words="Released", time=at("2026-11-21"))
    assert custody_stated(booked()) is None
    assert not custody_ended(booked())
    assert custody_ended(case(inside, gone))
    assert custody_ended(case(gone, inside))
    assert not custody_ended(case(gone, replace(inside, time=at("2026-11-22"))))
    assert custody_ended(case(gone, replace(inside, time=gone.time)))
    first = len(booked().facts) + 1
    document = DocumentReceived(
        feed="f", owner="custodian", family="CUSTODY", document_key="k", sha256="0" * 64, document_time=at("2026-11-22")
    )
    assert not custody_ended(case(document, gone, replace(inside, time=None, document=first)))
    assert custody_ended(case(gone, replace(inside, time=None)))
    assert codes(case(gone)) == ["CUSTODY_ENDED"]
    assert stage(case(gone), NOW) == "HISTORY"


def test_a_settled_doubt_is_a_fact_like_any_other() -> None:
    case = done(settle_doubt(booked(person=BORN_2008), "POSSIBLE_MINOR", adult=True))
    resolved = case.current(DoubtResolved)[0]
    assert (resolved.resolver, resolved.reason, resolved.adult) == ("ada", "birth record seen", True)
