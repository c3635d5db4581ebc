"""What a witness adds to a checkpoint: its own signature with the time at which it saw that the ledger had only grown.

C2SP tlog-cosignature, the timestamped Ed25519 kind. What is signed is the checkpoint's three lines behind two more:

    cosignature/v1
    time 1679315147         seconds since 1970, by the witness's own clock

A cosignature says more than "I saw this": that until then the witness had seen no longer ledger of this name, and that every
one that it had seen before is this one's beginning. Signing is the witness's; here is what it signs, and who reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pars.core.ledger.checkpoint import COSIGNER, Note, NoteSignature, key_id

if TYPE_CHECKING:
    from collections.abc import Callable

    Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
    """Whether (key, message, signature) is an Ed25519 signature: whoever reads brings it along."""

TIME_BYTES = 8
LATEST = 2**63 - 1


def cosigned(body: bytes, at_seconds: int) -> bytes:
    """Return what a witness signs at a time for a checkpoint of this body. Raises ValueError for a time that can't be written."""
    if not 0 < at_seconds <= LATEST:
        raise ValueError("a cosignature's time is a number of seconds from 1 to 2^63 - 1")
    return f"cosignature/v1\ntime {at_seconds}\n".encode() + body


def cosignature(name: str, key: bytes, at_seconds: int, signature: bytes) -> NoteSignature:
    """Return the line that goes under a checkpoint: by whose key, when, and the signature over `cosigned`."""
    return NoteSignature(name, key_id(name, key, COSIGNER), at_seconds.to_bytes(TIME_BYTES) + signature)


def cosigned_at(note: Note, name: str, key: bytes, verify: Verify) -> int | None:
    """Return the earliest second at which the witness with this key cosigned the note; None where it did not.

    A line of that key with a signature that isn't its own voids the witness's others: who wrote such a note can't be told.
    """
    times = []
    for held in note.of(name, key, COSIGNER):
        at_seconds = int.from_bytes(held[:TIME_BYTES])
        if not 0 < at_seconds <= LATEST or not verify(key, cosigned(note.body, at_seconds), held[TIME_BYTES:]):
            return None
        times.append(at_seconds)
    return min(times, default=None)
