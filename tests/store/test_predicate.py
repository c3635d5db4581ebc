"""SQL and `matches` say the same of every record, missing values included; so do projections and `apply_masks`.

The table stands for the wide row of a case, with one thing made harder where the server can (one built with ICU, as Debian's):
its text has a collation that takes "a" and "A" for equal and orders as a dictionary does, so that a comparison which leaned
on the column's own collation would show.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from pars.core.access.catalogue import CATALOGUE, COLUMNS
from pars.core.access.predicate import All, Always, Any, Is, Never, Not, OneOf, Predicate, Within, matches
from pars.core.access.scope import Scope, apply_masks, shown
from pars.store.predicate import projection, where
from tests import databases, strategies
from tests.wide_rows import fill, in_core, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import DictRow

    from pars.store.engine import Engine

RECORDS = [strategies.random_record(Random(n)) for n in range(200)]
EXAMPLES = settings(max_examples=300)


@pytest.fixture(scope="module")
def table(engine: Engine) -> Iterator[psycopg.Connection[DictRow]]:
    name = databases.template_database(engine, fill=lambda url: make_table(url, RECORDS), kind="predicate")
    with psycopg.connect(engine.url(database=name), autocommit=True, row_factory=psycopg.rows.dict_row) as connection:
        connection.execute("SET timezone = 'America/New_York'")  # an instant is the same in every session
        yield connection
    with psycopg.connect(engine.url(), autocommit=True) as owner:
        databases.drop(owner, name)


def admitted(table: psycopg.Connection[DictRow], predicate: Predicate) -> list[int]:
    condition, parameters = where(predicate)
    rows = table.execute(sql.SQL("SELECT n FROM person WHERE {} ORDER BY n").format(condition), parameters)
    return [row["n"] for row in rows]


def expected(predicate: Predicate, records: list[dict[str, object]]) -> list[int]:
    return [n for n, record in enumerate(records) if matches(predicate, record) is True]


@EXAMPLES
@given(predicate=strategies.predicates())
def test_sql_admits_exactly_what_matches(table: psycopg.Connection[DictRow], predicate: Predicate) -> None:
    assert admitted(table, predicate) == expected(predicate, RECORDS)


ANY_RECORDS = st.lists(strategies.records(), min_size=1, max_size=4)


@settings(max_examples=40)
@given(predicate=strategies.predicates(), records=ANY_RECORDS)
def test_sql_admits_exactly_what_matches_of_any_records(
    table: psycopg.Connection[DictRow], predicate: Predicate, records: list[dict[str, object]]
) -> None:
    assert_agree(table, predicate, records)


@pytest.mark.soak
@given(predicate=strategies.predicates(most=30), records=ANY_RECORDS)
def test_sql_admits_exactly_what_matches_for_long(
    table: psycopg.Connection[DictRow], predicate: Predicate, records: list[dict[str, object]]
) -> None:
    assert_agree(table, predicate, records)


def assert_agree(table: psycopg.Connection[DictRow], predicate: Predicate, records: list[dict[str, object]]) -> None:
    with table.transaction(force_rollback=True):
        table.execute("DELETE FROM person")
        fill(table, enumerate(records))
        assert admitted(table, predicate) == expected(predicate, records)


def test_the_records_put_every_answer_to_the_test(table: psycopg.Connection[DictRow]) -> None:
    """Each type of column answers true, false and unknown somewhere, and the two sides agree on each leaf and its opposite."""
    for column in strategies.FILTERABLE:
        pool = strategies.POOLS[column.type]
        leaf = OneOf(column.name, pool[: len(pool) // 2])
        assert {matches(leaf, record) for record in RECORDS} == {True, False, None}
        for predicate in (leaf, Not(leaf), *(Is(column.name, value) for value in pool)):
            assert admitted(table, predicate) == expected(predicate, RECORDS)
        for value in pool if column.type != "bool" else ():
            for within in (Within(column.name, value, None), Within(column.name, None, value)):
                assert admitted(table, within) == expected(within, RECORDS)


@given(scope=strategies.scopes())
def test_what_sql_returns_is_what_the_scope_shows(table: psycopg.Connection[DictRow], scope: Scope) -> None:
    condition, parameters = where(scope.rows)
    columns = projection(scope.columns, scope.masks)
    rows = table.execute(sql.SQL("SELECT {} FROM person WHERE {} ORDER BY n").format(columns, condition), parameters).fetchall()
    assert [in_core(row) for row in rows] == [row for row in (shown(record, scope) for record in RECORDS) if row is not None]
    for row in rows:
        assert list(row) == [column.name for column in CATALOGUE if column.name in scope.columns]


def test_instants_come_back_to_the_microsecond(table: psycopg.Connection[DictRow]) -> None:
    text = projection(["arrest_at", "birth_date"], {"birth_date": "year"})
    rows = table.execute(sql.SQL("SELECT {} FROM person ORDER BY n").format(text)).fetchall()
    assert rows == [
        apply_masks({"birth_date": record["birth_date"], "arrest_at": record["arrest_at"]}, {"birth_date": "year"})
        for record in RECORDS
    ]
    assert {row["arrest_at"] for row in rows} >= set(strategies.POOLS["instant"])


def test_an_order_by_a_masked_column_is_one_by_the_masked_value(table: psycopg.Connection[DictRow]) -> None:
    text = projection(["birth_date"], {"birth_date": "year"})
    rows = table.execute(sql.SQL('SELECT {}, n FROM person ORDER BY "birth_date", n').format(text)).fetchall()
    assert [row["n"] for row in rows] == sorted(
        range(len(RECORDS)), key=lambda n: (RECORDS[n]["birth_date"] is None, getattr(RECORDS[n]["birth_date"], "year", 0), n)
    )


def test_every_comparison_of_text_is_by_code_point(table: psycopg.Connection[DictRow]) -> None:
    for leaf in (Is("surname", "a"), OneOf("surname", ("a", "b")), Within("surname", "a", "b")):
        text = where(leaf)[0].as_string(table)
        assert text.count('"surname" COLLATE "C" ') == text.count('"surname"') > 0


INJECTED = "x' OR TRUE; DROP TABLE person; --"


def test_values_are_bound_and_never_text_of_the_query(table: psycopg.Connection[DictRow]) -> None:
    predicate = Any(
        (Is("district", INJECTED), OneOf("district", (INJECTED, "%(x)s", '"')), Within("district", INJECTED, INJECTED))
    )
    condition, parameters = where(predicate)
    assert INJECTED not in condition.as_string(table)
    assert INJECTED in parameters
    assert admitted(table, predicate) == expected(predicate, RECORDS)


@pytest.mark.parametrize(
    "predicate",
    [
        Is("narrative", "x"),
        Is("district\" = '' OR TRUE --", "x"),
        Is("filed_charges", "x"),
        Is("district", "x", "year"),
        Is("birth_date", 1990),
        Is("birth_date", date(1990, 1, 1), "year"),
        Is("adult", 1),
        Is("amount_cents", value=True),
        Is("amount_cents", 2**63),
        Is("surname", "a\0b"),
        OneOf("district", ()),
        OneOf("district", ("22", 22)),
        Within("district", None, None),
    ],
)
def test_what_the_catalogue_does_not_know_is_never_compiled(predicate: Predicate) -> None:
    for nested in (predicate, Not(All((Always(), Any((Never(), predicate)))))):
        with pytest.raises(ValueError, match="condition"):
            where(nested)


def test_only_the_catalogues_columns_are_projected() -> None:
    with pytest.raises(ValueError, match="catalogue"):
        projection(["surname", "ssn"], {})
    assert COLUMNS.keys() == set(RECORDS[0])


def test_empty_groups(table: psycopg.Connection[DictRow]) -> None:
    assert admitted(table, All(())) == list(range(len(RECORDS)))
    assert admitted(table, Any(())) == []
