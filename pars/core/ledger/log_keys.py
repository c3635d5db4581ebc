"""Which key of the log signs a checkpoint: the one in force at its size, and where it follows another, the other too, once.

The first checkpoint that covers the change of the key bears both signatures: so whoever trusted the old key can follow to the new one, and
nobody who stole it can go on alone. A key that was revoked signs nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import key_id as note_key_id
from pars.core.ledger.entries import Kind
from pars.core.owners.keyring import LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pars.core.ledger.checkpoint import Note
    from pars.core.ledger.entries import Entry


class LogKeys:
    """The log's keys, each from the index of the entry that added it; fed with entries in their order."""

    def __init__(self, first: bytes) -> None:
        self.first = first
        self._added: list[tuple[int, bytes, bool]] = []
        self._revoked: list[tuple[int, bytes]] = []

    def take(self, index: int, entry: Entry) -> None:
        """Take note of the entry at an index, if it changes the log's keys. Whether it may is the fold's to say."""
        if entry.kind not in {Kind.KEY_ADDED, Kind.KEY_REVOKED} or entry.detail["use"] != LOG:
            return
        key = bytes.fromhex(entry.detail["key"])
        if entry.kind is Kind.KEY_ADDED:
            self._added.append((index, key, "old" in entry.detail))
        else:
            self._revoked.append((index, key))

    def at(self, size: int) -> bytes:
        """Return the key in force over the first `size` entries."""
        return next((key for index, key, _ in reversed(self._added) if index < size), self.first)

    def known(self, size: int) -> tuple[bytes, ...]:
        """Return every key of the log that the first `size` entries name and don't revoke, the oldest first."""
        gone = self._gone(size)
        named = (self.first, *(key for index, key, _ in self._added if index < size))
        return tuple(key for key in named if key not in gone)

    def handed_down(self, keys: Collection[bytes]) -> bool:
        """Return whether the key in force after all entries is one of `keys`, or came from one of them from hand to hand.

        A key that was lost hands nothing over: the next one rests on the owners' votes alone.
        """
        known = self.first in keys
        for _, key, with_old in self._added:
            known = key in keys or (known and with_old)
        return known

    def signing(self, size: int, since: int) -> tuple[bytes, ...]:
        """Return the keys that sign the checkpoint over `size` entries, in the order of their lines; the one before it covered `since`."""
        gone, now = self._gone(size), self.at(size)
        handed = [self.at(index) for index, _, with_old in self._added if since <= index < size and with_old]
        return (*(key for key in handed if key not in gone), now)

    def sign_it(self, note: Note, origin: str, *, size: int, since: int, verify: Callable[[bytes, bytes, bytes], bool]) -> bool:
        """Return whether the lines of a note are the signatures that the checkpoint needs, and no others."""
        keys = self.signing(size, since)
        return len(keys) == len(note.signatures) and all(
            (line.name, line.key_id) == (origin, note_key_id(origin, key)) and verify(key, note.body, line.signature)
            for key, line in zip(keys, note.signatures, strict=True)
        )

    def _gone(self, size: int) -> frozenset[bytes]:
        return frozenset(key for index, key in self._revoked if index < size)
