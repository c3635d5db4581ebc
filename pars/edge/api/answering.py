"""How `/v1` answers: receipts for what was done, RFC 9457 problems for what was not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from pars.core.terms import Instant, moment
from pars.edge import problems
from pars.edge.problems import MEDIA_TYPE, Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.terms import Refusal

STATUS: Mapping[str, int] = {
    "NO_SUCH_CASE": 404,
    "NO_SUCH_AGREEMENT": 404,
    "NO_GRANT": 403,
    "GRANT_NOT_YET": 403,
    "GRANT_ENDED": 403,
    "NOT_YOUR_ACT": 403,
    "NOT_YOUR_SEAT": 403,
    "STALE": 412,
    "RELEASED": 409,
}
"""The HTTP status of a refusal; any other is 422: understood, and against a rule."""


def iso(at: Instant) -> str:
    """Return an instant as RFC 3339 with an offset."""
    return moment(at).isoformat().replace("+00:00", "Z")


def receipt(done: Any) -> dict[str, object]:
    """Return what a receipt says."""
    return {"entry": done.entry, "leaf": done.leaf, "at": iso(done.at)}


def refused(refusal: Refusal, receipt_of: Any | None = None) -> HttpResponse:
    """Return a refusal as a problem, with the receipt of the entry that recorded it."""
    found = problems.refused(
        refusal,
        status=STATUS.get(refusal.code, 422),
        receipt=receipt(receipt_of) if receipt_of is not None else None,
    )
    return problem(found)


def problem(found: Problem) -> HttpResponse:
    """Return a problem as Django's response."""
    reply = HttpResponse(found.body(), status=found.status, content_type=MEDIA_TYPE)
    for name, value in {**problems.NO_STORE, **found.headers}.items():
        reply[name] = value
    return reply


def written(outcome: Any, status: int = 200) -> HttpResponse:
    """Return the answer to a write: its receipt with ids and version, or the problem."""
    if hasattr(outcome, "refusal"):
        return refused(outcome.refusal, outcome)
    body: dict[str, object] = receipt(outcome)
    reply_headers = {}
    if outcome.case_id is not None:
        body |= {"case_id": outcome.case_id, "version": outcome.version}
        reply_headers["ETag"] = f'"{outcome.version}"'
    reply = HttpResponse(json.dumps(body), status=status, content_type="application/json")
    reply["cache-control"] = "no-store"
    for name, value in reply_headers.items():
        reply[name] = value
    return reply


def faults(errors: list[dict[str, Any]]) -> Problem:
    """Return pydantic's findings as a problem: each place as a JSON pointer, never a value."""
    return problems.malformed(
        Fault(pointer="/" + "/".join(str(part) for part in error["loc"] if part not in {"body", "data"}), says=error["msg"])
        for error in errors
    )
