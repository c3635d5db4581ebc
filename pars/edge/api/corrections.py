"""What `POST /v1/cases/{id}/corrections` may hold: facts to add, or to put in the place of earlier ones.

Each is a whole fact, as it should read from now on: with `corrects`, what it leaves out is no longer said.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    Booked,
    ChargeProposed,
    CustodyStated,
    Fact,
    IdentityClaimed,
    NarrativeWritten,
)
from pars.core.cases.received import CustodyStatus
from pars.edge.api.schemas import (
    AliasIn,
    ArrestPart,
    BookingIn,
    ChargeIn,
    InZone,
    Long,
    Number,
    PersonIn,
    Strict,
    Text,
    Time,
    filled,
)


class IdentityFix(PersonIn):
    """Who the person says they are."""

    corrects: Number | None = None


class AliasFix(AliasIn):
    """Another name."""

    corrects: Number | None = None


class ArrestFix(ArrestPart):
    """An arrest, without its charges and account: these are facts of their own."""

    corrects: Number | None = None


class BookingFix(BookingIn):
    """The booking."""

    agency: Text
    corrects: Number | None = None


class ChargeFix(ChargeIn):
    """A charge that the police propose, of the arrest with the number `arrest`."""

    arrest: Number
    corrects: Number | None = None


class NarrativeFix(Strict):
    """The officer's account of the arrest with the number `arrest`."""

    arrest: Number
    text: Long
    corrects: Number | None = None


class CustodyFix(Strict):
    """A source's word on custody."""

    status: CustodyStatus
    words: Text
    time: Time | None = None
    facility: Text | None = None
    corrects: Number | None = None


class CorrectionsIn(InZone):
    """`POST /v1/cases/{id}/corrections`: at least one fact, and why."""

    why: Text
    identities: Annotated[list[IdentityFix], Field(max_length=1)] = Field(default_factory=list)
    aliases: Annotated[list[AliasFix], Field(max_length=50)] = Field(default_factory=list)
    arrests: Annotated[list[ArrestFix], Field(max_length=20)] = Field(default_factory=list)
    bookings: Annotated[list[BookingFix], Field(max_length=20)] = Field(default_factory=list)
    charges: Annotated[list[ChargeFix], Field(max_length=100)] = Field(default_factory=list)
    narratives: Annotated[list[NarrativeFix], Field(max_length=20)] = Field(default_factory=list)
    custody: Annotated[list[CustodyFix], Field(max_length=20)] = Field(default_factory=list)


_KINDS: Final[tuple[tuple[str, type[Fact]], ...]] = (
    ("identities", IdentityClaimed),
    ("aliases", AliasStated),
    ("arrests", Arrested),
    ("bookings", Booked),
    ("charges", ChargeProposed),
    ("narratives", NarrativeWritten),
    ("custody", CustodyStated),
)


def facts_given(body: CorrectionsIn) -> tuple[Fact, ...]:
    """Return the facts of the request, in the order of the kinds."""
    return tuple(filled(kind, part, body.zone) for name, kind in _KINDS for part in getattr(body, name))
