"""Papers: what each legal document of a case says, as plain data from the case's facts at a version.

The same version gives the same paper. A paper is written from a case in which every word that its list of fields doesn't name was
blanked (`fields.reduced`). Drawing it as a page is the edge's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.cases.papers.court import BOND, ORDER, RECEIPT, SHEET
from pars.core.cases.papers.custodian import COMMITMENT, DISCHARGE
from pars.core.cases.papers.fields import columns_of, reduced, unread
from pars.core.cases.papers.form import Body, Paper, PaperKind, Telling, plain
from pars.core.cases.papers.interview import WORKSHEET
from pars.core.cases.papers.person import NOTICE, SUBPOENA
from pars.core.cases.papers.prosecution import AFFIDAVIT, COMPLAINT
from pars.core.cases.papers.victim import VICTIM
from pars.core.terms import EPOCH, Instant, Refusal, instant

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.access.role import Role
    from pars.core.cases.case import Case

__all__ = [
    "MOST_CHARACTERS",
    "PAPERS",
    "Body",
    "Paper",
    "PaperKind",
    "columns_of",
    "kind_named",
    "offered",
    "plain",
    "refuse_reader",
    "write",
]

PAPERS: Mapping[str, PaperKind] = MappingProxyType(
    {
        kind.slug: kind
        for kind in (
            COMPLAINT, AFFIDAVIT, WORKSHEET, ORDER, SHEET, BOND, RECEIPT, COMMITMENT, DISCHARGE, NOTICE, SUBPOENA, VICTIM,
        )
    }
)  # fmt: skip
"""Every kind of paper by its name in an address, in the order in which a case comes to have them."""

MOST_CHARACTERS = 200_000
"""What a paper says at most, some eighty pages: drawing it takes about a second."""

EACH = 40
"""Characters that a paragraph, a line of a list or a cell counts beside its own: it takes as long to draw as that many."""


def kind_named(slug: str, language: str = "en") -> PaperKind | Refusal:
    """Return the kind of paper of this name, if it is written in this language."""
    kind = PAPERS.get(slug)
    if kind is None:
        return Refusal(code="NO_SUCH_PAPER", says="There is no paper of this name.", remedy=f"One of {', '.join(PAPERS)}.")
    if language not in kind.titles:
        return Refusal(
            code="NO_SUCH_LANGUAGE",
            says="This paper isn't written in that language.",
            remedy=f"One of {', '.join(kind.titles)}.",
            names=("language",),
        )
    return kind


def refuse_reader(kind: PaperKind, role: Role) -> Refusal | None:
    """Return why the role gets no such paper: something on it is not the role's to read. None where all of it is."""
    hidden = unread(kind.fields, role)
    if not hidden:
        return None
    return Refusal(
        code="NOT_YOUR_PAPER",
        says=f"Your role doesn't read everything that stands on this paper: {', '.join(hidden)}.",
        remedy="Ask a colleague whose role does.",
    )


def offered(case: Case, role: Role) -> tuple[PaperKind, ...]:
    """Return the papers that the case has now and the role may be given."""
    return tuple(kind for kind in PAPERS.values() if refuse_reader(kind, role) is None and kind.refuse(case) is None)


def write(
    case: Case,
    kind: PaperKind,
    *,
    recorded: Mapping[int, tuple[Instant, str]],
    language: Language = "en",
    version: int | None = None,
) -> Paper | Refusal:
    """Return the paper of this kind as the case was at a version (the newest where none is named), or why there is none.

    `recorded` says of each entry when it was written and by whom.
    """
    then = case if version is None else case.at_version(version)
    if then is None:
        return Refusal(code="NO_SUCH_VERSION", says="The case never was at this version.", names=("version",))
    refusal = kind.refuse(then)
    if refusal is not None:
        return refusal
    body = kind.write(reduced(then, kind.fields, filed=kind.filed), Telling(language=language, recorded=recorded))
    if _length(body) > MOST_CHARACTERS:
        return Refusal(
            code="PAPER_TOO_LONG",
            says="The paper would be longer than any that is drawn here.",
            remedy="Tell the operator the case; its account or its charges are of no usual length.",
        )
    last = max((fact.entry for fact in then.facts if fact.entry is not None), default=0)
    return Paper(
        kind=kind.slug,
        language=language,
        title=kind.titles[language],
        rule=kind.rule,
        filed=kind.filed,
        case=then.id,
        version=then.version,
        recorded=recorded[last][0] if last in recorded else instant(EPOCH),
        body=body,
    )


def _length(body: Body) -> int:
    """Return how many characters a paper says, with `EACH` more for each piece of it."""
    pieces = [text for row in body.caption for text in row]
    for part in body.parts:
        pieces += (*part.says, *part.items, *part.after)
        pieces += (text for row in (*part.rows, *part.table) for text in row)
    return sum(len(text) + EACH for text in pieces)
