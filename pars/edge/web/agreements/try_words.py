"""The words of the form that tries a question on two versions, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

EVIDENCE: Mapping[Language, Mapping[str, str]] = {
    "en": {"case_number": "case number", "warrant_number": "warrant number", "docket": "docket"},
    "es": {
        "case_number": "número de caso",
        "warrant_number": "número de orden judicial",
        "docket": "número de expediente judicial",
    },
}
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "try": "Try a question",
        "lede": "A trial: the same decision as for a real question, on the text alone. Values are only compared with what may be asked: "
        "no record is read, and nothing is recorded.",
        "allowed": "Version {}: it would be allowed",
        "refused": "Version {}: it would be refused",
        "shown": "Shown: {}; at most {} in a reply, and only those for which:",
        "records": "{} records",
        "record": "1 record",
        "purpose": "What it is for",
        "evidence": "With evidence",
        "no evidence": "none",
        "invented": "An invented number is put in",
        "columns": "To see",
        "column n": "Looked for by, {}",
        "how n": "How, {}",
        "value n": "Value, {}",
        "one": "Try it on this version",
        "both": "Try it on both",
        "as said": "{}",
    },
    "es": {
        "try": "Probar una pregunta",
        "lede": "Una prueba: la misma decisión que para una pregunta real, solo sobre el texto. Los valores únicamente se comparan con lo que "
        "se puede preguntar: no se lee ningún expediente y no se anota nada.",
        "allowed": "Versión {}: se permitiría",
        "refused": "Versión {}: se rechazaría",
        "shown": "Se muestra: {}; como máximo {} por respuesta, y solo aquellos para los que:",
        "records": "{} expedientes",
        "record": "1 expediente",
        "purpose": "Para qué es",
        "evidence": "Con la prueba",
        "no evidence": "ninguna",
        "invented": "Se pone un número inventado",
        "columns": "Para ver",
        "column n": "Se busca por, {}",
        "how n": "Cómo, {}",
        "value n": "Valor, {}",
        "one": "Probarla en esta versión",
        "both": "Probarla en las dos",
        "as said": "En inglés: {}",
    },
}
