"""`/v1/defense` and the defense's verbs on a case: each handler is one action or one read through the door."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pars.actions import defending, disclosing, identifying
from pars.edge.api import answers, schemas
from pars.edge.api.answering import iso, refused, respond, told, written
from pars.edge.api.callers import by, once, seen
from pars.edge.api.cases import CHANGES, DONE, CaseId
from pars.edge.api.opened import Version, case_json
from pars.edge.papers.drawing import Busy
from pars.edge.papers.giving import as_pdf
from pars.edge.problems import UNAVAILABLE

router = Router(tags=["defense"])


@router.get("/defense", response={200: answers.ComingUpOut, **answers.PROBLEMS}, summary="Who is coming up")
def coming_up(request: HttpRequest) -> HttpResponse:
    """Return who is in custody before the court, the nearest limit first, with who stands for them. Each person shown is entered."""
    answer = disclosing.coming_up(by=by(request))
    if isinstance(answer, disclosing.Refused):
        return refused(answer, request)
    return told({"as_of": iso(answer.at), "people": [_client(one) for one in answer.people], "more": answer.more})


def _client(one: disclosing.Client) -> dict[str, object]:
    return {
        "case_id": one.row["record"],
        "version": one.version,
        "name": one.row.get("display_name"),
        "stage": one.stage,
        "filed_charges": list(one.row.get("filed_charges") or ()),
        "limit": iso(one.limit) if one.limit is not None else None,
        "next_hearing": one.row.get("next_hearing"),
        "next_court": one.row.get("next_court"),
        "counsel": [claim.counsel for claim in one.counsel],
        "yours": one.yours,
        "present": one.present is not None,
        "conflict": one.warned,
        "changed": one.unseen is not None,
    }


@router.get("/defense/cases/{case_id}", response={200: answers.CaseOut, **answers.PROBLEMS}, summary="Open a client's case")
def open_client_case(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Open a case in which the caller is counsel of record, as far as their role reads it. Anybody else is refused."""
    shown = disclosing.open_for_defense(case_id=case_id, by=by(request))
    if isinstance(shown, disclosing.Refused):
        return refused(shown, request)
    return told(case_json(shown), etag=shown.case.version)


@router.get("/defense/cases/{case_id}/papers/{name}", response={200: bytes, **answers.PROBLEMS}, summary="A client's paper")
def client_paper(
    request: HttpRequest, case_id: CaseId, name: str, language: Literal["en", "es"] = "en", version: Version | None = None
) -> HttpResponse:
    """Return a paper of a client's case as PDF. `PARS-Entry` is the entry that recorded it."""
    given = disclosing.give_to_defense(case_id=case_id, paper=name, by=by(request), language=language, version=version)
    if isinstance(given, disclosing.Refused):
        return refused(given, request)
    try:
        return as_pdf(given, identifying.people())
    except Busy:
        return respond(UNAVAILABLE)


@router.post("/cases/{case_id}/representations", response=DONE, summary="Enter an appearance", openapi_extra=CHANGES)
def enter_appearance(request: HttpRequest, case_id: CaseId, body: schemas.ClaimIn) -> HttpResponse:
    """Claim the representation. Where a conflict may be, `said` says why there is none, or who waived it."""
    outcome = defending.claim_representation(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump()
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/representations/end", response=DONE, summary="Withdraw an appearance", openapi_extra=CHANGES)
def withdraw_appearance(request: HttpRequest, case_id: CaseId, body: schemas.ReasonIn) -> HttpResponse:
    """Withdraw the caller's own appearance, with the reason."""
    outcome = defending.end_representation(
        case_id=case_id, seen=seen(request), by=by(request), once=once(request), reason=body.reason
    )
    return written(outcome, request)


@router.post("/cases/{case_id}/counsel-presence", response=DONE, summary="Say that counsel is present", openapi_extra=CHANGES)
def mark_counsel_present(request: HttpRequest, case_id: CaseId, body: schemas.PresenceIn) -> HttpResponse:
    """Say that counsel is there for the hearing, or isn't after all."""
    outcome = defending.attend(case_id=case_id, seen=seen(request), by=by(request), once=once(request), **body.model_dump())
    return written(outcome, request)
