"""Alarms: what is overdue, by whom it is owed and under what rule. It stays here until it is met, whoever looks away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions import disclosing, listening, owning
from pars.actions.disclosing import Refused
from pars.edge.web import words
from pars.edge.web.pages import page, refused
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Alarm
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One alarm, as the template draws it."""

    case_id: str
    name: str
    says: str
    citation: str
    due: Instant
    over: str
    owed_by: str
    entry: int | None


@seated("case:read")
def alarms(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what is overdue, the longest first; of one desk, if the address names it."""
    answer = disclosing.alarms(by=seat.by, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    desks = sorted({alarm.limit.owed_by for alarm in answer.overdue})
    desk = request.GET.get("desk", "")
    chosen = desk if desk in desks else ""
    shown = [_line(alarm, answer.at) for alarm in answer.overdue if chosen in {"", alarm.limit.owed_by}]
    parts = {
        "lines": shown,
        "desks": [(name, words.owner(name), sum(one.limit.owed_by == name for one in answer.overdue)) for name in desks],
        "chosen": chosen,
        "count": len(answer.overdue),
        "silences": listening.told(),
        "ungoverned": owning.gone_by().doubt is not None,
        "more": answer.more,
    }
    return page(request, "alarms.html", parts, at=answer.at)


def _line(alarm: Alarm, at: Instant) -> Line:
    return Line(
        case_id=alarm.row["record"],
        name=alarm.row.get("display_name") or "Name not shown",
        says=alarm.limit.says,
        citation=alarm.limit.citation,
        due=alarm.limit.due,
        over=words.span(at - alarm.limit.due),
        owed_by=words.owner(alarm.limit.owed_by),
        entry=alarm.noted.entry if alarm.noted is not None else None,
    )
