"""The frame of every page: who looks, where they can go, what time it is; and the pages that say no."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render

from pars.actions import publishing, refusing
from pars.edge.problems import traced
from pars.edge.web import demo, languages
from pars.edge.web.languages import FRAME, language_of
from pars.edge.web.seat import seat_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.access.explain import Language
    from pars.core.terms import Instant, Refusal
    from pars.edge.web.seat import Seat

log = logging.getLogger("pars.web")


def page(
    request: HttpRequest,
    template: str,
    parts: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    at: Instant | None = None,
) -> HttpResponse:
    """Return a page in its frame. `at` is the time of what the page shows; the ledger is asked where none is given.

    Parts with a `language` make it a public page, which can be read in each.
    """
    language: Language | None = (parts or {}).get("language")
    answer = render(request, f"web/{template}", {**frame(request, at, language), **(parts or {})}, status=status)
    return languages.keep(request, answer, language) if language else answer


def frame(request: HttpRequest, at: Instant | None = None, language: Language | None = None) -> dict[str, Any]:
    """Return what every page's template needs; with a language to choose where the page has one."""
    seat = seat_of(request)
    return {
        "language": language or "en",
        "c": FRAME[language or "en"],
        "languages": languages.choices(request, language) if language else (),
        "seat": seat,
        "links": links(seat, request.path),
        "keys": seat is not None and not without_keys(request),
        "finds": seat is not None and "case:read" in seat.acts and request.path != "/find",
        "now": publishing.now() if at is None else at,
        "demo": demo.here(request),
        "replayed": demo.replayed(),
        "hint": demo.password() if demo.here(request) else None,
    }


KEY_OF: Mapping[str, str] = {
    "/board": "b",
    "/docket": "d",
    "/charging": "c",
    "/defense": "u",
    "/interviews": "i",
    "/releases": "r",
    "/alarms": "a",
    "/handover": "o",
    "/report": "y",
    "/arrests/new": "n",
    "/agreements": "g",
    "/ledger": "l",
    "/ask": "q",
    "/history": "h",
}
"""The key that leads to a first place, where it has one."""
KEYS = (
    ("t", "In the charging queue and on the bench: the next case"),
    ("s", "The form of what is to be done: its first field"),
    ("/", "The box to find a person or a case"),
    ("?", "This list"),
)
"""The keys that lead to no place."""
KEYS_KEPT = "keys"


def without_keys(request: HttpRequest) -> bool:
    """Return whether the reader has switched single keys off in this browser."""
    return request.COOKIES.get(KEYS_KEPT) == "off"


def links(seat: Seat | None, path: str) -> list[dict[str, Any]]:
    """Return where the seat can go from any page: the board and the desk's own work first, then what it watches, then what it looks up."""
    if seat is None:
        return []
    places = [
        ("/board", "Custody board", "case:read" in seat.acts),
        ("/arrests/new", "New arrest", "case:book" in seat.acts),
        ("/docket", "Docket", "case:call" in seat.acts),
        ("/charging", "Charging", "charge:decide" in seat.acts),
        ("/defense", "Coming up", "defense:list" in seat.acts),
        ("/interviews", "Interviews", "interview:record" in seat.acts),
        ("/releases", "Releases", "release:acknowledge" in seat.acts),
        ("/court/calendar", "Court calendar", "calendar:load" in seat.acts),
        (
            "/orders",
            "Court orders",
            not seat.acts.isdisjoint({"order:record", "order:carry_out"}) or seat.acts >= {"ledger:read", "report:make"},
        ),
        ("/alarms", "Alarms", "case:read" in seat.acts),
        ("/handover", "Hand-over", "shift:hand" in seat.acts),
        ("/report", "Daily report", "case:read" in seat.acts),
        ("/ask", "What we may ask", seat.agency is not None),
        ("/history", "What we asked", seat.agency is not None),
        ("/purges", "To be destroyed", seat.agency is not None),
        ("/approvals", "Approvals", seat.agency is not None or bool(seat.acts & {"question:approve", "emergency:review"})),
        ("/agreements", "Agreements", True),
        ("/texts", "How we work", bool(seat.acts & {"text:vote", "text:propose"})),
        ("/corrections", "Wrong versions", bool(seat.acts & {"recipient:tell"}) or seat.acts >= {"ledger:read", "report:make"}),
        ("/ledger", "Ledger", "ledger:read" in seat.acts),
        ("/integrity", "Integrity", "ledger:read" in seat.acts),
        ("/seen", "Who has seen", "recipient:list" in seat.acts),
    ]
    return [
        {"href": href, "says": says, "here": path == href, "key": KEY_OF.get(href, "")} for href, says, there in places if there
    ]


def said(request: HttpRequest, words: str, entry: int | None = None) -> None:
    """Say on the next page what was done, with its entry."""
    messages.success(request, words, extra_tags=str(entry) if entry is not None else "")


# ---------------------------------------------------------------- pages that say no


def refused(request: HttpRequest, refusal: Refusal, *, entry: int | None = None, status: int = 403) -> HttpResponse:
    """Say why not, what would help, and which entry recorded it."""
    parts = {"title": "Not possible", "says": refusal.says, "remedy": refusal.remedy, "entry": entry}
    return page(request, "error.html", parts, status=status)


def not_opened(request: HttpRequest, outcome: Any) -> HttpResponse:
    """Say why a case can't be opened: it isn't there, or not for this role."""
    status = 404 if outcome.refusal.code == "NO_SUCH_CASE" else 403
    return refused(request, outcome.refusal, entry=outcome.entry, status=status)


def not_yours(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Say that this page is for another capacity."""
    parts = {
        "title": "Not for your capacity",
        "says": f"You act as {seat.label or 'nobody in particular'}; this page is for others.",
        "remedy": "Change your capacity if you have another, or ask a colleague whose role does this.",
    }
    return page(request, "error.html", parts, status=403)


NO: Mapping[Language, Mapping[str, tuple[str, str, str]]] = {
    "en": {
        "forbidden": (
            "Not taken",
            "This form was not sent from a page of this session, so nothing was done.",
            "Go back, load the page again and send it once more. Cookies must be allowed for this site.",
        ),
        "absent": (
            "Nothing here",
            "There is nothing at this address. It may not exist, or not be for you: the two look the same.",
            "Go back, or begin at the first page.",
        ),
    },
    "es": {
        "forbidden": (
            "No se aceptó",
            "Este formulario no se envió desde una página de esta sesión, así que no se hizo nada.",
            "Vuelva atrás, cargue la página de nuevo y envíelo otra vez. Este sitio necesita que se permitan las cookies.",
        ),
        "absent": (
            "Aquí no hay nada",
            "No hay nada en esta dirección. Puede que no exista, o que no sea para usted: las dos cosas se ven igual.",
            "Vuelva atrás, o empiece por la primera página.",
        ),
    },
}
"""What the pages say that anybody may come to: the title, what it is, what to do."""


def _no(request: HttpRequest, which: str, status: int) -> HttpResponse:
    language = language_of(request) if seat_of(request) is None else "en"
    title, says, remedy = NO[language][which]
    return page(request, "error.html", {"title": title, "says": says, "remedy": remedy, "language": language}, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer a form that came without this page's own token: from another site, or from a page that is too old."""
    del exception, reason
    return _no(request, "forbidden", 403)


def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address where nothing is, or nothing for this reader: the two look the same."""
    del exception
    return _no(request, "absent", 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer where a page broke. It asks neither session nor database, since they may be what broke."""
    return render(request, "web/failed.html", status=500)


class LogFailures:
    """Logs where a page broke, without the failure's words, which may quote a record."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Log the failure's kind and place. That nothing is at an address is no failure; what is held by others is told."""
        if isinstance(exception, refusing.Held):
            return refused(request, refusing.HELD, status=503)
        if not isinstance(exception, Http404):
            log.error("a page broke: %s", traced(exception))
        return None
