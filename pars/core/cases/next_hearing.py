"""The next hearing's day: how late it may lie after the preliminary arraignment, and on which days the court hears none.

The windows are counted in the court's civil days. A last day on which the court is closed isn't moved to the next open one: who is
in custody is heard before it, not after ([counsel] whether 1 Pa.C.S. § 1908 would allow the later day).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pars.core.cases.clock_rules import ClockRule, rule_from
from pars.core.cases.court_calendar import NO_CALENDAR, CourtCalendar
from pars.core.terms import Instant, StatedTime, moment

Taken = Mapping[tuple[Instant, str], int]
"""How many hearings are set for a courtroom's time, by the instant and the courtroom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingWindow:
    """How many days after the preliminary arraignment the next hearing may lie, in custody and not, as `clock_rules` says."""

    in_custody: int
    free: int
    citation: str


def hearing_window(held: StatedTime) -> HearingWindow:
    """Return the window in force on the day of the preliminary arraignment."""
    kept, free = _rule(held, in_custody=True), _rule(held, in_custody=False)
    return HearingWindow(in_custody=kept.length, free=free.length, citation=kept.citation)


def last_day(held: StatedTime, *, in_custody: bool) -> date:
    """Return the last civil day on which the next hearing may lie, in the court's zone."""
    return _rule(held, in_custody=in_custody).last_day(held)


def hearing_due(held: StatedTime, *, in_custody: bool) -> Instant:
    """Return the end of that last day."""
    return _rule(held, in_custody=in_custody).due(held)


def _rule(held: StatedTime, *, in_custody: bool) -> ClockRule:
    return rule_from("HEARING_IN_CUSTODY" if in_custody else "HEARING_FREE", held)


def last_open_day(held: StatedTime, *, in_custody: bool, calendar: CourtCalendar = NO_CALENDAR) -> date:
    """Return the last day within the window on which the court hears cases: what a form begins with."""
    day = last_day(held, in_custody=in_custody)
    while court_closed(day, calendar) is not None:
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A time that a courtroom has, and how many hearings it can still take."""

    time: StatedTime
    court: str
    room: int


def offered(held: StatedTime, *, in_custody: bool, calendar: CourtCalendar, taken: Taken, most: int = 3) -> tuple[Offered, ...]:
    """Return the times with room that lie within the window on open days, the latest first; none where no courtroom has any.

    The latest first, since counsel needs the days and the window is what the rule grants; never one that is full.
    """
    found: list[Offered] = []
    day, first = last_day(held, in_custody=in_custody), _day(held)
    while day > first and len(found) < most:
        slots = calendar.slots_on(day) if court_closed(day, calendar) is None else ()
        for slot in slots:
            time = StatedTime(f"{day.isoformat()}T{slot.time}", held.zone)
            room = slot.capacity - taken.get((time.earliest, slot.court), 0)
            if room > 0:
                found.append(Offered(time=time, court=slot.court, room=room))
        day -= timedelta(days=1)
    return tuple(found[:most])


def full(hearing: StatedTime, court: str, calendar: CourtCalendar, taken: Taken) -> bool:
    """Return whether the courtroom's time has no room left. Where the calendar has no such time, nothing is counted."""
    slot = calendar.slot_at(hearing, court)
    return slot is not None and taken.get((hearing.earliest, slot.court), 0) >= slot.capacity


def closed_on(hearing: StatedTime, calendar: CourtCalendar = NO_CALENDAR) -> str | None:
    """Return why the court hears no case on the day of a hearing; None where it does."""
    return court_closed(_day(hearing), calendar)


def court_closed(day: date, calendar: CourtCalendar = NO_CALENDAR) -> str | None:
    """Return why the court hears no case that day, in words; None where it does.

    Preliminary arraignments are held on every day and at every hour; this is only about the hearing after them. Before the court
    gave its own calendar, the federal holidays stand for it [counsel].
    """
    return calendar.why_closed(day)


def _day(time: StatedTime) -> date:
    return moment(time.earliest, time.zone).date()
