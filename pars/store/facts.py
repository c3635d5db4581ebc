"""Facts as rows: a table for each kind, a column for each field of its dataclass, in the same order and under the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from psycopg import sql

from pars.core.cases.facts import FACTS, Fact
from pars.core.terms import StatedTime

if TYPE_CHECKING:
    from uuid import UUID

    from psycopg import Connection

    from pars.store.connections import Row


STRUCK = "struck"
"""The table of the places of facts that a court ordered away."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one kind of fact, and how its columns and the fields become each other."""

    kind: type[Fact]
    name: str
    columns: tuple[str, ...]
    times: frozenset[str]
    lists: frozenset[str]

    def values(self, fact: Fact) -> list[Any]:
        """Return the fact's fields as the columns hold them."""
        return [self._stored(name, getattr(fact, name)) for name in self.columns]

    def fact(self, row: Iterable[Any]) -> Fact:
        """Return the fact that a row holds."""
        return self.kind(**{name: self._read(name, value) for name, value in zip(self.columns, row, strict=True)})

    def _stored(self, name: str, value: Any) -> Any:
        if name in self.times:
            return None if value is None else str(value)
        return list(value) if name in self.lists else value

    def _read(self, name: str, value: Any) -> Any:
        if name in self.times:
            return None if value is None else StatedTime.read(value)
        return tuple(value) if name in self.lists else value


@cache
def tables() -> Mapping[type[Fact], Table]:
    """Return the table of every kind of fact."""
    return {kind: _table(kind) for kind in FACTS} | {Fact: replace(_table(Fact), name=STRUCK)}


def _table(kind: type[Fact]) -> Table:
    hints = get_type_hints(kind)
    names = tuple(field.name for field in fields(kind))
    return Table(
        kind=kind,
        name=re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(),
        columns=names,
        times=frozenset(name for name in names if StatedTime in _parts(hints[name])),
        lists=frozenset(name for name in names if get_origin(hints[name]) is tuple),
    )


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)


def insert_facts(connection: Connection[Row], case_id: str, entry: int, facts: Iterable[Fact]) -> None:
    """Write new facts of a case under the number of the entry that records them."""
    for fact in facts:
        table = tables()[type(fact)]
        values = [
            case_id,
            *(entry if name == "entry" else value for name, value in zip(table.columns, table.values(fact), strict=True)),
        ]
        connection.execute(_insert(table), values)


def select_facts(connection: Connection[Row], case_ids: Iterable[UUID]) -> dict[str, list[Fact]]:
    """Return the facts of cases, by case, in the order of their numbers: one question to the database for all kinds."""
    wanted = list(case_ids)
    found: dict[str, list[Fact]] = {str(case_id): [] for case_id in wanted}
    by_name = {table.name: table for table in tables().values()}
    for name, row in connection.execute(_select_all(), {"cases": wanted}):
        table = by_name[name]
        found[row["case_id"]].append(table.fact(row[column] for column in table.columns))
    for facts in found.values():
        facts.sort(key=lambda fact: fact.n)
    return found


@cache
def _insert(table: Table) -> sql.SQL:
    names = [sql.Identifier(name) for name in ("case_id", *table.columns)]
    return written_out(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier("cases", table.name), sql.SQL(", ").join(names), sql.SQL(", ").join(sql.Placeholder() * len(names))
        )
    )


@cache
def _select_all() -> sql.SQL:
    one = sql.SQL("select {}, to_jsonb(t) from {} t where case_id = any(%(cases)s)")
    return written_out(
        sql.SQL(" union all ").join(
            one.format(sql.Literal(table.name), sql.Identifier("cases", table.name)) for table in tables().values()
        )
    )


def written_out(composed: sql.Composed) -> sql.SQL:
    """Return a statement that never changes in its final form, so that it isn't put together anew each time it runs."""
    return sql.SQL(composed.as_string(None))
