"""Turns conditions and columns into SQL: what `matches` and `apply_masks` say of one record, PostgreSQL says of a table.

Identifiers come from the catalogue alone; every value is a bound parameter, cast to its column's type. Text compares by code
point (`COLLATE "C"`); an instant, a `timestamptz` in the database, leaves it as whole microseconds, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import LiteralString, TypeAlias, assert_never

from psycopg import sql

from pars.core.access.catalogue import CATALOGUE, COLUMNS, Type, Value, fits
from pars.core.access.predicate import All, Always, Any, Is, Leaf, Never, Not, OneOf, Predicate, Within
from pars.core.terms import Instant, moment

Compiled: TypeAlias = tuple[sql.Composable, list[object]]

_SQL_TYPE: Mapping[Type, LiteralString] = {
    "text": "text",
    "int": "bigint",
    "bool": "boolean",
    "date": "date",
    "instant": "timestamptz",
}


def where(predicate: Predicate) -> Compiled:
    """Return the condition as SQL and its parameters: a row is selected exactly where `matches` answers True.

    A column that isn't in the catalogue, or a value that isn't of its column's type, raises ValueError: what was read from a
    document can't hold one, so it would be a fault of ours, and nothing may be fetched by it.
    """
    match predicate:
        case Always():
            return sql.SQL("TRUE"), []
        case Never():
            return sql.SQL("FALSE"), []
        case All(parts):
            return _joined(" AND ", parts) if parts else where(Always())
        case Any(parts):
            return _joined(" OR ", parts) if parts else where(Never())
        case Not(part):
            text, parameters = where(part)
            return sql.SQL("(NOT {})").format(text), parameters
        case Is() | OneOf() | Within():
            return _comparison(predicate)
    assert_never(predicate)


def projection(columns: Iterable[str], masks: Mapping[str, str]) -> sql.Composed:
    """Return the SELECT list for the columns, each under its mask, in the catalogue's order and under the catalogue's names."""
    wanted = frozenset(columns)
    if unknown := wanted - COLUMNS.keys():
        raise ValueError(f"{len(unknown)} columns are not in the catalogue")
    return sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(_returned(column.name, masks.get(column.name)), sql.Identifier(column.name))
        for column in CATALOGUE
        if column.name in wanted
    )


def _joined(word: LiteralString, parts: tuple[Predicate, ...]) -> Compiled:
    compiled = [where(part) for part in parts]
    text = sql.SQL("({})").format(sql.SQL(word).join(text for text, _ in compiled))
    return text, [parameter for _, parameters in compiled for parameter in parameters]


def _comparison(leaf: Leaf) -> Compiled:
    column = COLUMNS.get(leaf.column)
    if column is None or (leaf.mask is not None and leaf.mask not in column.masks):
        raise ValueError("a condition on what is not in the catalogue")
    wanted = column.type_under(leaf.mask)
    if not leaf.values or not all(fits(value, wanted) for value in leaf.values):
        raise ValueError(f"a condition on {column.name} that is not of its type")
    bound = [_bound(value, wanted) for value in leaf.values]
    seen, cast = _compared(leaf.column, leaf.mask, wanted), sql.SQL(_SQL_TYPE[wanted])
    match leaf:
        case Is():
            return sql.SQL("{} = %s::{}").format(seen, cast), bound
        case OneOf():
            return sql.SQL("{} = ANY (%s::{}[])").format(seen, cast), [bound]
        case Within(start=start, end=end):
            sides = [side for side, value in ((">=", start), ("<", end)) if value is not None]
            tests = [sql.SQL("{} {} %s::{}").format(seen, sql.SQL(side), cast) for side in sides]
            return sql.SQL("({})").format(sql.SQL(" AND ").join(tests)), bound


def _seen(name: str, mask: str | None) -> sql.Composable:
    """Return the column as the mask lets it be seen."""
    if mask is None:
        return sql.Identifier(name)
    assert mask == "year", "every mask is in MASKS"
    return sql.SQL("extract(year FROM {})::bigint").format(sql.Identifier(name))


def _compared(name: str, mask: str | None, wanted: Type) -> sql.Composable:
    seen = _seen(name, mask)
    return sql.SQL('{} COLLATE "C"').format(seen) if wanted == "text" else seen


def _returned(name: str, mask: str | None) -> sql.Composable:
    if mask is None and COLUMNS[name].type == "instant":
        return sql.SQL("(extract(epoch FROM {}) * 1000000)::bigint").format(sql.Identifier(name))
    return _seen(name, mask)


def _bound(value: Value, wanted: Type) -> object:
    return moment(Instant(value)) if wanted == "instant" and isinstance(value, int) else value
