"""The offense table: what a statute is called and how it is graded, by the date of the offense.

It suggests and it flags; it never changes what somebody wrote, and no charge is refused because the table doesn't know it. A
charge keeps its own words for ever: a newer table never tells an old charge anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from pars.core import canonical
from pars.core.cases.statutes import Statute, read_statute
from pars.core.terms import Refusal, StatedTime, moment

FORMAT = "pars.offenses.1"

GRADES = ("H1", "H2", "H3", "H", "F1", "F2", "F3", "F", "M1", "M2", "M3", "M", "S")
"""The grades from the gravest (18 Pa.C.S. §§ 106, 1103-1105). A grade in a source's own words ranks after these."""

BASES: Mapping[str, str] = MappingProxyType(
    {
        "STATUTE": "As the statute grades it",
        "VALUE": "By the value of what was taken or damaged",
        "PRIORS": "By earlier convictions or adjudications",
        "VICTIM": "By who the victim is or how old",
        "HARM": "By the harm done or threatened",
        "MEANS": "By a weapon or another means",
        "OBJECT": "As the object offense (18 Pa.C.S. § 905)",
        "OTHER": "Another basis, given in words",
    }
)
"""What a grade rests on. OTHER needs words."""

Known = Literal["KNOWN", "STATUTE_UNREADABLE", "STATUTE_UNKNOWN", "NOT_IN_FORCE", "OFFENSE_DATE_NEEDED"]

FLAGS: Mapping[Known, str] = MappingProxyType(
    {
        "STATUTE_UNREADABLE": "The statute isn't printed in a way that means one thing. It is kept as written.",
        "STATUTE_UNKNOWN": "The offense table doesn't know this statute. The charge is kept as written.",
        "NOT_IN_FORCE": "The offense table knows this statute, but not as in force on the date of the offense. It is kept as written.",
        "OFFENSE_DATE_NEEDED": "The statute changed, and the date of the offense doesn't say which version counts.",
    }
)
"""What is flagged on a charge, in words. Nothing here keeps a charge from being written, decided or filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offense:
    """One line of the table: a statute as printed there, and what it is called and graded from its first to its last day.

    `grade` is None where it depends on facts; `grade_note` says on what, or how sure the grade is. No first or last day: always.
    """

    statute: str
    title: str
    short_title: str | None = None
    grade: str | None = None
    grade_note: str | None = None
    first: date | None = None
    last: date | None = None

    @property
    def meaning(self) -> Statute:
        """Return what the statute means. Raises ValueError where it means nothing: the readers take no such line."""
        found = read_statute(self.statute)
        if found is None:
            raise ValueError(f"“{self.statute}” means no statute")
        return found

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day on which an offense falls under this line."""
        return self.first or date.min, self.last or date.max

    def overlaps(self, other: Offense) -> bool:
        """Return whether an offense of one day could fall under both lines."""
        (first, last), (start, end) = self.days, other.days
        return first <= end and start <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What the table says of a statute on a date: the line, or what is flagged and the lines of the same section."""

    code: Known
    offense: Offense | None = None
    near: tuple[Offense, ...] = ()

    @property
    def says(self) -> str:
        """Return the flag as a sentence, "" where nothing is flagged."""
        return FLAGS.get(self.code, "")


@dataclass(frozen=True, slots=True)
class Offenses:
    """The table. Lines of one statute never overlap in time; raises ValueError where they do."""

    lines: tuple[Offense, ...] = ()
    _by_statute: Mapping[Statute, tuple[Offense, ...]] = field(init=False, repr=False, compare=False)
    _by_section: Mapping[tuple[str, str], tuple[Offense, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the lines once, since a screen asks for each charge."""
        found: dict[Statute, tuple[Offense, ...]] = {}
        sections: dict[tuple[str, str], tuple[Offense, ...]] = {}
        for line in self.lines:
            meaning = line.meaning
            if any(line.overlaps(other) for other in found.get(meaning, ())):
                raise ValueError(f"two lines of {meaning} overlap in time")
            found[meaning] = (*found.get(meaning, ()), line)
            section = (meaning.title, meaning.section)
            sections[section] = (*sections.get(section, ()), line)
        object.__setattr__(self, "_by_statute", found)
        object.__setattr__(self, "_by_section", sections)

    def versions(self, statute: Statute) -> tuple[Offense, ...]:
        """Return every line of exactly this statute."""
        return self._by_statute.get(statute, ())

    def find(self, printed: str, offense_date: StatedTime | None) -> Match:
        """Return what the table says of a statute as printed, by the law of the day of the offense.

        A date that isn't known, or as vague as a month, counts only where every day that it can mean falls under one line.
        """
        statute = read_statute(printed)
        if statute is None:
            return Match(code="STATUTE_UNREADABLE")
        versions = self.versions(statute)
        if not versions:
            return Match(code="STATUTE_UNKNOWN", near=self._near(statute))
        first, last = _days(offense_date) if offense_date is not None else (date.min, date.max)
        if offense_date is not None and not any(v.days[0] <= last and first <= v.days[1] for v in versions):
            return Match(code="NOT_IN_FORCE", near=versions)
        # INVARIANT: the line covers every day that the date can mean, so that the law of another day never grades an offense.
        for version in versions:
            if version.days[0] <= first and last <= version.days[1]:
                return Match(code="KNOWN", offense=version)
        return Match(code="OFFENSE_DATE_NEEDED", near=versions)

    def _near(self, statute: Statute) -> tuple[Offense, ...]:
        return self._by_section.get((statute.title, statute.section), ())


def _days(time: StatedTime) -> tuple[date, date]:
    """Return the first and the last civil day that a stated time can mean, by the clock of its own zone."""
    last = type(time.latest)(time.latest - 1)
    return moment(time.earliest, time.zone).date(), moment(last, time.zone).date()


# ---------------------------------------------------------------- the table's text


def offenses_text(lines: Iterable[Offense]) -> bytes:
    """Return the canonical text of a table, whose hash the ledger's entry holds."""
    return canonical.write({"format": FORMAT, "offenses": [_written(line) for line in lines]})


def _written(line: Offense) -> dict[str, str]:
    days = {name: day.isoformat() for name, day in (("first", line.first), ("last", line.last)) if day is not None}
    words = {name: getattr(line, name) for name in ("statute", "title", "short_title", "grade", "grade_note")}
    return {**{name: value for name, value in words.items() if value is not None}, **days}


def read_offenses_text(text: bytes) -> Offenses | Refusal:
    """Return the table that `offenses_text` wrote, or why these bytes are none."""
    try:
        found: Any = canonical.read(text)
        return Offenses(tuple(_read(line) for line in _lines(found)))
    except (ValueError, TypeError, AttributeError) as problem:
        return Refusal(code="NOT_AN_OFFENSE_TABLE", says=f"This is no offense table: {problem}.")


def _lines(found: Any) -> Any:
    if set(found) != {"format", "offenses"} or found["format"] != FORMAT:
        raise ValueError("it has another format")
    return found["offenses"]


def _read(line: Any) -> Offense:
    if not all(isinstance(value, str) for value in line.values()) or line.get("grade", "S") not in GRADES:
        raise ValueError("a line holds what no line may hold")
    days = {name: date.fromisoformat(line[name]) for name in ("first", "last") if name in line}
    return Offense(**{**line, **days})
