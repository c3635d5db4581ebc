"""A case's papers as PDF: each is a read like the case itself, entered before its bytes leave, and kept by nobody on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from pars.actions import disclosing, identifying
from pars.actions.disclosing import PaperGiven
from pars.core.terms import Refusal
from pars.edge.papers import drawing
from pars.edge.papers.giving import BUSY, as_pdf, asked_language, asked_version
from pars.edge.web.pages import refused
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from pars.actions.disclosing import Refused
    from pars.edge.web.seat import Seat


STATUS = {
    "NO_SUCH_CASE": 404,
    "NO_SUCH_PAPER": 404,
    "NO_SUCH_VERSION": 404,
    "NOT_COUNSEL": 403,
    "NOT_YOUR_PAPER": 403,
    "OUTSIDE_ROLE": 403,
}


@seated("case:read")
def paper(request: HttpRequest, seat: Seat, case_id: str, name: str) -> HttpResponse:
    """Give one paper of a case, at the version and in the language that are asked for."""
    return given_as_asked(request, seat, case_id, name, disclosing.give_paper)


def given_as_asked(
    request: HttpRequest, seat: Seat, case_id: str, name: str, give: Callable[..., PaperGiven | Refused]
) -> HttpResponse:
    """Return a paper as PDF, as `give` gives it to this reader, or say why it isn't given."""
    version, language = asked_version(request.GET), asked_language(request.GET)
    if isinstance(version, Refusal):
        return refused(request, version, status=400)
    if isinstance(language, Refusal):
        return refused(request, language, status=400)
    given = give(case_id=case_id, paper=name, by=seat.by, language=language, version=version)
    if not isinstance(given, PaperGiven):
        return refused(request, given.refusal, entry=given.entry, status=STATUS.get(given.refusal.code, 409))
    try:
        return as_pdf(given, identifying.people())
    except drawing.Busy:
        return refused(request, BUSY, entry=given.entry, status=503)
