"""The pretrial worksheet: what a guideline makes of the answers, step by step, and what its signing binds.

It is one input of the bench and decides nothing: no rule of release reads a word of it, and an import contract holds that. What is
missing is never counted as an answer; the worksheet says what it could have come to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pars.core.cases.case import (
    Case,
    hearing,
    interview,
    release_order,
    released,
)
from pars.core.cases.facts import AnswerVerified, Fact, InterviewAnswered, WorksheetFactor, WorksheetSigned
from pars.core.cases.guidelines import Factor, Guideline
from pars.core.cases.identity import identity_changed_since
from pars.core.cases.questions import QUESTIONS

if TYPE_CHECKING:
    pass

State = Literal["COUNTED", "NOT_ANSWERED", "NOT_CONFIRMED", "CONTRADICTED"]

STATES: Mapping[str, str] = MappingProxyType(
    {
        "COUNTED": "counted",
        "NOT_ANSWERED": "not counted",
        "NOT_CONFIRMED": "not confirmed, so not counted",
        "CONTRADICTED": "contradicted when it was checked, so not counted",
    }
)


def points_said(points: int) -> str:
    """Return points with their sign: `+2`, `0`, `-1`."""
    return f"{points:+d}" if points else "0"


def between(low: int, high: int) -> str:
    """Return between what points lie, or the one number where they are known."""
    return points_said(low) if low == high else f"{points_said(low)} to {points_said(high)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One factor worked out: the answer and its fact, what confirmed it, its points, and between what they lie where it is missing."""

    factor: Factor
    answer: str | None
    state: State
    points: int
    low: int
    high: int
    source: int | None
    verified: int | None

    @property
    def criterion(self) -> str:
        """Return the criterion of Rule 523(A) that the factor serves."""
        return QUESTIONS[self.factor.question].criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """A guideline's whole working over a case. `could` is all that could be recommended, were everything known that is missing."""

    guideline: Guideline
    lines: tuple[Line, ...]

    @property
    def points(self) -> int:
        """Return the sum of what counts."""
        return sum(one.points for one in self.lines)

    @property
    def low(self) -> int:
        """Return the least that the sum could come to."""
        return sum(one.low for one in self.lines)

    @property
    def high(self) -> int:
        """Return the most that the sum could come to."""
        return sum(one.high for one in self.lines)

    @property
    def recommended(self) -> str:
        """Return what the sum recommends."""
        return self.guideline.recommended(self.points)

    @property
    def could(self) -> tuple[str, ...]:
        """Return what could be recommended between the least and the most, the highest sum's first."""
        reached = [self.guideline.recommended(points) for points in range(self.high, self.low - 1, -1)]
        return tuple(dict.fromkeys(reached))


def answers_of(case: Case) -> Mapping[str, InterviewAnswered]:
    """Return the answer that stands for each question, also one that was taken back."""
    return {fact.question: fact for fact in case.current(InterviewAnswered)}


def verified(case: Case, answer: InterviewAnswered) -> AnswerVerified | None:
    """Return the last check of this answer that reached somebody. A check of an earlier answer says nothing of a later one."""
    found = [one for one in case.current(AnswerVerified) if one.answered == answer.n and one.result != "UNREACHED"]
    return found[-1] if found else None


def work_out(case: Case, guideline: Guideline) -> Worksheet:
    """Return the worksheet of a case as it stands."""
    answers = answers_of(case)
    return Worksheet(
        guideline=guideline,
        lines=tuple(_line(case, factor, answers.get(factor.question)) for factor in guideline.factors),
    )


def _line(case: Case, factor: Factor, answer: InterviewAnswered | None) -> Line:
    check = verified(case, answer) if answer is not None else None
    code = answer.answer if answer is not None else None
    state: State = "COUNTED"
    if code is None:
        state = "NOT_ANSWERED"
    elif check is not None and check.result == "DIFFERENT":
        state = "CONTRADICTED"
    elif check is None and factor.confirmed_only:
        state = "NOT_CONFIRMED"
    points = factor.points[code] if state == "COUNTED" and code is not None else 0
    every = factor.points.values()
    # INVARIANT: what isn't known adds nothing to the sum and is never taken for the worst answer or the best.
    low, high = (points, points) if state == "COUNTED" else (min(every), max(every))
    if state == "NOT_CONFIRMED" and code is not None:
        low, high = min(0, factor.points[code]), max(0, factor.points[code])
    return Line(
        factor=factor,
        answer=code,
        state=state,
        points=points,
        low=low,
        high=high,
        source=answer.n if answer is not None and code is not None else None,
        verified=check.n if check is not None else None,
    )


# ---------------------------------------------------------------- whether it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Why a signed worksheet no longer stands, and since which fact. IDENTITY: who the person is was changed after it."""

    because: Literal["IDENTITY", "ANSWERS"]
    since: Fact

    @property
    def says(self) -> str:
        """Return it as a sentence."""
        if self.because == "IDENTITY":
            return "Who the person is was changed after the worksheet was signed: it may rest on another person's record."
        return "An answer or its check changed after the worksheet was signed."


def last_worksheet(case: Case) -> WorksheetSigned | None:
    """Return the worksheet that was signed last, whether it stands or not. Each stays for good."""
    return case.latest(WorksheetSigned)


def reopened(case: Case) -> Reopened | None:
    """Return why the last worksheet no longer stands; None where it does or none was signed."""
    signed = last_worksheet(case)
    if signed is None:
        return None
    # INVARIANT: a worksheet never outlives a change of who the person is, since another's record may have weighed in it.
    changed = identity_changed_since(case, signed)
    if changed is not None:
        return Reopened(because="IDENTITY", since=changed)
    later = [fact for kind in (InterviewAnswered, AnswerVerified) for fact in case.current(kind) if fact.n > signed.n]
    return Reopened(because="ANSWERS", since=min(later, key=lambda fact: fact.n)) if later else None


def standing_worksheet(case: Case) -> WorksheetSigned | None:
    """Return the last worksheet if it still stands."""
    return last_worksheet(case) if reopened(case) is None else None


def order_to_review(case: Case) -> Reopened | None:
    """Return why the release order is to be looked at again: it was made beside a worksheet that was reopened since about who it is of.

    The order stays as it is until a judge makes another; one made after the change has been looked at.
    """
    order = release_order(case)
    if order is None or released(case) or not any(signed.n < order.n for signed in case.current(WorksheetSigned)):
        return None
    changed = identity_changed_since(case, order)
    return Reopened(because="IDENTITY", since=changed) if changed is not None else None


def worksheet_owed(case: Case) -> Reopened | Literal["FIRST"] | None:
    """Return whether pretrial services owe a worksheet: the first after an interview, or again since the last was reopened.

    Once the hearing was held only one that was reopened about the identity is owed, and only while an order rests on it.
    """
    taken = interview(case)
    if taken is None or taken.outcome != "TAKEN" or released(case):
        return None
    why = reopened(case)
    if hearing(case) is not None:
        return why if order_to_review(case) is not None else None
    return why or ("FIRST" if last_worksheet(case) is None else None)


def in_doubt(case: Case) -> bool:
    """Return whether a worksheet was reopened and is still owed, or an order rests on one that was."""
    return isinstance(worksheet_owed(case), Reopened) or order_to_review(case) is not None


def factors_of(case: Case, signed: WorksheetSigned) -> tuple[WorksheetFactor, ...]:
    """Return the lines of a signed worksheet, in its guideline's order."""
    return tuple(one for one in case.current(WorksheetFactor) if one.worksheet == signed.n)
