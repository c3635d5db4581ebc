"""What witnesses signed, held against the ledger offline: whose lines count, how far they reach, and that no clock slips an answer past them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pars.core.ledger.checkpoint import read_note
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.core.terms import SECOND, Instant
from tests.agreements import CHARTER_DOCUMENT, NOW
from tests.ledgers import Ledger, make_version
from tests.owners import WATCHER_NAMES, WATCHERS, profile_text, successor_text, witness_text
from verify.checks import verify
from verify.fast import verify_fast
from verify.report import VERIFIED, VIOLATED, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.agreements.version import Version


@dataclass
class Watched(Ledger):
    """A ledger under whose checkpoints witnesses put their lines: at which second each, by size."""

    lines: dict[int, Mapping[str, int]] = field(default_factory=dict)

    def note(self, size: int) -> bytes:
        note = read_note(super().note(size))
        return note.text() + b"".join(line(seat, note.body, at) for seat, at in sorted(self.lines.get(size, {}).items()))

    def witnessed(self, *seats: str, late: int = 1) -> int:
        """Let these sign what is there now, so many seconds after the newest entry; return its size."""
        size = len(self.entries)
        self.points.add(size)
        self.lines[size] = dict.fromkeys(seats, self.at // SECOND + late)
        return size


def line(seat: str, body: bytes, at: int, *, name: str | None = None) -> bytes:
    """Return a seat's line under a checkpoint."""
    key = WATCHERS[seat]
    public = key.public_key().public_bytes_raw()
    return cosignature(name or WATCHER_NAMES[seat], public, at, key.sign(cosigned(body, at))).text().encode()


def watched() -> tuple[Watched, Version]:
    """Return a ledger that serves an agency, and whose witnesses were named."""
    ledger = Watched()
    made = ledger.serve(make_version(end=NOW + 3600 * SECOND))
    ledger.adopt_text("witnesses", witness_text())
    return ledger, made


def checked(ledger: Ledger, status: int = VERIFIED) -> Report:
    data = ledger.bundle()
    report = verify(data)
    assert report.status == status, report.words()
    for span in (500, 1 << 24):
        assert verify_fast(data, processes=0, span=span) == report, "what is taken together says the same"
    return report


def first(ledger: Ledger) -> tuple[str, int | None]:
    report = checked(ledger, VIOLATED)
    assert report.first is not None
    return report.first.what, report.first.index


def test_how_far_enough_have_signed_is_told() -> None:
    ledger, made = watched()
    early = ledger.witnessed("city", "courts", "prosecutor")
    ledger.disclose(made)
    ledger.witnessed("city")
    report = checked(ledger)
    assert report.told is not None
    assert report.told.witnessed is not None
    assert (report.told.witnessed.needs, report.told.witnessed.all, report.told.witnessed.size) == (2, 3, early)
    assert f"The first {early} entries were signed by at least 2 of 3 witnesses" in report.words()
    assert report.json()["ledger"]["witnessed"]["size"] == early
    late = ledger.witnessed("courts", "prosecutor", late=30)
    report = checked(ledger)
    assert report.told is not None
    assert report.told.witnessed is not None
    assert (report.told.witnessed.size, report.told.witnessed.gap) == (late, 30 * SECOND)


def test_a_ledger_without_witnesses_says_so() -> None:
    ledger = Ledger()
    report = checked(ledger)
    assert report.told is not None
    assert report.told.witnessed is None
    assert report.json()["ledger"]["witnessed"] is None
    assert "only witnesses" in report.words()


@pytest.mark.parametrize(
    "lines",
    [
        "a stranger's",
        "another name's",
        "a wrong signature",
        "one twice",
        "out of order",
        "before they were named",
    ],
)
def test_a_line_that_is_no_named_witness_s_is_found(lines: str) -> None:
    ledger, _ = watched()
    size = len(ledger.entries) - (4 if lines == "before they were named" else 0)
    ledger.points.add(size)
    at = ledger.at // SECOND + 1
    real, body = Ledger.note(ledger, size), read_note(Ledger.note(ledger, size)).body
    good = {seat: line(seat, body, at) for seat in ("city", "courts")}
    more = {
        "a stranger's": [good["city"].replace(b"city", b"town")],
        "another name's": [line("city", body, at, name=WATCHER_NAMES["courts"])],
        "a wrong signature": [line("city", body + b"x", at)],
        "one twice": [good["city"], good["city"]],
        "out of order": [good["courts"], good["city"]],
        "before they were named": [good["city"]],
    }[lines]
    ledger.note = lambda n: real + b"".join(more) if n == size else Ledger.note(ledger, n)  # type: ignore[method-assign]
    report = checked(ledger, VIOLATED)
    assert {one.what for one in report.findings} == {"COSIGNATURE"}
    ledger.note = lambda n: Ledger.note(ledger, n)  # type: ignore[method-assign]
    checked(ledger)


# ---------------------------------------------------------------- a successor


@dataclass
class Succeeded(Ledger):
    """A ledger whose checkpoints over at least so many entries are under another name."""

    since: int = 1 << 40

    def name(self, size: int) -> str:
        return "pars.test/log-2" if size >= self.since else self.origin


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_successor_s_name_stands_in_checkpoints_from_the_deciding_vote_on(off: int) -> None:
    ledger = Succeeded()
    ledger.adopt_text("successor", successor_text())
    decided = len(ledger.entries)
    ledger.adopt_text("profile", profile_text())
    ledger.points |= {decided - 1, decided, decided + 1}
    ledger.since = decided + off
    report = verify(ledger.bundle())
    assert verify_fast(ledger.bundle(), processes=0, span=500) == report
    assert report.status == (VIOLATED if off else VERIFIED), report.words()
    assert {one.what for one in report.findings} == ({"CHECKPOINT"} if off else set())


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize("back", [2, 3, 60])
def test_a_clock_set_back_to_slip_an_answer_under_an_end_is_found(back: int) -> None:
    """The agreement ends; within the second after, the operator sets the clock back and an answer goes out under it."""
    ledger, made = watched()
    end = NOW + 3600 * SECOND
    ledger.disclose(made, at=end - 2 * SECOND)
    ledger.witnessed("city", "courts", late=2)  # by their own clocks the end has come
    ledger.disclose(made, at=end - back * SECOND + SECOND // 2)
    assert first(ledger) == ("CLOCK_BACK", len(ledger.entries) - 1)


def test_a_clock_set_back_between_two_answers_is_found_without_any_witness() -> None:
    ledger = Ledger()
    made = ledger.serve(make_version(end=NOW + 3600 * SECOND))
    ledger.disclose(made, at=NOW + 3600 * SECOND - SECOND)
    ledger.disclose(made, at=NOW + 3600 * SECOND - 2 * SECOND - 1)
    assert ledger.violation() == "CLOCK_BACK"
    assert first(ledger) == ("CLOCK_BACK", len(ledger.entries) - 1)
    ledger = Ledger()
    made = ledger.serve(make_version(end=NOW + 3600 * SECOND))
    ledger.disclose(made, at=NOW + 3600 * SECOND - SECOND)
    ledger.disclose(made, at=NOW + 3600 * SECOND - 2 * SECOND)
    assert ledger.state().size == len(ledger.entries), "what overlapped may be a little behind"


def test_a_simulated_clock_is_held_against_nobody_s() -> None:
    ledger = Watched(simulated=1)
    made = ledger.serve(make_version(end=NOW + 3600 * SECOND))
    ledger.adopt_text("witnesses", witness_text())
    ledger.disclose(made)
    ledger.witnessed("city", "courts", late=50)
    ledger.disclose(made, at=ledger.at - SECOND)
    ledger.witnessed("city", "courts", late=-50)
    checked(ledger)


def test_two_of_three_clocks_decide() -> None:
    """One witness whose clock is wrong makes no ledger wrong."""
    ledger, made = watched()
    ledger.disclose(made)
    size = ledger.witnessed("city", "courts", "prosecutor")
    ledger.lines[size] = {**ledger.lines[size], "city": ledger.at // SECOND + 5000}
    ledger.disclose(made)
    last = ledger.witnessed("city", "courts", "prosecutor")
    ledger.lines[last] = {**ledger.lines[last], "courts": ledger.at // SECOND - 5000}
    checked(ledger)


def test_a_clock_that_runs_ahead_of_the_witnesses_is_found() -> None:
    ledger, made = watched()
    ledger.disclose(made)
    index = len(ledger.entries) - 1
    ledger.witnessed("city", "courts", late=-3)
    checked(ledger)
    ledger.witnessed("city", "courts", late=-5)
    assert first(ledger) == ("CLOCK_AHEAD", index)


def test_a_text_that_comes_into_force_among_plain_entries_counts_from_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHARTER_DOCUMENT, "notice_us", 20 * SECOND)
    ledger = Watched()
    made = ledger.serve(make_version(end=NOW + 3600 * SECOND))
    ledger.at = Instant(ledger.at + 30 * SECOND)
    begins = ledger.adopt_text("witnesses", witness_text()).at + 20 * SECOND
    for _ in range(15):
        ledger.disclose(made, rows=1)
        ledger.show(rows=1)
    ledger.witnessed("city", "courts", late=30)
    report = checked(ledger)
    assert report.told is not None
    assert report.told.witnessed is not None
    assert report.told.witnessed.gap == ledger.at + 30 * SECOND - begins
