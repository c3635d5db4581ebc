"""Each rule of an agreement's life, broken once behind the gate's back: fsck folds the stored entries and names the one that can't be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from pars.core.ledger.entries import encode
from pars.core.ledger.merkle import leaf_hash
from pars.store.fsck import Finding, fsck
from tests.dealt import BROKEN, WHOLE, Broken

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database
    from tests.ledgers import Ledger


def keep_instead(owner: psycopg.Connection[tuple[object, ...]], told: Ledger) -> None:
    """Put a ledger in the place of the one that the database holds."""
    with owner.transaction(), owner.cursor() as cursor:
        cursor.execute("truncate ledger.entry, ledger.leaf, governance.text, ledger.checkpoint, ledger.tile cascade")
        cursor.executemany("insert into governance.text (sha256, body) values (%s, %s)", list(told.texts.items()))
        rows = [(one.id, int(one.kind), one.at, one.by.authority, one.by.person, encode(one)) for one in told.entries]
        cursor.executemany(
            "insert into ledger.entry (id, kind, at, authority, person, body) values (%s, %s, %s, %s, %s, %s)", rows
        )
        leaves = [(index, number, leaf_hash(body)) for index, (number, *_, body) in enumerate(rows)]
        cursor.executemany("insert into ledger.leaf (index, entry, hash) values (%s, %s, %s)", leaves)


def on_entries(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Return what is said of an entry; that the tables repeat another ledger is said besides."""
    return [(one.what, one.where) for one in findings if one.where.startswith("entry ")]


@pytest.fixture(scope="module", autouse=True)
def unguarded(of_the_module: tuple[Database, Path]) -> None:
    """Take the guards off the tables, as their owner can."""
    with psycopg.connect(of_the_module[0].url, autocommit=True) as owner:
        tables = owner.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        )
        for (table,) in tables.fetchall():
            owner.execute(sql.SQL("alter table {} disable trigger user").format(sql.SQL(table)))


@pytest.mark.usefixtures("shared")
def test_unbroken_it_folds(shared_owner: psycopg.Connection[tuple[object, ...]]) -> None:
    keep_instead(shared_owner, WHOLE)
    found = fsck()
    assert on_entries(found) == []
    assert {one.what for one in found} == {"ROWS"}, found


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_a_broken_rule_is_named_with_its_entry(shared_owner: psycopg.Connection[tuple[object, ...]], broken: Broken) -> None:
    ledger, index = broken.ledger()
    keep_instead(shared_owner, ledger)
    assert on_entries(fsck()) == [(broken.code, f"entry {ledger.entries[index].id}")]
