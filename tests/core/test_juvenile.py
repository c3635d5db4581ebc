"""A child before the adult court: charged there directly, sent on to the juvenile court, and out of every adult view."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.age import age
from pars.core.cases.board import now_row
from pars.core.cases.case import Case, released
from pars.core.cases.charging_queue import queued
from pars.core.cases.custody import acknowledge_release, release_basis, what_holds
from pars.core.cases.docket import place
from pars.core.cases.doubts import open_doubts, resolve_doubt
from pars.core.cases.facts import CustodyStated
from pars.core.cases.holds import lodge_hold
from pars.core.cases.interview_queue import waits_for_interviewer
from pars.core.cases.juvenile import charge_directly, send_to_juvenile
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage
from pars.core.cases.waiting import waiting
from pars.core.terms import Refusal
from tests.cases import NOW, OTHER_ID, PERSON, asked, at, booked, by_prints, decided, done, hear, ordered, refused, sent, signed

YOUNG = replace(PERSON, birth_date=at("2010-06-01"))
ORDER = {"court": "Invented Common Pleas", "reference": "O-1", "decided": at("2026-11-20T06:00:00-05:00"), "at": NOW}


def direct(case: Case | None = None) -> Case:
    before = case or booked(person=YOUNG)
    return done(charge_directly(before, before.version, basis="DEADLY_WEAPON", reason="A firearm; 16 years old."))


def away(case: Case) -> Case:
    return done(send_to_juvenile(case, case.version, **ORDER))


def test_a_child_is_charged_as_an_adult_only_on_a_ground_of_the_law() -> None:
    case = booked(person=YOUNG)
    refused(charge_directly(None, 1, basis="MURDER", reason="x"), "NO_SUCH_CASE")
    refused(charge_directly(case, case.version, basis="GRAVE", reason="x"), "NO_SUCH_BASIS", "basis")
    refused(charge_directly(case, case.version, basis="MURDER", reason=" "), "REASON_NEEDED", "reason")
    refused(charge_directly(booked(), 1, basis="MURDER", reason="x"), "NOT_A_CHILD")
    charged = direct(case)
    assert (age(charged).adult, age(charged).blocks) == (False, False)
    assert now_row(charged)["adult"] is False, "outside views stay closed"
    assert stage(charged, NOW) == "BOOKED"
    refused(charge_directly(charged, charged.version, basis="MURDER", reason="x"), "NOT_A_CHILD")
    assert done(hear(asked(signed(decided(sent(charged)))))).version > charged.version


def test_a_child_of_whom_a_source_says_that_custody_ended_keeps_nobody() -> None:
    """Years later the same person stands in another case, linked to this one: an old word holds them no longer than an adult."""
    child = away(direct())
    assert [one.code for one in what_holds((child,), NOW)] == ["CHILD"]
    gone = child.add(CustodyStated(status="RELEASED", words="To the parents", time=at("2026-11-20T07:00:00-05:00")))
    assert what_holds((gone,), NOW) == ()
    grown = Case(OTHER_ID, ordered().version, ordered().facts)
    free = {"released": True, "at": NOW}
    refused(acknowledge_release(grown, grown.version, cases=(grown, child), **free), "STILL_HELD")
    assert released(done(acknowledge_release(grown, grown.version, cases=(grown, gone), **free)))


def test_the_juvenile_court_takes_a_matter_by_an_order_that_is_named() -> None:
    case = direct()
    refused(send_to_juvenile(None, 1, **ORDER), "NO_SUCH_CASE")
    refused(send_to_juvenile(booked(), 1, **ORDER), "ADULT")
    refused(send_to_juvenile(case, case.version, **{**ORDER, "court": " "}), "WORDS_NEEDED", "court")
    refused(send_to_juvenile(case, case.version, **{**ORDER, "reference": ""}), "WORDS_NEEDED", "reference")
    refused(send_to_juvenile(case, case.version, **{**ORDER, "decided": at("2026-11-22")}), "TIME_IN_FUTURE", "decided")
    refused(send_to_juvenile(case, case.version, **ORDER, docket="51-2018"), "NUMBER_SHAPE", "docket")
    gone = done(send_to_juvenile(case, case.version, **ORDER, docket="CP-51-CR-0012345-2026"))
    refused(send_to_juvenile(gone, gone.version, **ORDER), "SENT_ALREADY")
    refused(charge_directly(gone, gone.version, basis="MURDER", reason="x"), "CHILD")


def test_a_child_who_is_charged_as_an_adult_is_interviewed_and_heard_like_anybody() -> None:
    case = signed(decided(sent(direct())))
    asked_for, on = waits_for_interviewer(case, NOW), place(case, NOW)
    assert asked_for is not None
    assert on is not None
    assert asked_for.turn == "TAKE"
    assert waits_for_interviewer(away(case), NOW) is None
    assert place(away(case), NOW) is None


@pytest.mark.parametrize("before", ["booked", "sent", "signed", "ordered"])
def test_edge_07_a_child_sent_to_the_juvenile_court_is_off_the_adult_path_at_once(before: str) -> None:
    case = direct()
    steps = {"booked": lambda: case, "sent": lambda: sent(case), "signed": lambda: signed(decided(sent(case)))}
    then = away(steps[before]() if before in steps else ordered(done(hear(asked(signed(decided(sent(case))))))))
    row = now_row(then)
    assert stage(then, NOW) == "CHILD"
    assert (row["adult"], row["age_blocks"]) == (False, True), "no outside scope admits the case"
    assert queued(then, NOW) is None
    assert waiting(row).desk == "release"
    assert [step.code for step in next_steps(then, NOW) if step.code != "DOUBT"] == ["RELEASE"]
    assert any(not gap.can_wait for gap in missing_for_arraignment(then, NOW)) or before == "ordered"
    assert isinstance(hear(then), Refusal)
    assert [(one.code, one.authority) for one in what_holds((then,), NOW)] == [("CHILD", "the juvenile authorities")]


def test_edge_07_no_answer_on_the_age_brings_the_case_back() -> None:
    case = away(direct())
    doubt = next(doubt for doubt in open_doubts(case) if doubt.code == "POSSIBLE_MINOR")
    assert doubt.n is not None
    said = done(resolve_doubt(case, case.version, doubt=doubt.n, reason="said so", resolver="ada", adult=True))
    assert age(said).child
    assert stage(said, NOW) == "CHILD"


def test_edge_07_custody_goes_to_the_juvenile_authorities_and_nothing_else_is_forgotten() -> None:
    case = away(direct())
    assert release_basis(case) == "JUVENILE"
    given = {"released": True, "at": NOW, "cases": ()}
    handed = done(acknowledge_release(case, case.version, **given))
    assert released(handed)
    assert stage(handed, NOW) == "RELEASED"
    assert next_steps(handed, NOW) == ()
    kept = done(
        lodge_hold(
            case, case.version, kind="BENCH_WARRANT", authority="A court", lodged=at("2026-11-20T05:00:00-05:00"), at=NOW
        )
    )
    assert refused(acknowledge_release(kept, kept.version, **given), "STILL_HELD").names == ("BENCH_WARRANT",)


def test_edge_02_an_answer_on_the_age_is_of_the_person_it_was_given_for() -> None:
    """Somebody said "an adult" of who the person claimed to be; prints name another, and the question is open again."""
    case = booked(person=replace(PERSON, birth_date=None), birth_date_reason="not said")
    doubt = next(doubt for doubt in open_doubts(case) if doubt.code == "BIRTH_DATE_UNKNOWN")
    assert doubt.n is not None
    adult = done(resolve_doubt(case, case.version, doubt=doubt.n, reason="a card", resolver="ada", adult=True))
    assert age(adult).adult is True
    assert age(by_prints(adult, surname="Whitlock")).adult is True, "the same person"
    other = by_prints(adult, surname="Ashgrove")
    assert (age(other).adult, age(other).blocks) == (None, True)
    assert "BIRTH_DATE_UNKNOWN" in [doubt.code for doubt in open_doubts(other)]


def test_edge_02_a_child_by_an_answer_is_none_when_prints_name_an_adult() -> None:
    case = booked(person=replace(PERSON, birth_date=None), birth_date_reason="not said")
    doubt = next(doubt for doubt in open_doubts(case) if doubt.code == "BIRTH_DATE_UNKNOWN")
    assert doubt.n is not None
    child = done(resolve_doubt(case, case.version, doubt=doubt.n, reason="looks 15", resolver="ada", adult=False))
    assert age(child).child
    assert age(by_prints(child, surname="Ashgrove", birth_date=at("1980"))).adult is True
    assert age(by_prints(child, surname="Whitlock")).child, "the same person"
