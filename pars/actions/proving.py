"""What proves the ledger to who wasn't there: checkpoints, receipts, proofs, and entries for those who may read them.

Hashes and checkpoints are anybody's. What an entry says is for auditors and owners (`ledger:read`), for the agency that it is
about, and for the person who did it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import NO_GRANT
from pars.core.access.decision import may
from pars.core.ledger.entries import Entry, decode
from pars.core.ledger.merkle import Step, leaf_hash, steps
from pars.store import export, governance, ledger, tree
from pars.store.export import NotSealed
from pars.store.tree import Receipt

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal

__all__ = [
    "Logged",
    "NotSealed",
    "Receipt",
    "checkpoint",
    "consistency",
    "inclusion",
    "logged",
    "receipt",
    "way",
    "write_bundle",
]

PATIENCE = 5.0
"""Seconds that somebody at a screen waits for the newest entries to be sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A sealed entry: its place, its leaf's hash (hex), and its canonical bytes where the reader may have them."""

    index: int
    leaf: str
    body: bytes | None


def checkpoint() -> str | None:
    """Return the newest signed checkpoint; None before the first."""
    with ledger.reading():
        found = tree.load_checkpoint()
    return found[1] if found is not None else None


def receipt(entry: int) -> Receipt | None:
    """Return the receipt of an entry, as far as it is sealed; None where there is no such entry."""
    with ledger.reading():
        return tree.load_receipt(entry)


def way(receipt: Receipt) -> tuple[Step, ...]:
    """Return the way from a sealed entry's leaf to the root of the checkpoint in its receipt, nearest step first."""
    assert receipt.index is not None, "a proof is of a sealed entry"
    assert receipt.size is not None, "a proof leads to a checkpoint"
    return steps(bytes.fromhex(receipt.leaf), receipt.index, receipt.size, [bytes.fromhex(one) for one in receipt.proof])


def logged(index: int, *, by: By | None = None) -> Logged | None:
    """Return the entry at an index of the log, as far as this reader may read it; None where the log isn't that long."""
    with ledger.reading():
        found = tree.load_log(index, 1)
        if not found or found[0][0] != index:
            return None
        body = found[0][1]
        readable = by is not None and _reads(by, body)
    return Logged(index=index, leaf=leaf_hash(body).hex(), body=body if readable else None)


def inclusion(index: int, size: int) -> tuple[str, ...] | None:
    """Return the proof (hex) that the tree of `size` entries holds the one at `index`; None where there is no such tree or entry."""
    with ledger.reading():
        try:
            return tree.prove_inclusion(index, size)
        except ValueError:
            return None


def consistency(first: int, second: int) -> tuple[str, ...] | None:
    """Return the proof (hex) that the tree of `second` entries begins with that of `first`; None where there are no such trees."""
    with ledger.reading():
        try:
            return tree.prove_consistency(first, second)
        except ValueError:
            return None


def write_bundle(path: Path, *, by: By) -> Refusal | None:
    """Write the whole ledger as a bundle for whoever's grant lets them read it; return why not, where it doesn't.

    Raises NotSealed where what was committed by now isn't sealed within some seconds.
    """
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        refusal = NO_GRANT if grant is None else may(grant, "ledger:read", at)
    if refusal is None:
        export.export(path, patience=PATIENCE)
    return refusal


def _reads(by: By, body: bytes) -> bool:
    entry = decode(body)
    if not isinstance(entry, Entry):
        return False
    if entry.by.person == by.person:
        return True
    form, _, name = by.authority.partition(":")
    if form == "agency":
        own = {by.authority, *(f"agreement:{agreement.id}" for agreement in governance.load_agreements(name))}
        return entry.by.authority in own or entry.detail.get("agency") == name
    grant = governance.own_grant(by)
    return grant is not None and may(grant, "ledger:read", ledger.now()) is None
