"""Epochs of keys: each week what is still wanted is wrapped under a new key, and the old one is destroyed.

So a copy of the database that is older than that opens nothing: of a person whose record was expunged meanwhile, the keys in it are as
good as gone. A new epoch begins at once for whatever is written from then on; what was under way under the old one has ended by the
time at which that one's key is destroyed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.store import keys, vault
from pars.store.connections import acting_now, connection
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from psycopg import Connection

    from pars.store.connections import Row

LASTS_S = 6 * 24 * 3600
"""How long an epoch's key wraps what is new: with the hour below and a day's grace within the seven days that are promised."""
OVERLAP_S = 3600
"""How long the one before is kept beside it: longer than anything takes that began under it."""
BATCH = 1000
TABLES = (("keys.case_key", "case_id"), ("keys.question_key", "entry"))


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done about epochs now: begin one, and the number of one that is over."""

    begin: bool
    end: int | None


def due() -> Due:
    """Return what is to be done, by the age of the newest epoch's file on the database's own clock: the ledger's may be shifted."""
    newest = vault.newest_epoch()
    if newest is None:
        return Due(begin=False, end=None)
    with connection("sealed") as given:
        row = given.execute("select extract(epoch from clock_timestamp())::float8").fetchone()
    assert row is not None, "it always tells"
    age = row[0] - vault.epoch_file(newest).stat().st_mtime
    older = [number for number in vault.epochs() if number < newest]
    return Due(begin=age >= LASTS_S, end=older[0] if older and age >= OVERLAP_S else None)


def begin() -> int:
    """Begin a new epoch: from now on keys are wrapped under its key. Return its number."""
    return vault.new_epoch((vault.newest_epoch() or 0) + 1)


def rewrap(epoch: int) -> int:
    """Wrap everything that an epoch's key still opens under the newest one's; return how many keys. What doesn't open is lost with it."""
    newest = vault.newest_epoch()
    assert newest is not None and newest > epoch, "an epoch is over when another has begun"  # noqa: PT018  one thought
    old, new = vault.read_secret(vault.epoch_file(epoch)), vault.read_secret(vault.epoch_file(newest))
    done = 0
    with connection("sealed") as given:
        for table, about in TABLES:
            for batch in _batches(given, table, about, epoch):
                ready = [(one, sealed) for one, wrapped in batch if (sealed := _again(old, new, one, wrapped)) is not None]
                _write(given, table, about, epoch, newest, ready)
                done += len(ready)
    return done


def _batches(given: Connection[Row], table: str, about: str, epoch: int) -> Iterator[list[Row]]:
    last = None
    while True:
        found = given.execute(
            f"select {about}, wrapped from {table} where epoch = %(e)s and (%(last)s::text is null or {about}::text > %(last)s) "  # noqa: S608
            f'order by {about}::text collate "C" limit %(n)s',
            {"e": epoch, "last": last, "n": BATCH},
        ).fetchall()
        if not found:
            return
        last = str(found[-1][0])
        yield found


def _write(given: Connection[Row], table: str, about: str, epoch: int, newest: int, ready: list[tuple[object, bytes]]) -> None:
    given.execute(
        f"update {table} t set epoch = %(new)s, wrapped = n.wrapped "  # noqa: S608
        f"from unnest(%(about)s::{'uuid' if about == 'case_id' else 'bigint'}[], %(wrapped)s::bytea[]) as n (about, wrapped) "
        f"where t.{about} = n.about and t.epoch = %(old)s "
        f"and not exists (select 1 from {table} later where later.{about} = n.about and later.epoch = %(new)s)",
        {"new": newest, "old": epoch, "about": [one for one, _ in ready], "wrapped": [sealed for _, sealed in ready]},
    )


def _again(old: bytes, new: bytes, about: object, wrapped: bytes) -> bytes | None:
    bound = keys.bound_to(about)
    try:
        return vault.seal(new, vault.unseal(old, wrapped, bound), bound)
    except KeyLost:
        return None


def unopened(epoch: int) -> int:
    """Return how many keys are still wrapped under an epoch, whether or not they open."""
    row = (
        acting_now()
        .connection.execute(
            "select (select count(*) from keys.case_key where epoch = %(e)s) + (select count(*) from keys.question_key where epoch = %(e)s)",
            {"e": epoch},
        )
        .fetchone()
    )
    assert row is not None, "an aggregate gives one row"
    return int(row[0])


def destroy(epoch: int) -> None:
    """Destroy an epoch's key: written over, then removed, durably."""
    path = vault.epoch_file(epoch)
    _overwrite(path)
    path.unlink()
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _overwrite(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, b"0" * path.stat().st_size)
        os.fsync(handle)
    finally:
        os.close(handle)
