"""The court's calendar, as the court gives it: days on which it hears no case, when it sits for arraignments, where there is room.

It is a text that an entry of the ledger names; the one loaded last counts. Until the court gives one, weekends and the federal
holidays stand for its closed days, and arraignments are held every four hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pars.core import canonical
from pars.core.cases.federal_holidays import SATURDAY, SUNDAY, is_federal_holiday
from pars.core.terms import Instant, Refusal, StatedTime, moment

FORMAT = "pars.calendar.1"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
PREFIX = re.compile(r"(?:MC|CP)-\d{2}-[A-Z]{2}", re.ASCII)
MOST_DAYS_APART = 1
"""How far from a moment its session and the next one are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """From which to which day a line of the calendar counts, both included; no last day: until another calendar says else."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the line counts on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Lasting):
    """Days on which the court hears no case, and why."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Lasting):
    """A courtroom's time for the hearings after the arraignment: on which weekdays, at what time, how many cases fit."""

    court: str
    days: tuple[str, ...]
    time: str
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting(Lasting):
    """A time of day at which a session of preliminary arraignments begins. It begins every day, holidays too."""

    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering(Lasting):
    """The court lets docket numbers with this beginning be drawn here, in one sequence for each of its civil years."""

    prefix: str


Line = Closure | Slot | Sitting | Numbering
KINDS: Mapping[str, type[Line]] = {"closure": Closure, "hearing": Slot, "session": Sitting, "docket": Numbering}

EVERY_FOUR_HOURS = tuple(Sitting(first=date.min, time=f"{hour:02}:00") for hour in range(0, 24, 4))
"""Round the clock, about every four hours: what counts until the court's own calendar says when it sits (Pa.R.Crim.P. 117)."""


@dataclass(frozen=True, slots=True)
class CourtCalendar:
    """The lines of a calendar, asked by day."""

    lines: tuple[Line, ...] = ()

    def why_closed(self, day: date) -> str | None:
        """Return why the court hears no case that day, in words; None where it does.

        A weekend is open only where a courtroom has a time on it. The court's own list of closed days stands in the place of
        the federal holidays as soon as it names a day at all.
        """
        named = next((line.cause for line in self._of(Closure, day)), None)
        if named is not None:
            return f"a day when the court is closed ({named})"
        if day.weekday() in (SATURDAY, SUNDAY) and not self.slots_on(day):
            return "a Saturday" if day.weekday() == SATURDAY else "a Sunday"
        own = any(isinstance(line, Closure) for line in self.lines)
        return "a holiday" if not own and is_federal_holiday(day) else None

    def slots_on(self, day: date) -> tuple[Slot, ...]:
        """Return the courtrooms' times of that day, the earliest first."""
        found = (slot for slot in self._of(Slot, day) if WEEKDAYS[day.weekday()] in slot.days)
        return tuple(sorted(found, key=lambda slot: (slot.time, slot.court)))

    def sittings_on(self, day: date) -> tuple[str, ...]:
        """Return the times of day at which sessions begin that day, in order."""
        own = any(isinstance(line, Sitting) for line in self.lines)
        found = self._of(Sitting, day) if own else EVERY_FOUR_HOURS
        return tuple(sorted({sitting.time for sitting in found}))

    def numbering(self, day: date) -> str | None:
        """Return the beginning of the docket numbers that may be drawn that day; None where the court gives each itself."""
        return next((line.prefix for line in self._of(Numbering, day)), None)

    def slot_at(self, hearing: StatedTime, court: str) -> Slot | None:
        """Return the courtroom's time that a hearing is set for; None where the calendar knows no such one."""
        local = moment(hearing.earliest, hearing.zone)
        slots = self.slots_on(local.date())
        return next((slot for slot in slots if (slot.court, slot.time) == (court.strip(), f"{local:%H:%M}")), None)

    def _of(self, kind: type[Any], day: date) -> Iterator[Any]:
        return (line for line in self.lines if type(line) is kind and line.covers(day))


NO_CALENDAR = CourtCalendar()
"""What counts before the court gave a calendar."""


# ---------------------------------------------------------------- sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sitting of arraignment court: when it begins, and when the next one does."""

    starts: StatedTime
    ends: Instant

    @property
    def begins(self) -> Instant:
        """Return the instant at which it begins."""
        return self.starts.earliest

    def covers(self, at: Instant) -> bool:
        """Return whether what happened at `at` belongs to this session."""
        return self.begins <= at < self.ends


def session_at(calendar: CourtCalendar, at: Instant, zone: str) -> Session:
    """Return the session that runs at `at`: the last that has begun."""
    today = moment(at, zone).date()
    days = (today + timedelta(days=more) for more in range(-MOST_DAYS_APART, MOST_DAYS_APART + 1))
    starts = [StatedTime(f"{day.isoformat()}T{time}", zone) for day in days for time in calendar.sittings_on(day)]
    begun = [start for start in starts if start.earliest <= at]
    coming = [start.earliest for start in starts if start.earliest > at]
    if not begun or not coming:  # a calendar that names no session these days: the rule's own count
        return session_at(NO_CALENDAR, at, zone)
    return Session(starts=max(begun, key=lambda start: start.earliest), ends=min(coming))


def session_from(calendar: CourtCalendar, starts: StatedTime) -> Session | None:
    """Return the session that begins at that time; None where none does, as on the first and last days that a time may name."""
    try:
        found = session_at(calendar, starts.earliest, starts.zone)
    except ValueError:
        return None
    return found if found.starts == starts else None


# ---------------------------------------------------------------- the calendar's text


def calendar_text(lines: Iterable[Line]) -> bytes:
    """Return the canonical text of a calendar, whose hash the ledger's entry holds."""
    return canonical.write({"format": FORMAT, "lines": [_written(line) for line in lines]})


def _written(line: Line) -> dict[str, Any]:
    kind = next(name for name, known in KINDS.items() if type(line) is known)
    values = {name: getattr(line, name) for name in type(line).__dataclass_fields__}
    days = {name: values.pop(name).isoformat() for name in ("first", "last") if values[name] is not None}
    values.pop("last", None)
    return {"kind": kind, **{name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}, **days}


def read_calendar_text(text: bytes) -> CourtCalendar | Refusal:
    """Return the calendar that `calendar_text` wrote, or why these bytes are none."""
    try:
        found: Any = canonical.read(text)
        return CourtCalendar(tuple(_read(line) for line in _lines(found)))
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        return Refusal(code="NOT_A_CALENDAR", says=f"This is no court calendar: {problem}.")


def _lines(found: Any) -> Any:
    if set(found) != {"format", "lines"} or found["format"] != FORMAT:
        raise ValueError("it has another format")
    return found["lines"]


def _read(line: Any) -> Line:
    kind = KINDS[line["kind"]]
    given = {name: value for name, value in line.items() if name != "kind"}
    days = {name: date.fromisoformat(given[name]) for name in ("first", "last") if name in given}
    lists = {"days": tuple(given["days"])} if "days" in given else {}
    return kind(**{**given, **days, **lists})
