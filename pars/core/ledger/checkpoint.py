"""A signed statement of how long the ledger is and what its root is: C2SP tlog-checkpoint in a C2SP signed note.

    ledger.example          the origin: which ledger
    4711                    how many entries
    (base64)                the root over them

    — ledger.example (base64: 4 bytes that name the key, then the Ed25519 signature over the three lines)

Signing is the caller's: these functions only lay out what is signed and read what was.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.ledger.merkle import HASH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ED25519 = b"\x01"
"""A key whose signatures are over the note's text itself: the log's, a seat's."""
COSIGNER = b"\x04"
"""A key whose signatures hold the time at which they were made (`cosignature`): a witness's."""
KEY_BYTES = 32
KEY_ID_BYTES = 4
MOST_LINES = 64
"""Signature lines that a note may have."""

NAME = re.compile(r"[^\s+]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How long a ledger is and the root over its entries."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """Return the text that is signed, its last newline included."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n".encode()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note. How long the signature is, and what is in it, the kind of its key says."""

    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        """Return the line, its newline included."""
        return f"— {self.name} {b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text with its signatures."""

    body: bytes
    signatures: tuple[NoteSignature, ...]

    def text(self) -> bytes:
        """Return the note as it is written: the text, an empty line, the signatures."""
        return self.body + b"\n" + "".join(line.text() for line in self.signatures).encode()

    def of(self, name: str, key: bytes, kind: bytes = ED25519) -> tuple[bytes, ...]:
        """Return the signatures that lines of this key hold. Lines of other keys say nothing to who knows only this one."""
        known = key_id(name, key, kind)
        return tuple(line.signature for line in self.signatures if (line.name, line.key_id) == (name, known))


def key_id(name: str, key: bytes, kind: bytes = ED25519) -> bytes:
    """Return the 4 bytes by which a signature line names a public key."""
    return sha256(name.encode() + b"\n" + kind + key).digest()[:KEY_ID_BYTES]


def write_note(body: bytes, name: str, key: bytes, signature: bytes) -> bytes:
    """Return the note of `body` (ends in a newline) signed with the Ed25519 public key `key` of `name`."""
    return Note(body, (NoteSignature(name, key_id(name, key), signature),)).text()


def read_note(data: bytes) -> Note:
    """Return the note in `data`. Raises ValueError for what is none, or is not in its one form."""
    try:
        body, gap, lines = data.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise ValueError("not a signed note: not text in UTF-8") from None
    if not gap:
        raise ValueError("not a signed note: no empty line before the signatures")
    return Note(f"{body}\n".encode(), read_signatures(lines))


def read_signatures(text: str) -> tuple[NoteSignature, ...]:
    """Return the signature lines in a text, each ended by a newline. Raises ValueError for none, too many, or other text."""
    lines = text.split("\n")
    if lines.pop() or not 0 < len(lines) <= MOST_LINES:
        raise ValueError(f"a note has 1 to {MOST_LINES} signature lines, each ended by a newline")
    return tuple(_read_line(line) for line in lines)


def read_checkpoint(body: bytes) -> Checkpoint:
    """Return the checkpoint that a note's body states. Raises ValueError for any other text."""
    lines = body.decode().split("\n")
    if len(lines) != 4 or lines[3]:
        raise ValueError("a checkpoint has three lines: origin, size, root")
    origin, size, root = lines[:3]
    if not NAME.fullmatch(origin):
        raise ValueError("the checkpoint's origin is not written as one")
    return Checkpoint(origin=origin, size=read_number(size), root=read_hash(root))


def verifier_key(name: str, key: bytes, kind: bytes = ED25519) -> str:
    """Return a public key as C2SP writes it, to be handed to whoever shall trust it: `name+key id+base64`."""
    return f"{name}+{key_id(name, key, kind).hex()}+{b64encode(kind + key).decode()}"


def read_verifier_key(text: str, kind: bytes = ED25519) -> tuple[str, bytes]:
    """Return the name and the key of a kind that `verifier_key` wrote. Raises ValueError for anything else."""
    name, _, rest = text.partition("+")
    key = read_base64(rest.partition("+")[2])[1:]
    if len(key) != KEY_BYTES or not NAME.fullmatch(name) or verifier_key(name, key, kind) != text:
        what = "an Ed25519 verifier key" if kind == ED25519 else "the verifier key of a witness (kind 4)"
        raise ValueError(f"not {what}: name+key id+base64")
    return name, key


def trust_text(*, logs: Iterable[tuple[str, bytes]], seats: Mapping[str, bytes], checkpoint: Checkpoint | None = None) -> str:
    """Return the file of keys that `pars-verify --trust` reads, to be handed over by another way than the bundle.

    `logs` are the log's keys, each under a name that the log has or had.
    """
    lines = [
        *(f"log {verifier_key(origin, key)}" for origin, key in logs),
        *(f"seat {verifier_key(seat, key)}" for seat, key in sorted(seats.items())),
    ]
    if checkpoint is not None:
        lines.append(f"checkpoint {checkpoint.size} {b64encode(checkpoint.root).decode()}")
    return "".join(f"{line}\n" for line in lines)


def read_base64(text: str) -> bytes:
    """Return the bytes that a text in base64 holds. Raises ValueError for any but its one form."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        raise ValueError("not base64") from None
    if b64encode(data).decode() != text:
        raise ValueError("not in the one form of base64")
    return data


def read_hash(text: str) -> bytes:
    """Return the hash that a text in base64 holds. Raises ValueError for anything else."""
    found = read_base64(text)
    if len(found) != HASH_BYTES:
        raise ValueError(f"a hash has {HASH_BYTES} bytes")
    return found


def read_number(text: str) -> int:
    """Return the whole number that a text in ASCII digits holds, without leading zeroes. Raises ValueError for anything else."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a whole number in digits")
    return int(text)


def _read_line(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not NAME.fullmatch(name):
        raise ValueError("a signature line is '— name base64'")
    signed = read_base64(encoded)
    if len(signed) <= KEY_ID_BYTES:
        raise ValueError("a signature line holds 4 bytes of key id and a signature")
    return NoteSignature(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])
