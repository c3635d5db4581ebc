"""Statutes as people print them, and the one meaning of each: `18 § 3921 §§ A`, `18 Pa.C.S. § 3921(a)` and `18 3921 A` are the same.

What is printed is kept as it is; the meaning only serves to find it in the offense table. A print that could mean two things has
no meaning here: nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Inchoate = Literal["ATTEMPT", "SOLICITATION", "CONSPIRACY"]

CONSOLIDATED = frozenset({"18", "23", "42", "75"})
"""Titles whose offenses are in the Consolidated Statutes: the old Purdon's title of the same number is other law."""

_INCHOATE: dict[str, Inchoate] = {"901": "ATTEMPT", "902": "SOLICITATION", "903": "CONSPIRACY"}

_PRINTED = re.compile(
    r"(?P<title>\d{1,3})"
    r"(?:\s*(?:(?P<consolidated>pa\.?\s?c\.?\s?s\.?(?:\s?a\.?)?|pa\.?\s?cons\.?\s?stat\.?(?:\s?ann\.?)?)|(?P<purdon>p\.?\s?s\.?)))?"
    r"(?:\s*(?:§|sec(?:tion|\.)?)\s*|\s+)"
    r"(?P<section>\d{1,5}(?:[.-]\d{1,4})*)"
    r"(?P<rest>(?:\s*§{1,2}\s*|\s+|(?=\()|$).*)",
    re.IGNORECASE | re.ASCII,
)
_PARENTHESES = re.compile(r"\(\s*([A-Za-z]{1,5}(?:\.\d{1,2})?|\d{1,3}(?:\.\d{1,2})?)\s*\)\s*")
_GLUED = re.compile(r"([A-Z]{1,2}(?:\.\d{1,2})?|[a-z]{1,5}|\d{1,3}(?:\.\d{1,2})?)\s*")


@dataclass(frozen=True, slots=True)
class Statute:
    """A title, a section of it, and the parts of the subsection, each in upper case: 18, 3502, (A, 1, II)."""

    title: str
    section: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as the courts' dockets print it: `18 § 3502 §§ A1ii`; a part like `a.1` only in parentheses, where it is plain."""
        if any("." in part for part in self.parts):
            return f"{self.title} § {self.section}" + "".join(f"({part.lower()})" for part in self.parts)
        first, rest = self.parts[:1], self.parts[1:]
        below = "".join((*first, *(part.lower() for part in rest)))
        return f"{self.title} § {self.section}" + (f" §§ {below}" if below else "")

    @property
    def inchoate(self) -> Inchoate | None:
        """Return which inchoate offense it is, if any: 18 Pa.C.S. §§ 901, 902, 903."""
        return _INCHOATE.get(self.section) if self.title == "18" else None


@lru_cache(maxsize=4096)
def read_statute(printed: str) -> Statute | None:
    """Return the meaning of a statute as printed; None where it has none, or could have two.

    A star after the subsection marks a tier or a count of priors (75 § 3802), no other offense.
    """
    found = _PRINTED.fullmatch(" ".join(printed.split()))
    if found is None or (found["purdon"] and found["title"] in CONSOLIDATED):
        return None
    parts = _parts(found["rest"].strip().lstrip("§").strip().rstrip("*").strip())
    return None if parts is None else Statute(str(int(found["title"])), found["section"], parts)


def inchoate_of(printed: str) -> Inchoate | None:
    """Return which inchoate offense a printed statute is, if any."""
    statute = read_statute(printed)
    return statute.inchoate if statute is not None else None


def same_statute(one: str, other: str) -> bool:
    """Return whether two prints mean one statute; of those that mean nothing, whether they are alike but for blanks and case."""
    first, second = read_statute(one), read_statute(other)
    if first is None or second is None:
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    return first == second


def _parts(text: str) -> tuple[str, ...] | None:
    """Return the parts of a subsection: in parentheses each stands alone, else they change from letters to digits."""
    parts, place = [], 0
    while place < len(text):
        found = _PARENTHESES.match(text, place) or _GLUED.match(text, place)
        if found is None:
            return None
        parts.append(found[1].upper())
        place = found.end()
    return tuple(parts)
