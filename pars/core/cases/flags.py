"""Flags: property, a hand-over for health, interpreter, competency, consular notification, references to pictures and prints.

A flag is never switched off: a later word stands after the earlier one, with its reason. An interpreter who was needed once is
needed until somebody says why not; a concern about competency stands before the hearing until it is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from pars.core.cases.case import Case, Change, as_seen, change
from pars.core.cases.facts import (
    CompetencyRaised,
    ConsularNoted,
    Fact,
    ImageReferenced,
    InterpreterStated,
    Interviewed,
    MedicalHandedOver,
    PropertyRecorded,
)
from pars.core.cases.lengths import LONGEST
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

STATES: Mapping[type[Fact], Mapping[str, str]] = MappingProxyType(
    {
        PropertyRecorded: {"TAKEN": "Inventory taken", "RETURNED": "Returned to the person"},
        InterpreterStated: {
            "NEEDED": "An interpreter is needed",
            "CONFIRMED": "Confirmed with the person: an interpreter is needed",
            "NOT_NEEDED": "No interpreter is needed",
        },
        CompetencyRaised: {"RAISED": "A concern about competency", "SETTLED": "The concern about competency is settled"},
        ConsularNoted: {
            "ADVISED": "The person was told that their consulate may be informed",
            "REQUESTED": "The person asks that their consulate be informed",
            "DECLINED": "The person doesn't ask for it",
            "NOTIFIED": "The consulate was informed",
        },
    }
)
"""What each flag may say, in words."""

IMAGES: Mapping[str, str] = MappingProxyType({"PHOTOGRAPH": "Photograph", "PRINTS": "Prints"})

FLAGS = (*STATES, MedicalHandedOver, ImageReferenced)
"""Every kind of fact that is a flag."""

_NEEDED: Mapping[type[Fact], Mapping[str, str]] = MappingProxyType(
    {
        PropertyRecorded: {"reference": "the number of the inventory"},
        MedicalHandedOver: {"handed_to": "who was told"},
        CompetencyRaised: {"note": "what was seen or what settled it"},
        ConsularNoted: {"nationality": "the nationality that the person stated"},
        ImageReferenced: {"system": "the system that keeps it", "reference": "its number there"},
    }
)


def record_flag(case: Case | None, seen: int, fact: Fact, *, consular: bool = False) -> Change | Refusal:
    """Record a flag. `consular` says whether the recorder may deal with consular notification: nobody else writes or reads it."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if type(fact) not in FLAGS:
        return Refusal(code="NOT_A_FLAG", says="This is no flag.", names=("fact",))
    fact = _trimmed(fact)
    refusal = _refuse_state(fact) or _refuse_blank(fact) or _refuse_interpreter(fact) or _refuse_order(found, fact)
    if refusal is not None:
        return refusal
    if isinstance(fact, ConsularNoted) and not consular:
        return Refusal(
            code="NOT_YOUR_FLAG",
            says="Consular notification is recorded only by who must give it.",
            remedy="Tell the booking officer or the custodian.",
            names=("fact",),
        )
    # The entry doesn't say which flag: that somebody has a nationality to notify is nobody's to read in the ledger.
    return change(Kind.FLAG_RECORDED, found, (fact,), {"flags": 1})


def interpreter_language(case: Case) -> str | None:
    """Return the language in which the person needs an interpreter: what was said last of it, by whoever; None where none is needed.

    INVARIANT: silence takes no flag away. An interview that names no language leaves the one that was named before.
    """
    said: list[tuple[int, str | None]] = [
        (fact.n, fact.language if fact.state != "NOT_NEEDED" else None) for fact in case.current(InterpreterStated)
    ]
    said += [(asked.n, asked.interpreter) for asked in case.current(Interviewed) if asked.interpreter]
    return max(said, default=(0, None))[1]


def competency_open(case: Case) -> bool:
    """Return whether a concern about competency was raised and nobody has settled it."""
    last = case.latest(CompetencyRaised)
    return last is not None and last.state == "RAISED"


def consular_open(case: Case) -> bool:
    """Return whether the consulate is still to be informed: the person asks for it, and nobody has told it."""
    last = case.latest(ConsularNoted)
    return last is not None and last.state == "REQUESTED"


def _trimmed(fact: Fact) -> Fact:
    """Return the fact with its words trimmed; what is blank and may be left out is None."""
    must = _NEEDED.get(type(fact), {})
    trimmed: dict[str, Any] = {}
    for field in fields(fact):
        if isinstance(value := getattr(fact, field.name), str):
            trimmed[field.name] = value.strip() if field.name in {"state", "kind", *must} else value.strip() or None
    return replace(fact, **trimmed)


def _refuse_state(fact: Fact) -> Refusal | None:
    name, known = ("kind", IMAGES) if isinstance(fact, ImageReferenced) else ("state", STATES.get(type(fact), {}))
    if not known or getattr(fact, name) in known:
        return None
    return Refusal(code="NO_SUCH_STATE", says="The flag can't say that.", remedy=f"One of {', '.join(known)}.", names=(name,))


def _refuse_blank(fact: Fact) -> Refusal | None:
    for name, says in _NEEDED.get(type(fact), {}).items():
        if not getattr(fact, name):
            return Refusal(code="WORDS_NEEDED", says=f"Say {says}.", names=(name,))
    for field in fields(fact):
        value = getattr(fact, field.name)
        if isinstance(value, str) and len(value.encode()) > 4 * LONGEST:
            return Refusal(
                code="TOO_LONG",
                says=f"It is longer than {LONGEST} characters.",
                remedy="Shorten it; the whole stays where it is kept.",
                names=(field.name,),
            )
    return None


def _refuse_interpreter(fact: Fact) -> Refusal | None:
    if not isinstance(fact, InterpreterStated):
        return None
    if fact.state != "NOT_NEEDED" and not fact.language:
        return Refusal(code="LANGUAGE_NEEDED", says="Say for which language.", names=("language",))
    if fact.state == "NOT_NEEDED" and not fact.note:
        return Refusal(
            code="REASON_NEEDED",
            says="An interpreter who was needed isn't taken away without a reason.",
            remedy="Say who spoke with the person, and in which language.",
            names=("note",),
        )
    return None


def _refuse_order(case: Case, fact: Fact) -> Refusal | None:
    if isinstance(fact, PropertyRecorded) and fact.state == "RETURNED":
        taken = {one.reference for one in case.current(PropertyRecorded) if one.state == "TAKEN"}
        if fact.reference not in taken:
            return Refusal(
                code="NOT_TAKEN",
                says="No inventory of this number was taken in this case.",
                remedy="Look at the inventories of the case, or record the one that is missing first.",
                names=("reference",),
            )
    if isinstance(fact, CompetencyRaised) and fact.state == "SETTLED" and not competency_open(case):
        return Refusal(code="NOTHING_RAISED", says="No concern about competency is open.", names=("state",))
    return None
