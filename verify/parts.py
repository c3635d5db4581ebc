"""Parts of a bundle that entries are held against: the texts that they name, the list of leaf hashes, an entry's side row."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from pars.core.ledger import bundle, merkle
from pars.core.ledger.bundle import CHECKPOINT, ENTRY, LEAVES, SIDE_ROW, TEXT, TRAILER
from pars.core.ledger.entries import Kind
from pars.core.ledger.side_row import side_hash

if TYPE_CHECKING:
    from pars.core.ledger.bundle import Data, Section


@dataclass(frozen=True, slots=True)
class Side:
    """The side row that an entry asks for: the entry's index, where it stands, how many records, and its hash."""

    index: int
    offset: int
    rows: int
    stated: str

    def holds(self, body: bytes) -> bool:
        """Return whether these are as many commitments as rows, and the row whose hash is stated."""
        return len(body) == self.rows * merkle.HASH_BYTES and side_hash([body]) == self.stated


class Leaves:
    """The list of leaf hashes, as it came in sections of up to 256. Where they stand is kept; they are read again when asked for."""

    def __init__(self, data: Data) -> None:
        self.count = 0
        self._data = data
        self._sections: list[tuple[int, int]] = []
        self._full = True
        self._held = (0, b"")

    def add(self, section: Section) -> bool:
        """Take a section; return whether it is written in the one way."""
        count, rest = divmod(len(section.body), merkle.HASH_BYTES)
        well = self._full and not rest and 0 < count <= bundle.LEAVES_IN_ONE
        self._full = count == bundle.LEAVES_IN_ONE
        self._sections.append((self.count, section.offset + bundle.HEAD_BYTES))
        self.count += count
        return well

    def get(self, index: int) -> bytes:
        """Return the hash at an index; nothing beyond the end."""
        if index >= self.count:
            return b""
        first, body = self._held
        at = (index - first) * merkle.HASH_BYTES
        if not 0 <= at < len(body):
            first, body = self._held = self._section_with(index)
            at = (index - first) * merkle.HASH_BYTES
        return body[at : at + merkle.HASH_BYTES]

    def holds(self, index: int, hashes: bytes) -> bool:
        """Return whether these hashes, one behind the other, stand in the list from `index` on."""
        at, end = 0, len(hashes)
        while at < end:
            if index >= self.count:
                return False
            first, body = self._section_with(index)
            begin = (index - first) * merkle.HASH_BYTES
            length = min(len(body) - begin, end - at)
            if body[begin : begin + length] != hashes[at : at + length]:
                return False
            at, index = at + length, index + length // merkle.HASH_BYTES
        return True

    def _section_with(self, index: int) -> tuple[int, bytes]:
        number = bisect_right(self._sections, index, key=_FIRST) - 1
        first, offset = self._sections[number]
        end = self._sections[number + 1][0] if number + 1 < len(self._sections) else self.count
        return first, bytes(self._data[offset : offset + (end - first) * merkle.HASH_BYTES])

    def offset(self, index: int) -> int:
        """Return at which byte of the file the hash at an index stands, or would."""
        number = bisect_right(self._sections, index, key=_FIRST) - 1
        first, offset = self._sections[number] if number >= 0 else (0, len(bundle.MAGIC))
        return offset + (index - first) * merkle.HASH_BYTES


_FIRST = itemgetter(0)

TURN = {TEXT: 0, LEAVES: 1, ENTRY: 2, SIDE_ROW: 2, CHECKPOINT: 2, TRAILER: 3}
"""In which turn each kind of section comes."""

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
