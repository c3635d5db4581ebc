"""The keys of cases and questions, and the commitments made with them.

Every case and every question has a random 256-bit key, kept in the schema `keys` wrapped by an epoch key that lies in a file.
The ledger holds only HMACs under these keys: with its key destroyed, nothing in the ledger leads to the case any more, while
every proof still holds.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from pars.core import canonical
from pars.store import vault
from pars.store.connections import Open
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

    from pars.store.connections import Row

# ---------------------------------------------------------------- commitments


def commit_case(key: bytes, *, entry: int, case_id: str, version: int) -> bytes:
    """Return the commitment of an entry to a case at a version."""
    said = entry.to_bytes(8) + _case_bytes(case_id) + version.to_bytes(8)
    return hmac.digest(key, b"pars case\x00" + said, "sha256")


@lru_cache(maxsize=4096)
def _case_bytes(case_id: str) -> bytes:
    return UUID(case_id).bytes


def commit_words(key: bytes, name: str, *, entry: int, words: bytes) -> str:
    """Return the commitment of an entry to words that may not stand in it: a question's conditions, an evidence number."""
    said = name.encode() + b"\x00" + entry.to_bytes(8) + words
    return hmac.digest(key, b"pars words\x00" + said, "sha256").hex()


# ---------------------------------------------------------------- keys of cases


def new_case_key(act: Open, case_id: str) -> bytes:
    """Make and keep a case's key under the newest epoch that opens nothing of this case yet; return the key.

    Where a case's key is lost, that is a new epoch: custody work goes on (law L13).
    """
    key = secrets.token_bytes(vault.KEY_BYTES)
    keep_case_key(act, case_id, key)
    return key


def keep_case_key(act: Open, case_id: str, key: bytes) -> None:
    """Keep a case's key: a new one, or that of a sealed record which is brought back."""
    row = act.connection.execute("select max(epoch) from keys.case_key where case_id = %s", [case_id]).fetchone()
    epoch, wrapping = _epoch(act, above=row[0] if row is not None and row[0] is not None else 0)
    act.connection.execute(
        "insert into keys.case_key (case_id, epoch, wrapped) values (%s, %s, %s)",
        [case_id, epoch, vault.seal(wrapping, key, UUID(case_id).bytes)],
    )


def case_keys(given: Connection[Row], case_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the keys of cases: for each the newest that still opens. A case whose keys are all lost is left out."""
    return unwrapped(wrapped_case_keys(given, case_ids))


def wrapped_case_keys(given: Connection[Row], case_ids: Iterable[str]) -> Cursor[Row]:
    """Ask for the keys of cases as they are kept, by epoch."""
    return given.execute(
        "select case_id, epoch, wrapped from keys.case_key where case_id = any(%s::uuid[]) order by epoch", [list(case_ids)]
    )


def unwrapped(asked: Cursor[Row]) -> dict[str, bytes]:
    """Return for each case the newest of its keys that still opens; a case whose keys are all lost is left out."""
    return {case_id: key for case_id, key in _unwrapped(asked) if key is not None}


def lost_keys(given: Connection[Row], case_ids: Iterable[str]) -> frozenset[str]:
    """Return the cases that have a key which opens no more: what was committed under it can't be made again."""
    return frozenset(case_id for case_id, key in _unwrapped(wrapped_case_keys(given, case_ids)) if key is None)


def _unwrapped(asked: Cursor[Row]) -> Iterator[tuple[str, bytes | None]]:
    """Yield every key of every case, by epoch; None for one that is lost."""
    epochs: dict[int, bytes | None] = {}
    for case_id, epoch, wrapped in asked.fetchall():
        if epoch not in epochs:
            epochs[epoch] = _epoch_key(epoch)
        wrapping = epochs[epoch]
        try:
            yield str(case_id), None if wrapping is None else vault.unseal(wrapping, wrapped, case_id.bytes)
        except KeyLost:
            yield str(case_id), None


def case_key_for_change(act: Open, case_id: str) -> bytes:
    """Return the key of a case that is being changed; where it is lost, a new one in a new epoch: custody work goes on."""
    return case_keys(act.connection, [case_id]).get(case_id) or new_case_key(act, case_id)


# ---------------------------------------------------------------- keys of questions


def new_question_key() -> bytes:
    """Return a random key for one question."""
    return secrets.token_bytes(vault.KEY_BYTES)


def newest_wrapping(act: Open) -> tuple[int, bytes]:
    """Return the newest epoch and its key, under which questions' keys are wrapped; a new one where its file is lost."""
    return _epoch(act)


def known_wrapping() -> tuple[int, bytes] | None:
    """Return the newest epoch and its key; None where there is none, or its file is lost: then `newest_wrapping` makes one."""
    newest = vault.newest_epoch()
    wrapping = _epoch_key(newest) if newest is not None else None
    return None if newest is None or wrapping is None else (newest, wrapping)


def wrap_question_key(wrapping: tuple[int, bytes], key: bytes, entry: int) -> tuple[int, bytes]:
    """Return the epoch and the wrapped form under which a question's key is kept."""
    epoch, wraps = wrapping
    return epoch, vault.seal(wraps, key, _about(entry))


def question_key(act: Open, entry: int) -> bytes:
    """Return the key of the question that an entry answers. Raises KeyLost where it was destroyed or doesn't open."""
    row = act.connection.execute("select epoch, wrapped from keys.question_key where entry = %s", [entry]).fetchone()
    if row is None:
        raise KeyLost(f"entry {entry} has no question key any more")
    return vault.unseal(vault.read_secret(vault.epoch_file(row[0])), row[1], _about(entry))


def hook_secret(key: bytes, entry: int) -> bytes:
    """Return the secret by which a hook's hints are signed: made from its question's key, kept nowhere, gone with it."""
    return hmac.digest(key, b"pars hook secret\x00" + entry.to_bytes(8), "sha256")


def seal_dissemination(key: bytes, entry: int, record: Mapping[str, canonical.Json]) -> bytes:
    """Return the dissemination record, encrypted under its question's key."""
    return vault.seal(key, canonical.write(record), _about(entry))


def open_dissemination(act: Open, entry: int) -> canonical.Json:
    """Return the dissemination record of an entry. Raises KeyLost where it can't be read any more."""
    row = act.connection.execute("select ciphertext from ledger.dissemination where entry = %s", [entry]).fetchone()
    if row is None:
        raise KeyLost(f"entry {entry} has no dissemination record any more")
    return canonical.read(vault.unseal(question_key(act, entry), row[0], _about(entry)))


def _about(entry: int) -> bytes:
    return b"entry\x00" + entry.to_bytes(8)


def bound_to(about: object) -> bytes:
    """Return what a wrapped key is bound to: the case's id, or the question's entry."""
    return about.bytes if isinstance(about, UUID) else _about(int(str(about)))


def _epoch(act: Open, *, above: int = 0) -> tuple[int, bytes]:
    """Return the newest epoch above a number and its key; a new one where there is none, or its file is lost."""
    newest = vault.newest_epoch() or 0
    wrapping = _epoch_key(newest) if newest > above else None
    if wrapping is not None:
        return newest, wrapping
    row = act.connection.execute(
        "select greatest((select max(epoch) from keys.case_key), (select max(epoch) from keys.question_key), 0)"
    ).fetchone()
    assert row is not None, "an aggregate gives one row"
    epoch = vault.new_epoch(max(row[0], newest, above) + 1)
    return epoch, vault.read_secret(vault.epoch_file(epoch))


def _epoch_key(epoch: int) -> bytes | None:
    try:
        return vault.read_secret(vault.epoch_file(epoch))
    except KeyLost:
        return None
