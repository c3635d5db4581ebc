"""The court's calendar as it counts now: the coming days, and how many hearings are set on each. `loading` lets another one count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pars.core.cases.court_calendar import CourtCalendar, Slot
from pars.core.terms import StatedTime, end_of_day, start_of_day
from pars.store import ledger, loaded, sittings


def court_calendar() -> CourtCalendar:
    """Return the court calendar that counts now; one without lines where none was ever loaded."""
    with ledger.reading():
        return loaded.load_calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A coming day: why the court hears no case then, and how many hearings are set in each courtroom's time."""

    day: date
    closed: str | None
    rooms: tuple[tuple[Slot, int], ...]


def coming_days(first: date, count: int, zone: str) -> tuple[Day, ...]:
    """Return the coming days as the calendar and the orders have them: counts, and no case."""
    days = [first + timedelta(days=more) for more in range(count)]
    with ledger.reading():
        calendar = loaded.load_calendar()
        taken = sittings.hearings_set(start_of_day(days[0], zone), end_of_day(days[-1], zone))
    return tuple(
        Day(
            day=day,
            closed=calendar.why_closed(day),
            rooms=tuple(
                (slot, taken.get((StatedTime(f"{day.isoformat()}T{slot.time}", zone).earliest, slot.court), 0))
                for slot in calendar.slots_on(day)
            ),
        )
        for day in days
    )
