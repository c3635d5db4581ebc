"""The page that needs no sign-in: who may ask what until when, how it was voted, what an end doesn't stop. Also in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import publishing, reviewing
from pars.core.wording import bare, when
from pars.edge.web.agreement_view import STATES_SAID, register, scale
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of
from pars.edge.web.words import zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.access.explain import Language

LIVING = frozenset({"IN_FORCE", "SUSPENDED", "WAITING", "PROPOSED"})

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Who may ask for arrest records here, and until when",
        "lede": "Outside agencies see arrest records only under agreements that the record's owners vote. Each says who may ask what, "
        "ends on a day, and isn't renewed by silence. Every question is recorded before it is answered.",
        "one": "agency may ask today",
        "many": "agencies may ask today",
        "none": "No outside agency may ask today.",
        "now": "In force, or before the owners",
        "over": "Ended, revoked or rejected",
        "agency": "Agency and purpose",
        "term": "Term; the red line is today",
        "state": "How it stands",
        "votes": "Votes",
        "all": "What it says, sentence by sentence",
        "more": "How it was used and voted",
        "stop": "What the end of an agreement does not stop",
        "asof": "As of",
        "waiting": "Waiting for a vote",
        "nobody": "There is no agreement.",
        "silent": "no vote",
        "own": "What the owners decided about their own work: the steps before an arraignment, and immigration detainers.",
        "check": "Don't take our word: every entry can be checked offline against a signed checkpoint.",
    },
    "es": {
        "title": "Quién puede pedir expedientes de arresto aquí, y hasta cuándo",
        "lede": "Las agencias externas solo ven expedientes de arresto según acuerdos que votan los propietarios del registro. Cada uno dice "
        "quién puede preguntar qué, termina un día fijo y no se renueva por silencio. Cada pregunta se anota antes de contestarla.",
        "one": "agencia puede preguntar hoy",
        "many": "agencias pueden preguntar hoy",
        "none": "Hoy ninguna agencia externa puede preguntar.",
        "now": "En vigor, o ante los propietarios",
        "over": "Terminados, revocados o rechazados",
        "agency": "Agencia y fin",
        "term": "Plazo; la línea roja es hoy",
        "state": "Cómo está",
        "votes": "Votos",
        "all": "Lo que dice, frase por frase",
        "more": "Cómo se usó y se votó",
        "stop": "Lo que no se detiene cuando termina un acuerdo",
        "asof": "Situación:",
        "waiting": "Pendiente de voto",
        "nobody": "No hay ningún acuerdo.",
        "silent": "sin voto",
        "own": "Lo que los propietarios decidieron sobre su propio trabajo: los pasos antes de la audiencia inicial y las órdenes de inmigración.",
        "check": "No hace falta creernos: cada anotación se puede comprobar sin conexión con un punto de control firmado.",
    },
}
CHOSE: Mapping[Language, Mapping[str, str]] = {
    "en": {"adopt": "yes", "reject": "no"},
    "es": {"adopt": "sí", "reject": "no"},
}


def public(request: HttpRequest) -> HttpResponse:
    """Show every agreement to anybody, and to a voter what waits for their vote."""
    language = language_of(request)
    seat = seat_of(request) if language == "en" else None
    house, at = publishing.house(), publishing.now()
    owners = {name: owner.name for name, owner in house.charter.owners.items()} if house is not None else {}
    lines = [_told(line, language, owners) for line in register(language)]
    agencies = {line["agency"] for line in lines if line["code"] == "IN_FORCE"}
    voter = seat is not None and "agreement:vote" in seat.acts
    parts = {
        "language": language,
        "w": WORDS[language],
        "living": [line for line in lines if line["code"] in LIVING],
        "over": [line for line in lines if line["code"] not in LIVING],
        "count": len(agencies),
        "scale": scale(at, zone(), width=520, language=language),
        "not_stopped": reviewing.NOT_STOPPED[language],
        "waiting": [line for line in lines if line["open"]] if voter else [],
        "told": _when(at, lines, language),
    }
    return page(request, "public.html", parts, at=at)


def _told(line: dict[str, Any], language: Language, owners: Mapping[str, str]) -> dict[str, Any]:
    """Return a line with its state and votes in words."""
    return {
        **line,
        "state": STATES_SAID[language][line["code"]],
        "cast": [(owners.get(seat, seat), CHOSE[language][choice]) for seat, choice in line["cast"]],
        "silent": [name for seat, name in owners.items() if seat not in dict(line["cast"])],
    }


def _when(at: Any, lines: list[dict[str, Any]], language: Language) -> str:
    return bare(when(at, lines[0]["place"], language)) if lines else ""
