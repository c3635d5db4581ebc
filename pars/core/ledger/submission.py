"""What a log hands to a witness, and asks for its cosignature: C2SP tlog-witness, the body of `add-checkpoint`.

old 4711                the size of the last checkpoint that the witness cosigned; 0 for none
(base64)                the hashes that show that the ledger only grew since then, a line each; none after 0

ledger.example          the new checkpoint, as it was signed
…
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from pars.core.ledger.checkpoint import read_hash, read_number

MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"
"""The media type of a witness's answer that another size was the last: the size, and a newline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The size that the witness is taken to know, the proof from there, and the new checkpoint's note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def text(self) -> bytes:
        """Return the body that is sent."""
        lines = [f"old {self.old}", *(b64encode(one).decode() for one in self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note


def read_submission(data: bytes) -> Submission:
    """Return what a log sent. Raises ValueError for anything else. What the note is, its reader says."""
    try:
        above, gap, note = data.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise ValueError("not text in UTF-8") from None
    old, *proof = above.split("\n")
    if not gap or not old.startswith("old "):
        raise ValueError("it begins with 'old SIZE', the lines of the proof and an empty line")
    if len(proof) > MOST_HASHES:
        raise ValueError(f"a proof has at most {MOST_HASHES} hashes")
    return Submission(old=read_number(old.removeprefix("old ")), proof=tuple(map(read_hash, proof)), note=note.encode())
