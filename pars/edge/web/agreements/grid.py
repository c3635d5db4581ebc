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
    from pars.core.agreements.version import Version
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


CELL: Mapping[Language, Mapping[str, Mapping[str, str]]] = {
    "en": {
        "shown": {"yes": "shown", "no": "not shown", "new": "newly shown", "gone": "no longer shown"},
        "asked": {"yes": "asked by", "no": "not asked by", "new": "newly asked by", "gone": "no longer asked by"},
        "year": {"yes": "only the year", "no": "", "new": "now only the year", "gone": "no longer only the year"},
    },
    "es": {
        "shown": {"yes": "se muestra", "no": "no se muestra", "new": "ahora se muestra", "gone": "ya no se muestra"},
        "asked": {
            "yes": "se busca por él",
            "no": "no se busca por él",
            "new": "ahora se busca por él",
            "gone": "ya no se busca por él",
        },
        "year": {"yes": "solo el año", "no": "", "new": "ahora solo el año", "gone": "ya no solo el año"},
    },
}
"""What stands in a cell of the grid that is read."""


def compared(new: Version, old: Version, at: Instant, language: Language = "en") -> list[dict[str, Any]]:
    """Return the grid of a version beside the one before it: what is, what is new, what is gone. Columns that neither names are left out."""

    def cell(column: Column) -> dict[str, Any]:
        name, said = column.name, CELL[language]
        states = {
            "shown": (name in new.scope.columns, name in old.scope.columns),
            "asked": (name in new.scope.filters, name in old.scope.filters),
            "year": (name in new.scope.masks, name in old.scope.masks),
        }
        told = {part: _told(*state) for part, state in states.items()}
        return {
            "cells": [(code, said[part][code]) for part, code in told.items()],
            "some": set(told.values()) != {"no"},
            "changed": bool({"new", "gone"} & set(told.values())),
        }

    groups = grid(cell, kind=new.agency.kind, at=at, language=language)
    for group in groups:
        group["columns"] = [column for column in group["columns"] if column["some"]]
    return [group for group in groups if group["columns"]]


def granted(version: Version, at: Instant, language: Language = "en") -> list[dict[str, Any]]:
    """Return the grid of a version alone."""
    return compared(version, version, at, language)


def _told(now: bool, before: bool) -> str:
    return {(True, True): "yes", (False, False): "no", (True, False): "new", (False, True): "gone"}[now, before]
