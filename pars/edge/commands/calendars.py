"""`pars calendar load|show`: the court's calendar of closed days, courtrooms' times, sessions and docket numbers."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import calendaring, loading
from pars.edge.commands import homes
from pars.edge.commands.files import load_lines, text_of
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
    return load_lines(
        given,
        home,
        act="calendar:load",
        found=found,
        load=lambda by: loading.load_calendar(calendar=found.calendar, by=by),
        called="lines",
    )


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
