"""Instants, days and stated times: nothing rounded, nothing guessed."""

# ruff: noqa: DTZ001  a bound of random datetimes has no zone

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.terms import (
    DAY,
    HOUR,
    MINUTE,
    Instant,
    Period,
    Refusal,
    StatedTime,
    end_of_day,
    instant,
    moment,
    start_of_day,
)

PHILADELPHIA = "America/New_York"
# Zones with what is hard: clocks that jump over midnight, half hours, a day that never was (Apia), a jump from before midnight.
ZONES = st.sampled_from(
    [
        PHILADELPHIA,
        "UTC",
        "America/Sao_Paulo",
        "America/Toronto",
        "America/St_Johns",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Asia/Beirut",
    ]
)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES.map(ZoneInfo)))
def test_an_instant_is_exact(when: datetime) -> None:
    at = instant(when)
    assert moment(at) == when.astimezone(UTC)
    assert instant(moment(at, PHILADELPHIA)) == at


def test_a_datetime_without_a_zone_names_no_instant() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        instant(datetime(2018, 8, 31))


@given(DAYS, ZONES)
def test_a_day_starts_at_the_first_instant_that_reads_as_that_day(day: date, zone: str) -> None:
    start = start_of_day(day, zone)
    reads, before = moment(start, zone).date(), moment(Instant(start - 1), zone).date()
    assert before < day <= reads
    # Only a day that the zone left out reads as the next one.
    assert reads == day or (zone, day) == ("Pacific/Apia", date(2011, 12, 30))


@given(DAYS, ZONES)
def test_days_meet_without_gap_or_overlap(day: date, zone: str) -> None:
    assert end_of_day(day, zone) == start_of_day(day + timedelta(days=1), zone)


def test_days_that_have_no_midnight() -> None:
    assert (
        moment(start_of_day(date(2018, 11, 4), "America/Sao_Paulo"), "America/Sao_Paulo").isoformat()
        == "2018-11-04T01:00:00-02:00"
    )
    # The clock of Toronto jumped from 23:30 to 00:30: the day began half an hour late.
    assert (
        moment(start_of_day(date(1919, 3, 31), "America/Toronto"), "America/Toronto").isoformat() == "1919-03-31T00:30:00-04:00"
    )
    assert start_of_day(date(2011, 12, 30), "Pacific/Apia") == start_of_day(date(2011, 12, 31), "Pacific/Apia")


def test_the_last_day_of_a_term_ends_where_the_next_begins() -> None:
    assert moment(end_of_day(date(2018, 8, 31), PHILADELPHIA)) == datetime(2018, 9, 1, 4, tzinfo=UTC)


def test_a_period_is_half_open() -> None:
    period = Period(Instant(10), Instant(20))
    assert [period.covers(Instant(at)) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert Period(Instant(10)).covers(Instant(10**18))
    assert not Period(Instant(20), Instant(10)).covers(Instant(15))


@pytest.mark.parametrize(
    ("text", "precision", "length"),
    [
        ("2018-08-31T14:05:00Z", "instant", 1),
        ("2018-08-31T14:05:00.123456789-04:00", "instant", 1),
        ("2018-08-31T14:05", "local", 1),
        ("2018-11-04T01:30:00", "local", HOUR + 1),  # read twice that night
        ("2018-03-11T02:30:00", "local", HOUR + 1),  # never read: either side of the jump
        ("2018-08-31", "date", DAY),
        ("2018-11-04", "date", 25 * HOUR),
        ("2018-02", "month", 28 * DAY),
        ("2018-12", "month", 31 * DAY),
        ("2018", "year", 365 * DAY),
    ],
)
def test_a_stated_time_keeps_its_precision(text: str, precision: str, length: int) -> None:
    stated = StatedTime(text, PHILADELPHIA)
    assert stated.precision == precision
    assert stated.latest - stated.earliest == length
    assert StatedTime.read(str(stated)) == stated


def test_a_stated_time_counts_from_its_earliest_end() -> None:
    assert StatedTime("2018-08-31", PHILADELPHIA).earliest == start_of_day(date(2018, 8, 31), PHILADELPHIA)
    assert StatedTime("2018-11-04T01:30", PHILADELPHIA).earliest == instant(datetime(2018, 11, 4, 5, 30, tzinfo=UTC))
    assert StatedTime("2018-08-31T14:05:00.1234569-04:00", "UTC").earliest == instant(
        datetime(2018, 8, 31, 18, 5, 0, 123456, UTC)
    )
    assert StatedTime("2018-08-31T14:05Z", PHILADELPHIA).latest == instant(datetime(2018, 8, 31, 14, 5, tzinfo=UTC)) + 1


@given(st.datetimes(datetime(1800, 1, 1), datetime(2199, 12, 31)), ZONES)
def test_a_local_time_lies_within_what_it_can_mean(local: datetime, zone: str) -> None:
    stated = StatedTime(local.isoformat(), zone)
    for fold in (0, 1):
        assert stated.earliest <= instant(local.replace(tzinfo=ZoneInfo(zone), fold=fold)) < stated.latest
    assert stated.latest - stated.earliest <= 25 * HOUR + MINUTE


NO_TIMES = (
    "", "18", "2018-13", "2018-02-30", "2018-8-31", "31.08.2018", "2018-08-31 14:05", "2018-08-31T24:00:00", "2018-08-31T14",
    "2018-08-31T14:05:60Z", "2018-08-31T14:05+99:99", "2018-08-31T14:05:00,5", "2018-08-31T14:05:00.Z", "2018[UTC]", "2018\n", "0000",
    "9999-12", "9999", "9999-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1799-12-31", "2200", "٢٠١٨",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        StatedTime(text, "UTC")


@pytest.mark.parametrize("zone", ["", "EST5", "America", "Nowhere/At_All", "../UTC", "/UTC", "UTC]", "U\0TC"])
@pytest.mark.parametrize("text", ["2018", "2018-08-31T14:05:00Z"])
def test_what_is_no_zone_is_refused(text: str, zone: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        StatedTime(text, zone)


def test_a_refusal_holds_its_reason() -> None:
    refusal = Refusal(code="STALE", says="The case has changed since you opened it.")
    assert (refusal.remedy, refusal.names) == ("", ())
