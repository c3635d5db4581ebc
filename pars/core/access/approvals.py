"""A second person's approval: of a sweep, which names nobody and could show more than a few records, and of an export.

The version says from how many records on, for how long, and whether every export needs one. Somebody else who is named under the
agreement, or an owner, approves the very question, whose commitment the request holds; the answers that rest on it say so. The same rule
is asked by the gate and by whoever verifies the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.access.emergency import waives
from pars.core.access.limits import MOST_ROWS
from pars.core.terms import MINUTE, Instant, Refusal

if TYPE_CHECKING:
    from pars.core.access.permits import Facts
    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.core.document import Node

How: TypeAlias = Literal["once", "more", "stream", "export", "asks"]
"""How a question is asked: for one answer, for a further page, as a stream, as an export; or it only asks for its approval."""

LONGEST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """When a version asks for a second person: beyond `over_rows` records of nobody by name, and with `exports` for each export.

    A request can be approved for `minutes`, and what was approved can be asked for as long.
    """

    over_rows: int
    minutes: int
    exports: bool

    @property
    def lasts(self) -> int:
        """How long a request, and an approval, is good (µs)."""
        return self.minutes * MINUTE

    def needed(self, *, how: How, named: bool, rows: int) -> bool:
        """Return whether a question that could show so many records needs a second person."""
        sweep = not named and (rows > self.over_rows or how in {"more", "stream", "export"})
        return how != "asks" and (sweep or (how == "export" and self.exports))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedApproval:
    """A request for approval, as its entry states it. `question` is the commitment to the question without page and approval."""

    entry: int
    at: Instant
    agreement: str
    person: str
    version: str
    purpose: str
    columns: frozenset[str]
    filters: frozenset[str]
    question: str
    export: bool

    def until(self, version: Version) -> Instant:
        """Return when it can't be approved any more."""
        return Instant(self.at + (version.approval.lasts if version.approval is not None else 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request that somebody else approved."""

    asked: AskedApproval
    by: str
    entry: int
    at: Instant

    def until(self, version: Version) -> Instant:
        """Return when it can't be relied on any more."""
        return Instant(self.at + (version.approval.lasts if version.approval is not None else 0))


def read_approval(node: Node) -> ApprovalRule:
    """Return the rule that a version's text states."""
    parts = node.fields({"over_rows", "minutes"}, {"exports"})
    return ApprovalRule(
        over_rows=parts["over_rows"].whole(0, MOST_ROWS),
        minutes=parts["minutes"].whole(1, LONGEST_MINUTES),
        exports="exports" in parts and parts["exports"].one_of({"all"}) == "all",
    )


def narrower(new: ApprovalRule | None, old: ApprovalRule | None) -> bool:
    """Return whether the new rule demands at least what the old one did."""
    if old is None:
        return True
    return (
        new is not None and new.over_rows <= old.over_rows and new.minutes <= old.minutes and (new.exports or not old.exports)
    )


def refuse_answer(version: Version, facts: Facts, at: Instant) -> Refusal | None:
    """Return why a question isn't approved as its version demands; None where it is, and where it needn't be."""
    rule, approval = version.approval, facts.approval
    if facts.how == "asks" and rule is None:
        return _no("NO_APPROVAL", "This agreement asks for no second person.", "Ask the question itself.")
    if approval is None:
        waived = waives(version, facts.emergency, "approval")
        if rule is None or waived or not rule.needed(how=facts.how, named=facts.named, rows=facts.rows):
            return None
        return _no(
            "APPROVAL_NEEDED",
            f"Without a person's name or number, more than {rule.over_rows} records, further pages, streams and exports need a second "
            "person's approval" + (", and so does every export." if rule.exports else "."),
            "Name a person, ask for fewer records, or ask for an approval and name its entry.",
        )
    asked = approval.asked
    same = (asked.agreement, asked.person, asked.version, asked.purpose, asked.filters)
    if (
        same != (version.agreement, facts.person, facts.version, facts.purpose, facts.filters)
        or not facts.columns <= asked.columns
        or (facts.how == "export" and not asked.export)
    ):
        return OTHER_QUESTION
    if not approval.at <= at < approval.until(version):
        return _no("APPROVAL_OVER", "The time in which the approved question could be asked is over.", "Ask for approval anew.")
    return None


def refuse_giver(asked: AskedApproval, agreement: Agreement, version: Version, person: str, at: Instant) -> Refusal | None:
    """Return why this person can't approve the request now. `version` is the one in force."""
    if asked.agreement != agreement.id or asked.version != version.hash or version.approval is None:
        return _no("REQUEST_OVER", "The request is of another agreement, or of a version that isn't in force.", "Ask anew.")
    if asked.person == person:
        return _no("SAME_PERSON", "Nobody approves a question of their own.", "Let a colleague or an owner look at it.")
    if not asked.at <= at < asked.until(version):
        return _no("REQUEST_OVER", "The time in which the request could be approved is over.", "Ask anew.")
    return None


def _no(code: str, says: str, remedy: str = "") -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=("/approval",))


OTHER_QUESTION = _no(
    "OTHER_QUESTION", "What was approved is another question.", "Ask exactly what was approved, or ask for approval anew."
)
"""Also said of a request that isn't there or is somebody else's: which, nobody is told."""
NOT_APPROVED = _no("NOT_APPROVED", "Nobody has approved this question yet.", "Wait for a colleague or an owner to approve it.")
