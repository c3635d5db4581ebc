"""The holidays of the United States by date: what the regulation's count of a detainer's 48 hours leaves out.

5 U.S.C. § 6103(a), (b); Executive Order 11582.
"""

from __future__ import annotations

from datetime import date, timedelta

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6

_FIXED = ((1, 1, 1885), (6, 19, 2021), (7, 4, 1885), (11, 11, 1978), (12, 25, 1885))
"""Month, day, and the first year in which the law names it."""

_FLOATING = (
    (1, MONDAY, 3, 1986),
    (2, MONDAY, 3, 1971),
    (5, MONDAY, -1, 1971),
    (9, MONDAY, 1, 1894),
    (10, MONDAY, 2, 1971),
    (11, THURSDAY, 4, 1942),
)
"""Month, weekday, which one of the month (-1: the last), and the first year in which the law names it so."""


def is_federal_holiday(day: date) -> bool:
    """Return whether `day` is a federal holiday, or the weekday on which one that falls on a weekend is kept.

    [counsel] whether the regulation's "holidays" are the days themselves or also the days on which they are kept.
    """
    if _named(day):
        return True
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    kept_late = before.weekday() == SUNDAY and _named(before)
    return kept_late or (after.weekday() == SATURDAY and _named(after))


def _named(day: date) -> bool:
    if any((day.month, day.day) == (month, number) and day.year >= since for month, number, since in _FIXED):
        return True
    return any(
        day.month == month and day.weekday() == weekday and day.year >= since and _is_nth(day, nth)
        for month, weekday, nth, since in _FLOATING
    )


def _is_nth(day: date, nth: int) -> bool:
    """Return whether the day is the nth of its weekday in its month; -1 is the last."""
    if nth < 0:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 == nth - 1
