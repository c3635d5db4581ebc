"""Columns as a grid, grouped by data class: what is shown, asked by and reduced, who owns it, and what the law says of it.

The same grid is filled in by whoever drafts, and read by voters, the agency and the public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.explain import LABELS
from pars.core.access.floor import floor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pars.core.access.catalogue import Column
    from pars.core.access.explain import Language
    from pars.core.access.version import Version
    from pars.core.terms import Instant

CLASSES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "handle": "Handle",
        "identity": "Identity",
        "particulars": "Particulars taken at booking",
        "chri": "Arrest and charges",
        "investigative": "Of an investigation",
        "court": "Court",
    },
    "es": {
        "handle": "Identificador",
        "identity": "Identidad",
        "particulars": "Datos tomados al fichar",
        "chri": "Arresto y cargos",
        "investigative": "De una investigación",
        "court": "Tribunal",
    },
}
LAW: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "closed": "The law lets it out to no agency of this kind.",
        "named": "The law lets it out only on a question that names a person.",
        "not_asked_by": "The law lets nobody pick people by it.",
    },
    "es": {
        "closed": "La ley no permite mostrarlo a ninguna agencia de esta clase.",
        "named": "La ley solo permite mostrarlo si la pregunta nombra a una persona.",
        "not_asked_by": "La ley no permite que nadie elija personas por este dato.",
    },
}
"""What the floor does to a column, whatever an agreement says."""


def grid(
    cell: Callable[[Column], Mapping[str, Any]], *, kind: str, at: Instant, language: Language = "en"
) -> list[dict[str, Any]]:
    """Return the catalogue's columns in groups, each with what `cell` says of it and with the law for that kind of recipient."""
    ever, plainly = floor(kind, at, named=True), floor(kind, at)
    groups: dict[str, list[dict[str, Any]]] = {}
    for column in CATALOGUE:
        name = column.name
        notes = []
        if name not in ever.columns:
            notes.append("closed")
        elif name not in plainly.columns:
            notes.append("named")
        if name in ever.columns and column.filterable and name not in ever.filters:
            notes.append("not_asked_by")
        words = LABELS[language][name]
        groups.setdefault(column.data_class, []).append(
            {
                "name": name,
                "says": words,
                "owner": column.owner,
                "law": column.law,
                "notes": [LAW[language][note] for note in notes],
                "filterable": column.filterable,
                "masks": column.masks,
                **cell(column),
            }
        )
    return [{"class": code, "says": CLASSES[language][code], "columns": columns} for code, columns in groups.items()]


def granted(version: Version, at: Instant, language: Language = "en") -> list[dict[str, Any]]:
    """Return the grid of a version: what it shows, lets ask by and reduces."""
    scope = version.scope

    def cell(column: Column) -> dict[str, Any]:
        return {
            "shown": column.name in scope.columns,
            "asked": column.name in scope.filters,
            "year": scope.masks.get(column.name) == "year",
        }

    return grid(cell, kind=version.agency.kind, at=at, language=language)
