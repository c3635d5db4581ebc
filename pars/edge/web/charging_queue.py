"""The charging queue: what waits for a decision on its charges, the nearest limit first; what went back to the police stands apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions import disclosing, owning
from pars.actions.disclosing import Refused
from pars.core.cases.waiting import DESK_OF
from pars.edge.web import words
from pars.edge.web.board_rows import lead_charge
from pars.edge.web.pages import page, refused
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Deciding
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case, as the template draws it."""

    case_id: str
    name: str
    under: str
    grade: str
    charge: str
    more: int
    waiting: int
    waits: str
    since: Instant
    limit: Instant | None
    left: str
    late: bool


@seated("charge:decide")
def charging_queue(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show which cases wait for a decision on a charge, and which were returned."""
    if request.session.session_key is None:
        request.session.save()
    answer = disclosing.charging_queue(by=seat.by, browser=request.session.session_key)
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    parts = {
        "waiting": [_line(one, answer.at) for one in answer.cases if one.turn == "DECIDE"],
        "returned": [_line(one, answer.at) for one in answer.cases if one.turn == "RETURNED"],
        "more": answer.more,
        "desk": DESK_OF[owning.profile().signed_by],
    }
    return page(request, "charging.html", parts, at=answer.at)


def _line(one: Deciding, at: Instant) -> Line:
    row = one.row
    grade, charge, more = lead_charge(row)
    return Line(
        case_id=row["record"],
        name=row.get("display_name") or "Name not shown",
        under=" · ".join(part for part in (row.get("facility"), row.get("arrest_agency")) if part),
        grade=grade,
        charge=charge,
        more=more,
        waiting=row["charges_undecided"] if one.turn == "DECIDE" else row["charges_returned"],
        waits=words.span(at - one.since),
        since=one.since,
        limit=one.limit,
        left=words.holds_for(one.limit, at) if one.limit is not None else "",
        late=one.limit is not None and at >= one.limit,
    )
