"""The next hearing's day: never past the window, never on a closed day, whatever the clocks and the calendar do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.next_hearing import closed_on, court_closed, hearing_due, last_day, last_open_day
from pars.core.terms import StatedTime, moment
from tests.cases import ZONE

HELD = st.datetimes(datetime(2010, 1, 1), datetime(2090, 12, 31)).map(  # noqa: DTZ001 as a clerk writes it, in the court's zone
    lambda time: StatedTime(time.replace(microsecond=0).isoformat(), ZONE)
)


@given(HELD, st.booleans())
def test_the_day_that_a_form_begins_with_is_open_and_within_the_window(held: StatedTime, in_custody: bool) -> None:
    day = last_open_day(held, in_custody=in_custody)
    heard = moment(held.earliest, ZONE).date()
    assert heard < day <= last_day(held, in_custody=in_custody)
    hearing = StatedTime(f"{day.isoformat()}T09:00", ZONE)
    assert closed_on(hearing) is None
    assert hearing.latest < hearing_due(held, in_custody=in_custody)
    later = (day + timedelta(days=n) for n in range(1, (last_day(held, in_custody=in_custody) - day).days + 1))
    assert all(court_closed(after) is not None for after in later)


@pytest.mark.parametrize(
    ("held", "in_custody", "day"),
    [
        ("2026-10-25T01:30", True, date(2026, 11, 6)),  # the 14th day is a Sunday, and the clocks change between
        ("2026-12-17T23:50", True, date(2026, 12, 31)),
        ("2026-12-18T00:10", True, date(2026, 12, 31)),  # the 14th day is New Year's Day
        ("2026-11-05T12:00", False, date(2026, 11, 25)),  # the 21st day is Thanksgiving
        ("2026-11-23T12:00", True, date(2026, 12, 7)),
    ],
)
def test_the_last_open_day_by_the_calendar(held: str, in_custody: bool, day: date) -> None:
    assert last_open_day(StatedTime(held, ZONE), in_custody=in_custody) == day


def test_why_the_court_is_closed_is_said() -> None:
    assert court_closed(date(2026, 11, 28)) == "a Saturday"
    assert court_closed(date(2026, 11, 29)) == "a Sunday"
    assert court_closed(date(2026, 11, 26)) == "a holiday"
    assert court_closed(date(2026, 11, 27)) is None
