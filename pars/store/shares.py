"""A sealed record's key in shares, one for each owner: any two of them make it, one alone says nothing of it.

For each pair of owners the key is parted anew: one of the two holds random bytes, the other the same bytes with the key laid over them
(XOR). So an owner's share is as many such halves as there are other owners, in the order of their names.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING

from pars.store import vault
from pars.store.vault import KEY_BYTES, KeyLost

if TYPE_CHECKING:
    from pathlib import Path


def split(key: bytes, seats: Sequence[str]) -> dict[str, bytes]:
    """Return each owner's share of a key."""
    halves: dict[tuple[str, str], bytes] = {}
    for one, other in combinations(sorted(seats), 2):
        halves[one, other] = secrets.token_bytes(KEY_BYTES)
        halves[other, one] = _over(halves[one, other], key)
    return {one: b"".join(halves[one, other] for other in sorted(seats) if other != one) for one in seats}


def join(shares: Mapping[str, bytes], seats: Sequence[str]) -> bytes:
    """Return the key that two owners' shares make. Raises KeyLost where there are fewer, or one isn't a share among these owners."""
    if len(shares) < 2 or any(seat not in seats or len(text) != (len(seats) - 1) * KEY_BYTES for seat, text in shares.items()):
        raise KeyLost("two owners' shares make the key, and these are none")
    one, other = sorted(shares)[:2]
    return _over(_half(shares[one], one, other, seats), _half(shares[other], other, one, seats))


def _half(share: bytes, of: str, beside: str, seats: Sequence[str]) -> bytes:
    place = [seat for seat in sorted(seats) if seat != of].index(beside) * KEY_BYTES
    return share[place : place + KEY_BYTES]


def _over(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


# ---------------------------------------------------------------- as files


def share_file(order: int, seat: str) -> Path:
    """Return where an owner's share lies until they take it away."""
    return vault.folder() / "shares" / seat / f"order-{order}"


def hash_of(order: int, seat: str, share: bytes) -> str:
    """Return what the ledger says of a share: a share of another order, or of another seat, has another hash."""
    return sha256(f"pars share\0{order}\0{seat}\0".encode() + share).hexdigest()


def keep(order: int, shares: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write each owner's share into a file of its own, in the place of any from an act that was undone; return what the ledger says of them."""
    forget(order, sorted(shares))
    for seat, share in shares.items():
        vault.write_secret(share_file(order, seat), share)
    return tuple(hash_of(order, seat, share) for seat, share in shares.items())


def read(path: Path) -> bytes:
    """Return the share in a file. Raises KeyLost where there is none."""
    try:
        return read_text(path.read_bytes())
    except OSError as error:
        raise KeyLost(f"{path.name} holds no share") from error


def read_text(text: bytes) -> bytes:
    """Return the share that a file's text is. Raises KeyLost where it is none."""
    try:
        return bytes.fromhex(text.decode())
    except ValueError as error:
        raise KeyLost("this text is no share") from error


def forget(order: int, seats: Sequence[str]) -> None:
    """Remove the shares that still lie here: their record was brought back, or they are of an act that was undone."""
    for seat in seats:
        share_file(order, seat).unlink(missing_ok=True)
