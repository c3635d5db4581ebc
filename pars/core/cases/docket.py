"""The docket: who is heard next, computed from the cases when somebody looks. Nothing puts a case on it or takes one off.

Over the limit first, whatever is missing; then who is called, whose order is owed, who is ready; then who isn't, with what is owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pars.core.cases.age import age
from pars.core.cases.calling import called, last_call
from pars.core.cases.case import Case, custody_ended, declined, discharged, release_order, released, submitted
from pars.core.cases.court_calendar import Session
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.facts import Arraigned, CaseCalled, CasePassed, ReleaseOrdered
from pars.core.cases.progress import Missing, hearing_due, missing_for_arraignment
from pars.core.terms import Instant

State = Literal["CALLED", "ORDER", "PASSED", "READY", "NEARLY"]
STATES: tuple[State, ...] = ("CALLED", "ORDER", "PASSED", "READY", "NEARLY")
"""How far a case on the docket is: called and not heard, heard and without an order, passed, ready, or something is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A case's place on the docket. `limit` is the 48-hour limit while it counts, `late` that it has passed."""

    state: State
    missing: tuple[Missing, ...]
    limit: Instant | None
    late: bool
    call: CaseCalled | CasePassed | None

    def passes_before(self, at: Instant, end: Instant) -> bool:
        """Return whether the limit passes between now and `end`, if nobody hears the case."""
        return self.limit is not None and at < self.limit <= end


def place(case: Case, at: Instant) -> Place | None:
    """Return the case's place on the docket; None where it isn't on it: nothing to hear, or off the adult path."""
    if released(case) or discharged(case) or declined(case) or age(case).child:
        return None
    if not hearing_due(case):
        return None if release_order(case) is not None else _on(case, "ORDER", (), at)
    if custody_ended(case) and not submitted(case):
        return None
    missing = missing_for_arraignment(case, at)
    if called(case) is not None:
        return _on(case, "CALLED", missing, at)
    if missing:
        return _on(case, "NEARLY", missing, at)
    return _on(case, "PASSED" if isinstance(last_call(case), CasePassed) else "READY", missing, at)


def _on(case: Case, state: State, missing: tuple[Missing, ...], at: Instant) -> Place:
    limit = custody_limit(case) if state != "ORDER" else None
    return Place(state=state, missing=missing, limit=limit, late=limit is not None and at >= limit, call=last_call(case))


def docket_order(place: Place) -> tuple[bool, int, int, int]:
    """Return what to sort by: over the limit first, then by state; fewest things missing, then the nearest limit first."""
    far = 2**62
    return (not place.late, STATES.index(place.state), len(place.missing), far if place.limit is None else place.limit)


# ---------------------------------------------------------------- what came of it in a session

Result = Literal["ORDERED", "DISCHARGED", "NO_ORDER", "CALLED", "PASSED"]
RESULTS: dict[Result, str] = {
    "ORDERED": "Heard; order signed",
    "DISCHARGED": "Heard; discharged",
    "NO_ORDER": "Heard; no order yet",
    "CALLED": "Called; neither heard nor passed",
    "PASSED": "Passed",
}
UNSETTLED: frozenset[Result] = frozenset({"NO_ORDER", "CALLED"})
"""Results with which no session is closed: somebody waits for a word of the court."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a case in a session, with the hearing and its order where there are any.

    `called` says whether it was called there: a hearing can be recorded without a call, and a case passed before one.
    """

    result: Result
    called: bool
    hearing: Arraigned | None = None
    order: ReleaseOrdered | None = None
    passed: CasePassed | None = None


def heard_in(case: Case, session: Session) -> Heard | None:
    """Return what came of the case in the session; None where it was neither called nor heard in it."""
    held = [
        fact for fact in case.current(Arraigned) if _session_of(case, fact) == session.begins or _by_time(case, fact, session)
    ]
    calls = [fact for fact in case.current(CaseCalled) if fact.session == session.starts]
    if held:
        order = next((made for made in case.current(ReleaseOrdered) if made.hearing == held[-1].n), None)
        result: Result = "ORDERED" if order is not None else "NO_ORDER"
        if held[-1].probable_cause is False:
            result, order = "DISCHARGED", None
        return Heard(result=result, called=bool(calls), hearing=held[-1], order=order)
    facts: tuple[CaseCalled | CasePassed, ...] = (*calls, *case.current(CasePassed))
    last = max((fact for fact in facts if fact.session == session.starts), key=lambda fact: fact.n, default=None)
    if last is None:
        return None
    passed = last if isinstance(last, CasePassed) else None
    return Heard(result="CALLED" if passed is None else "PASSED", called=bool(calls), passed=passed)


def _call_of(case: Case, held: Arraigned) -> CaseCalled | None:
    """Return the call under which a hearing was held; None where it was recorded without one."""
    before = max((fact.n for fact in case.current(Arraigned) if fact.n < held.n), default=0)
    calls = [fact for fact in case.current(CaseCalled) if before < fact.n < held.n]
    return calls[-1] if calls else None


def _session_of(case: Case, held: Arraigned) -> Instant | None:
    call = _call_of(case, held)
    return call.session.earliest if call is not None else None


def _by_time(case: Case, held: Arraigned, session: Session) -> bool:
    return _call_of(case, held) is None and session.covers(held.time.earliest)
