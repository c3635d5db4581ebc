"""Calling: a case is called in a session, passed with a reason, called again. What is on a docket is computed; nothing is put there.

A hearing that breaks off is no hearing: the case is passed, and only a new call lets a hearing be recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.age import refuse_child
from pars.core.cases.case import Case, Change, Detail, as_seen_and_open, change, declined, hearing
from pars.core.cases.court_calendar import CourtCalendar, session_at
from pars.core.cases.facts import CaseCalled, CasePassed, PositionStated
from pars.core.cases.progress import hearing_due, missing_for_arraignment
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "VIDEO_DOWN": "The video line is down",
        "BROKEN_OFF": "The line failed during the hearing",
        "INTERPRETER_MISSING": "The interpreter isn't there",
        "COUNSEL_MISSING": "Counsel isn't there",
        "PERSON_MISSING": "The person can't be brought",
        "UNWELL": "The person is unwell",
        "PAPERS_MISSING": "A paper is missing",
        "OTHER": "Another reason, in the words given",
    }
)
"""Why a case is passed. OTHER needs words."""

SIDES: Mapping[str, str] = MappingProxyType({"PROSECUTION": "Prosecution", "DEFENSE": "Defense"})


def last_call(case: Case) -> CaseCalled | CasePassed | None:
    """Return the last call or pass since the last hearing; None where there is none, or the hearing settled it."""
    held = hearing(case)
    since = held.n if held is not None else 0
    facts: tuple[CaseCalled | CasePassed, ...] = (*case.current(CaseCalled), *case.current(CasePassed))
    found = [fact for fact in facts if fact.n > since]
    return max(found, key=lambda fact: fact.n, default=None)


def called(case: Case) -> CaseCalled | None:
    """Return the call under which the case is being heard; None where it isn't called, or was passed since."""
    found = last_call(case)
    return found if isinstance(found, CaseCalled) else None


def refuse_call(case: Case, at: Instant, reason: str | None) -> Refusal | None:
    """Return why the case can't be called, or heard; None where it can. What can wait needs a reason."""
    if not hearing_due(case):
        return Refusal(code="HEARING_HELD", says="The hearing has been held and covers every filed charge.")
    missing = missing_for_arraignment(case, at)
    owed = tuple(gap for gap in missing if not gap.can_wait)
    if owed:
        return Refusal(
            code="NOT_READY",
            says=f"The case can't be called: {' '.join(gap.says for gap in owed)}",
            remedy=f"Owed by: {', '.join(dict.fromkeys(gap.owed_by for gap in owed))}.",
            names=tuple(gap.code for gap in owed),
        )
    if missing and not (reason or "").strip():
        return Refusal(
            code="REASON_NEEDED",
            says=f"{' '.join(gap.says for gap in missing)} To call the case all the same needs a reason.",
            names=("reason",),
        )
    return None


def call_case(
    case: Case | None,
    seen: int,
    *,
    at: Instant,
    calendar: CourtCalendar,
    zone: str,
    interpreter: bool | None = None,
    video: bool | None = None,
    reason: str | None = None,
) -> Change | Refusal:
    """Call the case in the session that runs. One that lacks something that can wait is called with a reason only."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    session = session_at(calendar, at, zone)
    refusal = refuse_child(found) or refuse_declined(found) or refuse_call(found, at, reason)
    open_call = called(found)
    if refusal is None and open_call is not None and open_call.session == session.starts:
        refusal = Refusal(
            code="ALREADY_CALLED",
            says="The case is called in this session already.",
            remedy="Hear it, or pass it with the reason.",
        )
    if refusal is not None:
        return refusal
    again = isinstance(last_call(found), CasePassed)
    words = (reason or "").strip() or None
    fact = CaseCalled(session=session.starts, interpreter=interpreter, video=video, reason=words)
    return change(Kind.CASE_CALLED, found, (fact,), {"session": session.begins, "again": int(again)}, session.ends)


def pass_case(
    case: Case | None, seen: int, *, at: Instant, calendar: CourtCalendar, zone: str, reason: str, note: str | None = None
) -> Change | Refusal:
    """Pass the case in the session that runs, with the reason. What was begun of a hearing counts for nothing."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if not hearing_due(found):
        return Refusal(code="HEARING_HELD", says="The hearing has been held and covers every filed charge.")
    if (nothing := refuse_declined(found)) is not None:
        return nothing
    if reason not in REASONS:
        return Refusal(
            code="UNKNOWN_REASON", says="Say why the case is passed.", remedy=f"{', '.join(REASONS)}.", names=("reason",)
        )
    if reason == "OTHER" and not (note or "").strip():
        return Refusal(code="WORDS_NEEDED", says="Another reason is given in words.", names=("note",))
    open_call = called(found)
    if reason == "BROKEN_OFF" and open_call is None:
        return Refusal(
            code="NOT_CALLED",
            says="The case isn't called, so no hearing can have broken off.",
            remedy="Choose another reason, or call the case first.",
            names=("reason",),
        )
    session = session_at(calendar, at, zone)
    fact = CasePassed(session=session.starts, reason=reason, called=open_call is not None, note=(note or "").strip() or None)
    detail: Detail = {"session": session.begins, "reason": reason, "called": int(fact.called)}
    return change(Kind.CASE_PASSED, found, (fact,), detail, session.ends)


def state_position(case: Case | None, seen: int, *, side: str, says: str) -> Change | Refusal:
    """Record what a side asks the court for. A later one of the same side takes its place; both stay."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if side not in SIDES:
        return Refusal(code="UNKNOWN_SIDE", says="A position is of one side.", remedy=f"{', '.join(SIDES)}.", names=("side",))
    if not says.strip():
        return Refusal(code="WORDS_NEEDED", says="Say what the side asks for.", names=("says",))
    before = position_of(found, side)
    fact = PositionStated(
        side=side,
        says=says.strip(),
        corrects=before.n if before is not None else None,
        why="Stated anew" if before is not None else None,
    )
    return change(Kind.POSITION_STATED, found, (fact,), {"side": side})


def position_of(case: Case, side: str) -> PositionStated | None:
    """Return what a side asks for now; None where it isn't recorded."""
    return next((fact for fact in case.current(PositionStated) if fact.side == side), None)


def refuse_passed(case: Case) -> Refusal | None:
    """Return why no hearing can be recorded after a pass: what broke off, or never began, is no hearing."""
    if not isinstance(last_call(case), CasePassed):
        return None
    return Refusal(
        code="PASSED",
        says="The case was passed, and a hearing that broke off is no hearing.",
        remedy="Call it again; every advisal is said anew.",
    )


def refuse_declined(case: Case) -> Refusal | None:
    """Return why there is nothing to hear; None where there is."""
    if not declined(case):
        return None
    return Refusal(
        code="DECLINED",
        says=case.profile.fill("{Decider} declined every charge; there is nothing to arraign on."),
        remedy="The custodian releases the person.",
    )
