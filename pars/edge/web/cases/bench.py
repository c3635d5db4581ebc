"""The bench: one case on one screen, what is said and found ticked off, the order made, the next case a key away.

Opening a case is an entry of its own, so nothing of the next one is on the page before somebody goes there. What was filed after the
call is marked; what changes while somebody reads is never written over: a save on an older version shows both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect

from pars.actions import disclosing, identifying
from pars.actions.disclosing import CaseShown
from pars.core.cases.calling import REASONS, SIDES, called, last_call, position_of
from pars.core.cases.facts import CasePassed
from pars.core.cases.flags import interpreter_language
from pars.core.cases.representation import present
from pars.edge.web.cases.case_view import case_parts, wrong_parts
from pars.edge.web.cases.desk_court import Hearing, Order
from pars.edge.web.cases.desk_session import Call, Pass, Position, to_hear
from pars.edge.web.cases.telling import timeline
from pars.edge.web.pages import not_opened, page
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.core.cases.case import Case
    from pars.edge.web.cases.desk import Panel
    from pars.edge.web.seat import Seat

ROOMS = {"auto": "As the screen", "dark": "Dark room", "light": "Bright room"}
"""How the page is lit: as the browser says, or as the room needs it."""
ROOM = "room"
YEAR = 365 * 24 * 3600


def on_bench(panel_type: type[Panel], seat: Seat) -> bool:
    """Return whether this seat does the act on the bench's page, and so nowhere else."""
    return panel_type.bench and "hearing:hold" in seat.acts


@seated("hearing:hold")
def bench(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Open a case at the bench, or light the page otherwise."""
    wanted = request.GET.get(ROOM, "")
    if wanted in ROOMS:
        answer = redirect(f"/cases/{case_id}/bench")
        answer.set_cookie(ROOM, wanted, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
        return answer
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    return bench_page(request, seat, shown)


def bench_page(
    request: HttpRequest,
    seat: Seat,
    shown: CaseShown,
    *,
    panel: Panel | None = None,
    changes: Any = (),
    status: int = 200,
) -> HttpResponse:
    """Return the bench's page; `panel` is the form as it was typed, in the place of its kind."""
    case, names = shown.case, identifying.people()
    call, last = called(case), last_call(case)
    own = {"panel": panel} if panel is not None else {}
    kinds: tuple[type[Panel], ...] = (*_turn(shown, panel), Call, Pass, Position)
    forms = {
        kind.slug: panel if panel is not None and type(panel) is kind else kind(shown=shown)
        for kind in kinds
        if kind.act in seat.acts and (kind in (Hearing, Order) or kind.offered(shown) or type(panel) is kind)
    }
    parts = {
        **case_parts(shown),
        **own,
        "first": forms.get("hearing") or forms.get("order"),
        "forms": forms,
        "call": call,
        "passed": last if isinstance(last, CasePassed) else None,
        "passed_why": REASONS[last.reason] if isinstance(last, CasePassed) else "",
        "late": timeline(shown, names, after=call.n) if call is not None else [],
        "there": _there(case) if to_hear(shown) else [],
        "positions": [(says, position_of(case, side)) for side, says in SIDES.items()],
        "room": request.COOKIES.get(ROOM, "auto") if request.COOKIES.get(ROOM) in ROOMS else "auto",
        "rooms": ROOMS.items(),
        "wrong": wrong_parts(shown),
        "changes": changes,
        "faults": panel.faults if panel is not None else [],
    }
    return page(request, "bench.html", parts, status=status, at=shown.at)


def _turn(shown: CaseShown, panel: Panel | None) -> tuple[type[Panel], ...]:
    """Return the one form that the case waits for: the hearing while it can be heard, else the order."""
    if panel is not None and type(panel) in (Hearing, Order):
        return (type(panel),)
    if to_hear(shown):
        return () if isinstance(last_call(shown.case), CasePassed) else (Hearing,)
    owed = any(step.code in Order.steps for step in shown.steps)
    return (Order,) if owed or Order.offered(shown) else ()


def _there(case: Case) -> list[tuple[str, bool | None]]:
    """Return who and what is there for the hearing, as far as somebody said so: None where nobody did."""
    call, counsel = called(case), present(case)
    found: list[tuple[str, bool | None]] = [
        ("video", call.video if call is not None else None),
        ("counsel", counsel.present if counsel is not None else None),
    ]
    if interpreter_language(case) is not None:
        found.append(("interpreter", call.interpreter if call is not None else None))
    return found
