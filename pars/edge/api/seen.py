"""`POST /v1/seen`: who was shown a person. A number never stands in an address, so this is a POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from pars.actions import disclosing
from pars.edge.api import answers, schemas
from pars.edge.api.answering import iso, receipt, refused, told
from pars.edge.api.callers import by
from pars.edge.api.cases import MAKES

if TYPE_CHECKING:
    from pars.actions.disclosing import ShownList
    from pars.core.cases.shown_to import ShownTo

router = Router(tags=["cases"])


class SeenIn(schemas.Strict):
    """A case's own id, a tracking number or a docket number, and what the list is read for. A person's own request has a number."""

    number: Annotated[schemas.Text, Field(max_length=60)]
    why: Literal["audit", "review", "own_request"]
    evidence: Annotated[schemas.Text, Field(max_length=60)] | None = None


class ShownOut(Schema):
    """An entry by which a version of a case left: to an agency, or to a desk. It says nothing of what the record said.

    `index` is the entry's place in the log, null before it is sealed. `place` is the number, from 1, of the case's commitment in the entry's
    side row of `records`, null where the key that made it is lost.
    """

    case_id: str
    version: int
    entry: int
    at: str
    person: str
    authority: str
    agency: str | None
    desk: str | None
    act: str | None
    purpose: str
    columns: list[str]
    records: int
    index: int | None
    place: int | None


class SeenOut(Schema):
    """All that showed any of the person's cases, oldest first, complete as of then. That it was read is the receipt's entry."""

    as_of: str
    shown: list[ShownOut]
    receipt: answers.Receipt


@router.post("/seen", response={200: SeenOut, **answers.PROBLEMS}, summary="Who was shown a person", openapi_extra=MAKES)
def seen(request: HttpRequest, body: SeenIn) -> HttpResponse:
    """Return every entry that showed the person of that case, in all cases that were ever said to be theirs."""
    answer = disclosing.shown_to(number=body.number, why=body.why, evidence=body.evidence or "", by=by(request))
    if isinstance(answer, disclosing.Refused):
        return refused(answer, request)
    return told(seen_json(answer))


def seen_json(answer: ShownList) -> dict[str, object]:
    """Return the list as JSON."""
    return {"as_of": iso(answer.at), "shown": [_one(one) for one in answer.shown], "receipt": receipt(answer)}


def _one(one: ShownTo) -> dict[str, object]:
    return {
        "case_id": one.case,
        "version": one.version,
        "entry": one.entry,
        "at": iso(one.at),
        "person": one.person,
        "authority": one.authority,
        "agency": one.agency,
        "desk": one.desk,
        "act": one.act,
        "purpose": one.purpose,
        "columns": list(one.columns),
        "records": one.rows,
        "index": one.index,
        "place": one.place,
    }
