"""Reads a stretch of a bundle's entries by itself, as one of several processes does at once: hashes, side rows, and what the entries say.

Here nothing is judged. An entry that has the layout of most, shown or disclosed or changed, isn't taken apart: what differs between
such entries is cut out of its bytes, and what is left is what it has in common with others, as bytes of an entry that `decode` then reads
once for all of them (`fold_runs.Group`). An entry of any other layout goes to the checker as it is. Whatever a stretch isn't sure of
(a side row that doesn't fit, a section where none may be) it leaves, from there on, to the one check that reads everything in turn.
"""

from __future__ import annotations

import marshal
import re
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pars.core.ledger import bundle, merkle
from pars.core.ledger.bundle import HEAD_BYTES
from pars.core.ledger.entries import MAX_BYTES, Entry, Kind, decode
from pars.core.ledger.fold_runs import ANSWERS, NOBODYS, Group, Numbers, keep_time, touched_by
from pars.core.ledger.state import Block
from verify.runs import DISCLOSED, Doubt, E, cut, head, hold, like

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verify.runs import Key, Parts, Run

BEYOND = 1 << 16
"""How far behind its end a stretch may have to read: to the end of the last entry's side row, and to the next entry."""

_N = bundle.CHECKPOINT[0]
_DIGITS = b"0123456789abcdef"
_BEGIN = re.compile(rb'E\x00\x00[\x00-\x08].\{"at":', re.DOTALL)
_AUTHORITY = re.compile(rb'"g":"([^"]*)"').search
_REFUSED = b"%d" % Kind.REFUSED


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


def first_entry(data: bytes) -> int:
    """Return where in `data` an entry seems to begin; -1 where none does. Whoever reads up to there sees whether one does."""
    found = _BEGIN.search(data)
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
        self.leaves: list[bytes] = []
        self.parts: list[Part] = []
        self.plain: dict[Key, bool] = {}
        self.groups: dict[Key, list[Parts]] = {}
        self.under: dict[str, list[Key]] = {}
        self.likes: dict[Key, bytes] = {}
        self.began: tuple[int, int] | None = None
        self.changed: list[bytes] = []
        self.answers: set[bytes] = set()
        self.follows: list[bytes] = []
        self.digits: list[bytes] = []
        self.times: list[bytes] = []
        self.disclosed: list[bytes] = []
        self.acted = False

    def read(self, at: int, until: int) -> Span:
        """Take sections as far as they are as they should be."""
        data, start, size = self.data, at, len(self.data) - HEAD_BYTES
        try:
            while at <= size:
                run = cut(data, at, until, self.plain)
                if run.leaves:
                    self._plain(run, at)
                    at = run.end
                    continue
                tag, length = head(data, at)
                after = at + HEAD_BYTES + length
                if after > len(data):
                    break
                if tag == E and length <= MAX_BYTES and at < until:
                    at = self._other(at, after)
                elif tag == _N:
                    self._counted()
                    self._told(bundle.CHECKPOINT, at, after)
                    at = after
                else:
                    break
        except Doubt as doubt:
            at = doubt.at
        self._counted()
        self._alike(None, at)
        return Span(self.base + start, self.base + at, b"".join(self.leaves), self.parts)

    def _other(self, at: int, after: int) -> int:
        """Leave an entry to the checker, once its side row is seen to; return where that ends."""
        body = self.data[at + HEAD_BYTES : after]
        entry, end = decode(body), after
        if not isinstance(entry, Entry):
            raise Doubt(at)
        if entry.kind in ANSWERS:
            rows = entry.detail["rows"]
            if not hold(self.data, [(after, rows, entry.detail["side"].encode())]):
                raise Doubt(at)
            end += rows and HEAD_BYTES + rows * merkle.HASH_BYTES
        self._counted()
        self._alike(touched_by(entry), at)
        self._told(bundle.ENTRY, at, after)
        self.leaves.append(merkle.leaf_hash(body))
        return end

    def _told(self, tag: bytes, at: int, after: int) -> None:
        self.parts.append(Told(self.base + at, len(self.leaves), tag, self.data[at + HEAD_BYTES : after]))

    # ------------------------------------------------------------ plain entries

    def _plain(self, run: Run, at: int) -> None:
        """Take a run of plain entries, which begins at `at`."""
        if self.began is None:
            self.began = at, len(self.leaves)
        self.leaves += run.leaves
        self.times += run.times
        if run.answers:
            self._answers(run.answers)
        for key, when, number, salt in run.changes:
            self._group(key).append((when,))
            self.changed.append(number)
            self.digits.append(salt)
            self.acted = self.acted or key[0] != _REFUSED

    def _answers(self, answers: Sequence[Parts]) -> None:
        """Take answers, column by column."""
        when, who, evidence, filters, follows, out, purpose, question, rows, _, tail, _, number, kind, salt = zip(
            *answers, strict=True
        )
        if any(follows):
            places = {one: place for place, one in enumerate(number)}
            behind = ((one, place) for place, one in enumerate(follows) if one is not None and one not in self.answers)
            self.follows += [one for one, place in behind if places.get(one, place) >= place]
        self.answers.update(number)
        if DISCLOSED in kind:
            self.disclosed += compress(when, map(DISCLOSED.__eq__, kind))
        for column in (filter(None, evidence), out, question, salt):
            self.digits += column
        keys = zip(kind, who, filters, purpose, tail, map(bool, evidence), map(bool, follows), strict=True)
        groups = self.groups
        for key, one in zip(keys, zip(when, rows, number, strict=True), strict=True):
            group = groups.get(key)
            (self._group(key) if group is None else group).append(one)

    def _group(self, key: Key) -> list[Parts]:
        """Return the group of a key, begun where there is none. For the same key it has the same bytes, which travel to another process once."""
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = []
            if key not in self.likes:
                self.likes[key] = like(key)
            found = _AUTHORITY(key[1])  # type: ignore[arg-type]
            self.under.setdefault("" if found is None else found[1].decode("latin-1"), []).append(key)
        return group

    def _counted(self) -> None:
        """Tell the ids of the plain entries since the last time. Where one is there twice, or a hash is none, that is told as one no state takes."""
        if self.began is None:
            return
        offset, before = self.began
        changed = [*map(int, self.changed)]
        ids, others = Block.of([*map(int, self.answers), *changed]), Block.of(changed)
        all_there = ids is not None and ids.bits.bit_count() == len(self.leaves) - before
        follows = [*map(int, self.follows)]
        disclosed, times = [*map(int, self.disclosed)], [*map(int, self.times)]
        if (
            not keep_time(disclosed)
            or not all_there
            or ids is None
            or others is None
            or b"".join(self.digits).translate(None, _DIGITS)
        ):
            ids, others, follows = Block(0, 0), Block(0, 0), [NOBODYS]
        answers = Block(ids.first, ids.bits ^ (others.bits and others.bits << others.first - ids.first))
        acted = self.acted or bool(self.answers)
        answered = (min(disclosed), max(disclosed)) if disclosed else None
        latest = max(times)
        numbers = Numbers(ids, answers, follows, acted, answered, (min(times), latest, times.index(latest)))
        self.parts.append(Counted(self.base + offset, before, numbers))
        self.began, self.acted = None, False
        for held in (self.changed, self.answers, self.follows, self.digits, self.times, self.disclosed):
            held.clear()

    def _alike(self, touched: frozenset[str] | None, at: int) -> None:
        """Tell the groups under these authorities; None: all."""
        authorities = list(self.under) if touched is None else [one for one in touched if one in self.under]
        groups, given = [], {}
        for authority in authorities:
            disclosed: list[int] = []
            for key in self.under.pop(authority):
                times, *more = zip(*self.groups.pop(key), strict=True)
                texts, numbers = more or ((), ())
                rows = [*map(int, texts)]
                groups.append(Group(self.likes[key], [*map(int, times)], sum(rows), max(rows, default=0)))
                if key[0] == DISCLOSED:
                    disclosed += map(int, numbers)
            if disclosed and (block := Block.of(disclosed)) is not None:
                given[authority.partition(":")[2]] = block
        if groups:
            self.parts.append(Alike(self.base + at, len(self.leaves), groups, given))
