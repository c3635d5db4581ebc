"""What the screens show of an interview: its answers in their three states, what was checked, and a worksheet's working as a table with bars.

The same picture and the same table stand before the interviewer, the bench and whoever else the owners let read the worksheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.core.cases.bail import CONDITIONS
from pars.core.cases.case import hearing, interview
from pars.core.cases.facts import AnswerVerified, Fact, InterviewAnswered, WorksheetSigned
from pars.core.cases.guidelines import RECOMMENDATIONS, STATUSES
from pars.core.cases.pretrial import CHECKS, OUTCOMES, RESULTS
from pars.core.cases.progress import REVIEW, WORKSHEET_AGAIN
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.worksheet import (
    STATES,
    answers_of,
    between,
    factors_of,
    last_worksheet,
    points_said,
    reopened,
)
from pars.edge.web.pictures import points_bar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.core.cases.case import Case
    from pars.core.cases.worksheet import Worksheet


AGAIN = "What it rests on was changed after it was signed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One factor of a worksheet, as the template draws it."""

    label: str
    criterion: str
    answer: str
    state: str
    missing: str
    source: str
    at: int | None
    points: str
    total: str
    bar: str


def interview_parts(case: Case) -> dict[str, Any] | None:
    """Return the interview in words, with the three states of each answer; None where it isn't shown or wasn't taken."""
    asked = interview(case)
    if asked is None:
        return None
    return {
        "outcome": OUTCOMES[asked.outcome],
        "reason": asked.reason,
        "answers": answers_told(case) if asked.outcome == "TAKEN" else [],
        "interpreter": asked.interpreter,
    }


def answers_told(case: Case) -> list[tuple[str, str]]:
    """Return every question that was answered or taken back with its answer in words, then how many weren't answered."""
    given = answers_of(case)
    told = [
        (question.label, question.words(given[code].answer).lower())
        for code, question in QUESTIONS.items()
        if code in given and given[code].answer is not None
    ]
    left = len(QUESTIONS) - len(told)
    return [*told, (f"{left} other questions", "not answered")] if left else told


def interview_told(shown: CaseShown) -> str:
    """Return what there is to say of an interview whose answers aren't on the page; a case can be heard without one."""
    if any(gap.code == "INTERVIEW" for gap in shown.missing):
        return "Not yet — owed by pretrial services."
    if all(type(fact) is not Fact for fact in shown.case.facts):
        return "None was recorded."
    return "Not shown to your role." if hearing(shown.case) else "Taken; the answers aren't shown to your role."


# ---------------------------------------------------------------- the worksheet


def worksheet_parts(shown: CaseShown, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the worksheet that was signed last, with its working as it was signed; None where none is shown."""
    case = shown.case
    signed = last_worksheet(case)
    if signed is None:
        return None
    # What is owed was computed from the whole case: who reads less of it is told all the same that a worksheet no longer stands.
    owed = {step.says for step in shown.steps} & {WORKSHEET_AGAIN, REVIEW}
    why = reopened(case)
    at = _recorded(shown, signed.n)
    return {
        "rows": _signed_rows(shown, signed),
        "title": f"Guideline {signed.guideline}, edition {signed.edition}",
        "citation": signed.citation,
        "status": STATUSES[signed.status],
        "illustrative": signed.status == "ILLUSTRATIVE",
        "points": points_said(signed.points),
        "range": between(signed.low, signed.high),
        "recommended": RECOMMENDATIONS[signed.recommended],
        "recommendation": RECOMMENDATIONS[signed.recommendation],
        "departs": signed.recommendation != signed.recommended,
        "reason": signed.reason,
        "conditions": [CONDITIONS[code] for code in signed.conditions],
        "note": signed.conditions_note,
        "by": names.get(signed.signer, signed.signer),
        "at": at,
        "reopened": why.says if why is not None else AGAIN if WORKSHEET_AGAIN in owed else "",
        "review": REVIEW in owed,
    }


def working(shown: CaseShown, worksheet: Worksheet) -> dict[str, Any]:
    """Return a worksheet as it stands, before anybody signed it."""
    guideline = worksheet.guideline
    return {
        "rows": _rows(
            shown,
            [
                (
                    one.factor.label,
                    one.factor.question,
                    one.answer,
                    one.state,
                    one.points,
                    one.low,
                    one.high,
                    one.source,
                    one.verified,
                )
                for one in worksheet.lines
            ],
        ),
        "title": f"{guideline.title}, edition {guideline.edition}",
        "citation": guideline.citation,
        "status": STATUSES[guideline.status],
        "illustrative": guideline.status == "ILLUSTRATIVE",
        "points": points_said(worksheet.points),
        "range": between(worksheet.low, worksheet.high),
        "could": [RECOMMENDATIONS[code] for code in worksheet.could] if len(worksheet.could) > 1 else [],
        "recommended": RECOMMENDATIONS[worksheet.recommended],
        "ranges": _ranges(worksheet),
    }


def _ranges(worksheet: Worksheet) -> list[str]:
    """Return what how many points recommend, in words."""
    said: list[str] = []
    for one in worksheet.guideline.ranges:
        least = f"{points_said(one.least)} or more" if one.least is not None else "fewer" if said else "any sum"
        said.append(f"{least}: {RECOMMENDATIONS[one.recommendation]}")
    return said


def _signed_rows(shown: CaseShown, signed: WorksheetSigned) -> list[Row]:
    return _rows(
        shown,
        [
            (one.label, one.question, one.answer, one.state, one.points, one.low, one.high, one.source, one.verified)
            for one in factors_of(shown.case, signed)
        ],
    )


def _rows(shown: CaseShown, lines: list[tuple[str, str, str | None, str, int, int, int, int | None, int | None]]) -> list[Row]:
    span = max((max(abs(low), abs(high), abs(points)) for _, _, _, _, points, low, high, _, _ in lines), default=1) or 1
    total, found = 0, []
    for label, code, answer, state, points, low, high, source, verified in lines:
        total += points
        question = QUESTIONS[code]
        open_range = "" if low == high else f"could be {between(low, high)}"
        found.append(
            Row(
                label=label,
                criterion=question.criterion,
                answer=question.words(answer).lower(),
                state="" if state == "COUNTED" else STATES[state],
                missing=open_range,
                source=_source(shown.case, question.asked, source, verified),
                at=_recorded(shown, source),
                points=points_said(points),
                total=points_said(total),
                bar=points_bar(
                    points=points, low=low, high=high, span=span, label=f"{label}: {points_said(points)} {open_range}".strip()
                ),
            )
        )
    return found


def _source(case: Case, asked: bool, source: int | None, verified: int | None) -> str:
    """Return where an answer came from, and what confirmed it."""
    if source is None:
        return "no source"
    said = "the person's answer" if asked else "looked up in records"
    check = case.fact(verified) if verified is not None else None
    if isinstance(check, AnswerVerified):
        return f"{said}; {RESULTS[check.result].lower()}, {CHECKS[check.channel].lower()}"
    return f"{said}; checked" if verified is not None else said


def _recorded(shown: CaseShown, source: int | None) -> int | None:
    entry = shown.case.fact(source).entry if source is not None else None
    return shown.recorded[entry][0] if entry is not None and entry in shown.recorded else None


# ---------------------------------------------------------------- what was checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check of an answer: what was asked about, what came of it, by whom, and when."""

    label: str
    answer: str
    result: str
    channel: str
    who: str
    says: str | None
    by: str
    at: int | None


def checks(shown: CaseShown, names: Mapping[str, str]) -> list[Checked]:
    """Return what became of checking answers, newest first."""
    case, found = shown.case, []
    for one in reversed(case.current(AnswerVerified)):
        answer = case.fact(one.answered)
        if not isinstance(answer, InterviewAnswered):
            continue  # not shown to this role
        at, person = shown.recorded.get(one.entry or -1, (None, ""))
        asked = case.fact(one.reference) if one.reference is not None else None
        found.append(
            Checked(
                label=QUESTIONS[answer.question].label,
                answer=QUESTIONS[answer.question].words(answer.answer).lower(),
                result=RESULTS[one.result],
                channel=CHECKS[one.channel].lower(),
                who=getattr(asked, "relation", "") or "",
                says=one.says,
                by=names.get(person, person),
                at=one.time.earliest if one.time is not None else at,
            )
        )
    return found
