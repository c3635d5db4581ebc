"""Whether a disclosure is covered by its authority: asked by `decide`, by the door under the lock, and by whoever verifies the ledger.

Pure, as decision.py is: every reason is a value, and none depends on a record.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pars.core.access.approvals import refuse_answer
from pars.core.access.behalf import refuse_stated
from pars.core.access.emergency import refuse_emergency, waives
from pars.core.access.floor import ZONE, names_a_person
from pars.core.access.permits import Facts
from pars.core.access.predicate import Is
from pars.core.access.role import Grant, may
from pars.core.access.scope import Scope, meet
from pars.core.agreements.acts import Agreement
from pars.core.agreements.one_off import paper_of
from pars.core.agreements.standing import Standing, standing
from pars.core.agreements.version import Version
from pars.core.terms import Instant, Refusal, end_of_day, moment
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.access.approvals import Approval
    from pars.core.agreements.acts import User

GUARD = 75_000
"""W, in microseconds: an answer leaves at most this long after its commit was sent, so none is admitted so close to an end."""

Floor: TypeAlias = "Callable[..., Scope]"
"""floor(recipient_class, at, named=...): what law lets out at most; `pars.core.access.floor.floor`."""


def covers(authority: Agreement | Grant, facts: Facts, at: Instant, *, floor: Floor, act: str = "case:read") -> Refusal | None:
    """Return why a disclosure with these facts at `at` would not be covered by its authority; None where it is.

    Less of anything (columns, purposes, users, time, law) never covers more.
    """
    if isinstance(authority, Grant):
        return _grant_covers(authority, facts, at, act)
    stands = _covering(authority, facts, at, floor)
    return stands if isinstance(stands, Refusal) else None


def covered_until(agreement: Agreement, facts: Facts, at: Instant, *, floor: Floor) -> Instant | Refusal:
    """Return the first instant at which time alone could end that a disclosure with these facts is covered, as it is at `at`; or why it isn't then.

    An answer still has to leave before: in the last W of that time `covers` says so.
    """
    stands = _covering(agreement, facts, at, floor)
    return stands if isinstance(stands, Refusal) else until(stands, agreement.user(facts.person, at), at, facts.approval)


def _covering(agreement: Agreement, facts: Facts, at: Instant, floor: Floor) -> Standing | Refusal:
    """Return how the agreement stands at `at`, if it covers these facts then."""
    if at < agreement.began:
        return no("NO_AGREEMENT", "The agreement had not been proposed yet.")
    stands = standing(agreement, at)
    if stands.state != "IN_FORCE":
        return not_in_force(agreement, stands)
    return covered_as_it_stands(agreement, stands, facts, at, floor) or stands


def covered_as_it_stands(agreement: Agreement, stands: Standing, facts: Facts, at: Instant, floor: Floor) -> Refusal | None:
    """Return the same of an agreement that is in force at `at`, as it stands then."""
    return (
        _version_covers(agreement, stands.version, facts, at)
        or _user_covers(agreement, stands, facts, at)
        or _scope_covers(stands.version, facts, at, floor)
    )


def _version_covers(agreement: Agreement, version: Version, facts: Facts, at: Instant) -> Refusal | None:
    if facts.version != version.hash:
        return no("OTHER_VERSION", "Another version of the agreement is in force.", "Ask again.")
    if facts.agency != agreement.agency:
        return no("OTHER_AGENCY", "The agreement is with another agency.")
    if version.purpose(facts.purpose) is None:
        return no("UNKNOWN_PURPOSE", "The agreement doesn't have this purpose.", names=("/purpose",))
    if not facts.evidence and not waives(version, facts.emergency, "evidence"):
        return no("NO_EVIDENCE", "Every purpose demands evidence.", names=("/evidence",))
    if facts.paper != paper_of(version):
        return no("OTHER_PAPER", "The grant rests on another paper, or on none.")
    if version.paper is not None and not facts.named:
        return no("NAMES_NOBODY", "What a paper opens is asked of a person by name or number.", "Name the person.", ("/where",))
    refusal = refuse_stated(version, facts) or refuse_emergency(version, facts) or refuse_answer(version, facts, at)
    if refusal is not None:
        return refusal
    if facts.rows > version.limits.rows_per_reply:
        return no("TOO_MANY_ROWS", f"A reply may hold {version.limits.rows_per_reply} records at most.")
    return version.limits.beyond(facts.used)


def _user_covers(agreement: Agreement, stands: Standing, facts: Facts, at: Instant) -> Refusal | None:
    user, version = agreement.user(facts.person, at), stands.version
    if user is None:
        return no(
            "NOT_NAMED",
            "This person isn't named under the agreement.",
            "The agency's contact can ask the owners to name the person.",
        )
    if missing := tuple(sorted(set(version.must) - set(user.holds))):
        return no("MUST_HOLD", f"The agreement demands that a named person holds: {', '.join(missing)}.", names=missing)
    if version.acknowledge and not agreement.acknowledges(user, version.hash, at):
        return no(
            "NOT_ACKNOWLEDGED",
            f"This person has not acknowledged what version {version.number} says.",
            "Read it on the agreement's page and acknowledge it there.",
        )
    ends = min(end for end in (stands.until, user.end, version.term.end) if end is not None)
    if at + GUARD >= ends:
        return no("ENDING", f"This ends {when(ends, version.place)}, too soon for an answer to leave before.")
    return None


def _scope_covers(version: Version, facts: Facts, at: Instant, floor: Floor) -> Refusal | None:
    # The entry states which columns were compared, not whether each with one value: `decide` has asked that already.
    named = names_a_person(Is(name, "") for name in facts.filters)
    return _within(facts, lawful(version.scope, law_for(version, floor, at, named=named)))


def _grant_covers(grant: Grant, facts: Facts, at: Instant, act: str) -> Refusal | None:
    if facts.person != grant.person:
        return no("OTHER_PERSON", "The grant is another person's.")
    if facts.version != grant.role.hash:
        return no("OTHER_VERSION", "The grant is of another role.")
    return may(grant, act, at) or _within(facts, grant.role.scope)


def _within(facts: Facts, scope: Scope) -> Refusal | None:
    beyond = tuple(sorted((facts.columns - scope.columns) | (facts.filters - scope.filters)))
    return no("NOT_GRANTED", f"Not granted for this use: {', '.join(beyond)}.", names=beyond) if beyond else None


# ---------------------------------------------------------------- what a decision shares with it


def not_in_force(agreement: Agreement, stands: Standing) -> Refusal:
    says = f"Agreement {agreement.id} isn't in force. {stands.says}"
    if stands.reviews:
        return no("REVIEW_OVERDUE", says, "The owners review it; nothing else lifts this.")
    return no(f"AGREEMENT_{stands.state}", says, "It is answered again once that is met." if stands.overdue else "")


def until(stands: Standing, user: User | None, at: Instant, approval: Approval | None) -> Instant:
    """The first instant at which time alone could change the decision; the floor's days are civil days."""
    approved = approval.until(stands.version) if approval is not None else None
    marks = (stands.until, user.end if user else None, approved, _next_day(at))
    return min(mark for mark in marks if mark is not None)


def _next_day(at: Instant) -> Instant:
    return end_of_day(moment(Instant(at + GUARD), ZONE).date(), ZONE)


def law_for(version: Version, floor: Floor, at: Instant, *, named: bool) -> Scope:
    """The floor for this agency: what law lets out both now and when the answer leaves, should a day end between."""
    kind = version.agency.kind
    now, then = floor(kind, at, named=named), floor(kind, Instant(at + GUARD), named=named)
    return now if then is now else meet(now, then)


@lru_cache(
    maxsize=256
)  # what a version and the law of a day have in common is the same for every question; neither holds a question's words
def lawful(granted: Scope, law: Scope) -> Scope:
    return meet(granted, law)


def no(code: str, says: str, remedy: str = "", names: tuple[str, ...] = ()) -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=names)
