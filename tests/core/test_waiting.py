"""The board's row says of a case what progress and deadlines say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.board import now_row
from pars.core.cases.booking import correct_facts, submit_for_charging
from pars.core.cases.case import Case, hearing, proposed_charges, unheard_charges
from pars.core.cases.charging import decide_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.deadlines import clocks
from pars.core.cases.facts import Arrested, ChargeProposed, IdentityClaimed
from pars.core.cases.holds import lodge_hold
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage
from pars.core.cases.release import post_bail
from pars.core.cases.waiting import FLAGS, Due, due, flags, waiting
from pars.core.terms import HOUR, Instant
from tests.cases import (
    ARREST,
    BOOKING,
    MONEY,
    NOW,
    PERSON,
    REFUSED,
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

DECLINED = decided(decision="DECLINE", reason="EVIDENCE")
RETURNED = decided(decision="RETURN", reason="FACTS", note="Who saw it?")
HELD = ordered(terms=MONEY)
POSTED = done(post_bail(HELD, HELD.version, order=HELD.facts[-1].n, amount_cents=50_000))
FREE = ordered()
OTHER = done(
    lodge_hold(
        FREE, FREE.version, kind="PROBATION_DETAINER", authority="A judge", lodged=at("2026-11-20T05:00:00-05:00"), at=NOW
    )
)
CHILD = booked(person=replace(PERSON, birth_date=at("2012-01-01")))
MINOR = booked(person=replace(PERSON, birth_date=None), birth_date_reason="says nothing")
BARE = booked(arrests=[replace(ARREST, charges=())])


def redecided(case: Case, decision: str, **said: str) -> Case:
    """Return the case with its first charge decided again."""
    choice = ChargeChoice(decision=decision, proposed=proposed_charges(case)[0].n, **said)  # type: ignore[arg-type]
    return done(decide_charges(case, case.version, [choice]))


WITHDRAWN = {"decision": "DECLINE", "reason": "EVIDENCE"}
SENT_BACK = {"decision": "RETURN", "reason": "FACTS", "note": "Who saw it?"}
BACK = redecided(FREE, **SENT_BACK)
PRIORS = ordered(heard(asked(signed(decided(decision="AMEND", reason="GRADE", grade="F3", grade_basis="PRIORS")))))
WHO = PRIORS.current(IdentityClaimed)[0]
SHAKEN = done(correct_facts(PRIORS, PRIORS.version, [replace(WHO, corrects=WHO.n, given="Miriam")], why="prints", at=NOW))

ARRESTED_FOR = FREE.current(Arrested)[0].n
RESISTING = {"statute": "18 § 5104", "description": "Resisting arrest"}
PROPOSED = done(
    correct_facts(FREE, FREE.version, [ChargeProposed(arrest=ARRESTED_FOR, **RESISTING)], why="seen on film", at=NOW)
)
ADD = ChargeChoice(decision="ADD", arrest=ARRESTED_FOR, reason="FACTS", **RESISTING)
ADDED = done(decide_charges(FREE, FREE.version, [ADD]))

WAITS = {
    "booked": (booked(), "police", ("interview",)),
    "no charge": (BARE, "police", ("interview",)),
    "minor": (MINOR, "police", ("interview",)),
    "child": (CHILD, "police", ()),
    "sent": (sent(), "charging", ("interview",)),
    "returned": (RETURNED, "police", ("interview",)),
    "sent again": (done(submit_for_charging(RETURNED, RETURNED.version)), "charging", ("interview",)),
    "decided": (decided(), "charging", ("interview",)),
    "signed": (signed(), "interview", ("court",)),
    "ready": (asked(), "court", ()),
    "heard": (heard(), "court", ()),
    "declined": (DECLINED, "release", ()),
    "discharged": (heard(probable_cause=False, reason="Nobody saw it."), "release", ()),
    "free": (FREE, "release", ()),
    "bail": (HELD, "hold", ()),
    "refused": (ordered(terms=REFUSED), "hold", ()),
    "posted": (POSTED, "release", ()),
    "another hold": (OTHER, "hold", ("release",)),
    "heard, one withdrawn": (redecided(heard(), **WITHDRAWN), "court", ("charging",)),
    "heard, one returned": (redecided(heard(), **SENT_BACK), "court", ("police",)),
    "free, one withdrawn": (redecided(FREE, **WITHDRAWN), "release", ("charging",)),
    "free, one returned": (BACK, "release", ("police",)),
    "free, one sent again": (done(submit_for_charging(BACK, BACK.version)), "release", ("charging",)),
    "free, a grade in doubt": (SHAKEN, "release", ("charging",)),
    "free, a grade decided again": (redecided(SHAKEN, "APPROVE"), "release", ("charging",)),
    "free, one more proposed": (PROPOSED, "release", ("charging",)),
    "free, one more filed": (ADDED, "charging", ()),
    "free, one more filed and signed": (signed(ADDED), "court", ()),
    "bail, one withdrawn": (redecided(HELD, **WITHDRAWN), "hold", ("charging",)),
    "another hold, one withdrawn": (redecided(OTHER, **WITHDRAWN), "hold", ("release", "charging")),
}


@pytest.mark.parametrize("name", WAITS)
def test_each_desk_finds_its_cases(name: str) -> None:
    case, desk, also = WAITS[name]
    found = waiting(now_row(case))
    assert (found.desk, found.also) == (desk, also)
    assert found.says
    assert found.desks == (desk, *also)


OWNERS = {"police": "police", "prosecutor": "charging", "pretrial": "interview"}


@pytest.mark.parametrize("name", WAITS)
def test_the_row_agrees_with_the_case(name: str) -> None:
    """What is missing in the case is a desk's turn on the board, and the other way round."""
    case = WAITS[name][0]
    row = now_row(case)
    turn, where = waiting(row), stage(case, NOW)
    owed = missing_for_arraignment(case, NOW)
    if where == "CHILD":
        return
    codes = {gap.code for gap in owed}
    steps = [step for step in next_steps(case, NOW) if step.code in codes]
    assert {OWNERS[step.owed_by] for step in steps} == set(turn.desks) & set(OWNERS.values())
    if owed and hearing(case) is None:
        assert turn.desk == OWNERS[owed[0].owed_by]
    if hearing(case) is not None and unheard_charges(case):
        assert where == "HELD"  # by what was filed since, for which the board names who owes the next hearing
        return
    assert (turn.desk == "court") == (where in {"READY", "ARRAIGNED"})
    assert (turn.desk == "release") == (where in {"TO_RELEASE", "DECLINED", "DISCHARGED"})
    assert (turn.desk == "hold") == (where == "HELD")


@pytest.mark.parametrize("name", WAITS)
@pytest.mark.parametrize("hours", [1, 47, 48, 60])
def test_the_deadline_agrees_with_the_clock(name: str, hours: int) -> None:
    case = WAITS[name][0]
    began = now_row(case)["custody_began"]
    assert isinstance(began, int)
    moment = Instant(began + hours * HOUR)
    [clock] = [clock for clock in clocks(case, moment) if clock.code == "PROBABLE_CAUSE"]
    found = due(now_row(case), moment)
    if clock.state in {"RUNNING", "LATE"}:
        assert (found.at, found.late) == (clock.due, clock.state == "LATE")
    else:
        assert not found.late


def test_after_the_hearing_the_next_one_is_due() -> None:
    assert due(now_row(FREE), NOW).at == at("2026-12-03T09:00:00-05:00").earliest
    assert due(now_row(heard()), NOW) == Due(None, "Order owed by the court")
    assert due(now_row(DECLINED), NOW) == Due(None, "Now: nothing holds")


def test_no_clock_runs_on_a_doubt() -> None:
    contradicting = booked(booking=replace(BOOKING, time=at("2026-11-19T03:00:00-05:00")))
    assert due(now_row(contradicting), NOW).at is None
    unknown = booked(arrests=[replace(ARREST, time=None)], booking=None)
    assert "unknown" in due(now_row(unknown), NOW).says
    row = {**now_row(booked()), "custody_ended": True}
    assert "custody ended" in due(row, NOW).says


def test_a_role_without_a_column_still_gets_its_board() -> None:
    for case, desk, _ in WAITS.values():
        row = {
            name: value
            for name, value in now_row(case).items()
            if name not in {"adult", "proposed_charges", "filed_charges", "release_types", "next_hearing", "interpreter"}
        }
        assert waiting(row).desk == desk
        assert due(row, NOW).says
        assert set(flags(row, NOW)) <= set(FLAGS)


def test_flags() -> None:
    assert flags(now_row(booked()), NOW) == ()
    assert flags(now_row(MINOR), NOW) == ("minor", "doubt")
    assert flags(now_row(RETURNED), NOW) == ("returned",)
    assert flags(now_row(asked(interpreter="Spanish")), Instant(NOW + 60 * HOUR)) == ("late", "interpreter")
    assert flags(now_row(FREE), Instant(NOW + 60 * HOUR)) == ()
