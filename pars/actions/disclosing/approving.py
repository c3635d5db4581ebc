"""A second person's approval: asked for with the very question, given by somebody else of the agency or by an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_agreement
from pars.actions.disclosing.beginning import covering, lasting
from pars.actions.disclosing.deciding import OVERTAKEN, TRIES
from pars.actions.disclosing.questions import Declined, by_of, permitted_now, refuse
from pars.core.access.approvals import refuse_giver
from pars.core.access.decision import Caller, read_question
from pars.core.agreements.agreement import standing
from pars.core.ledger import drafts
from pars.core.terms import Instant, Refusal
from pars.store import approvals, governance, ledger
from pars.store.approvals import Waiting
from pars.store.connections import Retry
from pars.store.ledger import Done, Refused

if TYPE_CHECKING:
    from pars.core.access.permits import Permit
    from pars.core.access.question import Question
    from pars.core.agreements.acts import Agreement
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Acting
    from pars.store.replays import Once

__all__ = ["Waiting", "approve", "ask_approval", "requests"]

ACT = "question:approve"
NO_REQUEST = Refusal(
    code="NO_REQUEST",
    says="That entry asks for no approval under this agreement, or was approved already.",
    remedy="See which requests wait.",
    names=("/asked",),
)


def ask_approval(*, caller: Caller, asked: object, export: bool = False, once: Once | None = None) -> Done | Declined:
    """Ask for a second person's approval of a question; with `export`, of everything that it asks for as a file.

    It must be one that could be asked otherwise. Whoever approves sees it as it was asked. The entry's number is what the
    approved question then names as its `approval`.
    """
    question = read_question(asked)
    if isinstance(question, Refusal):
        return refuse(caller, question)
    question = question.approved
    for _ in range(TRIES):
        permitted = permitted_now(caller, question, how="asks")
        if isinstance(permitted, Refusal):
            return refuse(caller, permitted, question.purpose)
        try:
            done = _entered(permitted[0], question, by=by_of(caller, permitted[0]), export=export, once=once)
        except Retry:
            continue
        if isinstance(done, Refused):
            return Declined(refusal=done.refusal, entry=done.entry, leaf=done.leaf, at=done.at)
        return done
    return refuse(caller, OVERTAKEN, question.purpose)


@ledger.retried
def _entered(permit: Permit, question: Question, *, by: By, export: bool, once: Once | None) -> Done | Refused:
    with ledger.acting(by, once=once) as acting:
        covered = covering(permit, by, acting)
        refusal = covered(acting.at)
        if refusal is not None:
            return ledger.append(refusal, by=by, agency=permit.agency, purpose=permit.purpose)
        return lasting(approvals.enter(permit, question, export=export), covered)


def approve(*, agreement: str, asked: int, by: By, once: Once | None = None) -> Done | Refused:
    """Approve the question of the request of entry `asked`, as somebody else who is named under the agreement, or as an owner."""

    def rule(found: Agreement, acting: Acting) -> Draft | Refusal:
        request = approvals.request(asked)
        stands = standing(found, acting.at)
        if request is None or request.agreement != agreement or asked in approvals.kept():
            return NO_REQUEST
        if stands.state != "IN_FORCE":
            return Refusal(code=f"AGREEMENT_{stands.state}", says=f"Agreement {agreement} isn't in force. {stands.says}")
        refusal = refuse_giver(request, found, stands.version, by.person, acting.at)
        ledger.lasts(stands.until)
        ledger.lasts(request.until(stands.version))
        return refusal or drafts.approval_given(agreement=agreement, asked=asked)

    return on_agreement(ACT, agreement=agreement, by=by, rule=rule, once=once, agency=True)


def requests(*, agreement: str, by: By) -> tuple[Waiting, ...]:
    """Return the requests under an agreement that can still be approved or asked, for whoever may approve one; else none."""
    with ledger.reading() as at:
        found = governance.load_agreement(agreement)
        if found is None or not _may_see(found, by, at):
            return ()
        rule = standing(found, at).version.approval
        return approvals.waiting(agreement, Instant(at - 2 * rule.lasts)) if rule is not None else ()


def _may_see(agreement: Agreement, by: By, at: Instant) -> bool:
    if by.authority == f"agency:{agreement.agency}":
        return agreement.user(by.person, at) is not None
    grant = governance.own_grant(by)
    return grant is not None and grant.period.covers(at) and ACT in grant.role.acts
