"""The witness's own key: made once, in one file, readable by its owner alone; it signs cosignatures and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

if TYPE_CHECKING:
    from pathlib import Path


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a key in a new file, durably, and return it. Raises FileExistsError where one is: a witness never changes its key."""
    made = Ed25519PrivateKey.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, made.private_bytes_raw().hex().encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    sync(path.parent)
    return made


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file. Raises ValueError that says what is wrong with it."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))
    except (OSError, ValueError):
        raise ValueError(f"the witness's key {path} is missing or damaged; restore it, or make another witness") from None


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is the Ed25519 key's over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sync(folder: Path) -> None:
    """Make durable which files a folder has."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
