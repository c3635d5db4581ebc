"""Checks a bundle as `checks` does, by all processors at once, and says the same of it.

One check goes through the bundle, as ever. Where it comes to a stretch of entries that other processes have read ahead (`spans`), it takes
what they found of whole runs of entries at once, as far as that can be seen to be right; everything else it reads itself, section after
section. So this never finds anything: whatever is wrong is found by the one check that reads in turn, and is told in its words. What the
others work out is held against the list of leaf hashes, and the roots over that list against what the log's key signed.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from pars.core.ledger import merkle
from pars.core.ledger.bundle import ENTRY, HEAD_BYTES, LEAVES_IN_ONE, LONGEST, Broken, Section, read_sections, section
from pars.core.ledger.fold_runs import Groups, take_numbers
from verify import spans
from verify.checks import Check, verify
from verify.files import OnDisk
from verify.parts import TURN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from pars.core.ledger.bundle import Data
    from verify.report import Report
    from verify.trust import Trust

T = TypeVar("T")
Submit: TypeAlias = "Callable[..., Future[bytes]]"

SPAN = 1 << 24
"""Bytes of a bundle that one process reads at a time."""
WORTH_IT = 4 * SPAN
"""From how many bytes on other processes are begun for a bundle."""
AHEAD = 2
"""How many stretches each process may be ahead of the check."""
MOST_ANEW = 8
"""How often a check is begun anew because of one more stretch that must be read in turn; then all are."""
LISTS = 64
"""How many sections of the list of leaf hashes one process takes at a time."""
_LIST_BYTES = HEAD_BYTES + LEAVES_IN_ONE * merkle.HASH_BYTES
_TRAILER_BYTES = HEAD_BYTES + merkle.HASH_BYTES


def verify_fast(data: Data, trust: Trust | None = None, *, processes: int | None = None, span: int = SPAN) -> Report:
    """Return what a check of the bundle in `data` came to. `processes` read ahead: None: as suits this machine; 0: this one does."""
    if processes is None:
        processes = _processors() if isinstance(data, OnDisk) and len(data) >= WORTH_IT else 0
    if processes and not isinstance(data, OnDisk):
        raise ValueError("only a file can be read by several processes")
    in_turn: set[int] = set()
    try:
        with _beside(processes) as submit:
            while len(in_turn) < MOST_ANEW:
                try:
                    return Ahead(data, trust, submit, in_turn, ahead=max(1, AHEAD * processes), span=span).report()
                except _InTurn as doubtful:
                    in_turn.add(doubtful.start)
    except BrokenProcessPool:
        pass  # one that read ahead was stopped from outside: what it would have said, this one finds out
    return verify(data, trust)


def _processors() -> int:
    """Return how many processes to begin; none where one of them would be all, or where they can't be begun as copies of this one."""
    if "fork" not in get_all_start_methods():
        return 0
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0


@contextmanager
def _beside(processes: int) -> Iterator[Submit]:
    """Give a way to have functions called by other processes; by this one at once, where there are to be none."""
    if not processes:
        yield here
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=_begun)
    try:
        yield pool.submit
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begun() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts, interrupts the first process alone: the others end with it
    gc.disable()  # nothing that is read ahead refers to itself: looking for that costs a twentieth


def here(function: Callable[..., T], *given: object) -> Future[T]:
    done: Future[T] = Future()
    try:
        done.set_result(function(*given))
    except OSError as problem:
        done.set_exception(problem)
    return done


def _span(data: Data, base: int, until: int, known: bool) -> bytes:
    """Read a stretch: from `base`, where it is known that an entry begins there, else from the first one that seems to."""
    part = bytes(data[base : until + spans.BEYOND])
    begin = 0 if known else spans.first_entry(part, until - base + HEAD_BYTES + 16)
    if begin < 0:
        return spans.pack_span(spans.Span(until, until, b"", ()))
    return spans.pack_span(spans.read_span(part, base, base + begin, until))


def _tops(data: Data, offset: int, count: int) -> bytes:
    return spans.tops(bytes(data[offset : offset + count * _LIST_BYTES]))


class _InTurn(Exception):
    """The stretch that begins at byte `start` must be read in turn."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


class Ahead:
    """One check of one bundle, with what others read ahead of it."""

    def __init__(
        self, data: Data, trust: Trust | None, submit: Submit, in_turn: AbstractSet[int], *, ahead: int, span: int
    ) -> None:
        self.data, self.submit, self.in_turn, self.ahead, self.span = data, submit, in_turn, ahead, span
        self.check = Check(data, trust)
        self.groups = Groups()
        self.size = 0
        self.grown = merkle.Frontier()
        self.tops: list[Future[bytes]] = []
        self.together = 0
        """How many entries were taken as some of many that are alike."""

    def report(self) -> Report:
        """Go through the bundle, and say what came of it."""
        try:
            self._through()
        except Broken as broken:
            self.check.broken(broken)
        return self.check.finish()

    def _through(self) -> None:
        at = self._to_first_entry()
        if at is not None:
            for found in self._ahead(at, len(self.data) - _TRAILER_BYTES):
                at = self._in_turn(at, found.start)
                if found.start == at and self.check.is_well:
                    at = self._advance(found)
        if at is not None:
            self._in_turn(at, len(self.data))
            self._settle(self.size)

    def _to_first_entry(self) -> int | None:
        """Check everything before the first entry; return where that begins, None where there is none."""
        for one in read_sections(self.data):
            if one.tag == ENTRY:
                return one.offset
            self.check.take(one)
        return None

    def _ahead(self, first: int, end: int) -> Iterator[spans.Span]:
        """Give the stretches in their order, a few of them asked for ahead."""
        asked: deque[Future[bytes]] = deque()
        starts = range(first, end, self.span)
        lists = self.check.leaves.count // LEAVES_IN_ONE // LISTS + 1
        for number, start in enumerate(starts):
            while len(self.tops) * len(starts) < lists * (number + 1):
                self._ask_tops()
            until = min(start + self.span, end)
            asked.append(self.submit(_span, self.data, start, until, start == first))
            if len(asked) > self.ahead:
                yield spans.unpack_span(asked.popleft().result())
        while asked:
            yield spans.unpack_span(asked.popleft().result())

    # ------------------------------------------------------------ in turn

    def _in_turn(self, at: int, until: int) -> int:
        """Have the one check read section after section up to a place, or the first one behind it; return where it stopped."""
        if at >= until:
            return at
        self._settle(self.size)
        for one in read_sections(self.data, at):
            if one.offset >= until:
                self.size = self.check.tree.size
                return one.offset
            self.check.take(one)
        self.size = self.check.tree.size
        return len(self.data)

    # ------------------------------------------------------------ at once

    def _advance(self, found: spans.Span) -> int:
        """Take a stretch as far as it was read; return where it went on to. Raises _InTurn where something isn't seen to be right."""
        check, before = self.check, self.size
        after = before + len(found.leaves) // merkle.HASH_BYTES
        if found.start in self.in_turn or not check.leaves.holds(before, found.leaves) or not self._as_trusted(before, after):
            return found.start
        for part in found.parts:
            self.size = before + part.before
            if not self._take(part) or not check.is_well:
                raise _InTurn(found.start)
            if not isinstance(part, spans.Alike):
                check.last = part.offset
        self.size = after
        if found.end > found.start:
            check.turn, check.end = TURN[ENTRY], found.end
        return found.end

    def _take(self, part: spans.Part) -> bool:
        check = self.check
        if check.state is None:
            return False
        if isinstance(part, spans.Counted):
            self.together += part.numbers.ids.bits.bit_count()
            return check.cosigned.run(part.numbers, self.size, check.state) and take_numbers(check.state, part.numbers)
        if isinstance(part, spans.Alike):
            as_long = all(group.most * merkle.HASH_BYTES <= LONGEST for group in part.groups)
            return as_long and self.groups.take(check.state, part.groups, part.given)
        if part.tag == ENTRY:
            check.read(part.body, self.size, part.offset)
        else:
            self._settle(self.size)
            check.digest.update(section(part.tag, part.body))
            check.checkpoint(Section(part.tag, part.body, part.offset))
        return True

    def _as_trusted(self, before: int, after: int) -> bool:
        """Return whether the checkpoint that somebody kept, if it is over some of these entries, is over just these."""
        kept = self.check.trust.checkpoint if self.check.trust is not None else None
        if kept is None or not before < kept.size <= after:
            return True
        return kept.root == self._tree(self.grown.copy(), kept.size).root()

    def _settle(self, size: int) -> None:
        """Let the check's tree be that of the first entries: of their hashes in the list, which these entries have been seen to have.

        What has grown never becomes smaller again: no size may be asked for before one that is less.
        """
        if self.check.tree.size != size:
            self.check.tree = self._tree(self.grown, size)

    def _tree(self, grown: merkle.Frontier, size: int) -> merkle.Frontier:
        """Let `grown`, the tree over whole sections of the list, grow as far as the first entries go; return the tree over all of them."""
        while grown.size + LEAVES_IN_ONE <= size:
            grown.graft(8, self._top(grown.size // LEAVES_IN_ONE))
        tree = grown.copy()
        for index in range(tree.size, size):
            tree.append(self.check.leaves.get(index))
        return tree

    def _top(self, section: int) -> bytes:
        """Return the root over a section of the list of leaf hashes."""
        while len(self.tops) <= section // LISTS:
            self._ask_tops()
        at = section % LISTS * merkle.HASH_BYTES
        return self.tops[section // LISTS].result()[at : at + merkle.HASH_BYTES]

    def _ask_tops(self) -> None:
        first, whole = len(self.tops) * LISTS, self.check.leaves.count // LEAVES_IN_ONE
        count = max(0, min(LISTS, whole - first))
        offset = self.check.leaves.offset(first * LEAVES_IN_ONE) - HEAD_BYTES
        self.tops.append(self.submit(_tops, self.data, offset, count))
