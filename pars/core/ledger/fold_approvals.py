"""The part of the fold that reads requests for a second person's approval, approvals, and reviews of emergency answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.approvals import Approval, AskedApproval, refuse_giver
from pars.core.access.decision import covers
from pars.core.access.emergency import FINDINGS
from pars.core.access.floor import floor
from pars.core.agreements.standing import standing
from pars.core.ledger import fold_answers
from pars.core.ledger.fold_dealings import check_named
from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.entries import Entry
    from pars.core.ledger.state import Step


def asked_in(entry: Entry) -> AskedApproval:
    """Return the request that an entry is."""
    detail = entry.detail
    return AskedApproval(
        entry=entry.id,
        at=entry.at,
        agreement=entry.by.authority.removeprefix("agreement:"),
        person=entry.by.person,
        version=detail["version"],
        purpose=detail["purpose"],
        columns=frozenset(detail["columns"]),
        filters=frozenset(detail["filters"]),
        question=detail["question"],
        export=detail.get("export") == 1,
    )


def asked(step: Step) -> None:
    """A named person asks for an approval of a question that could be asked otherwise."""
    agreement, facts = fold_answers.beginning(step, how="asks")
    fold_answers.covered(covers(agreement, facts, step.entry.at, floor=floor))
    step.state.asked[step.entry.id] = asked_in(step.entry)


def given(step: Step) -> None:
    """Somebody else, named under the agreement or of its owners, approves it in time, once."""
    detail, at = step.entry.detail, step.entry.at
    check_named(step)
    request = step.state.asked.get(detail["asked"])
    if request is None or request.entry in step.state.approvals:
        raise Impossible("NO_REQUEST", "it approves no request for approval, or one that was approved already")
    agreement = step.agreement(detail["agreement"])
    stands = standing(agreement, at)
    if stands.state != "IN_FORCE":
        raise Impossible(f"AGREEMENT_{stands.state}", f"it was approved while the agreement wasn't in force: {stands.says}")
    refusal = refuse_giver(request, agreement, stands.version, step.entry.by.person, at)
    if refusal is not None:
        raise Impossible(refusal.code, f"it could not be approved: {refusal.says}")
    step.state.approvals[request.entry] = Approval(asked=request, by=step.entry.by.person, entry=step.entry.id, at=at)


def reviewed(step: Step) -> None:
    """The owners reviewed an emergency answer, once."""
    detail = step.entry.detail
    agreement = step.state.agreements.get(detail["agreement"])
    found = {one.entry: one for one in agreement.emergencies} if agreement is not None else {}
    if agreement is None or detail["answer"] not in found or found[detail["answer"]].reviewed is not None:
        raise Impossible("NO_EMERGENCY", "it reviews no emergency answer of this agreement, or one that was reviewed already")
    if detail["finding"] not in FINDINGS:
        raise Impossible("UNKNOWN_FINDING", "a review finds an emergency justified or not")
    found[detail["answer"]] = replace(found[detail["answer"]], reviewed=step.entry.at)
    step.state.agreements[agreement.id] = replace(agreement, emergencies=tuple(found.values()))
