"""The deadline strip: no flag on another, red only for time over the limit, days after the limit folded, days named."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.terms import HOUR, MINUTE, Instant
from pars.edge.web.cases.strip import LEFT, LETTER, RIGHT, WIDTH, Mark, deadline_strip, flags_of, scale_of
from pars.edge.web.pictures import held_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGAN = Instant(1_790_000_000_000_000)
WORDS = (
    "arrest 2 Nov 02:03",
    "booked 03:00",
    "sent 06:00",
    "charged, complaint 11:00",
    "interview 07:00",
    "hearing 16:58",
    "order 17:00",
)


def after(hours: float) -> Instant:
    return Instant(BEGAN + int(hours * HOUR))


def crossed(marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """Return every pair of flags whose words or staffs share a place."""
    flags = flags_of(marks, scale_of(marks))
    found = []
    for one, other in combinations(flags, 2):
        if one.side != other.side:
            continue
        same = one.lane == other.lane and one.low < other.high and other.low < one.high
        low, high = (one, other) if one.lane < other.lane else (other, one)
        through = low.lane < high.lane and low.low < high.x < low.high
        if same or through:
            found.append((one.mark.label, other.mark.label))
    return found


@given(st.lists(st.integers(0, 14 * 60), min_size=7, max_size=7), st.integers(15 * 60, 40 * 24 * 60))
def test_no_flag_lies_on_another_however_long_somebody_is_held(minutes: list[int], now: int) -> None:
    marks = [
        Mark(Instant(BEGAN + minute * MINUTE), says) for minute, says in zip([0, *sorted(minutes)[1:]], WORDS, strict=True)
    ]
    marks += [
        Mark(after(48), "48-hour limit 4 Nov 02:03", "met"),
        Mark(Instant(BEGAN + now * MINUTE), "now 23 Nov 18:24", "now"),
    ]
    assert crossed(marks) == []
    for flag in flags_of(marks, scale_of(marks)):
        assert LEFT <= flag.x <= RIGHT
        assert flag.low >= 0 or flag.high - flag.low > WIDTH
        assert flag.high <= WIDTH
        assert flag.high - flag.low > LETTER * len(flag.mark.label)


@given(st.lists(st.integers(0, 60 * 24 * 60), min_size=2, max_size=10), st.integers(0, 60 * 24 * 60))
def test_no_flag_lies_on_another_where_most_of_it_happened_lately(minutes: list[int], now: int) -> None:
    marks = [Mark(Instant(BEGAN + minute * MINUTE), WORDS[n % len(WORDS)]) for n, minute in enumerate(sorted(minutes))]
    marks.append(Mark(Instant(BEGAN + now * MINUTE), "now 23 Nov 18:24", "now"))
    assert crossed(marks) == []


def test_many_days_are_folded_and_the_first_hours_keep_their_room() -> None:
    marks = [Mark(BEGAN, WORDS[0]), Mark(after(15), WORDS[5]), Mark(after(48), "48-hour limit", "limit")]
    long = [*marks, Mark(after(21 * 24), "now", "now")]
    scale = scale_of(long)
    assert scale.fold is not None
    assert scale.x(after(48)) > 0.7 * RIGHT
    assert scale.x(after(21 * 24)) == pytest.approx(RIGHT)
    assert "strip-fold" in deadline_strip(marks=long)
    assert "strip-fold" not in deadline_strip(marks=[*marks, Mark(after(60), "now", "now")])


def test_only_time_over_the_limit_is_marked() -> None:
    marks = [Mark(BEGAN, WORDS[0]), Mark(after(48), "48-hour limit", "limit"), Mark(after(60), "now", "now")]
    assert "strip-late" not in deadline_strip(marks=marks)
    late = deadline_strip(marks=marks, late=(after(48), after(60)))
    low, high = (float(part) for part in re.findall(r'strip-late" d="M([\d.]+) [\d.]+H([\d.]+)', late)[0])
    scale = scale_of(marks)
    assert low == pytest.approx(scale.x(after(48)), abs=0.1)
    assert high == pytest.approx(RIGHT, abs=0.1)


@pytest.mark.parametrize(("hours", "late", "over", "goes_on"), [(17, False, 0, 0), (60, False, 0, 0), (60, True, 1, 0), (200, True, 2, 1), (200, False, 0, 1)])  # fmt: skip
def test_a_bar_is_red_only_where_no_judge_came_in_time(hours: float, late: bool, over: int, goes_on: int) -> None:
    bar = held_bar(hours=hours, late=late, label="Held")
    assert bar.count("bar-over") == over
    assert bar.count("l7 8l-7 8z") == goes_on
