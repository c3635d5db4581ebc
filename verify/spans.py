"""Reads a stretch of a bundle's entries by itself, as one of several processes does at once: hashes, side rows, and what the entries say.

Here nothing is judged. An entry that has the layout of most, shown or disclosed or changed, isn't taken apart: what differs between
such entries is cut out of its bytes, and what is left is what it has in common with others, as bytes of an entry that `decode` then reads
once for all of them (`fold_runs.Group`). An entry of any other layout goes to the checker as it is. Whatever a stretch isn't sure of
(a side row that doesn't fit, a section where none may be) it leaves, from there on, to the one check that reads everything in turn.
"""

from __future__ import annotations

import marshal
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pars.core.ledger import bundle, merkle
from pars.core.ledger.bundle import HEAD_BYTES
from pars.core.ledger.entries import MAX_BYTES, Entry, Kind, decode
from pars.core.ledger.fold_runs import ANSWERS, NOBODYS, Group, Numbers, keep_time, touched_by
from pars.core.ledger.state import Block
from verify.cutting import cut
from verify.runs import E, Likes, head, hold, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verify.runs import Run

BEYOND = 1 << 16
"""How far behind its end a stretch may have to read: to the end of the last entry's side row, and to the next entry."""

_N = bundle.CHECKPOINT[0]
_BEGIN = re.compile(rb'E\x00\x00[\x00-\x08].\{"at":', re.DOTALL)
_AUTHORITY = re.compile(rb'"g":"([^"]*)"').search
_DISCLOSED, _REFUSED = b"%d" % Kind.DISCLOSED, b"%d" % Kind.REFUSED


class Told(NamedTuple):
    """A section that the checker takes as it is: an entry, its side row seen to, or a checkpoint. `before`: how many entries came before it."""

    offset: int
    before: int
    tag: bytes
    body: bytes


class Counted(NamedTuple):
    """The ids of plain entries that stand behind each other, or between others; the first one stands at `offset`."""

    offset: int
    before: int
    numbers: Numbers


class Alike(NamedTuple):
    """Groups of plain entries that came before, and the ids of those under each agreement."""

    offset: int
    before: int
    groups: Sequence[Group]
    given: Mapping[str, Block]


Part: TypeAlias = "Told | Counted | Alike"


class Span(NamedTuple):
    """What a stretch of a bundle came to, from byte `start` to byte `end`. `leaves` are its entries' hashes, one behind the other."""

    start: int
    end: int
    leaves: bytes
    parts: Sequence[Part]


_TOLD, _COUNTED, _ALIKE = range(3)


def pack_span(span: Span) -> bytes:
    """Return a span as bytes for another process."""
    return marshal.dumps((span.start, span.end, span.leaves, list(map(_packed, span.parts))))


def unpack_span(packed: bytes) -> Span:
    """Return the span that another process of this program has packed."""
    start, end, leaves, parts = marshal.loads(packed)  # noqa: S302  from a process of our own
    return Span(start, end, leaves, [_unpacked(*part) for part in parts])


def _packed(part: Part) -> tuple[object, ...]:
    if isinstance(part, Told):
        return (_TOLD, *part)
    if isinstance(part, Counted):
        (ids, first), (answers, first_answer) = ((block.bits, block.first) for block in part.numbers[:2])
        return (_COUNTED, part.offset, part.before, first, ids, first_answer, answers, *part.numbers[2:])
    given = [(agreement, block.first, block.bits) for agreement, block in part.given.items()]
    return (_ALIKE, part.offset, part.before, [tuple(group) for group in part.groups], given)


def _unpacked(form: int, offset: int, before: int, *rest: Any) -> Part:
    if form == _TOLD:
        return Told(offset, before, *rest)
    if form == _COUNTED:
        first, ids, first_answer, answers, *more = rest
        return Counted(offset, before, Numbers(Block(first, ids), Block(first_answer, answers), *more))
    groups, given = rest
    blocks = {agreement: Block(first, bits) for agreement, first, bits in given}
    return Alike(offset, before, [Group(*group) for group in groups], blocks)


def first_entry(data: bytes, before: int) -> int:
    """Return where in `data` an entry seems to begin that is known by byte `before`; -1 where none does.

    Whoever reads up to there sees whether one does.
    """
    found = _BEGIN.search(data, 0, before)
    return -1 if found is None else found.start()


def read_span(data: bytes, base: int, at: int, until: int) -> Span:
    """Read the sections from byte `at` of the file on, up to the first entry at or behind `until`. `data` begins at byte `base`."""
    return _Reader(data, base).read(at - base, until - base)


def tops(data: bytes) -> bytes:
    """Return the root over each section of a list of leaf hashes, one behind the other. All are full."""
    step = HEAD_BYTES + bundle.LEAVES_IN_ONE * merkle.HASH_BYTES
    return b"".join(
        merkle.root([data[leaf : leaf + merkle.HASH_BYTES] for leaf in range(at + HEAD_BYTES, at + step, merkle.HASH_BYTES)])
        for at in range(0, len(data), step)
    )


class _Reader:
    """One pass over one stretch."""

    def __init__(self, data: bytes, base: int) -> None:
        self.data, self.base = data, base
        self.size = 0
        self.leaves: list[bytes] = []
        self.parts: list[Part] = []
        self.likes = Likes()
        self.groups: dict[bytes, list[tuple[int, int, int]]] = {}
        self.under: dict[str, list[bytes]] = {}
        self.began: tuple[int, int] | None = None
        self.changed: list[int] = []
        self.answers: set[int] = set()
        self.follows: list[int] = []
        self.times: list[int] = []
        self.disclosed: list[int] = []
        self.acted, self.well = False, True

    def read(self, at: int, until: int) -> Span:
        """Take sections as far as they are as they should be."""
        data, start, size = self.data, at, len(self.data) - HEAD_BYTES
        while at <= size:
            run = cut(data, at, until, self.likes)
            if run is None:
                break
            if run.leaves:
                self._plain(run, at)
                at = run.end
                continue
            tag, length = head(data, at)
            after = at + HEAD_BYTES + length
            if after > len(data):
                break
            if tag == E and length <= MAX_BYTES and at < until:
                end = self._other(at, after)
                if end is None:
                    break
                at = end
            elif tag == _N:
                self._counted()
                self._told(bundle.CHECKPOINT, at, after)
                at = after
            else:
                break
        self._counted()
        self._alike(None, at)
        return Span(self.base + start, self.base + at, b"".join(self.leaves), self.parts)

    def _other(self, at: int, after: int) -> int | None:
        """Leave an entry to the checker, once its side row is seen to; return where that ends, None where something is in doubt."""
        body = self.data[at + HEAD_BYTES : after]
        entry, end = decode(body), after
        if not isinstance(entry, Entry):
            return None
        if entry.kind in ANSWERS:
            rows = entry.detail["rows"]
            if rows > bundle.LONGEST // merkle.HASH_BYTES or not hold(
                self.data, [(after, rows, entry.detail["side"].encode())]
            ):
                return None
            end += rows and HEAD_BYTES + rows * merkle.HASH_BYTES
        self._counted()
        self._alike(touched_by(entry), at)
        self._told(bundle.ENTRY, at, after)
        self.leaves.append(merkle.leaf_hash(body))
        self.size += 1
        return end

    def _told(self, tag: bytes, at: int, after: int) -> None:
        self.parts.append(Told(self.base + at, self.size, tag, self.data[at + HEAD_BYTES : after]))

    # ------------------------------------------------------------ plain entries

    def _plain(self, run: Run, at: int) -> None:
        """Take a run of plain entries, which begins at `at`."""
        if self.began is None:
            self.began = at, self.size
        self.size += len(run.times)
        self.leaves.append(run.leaves)
        self.times += run.times
        self.disclosed += run.disclosed
        self.well = self.well and run.well
        (_, _, _, answers), (changes, _, _, changed) = run.answers, run.changes
        if run.follows:
            places = {one: place for place, one in enumerate(answers)}
            behind = ((one, place) for place, one in run.follows if one not in self.answers)
            self.follows += [one for one, place in behind if places.get(one, place) >= place]
        self.answers.update(answers)
        self.changed += changed
        self.acted = self.acted or bool(answers) or any(kind_of(like) != _REFUSED for like in changes)
        groups = self.groups
        for likes, *columns in (run.answers, run.changes):
            for like, one in zip(likes, zip(*columns, strict=True), strict=True):
                group = groups.get(like)
                (self._group(like) if group is None else group).append(one)

    def _group(self, like: bytes) -> list[tuple[int, int, int]]:
        """Begin the group of those for which an entry stands."""
        found = _AUTHORITY(like)
        self.under.setdefault("" if found is None else found[1].decode("latin-1"), []).append(like)
        group = self.groups[like] = []
        return group

    def _counted(self) -> None:
        """Tell the ids of the plain entries since the last time. Where one is there twice, or a hash is none, that is told as one no state takes."""
        if self.began is None:
            return
        offset, before = self.began
        ids, others, follows = Block.of([*self.answers, *self.changed]), Block.of(self.changed), [*self.follows]
        all_there = ids is not None and ids.bits.bit_count() == self.size - before
        if not self.well or not keep_time(self.disclosed) or not all_there or ids is None or others is None:
            ids, others, follows = Block(0, 0), Block(0, 0), [NOBODYS]
        answers = Block(ids.first, ids.bits ^ (others.bits and others.bits << others.first - ids.first))
        answered = (min(self.disclosed), max(self.disclosed)) if self.disclosed else None
        latest = max(self.times)
        numbers = Numbers(ids, answers, follows, self.acted, answered, (min(self.times), latest, self.times.index(latest)))
        self.parts.append(Counted(self.base + offset, before, numbers))
        self.began, self.acted, self.well = None, False, True
        for held in (self.changed, self.answers, self.follows, self.times, self.disclosed):
            held.clear()

    def _alike(self, touched: frozenset[str] | None, at: int) -> None:
        """Tell the groups under these authorities; None: all."""
        authorities = list(self.under) if touched is None else [one for one in touched if one in self.under]
        groups, given = [], {}
        for authority in authorities:
            disclosed: list[int] = []
            for like in self.under.pop(authority):
                times, rows, ids = zip(*self.groups.pop(like), strict=True)
                groups.append(Group(like, times, sum(rows), max(rows)))
                if kind_of(like) == _DISCLOSED:
                    disclosed += ids
            if disclosed and (block := Block.of(disclosed)) is not None:
                given[authority.partition(":")[2]] = block
        if groups:
            self.parts.append(Alike(self.base + at, self.size, groups, given))
