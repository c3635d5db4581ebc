"""Times as people type them in this house: `11/23/2026 02:40`, `11/23/2026`, `2026-11-23`, `11/2026`, `2026`."""

from __future__ import annotations

import re

from pars.core.terms import StatedTime

_AMERICAN = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})(?:[ ,T]+(?P<hour>\d{1,2}):(?P<minute>\d\d))?"
)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d\d))?")
_MONTH = re.compile(r"(?:(?P<month>\d{1,2})/(?P<year>\d{4})|(?P<iso>\d{4}-\d\d))")
_YEAR = re.compile(r"\d{4}")


def typed_time(text: str, zone: str, *, century: str = "20") -> StatedTime:
    """Return the time somebody typed, as exactly as they typed it: with a clock, a date, a month or a year. Raises ValueError.

    `century` completes a year of two digits.
    """
    text = text.strip()
    match = _AMERICAN.fullmatch(text) or _ISO.fullmatch(text)
    if match is not None:
        year = match["year"] if len(match["year"]) == 4 else f"{century}{match['year']}"
        date = f"{year}-{int(match['month']):02}-{int(match['day']):02}"
        clock = f"T{int(match['hour']):02}:{match['minute']}" if match["hour"] else ""
        return StatedTime(date + clock, zone)
    if (match := _MONTH.fullmatch(text)) is not None:
        return StatedTime(match["iso"] or f"{match['year']}-{int(match['month']):02}", zone)
    if _YEAR.fullmatch(text):
        return StatedTime(text, zone)
    raise ValueError(text)
