"""Times, spans, money and numbers as people read them on the screens: local, 24 hours, never a time that nobody stated."""

from __future__ import annotations

import time
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from pars.core.cases.paper import cents as money
from pars.core.cases.paper import tracking_number
from pars.core.terms import HOUR, MINUTE, SECOND, Instant, StatedTime, moment

if TYPE_CHECKING:
    from pars.core.access.explain import Language

__all__ = [
    "clock",
    "clock_in",
    "day",
    "day_month",
    "from_now",
    "holds_for",
    "hour",
    "iso",
    "money",
    "number",
    "owner",
    "short",
    "span",
    "stamp",
    "stated",
    "time_of_day",
    "until",
    "years",
    "zone",
]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FAR = 200 * 86_400
"""Seconds from which on a date is shown with its year."""

MIDNIGHT = datetime.min.time()

OWNERS = {
    "police": "the police",
    "prosecutor": "the prosecutor",
    "pretrial": "pretrial services",
    "court": "the court",
    "custodian": "the custodian",
}

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MESES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
DIAS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")


@cache
def zone() -> str:
    """Return the zone that the screens tell time in."""
    return str(settings.TIME_ZONE)


def local(at: int) -> datetime:
    """Return an instant by the screens' clock."""
    return moment(Instant(at), zone())


def iso(at: int) -> str:
    """Return an instant for a `time` element's `datetime`, to the second."""
    return local(at).isoformat(timespec="seconds")


def day(when: date, language: Language = "en") -> str:
    """Return `23 Nov 2026`."""
    return f"{when.day} {_month(when, language)} {when.year}"


def _month(when: date, language: Language) -> str:
    return (MONTHS if language == "en" else MESES)[when.month - 1]


def clock(at: int, language: Language = "en") -> str:
    """Return `23 Nov 10:04`, with the year where it is long ago or far ahead."""
    there = local(at)
    far = abs(at / SECOND - time.time()) > FAR  # which form reads best is no fact, so the machine's own clock does
    return f"{there.day} {_month(there, language)} {f'{there.year} ' if far else ''}{there:%H:%M}"


def day_month(at: int) -> str:
    """Return `23 Nov`."""
    there = local(at)
    return f"{there.day} {MONTHS[there.month - 1]}"


def until(at: int) -> str:
    """Return when something ends: `25 Nov 10:04`, and `end of 24 Nov` rather than a midnight that reads as the wrong day."""
    if local(at).time() != MIDNIGHT:
        return clock(at)
    return f"end of {clock(at - 1).rpartition(' ')[0]}"


def clock_in(at: int, place: str, language: Language = "en") -> str:
    """Return `23 Nov 2026 10:04 EST` by the clock of a place."""
    there = moment(Instant(at), place)
    return f"{day(there.date(), language)} {there:%H:%M} {there.tzname()}"


def short(stated_time: StatedTime) -> str:
    """Return the time of day where one was stated, else the date as it was: a date never becomes 00:00."""
    exact = stated_time.precision in {"instant", "local"}
    return hour(stated_time.earliest) if exact else stated(stated_time)


def hour(at: int) -> str:
    """Return `10:04`."""
    return f"{local(at):%H:%M}"


def time_of_day(at: int) -> str:
    """Return `10:04:05`."""
    return f"{local(at):%H:%M:%S}"


def stamp(at: int, language: Language = "en") -> str:
    """Return `Mon 23 Nov 2026 10:04:05 EST`, or `lun 23 nov 2026 10:04:05 EST`."""
    there = local(at)
    days, months = (WEEKDAYS, MONTHS) if language == "en" else (DIAS, MESES)
    return f"{days[there.weekday()]} {there.day} {months[there.month - 1]} {there.year} {there:%H:%M:%S} {there.tzname()}"


def stated(told: StatedTime | None) -> str:
    """Return a stated time no more exactly than it was stated: a date stays a date."""
    if told is None:
        return "not stated"
    match told.precision:
        case "instant":
            return clock(told.earliest)
        case "local":
            return clock(told.earliest) if told.zone == zone() else clock_in(told.earliest, told.zone)
        case "date":
            return day(date.fromisoformat(told.text))
        case "month":
            return f"{MONTHS[int(told.text[5:]) - 1]} {told.text[:4]}"
        case _:
            return told.text


def span(us: int) -> str:
    """Return `5 days` from three days on, `17 h` from ten hours on, `2 h 40 m` below, `25 m` below one hour."""
    hours, minutes = us // HOUR, us % HOUR // MINUTE
    if hours >= 72:
        return f"{hours // 24} days"
    if hours >= 10:
        return f"{hours} h"
    return f"{hours} h {minutes:02} m" if hours else f"{minutes} m"


def holds_for(end: int, now: int) -> str:
    """Return how long it is until an instant, or how long it is over."""
    return f"in {span(end - now)}" if end >= now else f"{span(now - end)} over"


def from_now(at: int, now: int) -> str:
    """Return how far ahead something lies, or how long ago it was."""
    return f"in {span(at - now)}" if at >= now else f"{span(now - at)} ago"


def owner(code: str) -> str:
    """Return who owes something, in words."""
    return OWNERS[code]


def number(otn: str | None) -> str:
    """Return an offense tracking number as it is printed: `Q333333-0`."""
    return tracking_number(otn) if otn else "not stated"


def years(born: StatedTime | None, at: int) -> str:
    """Return the age in years as far as the birth date tells it: `27`, or `26 or 27`, or `?`."""
    if born is None:
        return "?"
    first, last = (_years(moment(bound, born.zone).date(), at) for bound in (Instant(born.latest - 1), born.earliest))
    return str(first) if first == last else f"{first} or {last}"


def _years(born: date, at: int) -> int:
    today = local(at).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
