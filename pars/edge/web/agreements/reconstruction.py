"""The reconstruction of Philadelphia's agreement on one page, in a home where its history was replayed; nowhere else is there one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.edge.history.page import page_parts
from pars.edge.web.languages import language_of
from pars.edge.web.pages import absent, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def reconstruction(request: HttpRequest) -> HttpResponse:
    """Show it, to anybody."""
    parts = page_parts(language_of(request))
    return absent(request) if parts is None else page(request, "reconstruction.html", parts)
