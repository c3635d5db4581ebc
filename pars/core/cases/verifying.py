"""Verifying: a reply to prints is recorded as the repository gave it, beside the claim. What it contradicts becomes a doubt."""

from __future__ import annotations

from dataclasses import replace

from pars.core.cases.case import Case, Change, Detail, as_seen
from pars.core.cases.doubts import change_with_doubts
from pars.core.cases.facts import IdentityVerified
from pars.core.cases.identity import OUTCOMES, replies
from pars.core.cases.lengths import refuse_too_long
from pars.core.cases.numbers import OF_THE_PERSON, kept_number, refuse_number
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal


def verify_identity(
    case: Case | None, seen: int, reply: IdentityVerified, *, verifier: str, at: Instant, why: str | None = None
) -> Change | Refusal:
    """Record a reply to prints, or correct one (`corrects`, with the reason): of another person, misread, or not a match after all."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    refusal = _refuse_source(reply, at) or _refuse_outcome(reply) or _refuse_replaced(found, reply, why)
    refusal = refusal or next((no for name in OF_THE_PERSON if (no := refuse_number(name, getattr(reply, name)))), None)
    if refusal is not None:
        return refusal
    sid, pid, ucn = (kept_number(name, getattr(reply, name)) for name in OF_THE_PERSON)
    told = replace(reply, sid=sid, pid=pid, ucn=ucn)
    fact = replace(told, verifier=verifier, why=(why or "").strip() or None, document=None)
    if (too_long := refuse_too_long((fact,))) is not None:
        return too_long
    detail: Detail = {"outcome": fact.outcome, "corrected": int(fact.corrects is not None)}
    return change_with_doubts(Kind.IDENTITY_VERIFIED, found, (fact,), detail)


def _refuse_source(reply: IdentityVerified, at: Instant) -> Refusal | None:
    for name, says in (("source", "which system answered"), ("reference", "the reply's own number")):
        if not getattr(reply, name).strip():
            return Refusal(
                code="SOURCE_NEEDED",
                says=f"A reply to prints needs {says}.",
                remedy="Copy it from the reply.",
                names=(name,),
            )
    if reply.stated.earliest > at:
        return Refusal(
            code="TIME_IN_FUTURE", says="The reply's time lies in the future.", remedy="Check the date.", names=("stated",)
        )
    return None


def _refuse_outcome(reply: IdentityVerified) -> Refusal | None:
    if reply.outcome not in OUTCOMES:
        return Refusal(
            code="NO_SUCH_OUTCOME",
            says="A reply to prints finds one person, nobody, or several.",
            remedy=f"One of {', '.join(OUTCOMES)}.",
            names=("outcome",),
        )
    about = (*OF_THE_PERSON, "surname", "given", "full", "birth_date")
    given = tuple(name for name in about if getattr(reply, name))
    if reply.outcome != "MATCH" and given:
        return Refusal(
            code="NOBODY_FOUND",
            says="A reply that found nobody, or several, names no one person: no number and no name is taken from it.",
            remedy="Wait for the reply that tells them apart, or choose that one person matches.",
            names=given,
        )
    if reply.outcome == "MATCH" and not any(getattr(reply, name) for name in OF_THE_PERSON):
        return Refusal(
            code="NUMBER_NEEDED",
            says="A match names its person by a number: SID, PID or UCN.",
            remedy="Copy the number from the reply.",
            names=OF_THE_PERSON,
        )
    return None


def _refuse_replaced(case: Case, reply: IdentityVerified, why: str | None) -> Refusal | None:
    if reply.corrects is None:
        return None
    if reply.corrects not in {one.n for one in replies(case)}:
        return Refusal(
            code="NO_SUCH_FACT",
            says="The reply to correct isn't there, or was corrected already.",
            remedy="Open the case again and correct what stands now.",
            names=("corrects",),
        )
    if not (why or "").strip():
        return Refusal(code="REASON_NEEDED", says="A correction needs a reason.", names=("why",))
    return None
