"""Scope: which columns may be returned, which may be asked by, how they are shown, and of which records.

Scopes only meet (law L5): columns and filters by intersection, masks by union, conditions by conjunction. An agreement's
scope, a question's and the floor's meet in what is fetched, and no meeting shows more than either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.access.catalogue import CATALOGUE, COLUMNS, MASKS, Column
from pars.core.access.predicate import (
    All,
    Always,
    Any,
    Is,
    Leaf,
    Never,
    Not,
    OneOf,
    Predicate,
    Within,
    both,
    columns_in,
    masked,
    matches,
    through,
)
from pars.core.access.predicate_json import UnreadError, read_predicate, read_where, write_predicate
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.canonical import Json

__all__ = [
    "CATALOGUE", "All", "Always", "Any", "Column", "Is", "Leaf", "Never", "Not", "OneOf", "Predicate", "Scope", "Within", "apply_masks", "asked", "both",
    "columns_in", "masked", "matches", "meet", "read_predicate", "read_scope", "read_where", "shown", "write_predicate", "write_scope",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen. `masks` holds, for a column, the mask it is seen through, whether it is returned or asked by."""

    columns: frozenset[str]
    filters: frozenset[str]
    masks: Mapping[str, str] = field(hash=False)
    rows: Predicate

    def __post_init__(self) -> None:
        object.__setattr__(self, "masks", MappingProxyType(dict(self.masks)))


NOTHING = Scope(frozenset(), frozenset(), {}, Never())


def meet(a: Scope, b: Scope) -> Scope:
    """Return what both scopes let be seen, and nothing else."""
    masks = dict(a.masks)
    for column, mask in b.masks.items():
        masks[column] = max(mask, masks.get(column, mask), key=MASKS.index)
    return Scope(a.columns & b.columns, a.filters & b.filters, masks, both(a.rows, b.rows))


def asked(granted: Scope, columns: Sequence[str], where: Sequence[Leaf]) -> Scope | Refusal:
    """Return `granted` narrowed to a question, or a refusal that names everything in the question that isn't granted.

    A column that may be asked by but isn't returned can only be compared for equality: a range over it would read its value
    out by halves.
    """
    if not columns:
        return Refusal(
            code="NO_COLUMNS", says="The question asks for no column.", remedy="Name the columns you need.", names=("/columns",)
        )
    if unknown := [f"/columns/{n}" for n, name in enumerate(columns) if name not in COLUMNS]:
        return Refusal(code="UNKNOWN_COLUMN", says=f"{', '.join(unknown)}: not in the catalogue.", names=tuple(unknown))
    refused = dict.fromkeys(name for name in columns if name not in granted.columns)
    refused |= dict.fromkeys(leaf.column for leaf in where if leaf.column not in granted.filters)
    if refused:
        return Refusal(
            code="NOT_GRANTED",
            says=f"These columns are not granted for this use: {', '.join(refused)}.",
            remedy="Ask without them.",
            names=tuple(refused),
        )
    if ranged := dict.fromkeys(
        leaf.column for leaf in where if isinstance(leaf, Within) and leaf.column not in granted.columns
    ):
        return Refusal(
            code="EQUALITY_ONLY",
            says=f"These columns may be asked by but are not shown, so no range over them is answered: {', '.join(ranged)}.",
            remedy="Ask with is or one_of.",
            names=tuple(ranged),
        )
    rows = masked(All(tuple(where)), granted.masks)
    if isinstance(rows, Refusal):
        return rows
    return meet(granted, Scope(frozenset(columns), granted.filters, {}, rows))


def apply_masks(record: Mapping[str, object], masks: Mapping[str, str]) -> dict[str, object]:
    """Return the record with every masked column in its reduced form."""
    return {name: through(masks.get(name), value) for name, value in record.items()}


def shown(record: Mapping[str, object], scope: Scope) -> dict[str, object] | None:
    """Return what the scope shows of a record, in the catalogue's order; None where the record is outside it."""
    if matches(scope.rows, record) is not True:
        return None
    return apply_masks(
        {column.name: record.get(column.name) for column in CATALOGUE if column.name in scope.columns}, scope.masks
    )


def write_scope(scope: Scope, catalogue: tuple[Column, ...] = CATALOGUE) -> dict[str, Json]:
    """Return the JSON form of the scope: what `read_scope` reads, and what agreements hold."""
    return {
        "columns": [column.name for column in catalogue if column.name in scope.columns],
        "filters": [column.name for column in catalogue if column.name in scope.filters],
        "masks": dict(scope.masks),
        "rows": write_predicate(scope.rows, catalogue),
    }


def read_scope(data: object, catalogue: tuple[Column, ...] = CATALOGUE, place: str = "") -> Scope | Refusal:
    """Return the scope that JSON `data` states, or the refusal of the first thing in it that isn't known.

    All four parts must be there: a part that is missing would otherwise mean everything, or nothing, by surprise.
    """
    try:
        return _read_scope(data, catalogue, place)
    except UnreadError as unread:
        return unread.refusal


def _read_scope(data: object, catalogue: tuple[Column, ...], place: str) -> Scope | Refusal:
    if not isinstance(data, Mapping) or data.keys() != {"columns", "filters", "masks", "rows"}:
        raise UnreadError("UNKNOWN_PART", place, "must hold columns, filters, masks and rows, and nothing else")
    known = {column.name: column for column in catalogue}
    columns = _read_names(data["columns"], known, f"{place}/columns")
    filters = _read_names(data["filters"], known, f"{place}/filters")
    for n, name in enumerate(data["filters"]):
        if not known[name].filterable:
            raise UnreadError("NOT_FILTERABLE", f"{place}/filters/{n}", f"{name} can't be asked by; it can only be returned")
    masks = _read_masks(data["masks"], {name: known[name] for name in columns | filters}, f"{place}/masks")
    rows = read_predicate(data["rows"], catalogue, f"{place}/rows")
    return rows if isinstance(rows, Refusal) else Scope(columns, filters, masks, rows)


def _read_names(data: object, known: Mapping[str, Column], place: str) -> frozenset[str]:
    if not isinstance(data, list):
        raise UnreadError("WRONG_TYPE", place, "must be a list of column names")
    for n, name in enumerate(data):
        if not isinstance(name, str) or name not in known:
            raise UnreadError("UNKNOWN_COLUMN", f"{place}/{n}", "is no column of the catalogue")
        if name in data[:n]:
            raise UnreadError("REPEATED", f"{place}/{n}", f"{name} is there twice")
    return frozenset(data)


def _read_masks(data: object, usable: Mapping[str, Column], place: str) -> dict[str, str]:
    if not isinstance(data, Mapping):
        raise UnreadError("WRONG_TYPE", place, "must name a mask for a column")
    masks: dict[str, str] = {}
    for name, mask in data.items():
        if name not in usable:
            raise UnreadError("UNKNOWN_COLUMN", place, "masks a column that is neither returned nor asked by")
        if not isinstance(mask, str) or mask not in usable[name].masks:
            raise UnreadError("UNKNOWN_MASK", f"{place}/{name}", f"is no mask of {name}")
        masks[name] = mask
    return masks
