"""The arrest: what the police write and send."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrested(Fact):
    """A taking into custody; starts the clocks. `time` None means that no source stated it."""

    time: StatedTime | None
    agency: str
    agency_id: str | None = None
    """ORI or the agency's own code, as the source gave it."""
    record_id: str | None = None
    otn: str | None = None
    """Offense tracking number (or another state's arrest tracking number), exchanged form without dash."""
    incident_number: str | None = None
    district: str | None = None
    place: str | None = None
    warrant: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(Fact):
    """The administrative step after arrest, at a facility."""

    time: StatedTime | None
    agency: str
    record_id: str | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeProposed(Fact):
    """A charge as the police propose it. Stays for ever beside what the prosecutor files."""

    arrest: int
    statute: str
    description: str
    grade: str | None = None
    counts: int = 1
    offense_date: StatedTime | None = None
    inchoate: str | None = None
    """ATTEMPT, SOLICITATION or CONSPIRACY where the source calls it so; what the statute says by itself, `charges.inchoate` reads.

    Beside it the offense that is the object, as printed.
    """
    object_statute: str | None = None
    object_description: str | None = None
    grade_basis: str | None = None
    """What the grade rests on: a code of `offenses.BASES`, with words beside it."""
    grade_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeWritten(Fact):
    """The officer's account. Investigative information (18 Pa.C.S. § 9102): never in an outside view."""

    arrest: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Fact):
    """The arrest was sent to the charging unit ("Save and Send")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReleased(Fact):
    """The police let the person go without a preliminary arraignment, pending a complaint and a summons (Pa.R.Crim.P. 519(B))."""

    time: StatedTime
    reason: str
    """Why the rule allows it: what the gravest charge is, that the person threatens nobody and will likely appear."""
