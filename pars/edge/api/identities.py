"""`/v1/cases/{id}/…` on who the person is: replies to prints, and which cases are of one person. Each handler is one action."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pars.actions import recognizing
from pars.core.cases.facts import IdentityVerified
from pars.edge.api import identity_shapes as shapes
from pars.edge.api import schemas
from pars.edge.api.answering import written
from pars.edge.api.callers import by, once, seen
from pars.edge.api.cases import CHANGES, DONE, CaseId, Number

router = Router(tags=["identity"])


@router.post("/cases/{case_id}/identity-replies", response=DONE, summary="Record a reply to prints", openapi_extra=CHANGES)
def verify_identity(request: HttpRequest, case_id: CaseId, body: shapes.ReplyOfPrintsIn) -> HttpResponse:
    """Record who a repository says the person is by their prints. The claimed identity stays as it is."""
    reply = schemas.filled(IdentityVerified, body, body.zone, verifier=by(request).person, why=None)
    outcome = recognizing.verify_identity(
        case_id=case_id, seen=seen(request), reply=reply, why=body.why, by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/links", response=DONE, summary="Link two cases of one person", openapi_extra=CHANGES)
def link_person(request: HttpRequest, case_id: CaseId, body: shapes.LinkIn) -> HttpResponse:
    """Say that another case is of the same person: a release looks at both. Without prints it counts once it is confirmed."""
    outcome = recognizing.link_person(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/links/{link}/confirmation", response=DONE, summary="Confirm a link", openapi_extra=CHANGES)
def confirm_link(request: HttpRequest, case_id: CaseId, link: Number, body: schemas.ReasonIn) -> HttpResponse:
    """Confirm, as the second person, that both cases are of one person."""
    outcome = recognizing.confirm_link(
        case_id=case_id, seen=seen(request), link=link, reason=body.reason, by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/links/{link}/undoing", response=DONE, summary="Undo a link", openapi_extra=CHANGES)
def undo_link(request: HttpRequest, case_id: CaseId, link: Number, body: schemas.ReasonIn) -> HttpResponse:
    """Undo a link: what was decided on it is looked at again."""
    outcome = recognizing.undo_link(
        case_id=case_id, seen=seen(request), link=link, reason=body.reason, by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/told-apart", response=DONE, summary="Tell cases apart", openapi_extra=CHANGES)
def tell_apart(request: HttpRequest, case_id: CaseId, body: shapes.ApartIn) -> HttpResponse:
    """Say that cases which look alike are of other people."""
    outcome = recognizing.tell_apart(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)
