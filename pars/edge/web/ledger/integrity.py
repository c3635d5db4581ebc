"""Integrity: whether the ledger is sealed and witnessed in time, each witness in words, and what follows for outside questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import overseeing
from pars.core.ledger.watch_words import lasting
from pars.core.terms import Refusal
from pars.edge.web.pages import page, refused
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.edge.web.seat import Seat


@seated("ledger:read")
def integrity(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show how the ledger stands, to owners and auditor."""
    found = overseeing.integrity(by=seat.by)
    if isinstance(found, Refusal):
        return refused(request, found)
    parts = {
        "found": found,
        "headline": found.says[0],
        "rest": found.says[1:],
        "tone": "stop" if found.refused else "warn" if found.verdict in {"alarm", "few", "unwatched"} else "",
        "lag": lasting(found.lag),
        "waits": lasting(found.unwitnessed),
    }
    return page(request, "integrity.html", parts, at=found.at)
