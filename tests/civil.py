"""Every zone there is and the days on which its clock does something, for the tests of civil time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pars.core.terms import Instant, instant

FIRST, LAST = date(2000, 1, 1), date(2050, 12, 31)
DAYS = tuple(FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
ZONES = tuple(sorted(available_timezones()))
"""Every name of the IANA database, links among them."""


@cache
def days_of_change(zone: str) -> tuple[date, ...]:
    """Return each day on which the zone's clock changes, with the days before and after."""
    at = ZoneInfo(zone)
    found: list[int] = []
    before = _offset(at, DAYS[0])
    for week in range(0, len(DAYS) - 7, 7):
        after = _offset(at, DAYS[week + 7])
        if after != before:
            found += [n for n in range(week + 1, week + 8) if _offset(at, DAYS[n]) != _offset(at, DAYS[n - 1])]
        before = after
    return tuple(DAYS[n] for n in sorted({near for n in found for near in (n - 2, n - 1, n, n + 1) if 0 <= near < len(DAYS)}))


def _offset(at: ZoneInfo, day: date) -> timedelta | None:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).astimezone(at).utcoffset()


def next_day_begins(day: date, zone: str) -> Instant:
    """Return the first instant that reads as a later civil day than `day`, by zoneinfo alone: midnight with fold 0 where there is one;
    where the clock jumps over it, the first minute after the jump, looked for minute by minute.
    """
    at = ZoneInfo(zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=at) + timedelta(days=1)
    there = midnight.astimezone(UTC)
    if there.astimezone(at).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant(there)
    minute = midnight.replace(fold=1).astimezone(UTC)
    while minute.astimezone(at).date() <= day:
        minute += timedelta(minutes=1)
    return instant(minute)
