"""RFC 9457 problem details: how a no, a mistake or a failure looks to whoever called.

A problem holds no record and no personal data: what it says about a refused question is the reason and the names of columns or
purposes, never a value. What is absent and what is out of scope is the same problem, byte for byte (law L4).
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from starlette.responses import Response

from pars.core.terms import Refusal

MEDIA_TYPE = "application/problem+json"
NO_STORE = {"cache-control": "no-store"}

REASONS: dict[str, str] = {
    "ABSENT": "Nothing here answers to that. It may not exist, or lie outside what you may ask: the two look the same.",
    "BODY_TOO_LARGE": "The request's body is larger than this address takes. Send less, or in parts.",
    "BODY_TOO_SLOW": "The request's body did not arrive in time. Send it again on a working connection.",
    "FOREIGN_SITE": "Another site's page asked for this change. Open the page here and do it there.",
    "INTERNAL": "Something failed that should not. Nothing was disclosed. Tell the operator the time of your request.",
    "LATE": "The answer could not leave in the time the record's rules allow, so it was dropped. Nothing was sent. Ask again.",
    "MALFORMED": "The request can't be read. The listed places say what is wrong.",
    "METHOD": "This address doesn't take that method.",
    "UNAVAILABLE": "The record can't decide just now, and what can't be decided is refused. Ask again later.",
    "WRONG_HOST": "The request names a host that isn't served here. Use the address you were given; the operator names others in PARS_ALLOWED_HOSTS.",
    "UNGUARDED": "This connection can't be cut at an exact instant, so no record leaves on it. Tell the operator.",
}
"""What a reason of the edge itself means, shown at the problem's `type`. Reasons of the rules explain themselves in `detail`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One place in the request (RFC 6901 pointer into its body) and what it says wrong."""

    pointer: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A reply that says no. `reason` is UPPER_SNAKE and stable; `receipt` names the entry that recorded it, if one did."""

    status: int
    reason: str
    detail: str = ""
    receipt: Mapping[str, object] | None = None
    errors: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """Return the problem as JSON, members in RFC 9457's order and ours after them."""
        members: dict[str, object] = {
            "type": f"/problems/{self.reason.lower().replace('_', '-')}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail or REASONS.get(self.reason, ""),
            "reason": self.reason,
        }
        if self.receipt is not None:
            members["receipt"] = dict(self.receipt)
        if self.errors:
            members["errors"] = [{"pointer": fault.pointer, "says": fault.says} for fault in self.errors]
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()

    def response(self) -> Response:
        """Return the problem as a response that nobody keeps."""
        return Response(self.body(), self.status, {**NO_STORE, **self.headers}, MEDIA_TYPE)

    def raw(self) -> bytes:
        """Return the whole HTTP/1.1 message, for a connection on which uvicorn believes to have answered already."""
        body = self.body()
        head = (
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        return head.encode("ascii") + body


ABSENT = Problem(status=404, reason="ABSENT")
LATE = Problem(status=503, reason="LATE", headers={"retry-after": "1"})
UNAVAILABLE = Problem(status=503, reason="UNAVAILABLE", headers={"retry-after": "5"})
UNGUARDED = Problem(status=503, reason="UNGUARDED")
INTERNAL = Problem(status=500, reason="INTERNAL")


def refused(
    refusal: Refusal,
    *,
    status: int = 403,
    receipt: Mapping[str, object] | None = None,
    pointers: Mapping[str, str] | None = None,
) -> Problem:
    """Return a refusal of the rules as a problem; each name at fault becomes an error, at its pointer where one is given."""
    detail = f"{refusal.says} {refusal.remedy}".strip()
    places = pointers or {}
    faults = tuple(Fault(pointer=places.get(name, f"/{name}"), says=refusal.says) for name in refusal.names)
    return Problem(status=status, reason=refusal.code, detail=detail, receipt=receipt, errors=faults)


def traced(failure: BaseException) -> str:
    """Return the kind of a failure and where it happened, without its message, which may quote a record."""
    frames = traceback.extract_tb(failure.__traceback__)[-8:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(failure).__module__}.{type(failure).__qualname__} at {places or 'an unknown place'}"


def malformed(faults: Iterable[Fault], *, detail: str = "") -> Problem:
    """Return the problem of a request that can't be read, with every place at fault."""
    return Problem(status=400, reason="MALFORMED", detail=detail, errors=tuple(faults))
