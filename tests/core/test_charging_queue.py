"""The charging queue: whose turn a case is, since which fact it waits, and what comes first."""

from __future__ import annotations

from dataclasses import replace

from pars.core.cases.age import age
from pars.core.cases.booking import correct_facts, submit_for_charging
from pars.core.cases.case import Case, identity, proposed_charges, undecided
from pars.core.cases.charging import decide_charges
from pars.core.cases.charging_queue import queue_order, queued
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.facts import ChargeDecided, ChargeProposed, IdentityClaimed, Submitted
from pars.core.terms import Instant
from tests.cases import NOW, at, booked, decided, done, heard, sent
from tests.core.test_edges_charges import graded_by_priors


def back(case: Case) -> Case:
    """Return the case with its first charge returned."""
    first = proposed_charges(case)[0].n
    choice = ChargeChoice(decision="RETURN", proposed=first, reason="FACTS", note="Who saw it?")
    return done(decide_charges(case, case.version, [choice]))


def again(case: Case) -> Case:
    return done(submit_for_charging(case, case.version))


def changed(case: Case, *facts: IdentityClaimed | ChargeProposed) -> Case:
    return done(correct_facts(case, case.version, facts, why="Another look", at=NOW))


def test_a_case_waits_for_the_prosecutor_from_when_it_was_sent() -> None:
    assert queued(booked(), NOW) is None
    case = sent()
    place = queued(case, NOW)
    assert place is not None
    assert (place.turn, place.since, place.limit) == ("DECIDE", case.latest(Submitted), custody_limit(case))
    assert queued(decided(), NOW) is None


def test_edge_16_what_is_returned_waits_for_the_police_and_then_anew() -> None:
    case = back(sent())
    place = queued(case, NOW)
    assert place is not None
    assert (place.turn, place.since) == ("RETURNED", case.latest(ChargeDecided))
    answered = again(case)
    place = queued(answered, NOW)
    assert place is not None
    assert place.turn == "DECIDE"
    assert isinstance(place.since, Submitted), "the other charge waits from the first time that the case was sent"
    assert place.since == next(fact for fact in answered.facts if isinstance(fact, Submitted))
    other = proposed_charges(answered)[1].n
    rest = done(decide_charges(answered, answered.version, [ChargeChoice(decision="APPROVE", proposed=other)]))
    place = queued(rest, NOW)
    assert place is not None
    assert place.since == rest.latest(Submitted)
    assert place.since != next(fact for fact in rest.facts if isinstance(fact, Submitted))


def test_a_charge_proposed_later_waits_from_then_and_a_correction_gains_it_no_time() -> None:
    case = decided()
    first = proposed_charges(case)[0]
    later = changed(case, replace(first, n=0, corrects=None, entry=None, description="Trespass by night"))
    added = proposed_charges(later)[-1]
    place = queued(later, NOW)
    assert place is not None
    assert place.since == added
    corrected = changed(later, replace(added, corrects=added.n, counts=2))
    place = queued(corrected, NOW)
    assert place is not None
    assert place.since == added


def test_edge_20_a_shaken_grade_waits_from_what_shook_it() -> None:
    case = graded_by_priors()
    who = identity(case)
    assert who is not None
    assert queued(case, NOW) is None
    shaken = changed(case, replace(who, corrects=who.n, given="Miriam"))
    place = queued(shaken, NOW)
    assert place is not None
    assert (place.turn, place.since) == ("DECIDE", shaken.latest(IdentityClaimed))


def test_a_child_in_law_waits_for_no_prosecutor() -> None:
    case = sent()
    who = identity(case)
    assert who is not None
    born = replace(who, corrects=who.n, birth_date=at("2015-02-14"))
    child = changed(case, born)
    assert age(child).adult is False
    assert undecided(child)
    assert queued(child, NOW) is None


def test_after_a_hearing_no_limit_counts() -> None:
    first = proposed_charges(heard())[0]
    late = changed(heard(), replace(first, n=0, corrects=None, entry=None, description="Another"))
    place = queued(late, NOW)
    assert place is not None
    assert place.limit is None, "a judge saw the person: no 48 hours run"


def test_the_nearest_limit_comes_first_then_the_longest_waiting() -> None:
    near, far, early, late = Instant(10), Instant(20), Instant(1), Instant(2)
    places = [(None, early), (far, early), (near, late), (near, early)]
    assert sorted(places, key=lambda place: queue_order(*place)) == [(near, early), (near, late), (far, early), (None, early)]
