"""Reads an offense table from the text of a CSV file: each line is taken or said to be wrong, with place and remedy.

The columns may come in any order. Needed: statute, title. Read as well: short_title, grade, grade_basis, from, to (both days
included). A column that the reader doesn't know is named and left.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from pars.core.cases.offenses import GRADES, Offense, Offenses
from pars.core.cases.statutes import Statute, read_statute
from pars.core.visible import hidden

NEEDED = ("statute", "title")
COLUMNS = (*NEEDED, "short_title", "grade", "grade_basis", "from", "to")
OTHER_NAMES: Mapping[str, str] = MappingProxyType({"default_grade": "grade", "grade_certain": "grade_basis"})
"""Headings that lists in use have for the same."""

MOST_LINES = 20_000
LONGEST = 300
_SURE = frozenset({"yes", "y", "true", "certain"})
_UNSURE = frozenset({"no", "n", "false"})
_WORD = re.compile(r"[/-]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a line: where, what, and what to do about it."""

    line: int
    column: str
    says: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.says} {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenseFile:
    """What a file gave: the good lines, the faults of the rest, and the columns that nothing reads."""

    offenses: Offenses
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()


class _Wrong(Exception):
    def __init__(self, column: str, says: str, remedy: str) -> None:
        super().__init__(says)
        self.column, self.says, self.remedy = column, says, remedy


@dataclass(slots=True)
class _Taken:
    """The good lines so far, so that one which says the same twice is seen."""

    lines: list[Offense] = field(default_factory=list)
    of: dict[Statute, list[tuple[int, Offense]]] = field(default_factory=dict)

    def take(self, number: int, offense: Offense) -> None:
        others = self.of.setdefault(offense.meaning, [])
        for place, other in others:
            if offense.overlaps(other):
                raise _Wrong(
                    "from",
                    f"This statute is on line {place} already, for some of the same days.",
                    "Say in `from` and `to` from which day to which each line counts, or take one line out.",
                )
        others.append((number, offense))
        self.lines.append(offense)


def read_offense_file(text: str) -> OffenseFile:
    """Return the lines of a table that can be taken, and what is wrong with each that can't. The good rest is kept."""
    taken, faults = _Taken(), []
    rows = _rows(text.removeprefix("\ufeff"))
    heading = next(rows, None)
    if heading is None or isinstance(heading[1], _Wrong):
        return OffenseFile(offenses=Offenses(), faults=(_no_heading(),))
    names = [OTHER_NAMES.get(name, name) for name in (cell.strip().casefold().replace(" ", "_") for cell in heading[1])]
    wrong = _heading_fault(names)
    if wrong is not None:
        return OffenseFile(offenses=Offenses(), faults=(wrong,))
    for number, cells in rows:
        try:
            if isinstance(cells, _Wrong):
                raise cells
            if any(cell.strip() for cell in cells):
                taken.take(number, _offense(_named(names, cells)))
        except _Wrong as problem:
            faults.append(Fault(line=number, column=problem.column, says=problem.says, remedy=problem.remedy))
    unread = tuple(name for name in names if name not in COLUMNS)
    return OffenseFile(offenses=Offenses(tuple(taken.lines)), faults=tuple(faults), unread=unread)


def _rows(text: str) -> Iterator[tuple[int, list[str] | _Wrong]]:
    """Give each row with the line of the file on which it begins."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    for count in range(MOST_LINES + 2):
        begins = reader.line_num + 1
        try:
            yield begins, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield (
                begins,
                _Wrong("", "A quotation mark is open or stands loose.", 'Put a cell that holds " or , in quotes: "a, b".'),
            )
        if count > MOST_LINES:
            yield begins, _Wrong("", f"The file has over {MOST_LINES} lines.", "Split it.")


def _no_heading() -> Fault:
    return Fault(line=1, column="", says="There is no heading.", remedy=f"Begin with the columns' names: {','.join(COLUMNS)}.")


def _heading_fault(names: list[str]) -> Fault | None:
    for name in NEEDED:
        if name not in names:
            return Fault(
                line=1, column=name, says="This column is missing.", remedy=f"Name it in the heading: {','.join(COLUMNS)}."
            )
    for name in COLUMNS:
        if names.count(name) > 1:
            return Fault(line=1, column=name, says="This column is there twice.", remedy="Keep one of them.")
    return None


def _named(names: list[str], cells: list[str]) -> Mapping[str, str]:
    if len(cells) != len(names):
        raise _Wrong(
            "",
            f"It has {len(cells)} cells, and the heading names {len(names)}.",
            "Put a cell that holds a comma in quotes, and leave an empty cell between two commas.",
        )
    found = {}
    for name, cell in zip(names, cells, strict=True):
        words = unicodedata.normalize("NFC", " ".join(cell.split()))
        if name not in COLUMNS:
            continue
        if hidden(words):
            raise _Wrong(name, "It holds a character that can't be shown.", "Type it anew.")
        if len(words) > LONGEST:
            raise _Wrong(name, f"It is longer than {LONGEST} characters.", "Shorten it.")
        found[name] = words
    return found


def _offense(cells: Mapping[str, str]) -> Offense:
    printed, title = cells["statute"], cells["title"]
    if not printed:
        raise _Wrong("statute", "It is empty.", "Write the statute as it is printed, like 18 § 3921 §§ A.")
    if read_statute(printed) is None:
        raise _Wrong(
            "statute",
            f"“{printed}” doesn't mean exactly one statute.",
            "Write one statute a line, like 18 § 3921 §§ A or 18 Pa.C.S. § 3921(a).",
        )
    if not title:
        raise _Wrong("title", "It is empty.", "Write what the offense is called.")
    grade, note = _grade(cells.get("grade", ""), cells.get("grade_basis", ""))
    first, last = _day(cells, "from"), _day(cells, "to")
    if first is not None and last is not None and last < first:
        raise _Wrong("to", "The last day lies before the first.", "Change one of them.")
    short = cells.get("short_title") or None
    return Offense(statute=printed, title=title, short_title=short, grade=grade, grade_note=note, first=first, last=last)


def _grade(said: str, basis: str) -> tuple[str | None, str | None]:
    """Return the grade and what it rests on. A grade that depends on something is none: its words become the note."""
    known = basis.casefold()
    notes = [] if not known or known in _SURE else ["not certain" if known in _UNSURE else basis]
    if said in GRADES or not said:
        return said or None, "; ".join(notes) or None
    several = _WORD.split(said)
    if " " not in said and said.casefold() != "ungraded" and not (len(several) > 1 and all(part in GRADES for part in several)):
        raise _Wrong(
            "grade",
            f"“{said}” is no grade.",
            f"Write one of {' '.join(GRADES)}, nothing, or in words on what it depends, like M1 (F3 over $2,000).",
        )
    return None, "; ".join((said, *notes))


def _day(cells: Mapping[str, str], column: str) -> date | None:
    said = cells.get(column, "")
    if not said:
        return None
    day = _DAY.fullmatch(said)
    try:
        return date.fromisoformat(day[0] if day is not None else "")
    except ValueError:
        raise _Wrong(column, f"“{said}” is no date.", "Write it like 2026-01-31, or leave it empty.") from None
