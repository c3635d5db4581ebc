"""Wrong versions: what a case said wrongly, from which version to which, and so who was shown it (18 Pa.C.S. § 9114; law L10).

A mistake is known by the act that put it right: a correction by hand or by a feed, a link that was undone, somebody who turned out to be a
child. Who was shown a version is read from the ledger's entries. Agencies, and whoever holds a paper, are told by a person within the
rule's days [counsel]; a desk is told by PARS itself, when its people look again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from pars.core.access.catalogue import COLUMNS
from pars.core.access.floor import ZONE
from pars.core.access.role import Role
from pars.core.cases.age import age
from pars.core.cases.board import now_row
from pars.core.cases.booking import CORRECTABLE
from pars.core.cases.case import Case, Change, Detail
from pars.core.cases.clock_rules import rule_from
from pars.core.cases.facts import DoubtResolved, Fact, IdentityVerified, PersonLinked
from pars.core.cases.identity import link_counts
from pars.core.cases.limits import WORDS, Limit
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime, moment

Reason = Literal["CORRECTED", "UNLINKED", "CHILD"]
REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        "CORRECTED": "a fact was corrected",
        "UNLINKED": "a link to another case was undone",
        "CHILD": "the person is a child, and stood among adults",
    }
)
HOW: Mapping[str, str] = MappingProxyType(
    {"LETTER": "by letter", "MESSAGE": "by secure message", "CALL": "by telephone", "HAND": "by hand, the paper replaced"}
)
"""How a recipient was told."""
WRONG = (*CORRECTABLE, IdentityVerified)
"""The kinds of fact that were wrong where another takes their place. What somebody decides anew was not wrong before."""
CODE = "CORRECTION_TOLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What was wrong in the versions from `first` up to `right`, which put it right by entry `entry`.

    `about` is the first fact that put it right, `columns` what the row said otherwise before: a mistake that stands in no column
    reached no agency.
    """

    about: int
    reasons: tuple[Reason, ...]
    first: int
    right: int
    entry: int
    columns: frozenset[str]

    def shown_in(self, version: int) -> bool:
        """Return whether a version says it wrongly."""
        return self.first <= version < self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One entry that says that a version of the case was shown: to an agency under an agreement, or to a desk, on a paper or not."""

    entry: int
    at: Instant
    version: int
    columns: frozenset[str]
    agency: str | None = None
    agreement: str | None = None
    desk: str | None = None
    paper: str | None = None

    @property
    def recipient(self) -> str:
        """Return who got it, as the ledger calls them: `agency:sheriff`, `paper:order`, `desk:court_clerk`."""
        if self.agency is not None:
            return f"agency:{self.agency}"
        return f"paper:{self.paper}" if self.paper is not None else f"desk:{self.desk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An act that told a recipient of a mistake, or recorded that they acknowledged it."""

    about: int
    recipient: str
    how: str
    acknowledged: bool
    entry: int
    at: Instant
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who got a wrong version: how often and when last, by which entries, and whether they were told.

    `owed` is False for a desk, which PARS tells itself.
    """

    code: str
    agreements: tuple[str, ...]
    entries: tuple[int, ...]
    last: Instant
    told: tuple[Telling, ...]
    owed: bool

    @property
    def acknowledged(self) -> bool:
        """Return whether they said that they know."""
        return any(telling.acknowledged for telling in self.told)


# ---------------------------------------------------------------- what was wrong


def mistakes(case: Case) -> tuple[Mistake, ...]:
    """Return every mistake that was put right, in the order in which it was: one for each act, whatever it put right."""
    acts: dict[int, list[Fact]] = {}
    for fact in case.facts:
        if fact.entry is not None:
            acts.setdefault(fact.entry, []).append(fact)
    versions = {entry: place for place, entry in enumerate(sorted(acts), 1)}
    found = []
    for entry, right in versions.items():
        parts = [part for fact in acts[entry] for part in _put_right(case, fact, versions)]
        if right > 1 and any(map(_may_settle_age, acts[entry])) and _turned_out_a_child(case, right):
            parts.append(("CHILD", acts[entry][0], 1))
        if parts:
            found.append(_mistake(case, right, entry, parts))
    return tuple(found)


Part: TypeAlias = tuple[Reason, Fact, int]
"""What a fact put right, with the first version that said it wrongly."""


def _put_right(case: Case, fact: Fact, versions: Mapping[int, int]) -> list[Part]:
    if isinstance(fact, WRONG) and fact.corrects is not None:
        before = case.fact(fact.corrects)
        return [("CORRECTED", fact, versions.get(before.entry or 0, 1))] if _said(before) != _said(fact) else []
    if isinstance(fact, PersonLinked) and not fact.linked:
        earlier = case.facts[: fact.n - 1]
        joined = [one for one in earlier if isinstance(one, PersonLinked) and one.other_case == fact.other_case]
        if joined and link_counts(joined[-1]):
            return [("UNLINKED", fact, versions.get(joined[-1].entry or 0, 1))]
    return []


def _may_settle_age(fact: Fact) -> bool:
    """Return whether a fact can change what is known of the age after the booking: few do, and looking at each version takes long."""
    return isinstance(fact, DoubtResolved | IdentityVerified) or (isinstance(fact, WRONG) and fact.corrects is not None)


def _turned_out_a_child(case: Case, version: int) -> bool:
    before, after = case.at_version(version - 1), case.at_version(version)
    if before is None or after is None:
        return False
    return age(after).adult is False and age(before).adult is not False


def _said(fact: Fact) -> Fact:
    return replace(fact, n=0, entry=None, corrects=None, why=None, document=None)


def _mistake(case: Case, right: int, entry: int, parts: list[Part]) -> Mistake:
    reasons = tuple(reason for reason in REASONS if any(reason == one for one, _, _ in parts))
    return Mistake(
        about=min(fact.n for _, fact, _ in parts),
        reasons=reasons,
        first=min(first for _, _, first in parts),
        right=right,
        entry=entry,
        columns=frozenset(COLUMNS) if "CHILD" in reasons else _differing(case, right),
    )


def _differing(case: Case, right: int) -> frozenset[str]:
    """Return the columns whose value the act changed."""
    before, after = case.at_version(right - 1), case.at_version(right)
    if before is None or after is None:
        return frozenset(COLUMNS)  # it can't be told which: then each may have been
    was, now = now_row(before), now_row(after)
    return frozenset(name for name in COLUMNS if name != "record" and was[name] != now[name])


# ---------------------------------------------------------------- who got it


def recipients(mistake: Mistake, showings: Iterable[Showing], told: Iterable[Telling] = ()) -> tuple[Recipient, ...]:
    """Return who got a wrong version: agencies first, then papers, then desks. An agency got it if it got, or asked by, such a column."""
    got: dict[str, list[Showing]] = {}
    for showing in showings:
        if mistake.shown_in(showing.version) and _reached(mistake, showing):
            got.setdefault(showing.recipient, []).append(showing)
    mine = [telling for telling in told if telling.about == mistake.about]
    found = [
        Recipient(
            code=code,
            agreements=tuple(sorted({one.agreement for one in given if one.agreement is not None})),
            entries=tuple(sorted(one.entry for one in given)),
            last=max(one.at for one in given),
            told=tuple(telling for telling in mine if telling.recipient == code),
            owed=not code.startswith("desk:"),
        )
        for code, given in got.items()
    ]
    order = ("agency", "paper", "desk")
    return tuple(sorted(found, key=lambda one: (order.index(one.code.partition(":")[0]), one.code)))


def _reached(mistake: Mistake, showing: Showing) -> bool:
    if showing.agency is not None:
        return bool(showing.columns & mistake.columns)
    # A paper may print what no column says; a desk that opened the case read all of it.
    return showing.paper is None or not mistake.columns or bool(showing.columns & mistake.columns)


def readable(found: Iterable[Recipient], role: Role) -> tuple[Recipient, ...]:
    """Return those that a role may be shown: who reads the ledger sees every desk, anybody else no desk but their own.

    INVARIANT: nobody who works a case learns from here which other desk, and so which other side, looked at it.
    """
    everybody = "ledger:read" in role.acts
    return tuple(one for one in found if one.owed or everybody or one.code == f"desk:{role.name}")


# ---------------------------------------------------------------- telling them


def told_by(put_right: Instant) -> tuple[Instant, str]:
    """Return until when each recipient must have been told of a mistake put right at that instant, and by which law."""
    start = StatedTime(moment(put_right, ZONE).isoformat(), ZONE)
    rule = rule_from(CODE, start)
    return rule.due(start), rule.citation


def telling_limit(mistake: Mistake, put_right: Instant, got: Iterable[Recipient]) -> Limit | None:
    """Return the limit until which they are told; None where nobody need be, or everybody was in time."""
    owed = [one for one in got if one.owed]
    due, citation = told_by(put_right)
    last = max((one.told[0].at for one in owed if one.told), default=put_right)
    untold = any(not one.told for one in owed)
    if not untold and last < due:
        return None
    says = WORDS[CODE]
    return Limit(code=CODE, about=mistake.about, due=due, owed_by="police", says=says, citation=citation, open=untold)


def tell_recipient(
    case: Case | None, about: int, recipient: str, *, how: str, acknowledged: bool, got: Iterable[Recipient]
) -> Change | Refusal:
    """Record that a recipient was told of a mistake, or that they acknowledged it. The case stays as it is."""
    found = next((one for one in got if one.code == recipient), None)
    if case is None or found is None:
        return Refusal(
            code="NO_SUCH_RECIPIENT",
            says="Nobody of that name got a wrong version by this correction.",
            remedy="Take one from the list of who got it.",
            names=("recipient",),
        )
    if not found.owed:
        return Refusal(
            code="TOLD_BY_PARS",
            says="A desk is told by PARS itself when its people look at the case again.",
            names=("recipient",),
        )
    if how not in HOW:
        return Refusal(
            code="HOW_NEEDED", says="It isn't said how they were told.", remedy=f"One of {', '.join(HOW)}.", names=("how",)
        )
    if found.told and (found.acknowledged or not acknowledged):
        return Refusal(
            code="ALREADY_TOLD", says="That is recorded already.", remedy="Look at the list again.", names=("recipient",)
        )
    detail: Detail = {"about": about, "recipient": recipient, "how": how, "acknowledged": int(acknowledged)}
    return Change(kind=Kind.RECIPIENT_TOLD, case=case, facts=(), detail=detail)
