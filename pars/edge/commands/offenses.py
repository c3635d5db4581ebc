"""`pars offenses load|show`: the offense table that the charging desk looks into. It suggests and flags; it changes no charge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import charging, loading
from pars.core.terms import StatedTime
from pars.edge.commands import homes
from pars.edge.commands.files import load_lines, text_of
from pars.edge.formats.offense_list import read_offense_file

if TYPE_CHECKING:
    import argparse

    from pars.core.cases.offenses import Offense, Offenses

ZONE = "America/New_York"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    offenses = commands.add_parser("offenses", help="the offense table: load one, look into the one that counts")
    acts = offenses.add_subparsers(dest="act", required=True, metavar="ACT")
    load = acts.add_parser(
        "load", help="let the offenses of a CSV file count from now on; lines that are wrong are named and left out"
    )
    load.add_argument("file", type=Path, help="columns: statute, title; may: short_title, grade, grade_basis, from, to")
    load.add_argument("--by", required=True, help="the account that loads it")
    load.set_defaults(run=_load)
    show = acts.add_parser("show", help="print the offense table, or what it says of one statute")
    show.add_argument("statute", nargs="?", help="in any usual print, like '18 § 3921 §§ A' or '18 Pa.C.S. § 3921(a)'")
    show.add_argument("--on", help="the day of the offense, like 2026-01-31")
    show.set_defaults(run=_show)


def _load(given: argparse.Namespace, home: Path) -> int:
    text = text_of(given.file)
    if text is None:
        return 2
    found = read_offense_file(text)
    return load_lines(
        given,
        home,
        act="offenses:load",
        found=found,
        load=lambda by: loading.load_offenses(table=found.offenses, by=by),
        called="offenses",
    )


def _show(given: argparse.Namespace, home: Path) -> int:
    try:
        day = StatedTime(given.on, ZONE) if given.on else None
    except ValueError:
        print(f"{given.on} is no day: write it like 2026-01-31.", file=sys.stderr)
        return 2
    with homes.begun(home):
        table = charging.offense_table()
    if table is None:
        print("No offense table is loaded: `pars offenses load FILE --by ACCOUNT` does that.", file=sys.stderr)
        return 2
    return _say_all(table) if given.statute is None else _say(table, given.statute, day)


def _say_all(table: Offenses) -> int:
    for offense in table.lines:
        print(_line(offense))
    return 0


def _say(table: Offenses, statute: str, day: StatedTime | None) -> int:
    """Print the line that counts, or the flag with the lines beside it: 1 where the table doesn't say."""
    found = table.find(statute, day)
    if found.offense is not None:
        print(_line(found.offense))
        return 0
    print(found.says, file=sys.stderr)
    for offense in found.near:
        print(_line(offense))
    return 1


def _line(offense: Offense) -> str:
    grade = " ".join(part for part in (offense.grade or "-", f"({offense.grade_note})" if offense.grade_note else "") if part)
    days = " ".join(f"{word} {day}" for word, day in (("from", offense.first), ("to", offense.last)) if day is not None)
    return "\t".join(part for part in (offense.statute, offense.title, grade, days) if part)
