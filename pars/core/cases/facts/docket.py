"""The court's session and its clerk: called, passed, positions, docket numbers, results sent on, orders served."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCalled(Fact):
    """The case was called in the session that began at `session`. `interpreter`, `video`: whether they were there; None where nobody said."""

    session: StatedTime
    interpreter: bool | None = None
    video: bool | None = None
    reason: str | None = None
    """Why it was called although something was missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePassed(Fact):
    """The case was passed in a session: `reason` is a code of `calling.REASONS`. `called`: it had been called, so the hearing broke off."""

    session: StatedTime
    reason: str
    called: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionStated(Fact):
    """What a side asks the court for, in its words: `side` is PROSECUTION or DEFENSE. It decides nothing."""

    side: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketGiven(Fact):
    """A docket number that the court gave for arrests of the case (their fact numbers). One arrest may have many, one number many arrests.

    `drawn`: from the sequence that the court lets be drawn here; else typed from the court's own system.
    """

    number: str
    arrests: tuple[int, ...] = ()
    drawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSent(Fact):
    """A receiver acknowledged the result of a hearing: `to` is a code of `dockets.RECEIVERS`; `order` None where none was made."""

    to: str
    hearing: int
    order: int | None
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderServed(Fact):
    """A release order with special conditions was given to whom it binds or protects; `on` is a code of `serving_orders.ON`.

    There is no field for the protected person's name: the words of the conditions are the only place that may hold it.
    """

    order: int
    on: str
    time: StatedTime
    language: str
    server: str
    text_sha256: str
    known_by: str | None = None
    """By what the person it binds was known to be that person: OTN or BIRTH_DATE, read from them and compared."""
    interpreter: str | None = None
