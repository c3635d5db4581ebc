"""Which 32 bytes are an Ed25519 key that somebody can hold: a point in its one spelling, and none of the few that sign for everybody.

RFC 8032 has each point written in one way; programs differ in whether they take another. And for the eight points of small order anybody
can write a signature: who votes with such a key votes for whoever likes.
"""

from __future__ import annotations

P = 2**255 - 19
_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
SMALL = frozenset({0, 1, P - 1, _OF_ORDER_8, P - _OF_ORDER_8})
"""The second coordinates of the points of small order (`y`, as they are written)."""


def is_held_by_one(key: bytes) -> bool:
    """Return whether a key is written in its one way and is no point of small order. Whether it is a point at all its signatures show."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    return len(key) == 32 and y < P and y not in SMALL
