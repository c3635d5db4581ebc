"""A child before the adult court: charged there directly, and sent on to the juvenile court."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectlyCharged(Fact):
    """A person under 18 is charged as an adult, since the act is no delinquent act: `basis` is a code of `juvenile.BASES`."""

    basis: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentToJuvenile(Fact):
    """The matter was sent to the juvenile court (decertified): by which court's order, and when. The adult path ends here."""

    court: str
    reference: str
    decided: StatedTime
    docket: str | None = None
