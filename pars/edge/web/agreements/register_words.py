"""The words of the register, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

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
        "next": "Who must act next, and by when",
        "nothing": "Nobody has to act now.",
        "by agency": "Agency",
        "by state": "How it stands",
        "by purpose": "Purpose",
        "every": "All",
        "apply": "Show",
        "clear": "Show all agreements",
        "no_match": "No agreement fits what you chose.",
        "key_live": "in force",
        "key_coming": "adopted and to follow; thinner: only proposed",
        "key_over": "over, or an earlier version",
        "key_cut": "cut off early",
        "key_due": "something must be done by then",
        "all": "What it says, sentence by sentence",
        "more": "How it was used and voted",
        "stop": "What the end of an agreement does not stop",
        "asof": "As of",
        "nobody": "There is no agreement.",
        "silent": "no vote",
        "calendar": "Renewal calendar",
        "own": "What the owners decided about their own work: the steps before an arraignment, and immigration detainers.",
        "keys": "Keys of the ledger",
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
        "next": "Quién debe actuar ahora, y hasta cuándo",
        "nothing": "Nadie tiene que actuar ahora.",
        "by agency": "Agencia",
        "by state": "Cómo está",
        "by purpose": "Fin",
        "every": "Todos",
        "apply": "Mostrar",
        "clear": "Mostrar todos los acuerdos",
        "no_match": "Ningún acuerdo corresponde a lo que eligió.",
        "key_live": "en vigor",
        "key_coming": "aprobado y por comenzar; más fino: solo propuesto",
        "key_over": "terminado, o una versión anterior",
        "key_cut": "interrumpido antes de tiempo",
        "key_due": "hay que hacer algo hasta entonces",
        "all": "Lo que dice, frase por frase",
        "more": "Cómo se usó y se votó",
        "stop": "Lo que no se detiene cuando termina un acuerdo",
        "asof": "Situación:",
        "nobody": "No hay ningún acuerdo.",
        "silent": "sin voto",
        "calendar": "Calendario de renovaciones",
        "own": "Lo que los propietarios decidieron sobre su propio trabajo: los pasos antes de la audiencia inicial y las órdenes de inmigración.",
        "keys": "Claves del libro",
        "check": "No hace falta creernos: cada anotación se puede comprobar sin conexión con un punto de control firmado.",
    },
}
CHOSE: Mapping[Language, Mapping[str, str]] = {
    "en": {"adopt": "yes", "reject": "no"},
    "es": {"adopt": "sí", "reject": "no"},
}
