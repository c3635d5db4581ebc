"""Finding a person or a case by what was typed into one box: one question of staff, entered whatever comes of it.

It is answered from the rows and columns of the reader's role. Whom only a fact fits that the role doesn't read, isn't found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.searching import search
from pars.core.cases.finding import Match, how_sure, matches, read_sought, too_broad, variants
from pars.core.terms import Instant, Refusal
from pars.store import ledger
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.ledger.entries import By

MOST_HITS = 50
"""More people than this fit too much: one more thing is asked for, and nobody is shown."""

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

    def keep(cases: Sequence[Case], more: bool) -> frozenset[str] | Refusal:
        why.clear()
        why.update({case.id: found for case in cases if (found := matches(case, wanted))})
        return too_broad(wanted, MOST_HITS) if more or len(why) > MOST_HITS else frozenset(why)

    answer = search(by=by, act=act, sought=wanted, keys=wanted.keys, keep=keep)
    if isinstance(answer, Refused):
        return answer
    assert answer.entry is not None, "a search is always entered"
    hits = [Hit(row=row, version=answer.known[row["record"]], why=why[row["record"]]) for row in answer.rows]
    hits.sort(key=lambda hit: (how_sure(hit.why), hit.row.get("display_name") or "", hit.row["record"]))
    tries = () if hits else variants(wanted)
    return Found(at=answer.at, entry=answer.entry, leaf=answer.leaf, hits=tuple(hits), tries=tries)
