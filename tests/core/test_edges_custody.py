"""The edge cases of custody, holds and detainers, by their number in the field's list of fifty: if one is wrong, somebody is held
without a ground or let go against one. Each test fails when the guard it is about is taken away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.board import now_row
from pars.core.cases.case import Case, Change, proposed_charges
from pars.core.cases.charging import decide_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.custody import acknowledge_release, releasable, what_holds
from pars.core.cases.deadlines import clocks
from pars.core.cases.detainer_rules import ANSWERS, READINGS, rule_at
from pars.core.cases.detainers import (
    answers_by,
    decide_detainer,
    decision_of,
    honored_holds,
    matter_stage,
    notice_allowed,
    receive_detainer,
    undecided_detainers,
)
from pars.core.cases.facts import DetainerReceived, IdentityClaimed, ReleaseAcknowledged
from pars.core.cases.holds import HOLD_KINDS, NOT_HOLDS, hold_ends, lift_hold, lodge_hold, open_holds
from pars.core.cases.progress import next_steps, stage
from pars.core.cases.release import post_bail
from pars.core.terms import HOUR, SECOND, Instant, Refusal, StatedTime, moment
from tests.cases import (
    ARREST,
    ARRESTED,
    BOOKING,
    MONEY,
    NOW,
    OTHER_ID,
    PERSON,
    REFUSED,
    THEFT,
    ZONE,
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
JUDGE = {"paper": "JUDICIAL", "signer": "Judge Invented", "court": "U.S. District Court", "confirmed_by": "ben"}
HONOR = dict.fromkeys(ANSWERS, "HONOR")
DECLINE = dict.fromkeys(ANSWERS, "DECLINE")
FORMS = ("I-247A", "NOTICE_REQUEST")


def lodge(case: Case, kind: str = "BENCH_WARRANT", **changes: object) -> Change | Refusal:
    given = {"kind": kind, "authority": "Court of Common Pleas", "lodged": LODGED, "at": NOW, **changes}
    return lodge_hold(case, case.version, **given)


def free(case: Case, *others: Case, when: Instant = NOW, **changes: object) -> Change | Refusal:
    return acknowledge_release(case, case.version, **{"released": True, "at": when, "cases": (case, *others), **changes})


def receive(case: Case, when: Instant = NOW, **changes: object) -> Change | Refusal:
    given = {
        "form": "I-247A",
        "paper": "ADMINISTRATIVE",
        "issuing_office": "Invented Field Office",
        "received": at("2013-02-01"),
        "received_by": "ada",
        "at": when,
        **changes,
    }
    return receive_detainer(case, case.version, **given)


def decide(case: Case, answers: dict[str, str], when: Instant = NOW, decider: str = "ben") -> Change | Refusal:
    number = case.current(DetainerReceived)[-1].n
    return decide_detainer(
        case, case.version, detainer=number, reason="As the rule says.", owner="city", decider=decider, at=when, **answers
    )


def paid(case: Case) -> Case:
    return done(post_bail(case, case.version, order=case.facts[-1].n, amount_cents=50_000))


def second() -> Case:
    return asked(signed(decided(sent(booked(OTHER_ID)))))


def codes(*cases: Case, when: Instant = NOW) -> list[str]:
    return [holding.code for holding in what_holds(cases, when)]


# ---------------------------------------------------------------- who, and for how long


def test_edge_05_who_may_be_a_child_is_not_kept_on_the_adult_path() -> None:
    case = booked(person=replace(PERSON, birth_date=at("2010-01-01")))
    (holding,) = what_holds((case,), NOW)
    assert (holding.code, holding.then, holding.overdue) == ("CHILD", "REVIEW", True)
    assert holding.authority == "the juvenile authorities"


def test_edge_11_a_night_over_new_year_is_one_arrest_with_one_clock() -> None:
    arrested = at("2026-12-31T23:50:00-05:00")
    booking = replace(BOOKING, time=at("2027-01-01T00:20:00-05:00"))
    seen = Instant(arrested.earliest + HOUR)
    case = booked(arrests=[replace(ARREST, time=arrested)], booking=booking, at=seen)
    assert str(now_row(case)["arrest_date"]) == "2026-12-31"
    (limit,) = (clock for clock in clocks(case, seen) if clock.code == "PROBABLE_CAUSE")
    assert limit.starts == arrested.earliest
    assert limit.due == at("2027-01-02T23:50:00-05:00").earliest


@pytest.mark.parametrize(
    ("kind", "lodged", "ends"),
    [
        # 1 November 2026 has 25 hours, 8 March 2026 has 23: 72 hours are 72 either way.
        ("BENCH_WARRANT", "2026-10-31T12:00:00", "2026-11-03T11:00:00"),
        ("BENCH_WARRANT", "2026-03-07T12:00:00", "2026-03-10T13:00:00"),
        ("STATE_PAROLE_WARRANT", "2026-10-31T12:00:00", "2026-11-02T11:00:00"),
        # 1:30 comes twice: the count begins at the first.
        ("BENCH_WARRANT", "2026-11-01T01:30:00", "2026-11-04T00:30:00"),
    ],
)
def test_edge_12_a_holds_hours_are_real_hours_when_the_clocks_change(kind: str, lodged: str, ends: str) -> None:
    began = StatedTime(lodged, ZONE)
    when = Instant(began.earliest + 2 * HOUR)
    case = done(lodge(booked(), kind, lodged=began, at=when))
    assert hold_ends(open_holds(case, when)[0].fact)[0] == StatedTime(ends, ZONE).earliest


def test_edge_15_nobody_is_held_unseen_a_report_that_was_never_sent_falls_due_too() -> None:
    case = booked()
    limit = Instant(ARRESTED.earliest + 48 * HOUR)
    before, after = what_holds((case,), Instant(limit - 1))[0], what_holds((case,), limit)[0]
    assert (before.code, before.authority, before.ends, before.overdue) == ("ARREST", "Invented Police", limit, False)
    assert after.overdue
    unknown = booked(arrests=[replace(ARREST, time=None)], booking=None)
    assert what_holds((unknown,), NOW)[0].overdue, "no clock is no license to keep somebody"


def test_edge_16_a_case_returned_to_the_police_doesnt_lengthen_the_custody() -> None:
    returned = decided(decision="RETURN", reason="OTHER", note="The store's video.")
    assert [(h.code, h.ends) for h in what_holds((returned,), NOW)] == [("ARREST", Instant(ARRESTED.earliest + 48 * HOUR))]


# ---------------------------------------------------------------- the release


def test_edge_17_a_release_is_acknowledged_by_the_custodian_or_refused_with_a_reason() -> None:
    case = decided(decision="DECLINE", reason="EVIDENCE")
    refused(acknowledge_release(None, 1, released=True, at=NOW, cases=()), "NO_SUCH_CASE")
    refused(free(case, released=False), "REASON_NEEDED", "reason")
    cant = done(free(case, released=False, reason="The elevator is out of order."))
    assert stage(cant, NOW) == "DECLINED", "a reason why not yet ends nothing"
    out = done(free(cant, reason=" at the gate "))
    said = out.current(ReleaseAcknowledged)[-1]
    assert (said.basis, said.released, said.order, said.reason) == ("DECLINED", True, None, "at the gate")
    assert codes(out) == []
    refused(free(out), "RELEASED")


def test_edge_18_a_release_waits_for_every_case_of_the_person() -> None:
    case, other = ordered(), ordered(heard(second()), MONEY)
    refusal = refused(free(case, other), "STILL_HELD", "BAIL_NOT_POSTED")
    assert refusal.remedy == "Ask the court."
    out = done(free(case, paid(other)))
    assert out.current(ReleaseAcknowledged)[-1].order == case.facts[-1].n


def test_edge_18_bail_posted_on_one_docket_never_frees_who_is_held_on_another() -> None:
    case, other = paid(ordered(terms=MONEY)), ordered(heard(second()), MONEY)
    assert codes(case) == []
    assert codes(case, other) == codes(other, case) == ["BAIL_NOT_POSTED"]
    refused(free(case, other), "STILL_HELD", "BAIL_NOT_POSTED")
    refused(free(case, ordered(heard(second()), REFUSED)), "STILL_HELD", "BAIL_REFUSED")
    refused(free(case, second()), "STILL_HELD", "ARREST")


def test_edge_19_old_bail_doesnt_cover_a_charge_that_came_after_it() -> None:
    case = paid(ordered(terms=MONEY))
    arrest = proposed_charges(case)[0].arrest
    added = ChargeChoice(
        decision="ADD", statute=THEFT.statute, description="A second theft", arrest=arrest, reason="OTHER", note="Told late."
    )
    more = done(decide_charges(case, case.version, [added]))
    assert "NEW_CHARGES" in codes(more)
    refused(free(more), "STILL_HELD")


def test_edge_25_bail_refused_is_no_zero_that_anybody_can_put_down() -> None:
    case = ordered(terms=REFUSED)
    refused(post_bail(case, case.version, order=case.facts[-1].n, amount_cents=1), "NOTHING_TO_POST")
    refused(free(case), "STILL_HELD", "BAIL_REFUSED")


def test_edge_26_a_hold_lodged_a_second_before_the_release_wins() -> None:
    case, other = paid(ordered(terms=MONEY)), decided(sent(booked(OTHER_ID)), "DECLINE", reason="EVIDENCE")
    last = Instant(NOW - SECOND)
    second_before = StatedTime(moment(last).isoformat(), ZONE)
    done(free(case, other))
    held_elsewhere = done(lodge(other, lodged=second_before, at=last))
    refused(free(case, held_elsewhere), "STILL_HELD", "BENCH_WARRANT")
    # In the very case: what the custodian saw is no longer so, and once they look it is refused.
    held = done(lodge(case, lodged=second_before, at=last))
    refused(acknowledge_release(held, case.version, released=True, at=NOW, cases=(held,)), "STALE")
    refused(free(held), "STILL_HELD", "BENCH_WARRANT")


def test_edge_26_a_release_happens_once_and_a_later_hold_doesnt_undo_it() -> None:
    case = paid(ordered(terms=MONEY))
    out = done(free(case))
    late = done(lodge(out, lodged=StatedTime(moment(NOW).isoformat(), ZONE), at=NOW))
    assert late.current(ReleaseAcknowledged)[-1].released
    refused(free(late), "RELEASED")


def test_edge_26_an_unheard_bench_warrant_stops_counting_when_its_window_is_over() -> None:
    window = Instant(LODGED.earliest + 72 * HOUR)
    held = done(lodge(paid(ordered(terms=MONEY))))
    refused(free(held, when=Instant(window - 1)), "STILL_HELD", "BENCH_WARRANT")
    assert codes(held, when=window) == []
    done(free(held, when=window))
    refused(lodge(held, at=window), "ALREADY_LAPSED", "lodged")


def test_edge_26_a_hold_that_a_court_must_review_counts_until_it_is_lifted() -> None:
    case = done(lodge(ordered(), "PROBATION_DETAINER"))
    late = Instant(LODGED.earliest + HOLD_KINDS["PROBATION_DETAINER"].hours * HOUR)
    (holding,) = what_holds((case,), late)
    assert holding.overdue
    refused(free(case, when=late), "STILL_HELD", "PROBATION_DETAINER")
    lifted = done(lift_hold(case, case.version, hold=case.facts[-1].n, reason="Withdrawn by the court.", at=late))
    done(free(lifted, when=late))


# ---------------------------------------------------------------- detainers


def test_edge_38_where_somebody_was_born_changes_no_answer() -> None:
    told = []
    for birthplace in (None, "Ruritania", "Philadelphia, PA"):
        case = ordered(heard(asked(signed(decided(sent(booked(person=replace(PERSON, birthplace=birthplace))))))))
        assert case.current(IdentityClaimed)[-1].birthplace == birthplace
        plain, judged = done(receive(case)), done(receive(case, **JUDGE, conviction="F1_VIOLENT"))
        assert releasable((plain,), NOW).ok
        honored = done(decide(judged, HONOR))
        told.append((done(decide(plain, DECLINE)).facts[-1], honored.facts[-1], releasable((honored,), NOW).reasons))
    assert told[0] == told[1] == told[2]


def test_edge_39_a_release_tells_nobody_and_notice_is_given_only_where_the_rule_honors_it() -> None:
    for form in FORMS:
        case = done(receive(ordered(), form=form))
        number = case.current(DetainerReceived)[-1].n
        out = done(free(case))
        assert [type(fact) for fact in out.facts[len(case.facts) :]] == [ReleaseAcknowledged], "one fact, and no message"
        asked_for = answers_by(rule_at(NOW), case.current(DetainerReceived)[-1], matter_stage(case))
        for wrong in ("HONOR", "NOT_ASKED"):
            refused(decide(case, {**asked_for, "notice": wrong}), "NOT_THE_RULES_ANSWER", "notice")
        assert not notice_allowed(case, number, NOW)
        assert not notice_allowed(done(decide(case, dict(asked_for))), number, NOW)


def test_edge_42_undecided_paper_delays_no_release() -> None:
    for form, more in (
        ("I-247A", {}),
        ("NOTICE_REQUEST", {}),
        ("I-247A", JUDGE),
        ("I-247A", {**JUDGE, "conviction": "F1_VIOLENT"}),
    ):
        case = done(receive(ordered(), form=form, **more))
        answer = releasable((case,), NOW)
        assert answer.ok
        assert [paper.form for paper in answer.undecided] == [form]
        assert stage(case, NOW) == "TO_RELEASE"
        assert "detainer:decide" in [step.act for step in next_steps(case, NOW)]
        done(free(case))


def test_edge_42_a_declined_detainer_holds_nobody() -> None:
    case = done(receive(ordered()))
    declined = done(decide(case, DECLINE))
    assert releasable((declined,), NOW).ok
    assert undecided_detainers(declined) == ()
    decision = decision_of(declined, case.facts[-1].n)
    assert decision is not None
    assert (decision.hold, decision.lapses, decision.rule) == ("DECLINE", None, "EXECUTIVE_ORDER_5_16")
    assert honored_holds(declined, NOW) == ()


@pytest.mark.parametrize("kind", sorted(NOT_HOLDS | {"ice", "i-200"}))
def test_edge_42_a_detainer_or_an_administrative_warrant_is_lodged_as_no_hold(kind: str) -> None:
    refused(lodge(ordered(), kind), "NOT_A_HOLD", "kind")


def test_edge_42_an_administrative_warrant_keyed_as_judicial_is_refused() -> None:
    case = ordered()
    for signer, court, names in (
        (None, " ", ("signer", "court")),
        ("Officer Invented", None, ("court",)),
        (" ", "U.S. District Court", ("signer",)),
    ):
        refused(receive(case, **{**JUDGE, "signer": signer, "court": court}), "JUDGE_NEEDED", *names)
    for nobody in (None, " ", "ada", " Ada"):
        refused(receive(case, **{**JUDGE, "confirmed_by": nobody}), "SECOND_PERSON_NEEDED", "confirmed_by")
    done(receive(case, **JUDGE))


def test_edge_42_what_rests_on_a_judicial_warrant_is_honored_by_a_second_account() -> None:
    case = done(receive(ordered(), **JUDGE, conviction="F1_VIOLENT"))
    refused(decide(case, HONOR, decider="ada"), "SECOND_PERSON_NEEDED", "decider")
    assert releasable((case,), NOW).ok, "and meanwhile nobody waits"
    assert not releasable((done(decide(case, HONOR, decider="ben")),), NOW).ok
    plain = done(receive(ordered(), **JUDGE))
    done(decide(plain, DECLINE, decider="ada"))


def test_edge_42_an_honored_hold_lapses_after_48_hours_weekend_or_not() -> None:
    # NOW is a Friday: the form's reading runs through the weekend.
    case = done(receive(ordered(), **JUDGE, conviction="F1_VIOLENT"))
    honored = done(decide(case, HONOR))
    (holding,) = what_holds((honored,), NOW)
    assert (holding.code, holding.authority, holding.then) == ("DETAINER", "Invented Field Office", "LAPSES")
    assert holding.citation == rule_at(NOW).citation
    assert READINGS[rule_at(NOW).reading].all_days_count
    lapse = Instant(NOW + 48 * HOUR)
    assert holding.ends == lapse
    (clock,) = [clock for clock in clocks(honored, NOW) if clock.code == "HOLD_DETAINER"]
    assert (clock.due, clock.citation) == (lapse, holding.citation)
    assert holding.citation == "Philadelphia Executive Order 5-16 (4 Jan 2016)"
    refused(free(honored, when=Instant(lapse - 1)), "STILL_HELD", "DETAINER")
    done(free(honored, when=lapse))


def test_edge_42_48_hours_without_weekends_and_holidays_where_the_rule_says_so() -> None:
    friday = at("2014-02-14T12:00:00-05:00").earliest  # Washington's birthday is Monday, the 17th
    honored = done(decide(done(receive(ordered(), when=friday)), HONOR, when=friday))
    assert not READINGS[rule_at(friday).reading].all_days_count
    (holding,) = what_holds((honored,), friday)
    assert holding.ends == at("2014-02-19T12:00:00-05:00").earliest


def test_edge_42_a_judges_criminal_warrant_is_a_hold_and_no_detainer() -> None:
    case = done(lodge(ordered(), "FEDERAL_CRIMINAL_WARRANT", authority="U.S. District Court"))
    assert codes(case) == ["FEDERAL_CRIMINAL_WARRANT"]
    assert releasable((case,), NOW).undecided == ()
