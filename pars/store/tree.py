"""Reads the sealed tree: hashes of its perfect subtrees, proofs, receipts, and entries in the order of the log.

Full tiles of 256 hashes hold every eighth level of the tree (C2SP tlog-tiles: level 0 the leaves, level 1 the roots over 256
leaves, …). What lies right of the last full tile is worked out from the level below, at the bottom from the leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger.merkle import HASH_BYTES, consistency_proof, inclusion_proof, root
from pars.core.ledger.tiles import HEIGHT, WIDTH, write_entries
from pars.core.terms import HOUR
from pars.store.connections import current

if TYPE_CHECKING:
    from psycopg import Connection

    from pars.core.ledger.tiles import Tile
    from pars.core.terms import Instant
    from pars.store.connections import Row


class Tree:
    """The hashes under one connection's eyes. For one short use: it remembers the tiles that it has read."""

    def __init__(self, connection: Connection[Row]) -> None:
        self._connection = connection
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def size(self) -> int:
        """Return how many entries are sealed."""
        found = self._connection.execute("select coalesce(max(index) + 1, 0) from ledger.leaf").fetchone()
        return found[0] if found is not None else 0

    def read(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree of 2^level leaves; what proofs are built from."""
        within = level % HEIGHT
        return root(self.hashes(level // HEIGHT, index << within, 1 << within))

    def hashes(self, tile_level: int, start: int, count: int) -> list[bytes]:
        """Return `count` hashes of a tile level from `start` on, all within one tile."""
        first = start % WIDTH
        tile = self._tile(tile_level, start // WIDTH)
        if tile is not None:
            return tile[first : first + count]
        if tile_level == 0:
            found = self._connection.execute(
                "select hash from ledger.leaf where index between %s and %s order by index", [start, start + count - 1]
            ).fetchall()
            hashes = [row[0] for row in found]
        else:
            hashes = [root(self.hashes(tile_level - 1, index * WIDTH, WIDTH)) for index in range(start, start + count)]
        if len(hashes) != count:
            raise LookupError(f"the tree has no {count} hashes from {start} on at tile level {tile_level}")
        return hashes

    def _tile(self, level: int, n: int) -> list[bytes] | None:
        if (level, n) not in self._tiles:
            found = self._connection.execute(
                "select hashes from ledger.tile where (level, n) = (%s, %s)", [level, n]
            ).fetchone()
            if found is None:
                return None
            self._tiles[level, n] = [found[0][i : i + HASH_BYTES] for i in range(0, WIDTH * HASH_BYTES, HASH_BYTES)]
        return self._tiles[level, n]


# ---------------------------------------------------------------- receipts and proofs, inside acting or reading


NEAR = 60
"""Checkpoints after an entry among which its receipt's is chosen: a minute's, in which witnesses answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What proves an entry: its leaf hash at once; its index, and the proof up to a signed checkpoint, after the next seal."""

    entry: int
    leaf: str
    index: int | None = None
    size: int | None = None
    note: str | None = None
    proof: tuple[str, ...] = ()


def load_receipt(entry: int, *, anybodys: Instant | None = None) -> Receipt | None:
    """Return the receipt of an entry, as far as it is sealed; None where there is no such entry.

    With `anybodys` it is the one that anybody may have at that time: under the hour's checkpoint, or without a place.
    """
    given = current().connection
    found = given.execute(
        "select encode(sha256('\\x00'::bytea || e.body), 'hex'), l.index from ledger.entry e "
        "left join ledger.leaf l on l.entry = e.id where e.id = %s",
        [entry],
    ).fetchone()
    if found is None:
        return None
    leaf, index = found
    if anybodys is not None:
        under = cosigned(load_published(anybodys))
        index = index if under is not None and index is not None and index < under[0] else None
    else:
        under = _first_over(index) if index is not None else None
    if under is None or index is None:
        return Receipt(entry=entry, leaf=leaf, index=index)
    size, note = under
    proof = inclusion_proof(index, size, Tree(given).read)
    return Receipt(entry=entry, leaf=leaf, index=index, size=size, note=note, proof=tuple(part.hex() for part in proof))


def _first_over(index: int) -> tuple[int, str] | None:
    """Return the checkpoint that proves an entry: of the first ones over it, the one that most witnesses signed, else the first.

    So a receipt says how long the log was when its entry was written, which its entry's place says anyhow, and not how it grew since.
    """
    return cosigned(
        current()
        .connection.execute(
            "select size, note from (select size, note, (select count(*) from ledger.cosignature c where c.size = k.size) as signed "
            "from ledger.checkpoint k where size > %s order by size limit %s) near order by signed desc, size limit 1",
            [index, NEAR],
        )
        .fetchone()
    )


def cosigned(found: tuple[int, str] | None) -> tuple[int, str] | None:
    """Return a checkpoint's size and its note with the witnesses' lines, as it leaves the house; None for none."""
    if found is None:
        return None
    lines = current().connection.execute("select line from ledger.cosignature where size = %s order by witness", [found[0]])
    return found[0], found[1] + "".join(line for (line,) in lines)


def load_checkpoint(size: int | None = None) -> tuple[int, str] | None:
    """Return the size and the signed note of a checkpoint: the newest, or the one of that size."""
    return (
        current()
        .connection.execute(
            "select size, note from ledger.checkpoint where size = coalesce(%s, size) order by size desc limit 1", [size]
        )
        .fetchone()
    )


def load_published(at: Instant) -> tuple[int, str] | None:
    """Return the checkpoint that anybody may have: the last before this hour; in a ledger's first hour, its first.

    How the log grows within an hour tells how much happens just now, and at night that is the arrest of one person (law L4).
    """
    return (
        current()
        .connection.execute(
            "select size, note from ledger.checkpoint where size = coalesce((select c.size from ledger.checkpoint c "
            "join ledger.leaf l on l.index = c.size - 1 join ledger.entry e on e.id = l.entry where e.at < %s order by c.size desc limit 1), "
            "(select min(size) from ledger.checkpoint))",
            [at - at % HOUR],
        )
        .fetchone()
    )


def load_tile(tile: Tile) -> bytes:
    """Return the bytes of a tile or a bundle that the tree has. Who may have it is the action's to decide."""
    start = tile.n * WIDTH
    if tile.level is None:
        return write_entries(body for _, body in load_log(start, tile.width))
    return b"".join(Tree(current().connection).hashes(tile.level, start, tile.width))


def prove_inclusion(index: int, size: int) -> tuple[str, ...]:
    """Return the proof (hex) that the tree of `size` entries holds the one at `index`. Raises ValueError where it doesn't."""
    return tuple(part.hex() for part in inclusion_proof(index, _grown_to(size), Tree(current().connection).read))


def prove_consistency(first: int, second: int) -> tuple[str, ...]:
    """Return the proof (hex) that the tree of `second` entries begins with that of `first`. Raises ValueError for no such tree."""
    return tuple(part.hex() for part in consistency_proof(first, _grown_to(second), Tree(current().connection).read))


def _grown_to(size: int) -> int:
    if size > Tree(current().connection).size():
        raise ValueError(f"the tree has not grown to {size}")
    return size


# ---------------------------------------------------------------- the log in its order


def load_log(start: int = 0, limit: int = WIDTH) -> tuple[tuple[int, bytes], ...]:
    """Return sealed entries (index, canonical bytes) from an index on. Who may read them is the action's to decide."""
    found = current().connection.execute(
        "select l.index, e.body from ledger.leaf l join ledger.entry e on e.id = l.entry where l.index >= %s order by l.index limit %s",
        [start, limit],
    )
    return tuple(found.fetchall())


def load_entry(entry: int) -> bytes | None:
    """Return an entry's canonical bytes, sealed or not; None where there is none. Who may read them is the action's to decide."""
    row = current().connection.execute("select body from ledger.entry where id = %s", [entry]).fetchone()
    return row[0] if row is not None else None


def entries_under(authority: str, *, start: int = 0, end: int | None = None, kinds: tuple[int, ...] = ()) -> Iterator[bytes]:
    """Yield the canonical bytes of entries under an authority whose times lie in [start, end), sealed or not, in order."""
    found = current().connection.execute(
        "select body from ledger.entry where authority = %s and at >= %s and at < coalesce(%s, at + 1) "
        "and (kind = any(%s) or %s) order by id",
        [authority, start, end, list(kinds), not kinds],
    )
    for row in found:
        yield row[0]
