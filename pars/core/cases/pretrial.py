"""Pretrial services: the voluntary interview. It informs the bench and decides nothing.

An answer has three states: yes, no, not answered. A recommendation is words for the court; no rule of release reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.case import Case, Change, as_seen_and_open, change, hearing
from pars.core.cases.facts import Interviewed
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "TAKEN": "The interview was taken",
        "DECLINED": "The person declined it",
        "UNABLE": "It couldn't be taken",
    }
)

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "local_residence": "Lives in the area",
        "employed": "Employed or at school",
        "family_contact": "Family or friend to reach",
        "prior_failure_to_appear": "Missed a court date before",
    }
)
"""What is asked, by the name of its answer."""

RECOMMENDATIONS: Mapping[str, str] = MappingProxyType(
    {
        "ROR": "Release on recognizance",
        "CONDITIONS": "Release on nonmonetary conditions",
        "COURT": "No recommendation: left to the court",
    }
)
"""What the interviewer may recommend; never an amount, never a refusal."""


def record_interview(
    case: Case | None,
    seen: int,
    *,
    outcome: str,
    reason: str | None = None,
    local_residence: bool | None = None,
    employed: bool | None = None,
    family_contact: bool | None = None,
    prior_failure_to_appear: bool | None = None,
    interpreter: str | None = None,
    recommendation: str | None = None,
) -> Change | Refusal:
    """Record the interview, or why there is none. `interpreter` is the language the person needs one for, known either way."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if hearing(found) is not None:
        return Refusal(code="HEARING_HELD", says="The preliminary arraignment has been held; an interview comes before it.")
    answers = (local_residence, employed, family_contact, prior_failure_to_appear)
    if outcome not in OUTCOMES:
        return Refusal(
            code="NO_SUCH_OUTCOME", says="An interview was taken, declined, or couldn't be taken.", names=("outcome",)
        )
    if outcome == "UNABLE" and not (reason or "").strip():
        return Refusal(code="REASON_NEEDED", says="Say why the interview couldn't be taken.", names=("reason",))
    if outcome != "TAKEN" and (recommendation is not None or any(answer is not None for answer in answers)):
        return Refusal(
            code="ANSWERS_WITHOUT_INTERVIEW",
            says="Without an interview there are neither answers nor a recommendation: not answered isn't no.",
            names=("outcome",),
        )
    if recommendation is not None and recommendation not in RECOMMENDATIONS:
        return Refusal(
            code="NO_SUCH_RECOMMENDATION",
            says="There is no such recommendation.",
            remedy=f"One of {', '.join(RECOMMENDATIONS)}, or none.",
            names=("recommendation",),
        )
    fact = Interviewed(
        outcome=outcome,
        reason=(reason or "").strip() or None,
        local_residence=local_residence,
        employed=employed,
        family_contact=family_contact,
        prior_failure_to_appear=prior_failure_to_appear,
        interpreter=(interpreter or "").strip() or None,
        recommendation=recommendation,
    )
    answered = sum(answer is not None for answer in answers)
    return change(Kind.INTERVIEW_RECORDED, found, (fact,), {"outcome": outcome, "answered": answered})
