"""Conditions on a record: a small closed tree over the catalogue's columns, with SQL's three-valued logic.

A missing value makes a leaf unknown, and only true admits; so "not a minor" never lets an unknown age through. Text compares
by code point. `matches` is the reference that the SQL of the store is held to; a new kind of node needs a decision record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, assert_never

from pars.core.access.catalogue import MASKED_TYPE, Value, fits
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Always:
    """True of every record."""


@dataclass(frozen=True, slots=True)
class Never:
    """True of no record."""


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True where at least one part is."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is false; unknown where it is unknown."""

    part: Predicate


@dataclass(frozen=True, slots=True)
class Is:
    """The column equals the value. With a mask, the masked value is what is compared."""

    column: str
    value: Value
    mask: str | None = None

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value that the leaf compares with."""
        return (self.value,)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The column equals one of the values."""

    column: str
    values: tuple[Value, ...]
    mask: str | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """The column lies in [start, end): from `start` on and before `end`. Either side may be open, not both."""

    column: str
    start: Value | None
    end: Value | None
    mask: str | None = None

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value that the leaf compares with."""
        return tuple(value for value in (self.start, self.end) if value is not None)


Leaf: TypeAlias = Is | OneOf | Within
Predicate: TypeAlias = Always | Never | All | Any | Not | Leaf


def matches(predicate: Predicate, record: Mapping[str, object]) -> bool | None:
    """Return whether the record meets the condition: True, False, or None where a missing value leaves it unknown.

    The record holds unmasked values. A value that isn't there is missing: that never admits.
    """
    match predicate:
        case Always():
            return True
        case Never():
            return False
        case All(parts):
            answers = {matches(part, record) for part in parts}
            return False if False in answers else None if None in answers else True
        case Any(parts):
            answers = {matches(part, record) for part in parts}
            return True if True in answers else None if None in answers else False
        case Not(part):
            answer = matches(part, record)
            return None if answer is None else not answer
        case Is() | OneOf() | Within():
            return _leaf_matches(predicate, through(predicate.mask, record.get(predicate.column)))
    assert_never(predicate)


def through(mask: str | None, value: object) -> object:
    """Return what is seen of `value` through the mask."""
    if mask is None or value is None:
        return value
    assert mask == "year", "every mask is in MASKS"
    assert isinstance(value, date)
    return value.year


def _leaf_matches(leaf: Leaf, seen: object) -> bool | None:
    if seen is None:
        return None
    if isinstance(leaf, Within):
        return (leaf.start is None or leaf.start <= seen) and (leaf.end is None or seen < leaf.end)  # type: ignore[operator]
    return seen in leaf.values


def leaves(predicate: Predicate) -> Iterator[Leaf]:
    """Yield every leaf of the tree, from left to right."""
    match predicate:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case Is() | OneOf() | Within():
            yield predicate
        case _:  # Always and Never look at nothing
            return


def columns_in(predicate: Predicate) -> frozenset[str]:
    """Return the names of the columns that the condition looks at."""
    return frozenset(leaf.column for leaf in leaves(predicate))


def both(*predicates: Predicate) -> Predicate:
    """Return the conjunction in one flat form: no repeats, no Always, and Never alone where it is a part."""
    parts: dict[Predicate, None] = {}
    for predicate in predicates:
        parts.update(dict.fromkeys(_conjuncts(predicate)))
    if Never() in parts:
        return Never()
    match tuple(parts):
        case ():
            return Always()
        case (only,):
            return only
        case several:
            return All(several)


def _conjuncts(predicate: Predicate) -> Iterator[Predicate]:
    match predicate:
        case Always():
            return
        case All(parts):
            for part in parts:
                yield from _conjuncts(part)
        case _:
            yield predicate


def masked(predicate: Predicate, masks: Mapping[str, str]) -> Predicate | Refusal:
    """Return the condition as one on what the masks let be seen, or a refusal that names each column it can't ask so.

    A leaf on a masked column must compare values of the mask's type: filtering by the unmasked value would undo the mask.
    """
    if at_fault := sorted({leaf.column for leaf in leaves(predicate) if _under(leaf, masks) is None}):
        listed = ", ".join(f"{column} (only its {masks[column]})" for column in at_fault)
        return Refusal(
            code="MASKED",
            says=f"These columns are shown in a reduced form, and can only be asked for in that form: {listed}.",
            remedy="Ask with the reduced value: of a date its year, as a number like 1996.",
            names=tuple(at_fault),
        )
    return _mask_leaves(predicate, masks)


def _under(leaf: Leaf, masks: Mapping[str, str]) -> Leaf | None:
    """Return the leaf as the masks let it be asked; None where they don't."""
    mask = masks.get(leaf.column)
    if mask is None or leaf.mask == mask:
        return leaf
    if leaf.mask is None and all(fits(value, MASKED_TYPE[mask]) for value in leaf.values):
        return replace(leaf, mask=mask)
    return None


def _mask_leaves(predicate: Predicate, masks: Mapping[str, str]) -> Predicate:
    match predicate:
        case All(parts):
            return All(tuple(_mask_leaves(part, masks) for part in parts))
        case Any(parts):
            return Any(tuple(_mask_leaves(part, masks) for part in parts))
        case Not(part):
            return Not(_mask_leaves(part, masks))
        case Is() | OneOf() | Within():
            asked = _under(predicate, masks)
            assert asked is not None
            return asked
        case Always() | Never():
            return predicate
    assert_never(predicate)
