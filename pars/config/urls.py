"""The addresses of Django's pages. What is guarded or streamed is Starlette's and stands in `asgi`."""

from __future__ import annotations

from django.urls import include, path

from pars.edge.api.app import urlpatterns as v1
from pars.edge.web import (
    agency,
    agreements,
    alarms,
    arrest,
    board,
    case,
    charging_queue,
    court_calendar,
    defense,
    entering,
    entries,
    find,
    guide,
    history,
    interview,
    interviews,
    paper_forms,
    papers,
    public,
    releases,
    report,
    worksheet,
)

urlpatterns = [
    *v1,
    path("", entering.first),
    path("sign-in", entering.sign_in, name="sign-in"),
    path("sign-out", entering.sign_out),
    path("capacity", entering.capacity),
    path("board", board.board),
    path("paper-forms", paper_forms.paper_forms),
    path("board/changes", board.changes),
    path("charging", charging_queue.charging_queue),
    path("interviews", interviews.interviews),
    path("alarms", alarms.alarms),
    path("defense", defense.coming_up),
    path("defense/cases/<slug:case_id>", defense.case),
    path("defense/cases/<slug:case_id>/claim", defense.claim),
    path("defense/cases/<slug:case_id>/end", defense.end),
    path("defense/cases/<slug:case_id>/presence", defense.attend),
    path("defense/cases/<slug:case_id>/papers/<slug:name>.pdf", defense.paper),
    path("find", find.find),
    path("releases", releases.releases),
    path("court/calendar", court_calendar.court_calendar),
    path("report", report.report),
    path("report.csv", report.report_csv),
    path("arrests/new", arrest.new_arrest),
    path("cases/<slug:case_id>", case.case),
    path("cases/<slug:case_id>/interview", interview.interview),
    path("cases/<slug:case_id>/worksheet", worksheet.worksheet),
    path("cases/<slug:case_id>/complaint", case.complaint),
    path("cases/<slug:case_id>/order", case.order),
    path("cases/<slug:case_id>/papers/<slug:name>.pdf", papers.paper),
    path("cases/<slug:case_id>/<slug:slug>", case.act),
    path("ask", agency.ask),
    path("history", history.history),
    path("ledger", history.ledger),
    path("agreements", public.public),
    path("agreements/<slug:agreement_id>", agreements.agreement),
    path("agreements/<slug:agreement_id>/vote", agreements.vote),
    path("agreements/<slug:agreement_id>/propose", agreements.propose),
    path("agreements/<slug:agreement_id>/report", agreements.report),
    path("agreements/<slug:agreement_id>/reply", agreements.reply),
    path("agreements/<slug:agreement_id>/notice", agreements.notice),
    path("entries/<int:number>", entries.entry),
    path("public", public.public),
    path("guide", guide.guide),
    path("guide/seat", guide.take),
    path("guide/last-seconds", guide.last_seconds),
    path("", include("pars.edge.api.app")),
]

handler403 = "pars.edge.web.pages.forbidden"
handler404 = "pars.edge.web.pages.absent"
handler500 = "pars.edge.web.pages.failed"
