"""What other cases say of a person whom a court orders away: who shares an incident is named in the other's account, and the person's
own other cases say that they are linked with this one.

An account is its writer's: nobody takes a name out of another's words. Whoever wrote it writes it anew without the person, as a correction,
and what it said before goes with the order. Only the accounts of one incident are looked into. A link goes with the order by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from pars.core.cases.booking import cases_of_person
from pars.core.cases.doubts import path
from pars.core.cases.facts import Doubted, DoubtResolved, NarrativeWritten, PersonLinked
from pars.core.cases.put_away import named_in

if TYPE_CHECKING:
    from pars.core.cases.case import Case


def still_named(case: Case, others: Iterable[Case]) -> tuple[Case, ...]:
    """Return the other cases in which an account that stands names the person of this one."""
    return tuple(other for other in others if any(named_in(case, said.text, other) for said in other.current(NarrativeWritten)))


def earlier_wordings(case: Case, others: Iterable[Case]) -> dict[str, frozenset[int]]:
    """Return the accounts in other cases that named the person and were written anew since, by case and number."""
    found = {}
    for other in others:
        stands = {said.n for said in other.current(NarrativeWritten)}
        gone = {
            fact.n
            for fact in other.facts
            if isinstance(fact, NarrativeWritten) and fact.n not in stands and named_in(case, fact.text, other)
        }
        if gone:
            found[other.id] = frozenset(gone)
    return found


def links_to(case_id: str, others: Iterable[Case]) -> dict[str, frozenset[int]]:
    """Return what other cases say of being linked with this one or told apart from it, by case and number, with the doubts that it raised."""
    found = {}
    for other in others:
        links = {fact.n for fact in other.facts if isinstance(fact, PersonLinked) and fact.other_case == case_id}
        if links:
            found[other.id] = frozenset(links | _doubts_of(other, links))
    return found


def _doubts_of(case: Case, links: Collection[int]) -> set[int]:
    places = {path(case.fact(n), "person") for n in links}
    doubts = {fact.n for fact in case.facts if isinstance(fact, Doubted) and not places.isdisjoint(fact.paths)}
    return doubts | {fact.n for fact in case.facts if isinstance(fact, DoubtResolved) and fact.doubt in doubts}


def joins_others(case: Case, known: Iterable[Case]) -> bool:
    """Return whether other cases are known to be of one person through this case alone.

    A release looks at all of a person's cases (law L11): such a link must not go with the record of another.
    """
    others = [one for one in cases_of_person(case, known) if one.id != case.id]
    return bool(others) and len(cases_of_person(others[0], others)) < len(others)
