"""`/v1/cases/{id}/interview` and `/worksheet`: pretrial services' verbs. Who decides charges reads nothing of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from pars.actions import disclosing, interviewing, refusing
from pars.core.cases.guidelines import Guideline
from pars.core.cases.worksheet import work_out
from pars.core.cases.worksheet_signing import Choice, refuse_choice, worksheet_text
from pars.core.terms import Refusal
from pars.edge.api import answers, pretrial_forms, schemas
from pars.edge.api.answering import refused, written
from pars.edge.api.callers import by, once, seen
from pars.edge.api.cases import CHANGES, DONE, MAKES, CaseId, router, unsigned
from pars.edge.api.opened import paper_of

if TYPE_CHECKING:
    from pars.actions.refusing import Refused

__all__ = ["router"]  # the verbs' own: two routers can't share an address

NO_GUIDELINE = Refusal(code="NO_GUIDELINE", says="No guideline is in force, so there is nothing to work out.")


@router.post(
    "/cases/{case_id}/interview/beginning", response=DONE, summary="Begin the pretrial interview", openapi_extra=CHANGES
)
def begin_interview(request: HttpRequest, case_id: CaseId, body: pretrial_forms.BegunIn) -> HttpResponse:
    """Begin the interview, after the script was read."""
    outcome = interviewing.begin_interview(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/interview/postponements", response=DONE, summary="Put the interview off", openapi_extra=CHANGES)
def postpone_interview(request: HttpRequest, case_id: CaseId, body: pretrial_forms.PostponedIn) -> HttpResponse:
    """Put the interview off, with the reason. It stays owed."""
    parts = schemas.in_zone(body, "until")
    outcome = interviewing.postpone_interview(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts)
    return written(outcome, request)


@router.post("/cases/{case_id}/interview/answers", response=DONE, summary="Save answers", openapi_extra=CHANGES)
def save_answers(request: HttpRequest, case_id: CaseId, body: pretrial_forms.AnsweredIn) -> HttpResponse:
    """Save answers as they come. A later answer stands in an earlier one's place, and both stay."""
    outcome = interviewing.save_answers(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/interview/references", response=DONE, summary="Name a reference", openapi_extra=CHANGES)
def name_reference(request: HttpRequest, case_id: CaseId, body: pretrial_forms.ReferenceIn) -> HttpResponse:
    """Name somebody who may confirm what the person says."""
    outcome = interviewing.name_reference(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/interview/checks", response=DONE, summary="Record a check of an answer", openapi_extra=CHANGES)
def verify_answer(request: HttpRequest, case_id: CaseId, body: pretrial_forms.CheckedIn) -> HttpResponse:
    """Record what became of checking one answer."""
    parts = schemas.in_zone(body, "time")
    outcome = interviewing.verify_answer(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts)
    return written(outcome, request)


@router.post("/cases/{case_id}/interview", response=DONE, summary="Record the pretrial interview", openapi_extra=CHANGES)
def record_interview(request: HttpRequest, case_id: CaseId, body: pretrial_forms.InterviewIn) -> HttpResponse:
    """Record the interview, or why there is none."""
    outcome = interviewing.record_interview(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post(
    "/cases/{case_id}/worksheet/preview",
    response={200: answers.Paper, **answers.PROBLEMS},
    summary="The worksheet's text",
    openapi_extra=MAKES,
)
def preview_worksheet(request: HttpRequest, case_id: CaseId, body: pretrial_forms.RecommendedIn) -> HttpResponse:
    """Return the worksheet as it would be signed now: each input, its points and the sum, with the hash that the signature binds."""
    choice = _choice(body)
    guideline = interviewing.guideline()
    if not isinstance(guideline, Guideline):
        return refused(_refuse(request, guideline or NO_GUIDELINE), request)
    shown = disclosing.open_case(case_id=case_id, by=by(request), act="interview:record")
    if isinstance(shown, disclosing.Refused):
        return refused(shown, request)
    sheet = work_out(shown.case, guideline)
    wrong = refuse_choice(sheet, choice)
    if wrong is not None:
        return refused(_refuse(request, wrong), request)
    return paper_of(shown, worksheet_text(shown.case, sheet, choice))


@router.post("/cases/{case_id}/worksheet", response=DONE, summary="Sign the worksheet", openapi_extra=CHANGES)
def sign_worksheet(request: HttpRequest, case_id: CaseId, body: pretrial_forms.WorksheetIn) -> HttpResponse:
    """Sign the worksheet whose text has this hash: the preview gives the text of this recommendation."""
    version = seen(request)
    if (unknown := unsigned(request, body.signature.password, "interview:record")) is not None:
        return refused(unknown, request)
    outcome = interviewing.sign_worksheet(
        case_id=case_id,
        seen=version,
        choice=_choice(body.choice),
        text_sha256=body.signature.text_sha256,
        by=by(request),
        once=once(request),
    )
    return written(outcome, request)


def _choice(body: pretrial_forms.RecommendedIn) -> Choice:
    parts = body.model_dump()
    return Choice(**{**parts, "conditions": tuple(parts["conditions"])})


def _refuse(request: HttpRequest, refusal: Refusal) -> Refused:
    return refusing.refuse(refusal, by=by(request), act="interview:record")
