"""What holds a person, and when they may go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, proposed_charges
from pars.core.cases.charging import decide_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.custody import acknowledge_release, releasable, release_basis, what_holds
from pars.core.cases.facts import CustodyStated
from pars.core.cases.holds import HOLD_KINDS, NOT_HOLDS, hold_ends, lift_hold, lodge_hold, open_holds
from pars.core.cases.release import post_bail
from pars.core.terms import HOUR, Instant
from tests.cases import (
    ARREST,
    ARRESTED,
    MONEY,
    NOW,
    OTHER_ID,
    PERSON,
    REFUSED,
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

LODGED = at("2026-11-20T05:00:00-05:00")


def lodge(case: Case, kind: str = "BENCH_WARRANT", **changes: object) -> object:
    given = {"kind": kind, "authority": "Court of Common Pleas", "lodged": LODGED, "at": NOW, **changes}
    return lodge_hold(case, case.version, **given)


def acknowledge(case: Case, *others: Case, released: bool = True, reason: str | None = None, when: Instant = NOW) -> object:
    return acknowledge_release(case, case.version, released=released, at=when, cases=(case, *others), reason=reason)


def second_heard() -> Case:
    return heard(asked(signed(decided(sent(booked(OTHER_ID))))))


def second_declined() -> Case:
    return decided(sent(booked(OTHER_ID)), "DECLINE", reason="EVIDENCE")


def codes(case: Case, when: Instant = NOW) -> list[str]:
    return [holding.code for holding in what_holds((case,), when)]


# ---------------------------------------------------------------- by the case


def test_each_step_holds_by_its_own_authority_and_until_an_instant() -> None:
    steps = [
        (booked(), ["ARREST"], "Invented Police"),
        (decided(), ["ARREST"], "Invented Police"),
        (heard(), ["NO_ORDER"], "the court"),
        (ordered(terms=REFUSED), ["BAIL_REFUSED"], "the court"),
        (ordered(terms=MONEY), ["BAIL_NOT_POSTED"], "the court"),
        (ordered(), [], ""),
    ]
    for case, expected, authority in steps:
        found = what_holds((case,), NOW)
        assert [holding.code for holding in found] == expected
        for holding in found:
            assert holding.authority == authority
            assert holding.case == case.id
            assert holding.citation


def test_an_arrest_holds_until_48_hours_and_must_then_be_reviewed() -> None:
    case = booked()
    limit = Instant(ARRESTED.earliest + 48 * HOUR)
    early, late = what_holds((case,), NOW)[0], what_holds((case,), limit)[0]
    assert (early.ends, early.then, early.overdue) == (limit, "REVIEW", False)
    assert late.overdue
    odd = booked(arrests=[replace(ARREST, time=None)], booking=None)
    unknown = what_holds((odd,), NOW)[0]
    assert (unknown.ends, unknown.overdue) == (NOW, True)
    empty = what_holds((Case(odd.id),), NOW)[0]
    assert (empty.authority, empty.fact) == ("the arresting agency", None)


def test_custody_that_a_source_says_ended_holds_nobody_before_an_order() -> None:
    case = booked()
    gone = CustodyStated(status="RELEASED", words="Released", time=at("2026-11-20"))
    history = done(correct_facts(case, case.version, [gone], why="told", at=NOW))
    assert codes(history) == []
    refused(acknowledge(history), "NOTHING_TO_ACKNOWLEDGE")


def test_a_child_is_held_by_nothing_here_but_the_juvenile_authorities() -> None:
    case = booked(person=replace(PERSON, birth_date=at("2010-01-01")))
    holding = what_holds((case,), NOW)[0]
    assert (holding.code, holding.overdue) == ("CHILD", True)
    assert codes(decided(sent(case), "REFER", reason="FAMILY_COURT", note="Family Court")) == []


def test_posted_bail_frees_and_the_basis_is_named() -> None:
    case = ordered(terms=MONEY)
    paid = done(post_bail(case, case.version, order=case.facts[-1].n, amount_cents=50_000))
    assert codes(paid) == []
    assert release_basis(paid) == "ORDER"
    assert release_basis(booked()) is None
    assert release_basis(heard(probable_cause=False, reason="none")) == "DISCHARGED"
    overdue = what_holds((case,), at("2026-12-24").earliest)[0]
    assert overdue.overdue


# ---------------------------------------------------------------- acknowledging


def test_a_release_without_a_reason_for_it_is_nothing_to_acknowledge() -> None:
    refused(acknowledge(booked()), "NOTHING_TO_ACKNOWLEDGE")
    refused(acknowledge(heard()), "NOTHING_TO_ACKNOWLEDGE")


def test_a_charge_decided_anew_after_a_declination_holds_again() -> None:
    case = decided(decision="DECLINE", reason="EVIDENCE")
    again = done(decide_charges(case, case.version, [ChargeChoice(proposed=proposed_charges(case)[0].n, decision="APPROVE")]))
    assert codes(again) == ["ARREST"]


# ---------------------------------------------------------------- holds


def test_a_hold_has_a_kind_that_the_law_knows_an_authority_and_a_time() -> None:
    case = booked()
    refused(lodge_hold(None, 1, kind="MILITARY", authority="A", lodged=LODGED, at=NOW), "NO_SUCH_CASE")
    for name in (*NOT_HOLDS, "ice", "Detainer"):
        refused(lodge(case, name), "NOT_A_HOLD", "kind")
    refused(lodge(case, "HOLD_FOR_AGENCY"), "UNKNOWN_HOLD", "kind")
    refused(lodge(case, authority=" "), "AUTHORITY_NEEDED", "authority")
    refused(lodge(case, lodged=None), "LODGED_TIME_NEEDED", "lodged")
    refused(lodge(case, lodged=at("2026-11-21")), "LODGED_TIME_NEEDED", "lodged")
    refused(lodge(case, lapses=at("2026-11-24")), "LAPSE_TOO_LATE", "lapses")
    refused(lodge(case, lodged=at("2026-11-10T05:00:00-05:00")), "ALREADY_LAPSED", "lodged")
    old = done(lodge(case, "PROBATION_DETAINER", lodged=at("2026-10-01")))
    assert what_holds((old,), NOW)[-1].overdue


@pytest.mark.parametrize("kind", HOLD_KINDS)
def test_each_hold_has_an_instant_at_which_it_lapses_or_must_be_reviewed(kind: str) -> None:
    case = done(lodge(booked(), kind))
    hold = open_holds(case, NOW)[0]
    rule = HOLD_KINDS[kind]
    limit = Instant(LODGED.earliest + rule.hours * HOUR)
    assert (hold.ends, hold.then) == (limit, rule.then)
    assert bool(open_holds(case, limit)) is (rule.then == "REVIEW")
    assert open_holds(case, Instant(limit - 1))
    found = what_holds((case,), NOW)[-1]
    assert (found.code, found.authority, found.citation) == (kind, "Court of Common Pleas", rule.citation)
    assert all((rule.label, rule.lodged_by))


def test_an_end_that_the_paper_states_lapses_the_hold() -> None:
    case = done(lodge(booked(), "PROBATION_DETAINER", lapses=at("2026-11-20T18:00:00-05:00")))
    ends, then = hold_ends(open_holds(case, NOW)[0].fact)
    assert then == "LAPSES"
    assert open_holds(case, ends) == ()


def test_only_a_hold_that_stands_is_lifted_and_with_a_reason() -> None:
    case = done(lodge(booked()))
    number = case.facts[-1].n
    refused(lift_hold(None, 1, hold=1, reason="x", at=NOW), "NO_SUCH_CASE")
    refused(lift_hold(case, case.version, hold=1, reason="x", at=NOW), "NO_SUCH_HOLD", "hold")
    refused(lift_hold(case, case.version, hold=number, reason=" ", at=NOW), "REASON_NEEDED", "reason")
    later = Instant(LODGED.earliest + 72 * HOUR)
    refused(lift_hold(case, case.version, hold=number, reason="x", at=later), "NO_SUCH_HOLD")
    lifted = done(lift_hold(case, case.version, hold=number, reason="withdrawn", at=NOW))
    refused(lift_hold(lifted, lifted.version, hold=number, reason="x", at=NOW), "NO_SUCH_HOLD")


def test_releasable_reads_as_yes_or_no() -> None:
    assert not releasable((booked(),), NOW)
    answer = releasable((ordered(),), NOW)
    assert answer
    assert (answer.ok, answer.reasons, answer.undecided) == (True, (), ())
    assert releasable((), NOW).ok
