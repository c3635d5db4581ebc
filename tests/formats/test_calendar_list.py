"""A court calendar from a CSV file: the good lines are taken, each of the others is named with its place and the remedy."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pars.core.cases.court_calendar import Closure, Numbering, Sitting, Slot
from pars.edge.formats.calendar_list import COLUMNS, MOST_LINES, read_calendar_file

HEADING = ",".join(COLUMNS)
CITY = Path(__file__).parents[2] / "pars/config/city"


def read(*lines: str) -> tuple[tuple[object, ...], list[str]]:
    found = read_calendar_file("\n".join((HEADING, *lines)))
    return found.calendar.lines, [str(fault) for fault in found.faults]


def test_each_kind_of_line_is_read() -> None:
    lines, faults = read(
        "closure,2026-12-25,,,,,,,Christmas Day",
        "closure,2026-07-01,2026-07-03,,,,,,Repairs",
        "hearing,2026-01-01,2026-12-31,B08,Tue thu,09:00,20,,",
        "session,2026-01-01,,,,04:00,,,",
        "docket,2026-01-01,,,,,,MC-51-CR,",
        "",
    )
    assert faults == []
    assert lines == (
        Closure(first=date(2026, 12, 25), last=date(2026, 12, 25), cause="Christmas Day"),
        Closure(first=date(2026, 7, 1), last=date(2026, 7, 3), cause="Repairs"),
        Slot(first=date(2026, 1, 1), last=date(2026, 12, 31), court="B08", days=("tue", "thu"), time="09:00", capacity=20),
        Sitting(first=date(2026, 1, 1), time="04:00"),
        Numbering(first=date(2026, 1, 1), prefix="MC-51-CR"),
    )


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("holiday,2026-12-25,,,,,,,X", "column kind"),
        ("closure,,,,,,,,X", "column from"),
        ("closure,2026-13-01,,,,,,,X", "column from"),
        ("closure,2026-12-25,2026-12-24,,,,,,X", "column to"),
        ("closure,2026-12-25,,,,,,,", "column cause"),
        ("hearing,2026-01-01,,,mon,09:00,20,,", "column court"),
        ("hearing,2026-01-01,,B08,,09:00,20,,", "column days"),
        ("hearing,2026-01-01,,B08,mon noday,09:00,20,,", "column days"),
        ("hearing,2026-01-01,,B08,mon,24:00,20,,", "column time"),
        ("hearing,2026-01-01,,B08,mon,09:00,0,,", "column capacity"),
        ("session,2026-01-01,,,,4,,,", "column time"),
        ("docket,2026-01-01,,,,,,MC51,", "column prefix"),
        ("session,2026-01-01", "line 3"),
    ],
)
def test_a_wrong_line_is_named_and_the_rest_is_kept(line: str, place: str) -> None:
    lines, faults = read("session,2026-01-01,,,,04:00,,,", line)
    assert len(lines) == 1
    assert len(faults) == 1
    assert faults[0].startswith("line 3")
    assert place in faults[0]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("closure,2026-12-24,2026-12-26,,,,,,A", "closure,2026-12-26,,,,,,,B"),
        ("hearing,2026-01-01,,B08,mon tue,09:00,20,,", "hearing,2026-06-01,,B08,tue,09:00,5,,"),
        ("session,2026-01-01,,,,04:00,,,", "session,2027-01-01,,,,04:00,,,"),
        ("docket,2026-01-01,,,,,,MC-51-CR,", "docket,2026-01-01,,,,,,CP-51-CR,"),
    ],
)
def test_two_lines_that_say_the_same_of_one_day_are_not_both_taken(one: str, two: str) -> None:
    lines, faults = read(one, two)
    assert len(lines) == 1
    assert "Line 2" in faults[0]
    apart = {"closure,2026-12-26,,,,,,,B": "closure,2026-12-27,,,,,,,B"}.get(two)
    if apart:
        assert len(read(one, apart)[0]) == 2


def test_a_file_that_is_too_long_is_taken_in_no_part_and_says_how_to_shorten_it() -> None:
    days = [f"closure,{date(2026, 1, 1) + timedelta(days=n)},,,,,,,Repairs" for n in range(MOST_LINES + 1)]
    lines, faults = read(*days)
    assert lines == ()
    (fault,) = faults
    assert fault.startswith("line 2002: The file has over 2,000 lines, so that none was taken. Leave out what is past")
    lines, faults = read(*days[:-1], "")
    assert (len(lines), faults) == (MOST_LINES, [])


def test_what_can_be_no_calendar_says_so() -> None:
    assert "no heading" in str(read_calendar_file("").faults[0])
    assert "column from" in str(read_calendar_file("kind,to\n").faults[0])
    assert read_calendar_file(f"{HEADING},more\nsession,2026-01-01,,,,04:00,,,,x\n").unread == ("more",)


def test_the_citys_own_is_read_whole() -> None:
    found = read_calendar_file((CITY / "calendar.csv").read_text(encoding="utf-8"))
    assert found.faults == ()
    assert found.calendar.lines
