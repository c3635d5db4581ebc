"""The review after an emergency question: owed to the owners at once, and what stops every answer once it is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_agreement
from pars.core.access.emergency import FINDINGS
from pars.core.ledger import drafts
from pars.core.terms import Refusal
from pars.store import governance, ledger

if TYPE_CHECKING:
    from pars.actions.beats import Done, Once, Refused
    from pars.core.access.emergency import Emergency
    from pars.core.agreements.acts import Agreement
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Acting

ACT = "emergency:review"
NO_EMERGENCY = Refusal(
    code="NO_EMERGENCY",
    says="That entry answers no emergency question under this agreement, or was reviewed already.",
    remedy="See which answers wait for a review.",
    names=("/answer",),
)
UNKNOWN_FINDING = Refusal(
    code="UNKNOWN_FINDING",
    says="A review finds an emergency justified or not.",
    remedy=" or ".join(FINDINGS),
    names=("/finding",),
)


def review(*, agreement: str, answer: int, finding: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record what the owners found about the emergency answer of entry `answer`. The reviewer acts for an owner."""

    def rule(known: Agreement, acting: Acting) -> Draft | Refusal:
        if finding not in FINDINGS:
            return UNKNOWN_FINDING
        if answer not in {one.entry for one in known.emergencies if one.owed(acting.at)}:
            return NO_EMERGENCY
        return drafts.emergency_reviewed(agreement=agreement, answer=answer, finding=finding)

    return on_agreement(ACT, agreement=agreement, by=by, rule=rule, once=once)


def owed(*, by: By, agreement: str | None = None) -> tuple[Emergency, ...]:
    """Return the emergency answers that wait for a review, the first due first, for whoever may make one; else none."""
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        if grant is None or not grant.period.covers(at) or ACT not in grant.role.acts:
            return ()
        known = [one for one in governance.load_agreements() if agreement in {None, one.id}]
        found = (one for each in known for one in each.emergencies if one.owed(at))
        return tuple(sorted(found, key=lambda one: (one.due, one.entry)))
