"""Check an Ed25519 signature (RFC 8032). Only checking: this can't sign, and holds no secret.

Written to be read beside RFC 8032 §5.1. Points are in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha512
from typing import TypeAlias

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)

Point: TypeAlias = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)
BASE = (4 * pow(5, P - 2, P) % P).to_bytes(32, "little")
DIGITS = 64
"""How many digits to the base of 16 a number below ORDER has at most."""


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` (64 bytes) over `message` was made with the secret of the public key `key` (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    s, multiples, base = int.from_bytes(signature[32:], "little"), _multiples(key), _multiples(BASE)
    if multiples is None or base is None or s >= ORDER:
        return False
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    # S·B = R + k·A, turned round: R is not decoded but computed and compared as bytes, so it too has only one form.
    return _encode(_add(_times(s, base), _negative(_times(k, multiples)))) == signature[:32]


def _add(a: Point, b: Point) -> Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def _negative(a: Point) -> Point:
    return -a[0] % P, a[1], a[2], -a[3] % P


@lru_cache(maxsize=32)
def _multiples(data: bytes) -> Sequence[Sequence[Point]] | None:
    """Return d·16^i times the point that 32 bytes stand for, by i and by d from 0 to 15; None where they stand for none.

    The few keys of a ledger sign often: with these, a signature costs a third.
    """
    point = _decode(data)
    if point is None:
        return None
    table = []
    for _ in range(DIGITS):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(_add(row[-1], point))
        table.append(row)
        point = _add(row[-1], point)
    return table


def _times(number: int, multiples: Sequence[Sequence[Point]]) -> Point:
    """Return so many times a point, digit by digit. Nothing here is secret, so time may tell the number."""
    total = NEUTRAL
    for row in multiples:
        total = _add(total, row[number & 15])
        number >>= 4
    return total


def _decode(data: bytes) -> Point | None:
    """Return the point that 32 bytes stand for (RFC 8032 §5.1.3), or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x = _root_of_x(y)
    if x is None or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _root_of_x(y: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * SQRT_MINUS_1 % P
    return x if x * x % P == square else None


def _encode(a: Point) -> bytes:
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")
