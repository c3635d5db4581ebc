"""What a bundle may cost whoever checks it: lengths, depth and findings have limits, the same for both verifiers."""

from __future__ import annotations

import pytest

from pars.core.canonical import DEEPEST
from pars.core.ledger import bundle, drafts, fold_runs
from pars.core.ledger.bundle import CHECKPOINT, ENTRY, LONGEST, LONGEST_TEXT, MAGIC, SIDE_ROW, TEXT, TRAILER, section
from pars.core.ledger.entries import By, encode
from tests.ledgers import Ledger, staff
from tests.verify.second import second
from verify.checks import verify
from verify.fast import verify_fast
from verify.report import MOST_ALIKE


class Sparse:
    """A file that states long sections, and says how much of it was read at a time."""

    def __init__(self, begins: bytes, length: int) -> None:
        self.begins, self.length, self.most = begins, length, 0

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, part: slice) -> bytes:
        begin, end, _ = part.indices(self.length)
        self.most = max(self.most, end - begin)
        return self.begins[begin:end].ljust(end - begin, b"\0") if end - begin < 1 << 20 else bytes(1 << 20)


@pytest.mark.parametrize("tag", bundle.TAGS)
def test_a_section_that_is_longer_than_any_is_refused_by_its_head(tag):
    most = LONGEST_TEXT if tag == TEXT else LONGEST
    for length, read in ((most + 1, False), (1 << 31, False), (most, True)):
        data = Sparse(MAGIC + tag + length.to_bytes(4), len(MAGIC) + bundle.HEAD_BYTES + length + 50)
        found = verify(data).findings
        assert (data.most == length) is read, length
        if not read:
            assert [(one.what, one.offset) for one in found] == [("UNREADABLE", len(MAGIC))]
            assert "longer than any" in found[0].says


def test_the_second_verifier_refuses_the_same_lengths():
    whole = ledger().bundle()
    at = [one.offset for one in bundle.read_sections(whole) if one.tag == ENTRY][-1]
    with second() as other:
        for tag in (ENTRY, SIDE_ROW, CHECKPOINT, TRAILER):
            for length in (LONGEST, LONGEST + 1):
                other.agrees(whole[:at] + section(tag, bytes(length)) + whole[at:], (tag, length))
        for length in (LONGEST + 1, LONGEST_TEXT + 1):
            other.agrees(MAGIC + section(TEXT, bytes(length)) + whole[len(MAGIC) :], length)


def ledger() -> Ledger:
    made = Ledger()
    made.add(drafts.refused(code="NO", act="look"), By("p", "grant:clerk"))
    return made


def test_a_text_is_as_deep_as_is_stated_and_no_deeper():
    with second() as other:
        for depth, what in (
            (DEEPEST - 2, None),
            (DEEPEST - 1, "TEXT_UNREADABLE"),
            (1000, "TEXT_UNREADABLE"),
            (3000, "TEXT_UNREADABLE"),
        ):
            made = Ledger()
            hashed = made.keep(b'{"format":"f","offenses":[' + b"[" * depth + b"]" * depth + b"]}")
            made.add(drafts.offenses_loaded(offenses=hashed, lines=1), staff("registrar"))
            data = made.bundle()
            first = verify(data).first
            assert (first and first.what) == what, depth
            assert verify_fast(data) == verify(data)
            other.agrees(data, depth)


def test_of_each_kind_so_many_findings_are_told_and_the_rest_counted():
    data = MAGIC + (section(SIDE_ROW, b"") + section(CHECKPOINT, b"")) * (MOST_ALIKE + 7)
    report = verify(data)
    assert {one.what for one in report.findings} == {"SIDE_ROW", "CHECKPOINT", "CUT_OFF"}
    assert (len(report.findings), report.more) == (2 * MOST_ALIKE + 1, 14)
    assert report.json()["findings_more"] == 14
    assert "2,014 more things were found wrong besides; --json lists the first 2,001 of all." in report.words()
    with second() as other:
        other.agrees(data)
        assert other.report(data)["more"] == report.more
    few = verify(MAGIC + section(SIDE_ROW, b"") * 3)
    assert (few.more, "--json lists them." in few.words()) == (0, True)


def test_entries_that_are_all_unlike_are_remembered_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(fold_runs, "MOST_REMEMBERED", 3)
    groups = fold_runs.Groups()
    bodies = []
    for number in range(20):
        made = ledger()
        made.add(drafts.refused(code=f"NO_{number}", act="look"), By("p", "grant:clerk"))
        bodies.append(encode(made.entries[-1]))
    for body in bodies * 2:
        assert groups._like(body) is not None
        assert len(groups._likes) <= 3
