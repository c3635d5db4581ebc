"""A civil end is the instant at which its day ends at its place, in every zone there is: gaps and folds, fifty-one years of days.

Around each change of a clock in `make test`, each day of each zone in `make soak`; the database's own reading is held to it in
tests/store/test_civil_time.py.
"""

from __future__ import annotations

from datetime import date

import pytest

from pars.core.terms import Instant, end_of_day, moment
from tests.civil import DAYS, ZONES, days_of_change, next_day_begins


def test_around_each_change_of_a_clock_a_day_ends_where_the_next_begins() -> None:
    tried = jumped = 0
    for zone in ZONES:
        for day in days_of_change(zone):
            end = end_of_day(day, zone)
            assert end == next_day_begins(day, zone), (zone, day)
            assert moment(Instant(end - 1), zone).date() <= day < moment(end, zone).date(), (zone, day)
            tried += 1
            jumped += moment(end, zone).hour + moment(end, zone).minute > 0
    print(f"{len(ZONES)} zones, {tried} days: {jumped} begin after a jump over midnight")
    assert tried > 40_000
    assert jumped > 500


def test_a_day_that_begins_twice_begins_with_the_first() -> None:
    """Havana turns its clock back from 01:00 to 00:00: the first midnight ends the day."""
    end = end_of_day(date(2030, 11, 2), "America/Havana")
    assert moment(end, "America/Havana").isoformat() == "2030-11-03T00:00:00-04:00"
    assert moment(Instant(end + 3_600_000_000), "America/Havana").isoformat() == "2030-11-03T00:00:00-05:00"


def test_a_day_that_was_left_out_ends_where_it_would_have_begun() -> None:
    """Apia had no December 30, 2011."""
    assert end_of_day(date(2011, 12, 29), "Pacific/Apia") == end_of_day(date(2011, 12, 30), "Pacific/Apia")


@pytest.mark.soak
def test_each_day_of_each_zone_ends_where_the_next_begins() -> None:
    for zone in ZONES:
        for day in DAYS:
            assert end_of_day(day, zone) == next_day_begins(day, zone), (zone, day)
    print(f"{len(ZONES)} zones, {len(ZONES) * len(DAYS):,} days")
