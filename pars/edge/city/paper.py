"""The outage's paper: forms that are printed before it, and made void after it where nobody wrote on them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pars.actions import numbering
from pars.actions.beats import Refused
from pars.core.terms import HOUR, Instant
from pars.edge.city.founded import NotPlayed, played

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pars.edge.city.founded import City
    from pars.edge.city.life import Act
    from pars.edge.city.planned import PlannedCase

SITE = "PDU"
SPARE = 3
"""Forms beyond those that were needed: one of them is spoiled, the others are never used."""


def work(city: City, planned: Sequence[PlannedCase]) -> Iterator[tuple[Instant, Act]]:
    """Give the booking desk's work around the outage; none where nobody was booked in it."""
    written = [case for case in planned if case.form is not None]
    if written:
        yield min(case.arrested for case in written), partial(_print, city, len(written) + SPARE)
        yield Instant(max(case.booked for case in written) + HOUR), partial(_void, city, len(written))


def _print(city: City, count: int) -> None:
    printed = numbering.print_forms(site=SITE, form="ARREST", count=count, by=city.by("booking"))
    if not isinstance(printed, numbering.Printed):
        assert isinstance(printed, Refused)
        raise NotPlayed(printed.refusal)
    city.forms = [str(number) for number in printed.numbers]


def _void(city: City, used: int) -> None:
    for place, number in enumerate(city.forms[used:]):
        reason = "NOT_USED" if place else "SPOILED"
        played(numbering.void_form(number=number, reason=reason, by=city.by("booking")))
