"""Reads the lines of a CSV file that people keep: each is taken or said to be wrong, with its place and the remedy.

The columns may come in any order. One that the reader doesn't know is named and left.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pars.core.visible import hidden

MOST_LINES = 20_000
LONGEST = 300
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


class Wrong(Exception):
    """A line, or a cell of it, can't be taken."""

    def __init__(self, column: str, says: str, remedy: str) -> None:
        super().__init__(says)
        self.column, self.says, self.remedy = column, says, remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a file may have: the columns that it must have, all that are read, and headings in use for the same."""

    needed: Sequence[str]
    all: Sequence[str]
    other_names: Mapping[str, str]


def read_lines(
    text: str, columns: Columns, take: Callable[[int, Mapping[str, str]], None]
) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """Give each line to `take`, which raises Wrong for one that it can't take; return the faults and the columns not read."""
    faults = []
    rows = _rows(text.removeprefix("\ufeff"))
    heading = next(rows, None)
    if heading is None or isinstance(heading[1], Wrong):
        says = f"Begin with the columns' names: {','.join(columns.all)}."
        return (Fault(line=1, column="", says="There is no heading.", remedy=says),), ()
    names = [columns.other_names.get(name, name) for name in (cell.strip().casefold().replace(" ", "_") for cell in heading[1])]
    wrong = _heading_fault(names, columns)
    if wrong is not None:
        return (wrong,), ()
    for number, cells in rows:
        try:
            if isinstance(cells, Wrong):
                raise cells
            if any(cell.strip() for cell in cells):
                take(number, _named(names, cells, columns.all))
        except Wrong as problem:
            faults.append(Fault(line=number, column=problem.column, says=problem.says, remedy=problem.remedy))
    return tuple(faults), tuple(name for name in names if name not in columns.all)


def _rows(text: str) -> Iterator[tuple[int, list[str] | Wrong]]:
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
                Wrong("", "A quotation mark is open or stands loose.", 'Put a cell that holds " or , in quotes: "a, b".'),
            )
        if count > MOST_LINES:
            yield begins, Wrong("", f"The file has over {MOST_LINES} lines.", "Split it.")


def _heading_fault(names: list[str], columns: Columns) -> Fault | None:
    for name in columns.needed:
        if name not in names:
            says = f"Name it in the heading: {','.join(columns.all)}."
            return Fault(line=1, column=name, says="This column is missing.", remedy=says)
    for name in columns.all:
        if names.count(name) > 1:
            return Fault(line=1, column=name, says="This column is there twice.", remedy="Keep one of them.")
    return None


def _named(names: list[str], cells: list[str], columns: Sequence[str]) -> Mapping[str, str]:
    if len(cells) != len(names):
        raise Wrong(
            "",
            f"It has {len(cells)} cells, and the heading names {len(names)}.",
            "Put a cell that holds a comma in quotes, and leave an empty cell between two commas.",
        )
    found = {}
    for name, cell in zip(names, cells, strict=True):
        words = unicodedata.normalize("NFC", " ".join(cell.split()))
        if name not in columns:
            continue
        if hidden(words):
            raise Wrong(name, "It holds a character that can't be shown.", "Type it anew.")
        if len(words) > LONGEST:
            raise Wrong(name, f"It is longer than {LONGEST} characters.", "Shorten it.")
        found[name] = words
    return found


def day_in(cells: Mapping[str, str], column: str) -> date | None:
    said = cells.get(column, "")
    if not said:
        return None
    day = _DAY.fullmatch(said)
    try:
        return date.fromisoformat(day[0] if day is not None else "")
    except ValueError:
        raise Wrong(column, f"“{said}” is no date.", "Write it like 2026-01-31, or leave it empty.") from None
