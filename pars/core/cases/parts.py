"""Which kinds of fact a member of staff reads: those that an act of their role needs, and no other.

Interview answers never reach the charging unit; the officer's account never leaves those who charge, arraign or wrote it. What a
role may do is voted text; which facts each act needs is this table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.cases import facts
from pars.core.cases.case import Case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.role import Role
    from pars.core.cases.facts import Fact

_EVERYBODY = frozenset({"case:read"})
_POLICE = frozenset({"case:book", "case:submit", "case:correct"})
_CHARGING = frozenset({"charge:decide", "complaint:sign"})
_BENCH = frozenset({"hearing:hold", "release:order"})
_CUSTODY = frozenset({"release:acknowledge", "hold:lodge", "hold:lift", "detainer:receive", "detainer:decide"})
_INTERVIEW = frozenset({"interview:record"})

READERS: Mapping[type[Fact], frozenset[str]] = {
    **dict.fromkeys(facts.FACTS, _EVERYBODY),
    facts.NarrativeWritten: _POLICE | _CHARGING | _BENCH,
    facts.Interviewed: _INTERVIEW | _BENCH,
    facts.DetainerReceived: _CUSTODY | _BENCH,
    facts.DetainerDecided: _CUSTODY | _BENCH,
}
"""For each kind of fact the acts of which one is enough to read it."""


def visible(case: Case, role: Role) -> Case:
    """Return the case with the facts that the role's acts need. Numbers stay: what isn't shown is blanked, never renumbered."""
    hidden = {kind for kind, acts in READERS.items() if not acts & role.acts}
    return replace(case, facts=tuple(_blank(fact) if type(fact) in hidden else fact for fact in case.facts))


def _blank(fact: Fact) -> Fact:
    return facts.Fact(n=fact.n, entry=fact.entry, corrects=fact.corrects)
