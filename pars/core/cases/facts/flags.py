"""Flags: what is handed over with a person and what they need, each read only by who must; and references to pictures and prints."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRecorded(Fact):
    """What the person had with them: `state` TAKEN, with the inventory's number, or RETURNED."""

    state: str
    reference: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalHandedOver(Fact):
    """Who was told of what the person needs for their health, and where it is written down. No diagnosis is kept here."""

    handed_to: str
    reference: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterStated(Fact):
    """Whether the person needs an interpreter: `state` NEEDED, CONFIRMED or NOT_NEEDED, the last with its reason in `note`."""

    state: str
    language: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyRaised(Fact):
    """A concern whether the person understands what is said to them: `state` RAISED or SETTLED, with what was seen."""

    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsularNoted(Fact):
    """Consular notification (Vienna Convention, article 36(1)(b)): `state` ADVISED, REQUESTED, DECLINED or NOTIFIED.

    The nationality stands nowhere else: it is asked for this duty alone, and never guessed from another field.
    """

    state: str
    nationality: str
    consulate: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReferenced(Fact):
    """Where a photograph or the prints are kept: `kind` PHOTOGRAPH or PRINTS, the system, its number. The picture isn't here."""

    kind: str
    system: str
    reference: str
