"""The words for what passes between an agency and the owners, as anybody reads it, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "duties": "Duties of the agency",
        "overdue": "Overdue",
        "met late": "Met late",
        "met": "Met",
        "owed": "Owed",
        "due": "Due",
        "met at": "met",
        "entry": "entry",
        "shown by": "shown by sha256",
        "inquiries": "What the agency was asked",
        "asked": "asked",
        "by": "to be answered by",
        "late": "Answered late",
        "answered": "Answered",
        "silent": "No answer by then",
        "waiting": "Not answered yet",
    },
    "es": {
        "duties": "Deberes de la agencia",
        "overdue": "Vencido",
        "met late": "Cumplido tarde",
        "met": "Cumplido",
        "owed": "Pendiente",
        "due": "Vence",
        "met at": "cumplido",
        "entry": "anotación",
        "shown by": "lo muestra el sha256",
        "inquiries": "Lo que se preguntó a la agencia",
        "asked": "preguntó",
        "by": "con respuesta hasta",
        "late": "Respondió tarde",
        "answered": "Respondió",
        "silent": "Sin respuesta en el plazo",
        "waiting": "Todavía sin respuesta",
    },
}
