"""Detainers: four answers, each as the rule in force that day says."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise

import pytest

from pars.core.cases.case import Case
from pars.core.cases.custody import releasable, what_holds
from pars.core.cases.deadlines import clocks
from pars.core.cases.detainers import (
    ANSWERS,
    FIRST_ORDER,
    HELD_HOURS,
    ORDINANCE,
    RULES,
    answers_by,
    decide_detainer,
    decision_of,
    honored_holds,
    receive_detainer,
    rule_at,
    rules_sha256,
    rules_text,
    undecided_detainers,
)
from pars.core.cases.facts import DetainerReceived
from pars.core.cases.progress import next_steps, stage
from pars.core.terms import DAY, HOUR, Instant, StatedTime
from tests.cases import NOW, ZONE, at, done, ordered, refused

EO_TIME = at("2018-03-01T12:00:00-05:00")
IN_2018 = Instant(EO_TIME.earliest + HOUR)
IN_2013 = at("2013-03-01T13:00:00-05:00").earliest
JUDGE = {"paper": "JUDICIAL", "signer": "Judge Invented", "court": "U.S. District Court", "confirmed_by": "ben"}
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
        "at": when,
        **DECLINE,
        **changes,
    }
    return decide_detainer(case, case.version, **given)


def test_the_rules_follow_each_other_without_a_gap() -> None:
    for before, after in pairwise(RULES):
        assert before.period.end == after.period.start
    assert RULES[-1].period.end is None
    assert [rule.code for rule in RULES] == ["PRACTICE_BEFORE_2014", "EXECUTIVE_ORDER_5_16", "JUDICIAL_WARRANT_REQUIRED"]
    assert rule_at(Instant(FIRST_ORDER - 1)) is RULES[0]
    assert rule_at(FIRST_ORDER) is RULES[1]
    assert rule_at(Instant(ORDINANCE - 1)) is RULES[1]
    assert rule_at(ORDINANCE) is RULES[2]
    assert StatedTime("2014-04-16", ZONE).earliest == FIRST_ORDER
    for rule in RULES:
        assert all((rule.citation, rule.says, rule.binds, rule.status))


def test_the_rules_have_one_text_and_one_hash() -> None:
    told = json.loads(rules_text())
    assert [part["code"] for part in told] == [rule.code for rule in RULES]
    assert told[0]["end"] == told[1]["start"] == FIRST_ORDER
    assert "end" not in told[2]
    assert rules_sha256() == hashlib.sha256(rules_text()).hexdigest()


@pytest.mark.parametrize(
    ("when", "paper", "conviction", "answer"),
    [
        (IN_2013, "NONE", None, "HONOR"),
        (IN_2013, "ADMINISTRATIVE", None, "HONOR"),
        (IN_2018, "ADMINISTRATIVE", None, "DECLINE"),
        (IN_2018, "ADMINISTRATIVE", "F1_VIOLENT", "DECLINE"),
        (IN_2018, "JUDICIAL", None, "DECLINE"),
        (IN_2018, "JUDICIAL", "F2_VIOLENT", "HONOR"),
        (NOW, "ADMINISTRATIVE", None, "DECLINE"),
        (NOW, "JUDICIAL", None, "HONOR"),
    ],
)
def test_the_rule_in_force_answers(when: Instant, paper: str, conviction: str | None, answer: str) -> None:
    received = DetainerReceived(form="I-247A", paper=paper, issuing_office="Office", conviction=conviction)
    assert dict(answers_by(rule_at(when), received)) == dict.fromkeys(ANSWERS, answer)
    notice = DetainerReceived(form="NOTICE_REQUEST", paper=paper, issuing_office="Office", conviction=conviction)
    assert answers_by(rule_at(when), notice) == {
        "hold": "NOT_ASKED",
        "notice": answer,
        "hand_over": "NOT_ASKED",
        "access": answer,
    }


def test_edge_42_an_undecided_or_declined_detainer_holds_nobody() -> None:
    case = ordered()
    with_paper = done(receive(case))
    answer = releasable((with_paper,), NOW)
    assert answer.ok
    assert [paper.form for paper in answer.undecided] == ["I-247A"]
    assert stage(with_paper, NOW) == "TO_RELEASE"
    assert "detainer:decide" in [step.act for step in next_steps(with_paper, NOW)]
    declined = done(decide(with_paper))
    assert releasable((declined,), NOW).ok
    assert undecided_detainers(declined) == ()
    decision = decision_of(declined, with_paper.facts[-1].n)
    assert decision is not None
    assert (decision.hold, decision.lapses, decision.rule) == ("DECLINE", None, "JUDICIAL_WARRANT_REQUIRED")
    assert honored_holds(declined, NOW) == ()


def test_edge_42_an_administrative_warrant_keyed_as_judicial_is_refused() -> None:
    case = ordered()
    refused(receive(case, **{**JUDGE, "signer": None, "court": " "}), "JUDGE_NEEDED", "signer", "court")
    for nobody in (None, " ", "ada"):
        refused(receive(case, **{**JUDGE, "confirmed_by": nobody}), "SECOND_PERSON_NEEDED", "confirmed_by")
    done(receive(case, **JUDGE))


def test_edge_42_an_honored_hold_lapses_after_48_hours_weekend_or_not() -> None:
    case = done(receive(ordered(), **JUDGE))
    honored = done(decide(case, **HONOR))
    held = what_holds((honored,), NOW)
    assert [(holding.code, holding.authority, holding.then) for holding in held] == [
        ("DETAINER", "Invented Field Office", "LAPSES")
    ]
    lapse = Instant(NOW + HELD_HOURS * HOUR)
    assert held[0].ends == lapse
    assert [clock.due for clock in clocks(honored, NOW) if clock.code == "HOLD_DETAINER"] == [lapse]
    assert not releasable((honored,), Instant(lapse - 1)).ok
    assert releasable((honored,), lapse).ok


def test_a_hold_honored_under_an_old_rule_ends_with_that_rule() -> None:
    eve = Instant(FIRST_ORDER - HOUR)
    case = done(receive(ordered(), when=eve))
    honored = done(decide(case, when=eve, **HONOR))
    assert honored_holds(honored, eve)
    assert honored_holds(honored, FIRST_ORDER) == ()


def test_a_decision_is_the_rules_answer_or_refused() -> None:
    case = done(receive(ordered()))
    refusal = refused(decide(case, **HONOR), "NOT_THE_RULES_ANSWER", *ANSWERS)
    assert "hold DECLINE" in refusal.says
    refused(decide(case, notice="HONOR"), "NOT_THE_RULES_ANSWER", "notice")
    refused(decide(case, hold="MAYBE"), "NOT_THE_RULES_ANSWER", "hold")
    refused(decide(case, reason=" "), "REASON_NEEDED", "reason")
    refused(decide(case, detainer=1), "NO_SUCH_DETAINER", "detainer")
    refused(decide(case, owner="courts"), "RULE_BINDS_OTHERS", "owner")
    refused(decide_detainer(None, 1, detainer=1, reason="x", owner="city", at=NOW, **DECLINE), "NO_SUCH_CASE")


def test_a_decision_carries_its_rule_and_lasts_while_the_rule_does() -> None:
    paper = done(receive(ordered(), when=IN_2018))
    outcome = decide(paper, when=IN_2018)
    done(outcome)
    assert outcome.until == ORDINANCE
    assert outcome.detail["rule"] == "EXECUTIVE_ORDER_5_16"
    assert outcome.detail["rules"] == rules_sha256()
    assert decide(paper).until is None


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
    notice = done(receive(case, form="NOTICE_REQUEST", paper="NONE", conviction="F1_VIOLENT"))
    done(decide(notice, hold="NOT_ASKED", hand_over="NOT_ASKED"))
