"""The keys that work without a modifier: which there are, and the switch by which somebody has none (WCAG 2.1.4).

The switch is a cookie that says `off` and nothing else, so that it works without JavaScript and holds for this browser alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect

from pars.edge.web.pages import KEYS, KEYS_KEPT, page, without_keys
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.edge.web.seat import Seat

A_YEAR = 365 * 86_400


@seated()
def keys(request: HttpRequest, seat: Seat) -> HttpResponse:
    """List the keys of the reader's pages, or switch all of them off or on."""
    del seat
    if request.method == "POST":
        answer = redirect("/keys")
        if request.POST.get("keys") == "off":
            answer.set_cookie(KEYS_KEPT, "off", max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
        else:
            answer.delete_cookie(KEYS_KEPT, samesite="Lax")
        return answer
    return page(request, "keys.html", {"off": without_keys(request), "others": KEYS})
