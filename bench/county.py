"""Writes the ledger bundle of an invented county, as long as one likes: what `pars-verify` is measured on.

    python -m bench.county 1000000 county.pars

What staff saw, what agencies got and how cases changed come in a county's proportions: mostly screens and answers of one record, some
lists, pages that follow pages, streams, exports, refusals. Thirty agencies ask under agreements that the three owners voted, with duties
that suspend and are met, renewed before they end. Each owner's witness signs every checkpoint. Every entry is of the core's own form, in its place and covered; every signature is
real. The texts are those that ship with PARS. The same number and seed give the same bytes, but for signatures.
"""

from __future__ import annotations

import argparse
import random
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bench.county_acts import Governance
from bench.county_traffic import Traffic
from pars.core.ledger import bundle, checkpoint, merkle
from pars.core.ledger.entries import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

POINTS = 64
"""How many checkpoints a bundle has, evenly spread, as `pars ledger export` thins them."""
BUFFER = 1 << 24


class Written:
    """A bundle on its way to a file: the entries behind a gap in which the leaf list will stand, since it comes first."""

    def __init__(self, file: BinaryIO, texts: Iterable[bytes], entries: int) -> None:
        self.file = file
        file.write(bundle.MAGIC)
        file.writelines(
            bundle.section(bundle.TEXT, hashed + text)
            for hashed, text in sorted({sha256(text).digest(): text for text in texts}.items())
        )
        self.list_at = file.tell()
        whole, rest = divmod(entries, bundle.LEAVES_IN_ONE)
        file.seek(entries * merkle.HASH_BYTES + (whole + bool(rest)) * bundle.HEAD_BYTES, 1)
        self.leaves = bytearray()
        self.tree = merkle.Frontier()
        self.held = bytearray()
        self.points = bytearray()

    def add(self, body: bytes, side: bytes) -> None:
        """Put an entry with its side row behind the others."""
        assert len(body) <= MAX_BYTES, body
        leaf = merkle.leaf_hash(body)
        self.tree.append(leaf)
        self.leaves += leaf
        self.held += b"E" + len(body).to_bytes(4) + body
        if side:
            self.held += b"C" + len(side).to_bytes(4) + side
        if len(self.held) > BUFFER:
            self._flush()

    def point(self, governance: Governance) -> None:
        """Sign a checkpoint over what is there."""
        body = checkpoint.Checkpoint(origin=governance.origin, size=self.tree.size, root=self.tree.root()).body()
        key = governance.log_key
        note = checkpoint.write_note(body, governance.origin, key.public_key().public_bytes_raw(), key.sign(body))
        note += governance.cosigned(body)
        self.held += (signed := bundle.section(bundle.CHECKPOINT, note))
        self.points += signed

    def finish(self) -> None:
        """Fill in the leaf list, and put the hash of what nothing else covers at the end."""
        self._flush()
        self.file.seek(self.list_at)
        step = bundle.LEAVES_IN_ONE * merkle.HASH_BYTES
        for at in range(0, len(self.leaves), step):
            self.file.write(bundle.section(bundle.LEAVES, bytes(self.leaves[at : at + step])))
        end = self.file.tell()
        self.file.seek(0)
        digest = sha256(self.file.read(end))
        digest.update(self.points)
        self.file.seek(0, 2)
        self.file.write(bundle.section(bundle.TRAILER, digest.digest()))

    def _flush(self) -> None:
        self.file.write(self.held)
        self.held.clear()


def write(path: Path, entries: int, *, seed: int = 1) -> None:
    """Write the bundle of a ledger of so many entries."""
    draw = random.Random(seed)
    governance = Governance(draw, entries)
    traffic = Traffic(draw, governance)
    with path.open("w+b") as file:
        made = Written(file, governance.texts, entries)
        for number in range(entries):
            governance.tick()
            made.add(*(governance.due() or traffic.entry()))
            if (number + 1) * POINTS // entries > number * POINTS // entries:
                made.point(governance)
        made.finish()


def main() -> int:
    """Write the bundle that the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench.county", description="Write the bundle of an invented county's ledger.")
    parser.add_argument("entries", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(given.out, given.entries, seed=given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
