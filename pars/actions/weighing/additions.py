"""What one version allows and another doesn't, each kind of thing with one example.

What a version allows is every purpose with every column, filter, record, person and circumstance that it has. So it allows more than
another exactly where it allows somebody something at all, and has more in one of these; each is tried by a question that differs
from a plain one in that alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.actions.weighing.deeds import Asked, Deed, a_deed, admits, permits, ways
from pars.actions.weighing.solver import NotKnown, a_record
from pars.core.access import approvals, emergency
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.limits import IN_A_DAY, Used
from pars.core.access.predicate import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.actions.weighing.solver import Deadline
    from pars.core.access.purposes import Purpose
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant

Kind: TypeAlias = Literal["purposes", "records", "columns", "unmasked", "filters", "holders", "day", "replies", "time"]

COUNTED: Mapping[str, str] = MappingProxyType(dict(zip(IN_A_DAY, (each.name for each in fields(Used)), strict=True)))
"""What of a day's use each limit on a day counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Something that one version allows and another doesn't, with an example. `names` are columns, codes of purposes, or limits."""

    kind: Kind
    names: tuple[str, ...]
    deed: Deed


def additions(new: Version, old: Version, at: Instant, deadline: Deadline) -> tuple[Addition, ...] | NotKnown:
    """Return what `new` allows at `at` and `old` wouldn't if it still ran; and whether it runs when `old` doesn't."""
    then = replace(old, term=new.term)
    found: dict[Kind, Addition] = {}
    near: Deed | None = None
    for kind, name, asked in _tries(new, then, at):
        deed = _tried(kind, new, then, asked, deadline, near=near)
        if isinstance(deed, NotKnown):
            return deed
        if deed is not None:
            first = found.setdefault(kind, Addition(kind=kind, names=(), deed=deed))
            found[kind] = replace(first, names=(*first.names, name))
            near = deed
    deed = _in_time(new, old, deadline)
    if isinstance(deed, NotKnown):
        return deed
    if deed is not None:
        found["time"] = Addition(kind="time", names=(), deed=deed)
    return tuple(found.values())


def by_form_alone(new: Version, old: Version) -> tuple[str, ...]:
    """Return the demands on others beside the person in which `new` isn't plainly as strict as `old`: they are told by their form."""
    plainly = {
        "approval": approvals.narrower(new.approval, old.approval),
        "emergency": emergency.narrower(new.emergency, old.emergency),
        "others": {*new.others} <= {*old.others},
        "checked": {*old.checked} <= {*new.checked},
        "acknowledge": old.acknowledge <= new.acknowledge,
        "duties": all(duty in new.duties for duty in old.duties),
    }
    return tuple(name for name, is_so in plainly.items() if not is_so)


def in_common(new: Version, old: Version, at: Instant, deadline: Deadline) -> bool | NotKnown:
    """Return whether some answer could be given under either."""
    purposes = [purpose for purpose in new.purposes if purpose in old.purposes]
    columns = new.scope.columns & old.scope.columns
    if not purposes or not columns:
        return False
    found = a_record(both(admits(new, at), admits(old, at)), deadline=deadline)
    return found if isinstance(found, NotKnown) else found is not None


def _tries(new: Version, old: Version, at: Instant) -> Iterator[tuple[Kind, str, Asked]]:
    shared = [purpose for purpose in new.purposes if purpose in old.purposes]
    asked = _plain(new, old, (shared or new.purposes)[0], at)
    yield from (("purposes", one.code, replace(asked, purpose=one)) for one in new.purposes if one not in shared)
    if not shared:
        return  # every question is new
    yield "records", "", asked
    for column in CATALOGUE:
        if column.name in new.scope.columns:
            kind: Kind = "unmasked" if column.name in old.scope.columns and column.name in old.scope.masks else "columns"
            yield kind, column.name, replace(asked, columns=(column.name,))
    for column in CATALOGUE:
        if column.name in new.scope.filters:
            yield "filters", column.name, replace(asked, by=(column.name,))
    yield "holders", "", replace(asked, holds=new.must)
    for name, counted in COUNTED.items():
        most = getattr(old.limits, name)
        if most is not None:
            yield "day", name, replace(asked, used=Used(**{counted: most}))
    yield "replies", "", replace(asked, rows=new.limits.rows_per_reply)


def _tried(
    kind: Kind, new: Version, old: Version, asked: Asked, deadline: Deadline, *, near: Deed | None = None
) -> Deed | NotKnown | None:
    """Return an example of the try, in the first way in which `new` permits it: of a record that `old` leaves out, or, where `old`
    permits it in no way as much, of any.
    """
    first: Asked | None = None
    for way in ways(new, asked):
        permitted, as_much = permits(new, old, way)
        if permitted and as_much:
            return a_deed(new, old, way, unless=admits(old, way.at), deadline=deadline) if kind == "records" else None
        if permitted and first is None:
            first = way
    return a_deed(new, old, first, near=near, deadline=deadline) if first is not None and kind != "records" else None


def _in_time(new: Version, old: Version, deadline: Deadline) -> Deed | NotKnown | None:
    """Return an example of an answer at a time at which the other version doesn't run; the later end first."""
    if new.term.end > old.term.end:
        at = max(new.term.start, old.term.end)
    elif new.term.start < old.term.start:
        at = new.term.start
    else:
        return None
    return _tried("time", new, old, _plain(new, old, new.purposes[0], at), deadline)


def _plain(new: Version, old: Version, purpose: Purpose, at: Instant) -> Asked:
    """Return the plainest question: for one column, by nothing, of one record, by a person who holds all that is demanded. The
    column is one that both versions show, if there is one.
    """
    asked = Asked(purpose=purpose, columns=(), at=at, holds=tuple(sorted({*new.must, *old.must})))
    each = [replace(asked, columns=(column.name,)) for column in CATALOGUE if column.name in new.scope.columns]
    return next((one for one in each if all(permits(new, old, one))), each[0])
