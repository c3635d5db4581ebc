"""A table that stands for the wide row of a case, where SQL is held to the reference.

One thing is harder than in the real one, where the server can (one built with ICU, as Debian's): its text has a collation that takes
"a" and "A" for equal and orders as a dictionary does, so that a comparison which leaned on the column's own collation would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import psycopg

from pars.core.access.catalogue import CATALOGUE
from pars.core.terms import Instant, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Record: TypeAlias = "Mapping[str, object]"
SQL_TYPES = {"int": "bigint", "bool": "boolean", "date": "date", "instant": "timestamptz", "list": "text[]"}


def make_table(url: str, records: Sequence[Record] = ()) -> None:
    """Make the table `person` in a database, with these records."""
    with psycopg.connect(url, autocommit=True) as owner:
        try:
            owner.execute("CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
        except psycopg.errors.FeatureNotSupported:
            owner.execute('CREATE COLLATION loose FROM "C"')
        columns = ", ".join(f'"{column.name}" {SQL_TYPES.get(column.type, "text COLLATE loose")}' for column in CATALOGUE)
        owner.execute(f"CREATE TABLE person (n int PRIMARY KEY, {columns})")
        fill(owner, enumerate(records))


def fill(owner: psycopg.Connection[Any], numbered: Iterable[tuple[int, Record]]) -> None:
    """Copy records into the table, each with its number."""
    with owner.cursor().copy("COPY person FROM STDIN") as copy:
        for n, record in numbered:
            copy.write_row([n, *(stored(record[column.name], column.type) for column in CATALOGUE)])


def stored(value: object, kind: str) -> object:
    """Return a value as the table takes it."""
    if kind == "instant" and value is not None:
        # Written as the store's own words would be: microseconds and all.
        return moment(Instant(value)).isoformat()  # type: ignore[arg-type]
    return list(value) if isinstance(value, tuple) else value


def in_core(row: Record) -> dict[str, object]:
    """Return a fetched row as the reference writes it."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
