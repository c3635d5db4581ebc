"""The charging queue: what waits for a decision on its charges, the nearest limit first; what went back to the police stands apart.

An attorney takes a case and gives it back; who has it is seen here, and by nobody outside the charging unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import charging, disclosing, identifying, owning
from pars.actions.disclosing import Refused
from pars.core.cases.waiting import DESK_OF
from pars.edge.web import words
from pars.edge.web.cases.board_rows import lead_charge
from pars.edge.web.pages import page, refused, said
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    taken_by: str | None
    yours: bool
    until: Instant | None


@seated("charge:decide")
def charging_queue(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show which cases wait for a decision on a charge, and which were returned."""
    answer = disclosing.charging_queue(by=seat.by, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    names = identifying.people()
    lines = {
        turn: [_line(one, answer.at, seat, names) for one in answer.cases if one.turn == turn]
        for turn in ("DECIDE", "COSIGN", "RETURNED")
    }
    parts = {
        "waiting": lines["DECIDE"],
        "returned": lines["RETURNED"],
        "to_cosign": lines["COSIGN"],
        "may_give_back": charging.COSIGN in seat.acts,
        "more": answer.more,
        "desk": DESK_OF[owning.gone_by().profile.signed_by],
    }
    return page(request, "charging.html", parts, at=answer.at)


@require_POST
@seated("charge:decide")
def take(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Take a case and open it. Whoever comes second is told who has it."""
    outcome = charging.take_case(case_id=case_id, by=seat.by)
    if isinstance(outcome, Refused):
        return _not_taken(request, seat, case_id, outcome)
    return redirect(f"/cases/{case_id}#step")


@require_POST
@seated("charge:decide")
def give_back(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Give a case back to the queue."""
    outcome = charging.give_case_back(case_id=case_id, by=seat.by)
    if isinstance(outcome, Refused):
        messages.warning(request, f"{outcome.refusal.says} {outcome.refusal.remedy}".strip(), extra_tags=str(outcome.entry))
    else:
        said(request, "Given back. It waits in the queue for whoever takes it.", outcome.entry)
    return redirect("/charging")


@require_POST
@seated("charge:decide")
def take_next(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take the first case of the queue that nobody has, and open it."""
    answer = disclosing.charging_queue(by=seat.by, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    for one in answer.cases:
        if one.turn == "DECIDE" and one.taken is None:
            outcome = charging.take_case(case_id=one.row["record"], by=seat.by)
            if not isinstance(outcome, Refused):
                return redirect(f"/cases/{one.row['record']}#step")
    messages.warning(request, "No case waits for a decision that nobody has taken.")
    return redirect("/charging")


def _not_taken(request: HttpRequest, seat: Seat, case_id: str, outcome: Refused) -> HttpResponse:
    """Say on the queue why the case wasn't taken: by name, where somebody has it."""
    refusal = outcome.refusal
    says = f"{refusal.says} {refusal.remedy}".strip()
    answer = disclosing.charging_queue(by=seat.by, browser=browser_of(request))
    if refusal.code == "TAKEN" and not isinstance(answer, Refused):
        has = next((one.taken for one in answer.cases if one.row["record"] == case_id), None)
        if has is not None:
            who = identifying.people().get(has.person, has.person)
            says = f"{who} took this case first, at {words.clock(has.at)}, and has it until {words.clock(has.until)}. {refusal.remedy}"
    messages.warning(request, says, extra_tags=str(outcome.entry))
    return redirect("/charging")


def _line(one: Deciding, at: Instant, seat: Seat, names: Mapping[str, str]) -> Line:
    row, has = one.row, one.taken
    grade, charge, more = lead_charge(row)
    return Line(
        case_id=row["record"],
        name=row.get("display_name") or "Name not shown",
        under=" · ".join(part for part in (row.get("facility"), row.get("arrest_agency")) if part),
        grade=grade,
        charge=charge,
        more=more,
        waiting={"DECIDE": row["charges_undecided"], "COSIGN": more + 1, "RETURNED": row["charges_returned"]}[one.turn],
        waits=words.span(at - one.since),
        since=one.since,
        limit=one.limit,
        left=words.holds_for(one.limit, at) if one.limit is not None else "",
        late=one.limit is not None and at >= one.limit,
        taken_by=names.get(has.person, has.person) if has is not None else None,
        yours=has is not None and has.person == seat.person,
        until=has.until if has is not None else None,
    )
