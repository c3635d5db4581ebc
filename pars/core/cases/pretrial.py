"""Pretrial services: the voluntary interview. It informs the bench and decides nothing.

An answer has three states: yes, no (or another answer of its question), not answered. Answers are saved as they come: each is a
fact, a later one stands in an earlier one's place, and both stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.cases.case import Case, Change, as_seen_and_open, change, hearing, interview
from pars.core.cases.facts import (
    AnswerVerified,
    Fact,
    InterviewAnswered,
    InterviewBegun,
    Interviewed,
    InterviewNoted,
    InterviewPostponed,
    ReferenceNamed,
)
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.worksheet import answers_of, order_to_review
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.terms import StatedTime

SCRIPT: tuple[str, ...] = (
    "I work for pretrial services of the court. I am not your lawyer, and I don't work for the police or the prosecutor.",
    "You need not talk to me, and you need not answer any question. Not answering is not held against you as a no.",
    "I won't ask what happened, and please don't tell me. I ask where you live, whom you live with, about work and about earlier court dates.",
    "The judge sees what you answer. Those who decide the charges for the prosecution don't, and no outside agency does.",
)
"""What is said before the first question."""

CHANNELS: Mapping[str, str] = MappingProxyType({"VIDEO": "By video", "IN_PERSON": "In person", "PHONE": "By phone"})

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "TAKEN": "The interview was taken",
        "DECLINED": "The person declined it",
        "UNABLE": "It couldn't be taken",
    }
)

CHECKS: Mapping[str, str] = MappingProxyType(
    {"CALL": "By call", "IN_PERSON": "In person", "DOCUMENT": "From a document", "RECORD": "From a record"}
)
RESULTS: Mapping[str, str] = MappingProxyType(
    {"CONFIRMED": "Confirmed", "DIFFERENT": "Said otherwise", "UNREACHED": "Nobody was reached"}
)


def begin_interview(case: Case | None, seen: int, *, channel: str, told: bool, room: str | None = None) -> Change | Refusal:
    """Begin the interview. `told`: the person was told that they need not answer, and agreed to talk."""
    found = _open(case, seen)
    if isinstance(found, Refusal):
        return found
    if channel not in CHANNELS:
        return Refusal(code="NO_SUCH_CHANNEL", says="An interview is by video, in person or by phone.", names=("channel",))
    if not told:
        return Refusal(
            code="NOT_TOLD",
            says="An interview begins when the person was told that they need not answer, and agreed to talk.",
            remedy="Read the script. If the person doesn't want to talk, record that they declined.",
            names=("told",),
        )
    fact = InterviewBegun(channel=channel, room=(room or "").strip() or None)
    return change(Kind.INTERVIEW_SAVED, found, (fact,), {"step": "BEGUN"})


def postpone_interview(
    case: Case | None, seen: int, *, reason: str | None, until: StatedTime | None = None
) -> Change | Refusal:
    """Put the interview off, with the reason. It stays owed."""
    found = _open(case, seen)
    if isinstance(found, Refusal):
        return found
    if not (reason or "").strip():
        return Refusal(code="REASON_NEEDED", says="Say why the interview is put off.", names=("reason",))
    fact = InterviewPostponed(reason=(reason or "").strip(), until=until)
    return change(Kind.INTERVIEW_SAVED, found, (fact,), {"step": "POSTPONED"})


def save_answers(
    case: Case | None, seen: int, *, answers: Mapping[str, str | None] | None = None, note: str | None = None
) -> Change | Refusal:
    """Save answers as they come, and the interviewer's note. Only what changed becomes a fact; None takes an answer back."""
    found = _open(case, seen)
    if isinstance(found, Refusal):
        return found
    if found.latest(InterviewBegun) is None and interview(found) is None:
        return Refusal(
            code="NOT_BEGUN",
            says="The interview hasn't begun.",
            remedy="Read the script and begin it; or record it whole, with its outcome.",
        )
    refusal = _refuse_answers(answers or {})
    if refusal is not None:
        return refusal
    facts: list[Fact] = [*_answered(found, answers or {}), *_noted(found, note)]
    if not facts:
        return Refusal(code="NOTHING_CHANGED", says="Nothing was changed, so there was nothing to save.")
    saved = sum(isinstance(fact, InterviewAnswered) for fact in facts)
    return change(Kind.INTERVIEW_SAVED, found, facts, {"step": "ANSWERS", "answers": saved})


def name_reference(
    case: Case | None, seen: int, *, name: str | None, relation: str | None, phone: str | None = None
) -> Change | Refusal:
    """Name somebody who may confirm what the person says. No word of it is in the ledger."""
    found = _open(case, seen)
    if isinstance(found, Refusal):
        return found
    missing = tuple(key for key, value in (("name", name), ("relation", relation)) if not (value or "").strip())
    if missing:
        return Refusal(code="REFERENCE_INCOMPLETE", says="A reference has a name and a relation to the person.", names=missing)
    fact = ReferenceNamed(name=(name or "").strip(), relation=(relation or "").strip(), phone=(phone or "").strip() or None)
    return change(Kind.INTERVIEW_SAVED, found, (fact,), {"step": "REFERENCE"})


def verify_answer(
    case: Case | None,
    seen: int,
    *,
    question: str,
    channel: str,
    result: str,
    reference: int | None = None,
    time: StatedTime | None = None,
    says: str | None = None,
) -> Change | Refusal:
    """Record what became of checking one answer: how, with whom, when, and what was said."""
    found = _open(case, seen)
    if isinstance(found, Refusal):
        return found
    answer = answers_of(found).get(question)
    if answer is None or answer.answer is None:
        return Refusal(
            code="NO_SUCH_ANSWER", says="This question isn't answered, so there is nothing to check.", names=("question",)
        )
    for value, known, name in ((channel, CHECKS, "channel"), (result, RESULTS, "result")):
        if value not in known:
            return Refusal(
                code="NO_SUCH_CHECK",
                says="There is no such way or result.",
                remedy=f"One of {', '.join(known)}.",
                names=(name,),
            )
    if reference is not None and reference not in {one.n for one in found.current(ReferenceNamed)}:
        return Refusal(code="NO_SUCH_REFERENCE", says="There is no such reference in this case.", names=("reference",))
    if result == "DIFFERENT" and not (says or "").strip():
        return Refusal(code="REASON_NEEDED", says="Say what was said otherwise.", names=("says",))
    fact = AnswerVerified(
        answered=answer.n, channel=channel, result=result, reference=reference, time=time, says=(says or "").strip() or None
    )
    return change(Kind.ANSWER_VERIFIED, found, (fact,), {"result": result})


def record_interview(
    case: Case | None,
    seen: int,
    *,
    outcome: str,
    reason: str | None = None,
    answers: Mapping[str, str | None] | None = None,
    note: str | None = None,
    interpreter: str | None = None,
) -> Change | Refusal:
    """Record how the interview ended, with the answers that came last. `interpreter` is the language one is needed for, known either way."""
    found = _open(case, seen)
    if isinstance(found, Refusal):
        return found
    given = {code: answer for code, answer in (answers or {}).items() if answer is not None}
    if outcome not in OUTCOMES:
        return Refusal(
            code="NO_SUCH_OUTCOME", says="An interview was taken, declined, or couldn't be taken.", names=("outcome",)
        )
    if outcome == "UNABLE" and not (reason or "").strip():
        return Refusal(code="REASON_NEEDED", says="Say why the interview couldn't be taken.", names=("reason",))
    if outcome != "TAKEN" and given:
        return Refusal(
            code="ANSWERS_WITHOUT_INTERVIEW",
            says="Without an interview there are no answers: not answered isn't no.",
            names=("outcome",),
        )
    refusal = _refuse_answers(answers or {})
    if refusal is not None:
        return refusal
    facts: list[Fact] = [*_answered(found, answers or {}), *_noted(found, note)]
    ended = Interviewed(outcome=outcome, reason=(reason or "").strip() or None, interpreter=(interpreter or "").strip() or None)
    after = {**{code: fact.answer for code, fact in answers_of(found).items()}, **(answers or {})}
    answered = sum(answer is not None for answer in after.values())
    return change(Kind.INTERVIEW_RECORDED, found, (*facts, ended), {"outcome": outcome, "answered": answered})


def progress_words(case: Case) -> str:
    """Return how far the interview is: `12 of 20 answered`."""
    answered = sum(fact.answer is not None for fact in answers_of(case).values())
    return f"{answered} of {len(QUESTIONS)} answered"


def _open(case: Case | None, seen: int) -> Case | Refusal:
    """Return the case where something of its interview may still be recorded: before the hearing, or for a worksheet reopened since."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal) or hearing(found) is None or order_to_review(found) is not None:
        return found
    return Refusal(code="HEARING_HELD", says="The preliminary arraignment has been held; an interview comes before it.")


def _refuse_answers(answers: Mapping[str, str | None]) -> Refusal | None:
    for code, answer in answers.items():
        if code not in QUESTIONS:
            return Refusal(
                code="NO_SUCH_QUESTION",
                says="There is no such question.",
                remedy=f"Known are: {', '.join(QUESTIONS)}.",
                names=("answers",),
            )
        if answer is not None and answer not in QUESTIONS[code].answers:
            return Refusal(
                code="NO_SUCH_ANSWER",
                says=f"“{QUESTIONS[code].label}” has no such answer.",
                remedy=f"One of {', '.join(QUESTIONS[code].answers)}; left out, it is not answered.",
                names=(code,),
            )
    return None


def _answered(case: Case, answers: Mapping[str, str | None]) -> list[InterviewAnswered]:
    """Return the facts of what is answered otherwise than it stands, in spoken order."""
    stand = answers_of(case)
    found = []
    for code in QUESTIONS:
        before = stand.get(code)
        if code not in answers or answers[code] == (before.answer if before is not None else None):
            continue
        found.append(InterviewAnswered(question=code, answer=answers[code], corrects=before.n if before is not None else None))
    return found


def _noted(case: Case, note: str | None) -> list[InterviewNoted]:
    """Return the note as a fact where it says something else than the one that stands."""
    words, before = (note or "").strip(), case.latest(InterviewNoted)
    if not words or (before is not None and before.text == words):
        return []
    return [InterviewNoted(text=words, corrects=before.n if before is not None else None)]
