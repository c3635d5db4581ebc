"""Tombstones: what a court ordered away stays away, whatever brings it again: a feed, a booking from old paper, a restored copy.

For each number under which a record could come back there is an HMAC, under a key that is never in the database. They lie in the database
and, since a restored database may be older than they are, in a file of this home for each order, which is written before the act
commits. A database that was restored counts its entries anew, so that an order's number may come round again: a tombstone's name tells them apart. While the database knows less than these files, nothing is answered to an outsider.
"""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.store import connections, vault
from pars.store.connections import current

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg import Connection

    from pars.store.connections import Open, Row

LOOKS_AGAIN_S = 10.0
NAME_DIGITS = 32
_seen: dict[Path, tuple[int, float]] = {}


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What one order put away, by its digests."""

    order: int
    digests: frozenset[bytes]

    @property
    def name(self) -> str:
        """What it is called in files and rows: no other order's, not even one of the same number."""
        return f"{self.order}-{sha256(b''.join(sorted(self.digests))).hexdigest()[:NAME_DIGITS]}"


def digests(numbers: Iterable[str]) -> frozenset[bytes]:
    """Return the digests of numbers: without the key in the vault, nobody can try a number."""
    key = vault.secret("tombstones")
    return frozenset(hmac.digest(key, number.encode(), "sha256") for number in numbers)


def buried(numbers: Iterable[str]) -> bool:
    """Return whether one of these numbers is of a record that was put away."""
    wanted = list(digests(numbers))
    if not wanted:
        return False
    row = current().connection.execute("select sealed.buried(%s)", [wanted]).fetchone()
    return row is not None and bool(row[0])


# ---------------------------------------------------------------- files, which outlive the database


def folder() -> Path:
    """Return where the files lie."""
    return connections.home() / "tombstones"


def write(stone: Tombstone) -> None:
    """Write an order's file, before its act commits. Until `settle` it counts only where the act did commit."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / f".order-{stone.name}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, json.dumps({"order": stone.order, "digests": sorted(map(bytes.hex, stone.digests))}).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(given: Connection[Row]) -> None:
    """Let the file of each order count whose act committed: by what the database says of it."""
    done = _stones(given)
    for path in folder().glob(".order-*"):
        name = path.name.removeprefix(".order-")
        if name in done:
            path.replace(folder() / f"order-{name}")
    handle = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lift(name: str) -> None:
    """Put a tombstone's file aside, before the act commits that brings its record back."""
    (folder() / f"order-{name}").replace(folder() / f".lifted-{name}")


def remove(given: Connection[Row]) -> None:
    """Remove the files that were put aside of records that were brought back."""
    done = _stones(given)
    for path in folder().glob(".lifted-*"):
        if path.name.removeprefix(".lifted-") not in done:
            path.unlink(missing_ok=True)


def in_files() -> dict[str, Tombstone]:
    """Return the tombstones of this home's files, by name."""
    found = {}
    for path in folder().glob("order-*"):
        said = json.loads(path.read_text())
        stone = Tombstone(said["order"], frozenset(map(bytes.fromhex, said["digests"])))
        found[stone.name] = stone
    return found


def settle_what_committed(given: Connection[Row]) -> None:
    """Settle what an act left behind that nobody was left to end."""
    if not folder().exists():
        return
    settle(given)
    remove(given)
    for path in folder().glob(".lifted-*"):
        path.replace(folder() / path.name.replace(".lifted-", "order-", 1))


# ---------------------------------------------------------------- the database


def put(here: Open, stone: Tombstone) -> None:
    """Write an order's digests into the database."""
    here.connection.execute(
        "insert into sealed.tombstone (digest, stone) select unnest(%s::bytea[]), %s on conflict do nothing",
        [list(stone.digests), stone.name],
    )


def missing(given: Connection[Row]) -> tuple[Tombstone, ...]:
    """Return what the files know and the database doesn't: it is a copy from before."""
    files = in_files()
    done = _stones(given) if files else frozenset()
    return tuple(files[name] for name in sorted(files.keys() - done))


def clean(given: Connection[Row]) -> bool:
    """Return whether the database knows all that the files do: looked at when a file is new, and every ten seconds."""
    if looked_at():
        return True
    now, changed = time.monotonic(), folder().stat().st_mtime_ns
    if missing(given):
        return False
    _seen[folder()] = (changed, now)
    return True


def looked_at() -> bool:
    """Return whether there are no files, or the database knew them all a moment ago."""
    try:
        changed = folder().stat().st_mtime_ns
    except FileNotFoundError:
        return True
    last = _seen.get(folder())
    return last is not None and last[0] == changed and time.monotonic() - last[1] < LOOKS_AGAIN_S


def forget() -> None:
    """Look anew the next time."""
    _seen.clear()


def _stones(given: Connection[Row]) -> frozenset[str]:
    return frozenset(row[0] for row in given.execute("select unnest(sealed.stones())"))
