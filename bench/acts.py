"""What is measured, by name, as functions that a process of its own does again and again: ours, the floors and the peers."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from psycopg_pool import ConnectionPool

from bench.peers import use_folder
from pars.actions import disclosing
from pars.actions.disclosing.questions import by_of, permitted_now
from pars.core.access.decision import Caller, read_question
from pars.core.ledger.entries import By
from pars.core.terms import SECOND, Refusal
from pars.store import connections, evenly, fetching, ledger
from pars.store.admission import Admission, admit
from pars.store.chunks import Answer, as_bytes, cut_to_size, prepare
from pars.store.connections import Retry
from pars.store.disclosure import Giving, in_turn
from pars.store.ready import LASTS_US

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Act: TypeAlias = "Callable[[], object]"

SIZE = 166
"""Bytes of the refusal that is entered."""
RECORDS = 25
DISCLOSED_SIZE = 750
"""Bytes of the entry of a disclosure of so many."""
SEALED_SIZE = 1418
"""Bytes of its dissemination record."""
TABLES = """
    create schema bench;
    create table bench.plain (id bigserial primary key, body bytea not null);
    create table bench.commitments (entry bigint primary key, list bytea[] not null);
    create table bench.named (entry bigint, tbl text, "row" text, version bigint not null, primary key (entry, tbl, "row"));
    create index named_by_row on bench.named (tbl, "row", version);
    create table bench.key (entry bigint primary key, wrapped bytea not null);
    create table bench.dissemination (entry bigint primary key, ciphertext bytea not null);
    create table bench.chained (id bigserial primary key, body bytea not null, link bytea not null);
    create table bench.head (link bytea not null);
    insert into bench.head values ('\\x00');
"""
NUMBERS = "select nextval('ledger.entry_id') from generate_series(1, 500)"
REFUSAL = Refusal(code="UNKNOWN_PURPOSE", says="Measured.")
COLUMNS = ("surname", "given", "birth_date", "arrest_date", "filed_charges", "lead_grade", "next_hearing")
QUERY = f"""
    select {", ".join(COLUMNS)} from disclosable."case"
     where adult and charge_status = 'FILED' order by record limit {RECORDS + 1}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a process is told of the home that it measures in: the owner's address, who appends, who asks what."""

    url: str
    person: str
    authority: str
    agency: str
    asker: str
    client: str
    asked: Mapping[str, Any]

    @property
    def caller(self) -> Caller:
        """Whoever asks."""
        return Caller(agency=self.agency, person=self.asker, client=self.client)


def acts(given: Given) -> dict[str, Act]:
    """Return every act, by its name."""
    pool = ConnectionPool(given.url, kwargs={"autocommit": True}, min_size=1, max_size=connections.POOL_SIZE, open=True)
    by = By(given.person, given.authority)
    return {
        "append": lambda: ledger.refuse(REFUSAL, by=by),
        "disclosure": _disclosing(given),
        "plain": lambda: _plain(pool),
        "same rows": lambda: _same_rows(pool),
        "chain": lambda: _chained(pool),
        "question": lambda: _ask(given),
        "unrecorded": lambda: _unrecorded(given),
        "query": _query,
        "bare record": lambda: _bare_record(pool),
    }


def _plain(pool: ConnectionPool) -> None:
    with pool.connection() as held:
        held.execute("insert into bench.plain (body) values (%s)", [secrets.token_bytes(SIZE)])


def _same_rows(pool: ConnectionPool) -> None:
    """Insert as many rows, as long and with the same indexes, as a disclosure leaves, in one transaction and one journey."""
    leaves = [secrets.token_bytes(32) for _ in range(RECORDS)]
    with pool.connection() as held, held.pipeline(), held.transaction():
        held.execute("insert into bench.plain (body) values (%s)", [secrets.token_bytes(DISCLOSED_SIZE)])
        held.execute("insert into bench.commitments values (currval('bench.plain_id_seq'), %b::bytea[])", [leaves])
        held.execute(
            "insert into bench.named select currval('bench.plain_id_seq'), 'case_now', unnest(%b::text[]), 1",
            [[str(UUID(bytes=one[:16])) for one in leaves]],
        )
        held.execute("insert into bench.key values (currval('bench.plain_id_seq'), %s)", [secrets.token_bytes(60)])
        held.execute(
            "insert into bench.dissemination values (currval('bench.plain_id_seq'), %s)", [secrets.token_bytes(SEALED_SIZE)]
        )


def _chained(pool: ConnectionPool) -> None:
    body = secrets.token_bytes(SIZE)
    with pool.connection() as held, held.transaction():
        (head,) = held.execute("select link from bench.head for update").fetchone() or (b"",)
        link = sha256(head + body).digest()
        held.execute("insert into bench.chained (body, link) values (%s, %s)", [body, link])
        held.execute("update bench.head set link = %s", [link])


# ---------------------------------------------------------------- disclosures


def _ask(given: Given) -> None:
    told = disclosing.ask(caller=given.caller, asked=given.asked)
    assert isinstance(told, disclosing.Told), told
    assert len(told.rows) == RECORDS, f"{len(told.rows)} rows came instead of {RECORDS}"


def _permitted(given: Given) -> tuple[Any, Any]:
    question = read_question(given.asked)
    assert not isinstance(question, Refusal), question
    with in_turn():
        permitted = permitted_now(given.caller, question)
    assert not isinstance(permitted, Refusal), permitted
    return question, permitted[0]


def _unrecorded(given: Given) -> None:
    """Do all that a question does, but for the ledger: decide, look, wait out the class of time, write the rows."""
    _, permit = _permitted(given)
    with in_turn():
        began = time.monotonic()
        fetched = fetching.fetch(permit, where=fetching.with_cases(permit), after=None)
    evenly.wait(began)
    cut = cut_to_size(fetched)
    assert not isinstance(cut, Refusal)
    as_bytes([row.shown for row in cut[0]])


def _query() -> None:
    with connections.connection("guest") as held:
        held.execute(QUERY).fetchall()


def _bare_record(pool: ConnectionPool) -> None:
    _query()
    _same_rows(pool)


def _disclosing(given: Given) -> Act:
    """Return what enters a disclosure of 25 records that were decided on, fetched, their keys read and its number drawn before.

    They are fetched anew when what was decided is half as old as it may be; each disclosure of them is as of records that were fetched just now.
    """
    lock = threading.Lock()
    held: list[Answer] = []
    numbers: list[int] = []

    def fresh() -> tuple[Answer, int]:
        with lock:
            if not held or time.monotonic() - held[0].looked > LASTS_US / SECOND / 2:
                question, permit = _permitted(given)
                fetched = fetching.fetch(permit, where=fetching.with_cases(permit), after=None)
                cut = cut_to_size(fetched)
                assert not isinstance(cut, Refusal)
                ready = Answer(permit, question, by_of(given.caller, permit), *cut, stamps=fetched.stamps)
                prepare(ready)
                held[:] = [ready]
            if not numbers:
                with connections.connection("app") as there:
                    numbers[:] = [n for (n,) in there.execute(NUMBERS).fetchall()]
            return held[0], numbers.pop()

    def disclose() -> None:
        while True:
            ready, number = fresh()
            answer = replace(ready, number=number, looked=time.monotonic())
            giving = Giving(answer)
            try:
                refused = admit(Admission(answer, giving.asks, giving.enters, giving.ready()))
            except Retry:
                continue  # as `ask` does
            assert refused is None, refused
            assert len(answer.commitments) == RECORDS
            return

    return disclose


# ---------------------------------------------------------------- peers


def pymerkle(folder: Path) -> Act | None:
    """Return an append to pymerkle's own durable tree (SQLite, one writer), or None where it isn't installed."""
    use_folder()
    if find_spec("pymerkle") is None:
        return None
    tree = import_module("pymerkle").SqliteTree(str(folder / "pymerkle.db"))
    return lambda: tree.append(secrets.token_bytes(SIZE))
