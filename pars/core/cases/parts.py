"""Which kinds of fact a member of staff reads: those that an act of their role needs, and no other.

Interview answers never reach the charging unit; the officer's account never leaves those who charge, arraign or wrote it. What a
role may do is voted text; which facts each act needs is this table. The defense reads by an act of its own, so that a new kind of
fact isn't shown across the table until somebody puts it here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
_COURT = _BENCH | {"bail:post"}
_CUSTODY = frozenset({"release:acknowledge", "hold:lodge", "hold:lift", "detainer:receive", "detainer:decide"})
_INTERVIEW = frozenset({"interview:record"})
_DEFENSE = frozenset({"defense:read"})
_ACCOUNT = frozenset({"account:read"})
"""The owners' switch: a role of the defense whose text holds this act reads the officer's account."""
_WORKSHEET = frozenset({"worksheet:read"})

DEFENSE_READS = (
    facts.IdentityClaimed,
    facts.Arrested,
    facts.Booked,
    facts.Submitted,
    facts.ChargeDecided,
    facts.ChargeFiled,
    facts.ComplaintSigned,
    facts.Arraigned,
    facts.ReleaseOrdered,
    facts.BailPosted,
    facts.HoldLodged,
    facts.HoldLifted,
    facts.CustodyStated,
    facts.ReleaseAcknowledged,
    facts.RepresentationClaimed,
    facts.RepresentationEnded,
)
"""What counsel of record reads beside everybody else: what is filed, ordered and held, and the person's own particulars."""

READERS: Mapping[type[Fact], frozenset[str]] = {
    **dict.fromkeys(facts.FACTS, _EVERYBODY),
    **dict.fromkeys(DEFENSE_READS, _EVERYBODY | _DEFENSE),
    facts.NarrativeWritten: _POLICE | _CHARGING | _BENCH | _ACCOUNT,
    facts.Interviewed: _INTERVIEW | _BENCH | _WORKSHEET,
    facts.DetainerReceived: _CUSTODY | _BENCH | _DEFENSE,
    facts.DetainerDecided: _CUSTODY | _BENCH | _DEFENSE,
    facts.ConflictChecked: _DEFENSE,
    facts.CounselPresent: _COURT | _DEFENSE,
}
"""For each kind of fact the acts of which one is enough to read it."""

UNSAID: Mapping[type[Fact], frozenset[str]] = {facts.ChargeDecided: frozenset({"reason", "note", "why"})}
"""Of a fact that only the defense's own act shows: the words that stay the prosecutor's. What is filed needs the decision's number."""


def visible(case: Case, role: Role) -> Case:
    """Return the case with the facts that the role's acts need. Numbers stay: what isn't shown is blanked, never renumbered."""
    hidden = {kind for kind, acts in READERS.items() if not acts & role.acts}
    across = {} if role.acts & _EVERYBODY else UNSAID
    return replace(case, facts=tuple(_seen(fact, hidden, across) for fact in case.facts))


def _seen(fact: Fact, hidden: set[type[Fact]], across: Mapping[type[Fact], frozenset[str]]) -> Fact:
    if type(fact) in hidden:
        return facts.Fact(n=fact.n, entry=fact.entry, corrects=fact.corrects)
    unsaid: dict[str, Any] = dict.fromkeys(across.get(type(fact), ()))
    return replace(fact, **unsaid) if unsaid else fact
