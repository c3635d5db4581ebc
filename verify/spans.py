"""Reads a stretch of a bundle's entries by itself, as one of several processes does at once: hashes, side rows, and what the entries say.

Here nothing is judged. An entry that has the layout of most, shown or disclosed or changed, isn't taken apart: what differs between
such entries is cut out of its bytes, and what is left is what it has in common with others, as bytes of an entry that `decode` then reads
once for all of them (`fold_runs.Group`). An entry of any other layout goes to the checker as it is. Whatever a stretch isn't sure of
(a side row that doesn't fit, a section where none may be) it leaves, from there on, to the one check that reads everything in turn.
"""

from __future__ import annotations

import marshal
import re
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pars.core.ledger import bundle, merkle
from pars.core.ledger.bundle import HEAD_BYTES
from pars.core.ledger.entries import MAX_BYTES, Entry, Kind, decode
from pars.core.ledger.fold_runs import ANSWERS, MORE, NOBODYS, PLAIN, Group, Numbers, keep_time, touched_by
from pars.core.ledger.state import Block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Key: TypeAlias = "tuple[bytes | None, ...]"
_Lists: TypeAlias = "tuple[list[bytes], list[bytes], list[bytes]]"

BEYOND = 1 << 16
"""How far behind its end a stretch may have to read: to the end of the last entry's side row, and to the next entry."""

_HEAD = Struct(">BI").unpack_from
_E, _C, _N = (tag[0] for tag in (bundle.ENTRY, bundle.SIDE_ROW, bundle.CHECKPOINT))
_WHOLE = rb"(?:[1-8]\d{15}|[1-9]\d{0,14}|0)"
_DIGITS, _NO_HASH = b"0123456789abcdef", b"0" * 64
_BEGIN = re.compile(rb'E\x00\x00[\x00-\x08].\{"at":', re.DOTALL)
# What stands for a hash or a salt here is held to be one all at once: a pattern of sixteen digits costs three times as long.
_ANSWER = re.compile(
    rb'\{"at":(' + _WHOLE + rb'),("by":\{[^}]*\},"d":\{"a(?:ct":"[^"]*"|gency":"[^"]*"(?:,"behalf":"[^"]*")?(?:,"checked":[01])?),'
    rb'"columns":\[[^\]]*\],)(?:"evidence":"(.{64})",)?("filters":\[[^\]]*\],)(?:"follows":(' + _WHOLE + rb'),)?"out":"(.{64})",'
    rb'((?:"paper":"[^"]*",)?(?:"purpose":"[^"]*",)?)"question":"(.{64})","root":"(.{64})","rows":(' + _WHOLE + rb')((?:,"stream":('
    + _WHOLE + rb'))?(?:,"version":"[^"]*")?)\},"id":(' + _WHOLE + rb'),"k":(6[01]),"salt":"(.{32})","v":1\}', re.DOTALL
).fullmatch  # fmt: skip
_CHANGE = re.compile(
    rb'\{"at":(' + _WHOLE + rb'),("by":\{[^}]*\},"d":\{)([^}]*)\},"id":(' + _WHOLE
    + rb'),"k":([1-9]\d{0,3}),"salt":"(.{32})","v":1\}', re.DOTALL
).fullmatch  # fmt: skip
_AUTHORITY = re.compile(rb'"g":"([^"]*)"').search
_MORE = re.compile(rb'"(?:' + "|".join(sorted(MORE)).encode() + rb')":').search
_VARIES = re.compile(rb'":(?<!"profile":)(?:(")[0-9a-f]{64}"|' + _WHOLE + rb"(?=,|\Z))").split
_NO_SALT = b'"salt":"' + b"0" * 32 + b'","v":1}'
_PLAIN = frozenset(map(int, PLAIN - ANSWERS))
_ANSWERED = frozenset(b"%d" % kind for kind in ANSWERS)
_DISCLOSED, _REFUSED = b"%d" % Kind.DISCLOSED, int(Kind.REFUSED)
_NONE, _EMPTY = b"0", merkle.EMPTY_ROOT.hex().encode()


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


class _Doubt(Exception):
    """What stands at a place of the stretch is left to the one check that reads everything in turn."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class _Reader:
    """One pass over one stretch."""

    def __init__(self, data: bytes, base: int) -> None:
        self.data, self.base = data, base
        self.leaves: list[bytes] = []
        self.parts: list[Part] = []
        self.groups: dict[_Key, _Lists] = {}
        self.under: dict[str, list[_Key]] = {}
        self.likes: dict[_Key, bytes] = {}
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
                tag, length = _HEAD(data, at)
                after = at + HEAD_BYTES + length
                if after > len(data):
                    break
                if tag == _E and length <= MAX_BYTES and at < until:
                    at = self._entry(at, after)
                elif tag == _N:
                    self._counted()
                    self._told(bundle.CHECKPOINT, at, after)
                    at = after
                else:
                    break
        except _Doubt as doubt:
            at = doubt.at
        self._counted()
        self._alike(None, at)
        return Span(self.base + start, self.base + at, b"".join(self.leaves), self.parts)

    # ------------------------------------------------------------ sections

    def _entry(self, at: int, after: int) -> int:
        """Take an entry with its side row; return where the next section begins."""
        body = self.data[at + HEAD_BYTES : after]
        if (found := _ANSWER(body)) is not None:
            end = self._answer(found, at, after)
        else:
            end = after if (found := _CHANGE(body)) is not None and self._change(found, at) else 0
        if not end:
            end = self._other(body, at, after)
        self.leaves.append(sha256(b"\x00" + body).digest())
        return end

    def _other(self, body: bytes, at: int, after: int) -> int:
        """Leave an entry to the checker, once its side row is seen to."""
        entry, end = decode(body), after
        if not isinstance(entry, Entry):
            raise _Doubt(at)
        if entry.kind in ANSWERS:
            end = self._side_row(at, after, entry.detail["rows"], entry.detail["root"].encode())
        self._counted()
        self._alike(touched_by(entry), at)
        self._told(bundle.ENTRY, at, after)
        return end

    def _told(self, tag: bytes, at: int, after: int) -> None:
        self.parts.append(Told(self.base + at, len(self.leaves), tag, self.data[at + HEAD_BYTES : after]))

    def _side_row(self, entry: int, at: int, rows: int, root: bytes) -> int:
        """Hold the side row at `at` against what its entry states; return where it ends."""
        if not rows:
            if root != _EMPTY:
                raise _Doubt(entry)
            return at
        data, begin, length = self.data, at + HEAD_BYTES, rows * merkle.HASH_BYTES
        if begin + length > len(data) or _HEAD(data, at) != (_C, length):
            raise _Doubt(entry)
        end = begin + length
        if rows == 1:
            top = sha256(b"\x00" + data[begin:end]).hexdigest()
        else:
            top = merkle.root([sha256(b"\x00" + data[part : part + 32]).digest() for part in range(begin, end, 32)]).hex()
        if top.encode() != root:
            raise _Doubt(entry)
        return end

    # ------------------------------------------------------------ plain entries

    def _answer(self, found: re.Match[bytes], at: int, after: int) -> int:
        """Take a plain answer with its side row; return where that ends, 0 where the answer isn't plain."""
        when, who, evidence, filters, follows, out, purpose, question, root, rows, tail, stream, number, kind, salt = (
            found.groups()
        )
        if stream is not None and stream == number:
            return 0  # it opens a stream
        end = self._side_row(at, after, 0 if rows == _NONE else int(rows), root)
        if self.began is None:
            self.began = at, len(self.leaves)
        if follows is not None:
            if follows not in self.answers:
                self.follows.append(follows)
            filters += b'"follows":0,'
        if evidence is None:
            key: _Key = (kind, who, filters, purpose, tail)
        else:
            key = (kind, who, filters, purpose, tail, _NO_HASH)
            self.digits.append(evidence)
        group = self.groups.get(key)
        if group is None:
            group = self._new(key)
        group[0].append(when)
        group[1].append(rows)
        group[2].append(number)
        self.answers.add(number)
        self.times.append(when)
        if kind == _DISCLOSED:
            self.disclosed.append(when)
        self.digits += (out, question, salt)
        return end

    def _change(self, found: re.Match[bytes], at: int) -> bool:
        when, who, detail, number, kind, salt = found.groups()
        if int(kind) not in _PLAIN or _MORE(detail) is not None:
            return False
        if self.began is None:
            self.began = at, len(self.leaves)
        key: _Key = (kind, who, *_VARIES(detail))
        group = self.groups.get(key)
        if group is None:
            group = self._new(key)
        group[0].append(when)
        self.changed.append(number)
        self.times.append(when)
        self.digits.append(salt)
        self.acted = self.acted or int(kind) != _REFUSED
        return True

    def _new(self, key: _Key) -> _Lists:
        """Begin a group. For the same key it always has the same bytes, so that they travel to another process once."""
        if key not in self.likes:
            self.likes[key] = _answer_like(*key) if key[0] in _ANSWERED else _change_like(*key)  # type: ignore[arg-type]
        found = _AUTHORITY(key[1])  # type: ignore[arg-type]
        self.under.setdefault("" if found is None else found[1].decode("latin-1"), []).append(key)
        made = self.groups[key] = ([], [], [])
        return made

    def _counted(self) -> None:
        """Tell the ids of the plain entries since the last time. Where one is there twice, or a hash is none, that is told as one no state takes."""
        if self.began is None:
            return
        offset, before = self.began
        ids = Block.of([*map(int, self.answers), *map(int, self.changed)])
        answers, follows = Block.of([*map(int, self.answers)]), [*map(int, self.follows)]
        all_there = ids is not None and ids.bits.bit_count() == len(self.leaves) - before
        disclosed, times = [*map(int, self.disclosed)], [*map(int, self.times)]
        if (
            not keep_time(disclosed)
            or not all_there
            or ids is None
            or answers is None
            or b"".join(self.digits).translate(None, _DIGITS)
        ):
            ids, answers, follows = Block(0, 0), Block(0, 0), [NOBODYS]
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
                times, texts, numbers = self.groups.pop(key)
                rows = [*map(int, texts)]
                groups.append(Group(self.likes[key], [*map(int, times)], sum(rows), max(rows, default=0)))
                if key[0] == _DISCLOSED:
                    disclosed += map(int, numbers)
            if disclosed and (block := Block.of(disclosed)) is not None:
                given[authority.partition(":")[2]] = block
        if groups:
            self.parts.append(Alike(self.base + at, len(self.leaves), groups, given))


def _change_like(kind: bytes, who: bytes, *parts: bytes | None) -> bytes:
    """Return the entry that stands for changes whose details have these parts between what varies: behind each, whether that is a hash."""
    detail = (part if at % 2 == 0 else b'":"%b"' % _NO_HASH if part else b'":0' for at, part in enumerate(parts))
    return b'{"at":0,%b%b},"id":0,"k":%b,%b' % (who, b"".join(part or b"" for part in detail), kind, _NO_SALT)


def _answer_like(kind: bytes, who: bytes, filters: bytes, purpose: bytes, tail: bytes, evidence: bytes = b"") -> bytes:
    evidence = evidence and b'"evidence":"%b",' % evidence
    hashes = b'"out":"%b",%b"question":"%b","root":"%b","rows":0' % (_NO_HASH, purpose, _NO_HASH, _NO_HASH)
    return b'{"at":0,' + who + evidence + filters + hashes + tail + b'},"id":0,"k":' + kind + b"," + _NO_SALT
