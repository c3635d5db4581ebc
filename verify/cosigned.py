"""Holds what the witnesses signed against the ledger: whose lines stand under its checkpoints, how far enough have signed, and when.

A cosignature has a time by the witness's own clock. Once enough have signed a checkpoint, two things follow for the database's: what
is under it had happened by then, and an answer that isn't under it was given no earlier. A clock that was set back to slip an answer
under an agreement that had ended stands out there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import COSIGNER, Note, key_id
from pars.core.ledger.cosignature import cosigned_at
from pars.core.ledger.entries import Kind, Violation
from pars.core.owners.witness_text import WitnessText
from pars.core.terms import SECOND, Instant
from verify.report import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.ledger.checkpoint import NoteSignature
    from pars.core.ledger.cosignature import Verify
    from pars.core.ledger.entries import Entry
    from pars.core.ledger.fold_runs import Numbers
    from pars.core.ledger.state import State
    from pars.core.owners.owners_text import Texts
    from pars.core.owners.witness_text import Named

EARLIER_US = SECOND
"""By how much an answer's time may lie before the second at which enough witnesses had signed a checkpoint without it."""
LATER_US = 3 * SECOND
"""By how much an entry's time may lie after that of the signatures over it: their seconds are whole, and no two clocks are one."""
BAD_LINE = (
    "a line under the checkpoint is no cosignature of a witness whom the owners named, each once, in the order of their names"
)
BACK = "the answer's time is before that of witnesses who had signed the log without it: the clock was set back"
AHEAD = "its time is after that of the witnesses who signed it: the clock was ahead"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """How far enough witnesses have signed: how many are enough, of how many, the first entries that they cover, and the longest wait (µs)."""

    needs: int
    all: int
    size: int
    gap: int


class Cosigned:
    """Fed with the entries and checkpoints of a ledger in their order."""

    def __init__(self) -> None:
        self.size = 0
        self.gap = 0
        self._floor: int | None = None
        """The latest second (µs) at which enough had signed the log without what comes now."""
        self._latest: tuple[int, int] | None = None
        """The latest time among the entries since the last checkpoint that enough signed, and its index."""
        self._oldest: int | None = None
        self.late: tuple[int, str] | None = None
        """The entry whose time is after that of the signatures over it, and what that means."""
        self._texts: Texts | None = None
        self._until: Instant | None = None
        self._text: WitnessText | None = None

    def entry(self, entry: Entry, index: int, state: State) -> Violation | None:
        """Take an entry; return what is wrong with its time. A simulated ledger's times are made up, and held against nobody's."""
        if state.opening is None or state.opening.simulated or self._in_force(state) is None:
            return None
        if self._latest is None or entry.at > self._latest[0]:
            self._latest = (entry.at, index)
        self._oldest = entry.at if self._oldest is None else min(self._oldest, entry.at)
        if entry.kind is not Kind.DISCLOSED or self._floor is None or entry.at >= self._floor - EARLIER_US:
            return None
        return Violation(what="CLOCK_BACK", says=BACK, index=index, entry=entry.id)

    def ahead(self, offset: int) -> tuple[Finding, ...]:
        """Return the entry whose time is after that of the signatures over it, as a finding; nothing where there is none."""
        if self.late is None:
            return ()
        index, says = self.late
        return (Finding(what="CLOCK_AHEAD", says=says, place=f"the entry at index {index}", offset=offset, index=index),)

    def run(self, numbers: Numbers, index: int, state: State) -> bool:
        """Take plain entries that follow each other, the first at `index`; return whether nothing is wrong with their times.

        Nothing is said of those in whose midst another text on witnesses comes into force, or one ends: they are for `entry` to take.
        """
        earliest, latest, place = numbers.times
        if (texts := state.texts.get("witnesses")) is not None:
            change = texts.changes_after(Instant(state.latest))
            if change is not None and change <= latest:
                return False
        if state.opening is None or state.opening.simulated or self._in_force(state) is None:
            return True
        if self._latest is None or latest > self._latest[0]:
            self._latest = (latest, index + place)
        self._oldest = earliest if self._oldest is None else min(self._oldest, earliest)
        return self._floor is None or numbers.answered is None or numbers.answered[0] >= self._floor - EARLIER_US

    def checkpoint(self, note: Note, more: tuple[NoteSignature, ...], size: int, state: State, verify: Verify) -> str | None:
        """Take the lines under a checkpoint besides the log's; return what is wrong with them."""
        known = {(one.name, key_id(one.name, one.key, COSIGNER)): one for one in _named(state)}
        signers: dict[bytes, int] = {}
        before = ""
        for line in more:
            one = known.get((line.name, line.key_id))
            at = None if one is None else cosigned_at(Note(note.body, (line,)), one.name, one.key, verify)
            if one is None or at is None or line.name <= before:
                return BAD_LINE
            before, signers[one.key] = line.name, at
        text = self._in_force(state)
        if text is not None:
            self._count(text, signers, size)
        return None

    def _count(self, text: WitnessText, signers: dict[bytes, int], size: int) -> None:
        times = sorted(at for one in text.witnesses if (at := signers.get(one.key)) is not None)
        if len(times) < text.needs:
            return
        # As many as are enough had signed by the first, and as many had signed no earlier than the second.
        by, since = times[text.needs - 1] * SECOND, times[len(times) - text.needs] * SECOND
        if self._latest is not None and self._latest[0] > by + LATER_US and self.late is None:
            self.late = (self._latest[1], AHEAD)
        if self._oldest is not None:
            self.gap = max(self.gap, by - self._oldest)
        self.size, self._latest, self._oldest = size, None, None
        self._floor = since if self._floor is None else max(self._floor, since)

    def _in_force(self, state: State) -> WitnessText | None:
        """Return the text on witnesses in force at the latest time so far; anew only where an act or time may have changed it."""
        texts, at = state.texts.get("witnesses"), Instant(state.latest)
        if texts is not self._texts or (self._until is not None and at >= self._until):
            force = texts.in_force(at) if texts is not None else None
            named = force.text if force is not None and isinstance(force.text, WitnessText) and force.text.witnesses else None
            self._texts, self._text = texts, named
            self._until = texts.changes_after(at) if texts is not None else None
        return self._text

    def told(self, state: State) -> Witnessed | None:
        """Return how far the ledger is witnessed; None where its owners named nobody."""
        text = self._in_force(state)
        return None if text is None else Witnessed(text.needs, len(text.witnesses), self.size, max(self.gap, 0))


def _named(state: State) -> Iterator[Named]:
    """Give every witness whom a text named that the owners adopted so far."""
    texts = state.texts.get("witnesses")
    for one in texts.adopted if texts is not None else ():
        if isinstance(one.text, WitnessText):
            yield from one.text.witnesses
