"""Find: one box over names, birth date and every number, in the head of each page of staff. What is typed travels in no address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.views.decorators.debug import sensitive_post_parameters

from pars.actions import disclosing
from pars.actions.disclosing import Refused
from pars.core.cases.paper import tracking_number
from pars.core.cases.waiting import DESKS, waiting
from pars.core.terms import StatedTime
from pars.edge.web import words
from pars.edge.web.pages import page
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Hit
    from pars.core.cases.finding import Match
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

HOW = {
    "exact": "the same",
    "other way round": "day and month exchanged",
    "beginning": "begins so",
    "one slip": "one letter off",
    "sounds alike": "sounds alike",
}
SURE = frozenset({"exact"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One hit, as the template draws it."""

    case_id: str
    name: str
    under: str
    numbers: tuple[tuple[str, str], ...]
    arrested: str
    where: str
    closed: bool
    why: tuple[tuple[str, str, str, bool], ...]


@sensitive_post_parameters("sought")
@seated("case:read")
def find(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show who fits what was typed, and why; before anything was typed, what can be."""
    typed = request.POST.get("sought", "").strip()
    if request.method != "POST":
        return page(request, "find.html", {"typed": ""})
    answer = disclosing.find(by=seat.by, sought=typed, zone=words.zone())
    if isinstance(answer, Refused):
        says = f"{answer.refusal.says} {answer.refusal.remedy}"
        return page(request, "find.html", {"typed": typed, "faults": [("sought", says)], "entry": answer.entry}, status=422)
    lines = [_line(hit, answer.at) for hit in answer.hits]
    parts = {"typed": typed, "asked": True, "lines": lines, "tries": answer.tries, "entry": answer.entry}
    return page(request, "find.html", parts, at=answer.at)


def _line(hit: Hit, at: Instant) -> Line:
    row = hit.row
    born = row.get("birth_date")
    numbers = (("OTN", words.number(row["otn"]) if row.get("otn") else ""), ("Incident", row.get("incident_number") or ""))
    return Line(
        case_id=row["record"],
        name=row.get("display_name") or "Name not shown",
        under=f"{words.years(StatedTime(born, words.zone()), at)}, b. {words.stated(StatedTime(born, words.zone()))}"
        if born
        else "",
        numbers=tuple((called, number) for called, number in numbers if number),
        arrested=words.stated(StatedTime.read(row["custody_began_text"])) if row.get("custody_began_text") else "not known",
        where="" if row["closed"] else DESKS[waiting(row).desk],
        closed=row["closed"],
        why=tuple((match.field, _how(match), _said(match), match.how in SURE) for match in hit.why),
    )


def _how(match: Match) -> str:
    """Return how it fits, in words; of dates, one is only as exact as the other."""
    return "as far as it goes" if match.how == "beginning" and match.field.startswith("Birth date") else HOW[match.how]


def _said(match: Match) -> str:
    """Return what stands in the field: a birth date as dates are read here, a tracking number as it is printed, a name as it is compared."""
    if match.field.startswith("Birth date"):
        return words.stated(StatedTime(match.says, words.zone()))
    return tracking_number(match.says) if match.field == "OTN" else match.says
