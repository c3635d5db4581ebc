"""Preliminary arraignment: the hearing, its checklist of rights, and the finding of probable cause (Pa.R.Crim.P. 540)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.age import refuse_child
from pars.core.cases.calling import refuse_call, refuse_declined, refuse_passed
from pars.core.cases.case import (
    Case,
    Change,
    arrests,
    as_seen_and_open,
    change,
    custody_began,
)
from pars.core.cases.doubts import times_contradict
from pars.core.cases.facts import Arraigned
from pars.core.cases.flags import interpreter_language
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

RIGHTS: Mapping[str, str] = MappingProxyType(
    {
        "rights_read": "The person was told that they needn't speak and won't be questioned about the offense (Rule 540(F))",
        "complaint_given": "The person has a copy of the complaint, and it was read to them (Rule 540(C), (F))",
        "counsel_advised": "The right to counsel, also assigned counsel, was explained (Rule 540(F)(1))",
        "hearing_right_advised": "The right to a preliminary hearing was explained (Rule 540(F)(2))",
        "bail_advised": "Release on bail and its conditions were explained (Rule 540(F)(3))",
    }
)
"""The checklist. Every item is said aloud and ticked, or the hearing isn't held: no order without recorded advisals."""


def warrantless(case: Case) -> bool:
    """Return whether an arrest was made without a warrant, or nobody says that there was one."""
    return not arrests(case) or not all(arrest.warrant for arrest in arrests(case))


def hold_arraignment(
    case: Case | None,
    seen: int,
    *,
    time: StatedTime,
    probable_cause: bool | None,
    at: Instant,
    rights_read: bool,
    complaint_given: bool,
    counsel_advised: bool,
    hearing_right_advised: bool,
    bail_advised: bool,
    interpreter: str | None = None,
    reason: str | None = None,
) -> Change | Refusal:
    """Record the hearing. Without probable cause the person is discharged; a case that lacks something needs a reason to be called."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    refusal = (
        refuse_child(found)
        or refuse_declined(found)
        or refuse_passed(found)
        or refuse_call(found, at, reason)
        or _refuse_time(found, time, at)
        or _refuse_finding(found, probable_cause, reason)
    )
    if refusal is not None:
        return refusal
    told = {
        "rights_read": rights_read,
        "complaint_given": complaint_given,
        "counsel_advised": counsel_advised,
        "hearing_right_advised": hearing_right_advised,
        "bail_advised": bail_advised,
    }
    unsaid = tuple(name for name, said in told.items() if not said)
    if unsaid:
        return Refusal(
            code="ADVISALS_INCOMPLETE",
            says=f"Not everything that the person must be told was said: {'; '.join(RIGHTS[name] for name in unsaid)}.",
            remedy="Say it and tick it. If the line dropped, call the case again: a hearing broken off is no hearing.",
            names=unsaid,
        )
    # INVARIANT: who needs an interpreter has one named before anything counts as said to them, whoever first said that they do.
    if interpreter_language(found) and not (interpreter or "").strip():
        return Refusal(
            code="INTERPRETER_NEEDED",
            says="The person needs an interpreter; none is named.",
            remedy="Call an interpreter and name them, so that what was said was understood.",
            names=("interpreter",),
        )
    fact = Arraigned(
        time=time,
        probable_cause=probable_cause,
        rights_read=rights_read,
        complaint_given=complaint_given,
        counsel_advised=counsel_advised,
        hearing_right_advised=hearing_right_advised,
        bail_advised=bail_advised,
        interpreter=(interpreter or "").strip() or None,
        reason=(reason or "").strip() or None,
    )
    detail = {"asked": int(probable_cause is not None), "discharged": int(probable_cause is False)}
    return change(Kind.HEARING_HELD, found, (fact,), detail)


def _refuse_time(case: Case, time: StatedTime, at: Instant) -> Refusal | None:
    if time.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The hearing's time lies in the future.", names=("time",))
    began = custody_began(case)
    if began is not None and time.latest <= began.earliest and not times_contradict(case):
        return Refusal(code="BEFORE_ARREST", says="The hearing's time lies before the arrest.", names=("time",))
    return None


def _refuse_finding(case: Case, probable_cause: bool | None, reason: str | None) -> Refusal | None:
    if probable_cause is None and warrantless(case):
        return Refusal(
            code="PROBABLE_CAUSE_REQUIRED",
            says="Nobody arrested without a warrant is held without a finding of probable cause (Pa.R.Crim.P. 540(E)).",
            remedy="Find that there is probable cause, or that there is none.",
            names=("probable_cause",),
        )
    if probable_cause is False and not (reason or "").strip():
        return Refusal(code="REASON_NEEDED", says="Say why there is no probable cause.", names=("reason",))
    return None
