"""Limits that pass: each code at its own instant, met ones never, and none once the person went free."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.case import Case, released
from pars.core.cases.custody import acknowledge_release, releasable, release_basis
from pars.core.cases.detainer_rules import rule_at
from pars.core.cases.facts import DetainerDecided, DetainerReceived, HoldLodged, ReleaseOrdered
from pars.core.cases.holds import lift_hold, lodge_hold
from pars.core.cases.limits import (
    Limit,
    Noted,
    free_since,
    limit_words,
    limits,
    next_due,
    passed,
)
from pars.core.cases.release import post_bail
from pars.core.owners.profile import ORDINARY
from pars.core.terms import HOUR, Instant
from tests.cases import ARRESTED, MONEY, NOW, OTHER_ID, at, booked, decided, done, heard, ordered, sent
from tests.core.test_edges_custody import DECLINE, HONOR, JUDGE, decide, receive
from tests.walks import cases, walks

WRITTEN = NOW


def kept(case: Case, when: Instant = WRITTEN) -> Case:
    """Return the case as the store gives it: each fact names its entry. Facts that have one keep it."""
    facts = tuple(fact if fact.entry is not None else replace(fact, entry=when) for fact in case.facts)
    return Case(case.id, case.version, facts)


def found(case: Case, when: Instant, *others: Case) -> dict[str, Limit]:
    """Return the limits that have passed, by code; an entry's number is its time here."""
    recorded = {fact.entry: Instant(fact.entry) for one in (case, *others) for fact in one.facts if fact.entry is not None}
    return {limit.code: limit for limit in passed(limits(case, when, recorded=recorded, others=others), when)}


def at_its_instant(case: Case, code: str, due: Instant, *others: Case) -> Limit:
    """Return the limit, which must pass at exactly this instant."""
    assert code not in found(case, Instant(due - 1), *others)
    limit = found(case, due, *others)[code]
    assert (limit.due, limit.says) == (due, limit_words(code, ORDINARY))
    return limit


def after(hours: float, start: Instant = WRITTEN) -> Instant:
    return Instant(start + int(hours * HOUR))


def test_48_hours_without_a_judge() -> None:
    limit = at_its_instant(kept(sent()), "PROBABLE_CAUSE", after(48, ARRESTED.earliest))
    assert (limit.owed_by, limit.open) == ("court", True)
    assert "500 U.S. 44" in limit.citation


def test_a_hearing_held_too_late_has_passed_the_limit_and_is_owed_by_nobody() -> None:
    late = heard(time=at("2026-11-22T02:10:00-05:00"), at=after(60), reason="late")
    assert not found(kept(late), after(60))["PROBABLE_CAUSE"].open
    assert "PROBABLE_CAUSE" not in found(kept(heard()), after(1_000))


def test_an_order_that_sets_the_next_hearing_in_time_leaves_nothing_to_pass() -> None:
    assert "NEXT_HEARING" in found(kept(heard()), after(22 * 24))
    assert "NEXT_HEARING" not in found(kept(ordered()), after(22 * 24))


def test_an_arrest_saved_and_never_sent() -> None:
    assert at_its_instant(kept(booked()), "UNSENT", after(ORDINARY.unsent)).owed_by == "police"
    assert "UNSENT" not in found(kept(sent()), after(1_000))


def test_a_question_of_the_prosecutor_that_nobody_answers() -> None:
    returned = decided(decision="RETURN", reason="FACTS", note="who saw it?")
    assert at_its_instant(kept(returned), "UNANSWERED", after(ORDINARY.unanswered)).owed_by == "police"
    again = sent(returned)
    assert "UNANSWERED" not in found(kept(again), after(1_000))


@pytest.mark.parametrize(
    ("kind", "code", "hours"), [("BENCH_WARRANT", "HOLD_LAPSED", 72), ("PROBATION_DETAINER", "HOLD_REVIEW", 240)]
)
def test_a_hold_that_lapses_or_is_to_be_reviewed(kind: str, code: str, hours: int) -> None:
    lodged = done(lodge_hold(sent(), 2, kind=kind, authority="The court", lodged=ARRESTED, at=NOW))
    limit = at_its_instant(kept(lodged), code, after(hours, ARRESTED.earliest))
    hold = lodged.current(HoldLodged)[0]
    assert limit.about == hold.n
    lifted = done(lift_hold(lodged, lodged.version, hold=hold.n, reason="served", at=NOW))
    assert code not in found(kept(lifted), after(1_000))


def test_who_is_kept_by_an_order_is_heard_when_it_says_or_somebody_is_paged() -> None:
    held = kept(ordered(terms=MONEY))
    (order,) = held.current(ReleaseOrdered)
    limit = at_its_instant(held, "ORDER_REVIEW", order.next_hearing.earliest)
    assert (limit.owed_by, limit.about, limit.citation) == ("court", order.n, "Pa.R.Crim.P. 524, 528")
    paid = done(post_bail(held, held.version, order=order.n, amount_cents=50_000))
    for nobody_waits in (ordered(), paid):
        assert "ORDER_REVIEW" not in found(kept(nobody_waits), Instant(order.next_hearing.earliest + HOUR))


# ---------------------------------------------------------------- releases


def test_a_release_that_nobody_acknowledges() -> None:
    assert at_its_instant(kept(ordered()), "UNACKNOWLEDGED", after(ORDINARY.unacknowledged)).owed_by == "custodian"
    declined = decided(decision="DECLINE", reason="EVIDENCE")
    assert "UNACKNOWLEDGED" in found(kept(declined), after(ORDINARY.unacknowledged))


def test_the_hours_run_from_the_last_thing_that_freed_them() -> None:
    held = ordered(terms=MONEY)
    assert "UNACKNOWLEDGED" not in found(kept(held), after(1_000))
    order = max(fact.n for fact in held.facts)
    paid = kept(done(post_bail(kept(held), held.version, order=order, amount_cents=50_000)), after(5))
    at_its_instant(paid, "UNACKNOWLEDGED", after(5 + ORDINARY.unacknowledged))


def test_what_holds_in_another_case_delays_the_alarm_and_its_end_starts_the_hours() -> None:
    other = lodge_hold(booked(OTHER_ID), 1, kind="BENCH_WARRANT", authority="The court", lodged=ARRESTED, at=NOW)
    held = kept(decided_elsewhere(done(other)))
    lapse = after(72, ARRESTED.earliest)
    at_its_instant(kept(ordered()), "UNACKNOWLEDGED", Instant(lapse + ORDINARY.unacknowledged * HOUR), held)


def decided_elsewhere(case: Case) -> Case:
    """Return the other case with its charges declined, so that only its hold keeps the person."""
    return decided(sent(case), decision="DECLINE", reason="EVIDENCE")


@given(cases(), st.integers(0, 60 * 24))
def test_free_since_says_what_releasable_says(case: Case, hours: int) -> None:
    when = after(hours)
    one = kept(case)
    recorded = {WRITTEN: WRITTEN}
    free = release_basis(one) is not None and not released(one) and releasable((one,), when).ok
    since = free_since(one, when, recorded=recorded)
    assert (since is not None) is free
    assert since is None or since <= when


@given(walks(), st.integers(0, 60 * 24), st.integers(0, 60 * 24))
def test_what_passed_stays_passed_while_nothing_is_done(steps: list[tuple[Case, object]], hours: int, more: int) -> None:
    case = kept(steps[-1][0] if steps else booked())
    recorded = {WRITTEN: WRITTEN}
    sooner, later = after(hours), after(hours + more)
    before = {one.code: one for one in passed(limits(case, sooner, recorded=recorded), sooner)}
    then = {one.code: one for one in passed(limits(case, later, recorded=recorded), later)}
    assert before.keys() <= then.keys()
    coming = next_due(limits(case, sooner, recorded=recorded), sooner)
    assert coming is None or coming > sooner


@given(cases())
def test_nothing_is_owed_in_a_case_whose_person_went_free(case: Case) -> None:
    outcome = acknowledge_release(case, case.version, released=True, at=NOW, cases=(case,))
    if not released(case) and hasattr(outcome, "case"):
        case = outcome.case
    if released(case):
        when = after(10_000)
        assert not [one for one in limits(kept(case), when, recorded={WRITTEN: WRITTEN}) if one.open]


def test_where_nobody_knows_when_anything_was_recorded_only_the_law_s_limits_pass() -> None:
    assert set(found(booked(), after(1_000))) == {"PROBABLE_CAUSE"}


def test_an_honored_detainer_s_hold_lapses_like_any_other() -> None:
    honored = kept(done(decide(done(receive(ordered(), **JUDGE, conviction="F1_VIOLENT")), HONOR)))
    limit = at_its_instant(honored, "HOLD_LAPSED", after(48))
    assert limit.citation == rule_at(NOW).citation
    unknown = kept(done(decide(done(receive(ordered(), **JUDGE, conviction="F1_VIOLENT")), HONOR)))
    decided_by = replace(unknown.current(DetainerDecided)[0], rule="a later program's")
    older = Case(unknown.id, unknown.version, (*unknown.facts[:-1], decided_by))
    assert found(older, after(48))["HOLD_LAPSED"].citation == "a later program's"


def test_a_detainer_that_holds_nobody_has_no_hours_that_could_run_out() -> None:
    undecided = done(receive(ordered()))
    declined = done(decide(undecided, DECLINE))
    for case in (undecided, declined):
        assert "HOLD_LAPSED" not in found(kept(case), after(1_000))
    beside = kept(done(decide(done(receive(declined, **JUDGE, conviction="F1_VIOLENT")), HONOR)))
    assert at_its_instant(beside, "HOLD_LAPSED", after(48)).about == beside.current(DetainerReceived)[1].n


def test_what_was_asked_at_an_unknown_time_has_no_hours_to_count() -> None:
    returned = decided(decision="RETURN", reason="FACTS", note="who saw it?")
    assert set(found(returned, after(1_000))) == {"PROBABLE_CAUSE"}


def test_a_limit_is_among_the_noted_by_its_code_its_fact_and_its_instant() -> None:
    limit = at_its_instant(kept(booked()), "UNSENT", after(ORDINARY.unsent))
    same = Noted(code=limit.code, about=limit.about, due=limit.due, entry=7, at=limit.due)
    assert limit.among([same])
    for other in (replace(same, code="UNANSWERED"), replace(same, about=9), replace(same, due=after(1))):
        assert not limit.among([other])
