"""What the list of who was shown a person says, in English and in Spanish: on its page, and in the sheet that the person takes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pars.actions import founding
from pars.core.access.explain import LABELS
from pars.core.access.purposes import PURPOSES
from pars.core.cases.shown_to import WHY

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.cases.shown_to import ShownTo

LANGUAGES: tuple[Language, ...] = ("en", "es")
ACTS: Mapping[str, Mapping[Language, str]] = {
    "case:read": {"en": "read a case or a list of cases", "es": "leyó un caso o una lista de casos"},
    "case:call": {"en": "called or prepared a hearing", "es": "llamó o preparó una audiencia"},
    "defense:read": {"en": "read a case for the defense", "es": "leyó un caso para la defensa"},
    "charging:decide": {"en": "decided charges", "es": "decidió los cargos"},
    "interview:record": {"en": "prepared or took an interview", "es": "preparó o hizo una entrevista"},
    "shift:hand": {"en": "handed a shift over", "es": "entregó un turno"},
    "person:link": {"en": "compared cases of one person", "es": "comparó casos de una persona"},
    "recipient:list": {"en": "read the list of who was shown a person", "es": "leyó la lista de quién vio a una persona"},
    "recipient:tell": {"en": "looked for whom a mistake had reached", "es": "buscó a quién llegó un error"},
    "order:record": {"en": "saw which record a court's order is about", "es": "vio de qué registro trata una orden judicial"},
    "order:carry_out": {
        "en": "saw which record a court's order is about",
        "es": "vio de qué registro trata una orden judicial",
    },
}
"""What staff did when they were shown a record, by the act under which they were."""
PAPER: Mapping[Language, str] = {"en": "gave or printed a paper", "es": "entregó o imprimió un documento"}
_WHYS: Mapping[str, str] = {
    "audit": "una auditoría de quién vio registros",
    "review": "la revisión del uso por los titulares",
    "own_request": "la solicitud de la propia persona",
}
SHEET: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Who was shown this person's records",
        "cases": "Cases, by their numbers",
        "asked": "Read for {why}. That it was read is entry {entry} of the ledger, and it is complete as of then.",
        "lines": "{n} entries, oldest first. The number of an entry and its place prove it: {check}",
        "check": "anybody can check the ledger at /check.",
        "who": "Who",
        "why": "What for",
        "what": "What was shown",
        "case": "Case {n}, as it stood after {version} changes",
        "entry": "Entry {entry}, place {index} in the log",
        "unsealed": "Entry {entry}, not in the log yet",
        "none": "no column: who had been shown the person",
        "nobody": "Nobody has been shown any of these cases.",
    },
    "es": {
        "title": "Quién vio los registros de esta persona",
        "cases": "Casos, por sus números",
        "asked": "Se leyó para {why}. Que se leyó consta en el asiento {entry} del libro, y está completo hasta entonces.",
        "lines": "{n} asientos, del más antiguo al más reciente. El número de un asiento y su lugar lo prueban: {check}",
        "check": "cualquiera puede comprobar el libro en /check.",
        "who": "Quién",
        "why": "Para qué",
        "what": "Qué se mostró",
        "case": "Caso {n}, como estaba después de {version} cambios",
        "entry": "Asiento {entry}, lugar {index} en el registro",
        "unsealed": "Asiento {entry}, todavía no está en el registro",
        "none": "ninguna columna: quién había visto a la persona",
        "nobody": "A nadie se le mostró ninguno de estos casos.",
    },
}


def why_words(why: str, language: Language) -> str:
    """Return in words what the list was read for."""
    return WHY[why] if language == "en" else _WHYS[why]


def for_what(one: ShownTo, language: Language) -> str:
    """Return in words what an agency asked for, or what staff did."""
    if one.agency is not None:
        known = {purpose.code: purpose.says for purpose in PURPOSES}
        return known[one.purpose][language] if one.purpose in known else one.purpose.replace("_", " ")
    if one.purpose.startswith("paper_"):
        return PAPER[language]
    said = ACTS.get(one.act or "")
    return said[language] if said is not None else (one.act or "").replace(":", ": ").replace("_", " ")


def desks(language: Language) -> Mapping[str, str]:
    """Return what the roles are called."""
    return {role.name: role.label[language] for role in founding.roles()}


def columns_of(one: ShownTo, language: Language) -> tuple[str, ...]:
    """Return the columns that were shown, as people call them."""
    return tuple(LABELS[language].get(name, name) for name in one.columns)
