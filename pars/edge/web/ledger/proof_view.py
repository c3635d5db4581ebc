"""What proves an entry, to be looked at: the way from its leaf to the signed root as a small tree, with a table of the same beside it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pars.actions import proving
from pars.core.ledger.tiles import WIDTH, Tile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.proving import Receipt

RISE, BROAD = 26, 300
"""How much higher each step of the tree is drawn, and how wide the tree is."""
MIDDLE, ASIDE = 150, 82
"""Where the way up is drawn, and how far beside it the hashes that are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step as the table says it: from the leaf up, the hash that is given, the entries it is over, on which side, and the hash over both."""

    number: int
    given: str
    over: str
    left: bool
    made: str


def lines(receipt: Receipt) -> tuple[Line, ...]:
    """Return the steps of a sealed entry's proof, nearest first."""
    return tuple(
        Line(number=n, given=step.given.hex(), over=_over(step.start, step.end), left=step.left, made=step.over.hex())
        for n, step in enumerate(proving.way(receipt), start=1)
    )


def _over(start: int, end: int) -> str:
    return str(start) if end - start == 1 else f"{start}–{end - 1}"


def tile_of(receipt: Receipt) -> Tile:
    """Return the tile in which the leaf stands, as wide as the tree of the receipt's checkpoint has it."""
    assert receipt.index is not None, "a proof is of a sealed entry"
    assert receipt.size is not None, "a proof leads to a checkpoint"
    n = receipt.index // WIDTH
    return Tile(level=0, n=n, width=min(WIDTH, receipt.size - n * WIDTH))


def proof_tree(found: tuple[Line, ...], *, entry: int, index: int, words: Mapping[str, str]) -> str:
    """Return the tree as SVG text: the leaf at the bottom, the root at the top, and beside each step the hash that is given."""
    high, parts = RISE * len(found), []
    for line in found:
        here = high - RISE * (line.number - 1)
        given = MIDDLE + (-ASIDE if line.left else ASIDE)
        parts.append(f'<path class="proof-line" d="M{MIDDLE} {here}v-{RISE}M{given} {here}L{MIDDLE} {here - RISE}"/>')
        parts.append(f'<path class="proof-given" d="M{given - 5} {here - 5}h10v10h-10z"/>')
        anchor, at = ("end", given - 9) if line.left else ("start", given + 9)
        parts.append(f'<text x="{at}" y="{here + 4}" text-anchor="{anchor}">{line.over}</text>')
    parts += [f'<circle class="proof-way" cx="{MIDDLE}" cy="{RISE * step}" r="5"/>' for step in range(len(found) + 1)]
    parts.append(f'<text x="{MIDDLE}" y="{high + 19}" text-anchor="middle">{escape(words["leaf_of"].format(index))}</text>')
    parts.append(f'<text x="{MIDDLE + 10}" y="4" class="proof-root">{escape(words["root"])}</text>')
    label = words["tree"].format(entry, len(found))
    return f'<svg class="proof-tree" viewBox="0 -10 {BROAD} {high + 34}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
