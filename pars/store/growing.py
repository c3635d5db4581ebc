"""How the sealed tree grows: its frontier and the hashes right of its last full tiles, read from storage once, then carried on in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.merkle import Frontier
from pars.core.ledger.tiles import HEIGHT, WIDTH

if TYPE_CHECKING:
    from pars.store.tree import Tree


def frontier(tree: Tree, size: int) -> Frontier:
    """Return the frontier of the tree at `size`, from what storage holds."""
    nodes, start = [], 0
    while start < size:
        level = (size - start).bit_length() - 1
        nodes.append(tree.read(level, start >> level))
        start += 1 << level
    return Frontier(size, nodes)


def partials(tree: Tree, size: int) -> dict[int, list[bytes]]:
    """Return, for each tile level, the hashes right of the last full tile."""
    found: dict[int, list[bytes]] = {}
    level, count = 0, size
    while count:
        rest = count % WIDTH
        found[level] = tree.hashes(level, count - rest, rest) if rest else []
        level, count = level + 1, count // WIDTH
    return found


def grow(
    tree: Frontier, partial: dict[int, list[bytes]], hashes: list[bytes]
) -> tuple[Frontier, dict[int, list[bytes]], list[tuple[int, int, bytes]]]:
    """Return the tree and the partial tiles with the leaves added, and the tiles that this completes."""
    grown = Frontier(tree.size, tree.nodes)
    partial = {level: list(held) for level, held in partial.items()}
    tiles = []
    for leaf in hashes:
        for level, index, top in grown.append(leaf):
            if level % HEIGHT == 0:
                held = partial.setdefault(level // HEIGHT, [])
                held.append(top)
                if index % WIDTH == WIDTH - 1:
                    tiles.append((level // HEIGHT, index // WIDTH, b"".join(held)))
                    held.clear()
    return grown, partial, tiles
