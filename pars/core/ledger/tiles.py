"""The log as files that never change, each at its address: C2SP tlog-tiles.

A tile is 256 hashes side by side: at level 0 of leaves, at level 1 each over a full tile of level 0, and so on. A bundle is 256
entries. Only the last of each may be partial, and then says how wide it is:

    tile/0/x001/x234/067        the full tile 1234067 of level 0
    tile/2/000.p/17             the first 17 hashes of tile 0 of level 2
    tile/entries/x001/234       the full bundle 1234
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pars.core.ledger.merkle import HASH_BYTES, root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pars.core.ledger.merkle import Read

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""
HEIGHT = 8
"""Levels of the tree from one level of tiles to the next: 2^8 is the width."""
LEVELS = 64
LENGTH_BYTES = 2
"""An entry in a bundle stands behind its length."""

_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A tile, or with no level a bundle of entries: which one, and how wide."""

    level: int | None
    n: int
    width: int = WIDTH

    def path(self) -> str:
        """Return its address below the log's prefix."""
        digits = str(self.n)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{place}{part}"

    def within(self, size: int) -> bool:
        """Return whether a tree of that size has it, so wide or wider."""
        held = size >> HEIGHT * (self.level or 0)
        return self.n * WIDTH + self.width <= held


def read_tile(path: str) -> Tile | None:
    """Return what an address names; None for any but the one way in which each is written."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, place, width = found.groups()
    tile = Tile(
        level=None if level == "entries" else int(level),
        n=int(place.replace("x", "").replace("/", "")),
        width=WIDTH if width is None else int(width),
    )
    known = (tile.level or 0) < LEVELS and tile.width <= WIDTH
    return tile if known and tile.path() == path else None


def reader(size: int, fetch: Callable[[Tile], bytes]) -> Read:
    """Return what reads the perfect subtrees of a tree of that size from its tiles, each fetched once: what proofs are built from.

    Raises ValueError where a tile is not as long as it must be. What is in it a proof shows, not this.
    """

    @lru_cache(maxsize=1024)
    def tile(level: int, n: int) -> bytes:
        width = min(WIDTH, (size >> HEIGHT * level) - n * WIDTH)
        found = fetch(Tile(level=level, n=n, width=width))
        if len(found) != width * HASH_BYTES:
            raise ValueError(f"tile {n} of level {level} has {len(found)} bytes, not {width * HASH_BYTES}")
        return found

    def read(level: int, index: int) -> bytes:
        inner = level % HEIGHT
        n, first = divmod(index << inner, WIDTH)
        held = tile(level // HEIGHT, n)
        return root(held[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(first, first + (1 << inner)))

    return read


def bundles(start: int, end: int) -> tuple[Tile, ...]:
    """Return the bundles that hold the entries from `start` up to `end` of a log that is `end` long, in order."""
    last = -(-end // WIDTH)
    return tuple(Tile(level=None, n=n, width=min(WIDTH, end - n * WIDTH)) for n in range(start // WIDTH, last))


def write_entries(entries: Iterable[bytes]) -> bytes:
    """Return a bundle: each entry behind its length."""
    return b"".join(len(entry).to_bytes(LENGTH_BYTES) + entry for entry in entries)


def read_entries(data: bytes) -> tuple[bytes, ...]:
    """Return the entries in a bundle. Raises ValueError where one is cut."""
    found, at = [], 0
    while at < len(data):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(data[at:start])
        if start > len(data) or at > len(data):
            raise ValueError("the bundle ends within an entry")
        found.append(data[start:at])
    return tuple(found)
