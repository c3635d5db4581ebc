"""`/v1` for the court's session: call, pass, positions, docket numbers, results, service, and the session's signed record."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from pars.actions import refusing, sitting
from pars.core import canonical
from pars.core.terms import Refusal, StatedTime
from pars.edge.api import answers, schemas
from pars.edge.api.answering import refused, told, written
from pars.edge.api.callers import by, once, seen
from pars.edge.api.cases import CHANGES, DONE, MAKES, CaseId, unsigned
from pars.edge.api.forms import Entry

router = Router(tags=["court"])

Starts = Annotated[str, Path(pattern=r"^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d$")]

NO_SESSION = Refusal(code="NO_SUCH_SESSION", says="No session begins at that time.", names=("starts",))


class CalledIn(schemas.Strict):
    """`POST /v1/cases/{id}/calls`: who is there, as far as somebody says so."""

    interpreter: schemas.Flag | None = None
    video: schemas.Flag | None = None
    reason: schemas.Text | None = None


class PassedIn(schemas.Strict):
    """`POST /v1/cases/{id}/passes`."""

    reason: schemas.Text
    note: schemas.Text | None = None


class PositionIn(schemas.Strict):
    """`POST /v1/cases/{id}/positions`."""

    side: schemas.Text
    says: schemas.Long


class DocketIn(schemas.Strict):
    """`POST /v1/cases/{id}/dockets`: without a number the next is drawn, where the court lets it be."""

    number: schemas.Text | None = None
    arrests: Annotated[list[schemas.Number], Field(max_length=20)] = Field(default_factory=list)
    instead_of: schemas.Number | None = None
    why: schemas.Text | None = None


class ResultIn(schemas.Strict):
    """`POST /v1/cases/{id}/results`: a receiver's acknowledgement."""

    to: schemas.Text
    receipt: schemas.Text


class ServedIn(schemas.InZone):
    """`POST /v1/cases/{id}/services`: the order that stands was given to somebody."""

    order: schemas.Number
    on: schemas.Text
    time: schemas.Time
    language: schemas.Text
    read: schemas.Text | None = None
    interpreter: schemas.Text | None = None


class RecordIn(schemas.Strict):
    """`POST /v1/sessions/{starts}/records`: the signature of a session's record; `amends` names the entry of the one that stands."""

    password: schemas.Text
    amends: Entry | None = None
    amended: schemas.Text | None = None


class CountsOut(Schema):
    """What came of a session: counts, nobody's name. `orders` by type of release, which combine."""

    called: int
    heard: int
    discharged: int
    passed: int
    unheard: int
    unsettled: int
    orders: dict[str, int]


class SessionOut(Schema):
    """A session as it stands, with the record that was signed and its entry, where it was closed."""

    starts: str
    counts: CountsOut
    record: dict[str, Any] | None
    entry: int | None


@router.post("/cases/{case_id}/calls", response=DONE, summary="Call a case in the session that runs", openapi_extra=CHANGES)
def call_case(request: HttpRequest, case_id: CaseId, body: CalledIn) -> HttpResponse:
    """Call a case; one that lacks something that can wait only with a reason."""
    outcome = sitting.call_case(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump())
    return written(outcome, request)


@router.post("/cases/{case_id}/passes", response=DONE, summary="Pass a case, with the reason", openapi_extra=CHANGES)
def pass_case(request: HttpRequest, case_id: CaseId, body: PassedIn) -> HttpResponse:
    """Pass a case. What was begun of a hearing counts for nothing."""
    outcome = sitting.pass_case(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump())
    return written(outcome, request)


@router.post("/cases/{case_id}/positions", response=DONE, summary="Record a side's position", openapi_extra=CHANGES)
def state_position(request: HttpRequest, case_id: CaseId, body: PositionIn) -> HttpResponse:
    """Record what the prosecution or the defense asks for."""
    outcome = sitting.state_position(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/dockets", response=DONE, summary="Record or draw a docket number", openapi_extra=CHANGES)
def give_docket(request: HttpRequest, case_id: CaseId, body: DocketIn) -> HttpResponse:
    """Record the docket number that the court gave, for all arrests of the case or some."""
    parts = body.model_dump(exclude={"arrests"})
    outcome = sitting.give_docket(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), arrests_of=tuple(body.arrests), **parts
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/results", response=DONE, summary="Record that a result was acknowledged", openapi_extra=CHANGES)
def send_result(request: HttpRequest, case_id: CaseId, body: ResultIn) -> HttpResponse:
    """Record that the custodian or the court's case system has the result."""
    outcome = sitting.send_result(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump())
    return written(outcome, request)


@router.post("/cases/{case_id}/services", response=DONE, summary="Record that the order was served", openapi_extra=CHANGES)
def serve_order(request: HttpRequest, case_id: CaseId, body: ServedIn) -> HttpResponse:
    """Record to whom the order was given, and in which language; on another person it is refused."""
    outcome = sitting.serve_order(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **schemas.in_zone(body, "time")
    )
    return written(outcome, request)


@router.get("/sessions/{starts}", response={200: SessionOut, **answers.PROBLEMS}, summary="A session's counts and record")
def session(request: HttpRequest, starts: Starts) -> HttpResponse:
    """Return to the court what came of the session that began at this time of its clock: counts, as its signed record has them.

    Anybody else reads the record once it is signed, by its entry.
    """
    try:
        found = sitting.session_for(StatedTime(starts, sitting.ZONE), by=by(request))
    except ValueError:  # a day that no calendar has
        found = None
    if found is None or isinstance(found, Refusal):
        return refused(refusing.refuse(found or NO_SESSION, by=by(request), act="case:call"), request)
    counts = found.counts
    said = {name: getattr(counts, name) for name in ("called", "heard", "discharged", "passed", "unheard", "unsettled")}
    body = {
        "starts": str(found.session.starts),
        "counts": {**said, "orders": dict(counts.types)},
        "record": canonical.read(found.standing[1]) if found.standing is not None else None,
        "entry": found.standing[0] if found.standing is not None else None,
    }
    return told(body)


@router.post("/sessions/{starts}/records", response=DONE, summary="Sign or amend a session's record", openapi_extra=MAKES)
def close_session(request: HttpRequest, starts: Starts, body: RecordIn) -> HttpResponse:
    """Close the session with its signed record; a closed one is only amended."""
    if (unknown := unsigned(request, body.password, "session:close")) is not None:
        return refused(unknown, request)
    if _record(starts) is None:
        return refused(refusing.refuse(NO_SESSION, by=by(request), act="session:close"), request)
    outcome = sitting.close_session(
        starts=StatedTime(starts, sitting.ZONE), amends=body.amends, amended=body.amended, by=by(request), once=once(request)
    )
    return written(outcome, request)


def _record(starts: str) -> sitting.Record | None:
    try:
        return sitting.session_record(StatedTime(starts, sitting.ZONE))
    except ValueError:  # a day that no calendar has
        return None
