"""Clocks, computed when somebody looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case
from pars.core.cases.charging import decide_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.clock_rules import Clock
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.deadlines import clocks, custody_limit
from pars.core.cases.facts import Arrested, CustodyStated, ReleaseOrdered
from pars.core.cases.holds import lodge_hold
from pars.core.cases.next_hearing import hearing_due, hearing_window
from pars.core.cases.progress import comes_next
from pars.core.cases.release import post_bail
from pars.core.terms import DAY, HOUR, Instant, StatedTime, instant, moment
from tests.cases import (
    ARREST,
    ARRESTED,
    BOOKING,
    HEARD,
    MONEY,
    NOW,
    REFUSED,
    ROR,
    ZONE,
    asked,
    at,
    booked,
    decided,
    done,
    heard,
    ordered,
    sent,
    signed,
)

LIMIT = Instant(ARRESTED.earliest + 48 * HOUR)


def clock(case: Case, code: str, when: Instant = NOW) -> Clock | None:
    return next((one for one in clocks(case, when) if one.code == code), None)


def test_48_hours_run_from_the_arrest() -> None:
    case = booked()
    running = clock(case, "PROBABLE_CAUSE")
    assert running is not None
    assert (running.state, running.starts, running.due) == ("RUNNING", ARRESTED.earliest, LIMIT)
    assert "McLaughlin" in running.citation
    states = {when: clock(case, "PROBABLE_CAUSE", Instant(when)) for when in (LIMIT - 1, LIMIT)}
    assert [found.state for found in states.values() if found] == ["RUNNING", "LATE"]
    assert custody_limit(case) == LIMIT


def test_an_uncertain_time_counts_from_its_earliest_end() -> None:
    by_day = booked(arrests=[replace(ARREST, time=at("2026-11-20"))])
    assert custody_limit(by_day) == at("2026-11-22").earliest
    later = replace(ARREST, time=at("2026-11-20T09:00:00-05:00"))
    two = booked(arrests=[later, replace(ARREST, time=ARRESTED, charges=())])
    assert custody_limit(two) == LIMIT
    by_booking = booked(arrests=[replace(ARREST, time=None)])
    assert BOOKING.time is not None
    assert custody_limit(by_booking) == BOOKING.time.earliest + 48 * HOUR


@pytest.mark.parametrize(
    ("stated", "due"),
    [
        ("2026-11-01T01:30:00", "2026-11-03T00:30:00-05:00"),
        ("2026-10-31T12:00:00", "2026-11-02T11:00:00-05:00"),
        ("2026-03-07T12:00:00", "2026-03-09T13:00:00-04:00"),
    ],
)
def test_edge_12_48_hours_are_real_hours_when_the_clocks_change(stated: str, due: str) -> None:
    case = booked(arrests=[replace(ARREST, time=at(stated), charges=())], booking=None)
    assert custody_limit(case) == at(due).earliest


@given(st.integers(at("1991").earliest, at("2026-11-19").earliest))
def test_edge_12_no_local_time_gives_more_than_48_hours_from_its_first_meaning(written: int) -> None:
    stated = at(f"{moment(Instant(written), ZONE):%Y-%m-%dT%H:%M:%S}")
    limit = custody_limit(booked(arrests=[replace(ARREST, time=stated, charges=())], booking=None))
    assert limit == stated.earliest + 48 * HOUR


def test_no_clock_runs_where_custody_ended_or_times_contradict_and_it_says_which() -> None:
    case = booked()
    gone = CustodyStated(status="NOT_IN_CUSTODY", words="Not in Custody")
    cases = {
        "it is stated": done(correct_facts(case, case.version, [gone], why="told", at=NOW)),
        "contradict each other": booked(booking=replace(BOOKING, time=at("2013-12-17"))),
        "no source states when": booked(arrests=[replace(ARREST, time=None)], booking=None),
        "No charge keeps": decided(decision="DECLINE", reason="EVIDENCE"),
    }
    for words, stopped in cases.items():
        found = clock(stopped, "PROBABLE_CAUSE")
        assert found is not None
        assert (found.state, found.due) == ("STOPPED", None)
        assert words in found.says
    assert [custody_limit(stopped) is None for stopped in cases.values()] == [True, True, True, False]


def test_a_hearing_meets_or_misses_the_48_hours() -> None:
    met = clock(heard(), "PROBABLE_CAUSE")
    assert met is not None
    assert met.state == "MET"
    late = Instant(LIMIT + HOUR)
    missed = clock(heard(at=late, time=StatedTime(moment(late).isoformat(), ZONE)), "PROBABLE_CAUSE", late)
    assert missed is not None
    assert missed.state == "MISSED"
    declined = decided(decision="DECLINE", reason="EVIDENCE")
    free = done(acknowledge_release(declined, declined.version, released=True, at=NOW, cases=()))
    stopped = clock(free, "PROBABLE_CAUSE")
    assert stopped is not None
    assert stopped.state == "STOPPED"


def test_an_arrest_by_warrant_has_no_48_hour_clock() -> None:
    case = booked(arrests=[replace(ARREST, warrant=True)])
    assert clock(case, "PROBABLE_CAUSE") is None
    mixed = booked(arrests=[replace(ARREST, warrant=True), replace(ARREST, warrant=None, charges=())])
    assert clock(mixed, "PROBABLE_CAUSE") is not None
    assert clock(Case(case.id), "PROBABLE_CAUSE") is not None


def test_the_next_hearing_lies_within_the_rules_window() -> None:
    assert clock(asked(), "NEXT_HEARING") is None
    running = clock(heard(), "NEXT_HEARING")
    assert running is not None
    assert (running.state, running.due) == ("RUNNING", at("2026-12-05").earliest)
    late = clock(heard(), "NEXT_HEARING", at("2026-12-05").earliest)
    assert late is not None
    assert late.state == "LATE"
    free, kept = clock(ordered(), "NEXT_HEARING"), clock(ordered(terms=REFUSED), "NEXT_HEARING")
    assert free is not None
    assert kept is not None
    assert (free.state, free.due) == ("MET", at("2026-12-12").earliest)
    assert (kept.state, kept.due) == ("MET", at("2026-12-05").earliest)
    beyond = clock(ordered(terms=replace(ROR, next_hearing=at("2027-01-05"), late_cause="x")), "NEXT_HEARING")
    assert beyond is not None
    assert beyond.state == "MISSED"
    assert clock(heard(probable_cause=False, reason="none"), "NEXT_HEARING") is None


def test_posting_bail_lengthens_the_window() -> None:
    case = ordered(terms=MONEY)
    before = clock(case, "NEXT_HEARING")
    paid = done(post_bail(case, case.version, order=case.facts[-1].n, amount_cents=50_000))
    after = clock(paid, "NEXT_HEARING")
    assert before is not None
    assert after is not None
    assert after.due == (before.due or 0) + 7 * DAY
    free = done(acknowledge_release(paid, paid.version, released=True, at=NOW, cases=()))
    assert clock(free, "NEXT_HEARING") is None


def test_edge_12_days_are_the_courts_civil_days() -> None:
    held = at("2026-10-25T23:30:00-04:00")
    assert hearing_due(held, in_custody=True) == at("2026-11-09").earliest
    assert hearing_due(held, in_custody=False) == at("2026-11-16").earliest
    assert hearing_window(HEARD).citation == "Pa.R.Crim.P. 540(G)(1)"
    assert instant(moment(held.earliest)) == held.earliest


def test_each_hold_is_a_clock() -> None:
    case = signed(decided(sent(booked())))
    lodged = at("2026-11-20T05:00:00-05:00")
    for kind in ("BENCH_WARRANT", "COUNTY_WARRANT"):
        case = done(lodge_hold(case, case.version, kind=kind, authority="Court", lodged=lodged, at=NOW))
    found = {one.code: one for one in clocks(case, NOW)}
    assert found["HOLD_BENCH_WARRANT"].due == lodged.earliest + 72 * HOUR
    assert found["HOLD_BENCH_WARRANT"].starts == lodged.earliest
    assert "lapses by itself" in found["HOLD_BENCH_WARRANT"].says
    assert "reviewed by a court" in found["HOLD_COUNTY_WARRANT"].says
    late = {one.code: one.state for one in clocks(case, Instant(lodged.earliest + 72 * HOUR))}
    assert late["HOLD_COUNTY_WARRANT"] == "LATE"
    assert "HOLD_BENCH_WARRANT" not in late


def test_the_48_hours_are_to_the_first_hearing_and_run_again_for_what_is_filed_since() -> None:
    free = ordered()
    arrest = free.current(Arrested)[0].n
    add = ChargeChoice(decision="ADD", arrest=arrest, reason="FACTS", statute="18 § 5104", description="Resisting arrest")
    more = done(decide_charges(free, free.version, [add]))
    met, late = clock(free, "PROBABLE_CAUSE", LIMIT), clock(more, "PROBABLE_CAUSE", LIMIT)
    assert met is not None
    assert late is not None
    assert (met.state, met.done) == ("MET", HEARD.earliest)
    assert (late.state, late.done) == ("LATE", None)
    assert "filed since" in late.says
    running = clock(more, "PROBABLE_CAUSE", Instant(LIMIT - 1))
    assert running is not None
    assert running.state == "RUNNING"


def test_what_comes_next_is_the_limit_until_a_judge_has_heard_it_all_and_then_the_order_s_day() -> None:
    assert comes_next(asked()) == custody_limit(asked()) is not None
    assert comes_next(heard()) is None
    case = ordered()
    (order,) = case.current(ReleaseOrdered)
    assert comes_next(case) == order.next_hearing.earliest
