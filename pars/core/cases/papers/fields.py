"""What a paper may be made of: the case with every word blanked that the paper's list doesn't name.

A paper is written from such a case alone, so that what isn't on its list can't be on the paper: no birthplace, no state or federal
number, no word of another paper. In what is filed, words that look like a social security number or an SID are withheld, too
(Pa.R.Crim.P. 113.1; Public Access Policy of the Unified Judicial System, § 7.0).
"""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pars.core.cases.facts import (
    Arraigned,
    Arrested,
    BailPosted,
    ChargeDecided,
    ChargeFiled,
    ChargeProposed,
    ComplaintSigned,
    Fact,
    IdentityClaimed,
    ReleaseOrdered,
    Submitted,
)
from pars.core.cases.parts import reads
from pars.core.visible import visible_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.role import Role
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Fields

READ: Mapping[type[Fact], frozenset[str]] = MappingProxyType(
    {
        Submitted: frozenset(),
        ChargeProposed: frozenset({"arrest"}),
        ChargeDecided: frozenset({"proposed", "decision", "filed"}),
        ChargeFiled: frozenset({"arrest"}),
        ComplaintSigned: frozenset(),
        Arrested: frozenset(),
        Arraigned: frozenset({"time", "probable_cause"}),
        ReleaseOrdered: frozenset({"types", "hearing", "next_hearing", "amount_cents", "deposit_percent"}),
        BailPosted: frozenset({"order", "amount_cents"}),
    }
)
"""What the rules read to say how the case stands: numbers, codes of closed lists and times of court. Every paper keeps it."""

COLUMNS: Mapping[type[Fact], Mapping[str, str]] = MappingProxyType(
    {
        IdentityClaimed: {
            "surname": "surname",
            "given": "given",
            "middle": "full_name",
            "suffix": "full_name",
            "full": "full_name",
            "birth_date": "birth_date",
            "address": "address",
        },
        Arrested: {
            "time": "arrest_at",
            "agency": "arrest_agency",
            "otn": "otn",
            "incident_number": "incident_number",
        },
        ChargeFiled: dict.fromkeys(
            ("statute", "description", "counts", "object_statute", "object_description"), "filed_charges"
        )
        | dict.fromkeys(("grade", "grade_basis", "grade_note", "inchoate", "offense_date"), "filed_charges"),
        Arraigned: {"time": "probable_cause", "probable_cause": "probable_cause"},
        ReleaseOrdered: {
            "types": "release_types",
            "amount_cents": "amount_cents",
            "deposit_percent": "amount_cents",
            "next_hearing": "next_hearing",
            "next_court": "next_court",
        }
        | dict.fromkeys(("conditions", "conditions_note", "reasons", "surety", "late_cause"), "release_types"),
        BailPosted: {"amount_cents": "amount_cents"},
    }
)
"""The catalogue's column for a field, where it has one. Who may not see the column gets no paper that prints the field."""

WITHHELD = "[withheld]"
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{3}([-. \u2010-\u2015])\d{2}\1\d{4}|\d{9}|\d{3}[-\u2010-\u2015]\d{2}[-\u2010-\u2015]\d{2}[-\u2010-\u2015]\d)(?!\d)"
    r"|\b(?:S\.?I\.?D|S\.?S\.?N)\b\D{0,12}\d[\d -]{4,12}\d",
    re.IGNORECASE,
)
"""A social security number as people write it, nine digits in a row, an SID as it is printed, and any number that is called one."""


def columns_of(named: Fields) -> tuple[str, ...]:
    """Return the columns of the catalogue that a paper with these fields prints, in their order."""
    found = {COLUMNS[kind][name] for kind, names in named.items() for name in names if name in COLUMNS.get(kind, {})}
    return tuple(sorted(found))


def unread(named: Fields, role: Role) -> tuple[str, ...]:
    """Return what keeps the role from such a paper: columns that it doesn't see whole, kinds of fact that its work doesn't need."""
    scope = role.scope
    hidden = [name for name in columns_of(named) if name not in scope.columns or name in scope.masks]
    return (*hidden, *(kind.__name__ for kind in named if not reads(role, kind)))


def reduced(case: Case, named: Fields, *, filed: bool) -> Case:
    """Return the case with what a paper may be made of, and nothing else. Numbers stay: a fact that isn't needed is blanked."""
    return replace(case, facts=tuple(_reduced(fact, named, filed=filed) for fact in case.facts))


def _reduced(fact: Fact, named: Fields, *, filed: bool) -> Fact:
    kind = type(fact)
    printed, read = named.get(kind, frozenset()), READ.get(kind, frozenset())
    if kind not in named and kind not in READ:
        return Fact(n=fact.n, entry=fact.entry, corrects=fact.corrects)
    changed: dict[str, Any] = {}
    for part in fields(fact):
        value = getattr(fact, part.name)
        if part.name in KEPT or (part.name in read and part.name not in printed):
            continue
        changed[part.name] = _printed(value, filed=filed) if part.name in printed else _blank(part, value)
    return replace(fact, **changed)


KEPT = frozenset({"n", "entry", "corrects"})


def _blank(part: Field[Any], value: Any) -> Any:
    """Return what stands for a field that isn't named: what it has where nothing was said."""
    if part.default is not MISSING:
        return part.default
    return type(value)() if isinstance(value, str | int) else None


def _printed(value: Any, *, filed: bool) -> Any:
    """Return a value as it may be printed: what can't be seen written out; in what is filed, no number of the person."""
    if not isinstance(value, str):
        return value
    words = visible_lines(value)
    return _NUMBERS.sub(WITHHELD, words) if filed and not _HASH.fullmatch(words) else words


_HASH = re.compile(r"[0-9a-f]{64}")
