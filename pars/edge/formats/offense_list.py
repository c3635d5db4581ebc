"""Reads an offense table from the text of a CSV file: each line is taken or said to be wrong, with place and remedy.

The columns may come in any order. Needed: statute, title. Read as well: short_title, grade, grade_basis, from, to (both days
included). A column that the reader doesn't know is named and left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pars.core.cases.offenses import GRADES, Offense, Offenses
from pars.core.cases.statutes import Statute, read_statute
from pars.edge.formats.listed_lines import Columns, Fault, Wrong, day_in, read_lines

NEEDED = ("statute", "title")
COLUMNS = (*NEEDED, "short_title", "grade", "grade_basis", "from", "to")
OTHER_NAMES: Mapping[str, str] = MappingProxyType({"default_grade": "grade", "grade_certain": "grade_basis"})
"""Headings that lists in use have for the same."""

_SURE = frozenset({"yes", "y", "true", "certain"})
_UNSURE = frozenset({"no", "n", "false"})
_WORD = re.compile(r"[/-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenseFile:
    """What a file gave: the good lines, the faults of the rest, and the columns that nothing reads."""

    offenses: Offenses
    faults: tuple[Fault, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Offense, ...]:
        """Return the good lines."""
        return self.offenses.lines


@dataclass(slots=True)
class _Taken:
    """The good lines so far, so that one which says the same twice is seen."""

    lines: list[Offense] = field(default_factory=list)
    of: dict[Statute, list[tuple[int, Offense]]] = field(default_factory=dict)

    def take(self, number: int, offense: Offense) -> None:
        others = self.of.setdefault(offense.meaning, [])
        for place, other in others:
            if offense.overlaps(other):
                raise Wrong(
                    "from",
                    f"This statute is on line {place} already, for some of the same days.",
                    "Say in `from` and `to` from which day to which each line counts, or take one line out.",
                )
        others.append((number, offense))
        self.lines.append(offense)


def read_offense_file(text: str) -> OffenseFile:
    """Return the lines of a table that can be taken, and what is wrong with each that can't. The good rest is kept."""
    taken = _Taken()
    columns = Columns(needed=NEEDED, all=COLUMNS, other_names=OTHER_NAMES)
    faults, unread = read_lines(text, columns, lambda number, cells: taken.take(number, _offense(cells)))
    return OffenseFile(offenses=Offenses(tuple(taken.lines)), faults=faults, unread=unread)


def _offense(cells: Mapping[str, str]) -> Offense:
    printed, title = cells["statute"], cells["title"]
    if not printed:
        raise Wrong("statute", "It is empty.", "Write the statute as it is printed, like 18 § 3921 §§ A.")
    if read_statute(printed) is None:
        raise Wrong(
            "statute",
            f"“{printed}” doesn't mean exactly one statute.",
            "Write one statute a line, like 18 § 3921 §§ A or 18 Pa.C.S. § 3921(a).",
        )
    if not title:
        raise Wrong("title", "It is empty.", "Write what the offense is called.")
    grade, note = _grade(cells.get("grade", ""), cells.get("grade_basis", ""))
    first, last = day_in(cells, "from"), day_in(cells, "to")
    if first is not None and last is not None and last < first:
        raise Wrong("to", "The last day lies before the first.", "Change one of them.")
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
        raise Wrong(
            "grade",
            f"“{said}” is no grade.",
            f"Write one of {' '.join(GRADES)}, nothing, or in words on what it depends, like M1 (F3 over $2,000).",
        )
    return None, "; ".join((said, *notes))
