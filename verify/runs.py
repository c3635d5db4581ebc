"""Cuts plain entries that stand behind each other, shown or disclosed or changed, out of a stretch of a bundle, many at a time.

An entry that has the layout of most isn't taken apart: what differs between such entries is cut out of its bytes by one pattern.
Hashes are worked out and side rows are held against their entries for a whole run at once.
"""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import compress
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pars.core.ledger import bundle, merkle
from pars.core.ledger.bundle import HEAD_BYTES
from pars.core.ledger.entries import MAX_BYTES, Kind
from pars.core.ledger.fold_runs import ANSWERS, MORE, PLAIN
from pars.core.ledger.side_row import side_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

Key: TypeAlias = "tuple[bytes | bool | None, ...]"
"""What plain entries that are alike have in common: kind and authority first."""
Parts: TypeAlias = "tuple[bytes, ...]"
Columns: TypeAlias = "tuple[Sequence[bytes], Sequence[int], Sequence[int], Sequence[int]]"
"""Of entries that stand behind each other: what stands for each (`Likes`), their times, how many rows each has, their ids."""

MOST = 256
"""How many entries are in a run, so that what is cut out of them is still near when it is put together."""
head = Struct(">BI").unpack_from
E, C = bundle.ENTRY[0], bundle.SIDE_ROW[0]
_WHOLE = rb"(?:[1-8]\d{15}|[1-9]\d{0,14}|0)"
_NO_HASH = b"0" * 64
# What stands for a hash or a salt here is held to be one all at once: a pattern of sixteen digits costs three times as long.
_ANSWER = re.compile(
    rb'\{"at":(' + _WHOLE + rb'),("by":\{[^}]*\},"d":\{"a(?:ct":"[^"]*"|gency":"[^"]*"(?:,"behalf":"[^"]*")?(?:,"checked":[01])?),'
    rb'"columns":\[[^\]]*\],)(?:"evidence":"(.{64})",)?("filters":\[[^\]]*\],)(?:"follows":(' + _WHOLE + rb'),)?"out":"(.{64})",'
    rb'((?:"paper":"[^"]*",)?(?:"purpose":"[^"]*",)?)"question":"(.{64})","rows":(' + _WHOLE + rb'),"side":"(.{64})"((?:,"stream":('
    + _WHOLE + rb'))?(?:,"version":"[^"]*")?)\},"id":(' + _WHOLE + rb'),"k":(6[01]),"salt":"(.{32})","v":1\}', re.DOTALL
).fullmatch  # fmt: skip
_CHANGE = re.compile(
    rb'\{"at":(' + _WHOLE + rb'),("by":\{[^}]*\},"d":\{)([^}]*)\},"id":(' + _WHOLE
    + rb'),"k":([1-9]\d{0,3}),"salt":"(.{32})","v":1\}', re.DOTALL
).fullmatch  # fmt: skip
_MORE = re.compile(rb'"(?:' + "|".join(sorted(MORE)).encode() + rb')":').search
_VARIES = re.compile(rb'":(?<!"profile":)(?:(")[0-9a-f]{64}"|' + _WHOLE + rb"(?=,|\Z))").split
_NO_SALT = b'"salt":"' + b"0" * 32 + b'","v":1}'
_CHANGES = frozenset(b"%d" % kind for kind in PLAIN - ANSWERS)
_ANSWERED = frozenset(b"%d" % kind for kind in ANSWERS)
_DISCLOSED = b"%d" % Kind.DISCLOSED
_DIGITS = b"0123456789abcdef"
_EMPTY = side_hash(()).encode()


class Run(NamedTuple):
    """Plain entries that stand behind each other, up to byte `end`. `leaves` are their hashes, one behind the other."""

    end: int
    leaves: bytes
    times: Sequence[int]
    """The times of all, in their order."""
    answers: Columns
    changes: Columns
    follows: Sequence[tuple[int, int]]
    """Which of the answers follow another: their places among `answers`, and the id that each follows."""
    disclosed: Sequence[int]
    """The times of the answers that disclosed, in their order."""
    well: bool
    """Whether everything that stands for a hash or a salt, and was left out, is one."""


class Likes(dict["Key | bytes", bytes]):
    """The entry that stands for others, the same bytes for all that are alike; nothing: such changes aren't plain.

    Asked by what they have in common, or by what stands for them itself.
    """

    def __missing__(self, key: Key | bytes) -> bytes:
        found = self[like(key)] if isinstance(key, tuple) else key if _is_plain(key) else b""
        self[key] = found
        return found


def cut(data: bytes, start: int, until: int, likes: Likes) -> Run | None:
    """Cut plain entries out of `data` from byte `start` on, MOST at most, as far as one stands behind the other before `until`.

    Return None where a side row isn't seen to be right.
    """
    at, most = start, len(data) - HEAD_BYTES
    bodies: list[bytes] = []
    times: list[int] = []
    answers: list[Parts] = []
    changes: list[tuple[bytes, int, bytes, bytes]] = []
    sides: list[tuple[int, int, bytes]] = []
    stop = min(until, most)
    while at < stop and len(bodies) < MOST:
        tag, length = head(data, at)
        end = at + HEAD_BYTES + length
        if tag != E or length > MAX_BYTES or end > most:
            break
        body = data[at + HEAD_BYTES : end]
        if (found := _ANSWER(body)) is not None:
            parts = found.groups()
            if parts[11] is not None and parts[11] == parts[12]:
                break  # it opens a stream
            sides.append((end, rows := int(parts[8]), parts[9]))
            end += rows and HEAD_BYTES + rows * merkle.HASH_BYTES
            answers.append(parts)
            times.append(int(parts[0]))
        elif (change := _changed(body, likes)) is not None:
            changes.append(change)
            times.append(change[1])
        else:
            break
        bodies.append(b"\x00" + body)
        at = end
    if not hold(data, sides):
        return None
    leaves = b"".join([sha256(body).digest() for body in bodies])
    return _run(at, leaves, times, answers, changes, likes)


def _run(
    end: int,
    leaves: bytes,
    times: Sequence[int],
    answers: Sequence[Parts],
    changes: Sequence[tuple[bytes, int, bytes, bytes]],
    likes: Likes,
) -> Run:
    """Put what was cut out into columns."""
    answered: Columns = ((), (), (), ())
    changed: Columns = ((), (), (), ())
    follows: Sequence[tuple[int, int]] = ()
    disclosed: Sequence[int] = ()
    digits: list[bytes] = []
    if answers:
        when, who, evidence, filters, behind, out, purpose, question, rows, _, tail, _, number, kind, salt = zip(
            *answers, strict=True
        )
        keys = zip(kind, who, filters, purpose, tail, map(bool, evidence), map(bool, behind), strict=True)
        answered = ([likes[key] for key in keys], [*map(int, when)], [*map(int, rows)], [*map(int, number)])
        follows = [(place, int(one)) for place, one in enumerate(behind) if one is not None]
        disclosed = [*compress(answered[1], map(_DISCLOSED.__eq__, kind))]
        for column in (filter(None, evidence), out, question, salt):
            digits += column
    if changes:
        alike, at, numbers, salts = zip(*changes, strict=True)
        changed = (alike, at, (0,) * len(at), [*map(int, numbers)])
        digits += salts
    return Run(end, leaves, times, answered, changed, follows, disclosed, not b"".join(digits).translate(None, _DIGITS))


def _changed(body: bytes, likes: Likes) -> tuple[bytes, int, bytes, bytes] | None:
    """Return what stands for a change, its time, its id and its salt; None where it isn't plain."""
    found = _CHANGE(body)
    if found is None:
        return None
    when, who, detail, number, kind, salt = found.groups()
    if kind in _ANSWERED:
        return None  # an answer of another layout
    alike = likes[kind, who, *_VARIES(detail)]
    return (alike, int(when), number, salt) if alike else None


def hold(data: bytes, sides: Sequence[tuple[int, int, bytes]]) -> bool:
    """Return whether each side row is what its entry states: from which byte on it stands, how many rows it has, and its hash in hex."""
    most = len(data) - HEAD_BYTES
    bodies, stated = [], []
    for at, rows, hashed in sides:
        if rows:
            if at > most or head(data, at) != (C, rows * merkle.HASH_BYTES):
                return False
            bodies.append(data[at + HEAD_BYTES : at + HEAD_BYTES + rows * merkle.HASH_BYTES])
            stated.append(hashed)
        elif hashed != _EMPTY:
            return False
    return b"".join([sha256(body).digest() for body in bodies]).hex().encode() == b"".join(stated)


def kind_of(alike: bytes) -> bytes:
    """Return the number of the kind of an entry that stands for others."""
    return alike[: -len(_NO_SALT) - 1].rpartition(b":")[2]


def _is_plain(alike: bytes) -> bool:
    kind = kind_of(alike)
    return kind in _ANSWERED or (kind in _CHANGES and _MORE(alike) is None)


def like(key: Key) -> bytes:
    """Return the entry that stands for all of a key. For the same key these are always the same bytes."""
    return _answer_like(*key) if key[0] in _ANSWERED else _change_like(*key)  # type: ignore[arg-type]


def _change_like(kind: bytes, who: bytes, *parts: bytes | None) -> bytes:
    """Return the entry that stands for changes whose details have these parts between what varies: behind each, whether that is a hash."""
    detail = (part if at % 2 == 0 else b'":"%b"' % _NO_HASH if part else b'":0' for at, part in enumerate(parts))
    return b'{"at":0,%b%b},"id":0,"k":%b,%b' % (who, b"".join(part or b"" for part in detail), kind, _NO_SALT)


def _answer_like(kind: bytes, who: bytes, filters: bytes, purpose: bytes, tail: bytes, proved: bool, following: bool) -> bytes:
    before = (b'"evidence":"%b",' % _NO_HASH if proved else b"") + filters + (b'"follows":0,' if following else b"")
    hashes = b'"out":"%b",%b"question":"%b","rows":0,"side":"%b"' % (_NO_HASH, purpose, _NO_HASH, _NO_HASH)
    return b'{"at":0,' + who + before + hashes + tail + b'},"id":0,"k":' + kind + b"," + _NO_SALT
