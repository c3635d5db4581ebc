"""What a paper is: plain data, ready to be drawn. Nothing in it is markup, and nothing in it depends on when it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact
    from pars.core.terms import Instant, Refusal

Rows: TypeAlias = tuple[tuple[str, str], ...]
Fields: TypeAlias = Mapping["type[Fact]", frozenset[str]]
"""For each kind of fact the fields whose words a paper may print."""

BLANK = ""
"""A value to be filled in by hand: drawn as a line to write on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A numbered part: what it begins by saying, a list, labeled values, a table with its heads, what it says after them."""

    heading: str
    says: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    rows: Rows = ()
    heads: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs. `signer` is the pseudonym of who signed in PARS already; None: a line to sign by hand."""

    label: str
    signer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What one kind of paper says of a case. `sha256` is the hash of the text that was signed, where the paper prints such a text."""

    caption: Rows
    parts: tuple[Part, ...]
    signatures: tuple[Signature, ...] = ()
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A whole paper: its body, of which case at which version, and when that version was recorded."""

    kind: str
    language: Language
    title: str
    rule: str
    filed: bool
    case: str
    version: int
    recorded: Instant
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """One kind of paper.

    `slug` is its name in an address; `titles` has the languages that it is written in; `filed` says that it goes into the court's
    file, which anybody may read. `fields` are what its words may be made of: `write` gets the case with nothing else in it.
    `refuse` says why the case has no such paper yet.
    """

    slug: str
    titles: Mapping[str, str]
    rule: str
    filed: bool
    fields: Fields
    refuse: Callable[[Case], Refusal | None]
    write: Callable[[Case, Telling], Body]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a paper is told: in which language, and when each entry was recorded and by whom (a pseudonym)."""

    language: Language
    recorded: Mapping[int, tuple[Instant, str]]


def plain(paper: Paper) -> dict[str, Any]:
    """Return the paper as JSON's own values, for whoever draws it."""
    body = paper.body
    return {
        "title": paper.title,
        "language": paper.language,
        "rule": paper.rule,
        "filed": paper.filed,
        "case": paper.case,
        "version": paper.version,
        "caption": [list(row) for row in body.caption],
        "parts": [
            {
                "heading": part.heading,
                "says": list(part.says),
                "items": list(part.items),
                "rows": [list(row) for row in part.rows],
                "heads": list(part.heads),
                "table": [list(line) for line in part.table],
                "after": list(part.after),
            }
            for part in body.parts
        ],
        "signatures": [{"label": sign.label, "signer": sign.signer or BLANK} for sign in body.signatures],
        "sha256": body.sha256 or BLANK,
    }
