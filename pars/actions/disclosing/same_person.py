"""Is this the same person? The other cases that may be, found and shown through the door, each beside the one at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.searching import search
from pars.actions.disclosing.staff import CaseShown, open_case
from pars.core.cases.linking import standing_link
from pars.core.cases.sameness import Compared, compare, how_found, look_for, prints_agree, prints_differ
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.facts import PersonLinked
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant

ACT = "person:link"


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

    def keep(cases: Sequence[Case], more: bool) -> frozenset[str]:
        nonlocal cut
        cut = more
        found.clear()
        found.update({other.id: other for other in cases if other.id != shown.case.id and how_found(shown.case, other)})
        return frozenset(found)

    answer = search(by=by, act=ACT, sought=wanted.sought, keys=wanted.keys, keep=keep)
    if isinstance(answer, Refused):
        return answer
    people = [_candidate(shown.case, found[row["record"]], row) for row in answer.rows]
    people.sort(key=lambda one: (not one.same_prints, one.other_prints, -len(one.why), one.row["record"]))
    return Candidates(shown=shown, at=answer.at, found=tuple(people), more=cut)


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
