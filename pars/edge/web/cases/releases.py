"""The release list: who may go now and since when; what still holds the others, by whose authority and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions import disclosing
from pars.actions.disclosing import Refused
from pars.core.terms import HOUR
from pars.edge.web import words
from pars.edge.web.cases.telling import BASIS
from pars.edge.web.pages import page, refused
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Leaving
    from pars.core.cases.custody import Holding
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person, as the template draws them."""

    case_id: str
    name: str
    under: str
    basis: str
    free: bool
    waits: str
    since: Instant | None
    late: bool
    holding: tuple[Holding, ...]
    undecided: int
    said: str | None
    hours: int


@seated("release:acknowledge")
def releases(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show who is to be released, those whom nothing holds first."""
    answer = disclosing.releases(by=seat.by, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    lines = [_line(one, answer.at) for one in answer.people]
    parts = {
        "free": [line for line in lines if line.free],
        "held": [line for line in lines if not line.free],
        "more": answer.more,
    }
    return page(request, "releases.html", parts, at=answer.at)


def _line(one: Leaving, at: Instant) -> Line:
    return Line(
        case_id=one.row["record"],
        name=one.row.get("display_name") or "Name not shown",
        under=one.row.get("facility") or one.row.get("district") or "",
        basis=BASIS[one.basis],
        free=not one.holding,
        waits=words.span(at - one.since) if one.since is not None else "",
        since=one.since,
        late=one.since is not None and at - one.since >= one.hours * HOUR,
        holding=one.holding,
        undecided=one.undecided,
        said=one.said,
        hours=one.hours,
    )
