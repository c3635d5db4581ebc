"""The words of the page that compares two versions, and of the grid of columns, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

GRID: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "caption": "Which columns are shown, which people may be looked for by, which are reduced",
        "column": "Column",
        "shown": "Shown",
        "asked": "Asked by",
        "reduced": "Reduced",
        "law": "The law",
    },
    "es": {
        "caption": "Qué datos se muestran, por cuáles se puede buscar a las personas, cuáles se reducen",
        "column": "Dato",
        "shown": "Se muestra",
        "asked": "Se busca por él",
        "reduced": "Reducido",
        "law": "La ley",
    },
}

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Compare two versions",
        "lede": "Sentence by sentence, as the two texts run. Wider goes first.",
        "from": "Before",
        "to": "After",
        "apply": "Compare",
        "changes": "What changes",
        "added": "Added",
        "removed": "Taken away",
        "changed": "Changed",
        "nothing": "Nothing: the two say the same.",
        "only_number": "Nothing but its number.",
        "sentences": "Sentence by sentence",
        "how": "What happens to it",
        "same": "The same",
        "other": "Otherwise now",
        "gone": "Gone",
        "new": "New",
        "grid": "Columns before and after",
        "alone": "Its columns",
        "advice": "What it could allow",
        "advised": "Worked out from the texts, and confirmed by the rules that decide. It is advice: it changes no vote.",
        "left": "Columns that are neither shown nor asked by are left out.",
        "narrower": "By its form, the version after is the one before met with a restriction.",
        "wider": "By its form, the version after isn't a restriction of the one before, so it counts as wider.",
        "one": "There is only one version, so there is nothing to compare it with.",
        "version": "Version",
        "back": "The agreement",
    },
    "es": {
        "title": "Comparar dos versiones",
        "lede": "Frase por frase, tal como los dos textos se aplican. Primero lo que amplía.",
        "from": "Antes",
        "to": "Después",
        "apply": "Comparar",
        "changes": "Lo que cambia",
        "added": "Se añade",
        "removed": "Se quita",
        "changed": "Cambia",
        "nothing": "Nada: las dos dicen lo mismo.",
        "only_number": "Nada más que su número.",
        "sentences": "Frase por frase",
        "how": "Qué pasa con ella",
        "same": "Igual",
        "other": "Ahora de otro modo",
        "gone": "Desaparece",
        "new": "Nueva",
        "grid": "Los datos antes y después",
        "alone": "Sus datos",
        "advice": "Lo que podría permitir",
        "advised": "Se deduce de los textos y lo confirman las reglas que deciden. Es un consejo: no cambia ningún voto.",
        "left": "Se omiten los datos que ni se muestran ni sirven para buscar.",
        "narrower": "Por su forma, la versión posterior es la anterior con una restricción.",
        "wider": "Por su forma, la versión posterior no es una restricción de la anterior, así que cuenta como más amplia.",
        "one": "Solo hay una versión, así que no hay con qué compararla.",
        "version": "Versión",
        "back": "El acuerdo",
    },
}
