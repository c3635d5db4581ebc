"""`pars calendar load|show`: the court's calendar of closed days, courtrooms' times, sessions and docket numbers."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import calendaring
from pars.actions.beats import Refused
from pars.edge.commands import homes
from pars.edge.commands.files import text_of
from pars.edge.commands.people import acting, in_a_line, unable
from pars.edge.formats.calendar_list import read_calendar_file

if TYPE_CHECKING:
    import argparse

    from pars.core.cases.court_calendar import CourtCalendar


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    calendar = commands.add_parser("calendar", help="the court's calendar: load one, look into the one that counts")
    acts = calendar.add_subparsers(dest="act", required=True, metavar="ACT")
    load = acts.add_parser(
        "load", help="let the calendar of a CSV file count from now on; lines that are wrong are named and left out"
    )
    load.add_argument("file", type=Path, help="columns: kind, from; may: to, court, days, time, capacity, prefix, cause")
    load.add_argument("--by", required=True, help="the account that loads it")
    load.set_defaults(run=_load)
    show = acts.add_parser("show", help="print what the calendar says of one day")
    show.add_argument("day", help="like 2026-12-25")
    show.set_defaults(run=_show)


def _load(given: argparse.Namespace, home: Path) -> int:
    text = text_of(given.file)
    if text is None:
        return 2
    found = read_calendar_file(text)
    for fault in found.faults:
        print(f"{given.file}, {fault}", file=sys.stderr)
    if not found.calendar.lines:
        print("No line could be taken, so nothing was loaded.", file=sys.stderr)
        return 2
    with homes.begun(home):
        by = acting(given.by, "calendar:load")
        if by is None:
            print(unable(given.by, "calendar:load"), file=sys.stderr)
            return 2
        done = calendaring.load_calendar(calendar=found.calendar, by=by)
    if isinstance(done, Refused):
        print(in_a_line(done.refusal, done.entry), file=sys.stderr)
        return 2
    unread = f" Not read: the columns {', '.join(found.unread)}." if found.unread else ""
    print(f"{len(found.calendar.lines)} lines loaded (entry {done.entry}), {len(found.faults)} lines left out.{unread}")
    return 3 if found.faults else 0


def _show(given: argparse.Namespace, home: Path) -> int:
    try:
        day = date.fromisoformat(given.day)
    except ValueError:
        print(f"{given.day} is no day: write it like 2026-01-31.", file=sys.stderr)
        return 2
    with homes.begun(home):
        calendar = calendaring.court_calendar()
    for line in _said(calendar, day):
        print(line)
    return 0


def _said(calendar: CourtCalendar, day: date) -> list[str]:
    closed = calendar.why_closed(day)
    said = [f"hearings: none, it is {closed}" if closed else "hearings: the court is open"]
    said += [f"courtroom: {slot.court} at {slot.time}, {slot.capacity} cases" for slot in calendar.slots_on(day)]
    said.append(f"sessions: {' '.join(calendar.sittings_on(day))}")
    prefix = calendar.numbering(day)
    said.append(f"docket numbers: drawn here, {prefix}" if prefix else "docket numbers: the court gives each")
    return said
