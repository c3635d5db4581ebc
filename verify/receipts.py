"""Checks a receipt (C2SP tlog-proof): the entry's leaf hash leads to the root of a checkpoint that the log's key, and enough witnesses, signed.

Status 0: it proves the entry. 1: it doesn't. 2: it can't be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.merkle import HASH_BYTES
from pars.core.ledger.policy import signed_by
from pars.core.ledger.proof import HEAD, read_proof
from verify.ed25519 import verify as verify_signature
from verify.report import UNUSABLE, VERIFIED, VIOLATED, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.ledger.bundle import Data
    from pars.core.ledger.checkpoint import Checkpoint, Note
    from pars.core.ledger.policy import Policy
    from pars.core.ledger.proof import Proof
    from verify.trust import Trust

LONGEST = 1 << 18
"""Bytes of a receipt: 63 hashes and a note are far shorter."""


def is_receipt(data: Data) -> bool:
    """Return whether a file begins as a receipt does."""
    return bytes(data[: len(HEAD) + 1]) == f"{HEAD}\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReport:
    """What came of it. `cosigners` are the witnesses of the policy that signed, each with its second."""

    status: int
    says: str
    entry: int | None = None
    leaf: str | None = None
    index: int | None = None
    point: Checkpoint | None = None
    cosigners: Mapping[str, int] | None = None

    def json(self) -> dict[str, Any]:
        """Return the report as values that JSON has."""
        said: dict[str, Any] = {"verdict": WORDS[self.status], "says": self.says}
        if self.point is not None:
            said |= {"ledger": self.point.origin, "entries": self.point.size}
        said |= {"entry": self.entry, "leaf": self.leaf, "index": self.index}
        return said | ({} if self.cosigners is None else {"witnesses": dict(self.cosigners)})

    def words(self) -> str:
        """Return the report for people."""
        lines = [f"{WORDS[self.status].upper()}: {self.says}"]
        if self.status == VERIFIED and self.point is not None:
            lines += [
                f"Entry {self.entry}, at index {self.index:,} of the {self.point.size:,} entries that {self.point.origin} had then.",
                f"Its leaf hash: {self.leaf}",
                "See that this is the leaf hash that came with your answer: which entry a receipt is about, it says itself, unsigned.",
            ]
            lines += [f"Signed by the witness {name} at {_time(at)}." for name, at in sorted((self.cosigners or {}).items())]
            if self.cosigners is None:
                lines.append("Whether witnesses saw it wasn't asked: give the owners' policy with --witnesses.")
            lines.append("What the entry says, and that it broke no rule, a bundle shows.")
        return "\n".join(lines) + "\n"


def check(data: Data, trust: Trust | None, policy: Policy | None = None) -> ReceiptReport:
    """Check a receipt against the log's key, and against a policy where one is given."""
    if trust is None:
        says = "this is a receipt. To check it, give the ledger's key with --trust, as the owners gave it to you."
        return ReceiptReport(status=UNUSABLE, says=says)
    try:
        proof = read_proof(bytes(data[:LONGEST]))
        note = read_note(proof.note)
        point, (entry, leaf) = read_checkpoint(note.body), _about(proof)
        holds = proof.holds(bytes.fromhex(leaf))
    except ValueError as problem:
        return ReceiptReport(status=UNUSABLE, says=f"the receipt can't be read: {problem}")
    if not trust.names({point.origin}):
        named = " and ".join(dict.fromkeys(name for name, _ in trust.logs))
        says = f"the file of keys is for {named}, and this receipt is of {point.origin}. Give the keys of {point.origin}."
        return ReceiptReport(status=UNUSABLE, says=says)
    wrong = _wrong(note, point.origin, trust, policy, holds=holds)
    return ReceiptReport(
        status=VERIFIED if wrong is None else VIOLATED,
        says=wrong or "the ledger had this entry, unchanged, at this place.",
        entry=entry,
        leaf=leaf,
        index=proof.index,
        point=point,
        cosigners=None if policy is None else policy.cosigners(note, verify_signature),
    )


def _wrong(note: Note, origin: str, trust: Trust, policy: Policy | None, *, holds: bool) -> str | None:
    signers = ((name, key) for name, key in trust.logs if name == origin)
    if not any(signed_by(note, name, key, verify_signature) for name, key in signers):
        return "its checkpoint is not signed by the ledger that you trust"
    if not holds:
        return "its hashes don't lead from the leaf to the signed root"
    if policy is not None and not policy.satisfied(note, verify_signature):
        return "too few of the witnesses that the policy names signed it"
    return None


def _about(proof: Proof) -> tuple[int, str]:
    """Return the number and the leaf hash of the entry that a receipt says it is about."""
    said: Any = canonical.read(proof.extra)
    entry, leaf = (said.get("entry"), said.get("leaf")) if isinstance(said, dict) else (None, None)
    if not isinstance(entry, int) or not isinstance(leaf, str) or len(bytes.fromhex(leaf)) != HASH_BYTES:
        raise ValueError("it doesn't say which entry it is about")
    return entry, leaf


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(min(seconds, 2**37), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
