"""The addresses of Django's pages. What is guarded or streamed is Starlette's and stands in `asgi`."""

from __future__ import annotations

from django.urls import path

from pars.edge.api.app import urlpatterns as v1
from pars.edge.web import board, case, entering

urlpatterns = [
    *v1,
    path("", entering.first),
    path("sign-in", entering.sign_in, name="sign-in"),
    path("sign-out", entering.sign_out),
    path("capacity", entering.capacity),
    path("board", board.board),
    path("cases/<slug:case_id>", case.case),
    path("cases/<slug:case_id>/complaint", case.complaint),
    path("cases/<slug:case_id>/order", case.order),
    path("cases/<slug:case_id>/<slug:slug>", case.act),
]

handler403 = "pars.edge.web.pages.forbidden"
handler404 = "pars.edge.web.pages.absent"
handler500 = "pars.edge.web.pages.failed"
