"""A feed's pen: what one owner's feed may write to a case, and what it must leave as it stands.

`receiving` and `reported` say what a document holds; every fact of theirs goes through `Feed.put`, which alone decides whether it is
added, corrects an earlier one, or is left out and listed as unmapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TypeVar

from pars.core.cases.case import Case
from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    Booked,
    ChargeDecided,
    ChargeFiled,
    ChargeProposed,
    CustodyStated,
    DocumentReceived,
    Fact,
    IdentityClaimed,
    NarrativeWritten,
    ProsecutionReported,
    Submitted,
)
from pars.core.cases.received import FeedOwner, Received
from pars.core.terms import StatedTime

F = TypeVar("F", bound=Fact)

OWNS: Mapping[FeedOwner, frozenset[type[Fact]]] = MappingProxyType(
    {
        "police": frozenset(
            {IdentityClaimed, AliasStated, Arrested, Booked, ChargeProposed, NarrativeWritten, Submitted, CustodyStated}
        ),
        "prosecutor": frozenset({ChargeDecided, ChargeFiled, ProsecutionReported, CustodyStated}),
        "custodian": frozenset({Booked, CustodyStated}),
    }
)
"""The kinds of fact that each owner's feed writes. Custody is anyone's word."""

OPENING: frozenset[type[Fact]] = frozenset({IdentityClaimed, AliasStated, Arrested, Booked, ChargeProposed, NarrativeWritten})
"""What a feed may also write to a case that its owner opened, since nobody else has said it yet."""

_APART = frozenset({"n", "entry", "corrects", "why", "document"})


class Feed:
    """One document being written to one case: the facts so far, the first of which is the document itself."""

    def __init__(self, case: Case, received: Received) -> None:
        """Begin with the document's own fact; under a key that the case knows, it corrects the earlier document."""
        self.case = case
        self.received = received
        self.document = case.next_number
        self.unmapped: list[str] = []
        earlier = [d for d in case.current(DocumentReceived) if d.document_key == received.document_key]
        self.corrects = frozenset(
            d.n for d in case.facts if isinstance(d, DocumentReceived) and d.document_key == received.document_key
        )
        opened_by = [d.owner for d in case.facts[:1] if isinstance(d, DocumentReceived)]
        self._opened = not case.facts or opened_by == [received.owner]
        self.facts: list[Fact] = [
            DocumentReceived(
                feed=received.feed,
                owner=received.owner,
                family=received.family,
                document_key=received.document_key,
                sha256=received.digest,
                document_time=received.document_time,
                corrects=earlier[-1].n if earlier else None,
            )
        ]

    @property
    def number(self) -> int:
        """Return the number that the next fact will have."""
        return self.case.next_number + len(self.facts)

    @property
    def so_far(self) -> Case:
        """Return the case as it will be with the facts written until now."""
        return self.case.add(*self.facts)

    def may_write(self, kind: type[Fact]) -> bool:
        """Return whether the feed may add facts of this kind to this case."""
        return kind in OWNS[self.received.owner] or (self._opened and kind in OPENING)

    def may_replace(self, fact: Fact) -> bool:
        """Return whether the feed may correct this fact: a document's, of its own owner or kind, and no newer than this one."""
        if fact.document is None:
            return False
        told = self.case.fact(fact.document)
        assert isinstance(told, DocumentReceived)
        own = type(fact) in OWNS[self.received.owner] or told.owner == self.received.owner
        return own and not _earlier(self.received.document_time, told.document_time)

    def restates(self, fact: Fact) -> bool:
        """Return whether the fact came with the document that this one corrects."""
        return fact.document in self.corrects

    def put(self, new: F, where: str, current: F | None = None) -> None:
        """Add a fact, or correct `current` by it; say nothing twice; list as unmapped (`where`) what may not be written.

        What a later document leaves out stays; what a corrected document leaves out is gone from the correction.
        """
        if current is None:
            if any(type(fact) is type(new) and same(fact, new) for fact in self.case.current(type(new))):
                return
            self._write(new, where, allowed=self.may_write(type(new)))
            return
        wanted = new if self.restates(current) else _merged(new, current)
        if not same(wanted, current):
            correction = replace(wanted, corrects=current.n, why="Another statement of the source")
            self._write(correction, where, allowed=self.may_replace(current))

    def _write(self, fact: Fact, where: str, *, allowed: bool) -> None:
        if allowed:
            self.facts.append(replace(fact, document=self.document))
        else:
            self.leave(where)

    def leave(self, where: str) -> None:
        """List a path of the document as unmapped."""
        self.unmapped.append(where)


def same(one: Fact, other: Fact) -> bool:
    """Return whether two facts of one kind say the same, whoever said it."""
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(one) if f.name not in _APART)


def _merged(new: F, current: F) -> F:
    """Return `new` with what it leaves out taken from `current`."""
    kept = {
        f.name: getattr(current, f.name) for f in fields(new) if getattr(new, f.name) in {None, ""} and f.name not in _APART
    }
    return replace(new, **kept)


def _earlier(one: StatedTime | None, other: StatedTime | None) -> bool:
    return one is not None and other is not None and one.earliest < other.earliest
