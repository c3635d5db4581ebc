"""`GET /v1/cases/{id}`, the texts to sign and the papers. Opening a case enters, each time."""

from __future__ import annotations

from dataclasses import fields
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query

from pars.actions import disclosing, identifying, refusing
from pars.core.cases.bail import refuse_terms
from pars.core.cases.charging import complaint_text
from pars.core.cases.deadlines import clocks
from pars.core.cases.facts import Fact
from pars.core.cases.limits import limit_words
from pars.core.cases.progress import stage_words
from pars.core.cases.release import release_order_text
from pars.core.cases.time_edits import arrest_time_edits
from pars.core.terms import Instant, StatedTime
from pars.edge.api import answers, schemas
from pars.edge.api.answering import iso, receipt, refused, respond, told
from pars.edge.api.callers import by
from pars.edge.api.cases import MAKES, CaseId, router
from pars.edge.api.telling import mistake_json
from pars.edge.papers.drawing import Busy
from pars.edge.papers.giving import as_pdf
from pars.edge.problems import UNAVAILABLE

if TYPE_CHECKING:
    from pars.actions.disclosing import CaseShown
    from pars.core.cases.clock_rules import Clock
    from pars.core.cases.custody import Holding

WITHHELD = "withheld"
Version = Annotated[int, Query(ge=1, le=1_000_000_000)]

__all__ = ["router"]  # the verbs' own: two routers can't share an address


@router.get("/cases/{case_id}", response={200: answers.CaseOut, **answers.PROBLEMS}, summary="Open a case")
def open_case(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Open a case: its facts as far as the role reads them, what is missing, the next steps, the clocks, what holds the person."""
    shown = disclosing.open_case(case_id=case_id, by=by(request))
    if isinstance(shown, disclosing.Refused):
        return refused(shown, request)
    return told(case_json(shown), etag=shown.case.version)


@router.get("/cases/{case_id}/complaint", response={200: answers.Paper, **answers.PROBLEMS}, summary="The complaint's text")
def complaint(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Return the complaint as it would be signed now, with the hash that the signature binds."""
    shown = disclosing.open_case(case_id=case_id, by=by(request))
    if isinstance(shown, disclosing.Refused):
        return refused(shown, request)
    return paper_of(shown, complaint_text(shown.case))


@router.post(
    "/cases/{case_id}/release-orders/preview",
    response={200: answers.Paper, **answers.PROBLEMS},
    summary="A release order's text",
    openapi_extra=MAKES,
)
def preview(request: HttpRequest, case_id: CaseId, body: schemas.TermsIn) -> HttpResponse:
    """Return the release order of these terms as it would be signed now, with the hash that the signature binds."""
    terms = schemas.terms(body)
    contradiction = refuse_terms(terms)
    if contradiction is not None:
        return refused(refusing.refuse(contradiction, by=by(request), act="release:order"), request)
    shown = disclosing.open_case(case_id=case_id, by=by(request))
    if isinstance(shown, disclosing.Refused):
        return refused(shown, request)
    return paper_of(shown, release_order_text(shown.case, terms))


@router.get("/cases/{case_id}/papers/{name}", response={200: bytes, **answers.PROBLEMS}, summary="A paper as PDF")
def paper(
    request: HttpRequest, case_id: CaseId, name: str, language: Literal["en", "es"] = "en", version: Version | None = None
) -> HttpResponse:
    """Return a paper of the case, as the case was at a version (the newest where none is named): a tagged PDF.

    The same version gives the same bytes. `PARS-Entry` is the entry that recorded it.
    """
    given = disclosing.give_paper(case_id=case_id, paper=name, by=by(request), language=language, version=version)
    if isinstance(given, disclosing.Refused):
        return refused(given, request)
    try:
        return as_pdf(given, identifying.people())
    except Busy:
        return respond(UNAVAILABLE)


def paper_of(shown: CaseShown, text: bytes) -> HttpResponse:
    """Return a text that can be signed, with its hash."""
    body = {
        "case_id": shown.case.id,
        "version": shown.case.version,
        "text": text.decode(),
        "sha256": sha256(text).hexdigest(),
        "receipt": receipt(shown),
    }
    return told(body, etag=shown.case.version)


# ---------------------------------------------------------------- a case as JSON


def case_json(shown: CaseShown) -> dict[str, object]:
    """Return a case as the role sees it."""
    case = shown.case
    return {
        "id": case.id,
        "version": case.version,
        "as_of": iso(shown.at),
        "stage": {"code": shown.stage, "says": stage_words(shown.stage, case.profile)},
        "facts": facts_json(shown),
        "missing": [
            {"code": gap.code, "says": gap.says, "owed_by": gap.owed_by, "can_wait": gap.can_wait, "late": gap.late}
            for gap in shown.missing
        ],
        "next_steps": [{"act": step.act, "says": step.says, "owed_by": step.owed_by} for step in shown.steps],
        "clocks": [_clock(clock) for clock in clocks(case, shown.at)],
        "limits_passed": [
            {
                "code": noted.code,
                "says": limit_words(noted.code, case.profile),
                "about": noted.about,
                "due": iso(noted.due),
                "entry": noted.entry,
            }
            for noted in shown.passed
        ],
        "arrest_time_edits": [
            {
                "fact": edit.n,
                "was": _value(edit.was),
                "now": _value(edit.now),
                "why": edit.why,
                "entry": edit.entry,
                "recorded_by": shown.recorded.get(edit.entry or 0, (None, None))[1],
            }
            for edit in arrest_time_edits(case)
        ],
        "corrected_since_seen": [mistake_json(one) for one in shown.since],
        "releasable": {
            "ok": shown.free.ok,
            "reasons": [_holding(holding) for holding in shown.free.reasons],
            "undecided": [paper.n for paper in shown.free.undecided],
        },
        "receipt": receipt(shown),
    }


def facts_json(shown: CaseShown) -> list[dict[str, object]]:
    """Return every fact with its number: what it says, when and by whom it was recorded, and whether it still stands."""
    corrected = {fact.corrects for fact in shown.case.facts if fact.corrects is not None}
    return [_fact(fact, shown, stands=fact.n not in corrected) for fact in shown.case.facts]


def _fact(fact: Fact, shown: CaseShown, *, stands: bool) -> dict[str, object]:
    at, person = shown.recorded.get(fact.entry or 0, (None, None))
    said: dict[str, object] = {
        "n": fact.n,
        "kind": kind_of(fact),
        "stands": stands,
        "corrects": fact.corrects,
        "entry": fact.entry,
        "recorded_at": iso(at) if at is not None else None,
        "recorded_by": person,
    }
    shared = {part.name for part in fields(Fact)}
    own = {part.name: _value(getattr(fact, part.name)) for part in fields(fact) if part.name not in shared}
    return {**said, "why": fact.why, "says": own}


def kind_of(fact: Fact) -> str:
    """Return a fact's kind in snake case; one that the role doesn't read is withheld."""
    if type(fact) is Fact:
        return WITHHELD
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in type(fact).__name__).lstrip("_")


def _value(value: Any) -> object:
    if isinstance(value, StatedTime):
        return {"text": value.text, "zone": value.zone, "precision": value.precision}
    return list(value) if isinstance(value, tuple) else value


def _clock(clock: Clock) -> dict[str, object]:
    return {
        "code": clock.code,
        "says": clock.says,
        "citation": clock.citation,
        "state": clock.state,
        "starts": _instant(clock.starts),
        "due": _instant(clock.due),
        "moved_from": _instant(clock.moved_from),
    }


def _holding(holding: Holding) -> dict[str, object]:
    return {
        "code": holding.code,
        "says": holding.says,
        "case_id": holding.case,
        "authority": holding.authority,
        "citation": holding.citation,
        "ends": _instant(holding.ends),
        "then": holding.then,
        "overdue": holding.overdue,
        "fact": holding.fact,
    }


def _instant(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
