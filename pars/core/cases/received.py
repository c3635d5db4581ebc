"""What a parser hands over: the plain values of one exchange document, with everything that may not be kept already dropped.

`pars.edge.formats` makes a `Received` from a file; `pars.core.cases.receiving` applies it to a case. A parser reads and never
decides: it splits no full name, invents no time, matches no case and turns no flag into a hold.

What the parser must see to:

- `digest` is the sha256 (hex) of the canonical bytes of what is kept: never of the original, whose hash would give a
  dropped yes or no back. Everything below, and nothing else, goes into those bytes.
- `document_id` is the source's own identification of the message; `source` the organization that owns the information.
  A custody result is keyed by its booking: there `document_id` is the booking's record id, not the query reply's number.
- `record_id` is the agency's own number of the arrest (or booking), one: its primary key where several are given.
  A cross-reference, master report, incident or item number is none. Incident numbers go to `incident_number`.
- Times are `StatedTime`: as given, with the feed's zone. A default such as T00:00:00 becomes the date it stands for.
- Each arrest carries its own charges, joined by reference. No arrest element: `arrests` stays empty; the rules make one
  arrest with its time unknown, by the booking agency, else by `source`.
- A prosecution *status* report has `prosecution.status` RECEIVED or CASE_CREATED, `status_only` True, and may name no person.
- `doubts` holds what only the parser can see (a T00:00:00 that was taken for a date, two birth dates in one document, a
  source that says "juvenile"). Contradictory times, possible minors, unknown times and birth dates are found by the rules.
- `unmapped` and `dropped` are paths, never values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pars.core.terms import StatedTime

Family = Literal["ARREST", "BOOKING", "CUSTODY", "CHARGE_REFERRAL", "PROSECUTION_DECISION"]
FeedOwner = Literal["police", "prosecutor", "custodian"]
CustodyStatus = Literal["IN_CUSTODY", "NOT_IN_CUSTODY", "RELEASED"]
ProsecutionStatus = Literal["RECEIVED", "CASE_CREATED", "DECIDED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStated:
    """The document's subject. Where only a full name is given, `surname` and `given` are None and `full` is kept as it is."""

    surname: str | None = None
    given: str | None = None
    middle: str | None = None
    suffix: str | None = None
    full: str | None = None
    birth_date: StatedTime | None = None
    sex: str | None = None
    address: str | None = None
    birthplace: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasGiven:
    """Another name of the subject."""

    surname: str | None = None
    given: str | None = None
    full: str | None = None
    birth_date: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeGiven:
    """One charge of an arrest, as the police state it. A missing statute or description is an empty string."""

    statute: str = ""
    description: str = ""
    grade: str | None = None
    counts: int = 1
    offense_date: StatedTime | None = None
    inchoate: str | None = None
    object_statute: str | None = None
    object_description: str | None = None
    grade_basis: str | None = None
    grade_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrestGiven:
    """One arrest. `agency` is the arresting agency's name ("" where only `agency_id`, its ORI or own code, is given)."""

    agency: str = ""
    agency_id: str | None = None
    time: StatedTime | None = None
    record_id: str | None = None
    otn: str | None = None
    incident_number: str | None = None
    district: str | None = None
    place: str | None = None
    warrant: bool | None = None
    narrative: str | None = None
    charges: tuple[ChargeGiven, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingGiven:
    """The booking. `agency` is None where the document names no booking agency."""

    time: StatedTime | None = None
    agency: str | None = None
    record_id: str | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyGiven:
    """The source's word on custody; `words` are its own ("In Jail", "Release stated")."""

    status: CustodyStatus
    words: str
    time: StatedTime | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOutcome:
    """What the prosecutor decided on one charge, as a feed reports it: never an attorney's signature."""

    decision: Literal["FILE", "DECLINE", "RETURN"]
    statute: str = ""
    description: str = ""
    grade: str | None = None
    counts: int = 1
    words: str | None = None
    inchoate: str | None = None
    object_statute: str | None = None
    object_description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProsecutionGiven:
    """The prosecutor's part of the document: a status, or a decision with the outcome of each charge."""

    status: ProsecutionStatus
    agency: str | None = None
    case_number: str | None = None
    words: str | None = None
    time: StatedTime | None = None
    outcomes: tuple[ChargeOutcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtFound:
    """A doubt that only the parser could see: an UPPER_SNAKE code and the paths in the document that it concerns."""

    code: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One exchange document, reduced to what may be kept."""

    feed: str
    """The feed's name: the grant under which it writes."""
    owner: FeedOwner
    """Whose feed it is; it writes only that owner's kinds of fact."""
    family: Family
    digest: str
    document_id: str | None = None
    document_time: StatedTime | None = None
    sequence: str | None = None
    source: str | None = None
    """The organization that owns the information."""
    person: PersonStated | None = None
    aliases: tuple[AliasGiven, ...] = ()
    arrests: tuple[ArrestGiven, ...] = ()
    booking: BookingGiven | None = None
    custody: tuple[CustodyGiven, ...] = ()
    prosecution: ProsecutionGiven | None = None
    status_only: bool = False
    doubts: tuple[DoubtFound, ...] = ()
    dropped: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()

    @property
    def document_key(self) -> str:
        """Return the key under which the document is known: feed, family, owner of the information, id, and time or sequence.

        Where no id is given, the digest stands for it. Sample documents of different states share id, system and date: the
        key therefore tells two documents apart only within the case that their record ids lead to.
        """
        name = self.document_id or self.digest
        when = str(self.document_time) if self.document_time else self.sequence or ""
        return "\x1f".join((self.feed, self.family, self.source or "", name, when))
