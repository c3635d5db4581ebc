"""What proves the ledger to who wasn't there: checkpoints, tiles, receipts, proofs, and entries for those who may read them.

Hashes and checkpoints are anybody's, as far as this hour's checkpoint goes: how the log grows within an hour would tell what happens
just now (law L4). What an entry says, and how long the log is this second, is for auditors, owners and owners' witnesses
(`ledger:read`); an agency and a person read their own entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import NO_GRANT
from pars.core import canonical
from pars.core.access.role import may
from pars.core.ledger.entries import Entry, decode
from pars.core.ledger.merkle import Step, leaf_hash, steps
from pars.core.ledger.proof import Proof
from pars.store import export, governance, ledger, tree
from pars.store.export import NotSealed
from pars.store.tree import Receipt

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.ledger.entries import By
    from pars.core.ledger.tiles import Tile
    from pars.core.terms import Refusal

__all__ = [
    "Logged", "NotSealed", "Receipt", "bundle", "checkpoint", "consistency", "inclusion", "leaf", "logged", "newest_checkpoint", "receipt",
    "receipt_at_home", "text_of", "tile", "way", "write_bundle",
]  # fmt: skip

PATIENCE = 5.0
"""Seconds that somebody at a screen waits for the newest entries to be sealed."""
AGENCY = "agency:"
"""What the authority of somebody begins with who calls for an outside agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A sealed entry: its place, its leaf's hash (hex), and its canonical bytes where the reader may have them."""

    index: int
    leaf: str
    body: bytes | None


def _reads_all(by: By | None) -> Refusal | None:
    """Return None where this reader may read every entry, as an auditor, an owner or an owner's witness may; else why not."""
    grant = governance.own_grant(by) if by is not None else None
    return NO_GRANT if grant is None else may(grant, "ledger:read", ledger.now())


def checkpoint(*, by: By | None = None) -> str | None:
    """Return the signed checkpoint that this reader may have: the newest, or this hour's; None before the first."""
    with ledger.reading():
        found = tree.cosigned(tree.load_checkpoint() if _reads_all(by) is None else tree.load_published(ledger.now()))
    return found[1] if found is not None else None


def newest_checkpoint() -> str | None:
    """Return the newest signed checkpoint, for whoever stands at the home; None before the first."""
    with ledger.reading():
        found = tree.cosigned(tree.load_checkpoint())
    return found[1] if found is not None else None


def receipt(entry: int, *, by: By) -> Receipt | None:
    """Return the receipt of an entry, as far as it is sealed; None where there is none, or for an agency where it isn't its own."""
    with ledger.reading():
        if by.authority.startswith(AGENCY) and not _reads(by, tree.load_entry(entry) or b""):
            return None
        return tree.load_receipt(entry)


def text_of(receipt: Receipt) -> bytes | None:
    """Return a receipt as a text that needs nobody to be checked (C2SP tlog-proof); None before the entry is under a checkpoint."""
    if receipt.index is None or receipt.note is None:
        return None
    extra = canonical.write({"entry": receipt.entry, "leaf": receipt.leaf})
    hashes = tuple(map(bytes.fromhex, receipt.proof))
    return Proof(index=receipt.index, hashes=hashes, note=receipt.note.encode(), extra=extra).text()


def receipt_at_home(entry: int) -> Receipt | None:
    """Return an entry's receipt, for whoever stands at the home; None where there is no such entry."""
    with ledger.reading():
        return tree.load_receipt(entry)


def way(receipt: Receipt) -> tuple[Step, ...]:
    """Return the way from a sealed entry's leaf to the root of the checkpoint in its receipt, nearest step first."""
    assert receipt.index is not None, "a proof is of a sealed entry"
    assert receipt.size is not None, "a proof leads to a checkpoint"
    return steps(bytes.fromhex(receipt.leaf), receipt.index, receipt.size, [bytes.fromhex(one) for one in receipt.proof])


def logged(index: int, *, by: By | None = None) -> Logged | None:
    """Return the entry at an index of the log, as far as this reader may read it; None where the log isn't that long for them."""
    with ledger.reading():
        found = tree.load_log(index, 1)
        if not found or found[0][0] != index:
            return None
        body = found[0][1]
        readable = by is not None and _reads(by, body)
        if not readable and index >= _reach(by):
            return None
    return Logged(index=index, leaf=leaf_hash(body).hex(), body=body if readable else None)


def leaf(index: int) -> str | None:
    """Return the leaf's hash (hex) at an index, for whoever stands at the home; None where the log isn't that long."""
    with ledger.reading():
        found = tree.load_log(index, 1)
    return leaf_hash(found[0][1]).hex() if found and found[0][0] == index else None


def tile(wanted: Tile, *, by: By | None = None) -> bytes | None:
    """Return a tile of the log; None where the log isn't so long for this reader."""
    with ledger.reading():
        return tree.load_tile(wanted) if wanted.within(_reach(by)) else None


def bundle(wanted: Tile, *, by: By) -> bytes | Refusal | None:
    """Return a bundle of entries for who may read every entry, why not for anybody else, None where the log isn't so long."""
    with ledger.reading():
        refusal = _reads_all(by)
        if refusal is not None:
            return refusal
        return tree.load_tile(wanted) if wanted.within(_reach(by)) else None


def inclusion(index: int, size: int, *, by: By | None = None) -> tuple[str, ...] | None:
    """Return the proof (hex) that the tree of `size` entries holds the one at `index`; None where there is no such tree or entry."""
    with ledger.reading():
        try:
            return tree.prove_inclusion(index, size) if size <= _reach(by) else None
        except ValueError:
            return None


def consistency(first: int, second: int, *, by: By | None = None) -> tuple[str, ...] | None:
    """Return the proof (hex) that the tree of `second` entries begins with that of `first`; None where there are no such trees."""
    with ledger.reading():
        try:
            return tree.prove_consistency(first, second) if second <= _reach(by) else None
        except ValueError:
            return None


def write_bundle(path: Path, *, by: By) -> Refusal | None:
    """Write the whole ledger as a bundle for whoever's grant lets them read it; return why not, where it doesn't.

    Raises NotSealed where what was committed by now isn't sealed within some seconds.
    """
    with ledger.reading():
        refusal = _reads_all(by)
    if refusal is None:
        export.export(path, patience=PATIENCE)
    return refusal


def _reach(by: By | None) -> int:
    """Return how long the log is for this reader: as the newest checkpoint says to who may read all, else as this hour's says."""
    found = tree.load_checkpoint() if _reads_all(by) is None else tree.load_published(ledger.now())
    return found[0] if found is not None else 0


def _reads(by: By, body: bytes) -> bool:
    entry = decode(body)
    if not isinstance(entry, Entry):
        return False
    if entry.by.person == by.person:
        return True
    if by.authority.startswith(AGENCY):
        name = by.authority.removeprefix(AGENCY)
        own = {by.authority, *(f"agreement:{agreement.id}" for agreement in governance.load_agreements(name))}
        return entry.by.authority in own or entry.detail.get("agency") == name
    return _reads_all(by) is None
