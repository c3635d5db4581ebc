"""One scope, one question, one record: the plain reference, PostgreSQL and z3 say the same, and Cedar where it can say it at all.

Random cases from a seed that is printed. 10³ in `make test`, 10⁵ in `make soak`; one statement asks PostgreSQL about many records. Cedar's
fragment: conditions without a range over text (its texts have no order), under any nesting of all, any and not, with missing values;
it is asked whether the record is admitted, not what is shown of it. How many cases were Cedar's is told beside the count.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from pars.actions.weighing.solver import Formulas
from pars.core.access.predicate import Never, matches
from pars.core.access.scope import asked, shown
from pars.core.terms import Refusal
from pars.store.predicate import projection, where
from tests import cedar, databases, strategies
from tests.wide_rows import Record, fill, in_core, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import DictRow

    from pars.core.access.scope import Scope
    from pars.store.engine import Engine

SEED = int(os.environ.get("PARS_SEED") or SystemRandom().getrandbits(32))
RECORDS = 50
"""How many records one statement is asked about."""


@dataclass
class Count:
    """How many cases were tried, and what became of them."""

    cases: int = 0
    shown: int = 0
    refused: int = 0
    unknown: int = 0
    cedar: int = 0
    seen: set[bool | None] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"seed {SEED}: {self.cases} cases, {self.shown} records shown, {self.unknown} unknown, {self.refused} questions refused, "
            f"{self.cedar} cases in Cedar's fragment"
        )


@pytest.fixture(scope="module")
def table(engine: Engine) -> Iterator[psycopg.Connection[DictRow]]:
    name = databases.template_database(engine, fill=make_table, kind="back_ends")
    with psycopg.connect(engine.url(database=name), autocommit=True, row_factory=psycopg.rows.dict_row) as connection:
        yield connection
    with psycopg.connect(engine.url(), autocommit=True) as owner:
        databases.drop(owner, name)


def agree(table: psycopg.Connection[DictRow], *, cases: int) -> Count:
    """Try random cases until there are so many, on fresh records every ten questions."""
    chance, count = Random(SEED), Count()
    records: list[Record] = []
    number = 0
    while count.cases < cases:
        if number % 10 == 0:
            records = [strategies.random_record(chance) for _ in range(RECORDS)]
            table.execute("TRUNCATE person")
            fill(table, enumerate(records))
        number += 1
        granted = strategies.random_scope(chance)
        columns, conditions = strategies.random_question(chance, granted)
        scope = asked(granted, columns, conditions)
        if isinstance(scope, Refusal):
            count.refused += 1  # no back end is given anything to run
            continue
        try:
            one_question(table, scope, records, count)
        except AssertionError:
            print(f"seed {SEED}, question {number}: {granted}, {columns}, {conditions}")
            raise
    return count


def one_question(table: psycopg.Connection[DictRow], scope: Scope, records: list[Record], count: Count) -> None:
    answers = [matches(scope.rows, record) for record in records]
    reference = [shown(record, scope) for record in records]
    assert [found is not None for found in reference] == [answer is True for answer in answers]
    condition, parameters = where(scope.rows)
    query = sql.SQL("SELECT n, {} FROM person WHERE {}").format(projection(scope.columns, scope.masks), condition)
    fetched = {row.pop("n"): in_core(row) for row in table.execute(query, parameters).fetchall()}
    assert fetched == {n: found for n, found in enumerate(reference) if found is not None}
    unknown, values = sql.SQL("SELECT n FROM person WHERE ({}) IS NULL").format(condition), parameters
    nulls = {row["n"] for row in table.execute(unknown, values)}
    assert nulls == {n for n, answer in enumerate(answers) if answer is None}
    formulas = Formulas(scope.rows, Never())
    assert [formulas.says(record)[0] for record in records] == answers
    if cedar.is_expressible(scope.rows):
        contexts = [{"record": cedar.attributes(record)} for record in records]
        assert cedar.opinions(cedar.policy(cedar.when_true(scope.rows)), contexts) == [answer is True for answer in answers]
        count.cedar += len(records)
    count.cases += len(records)
    count.shown += len(fetched)
    count.unknown += len(nulls)
    count.seen |= {*answers}


def test_the_back_ends_say_the_same(table: psycopg.Connection[DictRow]) -> None:
    count = agree(table, cases=1_000)
    print(count)
    assert count.cases >= 1_000


@pytest.mark.soak
def test_the_back_ends_say_the_same_for_long(table: psycopg.Connection[DictRow]) -> None:
    count = agree(table, cases=100_000)
    print(count)
    # Nothing that makes cases hard was left out by chance.
    assert count.seen == {True, False, None}
    assert min(count.shown, count.unknown, count.cedar) > count.cases / 20
    assert count.refused > 0
