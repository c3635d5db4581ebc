"""`cut` in C says of any bytes what `cut` in Python says."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core.ledger.bundle import HEAD_BYTES, MAGIC, read_sections
from pars.core.ledger.entries import MAX_BYTES
from pars.core.ledger.side_row import side_hash
from tests.dealt import WHOLE
from tests.ledgers import histories
from tests.verify import mutations
from tests.verify.test_mutations import BUNDLE
from verify import cutting, runs

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.skipif(not cutting.COMPILED, reason="cut.c isn't compiled here")

NUMBERS = ("0", "1", "60", "899", "05", "", "8999999999999999", "9000000000000000", "12345678901234567", "-1", "1.5", "x")
HASHES = ("0" * 64, "ab" * 32, "AB" * 32, "g" * 64, "a" * 63, '"' * 64, "é" * 32, "")
SALTS = ("1f" * 16, "1F" * 16, "1f" * 17, "}" * 32)
PLAIN = ("62", "70", "99")
TEXTS = ("", "sheriff", "grant:clerk", "long " * 400, 'a"b', "a}b", "a]b", "profile", 'a\\":5,')


def said(cut: Any, data: bytes, start: int, until: int) -> tuple[Any, ...] | None:
    """Return what came of a stretch, in one way: the one that cuts is free to give lists or tuples."""
    found = cut(data, start, until, runs.Likes())
    return None if found is None else tuple(map(plainly, found))


def plainly(value: Any) -> Any:
    return list(map(plainly, value)) if isinstance(value, (list, tuple)) else value


def same(data: bytes, start: int = 0, until: int | None = None) -> int:
    """Cut as long as there is something to cut, by both; return how many entries were."""
    until, count = len(data) if until is None else until, 0
    while start < len(data):
        found = said(cutting.cut, data, start, until)
        assert found == said(runs.cut, data, start, until)
        if found is None or found[0] == start:
            return count
        start, count = found[0], count + len(found[2])
    return count


def every(data: bytes) -> int:
    """Cut from each section on."""
    return sum(same(data, one.offset) for one in read_sections(data) if one.tag in b"ECN")


# ---------------------------------------------------------------- layouts, as they should be and not


class Writer:
    """Writes entries in one of the two layouts, each with something odd in one place, or in none."""

    PLACES = 30

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.place = self.odd = 0

    def one(self, right: Sequence[Any], odd: Sequence[Any]) -> Any:
        self.place += 1
        return self.chance.choice(odd if self.place == self.odd else right)

    def number(self) -> str:
        return self.one(("0", "7", "899", "1800000000000000", "8999999999999999"), NUMBERS)

    def hash(self) -> str:
        return self.one(("0" * 64, "ab" * 32), HASHES)

    def text(self) -> str:
        return self.one(("sheriff", "grant:clerk", ""), TEXTS)

    def perhaps(self, part: str) -> str:
        return self.chance.choice(("", part))

    def answer(self, rows: bytes) -> str:
        agency = self.perhaps(f',"behalf":"{self.text()}"') + self.perhaps(f',"checked":{self.one("01", NUMBERS)}')
        parts = (
            self.chance.choice((f'"act":"{self.text()}"', f'"agency":"{self.text()}"{agency}')),
            f',"columns":["{self.text()}"],',
            self.perhaps(f'"evidence":"{self.hash()}",'),
            f'"filters":["{self.text()}"],',
            self.perhaps(f'"follows":{self.number()},'),
            f'"out":"{self.hash()}",',
            self.perhaps(f'"paper":"{self.text()}",'),
            self.perhaps(f'"purpose":"{self.text()}",'),
            f'"question":"{self.hash()}","rows":{self.one([str(len(rows) // 32)], NUMBERS)},',
            f'"side":"{self.one([side := side_hash([rows])], (*HASHES, side[:-1] + "x", "x" + side[1:]))}"',
            self.perhaps(f',"stream":{self.number()}'),
            self.perhaps(f',"version":"{self.text()}"'),
        )
        return "".join(parts)

    def change(self) -> str:
        names = [self.one(("case", "profile", "n"), ("arrests", '":', "repeats")) for _ in range(3)]
        values = (self.chance.choice((self.number(), f'"{self.hash()}"', f'"{self.text()}"')) for _ in names)
        return ",".join(f'"{name}":{value}' for name, value in zip(names, values, strict=True))

    def section(self) -> bytes:
        """Write an entry with its side row."""
        self.place, self.odd = 0, self.chance.randrange(self.PLACES)
        rows = bytes(32 * self.chance.choice((0, 0, 1, 3)))
        is_answer = self.chance.random() < 0.6
        detail = self.answer(rows) if is_answer else self.change()
        kind = self.one(("60", "61") if is_answer else PLAIN, ("60", "61", "62", "0", "06", "999", "10000"))
        salt = self.one(("1f" * 16,), SALTS)
        before = f'{{"at":{self.number()},"by":{{"g":"{self.text()}","p":"clerk"}},"d":{{'
        after = self.one(("",), (" ", "}"))
        body = f'{before}{detail}}},"id":{self.number()},"k":{kind},"salt":"{salt}","v":1}}{after}'.encode()
        side = self.framed(b"C", rows) if is_answer and rows else b""
        return self.framed(b"E", body) + side

    def framed(self, tag: bytes, body: bytes) -> bytes:
        length = len(body) + self.one((0,), (-1, 1, 1 << 30))
        return self.one((tag,), (b"E", b"C", b"N")) + length.to_bytes(4) + body


@settings(max_examples=300)
@given(st.integers(0, 1 << 32), st.integers(1, 12), st.integers(0, 7), st.integers(0, 1 << 12))
def test_entries_that_are_laid_out_as_most_or_nearly_are_cut_alike(seed, sections, more, until):
    """What follows may be as little as a part of a head."""
    writer = Writer(random.Random(seed))
    data = b"".join(writer.section() for _ in range(sections))
    for padded in (data + bytes(more), data + b"N" + bytes(HEAD_BYTES)):
        same(padded)
        same(padded, until=until)
        same(padded[:until])


def test_whatever_is_odd_is_cut_alike_and_most_are_cut():
    writer, kinds = Writer(random.Random(20261130)), Counter[str]()
    for _ in range(12_000):
        same(data := writer.section() + bytes(HEAD_BYTES + 1))
        found = cutting.cut(data, 0, len(data), runs.Likes())
        told = ["in doubt"] if found is None else ["answer"] * len(found.answers[0]) + ["change"] * len(found.changes[0])
        kinds.update(
            [*told, *(["follows"] if found and found.follows else ()), *(() if found is None or found.well else ["odd"])]
        )
    assert min(kinds.values()) > 50
    assert kinds["answer"] + kinds["change"] > 6_000
    assert len(kinds) == 5


def test_entries_of_the_greatest_length_that_end_anywhere_are_cut_alike():
    """What stands for a number or a hash may be longer than what is there of it: it is never written before it was read."""
    hashed, rest = "0" * 64, f',"id":1,"k":60,"salt":"{"1f" * 16}","v":1}}'
    answer = f'"evidence":"{hashed}","filters":[""],"follows":1,"out":"{hashed}","question":"{hashed}","rows":0,"side":"{side_hash([])}"}}'
    change = f'"case":"{hashed}","n":1,"profile":"{hashed}"}}'
    for head, end in (('"act":"","columns":["', '"],' + answer + rest), ('"x":"', '",' + change + rest.replace("60", "70"))):
        before = f'{{"at":1,"by":{{"g":"","p":"c"}},"d":{{{head}'
        for cut_off in range(len(end) + 1):
            behind = end[: len(end) - cut_off]
            body = f"{before}{'x' * (MAX_BYTES - len(before) - len(behind))}{behind}".encode()
            assert same(b"E" + len(body).to_bytes(4) + body + b"N" + bytes(HEAD_BYTES)) == (cut_off == 0)


@settings(max_examples=30)
@given(histories())
def test_ledgers_are_cut_alike(ledger):
    every(ledger.bundle())


def test_what_was_tampered_with_is_cut_alike():
    chance, whole = random.Random(20261129), WHOLE.bundle()
    assert min(every(BUNDLE), every(whole)) > 0
    for turn in range(400):
        data = mutations.random_mutation(whole if turn % 4 == 0 else BUNDLE, chance).data
        first = data.find(b'{"at":') - HEAD_BYTES
        same(data, max(first, 0))
        same(data, chance.randrange(len(data)))


@given(
    st.binary(max_size=64)
    | st.lists(st.sampled_from([b"E", b"\0\0\0", b"\x08", b"C", MAGIC, b'{"at":']), max_size=20).map(b"".join)
)
def test_bytes_are_cut_alike(data):
    same(data)


def test_what_is_asked_wrongly_is_refused():
    for wrong in ((), (b"", 0, 0), ("", 0, 0, {}), (b"", "", 0, {}), (b"", -1, 0, {}), (b"", 0, 1 << 70, {})):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            cutting._cut.cut(*wrong)
    entry = next(one for one in read_sections(BUNDLE) if one.tag == b"E" and b'"k":61' in one.body)
    with pytest.raises(KeyError):
        cutting._cut.cut(BUNDLE, entry.offset, len(BUNDLE), {})
