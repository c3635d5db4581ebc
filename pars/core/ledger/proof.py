"""A receipt that needs nobody: an entry's place, the hashes up to a root, and the checkpoint that signs the root. C2SP tlog-proof.

    c2sp.org/tlog-proof@v1
    extra (base64)          what the receipt is about; under no signature
    index 4711              the entry's place in the log
    (base64)                the hashes that lead to the root, nearest first, a line each

    ledger.example          the checkpoint, as it was signed and cosigned
    …

Whoever holds it and knows the leaf's hash, the log's key and the witnesses' can check it without a network.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from pars.core.ledger.checkpoint import read_base64, read_checkpoint, read_hash, read_note, read_number
from pars.core.ledger.merkle import verify_inclusion

HEAD = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An entry's place, the hashes up to the root, the note that signs it, and what goes along under no signature."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    def text(self) -> bytes:
        """Return the proof as it is handed over."""
        lines = [
            HEAD,
            *([f"extra {b64encode(self.extra).decode()}"] if self.extra else []),
            f"index {self.index}",
            *(b64encode(one).decode() for one in self.hashes),
            "",
        ]
        return "".join(f"{line}\n" for line in lines).encode() + self.note

    def holds(self, leaf: bytes) -> bool:
        """Return whether the note's tree has this leaf hash at this place. Who signed the note is another question.

        Raises ValueError where the note is no checkpoint.
        """
        point = read_checkpoint(read_note(self.note).body)
        return verify_inclusion(leaf, self.index, point.size, self.hashes, point.root)


def read_proof(data: bytes) -> Proof:
    """Return the proof in a text. Raises ValueError for what is none, or not in its one form."""
    try:
        above, gap, note = data.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise ValueError("not a proof: not text in UTF-8") from None
    head, *lines = above.split("\n")
    if head != HEAD or not gap:
        raise ValueError(f"not a proof: it begins with '{HEAD}' and has an empty line before its checkpoint")
    extra = lines.pop(0).removeprefix("extra ") if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise ValueError("the proof doesn't say at which index the entry is")
    if len(lines) > 1 + MOST_HASHES:
        raise ValueError(f"a proof has at most {MOST_HASHES} hashes")
    if extra == "":
        raise ValueError("where nothing goes along there is no line 'extra'")
    return Proof(
        index=read_number(lines[0].removeprefix("index ")),
        hashes=tuple(map(read_hash, lines[1:])),
        note=note.encode(),
        extra=read_base64(extra or ""),
    )
