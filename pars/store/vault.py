"""Secrets that never lie in the database or its dump: files under PARS_HOME/keys, each readable by its owner alone (0600).

An *epoch key* wraps the keys of cases and questions; destroying it makes every copy of the database useless as far as they
go. The *log key* signs checkpoints. Beside them lie smaller secrets, made when first asked for.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pars.store import connections

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyLost(Exception):
    """A key is gone or doesn't open what it should. Outsiders are refused; custody work goes on with a new one (law L13)."""


def folder() -> Path:
    """Return where this home's keys lie."""
    return connections.home() / "keys"


def write_secret(path: Path, secret: bytes) -> bool:
    """Write a new secret durably and return True; return False where one is there already, which stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secret.hex().encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(part, path)  # fails where another process was first
    except FileExistsError:
        return False
    finally:
        part.unlink()
    _sync(path.parent)
    return True


def read_secret(path: Path) -> bytes:
    """Return the secret in a file. Raises KeyLost where it is missing or unreadable."""
    try:
        found = bytes.fromhex(path.read_text())
    except (OSError, ValueError) as error:
        raise KeyLost(f"the key {path.name} is missing or damaged") from error
    if len(found) != KEY_BYTES:
        raise KeyLost(f"the key {path.name} is damaged")
    return found


def secret(name: str, *, home: Path | None = None) -> bytes:
    """Return a small secret of this home (cursor, idempotency, django …), made when first asked for.

    A damaged one is put aside and made anew: a page's mark or a session is lost with it, and nobody is kept from work (law L13).
    """
    path = (home or connections.home()) / "keys" / name
    if not path.exists():
        write_secret(path, secrets.token_bytes(KEY_BYTES))
    try:
        return read_secret(path)
    except KeyLost:
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            path.replace(path.with_name(f".{name}-lost-{secrets.token_hex(4)}"))
        write_secret(path, secrets.token_bytes(KEY_BYTES))
        return read_secret(path)


# ---------------------------------------------------------------- signing


def new_signing_key(path: Path) -> Ed25519PrivateKey:
    """Make an Ed25519 key in a new file and return it. Raises FileExistsError where there is one."""
    if not write_secret(path, secrets.token_bytes(KEY_BYTES)):
        raise FileExistsError(path)
    return signing_key(path)


def signing_key_or_new(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key in a file, made now where there is none."""
    write_secret(path, secrets.token_bytes(KEY_BYTES))
    return signing_key(path)


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key in a file. Raises KeyLost where there is none."""
    return Ed25519PrivateKey.from_private_bytes(read_secret(path))


def log_key(public: bytes | None = None) -> Ed25519PrivateKey:
    """Return the log's key with that public half; without one, the first that this home made. Raises KeyLost."""
    return signing_key(folder() / "log") if public is None else signing_key_of(public, folder(), "log")


def log_keys() -> tuple[bytes, ...]:
    """Return the public half of every key that this home ever made for the log and still has."""
    return _public_halves(folder(), "log")


def seat_keys(seat: str) -> tuple[bytes, ...]:
    """Return the public half of every key of an owner's seat that lies in this home."""
    return _public_halves(folder() / "seats", seat)


def _public_halves(place: Path, name: str) -> tuple[bytes, ...]:
    found = []
    for path in (place / name, *sorted(place.glob(f"{name}-*"))):
        with contextlib.suppress(KeyLost):
            found.append(signing_key(path).public_key().public_bytes_raw())
    return tuple(found)


def signing_key_of(public: bytes, place: Path, name: str) -> Ed25519PrivateKey:
    """Return the key with that public half among the files `name` and `name-…` of a folder. Raises KeyLost where none is there."""
    for path in (place / name, *sorted(place.glob(f"{name}-*"))):
        with contextlib.suppress(KeyLost):
            if (found := signing_key(path)).public_key().public_bytes_raw() == public:
                return found
    raise KeyLost(f"no file of this home holds the key of {name} that is in force")


def new_key_file(place: Path, name: str) -> tuple[Path, Ed25519PrivateKey]:
    """Make another key beside those of that name in a folder; return its file and the key."""
    secret = secrets.token_bytes(KEY_BYTES)
    key = Ed25519PrivateKey.from_private_bytes(secret)
    path = place / f"{name}-{key.public_key().public_bytes_raw().hex()[:16]}"
    write_secret(path, secret)
    return path, key


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is the Ed25519 key's over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# ---------------------------------------------------------------- wrapping


def epoch_file(epoch: int) -> Path:
    """Return where an epoch's key lies."""
    return folder() / f"epoch-{epoch:04d}"


_EPOCH = re.compile(r"epoch-([0-9]+)")


def epochs() -> tuple[int, ...]:
    """Return the numbers of the epochs whose keys are there, the oldest first."""
    try:
        names = os.listdir(folder())  # noqa: PTH208  looking through the folder as paths takes longer than all else of an entry's keys
    except FileNotFoundError:
        return ()
    return tuple(sorted(int(found[1]) for name in names if (found := _EPOCH.fullmatch(name))))


def newest_epoch() -> int | None:
    """Return the number of the newest epoch whose key is there, or None."""
    return max(epochs(), default=None)


def new_epoch(epoch: int) -> int:
    """Make an epoch's key unless another process just did; return its number."""
    write_secret(epoch_file(epoch), secrets.token_bytes(KEY_BYTES))
    return epoch


def seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    """Return `plain` encrypted under `key` and bound to what it is about."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Return what `seal` encrypted. Raises KeyLost where the key, the bytes or what they are about isn't the same."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise KeyLost("what was encrypted doesn't open") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
