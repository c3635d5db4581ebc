"""The side row of an entry that showed records: one commitment for each, in their order, and the hash by which the entry states it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def side_hash(commitments: Iterable[bytes]) -> str:
    """Return the sha256 (hex) over the commitments, one behind the other: what an entry states as `side`."""
    return sha256(b"".join(commitments)).hexdigest()
