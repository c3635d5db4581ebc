"""The charging queue: whether a case waits for the prosecutor or, returned, for the police, and since which fact.

Whose turn it is, is said by `progress`; here stands only since when. What is nearest its limit comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pars.core.cases.age import age
from pars.core.cases.case import Case, decision_on, hearing, returned, undecided
from pars.core.cases.charging import shaken_grades, signed_complaint
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.facts import ChargeDecided, ChargeProposed, Fact, Submitted
from pars.core.cases.identity import identity_changed
from pars.core.cases.progress import next_steps

if TYPE_CHECKING:
    from pars.core.terms import Instant

Turn = Literal["DECIDE", "COSIGN", "RETURNED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A case in the queue: whose turn it is, the fact since which it waits, and the 48-hour limit while one counts."""

    turn: Turn
    since: Fact
    limit: Instant | None


def queued(case: Case, at: Instant) -> Queued | None:
    """Return how a case stands in the charging queue at `at`; None where nobody's decision on a charge is waited for."""
    codes = {step.code for step in next_steps(case, at)}
    if age(case).child:
        return None
    limit = custody_limit(case) if hearing(case) is None else None
    if codes & {"DECISION", "GRADE"}:
        since = [_proposed_since(case, charge) for charge in undecided(case)] if "DECISION" in codes else []
        shaken = identity_changed(case)
        since += [shaken] if shaken is not None and shaken_grades(case) else []
        return Queued(turn="DECIDE", since=min(since, key=lambda fact: fact.n), limit=limit)
    signed = signed_complaint(case)
    if "COSIGN" in codes and signed is not None:
        return Queued(turn="COSIGN", since=signed, limit=limit)
    if "ANSWER" in codes:
        asked = [decided for charge in returned(case) if (decided := decision_on(case, charge.n)) is not None]
        return Queued(turn="RETURNED", since=min(asked, key=lambda fact: fact.n), limit=limit)
    return None


def queue_order(limit: Instant | None, since: Instant) -> tuple[bool, int, int]:
    """Return the place in the queue: the nearest limit first, those without a limit after all others; of two alike the longest waiting."""
    return limit is None, limit or 0, since


def _proposed_since(case: Case, charge: ChargeProposed) -> Fact:
    """Return the fact since which a charge waits: it was sent, sent again after its return, or proposed after the case was sent."""
    first: Fact = charge
    while first.corrects is not None:
        first = case.fact(first.corrects)
    back = [
        decided.n
        for decided in case.current(ChargeDecided)
        if decided.proposed is not None and case.standing(decided.proposed).n == charge.n
    ]
    sent = next(fact for fact in case.facts if isinstance(fact, Submitted) and fact.n > max(back, default=0))
    return max(first, sent, key=lambda fact: fact.n)
