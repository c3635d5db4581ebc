"""A case: one person's one custody, as a bag of dated facts that are only ever added to.

This module holds the value, what every change of it is (`Change`), and how to read it. What may be done to a case is in
the module of its subject: booking, charging, pretrial, arraignment, release, holds, detainers, custody, receiving. What it
still needs is in progress; its doubts in doubts; the person's age in age; its clocks in deadlines; its row on the board in board.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar, cast

from pars.core.cases.charges import says_the_same
from pars.core.cases.detainer_rules import RULES, DetainerRule
from pars.core.cases.facts import (
    Arraigned,
    Arrested,
    Booked,
    ChargeDecided,
    ChargeFiled,
    ChargeProposed,
    CustodyStated,
    Fact,
    IdentityClaimed,
    Interviewed,
    PoliceReleased,
    ReleaseAcknowledged,
    ReleaseOrdered,
    Submitted,
)
from pars.core.ledger.entries import Kind
from pars.core.owners.profile import ORDINARY, Profile
from pars.core.terms import Instant, Refusal, StatedTime

F = TypeVar("F", bound=Fact)
Detail: TypeAlias = Mapping[str, int | str | tuple[int | str, ...]]
"""What a change tells the ledger: numbers, codes and hashes, never words and never anything about the person."""

ENDED = frozenset({"NOT_IN_CUSTODY", "RELEASED"})


@dataclass(frozen=True, slots=True)
class Case:
    """`version` counts the acts that changed the case; `facts` are numbered 1, 2, 3 … in the order they were added.

    `profile` and `rules` are the owners' texts that govern it: the profile in force when it was opened, and every rule on
    detainers by its dates. The store attaches its ledger's; they are no part of what the case is.
    """

    id: str
    version: int = 0
    facts: tuple[Fact, ...] = ()
    profile: Profile = field(default=ORDINARY, repr=False, compare=False)
    rules: tuple[DetainerRule, ...] = field(default=RULES, repr=False, compare=False)
    _standing: Mapping[type[Fact], tuple[Fact, ...]] = field(init=False, repr=False, compare=False)
    _corrected_by: Mapping[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the facts once, since every rule reads what stands many times."""
        place: dict[int, int] = {}
        kinds: dict[type[Fact], dict[int, Fact]] = {}
        for fact in self.facts:
            place[fact.n] = fact.n if fact.corrects is None else place[fact.corrects]
            kinds.setdefault(type(fact), {})[place[fact.n]] = fact
        standing = {kind: tuple(found[first] for first in sorted(found)) for kind, found in kinds.items()}
        object.__setattr__(self, "_standing", standing)
        object.__setattr__(self, "_corrected_by", {fact.corrects: fact.n for fact in self.facts if fact.corrects is not None})

    def add(self, *facts: Fact) -> Case:
        """Return the case with one act's facts added, numbered, one version on. No fact is ever taken away."""
        first = self.next_number
        numbered = tuple(replace(fact, n=first + place) for place, fact in enumerate(facts))
        # INVARIANT: a correction names an earlier fact of its own kind, so that chains end and never cross kinds.
        for fact in numbered:
            if fact.corrects is not None and not (0 < fact.corrects < first and type(self.fact(fact.corrects)) is type(fact)):
                raise ValueError(f"a {type(fact).__name__} can't correct fact {fact.corrects}")
        return replace(self, version=self.version + 1, facts=self.facts + numbered)

    @property
    def next_number(self) -> int:
        """Return the number that the next fact will have."""
        return len(self.facts) + 1

    def fact(self, n: int) -> Fact:
        """Return the fact with number `n`, corrected or not. Raises IndexError where there is none."""
        if n < 1:
            raise IndexError(f"facts are numbered from 1, and {n} is none")
        return self.facts[n - 1]

    def before(self, fact: Fact) -> Case:
        """Return the case as it was when a fact was added: what somebody signed is about that."""
        return replace(self, version=0, facts=self.facts[: fact.n - 1])

    def at_version(self, version: int) -> Case | None:
        """Return the case as it was at one of its versions, None where it never was: each act is one entry and one version."""
        entries = sorted({fact.entry for fact in self.facts if fact.entry is not None})
        if version == self.version:
            return self
        if not 0 < version < self.version or len(entries) != self.version:
            return None
        facts = tuple(fact for fact in self.facts if (fact.entry or 0) <= entries[version - 1])
        return replace(self, version=version, facts=facts)

    def current(self, kind: type[F]) -> tuple[F, ...]:
        """Return the facts of one kind that no later fact corrects, oldest first; a correction keeps the place of what it corrects."""
        return cast("tuple[F, ...]", self._standing.get(kind, ()))

    def latest(self, kind: type[F]) -> F | None:
        """Return the newest current fact of one kind."""
        return max(self.current(kind), key=lambda fact: fact.n, default=None)

    def standing(self, n: int) -> Fact:
        """Return what now stands for the fact with number `n`: itself, or the last of its corrections."""
        while n in self._corrected_by:
            n = self._corrected_by[n]
        return self.fact(n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a rule decided: the case after it, the new facts, and what the ledger's entry says of it.

    `facts` is empty where there was nothing to change (a document that was already received): the case is then as it was.
    `until` is the instant from which the decision would be another one; None where time doesn't change it. `unmapped` are
    the paths of what a feed said that isn't its to write.
    """

    kind: Kind
    case: Case
    facts: tuple[Fact, ...]
    detail: Detail = field(default_factory=dict)
    until: Instant | None = None
    unmapped: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Return whether the case has a new version."""
        return bool(self.facts)


def change(kind: Kind, case: Case, facts: Iterable[Fact], detail: Detail | None = None, until: Instant | None = None) -> Change:
    """Return the change that adds `facts` to `case` in one act."""
    after = case.add(*facts)
    return Change(kind=kind, case=after, facts=after.facts[len(case.facts) :], detail=detail or {}, until=until)


def as_seen(case: Case | None, seen: int) -> Case | Refusal:
    """Return the case if it is there and still as the user saw it, else the refusal.

    INVARIANT: nobody decides on a version that isn't on their screen, so that no one's work is written over unseen.
    """
    if case is None:
        return Refusal(code="NO_SUCH_CASE", says="There is no such case.", remedy="Look for it again by name or number.")
    if case.version != seen:
        return Refusal(
            code="STALE",
            says=f"The case has changed since you opened it: you saw version {seen}, it is at version {case.version}.",
            remedy="Open it again, look at what changed, then decide.",
        )
    return case


def as_seen_and_open(case: Case | None, seen: int) -> Case | Refusal:
    """Return the case as `as_seen` does, and refuse one whose person was released or discharged: a new arrest is a new case."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    remedy = "Correct a fact if one is wrong. A new arrest or a new complaint is a new case."
    if released(found):
        return Refusal(code="RELEASED", says="The person was released in this case; it is closed.", remedy=remedy)
    if discharged(found):
        return Refusal(code="DISCHARGED", says="The court found no probable cause and discharged the person.", remedy=remedy)
    return found


# ---------------------------------------------------------------- reading


def identity(case: Case) -> IdentityClaimed | None:
    """Return the claimed identity that stands."""
    return case.latest(IdentityClaimed)


def display_name(case: Case) -> str:
    """Return the person's name as people read it: surname first where it is known apart, else as it was given."""
    who = identity(case)
    if who is None:
        return "Name not stated"
    if who.surname is None or (who.given is None and who.full):
        return who.full or who.given or "Name not stated"
    rest = " ".join(part for part in (who.given, who.middle, who.suffix) if part)
    return f"{who.surname}, {rest}" if rest else who.surname


def arrests(case: Case) -> tuple[Arrested, ...]:
    """Return the arrests that stand, in the order they were recorded."""
    return case.current(Arrested)


def proposed_charges(case: Case, arrest: int | None = None) -> tuple[ChargeProposed, ...]:
    """Return the charges as the police propose them; of one arrest, where its number is given."""
    found = case.current(ChargeProposed)
    if arrest is None:
        return found
    wanted = case.standing(arrest).n
    return tuple(charge for charge in found if case.standing(charge.arrest).n == wanted)


def decision_on(case: Case, proposed: int) -> ChargeDecided | None:
    """Return the prosecutor's standing decision on one proposed charge, None while it waits for one.

    A returned charge waits again once the police have sent the case anew.
    """
    wanted = case.standing(proposed).n
    found = [d for d in case.current(ChargeDecided) if d.proposed is not None and case.standing(d.proposed).n == wanted]
    if not found:
        return None
    sent = case.latest(Submitted)
    returned_and_sent_again = found[-1].decision == "RETURN" and sent is not None and sent.n > found[-1].n
    return None if returned_and_sent_again else found[-1]


def filed_charges(case: Case) -> tuple[ChargeFiled, ...]:
    """Return the charges that the prosecutor files: those that a standing decision names."""
    named = {case.standing(d.filed).n for d in case.current(ChargeDecided) if d.filed is not None}
    return tuple(charge for charge in case.current(ChargeFiled) if charge.n in named)


def undecided(case: Case) -> tuple[ChargeProposed, ...]:
    """Return the proposed charges that wait for the prosecutor."""
    return tuple(charge for charge in proposed_charges(case) if decision_on(case, charge.n) is None)


def returned(case: Case) -> tuple[ChargeProposed, ...]:
    """Return the proposed charges that wait for the police: sent back, not sent anew."""
    decided = ((charge, decision_on(case, charge.n)) for charge in proposed_charges(case))
    return tuple(charge for charge, decision in decided if decision is not None and decision.decision == "RETURN")


def declined(case: Case) -> bool:
    """Return whether the prosecutor declined or referred everything: no charge is filed, none waits, at least one was decided so.

    Whoever a charge is referred to holds the person by their own paper or not at all.
    """
    if filed_charges(case) or undecided(case) or returned(case):
        return False
    return any(decision.decision in {"DECLINE", "REFER"} for decision in case.current(ChargeDecided))


def hearing(case: Case) -> Arraigned | None:
    """Return the last preliminary arraignment."""
    return case.latest(Arraigned)


def unheard_charges(case: Case) -> tuple[ChargeFiled, ...]:
    """Return the filed charges that came after the last hearing: an order made before them doesn't cover them.

    What was decided again and says what it said at the hearing was heard: a new number alone holds nobody.
    """
    held = hearing(case)
    return tuple(charge for charge in filed_charges(case) if held is None or not _heard(case, charge, held))


def _heard(case: Case, charge: ChargeFiled, held: Arraigned) -> bool:
    """Return whether the charge, or what it replaces, was filed at the hearing and said the same, of the same arrest."""
    then: Fact = charge
    while then.n > held.n and then.corrects is not None:
        then = case.fact(then.corrects)
    if then.n > held.n or not isinstance(then, ChargeFiled):
        return False
    return says_the_same(charge, then) and case.standing(charge.arrest).n == case.standing(then.arrest).n


def discharged(case: Case) -> bool:
    """Return whether the hearing found no probable cause. Nothing filed later brings the person back: that is a new case."""
    held = hearing(case)
    return held is not None and held.probable_cause is False


def interview(case: Case) -> Interviewed | None:
    """Return the last pretrial interview."""
    return case.latest(Interviewed)


def release_order(case: Case) -> ReleaseOrdered | None:
    """Return the release order that stands: the last one, if it was made at the last hearing."""
    order, held = case.latest(ReleaseOrdered), hearing(case)
    return order if order is not None and held is not None and order.hearing == held.n else None


def released(case: Case) -> bool:
    """Return whether the custodian acknowledged that the person went free."""
    return any(said.released for said in case.current(ReleaseAcknowledged))


def police_release(case: Case) -> PoliceReleased | None:
    """Return the release by the police without a preliminary arraignment, None where there was none."""
    return case.latest(PoliceReleased)


def submitted(case: Case) -> bool:
    """Return whether the case was sent to the charging unit."""
    return case.latest(Submitted) is not None


# ---------------------------------------------------------------- times


def earliest_time(times: Iterable[StatedTime | None]) -> StatedTime | None:
    """Return the stated time that can lie earliest; None where none is stated."""
    return min((time for time in times if time is not None), key=lambda time: time.earliest, default=None)


def custody_began(case: Case) -> StatedTime | None:
    """Return when the custody began: the earliest stated arrest time, else the booking, with its precision."""
    return earliest_time(arrest.time for arrest in arrests(case)) or earliest_time(b.time for b in case.current(Booked))


def custody_stated(case: Case) -> CustodyStated | None:
    """Return the last word on custody that a source gave: by its stated time, else its document's, else its order.

    Of two with one time, the one that says custody ended: no clock runs on a doubt.
    """
    order: Callable[[CustodyStated], tuple[int, bool, int]] = lambda said: (  # noqa: E731  it reads best beside its use
        _said_at(case, said),
        said.status in ENDED,
        said.n,
    )
    return max(case.current(CustodyStated), key=order, default=None)


def custody_ended(case: Case) -> bool:
    """Return whether the last word on custody is that it ended."""
    said = custody_stated(case)
    return said is not None and said.status in ENDED


def _said_at(case: Case, said: CustodyStated) -> int:
    time = said.time
    if time is None and said.document is not None:
        time = getattr(case.fact(said.document), "document_time", None)
    return time.earliest if time is not None else -(2**62)
