"""The file in which a ledger travels: everything that a stranger needs to check it, and nothing that no hash covers.

    PARS ledger bundle 1⏎
    T  a text that entries name by its sha256: the 32 bytes of the hash, then the text; in rising order
    L  up to 256 leaf hashes of 32 bytes, in log order; every L but the last is full
    E  an entry's canonical bytes, in log order
    C  the side row of the entry before it: the commitments to its records, 32 bytes each; only where it disclosed any
    N  a signed checkpoint over the entries before it; the last entry has one
    Z  the sha256 of every byte before this section

A section is its letter, the length of its body in 4 bytes (most significant first) and the body: no padding, no times, one
way to write each. The leaf hashes say which entry was changed where the root alone could only say that some entry was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from pars.core.ledger.merkle import HASH_BYTES

MAGIC = b"PARS ledger bundle 1\n"
HEAD_BYTES = 5
LEAVES_IN_ONE = 256

TEXT, LEAVES, ENTRY, SIDE_ROW, CHECKPOINT, TRAILER = b"T", b"L", b"E", b"C", b"N", b"Z"
HASHED = frozenset({ENTRY, SIDE_ROW})
"""What the trailer needn't cover: the list of leaf hashes has the hash of each entry, and an entry that of its side row."""
LONGEST = 1 << 16
"""Bytes of a section behind the texts: entries, side rows, lists and checkpoints are no longer."""
LONGEST_TEXT = 1 << 24
"""Bytes of a section with a text."""
_TRAILER_HEAD, _TRAILER_BYTES = TRAILER + HASH_BYTES.to_bytes(4), HEAD_BYTES + HASH_BYTES
TAGS = (TEXT, LEAVES, ENTRY, SIDE_ROW, CHECKPOINT, TRAILER)


class Data(Protocol):
    """Bytes, or a file that is read part by part."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry as it travels: its bytes, its side row, and the signed checkpoint that ends with it, where there is one."""

    entry: bytes
    commitments: Sequence[bytes] = ()
    checkpoint: bytes | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it was read: its letter, its body, and at which byte of the file it begins."""

    tag: bytes
    body: bytes
    offset: int


class Broken(ValueError):
    """The file's sections can't be read on from `offset`; `tag` is the letter of the section there, where it has one.

    `stops`: as in a file whose end is missing, and not as in one whose trailer is still there, behind a length that is wrong. `trailer` is
    what is there of one that isn't whole.
    """

    def __init__(self, says: str, offset: int, tag: bytes = b"", *, stops: bool = False, trailer: bytes = b"") -> None:
        super().__init__(says)
        self.says = says
        self.offset = offset
        self.tag = tag
        self.stops = stops
        self.trailer = trailer


def write_bundle(*, texts: Iterable[bytes], leaves: Iterable[bytes], log: Iterable[Logged]) -> Iterator[bytes]:
    """Yield the bundle's bytes, piece by piece. Raises ValueError where the log doesn't end in a checkpoint.

    `leaves` are the leaf hashes as they were sealed, not worked out anew: where an entry was changed since, they tell which.
    """
    digest = sha256()
    checkpoint = None
    for piece in _before_the_trailer(texts, leaves):
        digest.update(piece)
        yield piece
    for logged in log:
        checkpoint = logged.checkpoint
        for piece in _logged(logged):
            if piece[:1] not in HASHED:
                digest.update(piece)
            yield piece
    if checkpoint is None:
        raise ValueError("a bundle ends in a signed checkpoint over its last entry")
    yield section(TRAILER, digest.digest())


def section(tag: bytes, body: bytes) -> bytes:
    """Return the bytes of one section."""
    return head(tag, len(body)) + body


def head(tag: bytes, length: int) -> bytes:
    """Return the bytes before a section's body."""
    return tag + length.to_bytes(4)


def read_sections(data: Data, offset: int = 0) -> Iterator[Section]:
    """Yield the sections of a bundle, those from a section's `offset` on, as far as they can be read; raise `Broken` where they can't.

    Only the frame is read here. What a section may hold and where it may stand is the verifier's to say.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise Broken("this is not a PARS ledger bundle of a version that this program knows", 0)
    offset, end = max(offset, len(MAGIC)), len(data)
    while offset < end:
        begun = data[offset : offset + HEAD_BYTES]
        tag, body = begun[:1], offset + HEAD_BYTES
        if tag not in TAGS:
            raise Broken("there is no such section", offset)
        if len(begun) < HEAD_BYTES:
            raise Broken("the file stops within the head of a section", offset, stops=True)
        after = body + int.from_bytes(begun[1:])
        if after - body > (LONGEST_TEXT if tag == TEXT else LONGEST):
            raise Broken("the section is longer than any of its kind", offset, tag)
        if after > end:
            if tag == TRAILER:
                raise Broken(
                    "the file stops within a section", offset, tag, stops=begun == _TRAILER_HEAD, trailer=data[body:end]
                )
            stops = after - body <= LONGEST and data[max(body, end - _TRAILER_BYTES) : end][:HEAD_BYTES] != _TRAILER_HEAD
            raise Broken("the file stops within a section", offset, tag, stops=stops)
        yield Section(tag, data[body:after], offset)
        offset = after


def _before_the_trailer(texts: Iterable[bytes], leaves: Iterable[bytes]) -> Iterator[bytes]:
    yield MAGIC
    for hashed, text in sorted({sha256(text).digest(): text for text in texts}.items()):
        yield section(TEXT, hashed + text)
    held: list[bytes] = []
    for leaf in leaves:
        held.append(leaf)
        if len(held) == LEAVES_IN_ONE:
            yield section(LEAVES, b"".join(held))
            held.clear()
    if held:
        yield section(LEAVES, b"".join(held))


def _logged(logged: Logged) -> Iterator[bytes]:
    yield section(ENTRY, logged.entry)
    if logged.commitments:
        if any(len(commitment) != HASH_BYTES for commitment in logged.commitments):
            raise ValueError("a commitment has 32 bytes")
        yield section(SIDE_ROW, b"".join(logged.commitments))
    if logged.checkpoint is not None:
        yield section(CHECKPOINT, logged.checkpoint)
