"""The court's calendar as data: what counts now, and the act that lets another one count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.cases.court_calendar import CourtCalendar, Slot, calendar_text
from pars.core.ledger import drafts
from pars.core.terms import Refusal, StatedTime, end_of_day, start_of_day
from pars.store import governance, ledger, rows

if TYPE_CHECKING:
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Done, Refused

LARGEST = 1_048_576
"""Bytes of a text that the store keeps."""


def court_calendar() -> CourtCalendar:
    """Return the court calendar that counts now; one without lines where none was ever loaded."""
    with ledger.reading():
        return governance.load_calendar()


@ledger.retried
def load_calendar(*, calendar: CourtCalendar, by: By) -> Done | Refused:
    """Let this calendar count from here on. The earlier ones stay in the ledger, and no order that was signed changes."""
    text = calendar_text(calendar.lines)
    with ledger.acting(by, exclusive=["calendar"]) as acting:
        outcome: Refusal | Draft | None = refused_act(acting, "calendar:load") or _refuse(calendar, text)
        if outcome is None:
            outcome = drafts.calendar_loaded(calendar=governance.save_text(text), lines=len(calendar.lines))
        return ledger.append(outcome, by=by, act="calendar:load")


def _refuse(calendar: CourtCalendar, text: bytes) -> Refusal | None:
    if sha256(text).hexdigest() == governance.newest_calendar():
        return Refusal(code="SAME_CALENDAR", says="This is the court calendar that counts already.")
    if not calendar.lines:
        return Refusal(code="EMPTY_CALENDAR", says="The court calendar has no line.", remedy="Load a file with at least one.")
    if len(text) > LARGEST:
        return Refusal(
            code="CALENDAR_TOO_LARGE", says="The court calendar is larger than a megabyte.", remedy="Leave out what is over."
        )
    return None


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
        calendar = governance.load_calendar()
        taken = rows.hearings_set(start_of_day(days[0], zone), end_of_day(days[-1], zone))
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
