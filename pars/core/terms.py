"""The words everyone uses: instants, periods, stated times and refusals.

This room's other modules speak in these values. Nothing here reads a clock, a file or a setting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NewType
from zoneinfo import ZoneInfo

Instant = NewType("Instant", int)
"""Whole microseconds since 1970-01-01T00:00:00Z. The ledger's unit and PostgreSQL's resolution, so nothing is rounded."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEARS = range(1800, 2200)
"""Of what a time may be stated. From each of them on a life can be counted, by the clock of every zone, within the calendar."""


def instant(moment: datetime) -> Instant:
    """Return `moment` as an instant. A moment without a zone is refused: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a zone is not an instant")
    return Instant((moment - EPOCH) // timedelta(microseconds=1))


@lru_cache(maxsize=16_384)  # a page says the same instants again and again: of its rows, to each who watches it
def moment(at: Instant, zone: str = "UTC") -> datetime:
    """Return the instant as a datetime in `zone` (an IANA name)."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone))


@lru_cache(maxsize=4096)
def start_of_day(day: date, zone: str) -> Instant:
    """Return the first instant of the civil day `day` in `zone`, also where that day has no midnight."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    start, other = instant(midnight), instant(midnight.replace(fold=1))
    if other < start:  # the clock jumps over midnight, between these two readings of it: the day begins at the jump
        while start - other > 1:
            middle = Instant((start + other) // 2)
            if moment(middle, zone).date() < day:
                other = middle
            else:
                start = middle
    return start


def end_of_day(day: date, zone: str) -> Instant:
    """Return the exclusive end of the civil day: the first instant of the next one."""
    return start_of_day(day + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time [start, end); `end` None means not ended yet."""

    start: Instant
    end: Instant | None = None

    def covers(self, at: Instant) -> bool:
        """Return whether `at` lies in the period."""
        return self.start <= at and (self.end is None or at < self.end)


Precision = Literal["instant", "local", "date", "month", "year"]

_STATED = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<clock>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?P<offset>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time as somebody gave it, with its precision kept. A date never becomes 00:00.

    `text` is the time as given (ISO 8601 forms of a year, a month, a date, a local time or an instant); `zone` is the
    IANA zone of the source, which a local time, a date, a month or a year needs to become an interval of instants.
    Any other text or zone raises ValueError, as does a year that only a machine writes, for "never" or "not known".
    """

    text: str
    zone: str

    def __post_init__(self) -> None:
        if _STATED.fullmatch(self.text) is None:
            raise ValueError("a stated time is a year, month, date, local time or instant in ISO 8601")
        try:
            ZoneInfo(self.zone)
        except (KeyError, OSError):  # OSError: the name of a folder of zones
            raise ValueError("a stated time needs a time zone of the IANA database") from None
        if int(self.text[:4]) not in YEARS:
            raise ValueError(f"a stated time lies in the years {YEARS[0]} to {YEARS[-1]}")
        self._bounds()  # refuses a date that no calendar has

    @classmethod
    def read(cls, stored: str) -> StatedTime:
        """Return the stated time that `str()` wrote: `TEXT[ZONE]`."""
        text, _, zone = stored.removesuffix("]").partition("[")
        return cls(text, zone)

    def __str__(self) -> str:
        return f"{self.text}[{self.zone}]"

    @property
    def precision(self) -> Precision:
        """Return how exact the time was given."""
        match = _STATED.fullmatch(self.text)
        assert match is not None
        if match["offset"]:
            return "instant"
        if match["clock"]:
            return "local"
        return "date" if match["day"] else "month" if match["month"] else "year"

    @property
    def earliest(self) -> Instant:
        """Return the first instant that the stated time can mean; a legal clock counts from here."""
        return self._bounds()[0]

    @property
    def latest(self) -> Instant:
        """Return the exclusive end of what the stated time can mean (for an instant: the instant plus one microsecond)."""
        return self._bounds()[1]

    def _bounds(self) -> tuple[Instant, Instant]:
        return _bounds(self.text, self.zone, self.precision)


@lru_cache(maxsize=4096)
def _bounds(text: str, zone: str, precision: Precision) -> tuple[Instant, Instant]:
    """Return the first instant that a time can mean and the exclusive end. Remembered: every rule about a case asks again."""
    match precision:
        case "instant":
            at = instant(datetime.fromisoformat(_microseconds(text)))
            return at, Instant(at + 1)
        case "local":
            local = datetime.fromisoformat(_microseconds(text)).replace(tzinfo=ZoneInfo(zone))
            both = sorted(instant(local.replace(fold=fold)) for fold in (0, 1))
            return both[0], Instant(both[1] + 1)
        case "date":
            day = date.fromisoformat(text)
            return start_of_day(day, zone), end_of_day(day, zone)
        case "month":
            first = date.fromisoformat(text + "-01")
            following = (first + timedelta(days=31)).replace(day=1)
            return start_of_day(first, zone), start_of_day(following, zone)
        case _:
            year = int(text)
            return start_of_day(date(year, 1, 1), zone), start_of_day(date(year + 1, 1, 1), zone)


def _microseconds(text: str) -> str:
    """Cut digits below a microsecond, which Python's reader refuses."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no, with its reason. A value, not an exception: the refusal is itself recorded, and an exception would undo that.

    `code` is UPPER_SNAKE and never reused for another meaning; `says` is a plain sentence that holds no personal data;
    `remedy` says what the caller can do; `names` are the fields, columns or purposes at fault.
    """

    code: str
    says: str
    remedy: str = ""
    names: tuple[str, ...] = ()
