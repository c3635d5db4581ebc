"""What the witness remembers, in one SQLite file: whom it is, which logs it knows, what it cosigned last, what it mirrored.

Every change is one transaction that is on the disk before it counts (`synchronous=full`): what was answered is never forgotten,
wherever the process is killed. The checkpoint that was cosigned last and the next one's are compared and exchanged in one
transaction, so of two that begin at the same size one wins.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import Checkpoint, Note, read_checkpoint, read_note
from pars.core.ledger.merkle import HASH_BYTES, Frontier
from witness.judging import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PATIENCE = 10.0
"""Seconds to wait for another connection's transaction."""
MOST_SUSPECTS = 100
"""Of each log so many are kept: the first tell what went wrong, and a log gone wild must not fill the disk."""
MOST_REFUSED = 20
"""Of so many names the newest refusal is kept: anybody who reaches the witness can make up names."""

_TABLES = """
create table if not exists own (one integer primary key check (one = 1), name text not null, key blob not null);
create table if not exists log (origin text primary key, address text not null default '');
create table if not exists log_key (origin text not null references log, key blob not null, primary key (origin, key));
create table if not exists cosigned (
    origin text primary key references log, size integer not null, root blob not null, at integer not null, note blob not null);
create table if not exists suspect (
    n integer primary key, origin text not null, at integer not null, says text not null, body blob not null unique);
create table if not exists refused (
    origin text primary key, at integer not null, says text not null, size integer not null, signed text not null, known integer not null);
create table if not exists mirrored (origin text primary key references log, size integer not null, nodes blob not null);
create table if not exists entry (origin text not null, place integer not null, body blob not null, primary key (origin, place));
create table if not exists stopped (origin text primary key references log, at integer not null, says text not null);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """The checkpoint of a log that was cosigned last: what it says, when, and the note with the log's line and the witness's."""

    point: Checkpoint
    at: int
    note: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A checkpoint that was refused since nobody told the witness its name, or a key that signed it. `signed` are name and key id of its lines.

    `known` says that a key which the witness knows signed it, and not just anybody.
    """

    origin: str
    at: int
    says: str
    size: int
    signed: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Something that a known log signed and that can't stand beside what it signed before."""

    at: int
    says: str
    body: bytes


class Memory:
    """One connection to the file. Each thread opens its own."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        if not new and not path.is_file():
            raise ValueError(f"there is no witness in {path.parent}: `pars witness init` makes one")
        self._sql = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        self._sql.execute("pragma journal_mode=wal")
        self._sql.execute("pragma synchronous=full")
        self._sql.execute("pragma foreign_keys=on")
        if new:
            self._sql.executescript(_TABLES)

    def close(self) -> None:
        """Close the connection."""
        self._sql.close()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._sql.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._sql.execute("rollback")
            raise
        self._sql.execute("commit")

    # ------------------------------------------------------------ who it is, whom it knows

    def name_own(self, name: str, key: bytes) -> None:
        """Remember the witness's own name and public key, for good."""
        self._sql.execute("insert into own (one, name, key) values (1, ?, ?)", [name, key])

    def is_named(self) -> bool:
        """Return whether the witness has its name and key."""
        return self._sql.execute("select 1 from own").fetchone() is not None

    def own(self) -> tuple[str, bytes]:
        """Return the witness's own name and public key."""
        found: tuple[str, bytes] | None = self._sql.execute("select name, key from own").fetchone()
        if found is None:
            raise ValueError("making this witness was broken off: `pars witness init` ends it")
        return found

    def know(self, origin: str, key: bytes, address: str | None) -> None:
        """Know a log by a further key; where an address is given, fetch its entries there from now on."""
        with self._changing():
            self._sql.execute("insert into log (origin) values (?) on conflict do nothing", [origin])
            self._sql.execute("insert into log_key (origin, key) values (?, ?) on conflict do nothing", [origin, key])
            if address is not None:
                self._sql.execute("update log set address = ? where origin = ?", [address, origin])

    def forget(self, origin: str, key: bytes) -> bool:
        """Trust a log's key no longer; return whether it was trusted. What was cosigned stays."""
        with self._changing():
            return bool(self._sql.execute("delete from log_key where (origin, key) = (?, ?)", [origin, key]).rowcount)

    def origins(self) -> list[str]:
        """Return the names of the known logs."""
        return [origin for (origin,) in self._sql.execute("select origin from log order by 1")]

    def keys(self) -> dict[str, list[bytes]]:
        """Return the trusted keys of each known log."""
        found: dict[str, list[bytes]] = {origin: [] for origin in self.origins()}
        for origin, key in self._sql.execute("select origin, key from log_key order by 1, 2"):
            found[origin].append(key)
        return found

    def addresses(self) -> dict[str, str]:
        """Return where each log is whose entries are to be fetched."""
        return dict(self._sql.execute("select origin, address from log where address <> '' order by 1").fetchall())

    # ------------------------------------------------------------ checkpoints

    def cosigned(self, origin: str) -> Cosigned | None:
        """Return what was cosigned of a log last."""
        found = self._sql.execute("select at, note from cosigned where origin = ?", [origin]).fetchone()
        if found is None:
            return None
        return Cosigned(point=read_checkpoint(read_note(found[1]).body), at=found[0], note=found[1])

    def exchange(self, origin: str, cosign: Callable[[Cosigned | None], tuple[int, Note] | Refused]) -> Refused | None:
        """Hand the log's last checkpoint to `cosign` and put the one that it returns in its place, durably; nobody comes between."""
        with self._changing():
            made = cosign(self.cosigned(origin))
            if isinstance(made, Refused):
                return made
            at, note = made
            point = read_checkpoint(note.body)
            self._sql.execute(
                "insert into cosigned (origin, size, root, at, note) values (?, ?, ?, ?, ?) on conflict (origin) do update "
                "set (size, root, at, note) = (excluded.size, excluded.root, excluded.at, excluded.note)",
                [origin, point.size, point.root, at, note.text()],
            )
        return None

    def suspect(self, origin: str, at: int, says: str, body: bytes) -> None:
        """Keep what a log signed and what can't be; the same only once, and the first of many."""
        self._sql.execute(
            "insert into suspect (origin, at, says, body) select ?, ?, ?, ? "
            "where (select count(*) from suspect where origin = ?) < ? on conflict do nothing",
            [origin, at, says, body, origin, MOST_SUSPECTS],
        )

    def refuse(self, one: Unknown) -> None:
        """Keep the newest refusal of a checkpoint under an unknown name or key, before it what a known key signed; of many names the newest."""
        with self._changing():
            self._sql.execute(
                "insert into refused (origin, at, says, size, signed, known) values (?, ?, ?, ?, ?, ?) on conflict (origin) do update "
                "set (at, says, size, signed, known) = (excluded.at, excluded.says, excluded.size, excluded.signed, excluded.known) "
                "where excluded.known >= refused.known",
                [one.origin, one.at, one.says, one.size, one.signed, one.known],
            )
            self._sql.execute(
                "delete from refused where origin not in (select origin from refused order by known desc, at desc limit ?)",
                [MOST_REFUSED],
            )

    def heed(self, origin: str) -> None:
        """Forget that a log was refused: it is cosigned again."""
        self._sql.execute("delete from refused where origin = ?", [origin])

    def refused(self) -> list[Unknown]:
        """Return what was refused as unknown and not cosigned since, oldest first."""
        found = self._sql.execute("select origin, at, says, size, signed, known from refused order by at, origin")
        return [
            Unknown(origin=origin, at=at, says=says, size=size, signed=signed, known=bool(known))
            for origin, at, says, size, signed, known in found
        ]

    def suspects(self, origin: str) -> list[Suspect]:
        """Return what of a log is suspect, oldest first."""
        found = self._sql.execute("select at, says, body from suspect where origin = ? order by n", [origin])
        return [Suspect(at=at, says=says, body=body) for at, says, body in found]

    # ------------------------------------------------------------ the mirror

    def mirrored(self, origin: str) -> Frontier:
        """Return the tree over the entries that are mirrored."""
        found = self._sql.execute("select size, nodes from mirrored where origin = ?", [origin]).fetchone()
        if found is None:
            return Frontier()
        size, nodes = found
        return Frontier(size, [nodes[at : at + HASH_BYTES] for at in range(0, len(nodes), HASH_BYTES)])

    def mirror(self, origin: str, entries: Sequence[bytes], grown: Frontier) -> None:
        """Keep further entries; `grown` is the tree with them. Raises ValueError where another process mirrored meanwhile."""
        start = grown.size - len(entries)
        with self._changing():
            if self.mirrored(origin).size != start:
                raise ValueError("another process mirrors this log")
            self._sql.executemany(
                "insert into entry (origin, place, body) values (?, ?, ?)",
                ((origin, start + at, body) for at, body in enumerate(entries)),
            )
            self._sql.execute(
                "insert into mirrored (origin, size, nodes) values (?, ?, ?) on conflict (origin) do update "
                "set (size, nodes) = (excluded.size, excluded.nodes)",
                [origin, grown.size, b"".join(grown.nodes)],
            )

    def entries(self, origin: str) -> Iterator[bytes]:
        """Yield the mirrored entries in their order."""
        for (body,) in self._sql.execute("select body from entry where origin = ? order by place", [origin]):
            yield body

    def stopped(self, origin: str) -> tuple[int, str] | None:
        """Return since when and why the log's entries could not be had; None while they can."""
        found: tuple[int, str] | None = self._sql.execute("select at, says from stopped where origin = ?", [origin]).fetchone()
        return found

    def note_stopped(self, origin: str, at: int, says: str | None) -> None:
        """Remember why the log's entries can't be had, or with None that they can."""
        if says is None:
            self._sql.execute("delete from stopped where origin = ?", [origin])
        else:
            self._sql.execute(
                "insert into stopped (origin, at, says) values (?, ?, ?) on conflict (origin) do update set says = excluded.says",
                [origin, at, says],
            )
