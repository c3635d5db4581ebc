"""The public record of the access agreement of 2008–2018, as the fixture beside this page holds it: dated steps with their marks.

A mark says where a line comes from. Found: a source says it. Inferred: it follows from what sources say. Not found: no source
that was read says it; what is played in its place is invented, and stands for nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast
from zoneinfo import ZoneInfo

from pars.core.terms import Instant, instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

Mark: TypeAlias = Literal["found", "inferred", "not found"]
MARKS: tuple[Mark, ...] = ("found", "inferred", "not found")
Doing: TypeAlias = Literal["record", "open", "propose", "vote", "name", "ask", "report", "inquire", "answer", "notice", "end"]

ORIGIN = "philadelphia-2008-2018.history.pars.example/log"
"""The name of a ledger that was made by replaying this record."""
ZONE = "America/New_York"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the record, or of what is played. `date` is as exact as the record is; `at` is when it is played.

    `expects` is what comes of it here: `answered` or the code of a refusal, for a question; for a vote what it decides, or `open`.
    `more` is what the doing needs beside that.
    """

    do: Doing
    at: Instant
    date: str
    mark: Mark
    sources: tuple[str, ...]
    office: str
    says: Mapping[Language, str] = field(hash=False)
    expects: str = ""
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of the reconstructed agreement, and what it rests on."""

    clause: str
    mark: Mark
    sources: tuple[str, ...]
    says: Mapping[Language, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The whole fixture. `reading` is how the end's date is read; `sources` are the sources' names by their tags."""

    reading: Mapping[str, str]
    sources: Mapping[str, str]
    clauses: tuple[Clause, ...]
    steps: tuple[Step, ...]


@cache
def philadelphia() -> Record:
    """Return the record of Philadelphia, 2008–2018."""
    data = json.loads((files("pars.edge.history") / "philadelphia.json").read_text(encoding="utf-8"))
    return Record(
        reading=data["reading"],
        sources=data["sources"],
        clauses=tuple(Clause(**{**one, "sources": tuple(one["sources"])}) for one in data["clauses"]),
        steps=tuple(map(_step, data["steps"])),
    )


def local(text: str) -> Instant:
    """Return the instant of a local time of the record's place."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)))


def _step(data: Mapping[str, Any]) -> Step:
    own = {"do", "at", "date", "mark", "sources", "office", "says", "expects"}
    return Step(
        do=cast("Doing", data["do"]),
        at=local(data["at"]),
        date=data["date"],
        mark=cast("Mark", data["mark"]),
        sources=tuple(data["sources"]),
        office=data.get("office") or data.get("seat") or data.get("who") or "",
        says=data.get("says", {}),
        expects=data.get("expects", ""),
        more={name: value for name, value in data.items() if name not in own},
    )
