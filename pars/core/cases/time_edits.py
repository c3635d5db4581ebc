"""Edits of an arrest's time: whoever sees the case is told of each, with both times. Every legal clock starts there."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.case import Case
from pars.core.cases.facts import Arrested
from pars.core.terms import StatedTime


@dataclass(frozen=True, slots=True)
class TimeEdit:
    """An arrest whose stated time was replaced: by the fact with number `n`, recorded in `entry`. None: no time was stated."""

    n: int
    was: StatedTime | None
    now: StatedTime | None
    why: str
    entry: int | None


def arrest_time_edits(case: Case) -> tuple[TimeEdit, ...]:
    """Return every edit of an arrest's time, oldest first; also those that a later edit undid: nothing makes one unhappen."""
    found = []
    for fact in case.facts:
        if isinstance(fact, Arrested) and fact.corrects is not None:
            before = case.fact(fact.corrects)
            if isinstance(before, Arrested) and before.time != fact.time:
                found.append(TimeEdit(fact.n, before.time, fact.time, fact.why or "", fact.entry))
    return tuple(found)
