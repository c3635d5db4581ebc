"""Is this the same person? The other cases that may be, found and shown through the door, each beside the one at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import CaseShown, answer_staff, open_case
from pars.core.access.decision import Permit, Question, covers
from pars.core.access.floor import floor
from pars.core.cases.linking import standing_link
from pars.core.cases.parts import visible
from pars.core.cases.sameness import Compared, compare, how_found, look_for, prints_agree, prints_differ
from pars.store import disclosure, governance, ledger, rows
from pars.store.connections import Retry
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.access.role import Grant
    from pars.core.cases.case import Case
    from pars.core.cases.facts import PersonLinked
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant, Refusal
    from pars.store.disclosure import Chunk
    from pars.store.fetching import Row

ACT = "person:link"
MOST = 500
"""Rows that are looked at for one case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Another case that may be of the same person: how it was found, both side by side, what prints say, and the link that stands."""

    row: Mapping[str, Any]
    why: tuple[str, ...]
    lines: tuple[Compared, ...]
    same_prints: bool
    other_prints: bool
    link: PersonLinked | None
    linked_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The case at hand and who may be the same person as of `at`, whom prints join first. `more`: not all could be looked at."""

    shown: CaseShown
    at: Instant
    found: tuple[Candidate, ...]
    more: bool


def same_person(*, case_id: str, by: By) -> Candidates | Refused:
    """Answer which other cases may be of the person of this one, closed ones too. Opening the case enters, and so does the answer."""
    shown = open_case(case_id=case_id, by=by, act=ACT)
    if isinstance(shown, Refused):
        return shown
    wanted = look_for(shown.case)
    if wanted is None:
        return Candidates(shown=shown, at=shown.at, found=(), more=False)
    found: dict[str, Case] = {}
    cut = False

    def through(permit: Permit, question: Question) -> Chunk | Refusal:
        asked = replace(permit, filters=wanted.sought.columns)
        with ledger.reading() as now:
            grant = governance.load_grant(by.authority.removeprefix("grant:"))
        assert grant is not None, "what is permitted is permitted under a grant"
        if (refusal := covers(grant, asked.facts(0), now, floor=floor, act=ACT)) is not None:
            return refusal

        def keep(looked_at: Sequence[Row], more: bool) -> Sequence[Row]:
            nonlocal cut
            cut = more
            found.clear()
            return _alike(shown.case, looked_at, grant, found)

        given = replace(question, where=wanted.sought.as_asked)
        return disclosure.show(asked, given, by=by, act=ACT, board=True, among=wanted.keys, keep=keep)

    answer = answer_staff(by, ACT, where=(), rows_wanted=MOST, through=through)
    if isinstance(answer, Refused):
        return answer
    people = [_candidate(shown.case, found[row["record"]], row) for row in answer.rows]
    people.sort(key=lambda one: (not one.same_prints, one.other_prints, -len(one.why), one.row["record"]))
    return Candidates(shown=shown, at=answer.at, found=tuple(people), more=cut)


def _alike(case: Case, looked_at: Sequence[Row], grant: Grant, found: dict[str, Case]) -> list[Row]:
    """Return the rows of the cases that match by the facts that the role reads; note those cases."""
    with ledger.reading():
        cases = rows.load_cases(row.case_id for row in looked_at)
    for row in looked_at:
        if cases[row.case_id].version != row.version:
            raise Retry("a case changed while it was looked at")
        other = visible(cases[row.case_id], grant.role)
        if other.id != case.id and how_found(case, other):
            found[other.id] = other
    return [row for row in looked_at if row.case_id in found]


def _candidate(case: Case, other: Case, row: Mapping[str, Any]) -> Candidate:
    return Candidate(
        row=row,
        why=how_found(case, other),
        lines=compare(case, other),
        same_prints=prints_agree(case, other),
        other_prints=prints_differ(case, other),
        link=standing_link(case, other.id),
        linked_there=standing_link(other, case.id) is not None,
    )
