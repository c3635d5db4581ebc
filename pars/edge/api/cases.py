"""`/v1/cases` and `/v1/arrests`: the verbs of the case system. Each handler is one action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pars.actions import arraigning, charging, intake, interviewing, releasing
from pars.edge.api import schemas
from pars.edge.api.answering import refused, written
from pars.edge.api.callers import by, once, seen, signs

if TYPE_CHECKING:
    pass

router = Router(tags=["cases"])
WRITE = {201: schemas.Done, 200: schemas.Done}


@router.post("/arrests", response=WRITE, summary="Book an arrest")
def book_arrest(request: HttpRequest, body: schemas.NewArrest) -> HttpResponse:
    """Open a case from an arrest."""
    return written(intake.book_arrest(by=by(request), once=once(request), **schemas.arrest_parts(body)), 201)


@router.post("/cases/{case_id}/submission", response=WRITE, summary="Send the case to the charging unit")
def submit(request: HttpRequest, case_id: str) -> HttpResponse:
    """Send the case to the charging unit."""
    return written(intake.submit_for_charging(case_id=case_id, seen=seen(request), by=by(request), once=once(request)))


@router.post("/cases/{case_id}/charge-decisions", response=WRITE, summary="Decide charges")
def decide_charges(request: HttpRequest, case_id: str, body: schemas.Decisions) -> HttpResponse:
    """Approve, amend, add, decline or return charges."""
    return written(
        charging.decide_charges(
            case_id=case_id, seen=seen(request), choices=schemas.choices(body), by=by(request), once=once(request)
        )
    )


@router.post("/cases/{case_id}/complaint", response=WRITE, summary="Sign the complaint")
def sign_complaint(request: HttpRequest, case_id: str, body: schemas.Signature) -> HttpResponse:
    """Sign the complaint whose text has this hash."""
    if (refusal := signs(request, body.password)) is not None:
        return refused(refusal)
    return written(
        charging.sign_complaint(
            case_id=case_id, seen=seen(request), text_sha256=body.text_sha256, by=by(request), once=once(request)
        )
    )


@router.post("/cases/{case_id}/interview", response=WRITE, summary="Record the pretrial interview")
def record_interview(request: HttpRequest, case_id: str, body: schemas.InterviewIn) -> HttpResponse:
    """Record the interview, or why there is none."""
    return written(
        interviewing.record_interview(
            case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
        )
    )


@router.post("/cases/{case_id}/hearing", response=WRITE, summary="Record the preliminary arraignment")
def hold_hearing(request: HttpRequest, case_id: str, body: schemas.HearingIn) -> HttpResponse:
    """Record the hearing."""
    return written(
        arraigning.hold_hearing(
            case_id=case_id, seen=seen(request), by=by(request), once=once(request), **schemas.in_zone(body, "time")
        )
    )


@router.post("/cases/{case_id}/release-orders", response=WRITE, summary="Sign a release order")
def order_release(request: HttpRequest, case_id: str, body: schemas.OrderIn) -> HttpResponse:
    """Sign the release order whose text has this hash."""
    if (refusal := signs(request, body.signature.password)) is not None:
        return refused(refusal)
    return written(
        arraigning.order_release(
            case_id=case_id,
            seen=seen(request),
            terms=schemas.terms(body.terms),
            text_sha256=body.signature.text_sha256,
            by=by(request),
            once=once(request),
        )
    )


@router.post("/cases/{case_id}/bail", response=WRITE, summary="Record bail that was put down")
def post_bail(request: HttpRequest, case_id: str, body: schemas.PostedIn) -> HttpResponse:
    """Record what was put down for an order."""
    return written(
        releasing.post_bail(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump())
    )


@router.post("/cases/{case_id}/holds", response=WRITE, summary="Lodge a hold")
def lodge_hold(request: HttpRequest, case_id: str, body: schemas.HoldIn) -> HttpResponse:
    """Lodge what may keep the person besides this case."""
    parts = schemas.in_zone(body, "lodged", "lapses")
    return written(releasing.lodge_hold(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts))


@router.post("/cases/{case_id}/holds/{hold}/lift", response=WRITE, summary="Lift a hold")
def lift_hold(request: HttpRequest, case_id: str, hold: int, body: schemas.ReasonIn) -> HttpResponse:
    """Lift a hold, with the reason."""
    return written(
        releasing.lift_hold(
            case_id=case_id, seen=seen(request), hold=hold, reason=body.reason, by=by(request), once=once(request)
        )
    )


@router.post("/cases/{case_id}/detainers", response=WRITE, summary="Record a detainer or notice request")
def receive_detainer(request: HttpRequest, case_id: str, body: schemas.DetainerIn) -> HttpResponse:
    """Record the paper. It holds nobody by itself."""
    parts = schemas.in_zone(body, "received")
    return written(releasing.receive_detainer(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts))


@router.post("/cases/{case_id}/detainers/{detainer}/decision", response=WRITE, summary="Answer a detainer")
def decide_detainer(request: HttpRequest, case_id: str, detainer: int, body: schemas.AnswersIn) -> HttpResponse:
    """Answer hold, notice, hand-over and access, apart, as the rule in force says."""
    return written(
        releasing.decide_detainer(
            case_id=case_id,
            seen=seen(request),
            detainer=detainer,
            by=by(request),
            once=once(request),
            **body.model_dump(),
        )
    )


@router.post("/cases/{case_id}/release-acknowledgements", response=WRITE, summary="Acknowledge the release")
def acknowledge_release(request: HttpRequest, case_id: str, body: schemas.AcknowledgedIn) -> HttpResponse:
    """Say that the person went free, or why not yet."""
    return written(
        releasing.acknowledge_release(
            case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
        )
    )


@router.post("/cases/{case_id}/doubts/{doubt}/resolution", response=WRITE, summary="Settle a doubt")
def resolve_doubt(request: HttpRequest, case_id: str, doubt: int, body: schemas.DoubtIn) -> HttpResponse:
    """Settle a doubt, with the reason."""
    return written(
        intake.resolve_doubt(
            case_id=case_id, seen=seen(request), doubt=doubt, by=by(request), once=once(request), **body.model_dump()
        )
    )
