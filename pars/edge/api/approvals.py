"""A second person's approval, asked for and given before a question, and the owners' review after an emergency one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from pars.actions import breaking_glass, disclosing, refusing
from pars.core.access.decision import Caller
from pars.edge.api import answers, forms
from pars.edge.api.agreements import GOVERNED, AgreementId
from pars.edge.api.answering import QUESTIONS, CallError, declined, iso, receipt, refused, told
from pars.edge.api.asking import NOT_AN_AGENCY
from pars.edge.api.callers import by, caller, once
from pars.edge.api.cases import MAKES

if TYPE_CHECKING:
    from pars.actions.disclosing import Waiting

router = Router(tags=["questions"])
Asked = Annotated[int, Path(ge=1)]


@router.post(
    "/approvals", response={201: answers.Receipt, **answers.PROBLEMS}, summary="Ask for an approval", openapi_extra=MAKES
)
def ask_approval(request: HttpRequest, body: forms.ApprovalIn) -> HttpResponse:
    """Ask for a second person's approval of a question. The receipt's entry is what the approved question names as `approval`."""
    known = caller(request)
    if known.agency is None:
        return refused(refusing.refuse(NOT_AN_AGENCY, by=known.by), request)
    who = Caller(known.agency, known.person, known.client)
    done = disclosing.ask_approval(caller=who, asked=body.question, export=body.export, once=once(request))
    if isinstance(done, disclosing.Declined):
        raise CallError(declined(done, known.by, statuses=QUESTIONS, otherwise=403, asked={"question": body.question}))
    assert not hasattr(done, "refusal"), "a declined request is told apart above"
    return told(receipt(done), status=201)


@router.get(
    "/agreements/{agreement_id}/approvals",
    response={200: answers.ApprovalsOut, **answers.PROBLEMS},
    summary="Requests for approval",
)
def approvals(request: HttpRequest, agreement_id: AgreementId) -> HttpResponse:
    """Return the requests that whoever calls may approve or look at, the newest first; none where they may not."""
    return told({"requests": [_said(one) for one in disclosing.requests(agreement=agreement_id, by=by(request))]})


@router.post(
    "/agreements/{agreement_id}/approvals/{asked}", response=GOVERNED, summary="Approve a question", openapi_extra=MAKES
)
def approve(request: HttpRequest, agreement_id: AgreementId, asked: Asked) -> HttpResponse:
    """Approve the question of a request, as somebody else who is named under the agreement, or as an owner."""
    outcome = disclosing.approve(agreement=agreement_id, asked=asked, by=by(request), once=once(request))
    if isinstance(outcome, disclosing.Refused):
        return refused(outcome, request)
    return told({**receipt(outcome), "agreement": agreement_id})


@router.get("/emergencies", response={200: answers.EmergenciesOut, **answers.PROBLEMS}, summary="Reviews that are owed")
def emergencies(request: HttpRequest) -> HttpResponse:
    """Return the emergency answers that wait for the owners' review, the first due first; none for whoever makes none."""
    return told(
        {
            "emergencies": [
                {"answer": one.entry, "agreement": one.agreement, "person": one.person, "due": iso(one.due)}
                for one in breaking_glass.owed(by=by(request))
            ]
        }
    )


@router.post("/agreements/{agreement_id}/reviews", response=GOVERNED, summary="Review an emergency", openapi_extra=MAKES)
def review(request: HttpRequest, agreement_id: AgreementId, body: forms.ReviewIn) -> HttpResponse:
    """Record what the owners found about the answer to an emergency question."""
    outcome = breaking_glass.review(
        agreement=agreement_id, answer=body.answer, finding=body.finding, by=by(request), once=once(request)
    )
    if isinstance(outcome, disclosing.Refused):
        return refused(outcome, request)
    return told({**receipt(outcome), "agreement": agreement_id})


def _said(one: Waiting) -> dict[str, Any]:
    return {
        "asked": one.asked.entry,
        "at": iso(one.asked.at),
        "person": one.asked.person,
        "export": one.asked.export,
        "question": one.question,
        "approved_by": one.given.by if one.given is not None else None,
    }
