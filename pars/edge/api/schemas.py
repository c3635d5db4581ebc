"""The shapes of `/v1`: what a request may hold, and nothing else. Unknown fields are refused, never skipped.

Times are strings in the precision they are known in: `2026-11-23T10:04:00-05:00`, `2026-11-23T10:04`, `2026-11-23`, `2026-11`
or `2026`. What isn't an instant is read by the clock of `zone`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from pars.core.cases.bail import OrderTerms
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.received import AliasGiven, ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.terms import StatedTime

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def _time(text: str) -> str:
    StatedTime(text, "UTC")
    return text


def _zone(name: str) -> str:
    StatedTime("2000", name)
    return name


def _words(text: str) -> str:
    """Return a text in Unicode normalization form C; control characters and half characters are refused."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text):
        raise ValueError("has a character that can't be shown")
    return unicodedata.normalize("NFC", text)


def _lines(text: str) -> str:
    """Return a text of several lines, cleaned in the same way."""
    return "\n".join(_words(line.replace("\t", " ")) for line in text.splitlines())


Time = Annotated[str, AfterValidator(_time), Field(max_length=40)]
Zone = Annotated[str, AfterValidator(_zone), Field(max_length=64)]
Text = Annotated[str, AfterValidator(_words), Field(min_length=1, max_length=500)]
Long = Annotated[str, AfterValidator(_lines), Field(min_length=1, max_length=20_000)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=1, le=999)]
Number = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""The number of a fact within its case."""
FormNumber = Annotated[str, Field(max_length=24)]
"""The number of the paper form on which it was first written, during an outage."""
Cents = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class Strict(Schema):
    """A request body, or a part of one: nothing in it is guessed or skipped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@cache
def names_of_fields() -> frozenset[str]:
    """Return what the fields of all bodies are called. Any other name in a body is its sender's own, a person's perhaps."""
    bodies: list[type[Strict]] = [Strict]
    for body in bodies:
        bodies += body.__subclasses__()
    return frozenset(name for body in bodies for name in body.model_fields)


class InZone(Strict):
    """A body whose stated times may need a zone."""

    zone: Zone = "America/New_York"


class PersonIn(Strict):
    """Who the person says they are."""

    surname: Text | None = None
    given: Text | None = None
    middle: Text | None = None
    suffix: Text | None = None
    full: Text | None = None
    birth_date: Time | None = None
    sex: Text | None = None
    address: Text | None = None
    birthplace: Text | None = None
    language: Text | None = None


class AliasIn(Strict):
    """Another name."""

    surname: Text | None = None
    given: Text | None = None
    full: Text | None = None
    birth_date: Time | None = None


class ChargeIn(Strict):
    """A charge that the police propose."""

    statute: Text
    description: Text
    grade: Text | None = None
    counts: Count = 1
    offense_date: Time | None = None
    inchoate: Text | None = None
    object_statute: Text | None = None
    object_description: Text | None = None
    grade_basis: Text | None = None
    grade_note: Text | None = None


class ArrestPart(Strict):
    """One arrest, without what belongs to it."""

    agency: Text
    agency_id: Text | None = None
    time: Time | None = None
    record_id: Text | None = None
    otn: Text | None = None
    incident_number: Text | None = None
    district: Text | None = None
    place: Text | None = None
    warrant: Flag | None = None


class ArrestIn(ArrestPart):
    """One arrest with its charges and the officer's account."""

    narrative: Long | None = None
    charges: Annotated[list[ChargeIn], Field(max_length=100)] = Field(default_factory=list)


class BookingIn(Strict):
    """The booking at a facility."""

    time: Time | None = None
    agency: Text | None = None
    record_id: Text | None = None
    facility: Text | None = None


class NewArrest(InZone):
    """`POST /v1/arrests`."""

    person: PersonIn
    arrests: Annotated[list[ArrestIn], Field(min_length=1, max_length=20)]
    booking: BookingIn | None = None
    aliases: Annotated[list[AliasIn], Field(max_length=50)] = Field(default_factory=list)
    birth_date_reason: Text | None = None
    form: FormNumber | None = None


class ChoiceIn(Strict):
    """One decision on one charge."""

    decision: Text
    proposed: Number | None = None
    reason: Text | None = None
    note: Text | None = None
    statute: Text | None = None
    description: Text | None = None
    grade: Text | None = None
    counts: Count | None = None
    offense_date: Time | None = None
    arrest: Number | None = None
    filed: Number | None = None
    inchoate: Text | None = None
    object_statute: Text | None = None
    object_description: Text | None = None
    grade_basis: Text | None = None
    grade_note: Text | None = None


class Decisions(InZone):
    """`POST /v1/cases/{id}/charge-decisions`."""

    choices: Annotated[list[ChoiceIn], Field(min_length=1, max_length=200)]


class Signature(Strict):
    """A signature: the hash of the text that was read, and the signer's password given again."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text_sha256: Sha256
    password: Annotated[str, Field(min_length=1, max_length=200)]


class PoliceReleaseIn(InZone):
    """`POST /v1/cases/{id}/police-release`."""

    time: Time
    reason: Text


class FilingIn(InZone):
    """`POST /v1/cases/{id}/complaint-filing`. `why`: needed where a filing is recorded already."""

    time: Time
    court: Text | None = None
    why: Text | None = None


class HearingIn(InZone):
    """`POST /v1/cases/{id}/hearing`."""

    time: Time
    form: FormNumber | None = None
    probable_cause: Flag | None = None
    rights_read: Flag
    complaint_given: Flag
    counsel_advised: Flag
    hearing_right_advised: Flag
    bail_advised: Flag
    interpreter: Text | None = None
    reason: Text | None = None


class TermsIn(InZone):
    """The terms of a release order. Money is in whole cents; refused bail has no amount."""

    types: Annotated[list[Text], Field(min_length=1, max_length=6)]
    amount_cents: Cents | None = None
    deposit_percent: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None
    surety: Text | None = None
    conditions: Annotated[list[Text], Field(max_length=30)] = Field(default_factory=list)
    conditions_note: Text | None = None
    reasons: Text | None = None
    next_hearing: Time | None = None
    next_court: Text | None = None
    late_cause: Text | None = None


class OrderIn(Strict):
    """`POST /v1/cases/{id}/release-orders`."""

    terms: TermsIn
    signature: Signature


class PostedIn(Strict):
    """`POST /v1/cases/{id}/bail`."""

    order: Number
    amount_cents: Cents


class HoldIn(InZone):
    """`POST /v1/cases/{id}/holds`."""

    kind: Text
    authority: Text
    reference: Text | None = None
    lodged: Time | None = None
    lapses: Time | None = None


class ReasonIn(Strict):
    """A reason."""

    reason: Text


class ClaimIn(Strict):
    """`POST /v1/cases/{id}/representations`."""

    basis: Text
    said: Text | None = None


class PresenceIn(Strict):
    """`POST /v1/cases/{id}/counsel-presence`."""

    how: Text
    is_present: Flag = True


class DetainerIn(InZone):
    """`POST /v1/cases/{id}/detainers`."""

    form: Text
    paper: Text
    issuing_office: Text
    received: Time
    signer: Text | None = None
    court: Text | None = None
    confirmed_by: Text | None = None
    conviction: Text | None = None


class AnswersIn(Strict):
    """`POST /v1/cases/{id}/detainers/{n}/decision`: four answers, apart."""

    hold: Text
    notice: Text
    hand_over: Text
    access: Text
    reason: Text


class AcknowledgedIn(InZone):
    """`POST /v1/cases/{id}/release-acknowledgements`. `time`: when the person went free, where it is told later."""

    released: Flag
    reason: Text | None = None
    time: Time | None = None
    form: FormNumber | None = None


class FormIn(Strict):
    """`POST /v1/cases/{id}/paper-forms`: a form whose arrest is here already."""

    form: FormNumber


class DoubtIn(Strict):
    """`POST /v1/cases/{id}/doubts/{n}/resolution`."""

    reason: Text
    adult: Flag | None = None


# ---------------------------------------------------------------- to the core's values


def stated(text: str | None, zone: str) -> StatedTime | None:
    """Return a stated time in the body's zone."""
    return None if text is None else StatedTime(text, zone)


def filled(kind: type[T], part: Strict, zone: str, **more: Any) -> T:
    """Return the core's value of `kind` with the fields of a request's part; times are read in `zone`."""
    given: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in more or field.name not in type(part).model_fields:
            continue
        value = getattr(part, field.name)
        if "StatedTime" in str(field.type):
            value = stated(value, zone)
        given[field.name] = tuple(value) if isinstance(value, list) else value
    return kind(**given, **more)


def arrest_parts(body: NewArrest) -> Mapping[str, Any]:
    """Return the parts of `intake.book_arrest`."""
    return {
        "person": filled(PersonStated, body.person, body.zone),
        "arrests": tuple(
            filled(
                ArrestGiven, arrest, body.zone, charges=tuple(filled(ChargeGiven, part, body.zone) for part in arrest.charges)
            )
            for arrest in body.arrests
        ),
        "booking": filled(BookingGiven, body.booking, body.zone) if body.booking else None,
        "aliases": tuple(filled(AliasGiven, alias, body.zone) for alias in body.aliases),
        "birth_date_reason": body.birth_date_reason,
        "form": body.form,
    }


def choices(body: Decisions) -> tuple[ChargeChoice, ...]:
    """Return the prosecutor's choices."""
    return tuple(filled(ChargeChoice, choice, body.zone) for choice in body.choices)


def terms(body: TermsIn) -> OrderTerms:
    """Return the terms of an order."""
    return filled(OrderTerms, body, body.zone)


def in_zone(body: InZone, *times: str) -> dict[str, Any]:
    """Return the body's fields but the zone, with `times` as stated times."""
    parts = body.model_dump(exclude={"zone"})
    return {name: stated(value, body.zone) if name in times else value for name, value in parts.items()}
