"""`/v1/cases/{id}/flags/…` and a child's way out of the adult court. Each handler is one action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pars.actions import flagging
from pars.core.cases.facts import (
    CompetencyRaised,
    ConsularNoted,
    ImageReferenced,
    InterpreterStated,
    MedicalHandedOver,
    PropertyRecorded,
)
from pars.edge.api import identity_shapes as shapes
from pars.edge.api import schemas
from pars.edge.api.answering import written
from pars.edge.api.callers import by, once, seen
from pars.edge.api.cases import CHANGES, DONE, CaseId

if TYPE_CHECKING:
    from pars.core.cases.facts import Fact

router = Router(tags=["flags"])


def _record(request: HttpRequest, case_id: str, fact: Fact) -> HttpResponse:
    outcome = flagging.record_flag(case_id=case_id, seen=seen(request), fact=fact, by=by(request), once=once(request))
    return written(outcome, request)


@router.post(
    "/cases/{case_id}/flags/property", response=DONE, summary="Record property taken or returned", openapi_extra=CHANGES
)
def flag_property(request: HttpRequest, case_id: CaseId, body: shapes.PropertyIn) -> HttpResponse:
    """Record the inventory of what the person had with them, or its return."""
    return _record(request, case_id, PropertyRecorded(**body.model_dump()))


@router.post("/cases/{case_id}/flags/medical", response=DONE, summary="Record a hand-over for health", openapi_extra=CHANGES)
def flag_medical(request: HttpRequest, case_id: CaseId, body: shapes.MedicalIn) -> HttpResponse:
    """Record who was told of what the person needs for their health."""
    return _record(request, case_id, MedicalHandedOver(**body.model_dump()))


@router.post(
    "/cases/{case_id}/flags/interpreter", response=DONE, summary="Say whether an interpreter is needed", openapi_extra=CHANGES
)
def flag_interpreter(request: HttpRequest, case_id: CaseId, body: shapes.InterpreterIn) -> HttpResponse:
    """Say whether the person needs an interpreter, and for which language. Silence takes none away."""
    return _record(request, case_id, InterpreterStated(**body.model_dump()))


@router.post(
    "/cases/{case_id}/flags/competency",
    response=DONE,
    summary="Raise or settle a concern about competency",
    openapi_extra=CHANGES,
)
def flag_competency(request: HttpRequest, case_id: CaseId, body: shapes.CompetencyIn) -> HttpResponse:
    """Raise a concern whether the person understands what is said to them, or settle it."""
    return _record(request, case_id, CompetencyRaised(**body.model_dump()))


@router.post("/cases/{case_id}/flags/consular", response=DONE, summary="Record consular notification", openapi_extra=CHANGES)
def flag_consular(request: HttpRequest, case_id: CaseId, body: shapes.ConsularIn) -> HttpResponse:
    """Record consular notification. Only who must give it writes or reads it."""
    return _record(request, case_id, ConsularNoted(**body.model_dump()))


@router.post("/cases/{case_id}/flags/image", response=DONE, summary="Record where a picture is kept", openapi_extra=CHANGES)
def flag_image(request: HttpRequest, case_id: CaseId, body: shapes.ImageIn) -> HttpResponse:
    """Record where a photograph or the prints are kept. The picture itself is never taken."""
    return _record(request, case_id, ImageReferenced(**body.model_dump()))


@router.post("/cases/{case_id}/direct-charge", response=DONE, summary="Charge a child as an adult", openapi_extra=CHANGES)
def charge_directly(request: HttpRequest, case_id: CaseId, body: shapes.DirectIn) -> HttpResponse:
    """Charge a person under 18 as an adult, on one of the law's grounds."""
    outcome = flagging.charge_directly(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post(
    "/cases/{case_id}/juvenile-transfer",
    response=DONE,
    summary="Record a transfer to the juvenile court",
    openapi_extra=CHANGES,
)
def send_to_juvenile(request: HttpRequest, case_id: CaseId, body: shapes.JuvenileIn) -> HttpResponse:
    """Record that the court sent the matter to the juvenile court: the case leaves the adult path at once."""
    parts = schemas.in_zone(body, "decided")
    outcome = flagging.send_to_juvenile(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts)
    return written(outcome, request)
