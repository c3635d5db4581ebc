"""`/v1/cases` and `/v1/arrests`: the verbs of the case system. Each handler is one action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from pars.actions import arraigning, charging, filing, identifying, intake, refusing, releasing
from pars.core.terms import Refusal
from pars.edge.api import answers, corrections, schemas
from pars.edge.api.answering import refused, written
from pars.edge.api.callers import by, caller, once, seen

if TYPE_CHECKING:
    from pars.actions.refusing import Refused

router = Router(tags=["cases"])
DONE = {200: answers.Done, **answers.PROBLEMS}
MADE = {201: answers.Done, **answers.PROBLEMS}
CHANGES = answers.headers("Idempotency-Key", "If-Match")
MAKES = answers.headers("Idempotency-Key")

CaseId = Annotated[str, Path(pattern=schemas.UUID)]
Number = Annotated[int, Path(ge=1, le=1_000_000)]

WRONG_PASSWORD = Refusal(
    code="WRONG_PASSWORD",
    says="The password given again is not the signer's.",
    remedy="Sign with your own password.",
    names=("password",),
)


def unsigned(request: HttpRequest, password: str, act: str) -> Refused | None:
    """Return None if the password given again is the caller's; a signature without it is refused, and that is entered."""
    if identifying.knows_password(caller(request).person, password):
        return None
    return refusing.refuse(WRONG_PASSWORD, by=by(request), act=act)


@router.post("/arrests", response=MADE, summary="Book an arrest", openapi_extra=MAKES)
def book_arrest(request: HttpRequest, body: schemas.NewArrest) -> HttpResponse:
    """Open a case from an arrest."""
    outcome = intake.book_arrest(by=by(request), once=once(request), **schemas.arrest_parts(body))
    return written(outcome, request, 201)


@router.post("/cases/{case_id}/submission", response=DONE, summary="Send the case to the charging unit", openapi_extra=CHANGES)
def submit(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Send the case to the charging unit."""
    outcome = intake.submit_for_charging(case_id=case_id, seen=seen(request), by=by(request), once=once(request))
    return written(outcome, request)


@router.post("/cases/{case_id}/charge-decisions", response=DONE, summary="Decide charges", openapi_extra=CHANGES)
def decide_charges(request: HttpRequest, case_id: CaseId, body: schemas.Decisions) -> HttpResponse:
    """Approve, amend, add, decline or return charges."""
    outcome = charging.decide_charges(
        case_id=case_id, seen=seen(request), choices=schemas.choices(body), by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/complaint-cosignature", response=DONE, summary="Co-sign the complaint", openapi_extra=CHANGES)
def cosign_complaint(request: HttpRequest, case_id: CaseId, body: schemas.Signature) -> HttpResponse:
    """Co-sign the complaint that an attorney signed, where the office's policy asks for a supervisor's signature too."""
    version = seen(request)
    if (unknown := unsigned(request, body.password, "complaint:cosign")) is not None:
        return refused(unknown, request)
    outcome = charging.cosign_complaint(
        case_id=case_id, seen=version, text_sha256=body.text_sha256, by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/charging-take", response=DONE, summary="Take a case of the charging queue", openapi_extra=MAKES)
def take_case(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Take a case that waits for a decision. The first has it, until they give it back or the shift ends; the version stays."""
    return written(charging.take_case(case_id=case_id, by=by(request), once=once(request)), request)


@router.post("/cases/{case_id}/charging-give-back", response=DONE, summary="Give the case back", openapi_extra=MAKES)
def give_case_back(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Give a case back to the charging queue; who co-signs may do it for a colleague."""
    return written(charging.give_case_back(case_id=case_id, by=by(request), once=once(request)), request)


@router.post("/cases/{case_id}/complaint", response=DONE, summary="Sign the complaint", openapi_extra=CHANGES)
def sign_complaint(request: HttpRequest, case_id: CaseId, body: schemas.Signature) -> HttpResponse:
    """Sign the complaint whose text has this hash: GET gives the text."""
    version = seen(request)
    if (unknown := unsigned(request, body.password, "complaint:sign")) is not None:
        return refused(unknown, request)
    outcome = charging.sign_complaint(
        case_id=case_id, seen=version, text_sha256=body.text_sha256, by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/police-release", response=DONE, summary="Released by the police", openapi_extra=CHANGES)
def release_by_police(request: HttpRequest, case_id: CaseId, body: schemas.PoliceReleaseIn) -> HttpResponse:
    """Record that the police let the person go before an arraignment: five days for the complaint run from it."""
    parts = schemas.in_zone(body, "time")
    return written(
        filing.release_by_police(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts), request
    )


@router.post("/cases/{case_id}/complaint-filing", response=DONE, summary="The complaint was filed", openapi_extra=CHANGES)
def file_complaint(request: HttpRequest, case_id: CaseId, body: schemas.FilingIn) -> HttpResponse:
    """Record when the complaint was filed with the court; another time than the recorded one needs its reason."""
    parts = schemas.in_zone(body, "time")
    return written(
        filing.file_complaint(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts), request
    )


@router.post("/cases/{case_id}/hearing", response=DONE, summary="Record the preliminary arraignment", openapi_extra=CHANGES)
def hold_hearing(request: HttpRequest, case_id: CaseId, body: schemas.HearingIn) -> HttpResponse:
    """Record the hearing."""
    parts = schemas.in_zone(body, "time")
    return written(
        arraigning.hold_hearing(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts), request
    )


@router.post("/cases/{case_id}/release-orders", response=DONE, summary="Sign a release order", openapi_extra=CHANGES)
def order_release(request: HttpRequest, case_id: CaseId, body: schemas.OrderIn) -> HttpResponse:
    """Sign the release order whose text has this hash: the preview gives the text of these terms."""
    version = seen(request)
    if (unknown := unsigned(request, body.signature.password, "release:order")) is not None:
        return refused(unknown, request)
    outcome = arraigning.order_release(
        case_id=case_id,
        seen=version,
        terms=schemas.terms(body.terms),
        text_sha256=body.signature.text_sha256,
        by=by(request),
        once=once(request),
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/bail", response=DONE, summary="Record bail that was put down", openapi_extra=CHANGES)
def post_bail(request: HttpRequest, case_id: CaseId, body: schemas.PostedIn) -> HttpResponse:
    """Record what was put down for an order."""
    outcome = releasing.post_bail(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump())
    return written(outcome, request)


@router.post("/cases/{case_id}/holds", response=DONE, summary="Lodge a hold", openapi_extra=CHANGES)
def lodge_hold(request: HttpRequest, case_id: CaseId, body: schemas.HoldIn) -> HttpResponse:
    """Lodge what may keep the person besides this case."""
    parts = schemas.in_zone(body, "lodged", "lapses")
    return written(
        releasing.lodge_hold(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts), request
    )


@router.post("/cases/{case_id}/holds/{hold}/lift", response=DONE, summary="Lift a hold", openapi_extra=CHANGES)
def lift_hold(request: HttpRequest, case_id: CaseId, hold: Number, body: schemas.ReasonIn) -> HttpResponse:
    """Lift a hold, with the reason."""
    outcome = releasing.lift_hold(
        case_id=case_id, seen=seen(request), hold=hold, reason=body.reason, by=by(request), once=once(request)
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/detainers", response=DONE, summary="Record a detainer or notice request", openapi_extra=CHANGES)
def receive_detainer(request: HttpRequest, case_id: CaseId, body: schemas.DetainerIn) -> HttpResponse:
    """Record the paper. It holds nobody by itself."""
    parts = schemas.in_zone(body, "received")
    return written(
        releasing.receive_detainer(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **parts), request
    )


@router.post(
    "/cases/{case_id}/detainers/{detainer}/decision", response=DONE, summary="Answer a detainer", openapi_extra=CHANGES
)
def decide_detainer(request: HttpRequest, case_id: CaseId, detainer: Number, body: schemas.AnswersIn) -> HttpResponse:
    """Answer hold, notice, hand-over and access, apart, as the rule in force says."""
    outcome = releasing.decide_detainer(
        case_id=case_id, seen=seen(request), detainer=detainer, by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post(
    "/cases/{case_id}/release-acknowledgements", response=DONE, summary="Acknowledge the release", openapi_extra=CHANGES
)
def acknowledge_release(request: HttpRequest, case_id: CaseId, body: schemas.AcknowledgedIn) -> HttpResponse:
    """Say that the person went free, or why not yet."""
    outcome = releasing.acknowledge_release(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **schemas.in_zone(body, "time")
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/corrections", response=DONE, summary="Add or correct facts", openapi_extra=CHANGES)
def correct_facts(request: HttpRequest, case_id: CaseId, body: corrections.CorrectionsIn) -> HttpResponse:
    """Add facts, or put whole ones in the place of earlier ones (`corrects`), with the reason. What was corrected stays below."""
    outcome = intake.correct_facts(
        case_id=case_id,
        seen=seen(request),
        facts=corrections.facts_given(body),
        why=body.why,
        by=by(request),
        once=once(request),
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/paper-forms", response=DONE, summary="Put a paper form to a case", openapi_extra=CHANGES)
def enter_form(request: HttpRequest, case_id: CaseId, body: schemas.FormIn) -> HttpResponse:
    """Put a paper form's number to a case that is here already, since the arrest on it came by another way."""
    outcome = intake.enter_form(case_id=case_id, seen=seen(request), form=body.form, by=by(request), once=once(request))
    return written(outcome, request)


@router.post("/cases/{case_id}/doubts/{doubt}/resolution", response=DONE, summary="Settle a doubt", openapi_extra=CHANGES)
def resolve_doubt(request: HttpRequest, case_id: CaseId, doubt: Number, body: schemas.DoubtIn) -> HttpResponse:
    """Settle a doubt, with the reason."""
    outcome = intake.resolve_doubt(
        case_id=case_id, seen=seen(request), doubt=doubt, by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)
