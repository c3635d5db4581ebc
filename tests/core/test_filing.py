"""The complaint's filing and what counts from it: five days after a police release, and two clocks for trial that never mix."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.board import closed, now_row
from pars.core.cases.case import Case, custody_ended
from pars.core.cases.clock_rules import Clock
from pars.core.cases.custody import what_holds
from pars.core.cases.deadlines import clocks
from pars.core.cases.facts import ComplaintFiled, PoliceReleased
from pars.core.cases.filing import complaint_due, file_complaint, filing, track, trial_dates
from pars.core.cases.holds import lodge_hold
from pars.core.cases.limits import limits, passed
from pars.core.cases.police_release import may_be_let_go, release_by_police
from pars.core.cases.progress import next_steps, stage
from pars.core.cases.waiting import due, flags, waiting
from pars.core.terms import DAY, HOUR, Instant, StatedTime
from tests.cases import (
    ARREST,
    HEARD,
    MONEY,
    NOW,
    OTHER_ID,
    REFUSED,
    THEFT,
    asked,
    at,
    booked,
    decided,
    done,
    heard,
    ordered,
    refused,
    sent,
    signed,
)

LET_GO = at("2026-11-20T05:00:00-05:00")
FIVE_DAYS = at("2026-11-26").earliest
FILED = at("2026-11-20T09:00:00-05:00")
FELONY = replace(ARREST, charges=(replace(THEFT, grade="F3"),))
UNGRADED = replace(ARREST, charges=(replace(THEFT, grade=None),))


def let_go(case: Case, time: StatedTime = LET_GO, **changes: object) -> Case:
    given = {"reason": "M3 at most; no threat; lives here", "at": NOW, "cases": (case,), **changes}
    return done(release_by_police(case, case.version, time=time, **given))


def filed(case: Case, time: StatedTime = FILED, *, when: Instant = NOW, **more: str) -> Case:
    return done(file_complaint(case, case.version, time=time, at=when, **more))


def clock(case: Case, code: str, when: Instant = NOW) -> Clock | None:
    return next((one for one in clocks(case, when) if one.code == code), None)


def test_whom_the_police_let_go_waits_for_no_interviewer() -> None:
    kept = {step.code for step in next_steps(sent(), NOW)}
    assert "INTERVIEW" in kept
    assert {step.code for step in next_steps(let_go(sent()), NOW)} == kept - {"INTERVIEW"}
    assert "interview" in waiting(now_row(sent())).desks
    assert "interview" not in waiting(now_row(let_go(sent()))).desks


def state(case: Case, code: str, when: Instant = NOW) -> str | None:
    found = clock(case, code, when)
    return None if found is None else found.state


def charged(arrest: object = ARREST) -> Case:
    return signed(decided(sent(booked(arrests=[arrest]))))


# ---------------------------------------------------------------- the release by the police


def test_who_was_let_go_is_held_by_nothing_and_the_complaint_is_owed() -> None:
    case = let_go(booked())
    assert custody_ended(case)
    assert what_holds((case,), NOW) == ()
    assert state(case, "PROBABLE_CAUSE") == "STOPPED"
    assert not closed(case)
    assert stage(case, NOW) == "BOOKED"
    assert complaint_due(case) == FIVE_DAYS
    row = {**now_row(case), "next_hearing": None}
    assert (due(row, NOW).at, due(row, NOW).late) == (FIVE_DAYS, False)
    assert due(row, FIVE_DAYS).late
    assert "late" not in flags(row, FIVE_DAYS)  # that flag is about 48 hours in a cell


@pytest.mark.parametrize(
    ("case", "change", "code"),
    [
        (heard(), {}, "ARRAIGNED"),
        (let_go(booked()), {}, "LET_GO_ALREADY"),
        (booked(arrests=[replace(ARREST, warrant=True)]), {}, "ON_A_WARRANT"),
        (booked(), {"time": at("2026-11-21")}, "TIME_IN_FUTURE"),
        (booked(), {"time": at("2026-11-19")}, "BEFORE_ARREST"),
        (booked(), {"reason": "  "}, "REASON_NEEDED"),
        (None, {}, "NO_SUCH_CASE"),
    ],
)
def test_the_police_let_nobody_go_otherwise(case: Case | None, change: dict[str, object], code: str) -> None:
    given = {"time": LET_GO, "reason": "why", "at": NOW, "cases": (), **change}
    version = case.version if case is not None else 0
    refused(release_by_police(case, version, **given), code)  # type: ignore[arg-type]


def test_who_left_by_another_word_is_not_let_go_again() -> None:
    gone = let_go(booked())
    without = Case(gone.id, gone.version, tuple(fact for fact in gone.facts if not isinstance(fact, PoliceReleased)))
    refused(release_by_police(without, without.version, time=LET_GO, reason="why", at=NOW, cases=()), "NOT_IN_CUSTODY")
    assert may_be_let_go(booked())
    assert not may_be_let_go(gone)


def test_a_hold_anywhere_keeps_who_the_police_would_let_go() -> None:
    case, other = booked(), booked(OTHER_ID)
    given = {"time": LET_GO, "reason": "why", "at": NOW}
    held = done(lodge_hold(case, 1, kind="BENCH_WARRANT", authority="The court", lodged=LET_GO, at=NOW))
    refused(release_by_police(held, held.version, cases=(), **given), "STILL_HELD", "BENCH_WARRANT")
    refused(release_by_police(case, 1, cases=(case, other), **given), "STILL_HELD", "ARREST")
    assert let_go(case, cases=(case,))


# ---------------------------------------------------------------- 13: the five days, and a complaint moved by an edit


FIVE = "COMPLAINT_AFTER_RELEASE"


def test_edge_13_the_five_days_run_after_a_police_release_and_after_nothing_else() -> None:
    for case in (booked(), charged(), filed(charged()), heard(), ordered(), decided(decision="DECLINE", reason="EVIDENCE")):
        assert clock(case, FIVE) is None
    running = clock(let_go(booked()), FIVE)
    assert running is not None
    assert (running.state, running.starts, running.due) == ("RUNNING", LET_GO.earliest, FIVE_DAYS)
    assert running.citation == "Pa.R.Crim.P. 519(B)(2)"


def test_edge_13_a_complaint_that_is_owed_passes_its_limit_once_the_fifth_day_is_over() -> None:
    for case, owner in ((let_go(booked()), "police"), (let_go(sent()), "prosecutor")):
        assert state(case, FIVE, Instant(FIVE_DAYS - 1)) == "RUNNING"
        assert state(case, FIVE, FIVE_DAYS) == "LATE"
        found = [one for one in passed(limits(case, FIVE_DAYS, recorded={}), FIVE_DAYS) if one.code == FIVE]
        assert [(one.due, one.owed_by, one.open) for one in found] == [(FIVE_DAYS, owner, True)]
        assert [one.code for one in passed(limits(case, Instant(FIVE_DAYS - 1), recorded={}), Instant(FIVE_DAYS - 1))] == []


@pytest.mark.parametrize(
    ("time", "met"),
    [("2026-11-25T23:59", True), ("2026-11-25", True), ("2026-11-26T00:00", False), ("2026-11-26", False)],
)
def test_edge_13_the_complaint_meets_the_five_days_by_its_filing_not_by_its_signature(time: str, met: bool) -> None:
    later = Instant(NOW + 10 * DAY)
    case = signed(decided(sent(let_go(booked()))))
    assert state(case, FIVE, later) == "LATE"
    assert [step.act for step in next_steps(case, NOW) if step.code == "FILING"] == ["complaint:file"]
    case = filed(case, at(time), when=later)
    assert state(case, FIVE, later) == ("MET" if met else "MISSED")
    assert complaint_due(case) is None
    assert not [step for step in next_steps(case, NOW) if step.code == "FILING"]
    open_ones = {one.code: one.open for one in passed(limits(case, later, recorded={}), later)}
    assert open_ones.get(FIVE) is (None if met else False)


def test_edge_13_an_edit_that_moves_the_filing_says_so_and_what_it_was() -> None:
    case = filed(charged(FELONY))
    first = clock(case, "TRIAL_COMMON_PLEAS")
    assert first is not None
    assert first.moved_from is None
    refused(file_complaint(case, case.version, time=at("2026-11-19"), at=NOW), "REASON_NEEDED", "why")
    moved = filed(case, at("2026-11-19"), why="the court's stamp")
    after = clock(moved, "TRIAL_COMMON_PLEAS")
    assert after is not None
    assert (after.due, after.moved_from) == (first.due - DAY if first.due else 0, first.due)
    assert "It moved" in after.says
    assert FILED.text in after.says
    assert [fact.time for fact in moved.facts if isinstance(fact, ComplaintFiled)] == [FILED, at("2026-11-19")]
    same_day = filed(case, at("2026-11-20T08:00:00-05:00"), why="the court's stamp")
    still = clock(same_day, "TRIAL_COMMON_PLEAS")
    assert still is not None
    assert (still.due, still.moved_from) == (first.due, None)


def test_edge_13_an_edit_that_makes_a_late_complaint_timely_says_so() -> None:
    later = Instant(NOW + 10 * DAY)
    late = filed(signed(decided(sent(let_go(booked())))), at("2026-11-27"), when=later)
    assert state(late, FIVE, later) == "MISSED"
    mended = clock(filed(late, at("2026-11-25"), when=later, why="stamp misread"), FIVE, later)
    assert mended is not None
    assert mended.state == "MET"
    assert "2026-11-27" in mended.says
    again = clock(filed(late, at("2026-11-28"), when=later, why="stamp misread"), FIVE, later)
    assert again is not None
    assert "first recorded" not in again.says


def test_no_complaint_is_owed_for_what_was_declined() -> None:
    case = decided(sent(let_go(booked())), decision="DECLINE", reason="EVIDENCE")
    assert state(case, FIVE) == "STOPPED"
    assert complaint_due(case) is None


def test_no_complaint_is_owed_of_whom_the_court_discharged() -> None:
    kept = heard(let_go(asked()))
    assert complaint_due(kept) == FIVE_DAYS
    case = heard(let_go(asked()), probable_cause=False, reason="No name.")
    assert (state(case, FIVE), complaint_due(case)) == ("STOPPED", None)
    assert FIVE not in {one.code for one in limits(case, Instant(FIVE_DAYS + DAY), recorded={})}


def test_nothing_is_filed_that_was_not_signed_nor_in_the_future() -> None:
    case = charged()
    refused(file_complaint(decided(), decided().version, time=FILED, at=NOW), "NO_COMPLAINT")
    refused(file_complaint(case, case.version, time=at("2026-11-21"), at=NOW), "TIME_IN_FUTURE", "time")
    refused(file_complaint(case, case.version - 1, time=FILED, at=NOW), "STALE")
    found = filing(filed(case, court=" Municipal Court "))
    assert found is not None
    assert found.court == "Municipal Court"


# ---------------------------------------------------------------- 14: two clocks for trial


def test_edge_14_common_pleas_counts_from_the_filing_and_never_from_the_arraignment() -> None:
    case = heard(asked(charged(FELONY)))
    before = clock(case, "TRIAL_COMMON_PLEAS")
    assert before is not None
    assert (before.state, before.due) == ("STOPPED", None)
    assert "arraignment doesn't start" in before.says
    found = clock(filed(case), "TRIAL_COMMON_PLEAS")
    assert found is not None
    assert found.starts == FILED.earliest != HEARD.earliest
    assert found.due == at("2027-11-21").earliest
    assert found.citation.startswith("Pa.R.Crim.P. 600")
    assert clock(filed(case), "TRIAL_MUNICIPAL") is None


def test_edge_14_municipal_court_counts_from_the_arraignment_and_never_from_the_filing() -> None:
    assert trial_dates(filed(charged()), NOW) == ()
    case = filed(heard(), at("2026-11-20T03:00:00-05:00"))
    found = clock(case, "TRIAL_MUNICIPAL")
    assert found is not None
    assert found.starts == HEARD.earliest
    assert found.due == at("2027-05-20").earliest
    assert found.citation.startswith("Pa.R.Crim.P. 1013")
    assert clock(case, "TRIAL_COMMON_PLEAS") is None
    moved = clock(filed(case, at("2026-11-19"), why="stamp"), "TRIAL_MUNICIPAL")
    assert moved == found


def test_edge_14_where_no_grade_says_which_court_both_stand_each_with_its_own_start() -> None:
    case = filed(heard(asked(charged(UNGRADED))))
    found = {one.code: one.starts for one in trial_dates(case, NOW)}
    assert found["TRIAL_COMMON_PLEAS"] == FILED.earliest
    assert found["TRIAL_MUNICIPAL"] == HEARD.earliest
    assert (track(case), track(charged()), track(charged(FELONY)), track(booked())) == (None, "MUNICIPAL", "COMMON_PLEAS", None)


def test_edge_14_the_dates_inform_and_are_nobodys_alarm() -> None:
    case = filed(heard(asked(charged(FELONY))))
    after = Instant(FILED.earliest + 400 * DAY)
    for one in trial_dates(case, after):
        assert one.state == "PASSED"
        assert "before excluded time" in one.says
    coded = {one.code for one in limits(case, after, recorded={})}
    assert not coded & {"TRIAL_COMMON_PLEAS", "CUSTODY_BEFORE_TRIAL", "TRIAL_MUNICIPAL"}


def test_180_days_in_custody_count_only_for_who_stays_in_custody() -> None:
    felony = filed(heard(asked(charged(FELONY))))
    assert state(felony, "CUSTODY_BEFORE_TRIAL") == "RUNNING"
    assert state(ordered(felony), "CUSTODY_BEFORE_TRIAL") is None
    for terms in (MONEY, REFUSED):
        kept = clock(ordered(felony, terms), "CUSTODY_BEFORE_TRIAL")
        assert kept is not None
        assert kept.due == at("2027-05-20").earliest
    assert state(filed(signed(decided(sent(let_go(booked(arrests=[FELONY])))))), "CUSTODY_BEFORE_TRIAL") is None


def test_no_trial_is_due_where_nothing_is_charged() -> None:
    assert trial_dates(booked(), NOW) == ()
    assert trial_dates(heard(probable_cause=False, reason="none"), NOW) == ()
    assert state(decided(sent(booked(arrests=[FELONY]))), "TRIAL_COMMON_PLEAS", Instant(NOW + HOUR)) is None
