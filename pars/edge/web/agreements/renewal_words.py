"""The words of the renewal calendar, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Renewal calendar",
        "lede": "What ends when, what follows it, and what must be done by when. Nothing renews itself: what isn’t decided ends.",
        "terms": "Terms, the nearest end first",
        "agreement": "Agency and agreement",
        "term": "Term; the red line is today",
        "ends": "Ends",
        "follows": "What follows",
        "notice": "Notice of non-renewal",
        "none": "Nothing is in force or to come, so nothing ends.",
        "dues": "What falls due in the next {} days, or is overdue",
        "when": "By when",
        "what": "What",
        "nothing_due": "Nothing falls due in the next {} days.",
        "overdue": "Overdue",
        "renewed": "Version {0} follows it, {1}, without a gap.",
        "renewed_gap": "Version {0} follows it only {1}: in between nothing is answered.",
        "open": "Version {0} is before the owners: {2} of {3} seats are for it so far, and the vote closes {4}.",
        "open_gap": "Version {0} is before the owners, to begin only {1}: {2} of {3} seats are for it so far, and the vote closes {4}.",
        "nothing": "Nothing is proposed to follow. Without a new vote that is the end.",
        "once": "It was given once, on a paper, and can’t be renewed.",
        "no_notice": "The text asks for none.",
        "notice_due": "Due by {}. None was served yet.",
        "notice_passed": "Was due by {}. None was served.",
        "notice_served": "Served {}.",
        "notice_late": "Served {}, later than {}.",
        "due_end": "Version {} ends.",
        "due_notice": "Whoever won’t renew version {} says so by then.",
        "entry": "Entry",
        "proof": "The sha256 of what proves the service:",
        "number": "version",
        "register": "The register of agreements",
    },
    "es": {
        "title": "Calendario de renovaciones",
        "lede": "Qué termina y cuándo, qué lo sigue, y qué hay que hacer hasta cuándo. Nada se renueva por sí solo: lo que no se decide termina.",
        "terms": "Los plazos, primero el que antes termina",
        "agreement": "Agencia y acuerdo",
        "term": "Plazo; la línea roja es hoy",
        "ends": "Termina",
        "follows": "Lo que sigue",
        "notice": "Aviso de no renovación",
        "none": "No hay nada en vigor ni por comenzar, así que nada termina.",
        "dues": "Lo que vence en los próximos {} días, o está vencido",
        "when": "Hasta cuándo",
        "what": "Qué",
        "nothing_due": "Nada vence en los próximos {} días.",
        "overdue": "Vencido",
        "renewed": "Le sigue la versión {0}, {1}, sin interrupción.",
        "renewed_gap": "La versión {0} le sigue, pero solo {1}: entretanto no se responde nada.",
        "open": "La versión {0} está ante los propietarios: hasta ahora {2} de {3} puestos están a favor, y la votación se cierra {4}.",
        "open_gap": "La versión {0} está ante los propietarios, para comenzar solo {1}: hasta ahora {2} de {3} puestos están a favor, y la votación se cierra {4}.",
        "nothing": "No se ha propuesto nada que le siga. Sin un nuevo voto, ese es el final.",
        "once": "Se concedió una sola vez, por un documento, y no se puede renovar.",
        "no_notice": "El texto no pide ninguno.",
        "notice_due": "Hasta el {}. Todavía no se ha entregado ninguno.",
        "notice_passed": "Vencía el {}. No se entregó ninguno.",
        "notice_served": "Entregado el {}.",
        "notice_late": "Entregado el {}, después del {}.",
        "due_end": "Termina la versión {}.",
        "due_notice": "Quien no vaya a renovar la versión {} lo dice hasta entonces.",
        "entry": "Anotación",
        "proof": "El sha256 de lo que prueba la entrega:",
        "number": "versión",
        "register": "El registro de acuerdos",
    },
}
