"""The history checker: what clients say that they saw, against what the ledger says that was.

Each client has a clock of its own and tells for each thing it saw when it asked and when it had the whole answer. A referee's clock maps the
clients' clocks onto its own, each as an interval: what they say happened between its two readings. From then on only what surely came before
counts as before. The ledger's order is that of its index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

What = Literal["delivered", "done", "suspended", "reinstated", "refused", "unknown"]
ANSWERED: frozenset[What] = frozenset({"delivered", "done", "suspended", "reinstated", "refused"})


@dataclass(frozen=True, slots=True)
class Look:
    """One exchange of a client with the referee: its clock's reading, surely taken between two of the referee's."""

    before: float
    reading: float
    after: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a client saw, by its own clock. `unknown` is a question or an act that it never had an answer to."""

    client: str
    what: What
    asked: float
    told: float
    under: str = ""
    entry: int | None = None
    leaf: str = ""
    out: str = ""
    """The hash (hex) of the records as they came."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry as the ledger has it."""

    entry: int
    index: int
    leaf: str
    out: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A thing that was seen, on the referee's clock: it was begun and over at the earliest and at the latest then."""

    seen: Seen
    begun: tuple[float, float]
    over: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a history."""

    rule: str
    says: str
    about: Seen | None = field(default=None, compare=False)


def check(seen: Sequence[Seen], looks: Mapping[str, Sequence[Look]], kept: Iterable[Kept]) -> list[Found]:
    """Return everything that a history and its ledger contradict each other in; nothing where all is well."""
    by_entry = {one.entry: one for one in kept}
    found, offsets = [], {}
    for client, taken in looks.items():
        between = offset(taken)
        if between is None:
            found.append(Found("clock", f"the clock of {client} was set while it was watched"))
        else:
            offsets[client] = between
    found += _kept(seen, by_entry)
    placed = [_placed(one, offsets[one.client]) for one in seen if one.client in offsets and one.what in ANSWERED]
    return [*found, *_gaps(by_entry), *_order(placed, by_entry), *_after_the_end(placed)]


def offset(looks: Sequence[Look]) -> tuple[float, float] | None:
    """Return between what a client's clock and the referee's differ; None where no one difference explains all looks."""
    least = max(one.before - one.reading for one in looks)
    most = min(one.after - one.reading for one in looks)
    return (least, most) if least <= most else None


def _placed(seen: Seen, between: tuple[float, float]) -> _Placed:
    least, most = between
    return _Placed(seen, (seen.asked + least, seen.asked + most), (seen.told + least, seen.told + most))


def _kept(seen: Iterable[Seen], by_entry: Mapping[int, Kept]) -> list[Found]:
    """Whatever somebody was given or told is in the ledger, as they were told it and as it was given."""
    found = []
    for one in seen:
        if one.what not in ANSWERED:
            continue
        there = by_entry.get(one.entry) if one.entry is not None else None
        if there is None:
            found.append(Found("lost", f"{one.client} was {one.what} under entry {one.entry}, which isn't in the ledger", one))
        elif there.leaf != one.leaf:
            found.append(Found("leaf", f"entry {one.entry} isn't the one that {one.client} has a receipt for", one))
        elif one.what == "delivered" and there.out != one.out:
            found.append(Found("out", f"entry {one.entry} says that something else was sent to {one.client}", one))
    return found


def _gaps(by_entry: Mapping[int, Kept]) -> list[Found]:
    places = sorted(one.index for one in by_entry.values())
    return [Found("gap", f"after {a} comes {b}") for a, b in pairwise([-1, *places]) if b != a + 1]


def _order(placed: Iterable[_Placed], by_entry: Mapping[int, Kept]) -> list[Found]:
    """What was surely over before something else began comes before it in the ledger."""
    known = [one for one in placed if one.seen.entry in by_entry]
    index = {id(one): by_entry[one.seen.entry or 0].index for one in known}
    over = sorted(known, key=lambda one: one.over[1])
    found, highest, n = [], -1, 0
    for one in sorted(known, key=lambda one: one.begun[0]):
        while n < len(over) and over[n].over[1] < one.begun[0]:
            highest, n = max(highest, index[id(over[n])]), n + 1
        if index[id(one)] < highest:
            says = f"entry {one.seen.entry} has index {index[id(one)]}, and {highest} was over before it was begun"
            found.append(Found("order", says, one.seen))
    return found


def _after_the_end(placed: Sequence[_Placed]) -> list[Found]:
    """Nothing that was asked for once a suspension was acknowledged is given, before somebody began to reinstate."""
    found = []
    for under in {one.seen.under for one in placed if one.seen.what == "suspended"}:
        acts = sorted((one for one in placed if one.seen.under == under), key=lambda one: one.begun[0])
        ends = [one for one in acts if one.seen.what == "suspended"]
        begins = [one for one in acts if one.seen.what == "reinstated"]
        for end in ends:
            again = min((one.begun[0] for one in begins if one.over[0] > end.over[1]), default=float("inf"))
            found += [
                Found("end", f"entry {one.seen.entry} was given under {under} after its suspension was acknowledged", one.seen)
                for one in acts
                if one.seen.what == "delivered" and end.over[1] < one.begun[0] and one.over[1] < again
            ]
    return found
