"""Checks a bundle from its first byte to its last, once, and says what is wrong and where.

Three things are held against each other: the entries, the list of their leaf hashes, and the roots that the log's key signed.
Whichever disagrees with the other two is at fault, so that a changed entry is named by its index and a damaged list or
checkpoint doesn't put the blame on an entry.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.ledger import bundle, merkle
from pars.core.ledger.bundle import CHECKPOINT, ENTRY, LEAVES, SIDE_ROW, TEXT, TRAILER, Broken, Data, Section, read_sections
from pars.core.ledger.checkpoint import Checkpoint, Note, read_checkpoint, read_note
from pars.core.ledger.entries import Entry, Kind, Violation, decode
from pars.core.ledger.fold import UNKNOWN_RULES, State, fold
from pars.core.ledger.log_keys import LogKeys
from pars.core.ledger.log_names import LogNames
from verify import ed25519
from verify.cosigned import Cosigned
from verify.given_keys import against
from verify.parts import CITES, TURN, Leaves, Side
from verify.report import CUT_OFF, UNUSABLE, VERIFIED, VIOLATED, Finding, Findings, Report, cut_off, entry_changed
from verify.telling import told
from verify.trust import OTHER_LEDGER, SEATS_LACKING

if TYPE_CHECKING:
    from verify.trust import Trust

NO_FAULT = frozenset({UNKNOWN_RULES, OTHER_LEDGER, SEATS_LACKING, CUT_OFF})
"""What is wrong with this program, with the keys that were given or with the copy, and not with the ledger."""

signed = lru_cache(maxsize=4096)(ed25519.verify)
"""Checking one signature takes milliseconds and always says the same."""


def verify(data: Data, trust: Trust | None = None) -> Report:
    """Return what a check of the bundle in `data` came to. `trust` are keys that came by another way."""
    check = Check(data, trust)
    try:
        for section in read_sections(data):
            check.take(section)
    except Broken as broken:
        check.broken(broken)
    return check.finish()


class Check:
    """One pass over one bundle."""

    def __init__(self, data: Data, trust: Trust | None) -> None:
        self.trust = trust
        self.findings = Findings()
        self.digest = sha256(bundle.MAGIC)
        self.turn = 0
        self.cut = self.torn = self.cut_off = False
        self.last = 0
        self.end = len(bundle.MAGIC)
        self.texts: dict[str, bytes] = {}
        self.text_at: dict[str, int] = {}
        self.cited: set[str] = set()
        self.leaves = Leaves(data)
        self.tree = merkle.Frontier()
        self.state: State | None = State()
        self.genesis: Entry | None = None
        self.genesis_at = 0
        self.log_keys: LogKeys | None = None
        self.side: Side | None = None
        self.suspect: Finding | None = None
        self.listed = True
        self.diverged = False
        self.certified = 0
        self.checkpoints = 0
        self.misplaced: list[tuple[Checkpoint, int]] = []
        self.cosigned = Cosigned()
        self.names: LogNames | None = None
        self.rewritten: int | None = None
        """Where the entries ended that a kept checkpoint is over, and weren't those."""

    def found(self, what: str, says: str, place: str, offset: int) -> None:
        """Note something wrong that is no entry's fault."""
        self.findings.note(Finding(what=what, says=says, place=place, offset=offset))

    # ------------------------------------------------------------ sections

    def take(self, section: Section) -> None:
        """Check the next section."""
        tag, turn, self.last = section.tag, TURN[section.tag], section.offset
        if turn < self.turn or self.turn == TURN[TRAILER]:
            says, place = "a section stands where none of its kind may stand", f"section {tag.decode()}"
            self.found("SECTION_MOVED", says, place, section.offset)
        self.turn = max(turn, self.turn)
        if tag == TRAILER:
            self._trailer(section)
        if tag not in bundle.HASHED:
            self.digest.update(bundle.head(tag, len(section.body)))
            self.digest.update(section.body)
        self.end = section.offset + bundle.HEAD_BYTES + len(section.body)
        if tag == TEXT:
            self._text(section)
        elif tag == LEAVES:
            self._leaf_list(section)
        elif tag == ENTRY:
            self.entry(section)
        elif tag == SIDE_ROW:
            self._side_row(section)
        elif tag == CHECKPOINT:
            self.checkpoint(section)

    def broken(self, broken: Broken) -> None:
        """The file can't be read on. Where no entry tore it, no entry is missing for its own fault."""
        self.cut = True
        if broken.stops and self.turn != TURN[TRAILER] and self.digest.digest().startswith(broken.trailer):
            self._cut_off(broken.offset)
            return
        index = self.tree.size if broken.tag == ENTRY else None
        side_row = self.side is not None and self.side.rows > 0
        before = any(one.offset == self.last and one.index is None for one in self.findings[-1:])
        self.torn = index is None and (side_row or before or broken.tag in TURN.keys() - {ENTRY})
        found = Finding(what="UNREADABLE", says=broken.says, place=self.where(), offset=broken.offset, index=index)
        self.findings.append(found)

    def _cut_off(self, offset: int) -> None:
        """The file's end is missing, and what was to come in it: nobody is to blame for that. No cut makes a file verified."""
        self.cut_off = True
        self.findings.append(cut_off(self.where(), offset))
        if self.side is not None and self.side.rows:
            self.side = None

    def where(self) -> str:
        """Say how far it has come."""
        return f"after the entry at index {self.tree.size - 1}" if self.tree.size else "before the first entry"

    def _text(self, section: Section) -> None:
        stated, text = section.body[: merkle.HASH_BYTES].hex(), section.body[merkle.HASH_BYTES :]
        if sha256(text).hexdigest() != stated:
            self.found("TEXT_CHANGED", "a text is not the one that its hash names", f"text {stated}", section.offset)
            return
        if self.texts and stated <= next(reversed(self.texts)):
            self.found("SECTION_MOVED", "the texts are not in the order of their hashes", f"text {stated}", section.offset)
        self.texts[stated] = text
        self.text_at[stated] = section.offset

    def _leaf_list(self, section: Section) -> None:
        if not self.leaves.add(section):
            self.found(
                "LEAF_LIST", "the list of leaf hashes is not written in its one way", "the list of leaf hashes", section.offset
            )

    def _trailer(self, section: Section) -> None:
        if section.body != self.digest.digest():
            self.found(
                "TRAILER", "some byte before the trailer, or the trailer itself, was changed", "the trailer", section.offset
            )

    # ------------------------------------------------------------ entries

    def entry(self, section: Section) -> None:
        index, hashed = self.tree.size, merkle.leaf_hash(section.body)
        self.close_side_row()
        if self.listed and self.suspect is None and not self.diverged and hashed != self.leaves.get(index):
            self.suspect = entry_changed(index, section.offset)
        self.tree.append(hashed)
        self._compare_kept(section.offset)
        entry = self.read(section.body, index, section.offset)
        if entry is not None and (entry.kind is Kind.DISCLOSED or entry.kind is Kind.SHOWN):
            self.side = Side(index, section.offset, entry.detail["rows"], entry.detail["side"])

    def read(self, body: bytes, index: int, offset: int) -> Entry | None:
        """Add what the entry says to the state; return it, None where it can't be read."""
        entry = decode(body)
        if isinstance(entry, Violation):
            self.violated(entry, index, offset)
            return None
        if index == 0:
            self._first(entry, offset)
        if self.log_keys is not None:
            self.log_keys.take(index, entry)
        if self.state is None:
            return entry
        outcome = fold(self.state, entry, self.texts, signed)
        if isinstance(outcome, Violation):
            self.violated(outcome, index, offset)
            return entry
        if self.names is not None:
            self.names.take(index, entry, outcome)
        if (back := self.cosigned.entry(entry, index, outcome)) is not None:
            self.violated(back, index, offset)
        if entry.kind in CITES:
            for field in CITES[entry.kind]:
                named = entry.detail.get(field, ())
                self.cited.update([named] if isinstance(named, str) else named)
        return entry

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong so far with entries or the list of their leaf hashes, nothing is awaited, and entries may follow."""
        as_sealed = self.suspect is None and self.listed and not self.diverged
        return as_sealed and self.state is not None and self.side is None and self.turn <= TURN[ENTRY]

    def violated(self, violation: Violation, index: int, offset: int) -> None:
        """Note the first entry that can't be; what follows from it isn't looked at."""
        if self.state is None:
            return
        self.state = None
        place = f"the entry at index {index}"
        at_fault = violation.what not in {"TEXT_MISSING", UNKNOWN_RULES}
        self.findings.append(
            Finding(
                what=violation.what,
                says=violation.says,
                place=place if at_fault else f"the texts that {place} names",
                offset=offset,
                index=index if at_fault else None,
                entry=violation.entry if at_fault else None,
            )
        )

    def _first(self, entry: Entry, offset: int) -> None:
        """Take the log's first key and its name from the first entry."""
        if entry.kind is not Kind.GENESIS_OPENED:
            return
        self.genesis, self.genesis_at = entry, offset
        self.log_keys, self.names = LogKeys(bytes.fromhex(entry.detail["log_key"])), LogNames(entry.detail["origin"])

    def _compare_kept(self, offset: int) -> None:
        """Compare the tree with a checkpoint that somebody kept, once it is as long. Whether it is of this ledger, the end shows."""
        kept = self.trust.checkpoint if self.trust is not None else None
        if kept is not None and kept.size == self.tree.size and kept.root != self.tree.root():
            self.rewritten = offset

    # ------------------------------------------------------------ side rows

    def _side_row(self, section: Section) -> None:
        side, self.side = self.side, None
        if side is None or not side.rows:
            self.found("SIDE_ROW", "a side row stands where no entry asks for one", f"side row {self.where()}", section.offset)
            return
        if not side.holds(section.body):
            self.found(
                "SIDE_ROW",
                "the commitments are not those whose number and root the entry states",
                f"the side row of the entry at index {side.index}",
                section.offset,
            )

    def close_side_row(self) -> None:
        """The side row of the entry before must have come by now; where it disclosed nothing, the hash of nothing needs none."""
        side, self.side = self.side, None
        if side is not None and (side.rows or not side.holds(b"")):
            self.found(
                "SIDE_ROW",
                "an entry's commitments are missing",
                f"the side row of the entry at index {side.index}",
                side.offset,
            )

    # ------------------------------------------------------------ checkpoints

    def checkpoint(self, section: Section) -> None:
        self.close_side_row()
        self.checkpoints += 1
        place = f"the checkpoint {self.where()}"
        point = self._signed_point(section, place)
        if point is None:
            return
        if point.size != self.tree.size or point.size == self.certified:
            self.misplaced.append((point, section.offset))
        elif point.root == self.tree.root():
            self._clear()
        elif not self.diverged:
            self._diverge(point, section.offset)

    def _signed_point(self, section: Section, place: str) -> Checkpoint | None:
        """Return the checkpoint in the section, if it is this ledger's and its signature holds."""
        try:
            note = read_note(section.body)
            point = read_checkpoint(note.body)
        except ValueError as problem:
            self.found("CHECKPOINT", str(problem), place, section.offset)
            return None
        if self.log_keys is None or self.names is None:
            self.found("CHECKPOINT", "there is no first entry that says whose key signs", place, section.offset)
            return None
        origin, since = self.names.at(self.tree.size), min(self.certified, point.size)
        own = max(1, len(self.log_keys.signing(point.size, since)))
        well = self.log_keys.sign_it(
            Note(note.body, note.signatures[:own]), origin, size=point.size, since=since, verify=signed
        )
        if point.origin != origin or not well:
            says = "the checkpoint is not signed first by the log's key in force, with the one before it where it changed"
            self.found("CHECKPOINT", says, place, section.offset)
            return None
        wrong = (
            self.cosigned.checkpoint(note, note.signatures[own:], point.size, self.state, signed)
            if self.state is not None
            else None
        )
        if wrong is not None:
            self.found("COSIGNATURE", wrong, place, section.offset)
        return point

    def _clear(self) -> None:
        """Every entry so far is what was signed; where the list of leaf hashes says otherwise, the list is at fault."""
        if self.suspect is not None and self.suspect.index is not None:
            number = self.suspect.index
            self.found(
                "LEAF_LIST",
                "the list of leaf hashes is not that of the entries",
                f"the list of leaf hashes, number {number}",
                self.leaves.offset(number),
            )
            self.listed = False  # it has been told of; what follows in it isn't looked at
        self.suspect = None
        self.certified = self.tree.size

    def _diverge(self, point: Checkpoint, offset: int) -> None:
        """Some entry since the last good checkpoint isn't what was signed."""
        self.diverged = True
        if self.suspect is not None:
            self.findings.append(self.suspect)
            self.suspect = None
            return
        self.findings.append(
            Finding(
                what="ENTRY_CHANGED",
                says=f"one of the entries {self.certified} to {point.size - 1}, and the list of leaf hashes with it, is not what "
                "the log's key signed",
                place=f"the entries {self.certified} to {point.size - 1}",
                offset=offset,
                index=self.certified,
            )
        )

    # ------------------------------------------------------------ the end

    def finish(self) -> Report:
        """Check what only the end can show, and return the report."""
        if self.turn != TURN[TRAILER] and not self.cut:
            self._cut_off(self.end)
        if self.tree.size == 0 and not self.findings:
            self.found("NO_ENTRY", "there is no entry in it", self.where(), self.end)
        self.close_side_row()
        for point, offset in self.misplaced:
            self._misplaced(point, offset)
        if self.suspect is not None:
            self.findings.append(self.suspect)
        elif self.listed and self.leaves.count > self.tree.size and not self.diverged and not self.torn and not self.cut_off:
            self._entries_fewer()
        if self.certified != self.tree.size and not self.cut_off:
            self.found("NO_CHECKPOINT", "no good checkpoint covers the last entries", self.where(), self.end)
        self.findings += against(self)
        self.findings += self.cosigned.ahead(self.end)
        if self.state is not None:
            self._agree_with_state(self.state)
        return self._report()

    def _misplaced(self, point: Checkpoint, offset: int) -> None:
        if point.size > self.tree.size and self.suspect is None and not self.diverged:
            says = f"a checkpoint covers {point.size} entries, and here are {self.tree.size}"
            place = f"the entry at index {self.tree.size}"
            self.findings.append(Finding(what="ENTRY_MISSING", says=says, place=place, offset=offset, index=self.tree.size))
            self.diverged = True
        else:
            self.found("CHECKPOINT", f"a checkpoint over {point.size} entries stands elsewhere", "a checkpoint", offset)

    def _entries_fewer(self) -> None:
        number = self.tree.size
        if self.certified == number:
            offset = self.leaves.offset(number)
            self.found(
                "LEAF_LIST",
                "the list of leaf hashes is longer than the log",
                f"the list of leaf hashes, number {number}",
                offset,
            )
        else:
            says, place = "an entry that was sealed is missing", f"the entry at index {number}"
            self.findings.append(Finding(what="ENTRY_MISSING", says=says, place=place, offset=self.end, index=number))

    def _agree_with_state(self, state: State) -> None:
        # Where something else is wrong, the entries that name a text may be what is missing.
        for hashed in () if self.findings else [hashed for hashed in self.texts if hashed not in self.cited]:
            self.found("TEXT_EXTRA", "a text is there that no entry names", f"text {hashed}", self.text_at[hashed])

    def _report(self) -> Report:
        findings = tuple(sorted(self.findings, key=lambda one: (one.index is None, one.offset)))
        nothing = self.tree.size == 0 or (findings and all(one.what in NO_FAULT for one in findings))
        status = UNUSABLE if nothing else VIOLATED if findings else VERIFIED
        trusted = self.trust is not None and all(one.what != OTHER_LEDGER for one in findings)
        return Report(status=status, findings=findings, told=told(self), trusted=trusted, more=self.findings.more)
