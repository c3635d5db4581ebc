"""Reads a court calendar from the text of a CSV file: each line is taken or said to be wrong, with place and remedy.

`kind` says what a line is: `closure` (from, to, cause), `hearing` (court, days, time, capacity), `session` (time) or `docket`
(prefix). `from` is the first day on which it counts, `to` the last; an empty `to` leaves it open, and closes one day of a closure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from pars.core.cases.court_calendar import (
    CLOCK,
    NO_CALENDAR,
    PREFIX,
    WEEKDAYS,
    Closure,
    CourtCalendar,
    Line,
    Numbering,
    Sitting,
    Slot,
)
from pars.edge.formats.listed_lines import Columns, Fault, Wrong, day_in, read_lines

COLUMNS = ("kind", "from", "to", "court", "days", "time", "capacity", "prefix", "cause")
NEEDED = ("kind", "from")
MOST_LINES = 2_000
"""Each line is compared with all before it: as many lines as other lists may have would take minutes."""
_CAPACITY = re.compile(r"[1-9]\d{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """What a file gave: the good lines, the faults of the rest, and the columns that nothing reads."""

    calendar: CourtCalendar
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the good lines."""
        return self.calendar.lines


def read_calendar_file(text: str) -> CalendarFile:
    """Return the lines of a calendar that can be taken, and what is wrong with each that can't. The good rest is kept.

    A file that is too long is taken in no part: the days that its end closes would be open.
    """
    if len(text.splitlines()) > MOST_LINES + 1:
        return CalendarFile(calendar=NO_CALENDAR, faults=(_TOO_LONG,))
    taken: list[tuple[int, Line]] = []
    columns = Columns(needed=NEEDED, all=COLUMNS, other_names=MappingProxyType({}))
    faults, unread = read_lines(text, columns, lambda number, cells: taken.append((number, _line(taken, cells))))
    return CalendarFile(calendar=CourtCalendar(tuple(line for _, line in taken)), faults=faults, unread=unread)


_TOO_LONG = Fault(
    line=MOST_LINES + 2,
    column="",
    says=f"The file has over {MOST_LINES:,} lines, so that none was taken.",
    remedy="Leave out what is past, and let one line count for many days: `from`, `to` and several weekdays.",
)


def _line(taken: list[tuple[int, Line]], cells: Mapping[str, str]) -> Line:
    kind = cells["kind"].casefold()
    reader = _READERS.get(kind)
    if reader is None:
        raise Wrong("kind", f"“{cells['kind']}” is no kind of line.", f"Write one of {', '.join(_READERS)}.")
    first, last = day_in(cells, "from"), day_in(cells, "to")
    if first is None:
        raise Wrong("from", "It is empty.", "Write the first day on which the line counts, like 2026-01-31.")
    if last is not None and last < first:
        raise Wrong("to", "The last day lies before the first.", "Change one of them.")
    found = reader(cells, first, last)
    for place, other in taken:
        if _same(other, found):
            raise Wrong("kind", f"Line {place} says the same of some of the same days.", "Take one of them out.")
    return found


def _same(one: Line, other: Line) -> bool:
    """Return whether two lines would both answer one question about one day."""
    if type(one) is not type(other) or one.first > (other.last or date.max) or other.first > (one.last or date.max):
        return False
    match one, other:
        case (Slot() as slot, Slot() as further):
            return (slot.court, slot.time) == (further.court, further.time) and bool(set(slot.days) & set(further.days))
        case (Sitting() as sitting, Sitting() as further):
            return sitting.time == further.time
        case _:
            return True


def _closure(cells: Mapping[str, str], first: date, last: date | None) -> Closure:
    cause = cells.get("cause", "")
    if not cause:
        raise Wrong("cause", "It is empty.", "Write why the court is closed, like Thanksgiving.")
    return Closure(first=first, last=last or first, cause=cause)


def _slot(cells: Mapping[str, str], first: date, last: date | None) -> Slot:
    court, capacity = cells.get("court", ""), cells.get("capacity", "")
    if not court:
        raise Wrong("court", "It is empty.", "Write the courtroom as the order names it, like Courtroom 4.")
    days = tuple(day for day in WEEKDAYS if day in cells.get("days", "").casefold().split())
    if not days or len(days) != len(cells.get("days", "").split()):
        raise Wrong("days", f"“{cells.get('days', '')}” names no weekdays.", "Write them like mon tue wed thu fri.")
    if _CAPACITY.fullmatch(capacity) is None:
        raise Wrong("capacity", f"“{capacity}” is no number of cases.", "Write how many cases fit, like 20.")
    return Slot(first=first, last=last, court=court, days=days, time=_clock(cells), capacity=int(capacity))


def _sitting(cells: Mapping[str, str], first: date, last: date | None) -> Sitting:
    return Sitting(first=first, last=last, time=_clock(cells))


def _numbering(cells: Mapping[str, str], first: date, last: date | None) -> Numbering:
    prefix = cells.get("prefix", "")
    if PREFIX.fullmatch(prefix) is None:
        raise Wrong("prefix", f"“{prefix}” begins no docket number.", "Write it like MC-51-CR.")
    return Numbering(first=first, last=last, prefix=prefix)


def _clock(cells: Mapping[str, str]) -> str:
    time = cells.get("time", "")
    if CLOCK.fullmatch(time) is None:
        raise Wrong("time", f"“{time}” is no time of day.", "Write it with 24 hours, like 09:00.")
    return time


_READERS: Mapping[str, Callable[[Mapping[str, str], date, date | None], Line]] = MappingProxyType(
    {"closure": _closure, "hearing": _slot, "session": _sitting, "docket": _numbering}
)
