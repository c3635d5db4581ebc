"""What the accounts in other people's cases say of a person whom a court orders away: who shares an incident is named in the other's account.

An account is its writer's: nobody takes a name out of another's words. Whoever wrote it writes it anew without the person, as a correction,
and what it said before goes with the order. Only the accounts of one incident are looked into.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pars.core.cases.facts import NarrativeWritten
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
