"""Which kinds of fact a member of staff reads: those that an act of their role needs, and no other.

Interview answers and the worksheet made of them never reach the charging unit; owners may let both sides at the hearing read them
(`worksheet:read`), no side alone [counsel]. The officer's account never leaves those who charge, arraign or wrote it. What a
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
_CHARGING = frozenset({"charge:decide", "complaint:cosign", "complaint:sign"})
_BENCH = frozenset({"hearing:hold", "release:order"})
_COURT = _BENCH | {"bail:post"}
_CUSTODY = frozenset({"release:acknowledge", "hold:lodge", "hold:lift", "detainer:receive", "detainer:decide"})
_INTERVIEW = frozenset({"interview:record"})
_DEFENSE = frozenset({"defense:read"})
_ACCOUNT = frozenset({"account:read"})
"""The owners' switch: a role of the defense whose text holds this act reads the officer's account."""
_CONSULAR = frozenset({"consular:record"})
"""Nationality is read by who must inform a consulate, and by nobody else: no other act shows it (Vienna Convention, article 36(1)(b))."""
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
    facts.InterpreterStated,
    facts.DirectlyCharged,
    facts.SentToJuvenile,
    facts.RepresentationClaimed,
    facts.RepresentationEnded,
    facts.CaseCalled,
    facts.CasePassed,
    facts.DocketGiven,
    facts.OrderServed,
    facts.AccessLimited,
)
"""What counsel of record reads beside everybody else: what is filed, ordered and held, and the person's own particulars."""

TOLD = (
    facts.Interviewed,
    facts.InterviewAnswered,
    facts.AnswerVerified,
    facts.WorksheetSigned,
    facts.WorksheetFactor,
)
"""What an interview came to, as the worksheet's paper prints it: the owners' switch `worksheet:read` shows it."""

READERS: Mapping[type[Fact], frozenset[str]] = {
    **dict.fromkeys(facts.FACTS, _EVERYBODY),
    **dict.fromkeys(DEFENSE_READS, _EVERYBODY | _DEFENSE),
    facts.NarrativeWritten: _POLICE | _CHARGING | _BENCH | _ACCOUNT,
    **dict.fromkeys(TOLD, _INTERVIEW | _BENCH | _WORKSHEET),
    facts.InterviewBegun: _INTERVIEW | _BENCH,
    facts.InterviewPostponed: _INTERVIEW | _BENCH,
    facts.InterviewNoted: _INTERVIEW,
    facts.ReferenceNamed: _INTERVIEW,
    facts.DetainerReceived: _CUSTODY | _BENCH | _DEFENSE,
    facts.DetainerDecided: _CUSTODY | _BENCH | _DEFENSE,
    facts.PropertyRecorded: _POLICE | _CUSTODY,
    facts.MedicalHandedOver: _POLICE | _CUSTODY,
    facts.ImageReferenced: _POLICE | _CUSTODY | _BENCH,
    facts.CompetencyRaised: _POLICE | _CUSTODY | _INTERVIEW | _BENCH | _DEFENSE,
    facts.ConsularNoted: _CONSULAR,
    facts.ConflictChecked: _DEFENSE,
    facts.CounselPresent: _COURT | _DEFENSE,
    facts.PositionStated: _COURT | _DEFENSE | {"case:call"},
}
"""For each kind of fact the acts of which one is enough to read it."""

UNSAID: Mapping[type[Fact], frozenset[str]] = {facts.ChargeDecided: frozenset({"reason", "note", "why"})}
"""Of a fact that only the defense's own act shows: the words that stay the prosecutor's. What is filed needs the decision's number."""


NEVER_CHARGING = frozenset({*TOLD, facts.InterviewBegun, facts.InterviewPostponed, facts.InterviewNoted, facts.ReferenceNamed})
"""What nobody reads whose role decides or signs charges, whatever else it allows: what a person tells of themselves charges nobody.

Where the bench itself decides charges, it reads it as the bench.
"""


def reads(role: Role, kind: type[Fact]) -> bool:
    """Return whether a role's holder reads facts of a kind."""
    # INVARIANT: no other act of a role lifts this, so that a text of the owners can't hand interviews to who charges.
    if kind in NEVER_CHARGING and role.acts & _CHARGING and not role.acts & _BENCH:
        return False
    return bool(READERS[kind] & role.acts)


def visible(case: Case, role: Role) -> Case:
    """Return the case with the facts that the role's acts need. Numbers stay: what isn't shown is blanked, never renumbered."""
    hidden = {kind for kind in READERS if not reads(role, kind)}
    across = {} if role.acts & _EVERYBODY else UNSAID
    return replace(case, facts=tuple(_seen(fact, hidden, across) for fact in case.facts))


def unread(case: Case, fact: Fact) -> bool:
    """Return whether a fact of a case, as `visible` gives it, tells its reader nothing: what is blanked, and a decision that filed nothing
    of a charge that only the police and the prosecutor know of.
    """
    if isinstance(fact, facts.ChargeDecided) and fact.filed is None and fact.proposed is not None:
        return type(case.fact(fact.proposed)) is facts.Fact
    return type(fact) is facts.Fact


def acts_read(case: Case, after: int) -> int:
    """Return how many acts recorded something that a reader may read, of the facts after a number; the case is as `visible` gives it."""
    return len({fact.entry for fact in case.facts[after:] if not unread(case, fact)})


def _seen(fact: Fact, hidden: set[type[Fact]], across: Mapping[type[Fact], frozenset[str]]) -> Fact:
    if type(fact) in hidden:
        return facts.Fact(n=fact.n, entry=fact.entry, corrects=fact.corrects)
    unsaid: dict[str, Any] = dict.fromkeys(across.get(type(fact), ()))
    return replace(fact, **unsaid) if unsaid else fact
