"""Dates and times as people read them, by the clock of the place they live in; in English and in Spanish."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from pars.core.terms import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pars.core.access.explain import Language
    from pars.core.agreements.version import Place
    from pars.core.terms import Instant

_MONTHS: Mapping[Language, Sequence[str]] = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


def day_said(day: date, language: Language = "en") -> str:
    """Return `August 31, 2027`, or `31 de agosto de 2027`."""
    month = _MONTHS[language][day.month - 1]
    return f"{month} {day.day}, {day.year}" if language == "en" else f"{day.day} de {month} de {day.year}"


def month_said(year: int, month: int, language: Language = "en") -> str:
    """Return `August 2027`, or `agosto de 2027`."""
    named = _MONTHS[language][month - 1]
    return f"{named} {year}" if language == "en" else f"{named} de {year}"


def when(at: Instant, place: Place, language: Language = "en") -> str:
    """Return `on August 31, 2027 at 14:05:09, Philadelphia time`; midnight as the end of the day before."""
    local = moment(at, place.zone)
    if local.time() == time():
        return midnight(local.date() - timedelta(days=1), place, language)
    clock = local.strftime("%H:%M:%S")
    if language == "en":
        return f"on {day_said(local.date())} at {clock}, {place.name} time"
    return f"el {day_said(local.date(), 'es')} a las {clock}, hora de {place.name}"


def from_when(at: Instant, place: Place, language: Language = "en") -> str:
    """Return when something begins, as `when` does, but midnight as the start of the day: `at the start of September 1, 2027`."""
    local = moment(at, place.zone)
    if local.time() != time():
        return when(at, place, language)
    if language == "en":
        return f"at the start of {day_said(local.date())}, {place.name} time"
    return f"al comienzo del {day_said(local.date(), 'es')}, hora de {place.name}"


def midnight(day: date, place: Place, language: Language = "en") -> str:
    """Return the end of a civil day: `at the end of August 31, 2027, Philadelphia time`. Midnight would leave open which one."""
    if language == "en":
        return f"at the end of {day_said(day)}, {place.name} time"
    return f"al final del {day_said(day, 'es')}, hora de {place.name}"


def bare(said: str) -> str:
    """Return a date as it stands alone: without the preposition that it has in a sentence."""
    return said.removeprefix("on ").removeprefix("at ").removeprefix("el ").removeprefix("al ")
