"""A question as somebody asked it: purpose, evidence, conditions, columns, order and page.

It is read strictly, and read only: whether it may be asked is for `access.decide`. A refusal names the place at fault and
never repeats the caller's words, since they may be a person's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE, Column
from pars.core.access.emergency import REASONS
from pars.core.access.limits import MOST_ROWS
from pars.core.access.predicate_json import read_where, write_predicate
from pars.core.access.purposes import EVIDENCE
from pars.core.document import ID, WORD, Misread, Node, read_value
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.predicate import Leaf

MARK = re.compile(r"[A-Za-z0-9_-]{1,4000}")
"""The form of a page's mark: it holds the values that the page was ordered by, encrypted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the caller brings to show the purpose: a case number, a warrant number or a docket."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. `sort` orders by columns, `after` is the mark that the page before ended with: opaque, made by the door.

    `approval` is the entry of the request that somebody else approved, `emergency` the reason of an emergency question,
    `on_behalf_of` the agency for which it is asked. `note` is words of the asker's own: kept with the question, and never enough.
    """

    purpose: str
    columns: tuple[str, ...]
    evidence: Evidence | None = None
    where: tuple[Leaf, ...] = ()
    sort: tuple[str, ...] = ()
    after: str | None = None
    rows: int | None = None
    approval: int | None = None
    emergency: str | None = None
    on_behalf_of: str | None = None
    note: str | None = None

    @property
    def asked_by(self) -> frozenset[str]:
        """The columns that the question compares or orders by."""
        return frozenset(leaf.column for leaf in self.where) | frozenset(self.sort)

    @property
    def approved(self) -> Question:
        """The question as a second person approves it: whichever page of it is asked, and by which approval."""
        return replace(self, after=None, approval=None)

    def text(self, catalogue: tuple[Column, ...] = CATALOGUE) -> bytes:
        """Return the canonical text, over which the ledger's commitment is made."""
        parts: dict[str, Any] = {
            "purpose": self.purpose,
            "columns": self.columns,
            "where": [write_predicate(leaf, catalogue) for leaf in self.where],
            "sort": self.sort,
        }
        if self.evidence is not None:
            parts["evidence"] = {"kind": self.evidence.kind, "value": self.evidence.value}
        if self.after is not None:
            parts["after"] = self.after
        if self.rows is not None:
            parts["rows"] = self.rows
        if self.approval is not None:
            parts["approval"] = self.approval
        if self.emergency is not None:
            parts["emergency"] = self.emergency
        if self.on_behalf_of is not None:
            parts["on_behalf_of"] = self.on_behalf_of
        if self.note is not None:
            parts["note"] = self.note
        return canonical.write(parts)


def read_question(data: Mapping[str, Any] | object, catalogue: tuple[Column, ...] = CATALOGUE) -> Question | Refusal:
    """Return the question that JSON `data` asks, or the refusal that names the field at fault."""
    names = {column.name for column in catalogue}

    def reader(node: Node) -> Question:
        parts = node.fields(
            {"purpose", "columns"},
            {"evidence", "where", "sort", "after", "rows", "approval", "emergency"} | {"on_behalf_of", "note"},
        )
        where = read_where(parts["where"].value, catalogue, parts["where"].place) if "where" in parts else ()
        if isinstance(where, Refusal):
            raise Misread(where)
        return Question(
            purpose=parts["purpose"].text(WORD),
            columns=_columns(parts["columns"], names, least=1),
            evidence=_evidence(parts["evidence"]) if "evidence" in parts else None,
            where=where,
            sort=_columns(parts["sort"], names, least=0) if "sort" in parts else (),
            after=parts["after"].text(MARK) if "after" in parts else None,
            rows=parts["rows"].whole(1, MOST_ROWS) if "rows" in parts else None,
            approval=parts["approval"].whole(1) if "approval" in parts else None,
            on_behalf_of=parts["on_behalf_of"].text(ID) if "on_behalf_of" in parts else None,
            note=parts["note"].text() if "note" in parts else None,
            emergency=parts["emergency"].one_of(REASONS, "UNKNOWN_REASON") if "emergency" in parts else None,
        )

    return read_value(data, reader, ours=False)


def _columns(node: Node, names: set[str], least: int) -> tuple[str, ...]:
    for part in node.items(least):
        if not isinstance(part.value, str) or part.value not in names:
            # Without the list of the catalogue: it is public, but long.
            raise part.wrong("UNKNOWN_COLUMN", "is no column of the catalogue.")
    return node.words(names, least=least)


def _evidence(node: Node) -> Evidence:
    parts = node.fields({"kind", "value"})
    kind = parts["kind"].one_of(EVIDENCE, "UNKNOWN_EVIDENCE")
    value = parts["value"].text(most=60)
    return Evidence(kind, value)
