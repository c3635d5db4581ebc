"""The worksheet's signature: the canonical text that the interviewer reads and signs, and the facts that keep its working as it was signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.cases.bail import CONDITIONS
from pars.core.cases.case import Case, Change, as_seen_and_open, change, display_name, hearing, interview
from pars.core.cases.facts import Fact, WorksheetFactor, WorksheetSigned
from pars.core.cases.guidelines import RECOMMENDATIONS, STATUSES, Guideline
from pars.core.cases.paper import line, paper
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.worksheet import STATES, Line, Worksheet, between, points_said, work_out, worksheet_owed
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the interviewer recommends: the points' own recommendation or, with a reason, another; conditions stand apart."""

    recommendation: str
    conditions: tuple[str, ...] = ()
    conditions_note: str | None = None
    reason: str | None = None


def worksheet_text(case: Case, worksheet: Worksheet, choice: Choice) -> bytes:
    """Return the canonical text that the interviewer signs: each input, the sum step by step, what is recommended."""
    guideline = worksheet.guideline
    lines = [
        "PRETRIAL WORKSHEET",
        line("Case", case.id),
        line("Person", display_name(case)),
        line("Guideline", f"{guideline.title}, edition {guideline.edition}"),
        line("Citation", guideline.citation),
        line("Status", STATUSES[guideline.status]),
        line("Guideline's text", f"sha256 {guideline.sha256}"),
    ]
    total = 0
    for place, one in enumerate(worksheet.lines, 1):
        total += one.points
        says = QUESTIONS[one.factor.question].words(one.answer)
        lines += [
            line(f"{place}. {one.factor.label}", f"{says} ({STATES[one.state]})"),
            line("  Points", f"{points_said(one.points)}, so far {points_said(total)}{_open(one)}"),
            line("  From", _source(one)),
        ]
    lines += [line("Sum", points_said(worksheet.points)), line("The sum recommends", RECOMMENDATIONS[worksheet.recommended])]
    if worksheet.low != worksheet.high:
        could = " or ".join(RECOMMENDATIONS[code] for code in worksheet.could)
        lines.append(line("Were all known", f"{between(worksheet.low, worksheet.high)}: {could}"))
    lines += [
        line("Recommended", RECOMMENDATIONS.get(choice.recommendation)),
        *([line("Departs from the sum", choice.reason)] if choice.recommendation != worksheet.recommended else []),
        *(line("Condition", CONDITIONS.get(code)) for code in choice.conditions),
        *([line("Conditions in words", choice.conditions_note)] if choice.conditions_note else []),
        "A recommendation is words for the court. It decides nothing.",
    ]
    return paper(lines)


def _source(one: Line) -> str:
    """Return where an input came from; `facts` carry their own times."""
    if one.source is None:
        return "no source"
    return f"fact {one.source}, checked in fact {one.verified}" if one.verified is not None else f"fact {one.source}"


def _open(one: Line) -> str:
    return "" if one.low == one.high else f"; were it known, {between(one.low, one.high)}"


def worksheet_sha256(case: Case, worksheet: Worksheet, choice: Choice) -> str:
    """Return the hash that a signature of the worksheet binds."""
    return hashlib.sha256(worksheet_text(case, worksheet, choice)).hexdigest()


def refuse_choice(worksheet: Worksheet, choice: Choice) -> Refusal | None:
    """Return what is wrong with what is recommended; None where nothing is."""
    if choice.recommendation not in RECOMMENDATIONS:
        return Refusal(
            code="NO_SUCH_RECOMMENDATION",
            says="There is no such recommendation.",
            remedy=f"One of {', '.join(RECOMMENDATIONS)}.",
            names=("recommendation",),
        )
    if choice.recommendation != worksheet.recommended and not (choice.reason or "").strip():
        return Refusal(
            code="REASON_NEEDED",
            says="This departs from what the points come to.",
            remedy="Say why; the court reads the reason beside the points.",
            names=("reason",),
        )
    if any(code not in CONDITIONS for code in choice.conditions):
        return Refusal(code="NO_SUCH_CONDITION", says="There is no such condition.", names=("conditions",))
    return None


def sign_worksheet(
    case: Case | None, seen: int, *, guideline: Guideline | None, choice: Choice, text_sha256: str, signer: str
) -> Change | Refusal:
    """Sign the worksheet whose canonical text has this hash, and send it: its working stays as it was signed."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if guideline is None:
        return Refusal(
            code="NO_GUIDELINE",
            says="No guideline is in force, so there is nothing to work out.",
            remedy="The interview stands without a worksheet. The operator puts the owners' guideline into the home's folder `guidelines`.",
        )
    refusal = _refuse_signing(found)
    if refusal is not None:
        return refusal
    worksheet = work_out(found, guideline)
    refusal = refuse_choice(worksheet, choice)
    if refusal is not None:
        return refusal
    if text_sha256 != worksheet_sha256(found, worksheet, choice):
        return Refusal(
            code="TEXT_CHANGED",
            says="What you signed isn't the worksheet as it stands now.",
            remedy="Read the worksheet again, then sign it.",
            names=("text_sha256",),
        )
    detail: Detail = {"text": text_sha256, "guideline": guideline.sha256, "factors": len(worksheet.lines)}
    return change(Kind.WORKSHEET_SIGNED, found, _facts(found, worksheet, choice, text_sha256, signer), detail)


def _refuse_signing(case: Case) -> Refusal | None:
    taken = interview(case)
    if taken is None or taken.outcome != "TAKEN":
        return Refusal(code="NO_INTERVIEW", says="No interview was taken, so there is nothing to work out.")
    if worksheet_owed(case) is not None:
        return None
    if hearing(case) is not None:
        return Refusal(code="HEARING_HELD", says="The preliminary arraignment has been held; a worksheet comes before it.")
    return Refusal(code="ALREADY_SIGNED", says="The worksheet is signed, and nothing changed since.")


def _facts(case: Case, worksheet: Worksheet, choice: Choice, text_sha256: str, signer: str) -> list[Fact]:
    taken = interview(case)
    assert taken is not None, "refused before"
    guideline, number = worksheet.guideline, case.next_number
    departs = choice.recommendation != worksheet.recommended
    signed = WorksheetSigned(
        interview=taken.n,
        guideline=guideline.code,
        edition=guideline.edition,
        status=guideline.status,
        citation=guideline.citation,
        guideline_sha256=guideline.sha256,
        points=worksheet.points,
        low=worksheet.low,
        high=worksheet.high,
        recommended=worksheet.recommended,
        recommendation=choice.recommendation,
        conditions=choice.conditions,
        conditions_note=(choice.conditions_note or "").strip() or None,
        reason=(choice.reason or "").strip() or None if departs else None,
        text_sha256=text_sha256,
        signer=signer,
    )
    return [
        signed,
        *(
            WorksheetFactor(
                worksheet=number,
                factor=one.factor.code,
                label=one.factor.label,
                question=one.factor.question,
                answer=one.answer,
                points=one.points,
                low=one.low,
                high=one.high,
                state=one.state,
                source=one.source,
                verified=one.verified,
            )
            for one in worksheet.lines
        ),
    ]
