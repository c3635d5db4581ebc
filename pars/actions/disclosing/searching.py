"""One search of staff through the door: by columns of their role, among the keys of cases, and kept to what really fits.

Whom only a fact fits that the role doesn't read isn't found. What is looked at and left out is neither shown nor entered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from pars.actions.disclosing.staff import answer_staff
from pars.core.access.decision import Permit, Question, covers
from pars.core.access.floor import floor
from pars.core.cases.parts import visible
from pars.core.terms import Refusal
from pars.store import disclosure, governance, ledger, rows
from pars.store.connections import Retry
from pars.store.disclosure import Chunk

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.finding import Sought
    from pars.core.ledger.entries import By
    from pars.store.fetching import Row
    from pars.store.ledger import Refused

MOST_LOOKED_AT = 500
"""Rows that are looked at for one search."""

Keys: TypeAlias = tuple[tuple[str, ...], ...]
"""Of each part a case must have one (`finding.find_keys`)."""
Keep: TypeAlias = "Callable[[Sequence[Case], bool], frozenset[str] | Refusal]"
"""Which of the cases, as the role reads them, are the answer; the second says whether there are more than were looked at."""


def search(*, by: By, act: str, sought: Sought, keys: Keys, keep: Keep) -> Chunk | Refused:
    """Answer a search; it is entered whatever comes of it. `keep` may be asked more than once: the last time counts."""

    def through(permit: Permit, question: Question) -> Chunk | Refusal:
        asked = replace(permit, filters=sought.columns)
        with ledger.reading() as now:
            grant = governance.own_grant(by)
        assert grant is not None, "what is permitted is permitted under a grant"
        refusal = covers(grant, asked.facts(0), now, floor=floor, act=act)
        if refusal is not None:
            return refusal

        def kept(looked_at: Sequence[Row], more: bool) -> Sequence[Row] | Refusal:
            cases = [visible(case, grant.role) for case in _as_looked_at(looked_at)]
            found = keep(cases, more)
            return found if isinstance(found, Refusal) else [row for row in looked_at if row.case_id in found]

        given = replace(question, where=sought.as_asked)
        return disclosure.show(asked, given, by=by, act=act, board=True, among=keys, keep=kept)

    return answer_staff(by, act, where=(), rows_wanted=MOST_LOOKED_AT, through=through)


def _as_looked_at(looked_at: Sequence[Row]) -> list[Case]:
    """Return the cases of the rows. Raises Retry where one changed meanwhile: what fits must be what is shown."""
    with ledger.reading():
        cases = rows.load_cases(row.case_id for row in looked_at)
    if any(cases[row.case_id].version != row.version for row in looked_at):
        raise Retry("a case changed while it was looked at")
    return [cases[row.case_id] for row in looked_at]
