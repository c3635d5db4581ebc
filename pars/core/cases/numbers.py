"""Numbers by which the field knows people, arrests and dockets: their shapes, and the one form in which each is kept.

A number is text: its leading zeros and letters count. Its shape is checked where a person gives it, and nothing is guessed from
it: no check digit is made up, no missing digit filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pars.core.terms import Refusal


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of number: its label, the form it is kept in, an example, and the marks between its parts that aren't kept."""

    label: str
    pattern: re.Pattern[str]
    example: str
    marks: str = "- "


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "sid": Shape("State identification number (SID)", re.compile(r"\d{8}", re.ASCII), "123-45-67-8"),
        "pid": Shape("Police photo number (PID)", re.compile(r"\d{6,7}", re.ASCII), "0123456"),
        "ucn": Shape("Universal control number (UCN)", re.compile(r"[A-Z0-9]{1,9}", re.ASCII), "123456AB7"),
        "otn": Shape("Offense tracking number", re.compile(r"[A-Z]\d{7}", re.ASCII), "Q333333-0"),
        "docket": Shape(
            "Docket number", re.compile(r"(MC|CP)-\d{2}-[A-Z]{2}-\d{7}-\d{4}", re.ASCII), "MC-51-CR-0012345-2018", ""
        ),
    }
)
"""Every kind of number that is checked. The SID's and PID's lengths are those in use; counsel and the repository confirm them."""

OF_THE_PERSON = ("sid", "pid", "ucn")
"""Numbers that name a person, not an arrest: what a repository answers with."""


def plain_number(number: str | None) -> str | None:
    """Return a number in its exchanged form: upper case, without dash or space (`Q 333333-0` → `Q3333330`). Its shape isn't judged."""
    return "".join(part for part in number.upper() if part not in "- ") or None if number else None


def kept_number(kind: str, text: str | None) -> str | None:
    """Return a number as it is kept, without the marks between its parts; None where none is given."""
    return "".join(char for char in (text or "").upper() if char not in SHAPES[kind].marks) or None


def refuse_number(kind: str, text: str | None) -> Refusal | None:
    """Return why a text isn't a number of this kind; None where it has the shape of one, or where none is given."""
    shape, kept = SHAPES[kind], kept_number(kind, text)
    if kept is None or shape.pattern.fullmatch(kept):
        return None
    return Refusal(
        code="NUMBER_SHAPE",
        says=f"{shape.label}: it doesn't have the shape of one.",
        remedy=f"Copy it from the paper, like {shape.example}; leave it out if it can't be read.",
        names=(kind,),
    )


def shown_number(kind: str, number: str) -> str:
    """Return a number of the person as it is printed: an SID as `123-45-67-8`, the others as they are."""
    if kind == "sid" and SHAPES["sid"].pattern.fullmatch(number):
        return f"{number[:3]}-{number[3:5]}-{number[5:7]}-{number[7:]}"
    return number
