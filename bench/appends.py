"""A durable entry in the ledger, beside a plain insert and beside the chain that most audit tables keep."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from psycopg_pool import ConnectionPool

from bench.timing import Row, compared
from pars.core.terms import Refusal
from pars.store import connections, engine, ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.edge.city.founded import City

SIZE = 420
"""Bytes of an entry as it is usually long."""
TABLES = """
    create schema bench;
    create table bench.plain (id bigserial primary key, body bytea not null);
    create table bench.chained (id bigserial primary key, body bytea not null, link bytea not null);
    create table bench.head (link bytea not null);
    insert into bench.head values ('\\x00');
"""
REFUSAL = Refusal(code="UNKNOWN_PURPOSE", says="Measured.")
OURS = "Ours takes its authority's lock, the database's time and a number, checks the entry's bytes in the table's own guards, and commits."


def rows(city: City, *, rounds: int, each: int, say: Callable[[str], None]) -> list[Row]:
    """Measure an entry that stands alone (a refusal), with 1, 8 and 32 in flight."""
    by = city.by("law")
    found = []
    with engine.start(connections.home()) as running, _pool(running.url()) as pool:
        with pool.connection() as given:
            given.execute(TABLES)

        def ours() -> None:
            ledger.refuse(REFUSAL, by=by)

        def plain() -> None:
            with pool.connection() as given:
                given.execute("insert into bench.plain (body) values (%s)", [secrets.token_bytes(SIZE)])

        def chained() -> None:
            body = secrets.token_bytes(SIZE)
            with pool.connection() as given, given.transaction():
                (head,) = given.execute("select link from bench.head for update").fetchone() or (b"",)
                link = sha256(head + body).digest()
                given.execute("insert into bench.chained (body, link) values (%s, %s)", [body, link])
                given.execute("update bench.head set link = %s", [link])

        for in_flight in (1, 8, 32):
            for name, floor, says in (
                (
                    "a plain insert",
                    plain,
                    "The floor inserts as many bytes into a bare table and commits: no order, no proof, no guard.",
                ),
                (
                    "a hash chain",
                    chained,
                    "The floor is a chain with one head row: ordered, but one writer at a time and no proof of a part.",
                ),
            ):
                found.append(
                    compared(
                        f"append, {in_flight} in flight, beside {name}",
                        ours,
                        floor,
                        rounds=rounds,
                        each=each,
                        in_flight=in_flight,
                        says=f"{OURS} {says}",
                        say=say,
                    )
                )
    return found


def _pool(url: str) -> ConnectionPool:
    return ConnectionPool(url, kwargs={"autocommit": True}, min_size=1, max_size=connections.POOL_SIZE, open=True)
