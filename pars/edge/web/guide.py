"""The demo's guide: one-click seats, what to try, and the button that begins an agreement's last 90 seconds.

It exists only in a demo's home and only for the machine that it runs on; anywhere else there is nothing at its address.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model, login, logout
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import publishing
from pars.core.agreements.plain import end_said
from pars.core.wording import bare
from pars.edge.problems import traced
from pars.edge.web import demo
from pars.edge.web.agencies.agency import STATES
from pars.edge.web.pages import page, said
from pars.edge.web.words import time_of_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

log = logging.getLogger("pars.web")


def guide(request: HttpRequest) -> HttpResponse:
    """Show the guide."""
    return _shown(request)


def _shown(request: HttpRequest, *, broken: str = "", status: int = 200) -> HttpResponse:
    if not demo.here(request):
        raise Http404
    found = demo.seats()
    agreements = [
        {
            "id": one.agreement.id,
            "agency": one.stands.version.agency.name,
            "state": STATES[one.stands.state][0],
            "tag": STATES[one.stands.state][1],
            "open": one.stands.state == "IN_FORCE",
            "end": one.stands.version.term.end,
            "ends": bare(end_said(one.stands.version, "en")),
        }
        for one in publishing.agreements()
    ]
    parts = {
        "staff": [seat for seat in found if not seat.agency],
        "agencies": [seat for seat in found if seat.agency],
        "password": demo.password(),
        "agreements": agreements,
        "button": demo.last_seconds() is not None,
        "broken": broken,
    }
    return page(request, "guide.html", parts, status=status)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Sign a visitor in as one of the demo's invented people."""
    if not demo.here(request):
        raise Http404
    wanted = next((seat for seat in demo.seats() if seat.username == request.POST.get("username")), None)
    account: Any = get_user_model().objects.filter(username=wanted.username).first() if wanted is not None else None
    if account is None:
        raise Http404
    logout(request)
    login(request, account)
    return redirect("/")


@require_POST
def last_seconds(request: HttpRequest) -> HttpResponse:
    """Begin the last 90 seconds of the second agreement: a version that ends then is proposed and voted."""
    if not demo.here(request):
        raise Http404
    begin = demo.last_seconds()
    if begin is None:
        return _shown(request, broken="This build has no such button.", status=404)
    try:
        end = begin()
    except Exception as failure:  # noqa: BLE001  whatever the demo's own acts refused, the visitor is told and nothing else breaks
        log.warning("the demo's button failed: %s", traced(failure))
        return _shown(request, broken="It could not be voted just now. Try again in a moment.", status=503)
    said(request, f"Voted: it ends at {time_of_day(end)}. Take the agency's seat in a second window and ask until then.")
    return redirect("/guide")
