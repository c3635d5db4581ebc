"""The words of a vote's result, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

FATES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "open": "Open",
        "adopted": "Adopted",
        "rejected": "Rejected",
        "undecided": "Ended without decision",
        "withdrawn": "Withdrawn",
    },
    "es": {
        "open": "Abierta",
        "adopted": "Aprobada",
        "rejected": "Rechazada",
        "undecided": "Terminó sin decisión",
        "withdrawn": "Retirada",
    },
}
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Result of the vote on version {}",
        "tally": "{} of {} seats voted to adopt it; {} are needed.",
        "adopt": "to adopt it",
        "reject": "against it",
        "silent": "has not voted",
        "seat": "Seat",
        "vote": "Vote",
        "when": "When",
        "entry": "Entry",
        "votes": "Who voted how",
        "then": "What starts or ends, and when",
        "starts": "It comes into force {}.",
        "started": "It came into force {}.",
        "ends": "It ends {}. It does not renew itself.",
        "ended": "It ended {}.",
        "open": "It can still be voted on, until the vote closes {}.",
        "now": "How the agreement stands now, under version {}: {}",
        "records": "What records it",
        "proposed": "Proposed",
        "decided": "Decided",
        "text": "The text that was voted",
        "notice": "The public notice",
        "noticed": "Notice of",
        "no_notice": "No public notice has been posted since it was proposed.",
        "stop": "What the end of an agreement does not stop",
        "back": "The agreement",
        "compare": "What it changes, sentence by sentence",
    },
    "es": {
        "title": "Resultado del voto sobre la versión {}",
        "tally": "{} de {} puestos votaron por aprobarla; hacen falta {}.",
        "adopt": "por aprobarla",
        "reject": "en contra",
        "silent": "no ha votado",
        "seat": "Puesto",
        "vote": "Voto",
        "when": "Cuándo",
        "entry": "Anotación",
        "votes": "Quién votó qué",
        "then": "Qué comienza o termina, y cuándo",
        "starts": "Entra en vigor {}.",
        "started": "Entró en vigor {}.",
        "ends": "Termina {}. No se renueva por sí sola.",
        "ended": "Terminó {}.",
        "open": "Todavía se puede votar, hasta que la votación se cierre {}.",
        "now": "Cómo está ahora el acuerdo, según la versión {}: {}",
        "records": "Qué lo registra",
        "proposed": "Propuesta",
        "decided": "Decidida",
        "text": "El texto que se votó",
        "notice": "El aviso público",
        "noticed": "Aviso del",
        "no_notice": "No se ha publicado ningún aviso desde que se propuso.",
        "stop": "Lo que no se detiene cuando termina un acuerdo",
        "back": "El acuerdo",
        "compare": "Lo que cambia, frase por frase",
    },
}
