"""The daily report as a page and as CSV: one day's arrests, hours to arraignment, and what became of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse

from pars.actions import disclosing, publishing
from pars.actions.disclosing import Chunk
from pars.core.cases.bail import TYPES
from pars.core.cases.daily import COLUMNS, SHIFTS, Daily, Line, daily
from pars.core.cases.deadlines import PROBABLE_CAUSE_HOURS
from pars.core.terms import Refusal, moment
from pars.edge.web import words
from pars.edge.web.cases.board_rows import values_of
from pars.edge.web.pages import page, refused
from pars.edge.web.pictures import held_bar, held_scale
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

HEADS = (
    "part", "name", "arrests", "arraigned", "waiting", "over 48 hours", "time not stated", "declined", "returned",
    "median hours", "p90 hours", "longest hours", *TYPES,
)  # fmt: skip
"""The columns of the CSV. One line of types can count more than its arrests, since the types of an order combine."""

UNSEEN = {
    "charge_status": "how far charging is (so neither who waits nor who is over the limit is counted)",
    "arrest_at": "the time of arrest (so neither who is over the limit nor the shifts are counted)",
    "district": "the district",
}
"""What is said where a capacity doesn't see a column that the report is counted from; release orders have a place of their own."""

EARLIEST = date(1990, 1, 1)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line of a table, as the template draws it."""

    name: str
    line: Line
    bar: str
    types: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The report of one day, and what is known of how whole it is."""

    day: date
    today: date
    report: Daily
    more: bool
    entry: int | None
    at: Instant


@seated("case:read")
def report(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the report of one day; yesterday's where none is named, since today's isn't over."""
    found = _counted(request, seat)
    if isinstance(found, HttpResponse):
        return found
    parts = {
        "counted": found,
        "before": found.day - timedelta(days=1),
        "after": found.day + timedelta(days=1) if found.day < found.today else None,
        "whole": _shown("The whole day", found.report.whole),
        "tables": [
            ("district", "District", [_shown(_district(line), line) for line in found.report.districts]),
            ("shift", "Shift", [_shown(_shift(line), line) for line in found.report.shifts]),
        ],
        "scale": held_scale(),
        "limit": PROBABLE_CAUSE_HOURS,
        "unseen": [UNSEEN[name] for name in UNSEEN if name in found.report.unseen],
    }
    return page(request, "report.html", parts, at=found.at)


@seated("case:read")
def report_csv(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Give the report of one day as CSV: the whole day, then each district, then each shift."""
    found = _counted(request, seat)
    if isinstance(found, HttpResponse):
        return found
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="arrests-{found.day.isoformat()}.csv"'
    out = csv.writer(answer)
    out.writerow(HEADS)
    out.writerow(_cells("day", found.day.isoformat(), found.report.whole))
    for part, told, lines in (("district", _district, found.report.districts), ("shift", _shift, found.report.shifts)):
        out.writerows(_cells(part, told(line), line) for line in lines)
    return answer


def _counted(request: HttpRequest, seat: Seat) -> Counted | HttpResponse:
    today = moment(publishing.now(), words.zone()).date()
    day = _day(request.GET.get("day", ""), today)
    if isinstance(day, Refusal):
        return refused(request, day, status=400)
    answer = disclosing.daily(by=seat.by, day=day)
    if not isinstance(answer, Chunk):
        return refused(request, answer.refusal, entry=answer.entry)
    rows = [values_of(row) for row in answer.rows]
    seen = [name for name in COLUMNS if all(name in row for row in rows)]
    return Counted(
        day=day,
        today=today,
        report=daily(rows, at=answer.at, zone=words.zone(), seen=seen),
        more=answer.next_cursor is not None,
        entry=answer.entry,
        at=answer.at,
    )


def _day(text: str, today: date) -> date | Refusal:
    if not text:
        return today - timedelta(days=1)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Refusal(code="WRONG_DAY", says=f"“{text[:20]}” is no day.", remedy="Write it as 2026-11-22.", names=("day",))
    if not EARLIEST <= day <= today:
        return Refusal(
            code="WRONG_DAY", says="There is no report of that day.", remedy="Choose a day up to today.", names=("day",)
        )
    return day


def _shown(name: str, line: Line) -> Shown:
    hours = line.hours
    drawn = ""
    if hours.median is not None and hours.p90 is not None:
        label = f"Median {hours.median:.1f} hours, nine in ten within {hours.p90:.1f}"
        drawn = held_bar(hours=hours.p90, late=hours.p90 >= PROBABLE_CAUSE_HOURS, label=label)
    types = None if line.release_types is None else tuple((TYPES.get(code, code), n) for code, n in line.release_types)
    return Shown(name=name, line=line, bar=drawn, types=types)


def _district(line: Line) -> str:
    return line.name or "Not stated"


def _shift(line: Line) -> str:
    if line.name not in SHIFTS:
        return "Time not stated"
    first, last = SHIFTS[line.name]
    return f"{line.name.capitalize()} ({first:02}–{last:02})"


def as_text(name: str) -> str:
    """Return a name for a spreadsheet: what it would take for a formula is marked as text."""
    return f"'{name}" if name.startswith(FORMULA) else name


def _cells(part: str, name: str, line: Line) -> Iterable[str | int]:
    """Return one line of the CSV; what the capacity doesn't see is empty, not nought."""
    hours = line.hours
    measured = ("" if found is None else f"{found:.2f}" for found in (hours.median, hours.p90, hours.longest))
    counts = (line.arrests, line.arraigned, line.waiting, line.over, line.timeless, line.declined, line.returned)
    types = {} if line.release_types is None else dict.fromkeys(TYPES, 0) | dict(line.release_types)
    return (
        part,
        as_text(name),
        *("" if count is None else count for count in counts),
        *measured,
        *(types.get(code, "") for code in TYPES),
    )
