"""Parts of a bundle that entries are held against: the texts that they name, the list of leaf hashes, an entry's side row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger import bundle, merkle
from pars.core.ledger.entries import Kind

if TYPE_CHECKING:
    from pars.core.ledger.bundle import Section


@dataclass(frozen=True, slots=True)
class Side:
    """The side row that an entry asks for: the entry's index, where it stands, how many records, and their root."""

    index: int
    offset: int
    rows: int
    root: str

    def holds(self, body: bytes) -> bool:
        """Return whether these are as many commitments as rows, under the stated root."""
        parts = [body[at : at + merkle.HASH_BYTES] for at in range(0, len(body), merkle.HASH_BYTES)]
        return len(body) == self.rows * merkle.HASH_BYTES and merkle.root_of_data(parts).hex() == self.root


class Leaves:
    """The list of leaf hashes, as it came in sections of up to 256."""

    def __init__(self) -> None:
        self.hashes = bytearray()
        self.sections: list[tuple[int, int]] = []
        self.full = True

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.hashes) // merkle.HASH_BYTES

    def add(self, section: Section) -> bool:
        """Take a section; return whether it is written in the one way."""
        count, rest = divmod(len(section.body), merkle.HASH_BYTES)
        well = self.full and not rest and 0 < count <= bundle.LEAVES_IN_ONE
        self.full = count == bundle.LEAVES_IN_ONE
        self.sections.append((self.count, section.offset + bundle.HEAD_BYTES))
        self.hashes += section.body
        return well

    def get(self, index: int) -> bytes:
        """Return the hash at an index; nothing beyond the end."""
        return bytes(self.hashes[index * merkle.HASH_BYTES : (index + 1) * merkle.HASH_BYTES])

    def offset(self, index: int) -> int:
        """Return at which byte of the file the hash at an index stands, or would."""
        before = [(first, offset) for first, offset in self.sections if first <= index]
        first, offset = before[-1] if before else (0, len(bundle.MAGIC))
        return offset + (index - first) * merkle.HASH_BYTES


CITES: dict[Kind, tuple[str, ...]] = {
    Kind.GENESIS_OPENED: ("charter", "floor", "catalogue", "roles", "detainers", "profile"),
    Kind.AGREEMENT_PROPOSED: ("version",),
    Kind.AGREEMENT_VOTED: ("why",),
    Kind.INQUIRY_MADE: ("inquiry",),
    Kind.INQUIRY_ANSWERED: ("answer",),
    Kind.USE_REPORT_MADE: ("report",),
    Kind.NOTICE_SERVED: ("notice",),
    Kind.OFFENSES_LOADED: ("offenses",),
    Kind.OWNERS_TEXT_PROPOSED: ("text",),
    Kind.CALENDAR_LOADED: ("calendar",),
    Kind.SESSION_CLOSED: ("record",),
}
"""Where entries name texts that must travel along."""
