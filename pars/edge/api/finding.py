"""`POST /v1/find`: who fits what was typed, and why. A name never stands in an address, so this is a POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from pars.actions import disclosing
from pars.core.access.catalogue import COLUMNS
from pars.edge.api import answers, schemas
from pars.edge.api.answering import iso, receipt, refused, told
from pars.edge.api.callers import by
from pars.edge.api.cases import MAKES

if TYPE_CHECKING:
    from pars.actions.disclosing import Found, Hit

router = Router(tags=["cases"])


class FindIn(schemas.InZone):
    """What somebody would type into the box: names, a birth date, numbers, in any order and print."""

    sought: Annotated[schemas.Text, Field(max_length=120)]


class MatchOut(Schema):
    """One reason: the field, how it fits (exact, beginning, one slip, sounds alike, other way round), and what stands there."""

    field: str
    how: str
    says: str


class HitOut(Schema):
    """A case that fits: the columns of the caller's role, whether it is closed, and why it fits, the surest reason first."""

    case_id: str
    version: int
    closed: bool
    record: dict[str, Any]
    why: list[MatchOut]


class FoundOut(Schema):
    """Who fits, the surest first. `tries` is what else to look for where nobody does."""

    as_of: str
    hits: list[HitOut]
    tries: list[str]
    receipt: answers.Receipt


@router.post("/find", response={200: FoundOut, **answers.PROBLEMS}, summary="Find a person or a case", openapi_extra=MAKES)
def find(request: HttpRequest, body: FindIn) -> HttpResponse:
    """Return the cases that fit everything that was typed, closed ones too. Too many: refused, asking for one more field."""
    found = disclosing.find(by=by(request), sought=body.sought, zone=body.zone)
    if isinstance(found, disclosing.Refused):
        return refused(found, request)
    return told(found_json(found))


def found_json(found: Found) -> dict[str, object]:
    """Return what was found as JSON."""
    return {
        "as_of": iso(found.at),
        "hits": [_hit(hit) for hit in found.hits],
        "tries": list(found.tries),
        "receipt": receipt(found),
    }


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "case_id": hit.row["record"],
        "version": hit.version,
        "closed": hit.row["closed"],
        "record": {name: value for name, value in hit.row.items() if name in COLUMNS and name != "record"},
        "why": [{"field": match.field, "how": match.how, "says": match.says} for match in hit.why],
    }
