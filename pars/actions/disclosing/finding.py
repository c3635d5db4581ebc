"""Finding a person or a case by what was typed into one box: one question of staff, entered whatever comes of it.

It is answered from the rows and columns of the reader's role. Whom only a fact fits that the role doesn't read, isn't found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import answer_staff
from pars.core.access.decision import Permit, Question, covers
from pars.core.access.floor import floor
from pars.core.cases.finding import Match, Sought, how_sure, matches, read_sought, too_broad, variants
from pars.core.cases.parts import visible
from pars.core.terms import Instant, Refusal
from pars.store import disclosure, governance, ledger, rows
from pars.store.connections import Retry
from pars.store.disclosure import Chunk
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.access.role import Grant
    from pars.core.ledger.entries import By
    from pars.store.fetching import Row

MOST_HITS = 50
"""More people than this fit too much: one more thing is asked for, and nobody is shown."""
MOST_LOOKED_AT = 500

Hits = dict[str, tuple[Match, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A case that fits what was typed: its row, its version, and why it fits, the surest reason first."""

    row: Mapping[str, Any]
    version: int
    why: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who fits as of `at`, the surest first, with the entry that says who was shown. `tries`: what else to type where nobody fits."""

    at: Instant
    entry: int
    leaf: str
    hits: tuple[Hit, ...]
    tries: tuple[str, ...]


def find(*, by: By, sought: str, zone: str, act: str = "case:read") -> Found | Refused:
    """Answer who fits what was typed, closed cases too. Refused where it is too little, or where too many people fit."""
    with ledger.reading() as at:
        wanted = read_sought(sought, zone, at)
    if isinstance(wanted, Refusal):
        return ledger.refuse(wanted, by=by, act=act)
    why: Hits = {}

    def through(permit: Permit, question: Question) -> Chunk | Refusal:
        why.clear()
        asked = replace(permit, filters=wanted.columns)
        with ledger.reading() as now:
            grant = governance.load_grant(by.authority.removeprefix("grant:"))
        assert grant is not None, "what is permitted is permitted under a grant"
        refusal = covers(grant, asked.facts(0), now, floor=floor, act=act)
        if refusal is not None:
            return refusal
        return disclosure.show(
            asked,
            replace(question, where=wanted.as_asked),
            by=by,
            act=act,
            board=True,
            among=wanted.keys,
            keep=lambda looked_at, more: _fitting(looked_at, wanted, grant, why, more=more),
        )

    answer = answer_staff(by, act, where=(), rows_wanted=MOST_LOOKED_AT, through=through)
    if isinstance(answer, Refused):
        return answer
    assert answer.entry is not None, "a search is always entered"
    hits = [Hit(row=row, version=answer.known[row["record"]], why=why[row["record"]]) for row in answer.rows]
    hits.sort(key=lambda hit: (how_sure(hit.why), hit.row.get("display_name") or "", hit.row["record"]))
    tries = () if hits else variants(wanted)
    return Found(at=answer.at, entry=answer.entry, leaf=answer.leaf, hits=tuple(hits), tries=tries)


def _fitting(looked_at: Sequence[Row], wanted: Sought, grant: Grant, why: Hits, *, more: bool) -> Sequence[Row] | Refusal:
    """Return the rows of the cases that really fit, by the facts that the role reads; note why each does."""
    with ledger.reading():
        cases = rows.load_cases(row.case_id for row in looked_at)
    for row in looked_at:
        case = cases[row.case_id]
        if case.version != row.version:
            raise Retry("a case changed while it was looked for")
        if found := matches(visible(case, grant.role), wanted):
            why[row.case_id] = found
    if more or len(why) > MOST_HITS:
        return too_broad(wanted, MOST_HITS)
    return [row for row in looked_at if row.case_id in why]
