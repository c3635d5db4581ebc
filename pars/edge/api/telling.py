"""`/v1/corrections`: who got a wrong version, and the acts that say that they were told. Nothing here names a person or a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from pars.actions import refusing, telling
from pars.actions.telling import Corrections
from pars.edge.api import answers, schemas
from pars.edge.api.answering import iso, refused, told, written
from pars.edge.api.callers import by, once
from pars.edge.api.cases import DONE, MAKES

if TYPE_CHECKING:
    from pars.actions.telling import Correction
    from pars.core.cases.wrong_versions import Mistake, Recipient

router = Router(tags=["corrections"])
Entry = Annotated[int, Path(ge=1, le=2**53 - 1)]


class TellingIn(schemas.Strict):
    """`POST /v1/corrections/{entry}/tellings`: who was told and how; `acknowledged` once they say that they know."""

    recipient: Annotated[str, Field(pattern="^(agency|paper):[A-Za-z0-9._-]{1,64}$")]
    how: Literal["LETTER", "MESSAGE", "CALL", "HAND"]
    acknowledged: schemas.Flag = False


class ToldOut(Schema):
    """One act that told somebody."""

    how: str
    acknowledged: bool
    at: str
    entry: int


class RecipientOut(Schema):
    """Who got a wrong version: `agency:…`, `paper:…` or `desk:…`, by which entries, under which handles; whether they must be told."""

    recipient: str
    agreements: list[str]
    records: list[str]
    entries: list[int]
    last: str
    owed: bool
    told: list[ToldOut]


class MistakeOut(Schema):
    """What was put right by an entry: the versions that said it wrongly and the columns, never a value."""

    reasons: list[str]
    columns: list[str]
    first_version: int
    right_version: int
    entry: int


class CorrectionOut(MistakeOut):
    """A correction, until when its recipients must be told, and who they are."""

    put_right_at: str
    due: str
    citation: str
    recipients: list[RecipientOut]


class CorrectionsOut(Schema):
    """What was put right in the last 90 days and had reached somebody; what is owed first."""

    as_of: str
    corrections: list[CorrectionOut]


@router.get("/corrections", response={200: CorrectionsOut, **answers.PROBLEMS}, summary="Who got a wrong version")
def corrections(request: HttpRequest) -> HttpResponse:
    """Return what was put right and had reached somebody, to who tells them or reads the ledger."""
    found = telling.corrections(by=by(request))
    if not isinstance(found, Corrections):
        return refused(refusing.refuse(found, by=by(request), act=telling.ACT), request)
    return told({"as_of": iso(found.at), "corrections": [_correction(one) for one in found.corrections]})


@router.post("/corrections/{entry}/tellings", response=DONE, summary="Record that somebody was told", openapi_extra=MAKES)
def tell(request: HttpRequest, entry: Entry, body: TellingIn) -> HttpResponse:
    """Record that a recipient of a wrong version was told of the correction of this entry, or acknowledged it."""
    outcome = telling.tell_recipient(correction=entry, by=by(request), once=once(request), **body.model_dump())
    return written(outcome, request)


def mistake_json(one: Mistake) -> dict[str, object]:
    """Return a mistake that was put right."""
    return {
        "reasons": list(one.reasons),
        "columns": sorted(one.columns),
        "first_version": one.first,
        "right_version": one.right,
        "entry": one.entry,
    }


def _correction(one: Correction) -> dict[str, object]:
    return {
        **mistake_json(one.mistake),
        "put_right_at": iso(one.put_right),
        "due": iso(one.due),
        "citation": one.citation,
        "recipients": [_recipient(recipient, one) for recipient in one.recipients],
    }


def _recipient(one: Recipient, of: Correction) -> dict[str, object]:
    return {
        "recipient": one.code,
        "agreements": list(one.agreements),
        "records": [of.handles[name] for name in one.agreements if name in of.handles],
        "entries": list(one.entries),
        "last": iso(one.last),
        "owed": one.owed,
        "told": [{"how": act.how, "acknowledged": act.acknowledged, "at": iso(act.at), "entry": act.entry} for act in one.told],
    }
