"""Databases for tests: one engine a test process, one template filled once, a clone of it for each test that asks.

Real commits and real logins throughout: in a transaction that is rolled back, deferred triggers never fire and no second
connection sees a thing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.store.engine import Engine

# Data that lives for seconds needn't reach the disk. What tests of crashes ask for is an engine of their own, with it on.
# Little of its log is kept, since it may lie in memory. A login's password is hashed once, not 4,096 times by both sides for each connection.
SETTINGS = {"fsync": "off", "max_wal_size": "128MB", "scram_iterations": "1"}

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Database:
    """A database of one test's own."""

    name: str
    url: str
    """As its owner."""
    engine: Engine
    template: str
    """The database that it is a clone of: logins are the cluster's, so a clone answers to the logins of its template."""


def worker() -> str:
    """Return the name of this test process, so that two on one named server don't meet."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


def template_database(engine: Engine, *, fill: Callable[[str], object], kind: str = "template") -> str:
    """Make an empty database, let `fill` make the tables in it (it gets the owner's address), and return its name."""
    name = f"pars_{kind}_{worker()}"
    with psycopg.connect(engine.url(), autocommit=True) as owner:
        drop(owner, name)
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    fill(engine.url(database=name))
    return name


@contextmanager
def clone_of(
    template: str, engine: Engine, owner: psycopg.Connection[tuple[object, ...]], *, logins_of: str | None = None
) -> Iterator[Database]:
    """Clone a template, give the clone, and drop it at the end with whatever connections are left to it.

    `owner` is one connection for all clones: a fresh one takes five times as long, since it has the template's pages to meet.
    `logins_of` names the database whose logins the clone answers to, where the template is a clone itself.
    """
    name = f"pars_clone_{worker()}_{next(_numbers)}"
    owner.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(sql.Identifier(name), sql.Identifier(template))
    )
    try:
        yield Database(name=name, url=engine.url(database=name), engine=engine, template=logins_of or template)
    finally:
        drop(owner, name)


def drop(owner: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Drop a database if it exists, and cut off whoever is connected to it."""
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
