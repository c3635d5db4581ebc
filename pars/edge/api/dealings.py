"""`/v1/agreements/{id}/…`: what passes between an agency and the owners while an agreement runs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pars.actions import dealing
from pars.edge.api import forms
from pars.edge.api.agreements import GOVERNED, AgreementId, governed
from pars.edge.api.callers import by, once
from pars.edge.api.cases import MAKES

router = Router(tags=["agreements"])


@router.post("/agreements/{agreement_id}/duties", response=GOVERNED, summary="Meet a duty", openapi_extra=MAKES)
def meet_duty(request: HttpRequest, agreement_id: AgreementId, body: forms.DutyMetIn) -> HttpResponse:
    """Record that what a duty of the version that governs asks for was done. What it suspended is answered again."""
    outcome = dealing.meet_duty(
        agreement=agreement_id,
        version=body.version,
        duty=body.duty,
        due=forms.instant_of(body.due),
        shown=body.shown,
        by=by(request),
        once=once(request),
    )
    return governed(outcome, request, agreement_id)


@router.post(
    "/agreements/{agreement_id}/acknowledgements", response=GOVERNED, summary="Acknowledge a version", openapi_extra=MAKES
)
def acknowledge(request: HttpRequest, agreement_id: AgreementId, body: forms.AcknowledgeIn) -> HttpResponse:
    """Acknowledge what a version says, as the person who is named under it: each for themselves, each version anew."""
    outcome = dealing.acknowledge(agreement=agreement_id, version=body.version, by=by(request), once=once(request))
    return governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/inquiries", response=GOVERNED, summary="Ask the agency", openapi_extra=MAKES)
def inquire(request: HttpRequest, agreement_id: AgreementId, body: forms.InquiryIn) -> HttpResponse:
    """Ask the agency something as an owner, to be answered by `due`. The receipt's entry is the inquiry's number."""
    outcome = dealing.inquire(
        agreement=agreement_id, text=body.text, due=forms.instant_of(body.due), by=by(request), once=once(request)
    )
    return governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/answers", response=GOVERNED, summary="Answer an inquiry", openapi_extra=MAKES)
def answer(request: HttpRequest, agreement_id: AgreementId, body: forms.AnswerIn) -> HttpResponse:
    """Record the agency's answer to an inquiry, once; in time or late, it stands on the ballot and in the public notice."""
    outcome = dealing.answer(agreement=agreement_id, inquiry=body.inquiry, text=body.text, by=by(request), once=once(request))
    return governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/outcomes", response=GOVERNED, summary="Report an outcome", openapi_extra=MAKES)
def report_outcome(request: HttpRequest, agreement_id: AgreementId, body: forms.OutcomeIn) -> HttpResponse:
    """Report what came of an answer, by its receipt's entry. That the record cleared somebody is an outcome."""
    outcome = dealing.report_outcome(
        agreement=agreement_id, receipt=body.receipt, outcome=body.outcome, by=by(request), once=once(request)
    )
    return governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/replies", response=GOVERNED, summary="Reply to a use report", openapi_extra=MAKES)
def reply(request: HttpRequest, agreement_id: AgreementId, body: forms.ReplyIn) -> HttpResponse:
    """Record the agency's reply to a use report."""
    outcome = dealing.reply(agreement=agreement_id, report=body.report, text=body.text, by=by(request), once=once(request))
    return governed(outcome, request, agreement_id)
