"""The log's own memory of the checkpoint that it signed last: a file of the home, outside the database.

A database that was restored doesn't know what was signed since; this file does, as the witnesses do, and is asked before anything
is signed. Whoever restores the home together with the database takes it back too: then only the witnesses know.
"""

from __future__ import annotations

import os
import secrets
from functools import partial
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import Checkpoint, read_checkpoint, read_note
from pars.core.ledger.policy import signed_by
from pars.store import connections, vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.store.witnessed import Said


def _file() -> Path:
    return connections.home() / "ledger" / "checkpoint"


def write(note: str) -> None:
    """Keep the note of the newest checkpoint, whole and durably."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".checkpoint.{secrets.token_hex(4)}")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(origin: str, log_key: bytes) -> Checkpoint | None:
    """Return the checkpoint that this log signed last, as far as the file tells; None where there is none, or it is another log's.

    It is signed by the log's first key, or by the one that this home signs with now.
    """
    try:
        note = read_note(_file().read_bytes())
        found = read_checkpoint(note.body)
    except (OSError, ValueError):
        return None
    # The log's key may have changed since, and a database from before knows nothing of the new one: this home made it.
    keys = (log_key, *vault.log_keys())
    return found if found.origin == origin and any(signed_by(note, origin, key, vault.verify) for key in keys) else None


def size(origin: str, log_key: bytes) -> int:
    """Return how many entries the checkpoint holds that this log signed last, 0 where nothing tells; the file is read where it changed.

    For whoever answers outsiders: who seals looks at its beginning, and a database may have been taken back since, or before anybody sealed.
    """
    try:
        there = _file().stat()
    except OSError:
        return 0
    as_it_is = (there.st_ino, there.st_mtime_ns, there.st_size)
    found = connections.remembered(("signed last", origin), partial(read, origin, log_key), of=as_it_is)
    return found.size if found is not None else 0


def compare(last: Checkpoint, size: int, root_at: Callable[[int], bytes]) -> Said:
    """Return what the memory says of a log of `size` entries whose root over the first n is `root_at(n)`."""
    if last.size > size:
        return "ahead"
    return "agrees" if root_at(last.size) == last.root else "forked"
