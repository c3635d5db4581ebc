"""The interviewer's list: by facility, the nearest limit first; what each case waits for, what to prepare for, and why it was put off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions import disclosing
from pars.actions.disclosing import Refused
from pars.edge.web import words
from pars.edge.web.cases.board_rows import lead_charge
from pars.edge.web.pages import page, refused
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Interviewing
    from pars.core.cases.interview_queue import Turn
    from pars.core.terms import Instant, StatedTime
    from pars.edge.web.seat import Seat

NOWHERE = "Facility not stated"
TURNS: dict[Turn, tuple[str, str]] = {
    "TAKE": ("to take", "Start"),
    "UNDER_WAY": ("begun", "Go on"),
    "POSTPONED": ("put off", "Start"),
    "WORKSHEET": ("worksheet to sign", "Work it out"),
    "REOPENED": ("worksheet to make again", "Work it out"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case, as the template draws it."""

    case_id: str
    name: str
    under: str
    turn: str
    says: str
    button: str
    sheet: bool
    grade: str
    charge: str
    more: int
    flags: tuple[str, ...]
    room: str | None
    put_off: str | None
    until: StatedTime | None
    waits: str
    since: Instant
    limit: Instant | None
    left: str
    late: bool


@seated("interview:record")
def interviews(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show which cases wait for an interview or a worksheet, by facility."""
    answer = disclosing.interviews(by=seat.by, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    places: dict[str, list[Line]] = {}
    for one in answer.cases:
        places.setdefault(one.row.get("facility") or NOWHERE, []).append(_line(one, answer.at))
    wanted = request.GET.get("facility", "")
    shown = {name: lines for name, lines in places.items() if wanted in {"", name}}
    parts = {
        "places": [{"name": name, "lines": lines, "id": f"place-{n}"} for n, (name, lines) in enumerate(shown.items(), 1)],
        "facilities": sorted(places),
        "wanted": wanted,
        "count": sum(map(len, shown.values())),
        "all": len(answer.cases),
        "more": answer.more,
    }
    return page(request, "interviews.html", parts, at=answer.at)


def _line(one: Interviewing, at: Instant) -> Line:
    row, place = one.row, one.place
    grade, charge, more = lead_charge(row)
    says, button = TURNS[place.turn]
    return Line(
        case_id=row["record"],
        name=row.get("display_name") or "Name not shown",
        under=row.get("arrest_agency") or "",
        turn=place.turn,
        says=says,
        button=button,
        sheet=place.turn in {"WORKSHEET", "REOPENED"},
        grade=grade,
        charge=charge,
        more=more,
        flags=place.flags,
        room=place.room,
        put_off=place.put_off,
        until=place.until,
        waits=words.span(at - one.since),
        since=one.since,
        limit=place.limit,
        left=words.holds_for(place.limit, at) if place.limit is not None else "",
        late=place.limit is not None and at >= place.limit,
    )
