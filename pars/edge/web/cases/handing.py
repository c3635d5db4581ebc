"""The hand-over of a desk at the change of shifts: what is open, what each lacks, by when; a note for each; who took it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import disclosing, handing, identifying
from pars.actions.disclosing import Refused
from pars.core.cases.handover import LONGEST_NOTE
from pars.edge.web import words
from pars.edge.web.pages import page, refused, said
from pars.edge.web.seat import browser_of, seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import OpenAtDesk
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

DESKS = {"booking": "Booking", "charging": "Charging", "pretrial": "Pretrial services", "custody": "Custody"}


@seated(handing.ACT)
def handover(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what is open at the reader's desk, and what was handed over and nobody has taken."""
    answer = disclosing.shift(by=seat.by, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    names = identifying.people()
    parts = {
        "desk": DESKS[answer.desk],
        "untaken": [_line(one, names, seat.person, answer.at) for one in answer.untaken],
        "lines": [_line(one, names, seat.person, answer.at) for one in answer.cases],
        "more": answer.more,
        "longest": LONGEST_NOTE,
    }
    parts["takable"] = any(not line["own"] for line in parts["untaken"])  # type: ignore[attr-defined]
    return page(request, "handover.html", parts, at=answer.at)


def _line(one: OpenAtDesk, names: Mapping[str, str], reader: str, at: Instant) -> dict[str, Any]:
    last, limit = one.last, one.limit
    return {
        "case_id": one.row["record"],
        "name": one.row.get("display_name") or "Name not shown",
        "under": one.row.get("facility") or one.row.get("district") or "",
        "says": one.says,
        "missing": [gap.says for gap in one.missing],
        "due": limit.due if limit is not None else None,
        "due_says": limit.says if limit is not None else "",
        "due_in": words.holds_for(limit.due, at) if limit is not None else "",
        "late": limit is not None and at >= limit.due,
        "last": last,
        "by": names.get(last.person, last.person) if last is not None else "",
        "taken_by": names.get(last.taken_by, last.taken_by) if last is not None and last.taken_by is not None else "",
        "own": last is not None and last.person == reader,
    }


@require_POST
@seated(handing.ACT)
def hand(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Hand over each case that is ticked, with its note. What can't be handed over is named; the others are."""
    return _each(
        request,
        lambda case_id: handing.hand_over(case_id=case_id, note=request.POST.get(f"note-{case_id}", ""), by=seat.by),
        done="handed over. Whoever comes in takes over with their own account.",
    )


@require_POST
@seated(handing.ACT)
def take(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take over each case that is ticked."""
    return _each(
        request,
        lambda case_id: handing.take_over(
            case_id=case_id, handed=number_in(request.POST.get(f"handed-{case_id}", "")) or 0, by=seat.by
        ),
        done="taken over.",
    )


def _each(request: HttpRequest, act: Any, *, done: str) -> HttpResponse:
    """Do one act for each ticked case, and say on the list what became of them."""
    count, entry = 0, None
    for case_id in dict.fromkeys(request.POST.getlist("case")):
        outcome = act(case_id)
        if hasattr(outcome, "refusal"):
            messages.warning(request, f"One not done: {outcome.refusal.says} {outcome.refusal.remedy}".strip())
        else:
            count, entry = count + 1, outcome.entry
    if count:
        said(request, f"{count} {'case' if count == 1 else 'cases'} {done}", entry)
    elif not request.POST.getlist("case"):
        messages.warning(request, "Nothing was ticked, so nothing was done.")
    return redirect("/handover")
