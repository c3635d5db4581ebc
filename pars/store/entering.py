"""How entries are written: the locks and numbers with which their transaction begins, the insert, and the receipts that it leaves.

For ledger.py, refusals.py and admission.py: who writes an entry does it through these. What is read under the locks, or holds its entry's
number, begins with `begin_act` or `begin_entries` and is inserted by `write_entries`; what stands alone goes by `enter`, in one journey, and what was made ready before by `ready.enter_ready`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, LiteralString

from psycopg.errors import DatabaseError, DeadlockDetected, LockNotAvailable

from pars.core.ledger.entries import SALT_BYTES, By, Draft, Kind, Unnumbered, encode, unnumbered
from pars.core.ledger.merkle import leaf_hash
from pars.core.terms import Instant, Refusal
from pars.store import arrays
from pars.store.connections import Named, Open, Retry

if TYPE_CHECKING:
    from psycopg import Connection

    from pars.store.connections import Row

# ---------------------------------------------------------------- receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act's receipt. `leaf` is the hash (hex) that the entry's place in the tree will be proven for."""

    entry: int
    leaf: str
    at: Instant
    case_id: str | None = None
    version: int | None = None
    held: float | None = field(default=None, compare=False, repr=False)
    """A reading of `time.monotonic()` from when the act held its locks; None where it is a repeat of an earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A refusal with its receipt: it is in the ledger like any act."""

    refusal: Refusal
    entry: int
    leaf: str
    at: Instant


# ---------------------------------------------------------------- the beginning


HELD = Refusal(
    code="AUTHORITY_HELD",
    says="Another act or answer holds this and doesn't let go, as where a server was stopped in the middle. So nothing was done.",
    remedy="Do it again in a minute. If it stays so, the operator ends the server that hangs, or its sessions in the database.",
)


class Held(LockNotAvailable):
    """An act waited for a lock as long as a login may. `own`: it may be the lock under which a refusal of it would be entered."""

    def __init__(self, by: By, *, own: bool) -> None:
        super().__init__(HELD.says)
        self.by, self.own = by, own


TOO_LATE = "PV002"
"""What `ledger.check_entries` raises where an entry comes more than two seconds after the time that it bears."""


def authority_key(authority: str) -> int:
    """Return the number of an authority's lock: the first 64 bits of its name's sha256."""
    return int.from_bytes(sha256(authority.encode()).digest()[:8], signed=True)


@lru_cache(maxsize=1024)
def lock_keys(authorities: tuple[str, ...]) -> str:
    """Return the numbers of authorities' locks, as PostgreSQL writes an array."""
    return arrays.numbers(authority_key(name) for name in authorities)


def begin_act(given: Connection[Row], *, shared: Iterable[str], exclusive: Iterable[str]) -> tuple[int, Instant, int]:
    """Begin a transaction, take the locks and return the entry's number, the ledger's time and the unshifted one."""
    entry, at, real = _began(
        given,
        'select entry, at, "real" from ledger.begin_act(%s::bigint[], %s::bigint[])',
        [[authority_key(name) for name in shared], [authority_key(name) for name in exclusive]],
    )
    return entry, Instant(at), real


@dataclass(frozen=True, slots=True)
class Begun:
    """What a transaction of several entries begins with: their numbers, both clocks, and what was read under the locks."""

    entries: Sequence[int]
    at: int
    real: int
    lag: int
    stamps: Sequence[int] | None
    newest: int | None
    clients: Sequence[str] | None
    voted: int | None
    unsigned: int | None


def begin_entries(
    given: Connection[Row], *, shared: Iterable[str], members: int, authorities: Sequence[str] = (), patience: int | None = None
) -> Begun:
    """Begin a transaction, take the locks, shared, and return as many numbers as there are members."""
    return Begun(
        *_began(
            given,
            'select entries, at, "real", lag, stamps, newest, clients, voted, unsigned from ledger.begin_entries(%s::bigint[], %s::text[], %s, %s)',
            [[authority_key(name) for name in shared], list(authorities), patience, members],
        )
    )


def _began(given: Connection[Row], query: LiteralString, values: list[Any]) -> Row:
    """Begin, and ask what has to come first, in one journey."""
    with given.pipeline():
        given.execute("begin isolation level read committed")
        asked = given.execute(query, values)
    found = asked.fetchone()
    assert found is not None, "the function returns one row"
    return found


@contextmanager
def waiting(by: By, wholly: frozenset[str] = frozenset()) -> Iterator[None]:
    """Raise Held where a lock can't be had as long as a login may wait, Retry where two waited for each other or it took too long."""
    try:
        yield
    except LockNotAvailable:
        raise Held(by, own=not wholly or by.authority in wholly) from None
    except DeadlockDetected:
        raise Retry("two acts waited for each other") from None
    except DatabaseError as error:
        if error.sqlstate != TOO_LATE:
            raise
        raise Retry("it stood still between its time and its entry") from None


# ---------------------------------------------------------------- the entries


@dataclass(frozen=True, slots=True)
class Written:
    """What one entry of a transaction says, and the rows that it names."""

    here: Open
    draft: Draft
    at: Instant
    about: Sequence[Named] = ()


def write_entries(written: Sequence[Written]) -> list[str]:
    """Insert the entries' bytes and the rows that they name, all of one transaction; return their leaf hashes (hex)."""
    bodies, named = [], []
    for one in written:
        here = one.here
        assert here.entry is not None
        assert here.by is not None
        salt = secrets.token_bytes(SALT_BYTES)
        bodies.append(encode(one.draft.entry(id=here.entry, at=one.at, salt=salt, by=here.by)))
        named += [(here.entry, *row) for row in one.about]
    given = written[0].here.connection
    given.execute(
        "insert into ledger.entry (id, kind, at, authority, person, body) "
        "select * from unnest(%b::bigint[], %b::smallint[], %b::bigint[], %b::text[], %b::text[], %b::bytea[])",
        [
            [one.here.entry for one in written],
            [int(one.draft.kind) for one in written],
            [one.at for one in written],
            [one.here.by.authority for one in written if one.here.by is not None],
            [one.here.by.person for one in written if one.here.by is not None],
            bodies,
        ],
    )
    if named:
        given.execute(
            'insert into ledger.entry_row (entry, tbl, "row", version) '
            "select * from unnest(%b::bigint[], %b::text[], %b::text[], %b::bigint[])",
            [list(column) for column in zip(*named, strict=True)],
        )
    return [leaf_hash(body).hex() for body in bodies]


# ---------------------------------------------------------------- entries that stand alone


@dataclass(frozen=True, slots=True)
class Alone:
    """An entry for which nothing is read under the locks and whose number nothing names: its bytes but for its number and time."""

    kind: Kind
    by: By
    body: Unnumbered


def alone(draft: Draft, by: By) -> Alone:
    """Return what a draft becomes that stands alone."""
    return Alone(draft.kind, by, unnumbered(draft, salt=secrets.token_bytes(SALT_BYTES), by=by))


def enter(given: Connection[Row], crew: Sequence[Alone], *, shared: Iterable[str]) -> list[tuple[int, Instant, str]]:
    """Take the locks, shared, write the entries of one kind under one authority and commit, in one journey; return number, time and leaf of each.

    In a transaction of its own: `given` has none open.
    """
    found = given.execute(
        "select entry, at, leaf from ledger.enter(%s::bigint[], %s::smallint, %s, %s::text[], %s::bytea[], %s::bytea[])",
        [
            lock_keys(tuple(shared)),
            int(crew[0].kind),
            crew[0].by.authority,
            arrays.words(one.by.person for one in crew),
            arrays.pieces([one.body.between for one in crew]),
            arrays.pieces([one.body.behind for one in crew]),
        ],
    ).fetchall()
    receipts = []
    for one, (entry, at, kept) in zip(crew, sorted(found), strict=True):
        leaf = leaf_hash(one.body.whole(id=entry, at=at))
        if leaf != kept:
            raise RuntimeError(f"the database keeps other bytes as entry {entry} than those that it was sent")
        receipts.append((entry, Instant(at), leaf.hex()))
    return receipts
