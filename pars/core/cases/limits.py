"""Limits that pass: what must have happened by an instant, who owes it, and whether that instant went by without it.

A limit of law is one of the case's clocks. Beside them stand the owners' own: a person in a cell whom nobody sent on, a question
that nobody answered, a release that nobody acknowledged. Nothing here moves a case. Whoever keeps watch records once that a
limit passed, and whoever owes it sees it until it is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.cases.case import Case, arrests, custody_began, custody_ended, release_order, released, returned, submitted
from pars.core.cases.custody import release_basis, what_holds
from pars.core.cases.deadlines import clocks
from pars.core.cases.detainer_rules import rule_named
from pars.core.cases.detainers import decision_of
from pars.core.cases.facts import (
    Arraigned,
    BailPosted,
    ChargeDecided,
    DetainerDecided,
    DetainerReceived,
    Fact,
    HoldLifted,
    HoldLodged,
    PaperEntered,
    PoliceReleased,
    ReleaseOrdered,
)
from pars.core.cases.holds import HOLD_KINDS, hold_ends
from pars.core.cases.orders_served import service_owed
from pars.core.terms import HOUR, Instant

if TYPE_CHECKING:
    from pars.core.cases.progress import Owner
    from pars.core.owners.profile import Profile

Recorded = Mapping[int, Instant]
"""When each entry was written, by its number: facts name the entry that recorded them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something due at `due`, owed by a desk. `code` with `about`, the number of the fact it runs from, tells it from others.

    `open` says that it isn't met yet: what was done too late is owed by nobody any more, and its limit has passed all the same.
    """

    code: str
    about: int
    due: Instant
    owed_by: Owner
    says: str
    citation: str
    open: bool = True

    def among(self, noted: Iterable[Noted]) -> bool:
        """Return whether it was noted as passed."""
        return any((one.code, one.about, one.due) == (self.code, self.about, self.due) for one in noted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A limit of a case that was noted as passed. `entry` says so, written at `at`."""

    code: str
    about: int
    due: Instant
    entry: int
    at: Instant


STANDARD = "the owners' own standard"
"""What is cited where no law sets the hours: the owners do, in their profile, and may vote others."""

UNSERVED_HOURS = 1
"""Within which an order's special conditions are given to the person they bind; also after they went free."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "PROBABLE_CAUSE": "48 hours since the arrest, and no judge found probable cause",
        "NEXT_HEARING": "The window for the next hearing has passed",
        "COMPLAINT_AFTER_RELEASE": "5 days since the police let the person go, and no complaint was filed in time",
        "CORRECTION_TOLD": "15 days since a mistake was put right, and not everybody who got it has been told",
        "HOLD_REVIEW": "A hold was due for review by a court",
        "ORDER_REVIEW": "The hearing that the order set has passed, and the order still keeps the person",
        "HOLD_LAPSED": "A hold lapsed and counts no more",
        "UNSENT": "{unsent} hours in custody, and the arrest wasn't sent to {office}",
        "UNANSWERED": "{unanswered} hours since {decider} asked the police for more",
        "UNSERVED": f"{UNSERVED_HOURS} hour since the order was signed, and its conditions weren't given to the person",
        "UNACKNOWLEDGED": "{unacknowledged} hours since nothing held the person, and no release was acknowledged",
    }
)
"""Every code of a limit, with what is said once it has passed; the blanks are the profile's hours and words."""


def limit_words(code: str, profile: Profile) -> str:
    """Return what is said of a limit that has passed in a case under this profile."""
    return profile.fill(WORDS[code])


def limits(case: Case, at: Instant, *, recorded: Recorded, others: Iterable[Case] = ()) -> tuple[Limit, ...]:
    """Return the limits of a case that run or have passed unmet at `at`, the earliest first.

    `others` are the person's other cases: what still holds there delays a release, and no alarm says otherwise. `recorded`
    knows the entries of them all.
    """
    found = (
        *_of_law(case, at),
        *_by_order(case, at),
        *_lapsing(case),
        *_of_the_owners(case, at, recorded, tuple(others)),
        *_unserved(case, recorded),
    )
    return tuple(sorted(found, key=lambda limit: (limit.due, limit.code, limit.about)))


def passed(found: Iterable[Limit], at: Instant) -> tuple[Limit, ...]:
    """Return those that have passed at `at`: a limit is passed at its own instant."""
    return tuple(limit for limit in found if limit.due <= at)


def next_due(found: Iterable[Limit], at: Instant) -> Instant | None:
    """Return when the next of them passes, if nothing is done."""
    return min((limit.due for limit in found if limit.due > at), default=None)


def _of_law(case: Case, at: Instant) -> Iterator[Limit]:
    """Give the clocks that end in something owed: those that run, and those that were met too late or not at all."""
    first: Mapping[str, tuple[tuple[Fact, ...], Owner]] = {
        "PROBABLE_CAUSE": (arrests(case) or case.facts[:1], "court"),
        "NEXT_HEARING": (case.current(Arraigned)[-1:], "court"),
        "COMPLAINT_AFTER_RELEASE": (case.current(PoliceReleased)[-1:], case.profile.signed_by if submitted(case) else "police"),
    }
    for clock in clocks(case, at):
        if clock.code in first and clock.due is not None and clock.state in {"RUNNING", "LATE", "MISSED"}:
            facts, owner = first[clock.code]
            yield _limit(case, clock.code, facts[0], clock.due, owner, clock.citation, open=clock.state != "MISSED")


def _by_order(case: Case, at: Instant) -> Iterator[Limit]:
    """Give the hearing that the order set, while the order keeps the person: nobody is held past it unheard and unseen."""
    order = release_order(case)
    for holding in what_holds((case,), at):
        if order is not None and holding.fact == order.n:
            yield _limit(case, "ORDER_REVIEW", order, holding.ends, "court", holding.citation)


def _lapsing(case: Case) -> Iterator[Limit]:
    """Give when each hold lapses or is to be reviewed, whether or not it still counts; nothing once the person is free."""
    if released(case):
        return
    lifted = {lift.hold for lift in case.current(HoldLifted)}
    for hold in case.current(HoldLodged):
        if hold.n not in lifted:
            ends, then = hold_ends(hold)
            code = "HOLD_LAPSED" if then == "LAPSES" else "HOLD_REVIEW"
            yield _limit(case, code, hold, ends, "custodian", HOLD_KINDS[hold.kind].citation)
    for paper in case.current(DetainerReceived):
        decided = decision_of(case, paper.n)
        if decided is not None and decided.lapses is not None:
            rule = rule_named(decided.rule, case.rules)
            citation = decided.rule if rule is None else rule.citation
            yield _limit(case, "HOLD_LAPSED", paper, decided.lapses.earliest, "custodian", citation)


def _of_the_owners(case: Case, at: Instant, recorded: Recorded, others: tuple[Case, ...]) -> Iterator[Limit]:
    """Give the owners' own limits: sent on, answered, acknowledged."""
    if released(case) or custody_ended(case):
        return
    if not submitted(case):
        if case.facts and (since := _begun(case, recorded)) is not None:
            yield _limit(case, "UNSENT", case.facts[0], Instant(since + case.profile.unsent * HOUR), "police", STANDARD)
    elif returned(case):
        asked = [decided for decided in case.current(ChargeDecided) if decided.decision == "RETURN"][-1]
        if (since := _when(asked, recorded)) is not None:
            yield _limit(case, "UNANSWERED", asked, Instant(since + case.profile.unanswered * HOUR), "police", STANDARD)
    since = free_since(case, at, recorded=recorded, others=others)
    if since is not None:
        basis = max((fact for kind in BASES for fact in case.current(kind)), key=lambda fact: fact.n)
        yield _limit(case, "UNACKNOWLEDGED", basis, Instant(since + case.profile.unacknowledged * HOUR), "custodian", STANDARD)


def _unserved(case: Case, recorded: Recorded) -> Iterator[Limit]:
    """Give the limit of an order that wasn't served. Where it protects somebody a release doesn't end it: who is free doesn't know."""
    order = service_owed(case)
    if order is not None and (since := _when(order, recorded)) is not None:
        yield _limit(case, "UNSERVED", order, Instant(since + UNSERVED_HOURS * HOUR), "court", STANDARD)


BASES = (ReleaseOrdered, ChargeDecided, Arraigned)
"""What lets a person go: the order, the prosecutor's decline, a discharge at the hearing."""
FREEING = (*BASES, BailPosted, HoldLifted, DetainerDecided)
"""What may be the last thing that freed somebody."""


def free_since(case: Case, at: Instant, *, recorded: Recorded, others: Iterable[Case] = ()) -> Instant | None:
    """Return since when nothing in any of the person's cases holds them; None while something does, or once they went free.

    It is the last of what was recorded to free them and of the holds that lapsed by themselves.
    """
    cases = (case, *others)
    if released(case) or release_basis(case) is None or what_holds(cases, at):
        return None
    said = [_when(fact, recorded) for one in cases for kind in FREEING for fact in one.current(kind)]
    lapsed = [limit.due for one in cases for limit in _lapsing(one) if limit.code == "HOLD_LAPSED" and limit.due <= at]
    return max((when for when in (*said, *lapsed) if when is not None), default=None)


def _begun(case: Case, recorded: Recorded) -> Instant | None:
    """Return from when the case could be sent on: when it was recorded; from a paper form, when the custody began as it states."""
    since, began = _when(case.facts[0], recorded), custody_began(case)
    if since is None or began is None or not case.current(PaperEntered):
        return since
    return min(since, began.earliest)


def _when(fact: Fact, recorded: Recorded) -> Instant | None:
    return None if fact.entry is None else recorded.get(fact.entry)


def _limit(case: Case, code: str, about: Fact, due: Instant, owed_by: Owner, citation: str, *, open: bool = True) -> Limit:  # noqa: A002  as the field
    return Limit(
        code=code, about=about.n, due=due, owed_by=owed_by, says=limit_words(code, case.profile), citation=citation, open=open
    )
