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
    from collections.abc import Mapping

ED25519 = b"\x01"
KEY_BYTES = 32
SIGNATURE_BYTES = 64

_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


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
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text with its signatures."""

    body: bytes
    signatures: tuple[NoteSignature, ...]


def key_id(name: str, key: bytes) -> bytes:
    """Return the 4 bytes by which a signature line names an Ed25519 public key."""
    return sha256(name.encode() + b"\n" + ED25519 + key).digest()[:4]


def write_note(body: bytes, name: str, key: bytes, signature: bytes) -> bytes:
    """Return the note of `body` (ends in a newline) signed with the Ed25519 public key `key` of `name`."""
    line = b64encode(key_id(name, key) + signature).decode()
    return body + f"\n— {name} {line}\n".encode()


def read_note(data: bytes) -> Note:
    """Return the note in `data`. Raises ValueError for what is none, or is not in its one form."""
    try:
        body, gap, lines = data.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        raise ValueError("not a signed note: not text in UTF-8") from None
    if not gap or not lines.endswith("\n"):
        raise ValueError("not a signed note: no empty line before the signatures")
    signatures = tuple(_read_line(line) for line in lines[:-1].split("\n"))
    return Note(f"{body}\n".encode(), signatures)


def read_checkpoint(body: bytes) -> Checkpoint:
    """Return the checkpoint that a note's body states. Raises ValueError for any other text."""
    lines = body.decode().split("\n")
    if len(lines) != 4 or lines[3]:
        raise ValueError("a checkpoint has three lines: origin, size, root")
    origin, size, root = lines[:3]
    if not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size):
        raise ValueError("the checkpoint's origin or size is not written as one")
    found = Checkpoint(origin=origin, size=int(size), root=_base64(root))
    if len(found.root) != HASH_BYTES:
        raise ValueError("the checkpoint's root is not 32 bytes")
    return found


def verifier_key(name: str, key: bytes) -> str:
    """Return a public key as C2SP writes it, to be handed to whoever shall trust it: `name+key id+base64`."""
    return f"{name}+{key_id(name, key).hex()}+{b64encode(ED25519 + key).decode()}"


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """Return the name and the key that `verifier_key` wrote. Raises ValueError for anything else."""
    name, _, rest = text.partition("+")
    key = _base64(rest.partition("+")[2])[1:]
    if len(key) != KEY_BYTES or not _NAME.fullmatch(name) or verifier_key(name, key) != text:
        raise ValueError("not an Ed25519 verifier key: name+key id+base64")
    return name, key


def trust_text(*, origin: str, log_key: bytes, seats: Mapping[str, bytes], checkpoint: Checkpoint | None = None) -> str:
    """Return the file of keys that `pars-verify --trust` reads, to be handed over by another way than the bundle."""
    lines = [
        f"log {verifier_key(origin, log_key)}",
        *(f"seat {verifier_key(seat, key)}" for seat, key in sorted(seats.items())),
    ]
    if checkpoint is not None:
        lines.append(f"checkpoint {checkpoint.size} {b64encode(checkpoint.root).decode()}")
    return "".join(f"{line}\n" for line in lines)


def _read_line(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not _NAME.fullmatch(name):
        raise ValueError("a signature line is '— name base64'")
    signed = _base64(encoded)
    if len(signed) != 4 + SIGNATURE_BYTES:
        raise ValueError("a signature line holds 4 bytes of key id and 64 of signature")
    return NoteSignature(name, signed[:4], signed[4:])


def _base64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if b64encode(data).decode() != text:
        raise ValueError("not in the one form of base64")
    return data
