"""Detainers: four answers, each as the rule in force that day says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from pars.core.cases.case import Case
from pars.core.cases.custody import what_holds
from pars.core.cases.detainer_rules import (
    ANSWERS,
    FIRST_ORDER,
    READINGS,
    RULES,
    SECOND_ORDER,
    THIRD_ORDER,
    held_until,
    rule_at,
    rule_ends,
    rules_sha256,
    rules_text,
)
from pars.core.cases.detainers import (
    decide_detainer,
    decision_of,
    honored_holds,
    notice_allowed,
    receive_detainer,
)
from pars.core.cases.federal_holidays import is_federal_holiday
from pars.core.terms import DAY, HOUR, Instant, StatedTime
from tests.cases import NOW, ZONE, at, booked, decided, done, heard, ordered, refused

EO_TIME = at("2018-03-01T12:00:00-05:00")
IN_2018 = Instant(EO_TIME.earliest + HOUR)
IN_2013 = at("2013-03-01T13:00:00-05:00").earliest
JUDGE = {"paper": "JUDICIAL", "signer": "Judge Invented", "court": "U.S. District Court", "confirmed_by": "ben"}
CONVICTED = {**JUDGE, "conviction": "F1_VIOLENT"}
HONOR = dict.fromkeys(ANSWERS, "HONOR")
DECLINE = dict.fromkeys(ANSWERS, "DECLINE")


def receive(case: Case, when: Instant = NOW, **changes: object) -> object:
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


def decide(case: Case, when: Instant = NOW, **changes: object) -> object:
    given = {
        "detainer": case.facts[-1].n,
        "reason": "As the rule says.",
        "owner": "city",
        "decider": "ben",
        "at": when,
        **DECLINE,
        **changes,
    }
    return decide_detainer(case, case.version, **given)


def test_the_active_rules_follow_each_other_without_a_gap() -> None:
    active = [rule for rule in RULES if rule.active]
    for before, after in pairwise(active):
        assert before.period is not None
        assert after.period is not None
        assert before.period.end == after.period.start == rule_ends(before)
    assert rule_ends(active[-1]) is None
    assert StatedTime("2014-04-16", ZONE).earliest == FIRST_ORDER
    assert StatedTime("2015-12-22", ZONE).earliest == SECOND_ORDER
    assert StatedTime("2016-01-04", ZONE).earliest == THIRD_ORDER
    for rule in RULES:
        assert all((rule.citation, rule.says, rule.binds, rule.status))


def test_a_later_rule_put_in_force_ends_the_one_before() -> None:
    last, ordinance = (
        next(r for r in RULES if r.code == "EXECUTIVE_ORDER_5_16"),
        next(r for r in RULES if r.code == "CHAPTER_21_3600"),
    )
    assert ordinance.period is not None
    confirmed = (*RULES, replace(ordinance, active=True))
    assert rule_ends(last, confirmed) == ordinance.period.start
    assert rule_at(ordinance.period.start, confirmed).code == "CHAPTER_21_3600"
    form = next(r for r in RULES if r.period is None)
    assert rule_ends(form) is None
    assert rule_at(NOW, (*RULES, replace(form, active=True))) is last, "active without a date is in force on none"


def test_the_rules_have_one_text_and_one_hash() -> None:
    told = json.loads(rules_text())
    assert [part["code"] for part in told] == [rule.code for rule in RULES]
    assert told[0]["end"] == told[1]["start"] == FIRST_ORDER
    assert "end" not in told[3]
    assert "start" not in told[-1]
    assert [part["active"] for part in told] == [1, 1, 1, 1, 0, 0, 0]
    assert rules_sha256() == hashlib.sha256(rules_text()).hexdigest()


def test_whatever_decides_is_in_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for changes in (
        {"active": True},
        {"hold": "ALWAYS"},
        {"notice": "ALWAYS"},
        {"reading": "REGULATION"},
        {"binds": ("courts",)},
    ):
        assert rules_text((*RULES[:4], replace(RULES[4], **changes), *RULES[5:])) != rules_text()
    other = dict(READINGS)
    other["FORM"] = replace(other["FORM"], hours=47)
    before = rules_text()
    monkeypatch.setattr("pars.core.cases.detainer_rules.READINGS", other)
    assert rules_text() != before


# ---------------------------------------------------------------- the 48 hours


@pytest.mark.parametrize(
    ("reading", "start", "lapses"),
    [
        ("FORM", "2026-11-18T12:00:00-05:00", "2026-11-20T12:00:00-05:00"),
        ("FORM", "2026-11-20T12:00:00-05:00", "2026-11-22T12:00:00-05:00"),
        # The clocks go back on Sunday, 1 November 2026: its 25 hours are 25.
        ("FORM", "2026-10-31T12:00:00-04:00", "2026-11-02T11:00:00-05:00"),
        ("FORM", "2026-03-07T12:00:00-05:00", "2026-03-09T13:00:00-04:00"),
        ("REGULATION", "2026-11-18T12:00:00-05:00", "2026-11-20T12:00:00-05:00"),
        # A Friday noon: 12 hours of Friday, 24 of Monday, 12 of Tuesday.
        ("REGULATION", "2026-11-20T12:00:00-05:00", "2026-11-24T12:00:00-05:00"),
        ("REGULATION", "2026-10-30T12:00:00-04:00", "2026-11-03T12:00:00-05:00"),
        ("REGULATION", "2026-03-06T12:00:00-05:00", "2026-03-10T12:00:00-04:00"),
        # Begun on a Saturday or on a Sunday: from Monday's first instant.
        ("REGULATION", "2026-11-21T09:00:00-05:00", "2026-11-25T00:00:00-05:00"),
        ("REGULATION", "2026-11-01T01:30:00-04:00", "2026-11-04T00:00:00-05:00"),
        # It may end at the very instant at which the weekend begins.
        ("REGULATION", "2026-11-12T00:00:00-05:00", "2026-11-14T00:00:00-05:00"),
        # Thanksgiving 2026 is Thursday, 26 November, and Friday counts.
        ("REGULATION", "2026-11-25T12:00:00-05:00", "2026-11-30T12:00:00-05:00"),
        # 4 July 2026 is a Saturday, kept on Friday, 3 July.
        ("REGULATION", "2026-07-02T12:00:00-04:00", "2026-07-07T12:00:00-04:00"),
        # Christmas on Friday 2026, then the New Year on Friday.
        ("REGULATION", "2026-12-24T18:00:00-05:00", "2026-12-29T18:00:00-05:00"),
        ("REGULATION", "2026-12-31T18:00:00-05:00", "2027-01-05T18:00:00-05:00"),
    ],
)
def test_edge_42_both_readings_of_the_48_hours_are_exact(reading: str, start: str, lapses: str) -> None:
    assert held_until(at(start).earliest, READINGS[reading]) == at(lapses).earliest


def test_the_readings_are_data_and_each_rule_names_its_own() -> None:
    assert {name: (one.hours, one.all_days_count) for name, one in READINGS.items()} == {
        "FORM": (48, True),
        "REGULATION": (48, False),
    }
    assert all("[counsel]" in one.citation for one in READINGS.values())
    friday = at("2013-03-01T12:00:00-05:00").earliest
    honored = done(decide(done(receive(ordered(), when=friday)), when=friday, **HONOR))
    assert what_holds((honored,), friday)[-1].ends == at("2013-03-05T12:00:00-05:00").earliest


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2026-01-01", True), ("2026-01-19", True), ("2026-01-12", False), ("2026-02-16", True), ("2026-05-25", True),
        ("2026-05-18", False), ("2026-06-19", True), ("2020-06-19", False), ("2026-07-03", True), ("2025-07-03", False),
        ("2026-07-04", True), ("2026-09-07", True), ("2026-10-12", True), ("2026-11-11", True), ("2026-11-26", True),
        ("2026-11-27", False), ("2026-12-25", True), ("2021-12-31", True), ("2023-01-02", True), ("2023-01-03", False),
        ("1985-01-21", False),
    ],
)  # fmt: skip
def test_federal_holidays_are_those_of_the_law_on_the_day_they_are_kept(day: str, kept: bool) -> None:
    assert is_federal_holiday(date.fromisoformat(day)) is kept


# ---------------------------------------------------------------- decisions


def test_a_hold_honored_under_an_old_rule_ends_with_that_rule() -> None:
    eve = Instant(FIRST_ORDER - HOUR)
    case = done(receive(ordered(), when=eve))
    honored = done(decide(case, when=eve, **HONOR))
    assert honored_holds(honored, eve)
    assert notice_allowed(honored, case.facts[-1].n, eve)
    assert honored_holds(honored, FIRST_ORDER) == ()
    assert not notice_allowed(honored, case.facts[-1].n, FIRST_ORDER)


def test_a_hold_that_the_next_rule_honors_too_goes_on_to_its_lapse() -> None:
    eve = Instant(SECOND_ORDER - HOUR)
    honored = done(decide(done(receive(ordered(), when=eve, **CONVICTED)), when=eve, **HONOR))
    assert rule_at(eve) is not rule_at(SECOND_ORDER)
    assert honored_holds(honored, SECOND_ORDER)
    assert honored_holds(honored, Instant(eve + 48 * HOUR)) == ()


def test_a_hold_ends_when_the_matter_does() -> None:
    case = done(receive(heard(), **CONVICTED))
    honored = done(decide(case, **HONOR))
    assert honored_holds(honored, NOW)
    gone = decided(honored, "DECLINE", reason="EVIDENCE")
    assert honored_holds(gone, NOW) == ()
    assert not notice_allowed(gone, case.facts[-1].n, NOW)


def test_a_decision_is_the_rules_answer_or_refused() -> None:
    case = done(receive(ordered()))
    refusal = refused(decide(case, **HONOR), "NOT_THE_RULES_ANSWER", *ANSWERS)
    assert "hold DECLINE" in refusal.says
    refused(decide(case, notice="HONOR"), "NOT_THE_RULES_ANSWER", "notice")
    refused(decide(case, hold="MAYBE"), "NOT_THE_RULES_ANSWER", "hold")
    refused(decide(case, reason=" "), "REASON_NEEDED", "reason")
    refused(decide(case, detainer=1), "NO_SUCH_DETAINER", "detainer")
    refused(decide(case, owner="courts"), "RULE_BINDS_OTHERS", "owner")
    refused(decide_detainer(None, 1, detainer=1, reason="x", owner="city", decider="ben", at=NOW, **DECLINE), "NO_SUCH_CASE")


def test_a_decision_carries_its_rule_and_lasts_while_the_rule_does() -> None:
    paper = done(receive(ordered(), when=IN_2018))
    outcome = decide(paper, when=IN_2018)
    done(outcome)
    assert outcome.until is None
    assert outcome.detail["rule"] == "EXECUTIVE_ORDER_5_16"
    assert outcome.detail["rules"] == rules_sha256()
    in_2015 = decide(paper, when=Instant(SECOND_ORDER - 1))
    assert (in_2015.detail["rule"], in_2015.until) == ("EXECUTIVE_ORDER_1_14", SECOND_ORDER)


def test_a_later_decision_on_the_same_paper_counts() -> None:
    case = done(receive(ordered(), when=IN_2013))
    honored = done(decide(case, when=IN_2013, **HONOR))
    number = case.facts[-1].n
    declined = done(decide(honored, detainer=number))
    decision = decision_of(declined, number)
    assert decision is not None
    assert decision.hold == "DECLINE"
    assert honored_holds(declined, Instant(IN_2013 + DAY)) == ()


def test_what_a_paper_must_say() -> None:
    case = ordered()
    refused(receive(case, form="I-200"), "UNKNOWN_PAPER", "form")
    refused(receive(case, paper="SIGNED"), "UNKNOWN_PAPER", "paper")
    refused(receive(case, conviction="M1"), "UNKNOWN_CONVICTION", "conviction")
    refused(receive(case, issuing_office=" "), "OFFICE_NEEDED", "issuing_office")
    refused(receive(case, received=at("2030-01-01")), "TIME_IN_FUTURE", "received")
    refused(
        receive_detainer(
            None, 1, form="I-247A", paper="NONE", issuing_office="A", received=at("2013"), received_by="ada", at=NOW
        ),
        "NO_SUCH_CASE",
    )
    notice = done(receive(case, form="NOTICE_REQUEST", paper="NONE", conviction="F1_VIOLENT", confirmed_by="ben"))
    done(decide(notice, hold="NOT_ASKED", hand_over="NOT_ASKED"))


def test_a_conviction_is_confirmed_by_a_second_person_and_is_none_before_the_hearing() -> None:
    for nobody in (None, " ", "ada", " ADA "):
        refused(receive(ordered(), conviction="F1_VIOLENT", confirmed_by=nobody), "SECOND_PERSON_NEEDED", "confirmed_by")
    done(receive(ordered(), conviction="PRIOR_LISTED", confirmed_by="ben"))
    done(receive(booked(), conviction="PRIOR_LISTED", confirmed_by="ben"))
    for case in (booked(), decided(decision="DECLINE", reason="EVIDENCE"), heard(probable_cause=False, reason="No cause.")):
        for conviction in ("F1_VIOLENT", "F2_VIOLENT"):
            refused(receive(case, **{**CONVICTED, "conviction": conviction}), "NO_CONVICTION_YET", "conviction")


def test_notice_is_allowed_only_where_it_was_honored() -> None:
    case = done(receive(ordered(), **CONVICTED))
    number = case.facts[-1].n
    assert not notice_allowed(case, number, NOW)
    assert notice_allowed(done(decide(case, **HONOR)), number, NOW)
    assert not notice_allowed(case, 1, NOW)
    paper = done(receive(ordered()))
    assert not notice_allowed(done(decide(paper)), paper.facts[-1].n, NOW)
