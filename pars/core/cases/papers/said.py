"""How papers say things, in English and in Spanish: times as they were stated, money, types of release, conditions.

The Spanish words were written with the rules beside them; a certified court translator confirms them before anyone relies on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.cases.bail import CONDITIONS, STANDARD_CONDITIONS, TYPES
from pars.core.cases.paper import tracking_number
from pars.core.terms import Instant, StatedTime, moment
from pars.core.wording import day_said, month_said

if TYPE_CHECKING:
    from pars.core.access.explain import Language

NOT_STATED: Mapping[Language, str] = MappingProxyType({"en": "not stated", "es": "no consta"})

ALL_CONDITIONS: Mapping[str, str] = MappingProxyType({**STANDARD_CONDITIONS, **CONDITIONS})

TIPOS: Mapping[str, str] = MappingProxyType(
    {
        "ROR": "Libertad bajo palabra (Regla 524(C)(1))",
        "NONMONETARY": "Libertad con condiciones no monetarias (Regla 524(C)(2))",
        "UNSECURED": "Libertad con fianza sin depósito (Regla 524(C)(3))",
        "NOMINAL": "Libertad con fianza nominal y un fiador (Regla 524(C)(4))",
        "MONETARY": "Libertad con condición monetaria (Regla 524(C)(5))",
        "REFUSED": "Fianza denegada, con sus razones (Regla 520)",
    }
)
CONDICIONES: Mapping[str, str] = MappingProxyType(
    {
        "APPEAR": "Presentarse cada vez que se le cite, hasta que el caso termine por completo",
        "OBEY": "Obedecer toda orden posterior de la autoridad que fijó la fianza",
        "ADDRESS": "Avisar por escrito de todo cambio de domicilio dentro de las 48 horas",
        "NO_INTIMIDATION": "No intimidar a testigos ni a víctimas, no tomar represalias contra ellos, ni causarlo ni permitirlo",
        "NO_CRIME": "No cometer ningún delito",
        "REPORT": "Presentarse ante los Servicios Previos al Juicio",
        "TRAVEL": "No salir de los límites de viaje indicados",
        "STAY_AWAY": "No acercarse al lugar indicado",
        "NO_CONTACT": "No tener ningún contacto con las personas indicadas",
        "MONITORING": "Llevar un monitor electrónico",
        "FIREARMS": "Entregar las armas de fuego",
        "EVALUATION": "Asistir a una evaluación",
        "OTHER": "Otra condición, con las palabras que se indican",
    }
)


def type_said(code: str, language: Language) -> str:
    """Return a type of release in words."""
    return (TYPES if language == "en" else TIPOS)[code]


def condition_said(code: str, language: Language) -> str:
    """Return a condition in words."""
    return (ALL_CONDITIONS if language == "en" else CONDICIONES)[code]


def time_said(time: StatedTime | None, language: Language) -> str:
    """Return a time no more exactly than it was stated: `December 3, 2026 at 09:00 EST`, and a date stays a date."""
    if time is None:
        return NOT_STATED[language]
    match time.precision:
        case "instant":
            return _clock(time.earliest, time.zone, language)
        case "local":
            # An hour that the clocks have twice has no one name of a zone.
            sure = time.latest - time.earliest == 1
            return _clock(time.earliest, time.zone, language, named=sure)
        case "date":
            return day_said(date.fromisoformat(time.text), language)
        case "month":
            return month_said(int(time.text[:4]), int(time.text[5:]), language)
        case _:
            return time.text


def instant_said(at: Instant, zone: str, language: Language) -> str:
    """Return an instant by the clock of a place."""
    return _clock(at, zone, language)


def _clock(at: Instant, zone: str, language: Language, *, named: bool = True) -> str:
    there = moment(at, zone)
    says = f"{day_said(there.date(), language)} {'at' if language == 'en' else 'a las'} {there:%H:%M}"
    return f"{says} {there.tzname()}" if named else says


def number_said(otn: str | None, language: Language) -> str:
    """Return an offense tracking number as it is printed."""
    return tracking_number(otn) if otn else NOT_STATED[language]
