"""Tells what pretrial services recorded, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pars.core.cases import facts as kinds
from pars.core.cases.guidelines import RECOMMENDATIONS
from pars.core.cases.pretrial import CHANNELS, CHECKS, OUTCOMES, RESULTS
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.worksheet import points_said
from pars.edge.web import words

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact


def _interviewed(_: Case, fact: Any) -> str:
    return OUTCOMES[fact.outcome] + (f": {fact.reason}" if fact.reason else "")


def _begun(_: Case, fact: Any) -> str:
    return f"Interview begun, {CHANNELS[fact.channel].lower()}" + (f", {fact.room}" if fact.room else "")


def _postponed(_: Case, fact: Any) -> str:
    until = f" until {words.stated(fact.until)}" if fact.until is not None else ""
    return f"Interview put off{until}: {fact.reason}"


def _answered(_: Case, fact: Any) -> str:
    question = QUESTIONS[fact.question]
    return f"{question.label}: {question.words(fact.answer).lower()}"


def _checked(case: Case, fact: Any) -> str:
    about: Any = case.fact(fact.answered)
    says = f" — {fact.says}" if fact.says else ""
    return f"“{QUESTIONS[about.question].label}”: {RESULTS[fact.result].lower()}, {CHECKS[fact.channel].lower()}{says}"


def _worksheet(_: Case, fact: Any) -> str:
    return f"Worksheet signed: {points_said(fact.points)} points; {RECOMMENDATIONS[fact.recommendation].lower()}"


TELLERS: Mapping[type[Fact], Callable[[Case, Any], str | None]] = {
    kinds.Interviewed: _interviewed,
    kinds.InterviewBegun: _begun,
    kinds.InterviewPostponed: _postponed,
    kinds.InterviewAnswered: _answered,
    kinds.InterviewNoted: lambda _, f: f"Note: {f.text}",
    kinds.ReferenceNamed: lambda _, f: f"Reference named: {f.relation}",
    kinds.AnswerVerified: _checked,
    kinds.WorksheetSigned: _worksheet,
    kinds.WorksheetFactor: lambda _, f: None,
}
