"""The daily report counts what the rows say, and nothing that they don't."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.board import now_row
from pars.core.cases.daily import COLUMNS, SHIFTS, by_number, daily
from pars.core.cases.deadlines import clocks
from pars.core.cases.waiting import due
from pars.core.terms import HOUR, Instant, StatedTime, moment, start_of_day
from tests.cases import ARRESTED, heard, sent

ZONE = "America/New_York"
MIDNIGHT = start_of_day(date(2026, 11, 2), ZONE)
NOON_LATER = Instant(MIDNIGHT + 200 * HOUR)


def row(began: float | None = 9.0, heard: float | None = None, **more: Any) -> dict[str, Any]:
    """Return a row of the board: arrested and heard so many hours after midnight."""
    return {
        "district": "24",
        "charge_status": "FILED",
        "release_types": (),
        "closed": False,
        "discharged": False,
        "arraigned": heard is not None,
        "unheard": 0,
        "doubts": (),
        "custody_ended": False,
        "custody_began": None if began is None else Instant(MIDNIGHT + int(began * HOUR)),
        "custody_began_precision": "instant",
        "arraigned_at": None if heard is None else Instant(MIDNIGHT + int(heard * HOUR)),
        **more,
    }


def report(*rows: dict[str, Any], at: Instant = NOON_LATER) -> Any:
    return daily(rows, at=at, zone=ZONE)


def test_the_median_and_the_nine_in_ten_are_hours_that_were_measured() -> None:
    hours = report(*(row(0, n) for n in (10, 2, 4, 8, 6))).whole.hours
    assert (hours.median, hours.p90, hours.longest) == (6, 10, 10)
    hours = report(*(row(0, n) for n in range(1, 21))).whole.hours
    assert (hours.median, hours.p90) == (10, 18)


def test_who_is_not_heard_is_waiting_and_in_no_median() -> None:
    line = report(row(0, 5), row(0)).whole
    assert (line.arrests, line.arraigned, line.waiting, line.hours.median) == (2, 1, 1, 5)


def test_nobody_waits_who_went_free_or_was_declined() -> None:
    line = report(row(charge_status="DECLINED"), row(closed=True)).whole
    assert (line.waiting, line.over, line.declined) == (0, 0, 1)


def test_over_48_hours_counts_the_late_and_those_who_still_wait_too_long() -> None:
    limit = Instant(MIDNIGHT + 48 * HOUR)
    assert report(row(0, 47.99)).whole.over == 0
    assert report(row(0, 48)).whole.over == 1
    assert report(row(0), at=Instant(limit - 1)).whole.over == 0
    assert report(row(0), at=limit).whole.over == 1


@pytest.mark.parametrize("stops", [{"doubts": ("CONTRADICTORY_TIMES",)}, {"custody_ended": True}])
def test_where_no_clock_runs_nobody_is_over(stops: dict[str, Any]) -> None:
    line = report(row(0, **stops)).whole
    assert (line.waiting, line.over) == (1, 0)


def test_who_was_heard_on_times_that_contradict_is_not_over() -> None:
    assert report(row(0, 60, doubts=("CONTRADICTORY_TIMES",))).whole.over == 0


@pytest.mark.parametrize("hours", [47, 48, 49])
def test_the_board_the_clock_and_the_report_say_the_same_of_one_case(hours: int) -> None:
    at = Instant(ARRESTED.earliest + hours * HOUR)
    waits = now_row(sent())
    assert due(waits, at).late is bool(report(waits, at=at).whole.over) is (hours >= 48)
    held = heard(time=StatedTime(moment(at, ZONE).isoformat(), ZONE), at=at, reason="late")
    clock = next(clock for clock in clocks(held, at) if clock.code == "PROBABLE_CAUSE")
    assert (clock.state == "MISSED") is bool(report(now_row(held), at=at).whole.over)


def test_a_bare_date_has_no_hours_and_no_shift_and_its_clock_runs_from_the_first_minute() -> None:
    found = report(row(0, 60, custody_began_precision="date"), row(None, 60))
    assert (found.whole.timeless, found.whole.over, found.whole.hours.median) == (2, 1, None)
    assert [line.name for line in found.shifts] == [""]


UNSEEN = {
    "charge_status": {"waiting", "over", "declined", "returned"},
    "arrest_at": {"over", "timeless"},
    "release_types": {"release_types"},
    "district": set(),
}


@pytest.mark.parametrize("column", UNSEEN)
def test_what_a_role_does_not_see_is_not_counted_as_nought(column: str) -> None:
    hidden = {column} | ({"custody_began", "custody_began_precision"} if column == "arrest_at" else set())
    shown = [{name: value for name, value in one.items() if name not in hidden} for one in (row(0), row(0, 60))]
    found = daily(shown, at=NOON_LATER, zone=ZONE, seen=[name for name in COLUMNS if name != column])
    names = ("arrests", "arraigned", "waiting", "over", "timeless", "declined", "returned", "release_types")
    assert {name for name in names if getattr(found.whole, name) is None} == UNSEEN[column]
    assert found.unseen == (column,)
    assert bool(found.districts) is (column != "district")
    assert bool(found.shifts) is (column != "arrest_at")


def test_a_shift_is_told_by_the_clock_on_the_wall_when_the_clocks_change() -> None:
    first = start_of_day(date(2026, 11, 1), ZONE)  # the day that has 25 hours
    found = report(row(custody_began=Instant(first + 8 * HOUR)), row(custody_began=Instant(first + 9 * HOUR)))
    assert [(line.name, line.arrests) for line in found.shifts] == [("NIGHT", 1), ("DAY", 1)]


def test_districts_come_in_the_order_of_their_numbers_and_the_unknown_one_last() -> None:
    found = report(*(row(district=name) for name in ("22nd", None, "6th", "Airport")))
    assert [line.name for line in found.districts] == ["6th", "22nd", "Airport", ""]


def test_a_district_of_any_length_has_its_place() -> None:
    assert sorted(["9" * 5_000, "6th", "22nd"], key=by_number) == ["6th", "22nd", "9" * 5_000]


def test_release_types_combine() -> None:
    found = report(row(release_types=("MONETARY", "NONMONETARY")), row(release_types=("MONETARY",)))
    assert found.whole.release_types == (("MONETARY", 2), ("NONMONETARY", 1))


ROWS = st.lists(
    st.builds(
        row,
        st.none() | st.floats(0, 23.9),
        st.none() | st.floats(0, 150),
        district=st.sampled_from([None, "3", "22", "24"]),
        charge_status=st.sampled_from(["PENDING", "FILED", "DECLINED", "RETURNED"]),
        closed=st.booleans(),
    ),
    max_size=30,
)


@given(ROWS)
def test_the_parts_add_up_to_the_whole(rows: list[dict[str, Any]]) -> None:
    found = report(*rows)
    for lines in (found.districts, found.shifts):
        for name in ("arrests", "arraigned", "waiting", "over", "timeless", "declined", "returned"):
            assert sum(getattr(line, name) for line in lines) == getattr(found.whole, name)
    assert all(line.name in SHIFTS or not line.name for line in found.shifts)
