"""The agency's answers as pages: records under an agreement leave through the guarded send, never through Django's handler."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.template.loader import render_to_string
from starlette.responses import Response
from starlette.routing import Route

from pars.actions import disclosing, publishing
from pars.core.access.catalogue import COLUMNS
from pars.core.access.emergency import REASONS
from pars.core.agreements.plain import end_said, never_shown
from pars.core.document import ID
from pars.core.terms import instant
from pars.edge.deliver import Chunk, GuardedReply, Reply, Why
from pars.edge.problems import NO_STORE, Problem, traced
from pars.edge.web import words
from pars.edge.web.agencies.asking import Question, label
from pars.edge.web.agencies.why import ladder
from pars.edge.web.doors import from_our_page, in_thread, request_of
from pars.edge.web.pages import frame
from pars.edge.web.seat import seat_of
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict
    from starlette.requests import Request
    from starlette.types import Scope

    from pars.actions.disclosing import Told
    from pars.edge.web.seat import Seat

log = logging.getLogger("pars.web")
HEAD = {"content-type": "text/html; charset=utf-8"}


@dataclass(frozen=True, kw_only=True)
class Page(Problem):
    """An answer without records, as a page for people."""

    html: bytes

    def response(self) -> Response:
        """Return the page."""
        return Response(self.html, self.status, {**NO_STORE, **HEAD})


class Asking:
    """One question asked on the page. It may be decided more than once, each time with an entry of its own."""

    def __init__(self, scope: Scope, body: bytes) -> None:
        self.scope, self.body = scope, body
        self.seat: Seat | None = None

    def produce(self) -> Reply | Problem:
        """Decide, fetch and append; return the page with its chunk, or the page that says why not."""
        request = request_of(self.scope, self.body)
        try:
            return self._answer(request)
        except Exception as failure:  # noqa: BLE001  doubt refuses, and says so to a person
            log.warning("a question could not be answered: %s", traced(failure))
            return Page(status=503, reason="UNAVAILABLE", html=render_to_string("web/failed.html").encode())

    def _answer(self, request: HttpRequest) -> Reply | Problem:
        asked = self.question(request)
        if isinstance(asked, Page):
            return asked
        assert self.seat is not None, "who asks is known"
        outcome = disclosing.ask(caller=self.seat.caller, asked=asked)
        if isinstance(outcome, disclosing.Declined):
            return self.declined(request, outcome)
        html = render_to_string("web/answer.html", self._shown(request, outcome, asked), request=request)
        return Reply(chunk=outcome, body=html.encode(), headers=HEAD)

    def question(self, request: HttpRequest) -> dict[str, Any] | Page:
        """Return what the form asks, or the page that says why nothing was asked; it remembers who asks."""
        if not from_our_page(request):
            return self._no(request, "This form was not sent from a page of this session, so nothing was asked.", status=403)
        self.seat = seat = seat_of(request)
        if seat is None or seat.capacity is None or seat.agency is None:
            return self._no(request, "You are not signed in for an agency now, so nothing was asked.", status=403)
        under = request.POST.get("under", "")
        found = publishing.agreement(under) if ID.fullmatch(under) else None
        if found is None or found.agreement.agency != seat.agency:
            return self._no(request, "Choose on the page before under which agreement you ask.", status=422)
        if "approved" in request.POST:
            kept = _approved(seat, under, request.POST)
            if kept is None:
                return self._no(request, "That question isn't approved for you any more, so nothing was asked.", status=422)
            return kept
        form = Question(found.stands.version, request.POST)
        if not form.is_valid():
            return self._incomplete(request, form, found)
        return form.asked(beside=request.POST.getlist("beside"), after=request.POST.get("after", ""))

    def _shown(self, request: HttpRequest, told: Told, asked: dict[str, Any]) -> dict[str, Any]:
        version = told.terms.version
        columns = [name for name in COLUMNS if name in asked["columns"]]
        purpose = version.purpose(asked["purpose"])
        return {
            **frame(request, told.at),
            "told": told,
            "version": version,
            "title": version.title["en"],
            "purpose": purpose.says["en"].rstrip(".") if purpose is not None else "",
            "evidence": asked.get("evidence", {}).get("value", ""),
            "emergency": REASONS[asked["emergency"]]["en"] if asked.get("emergency") in REASONS else "",
            "behalf": next((other.name for other in version.others if other.id == asked.get("on_behalf_of")), ""),
            "heads": [label(name, version.scope.masks) for name in columns],
            "rows": [
                [
                    (
                        label(name, version.scope.masks),
                        _value(name, row.get(name), version.scope.masks),
                        COLUMNS[name].type in {"date", "instant"},
                    )
                    for name in columns
                ]
                for row in told.rows
            ],
            "never": never_shown(version, "en"),
            "end": end_said(version, "en"),
            "until": told.terms.until,
            "again": _again(request),
        }

    def declined(self, request: HttpRequest, declined: disclosing.Declined) -> Page:
        """Return the page that says why a question was refused."""
        refusal = declined.refusal
        parts = {
            **frame(request, declined.at),
            "says": refusal.says,
            "remedy": refusal.remedy,
            "code": refusal.code,
            "ladder": ladder(refusal.code),
            "entry": declined.entry,
            "leaf": declined.leaf,
            "again": declined.again,
            "under": request.POST.get("under", ""),
            "fields": _again(request) if refusal.code == "APPROVAL_NEEDED" else (),
        }
        html = render_to_string("web/declined.html", parts, request=request)
        return Page(status=403, reason=refusal.code, html=html.encode())

    def _incomplete(self, request: HttpRequest, form: Question, found: publishing.Published) -> Page:
        parts = {
            **frame(request),
            "form": form,
            "faults": form.faults,
            "under": found.agreement.id,
            "title": found.stands.version.title["en"],
        }
        html = render_to_string("web/ask_again.html", parts, request=request)
        return Page(status=422, reason="MALFORMED", html=html.encode())

    def _no(self, request: HttpRequest, says: str, *, status: int) -> Page:
        parts = {
            **frame(request),
            "title": "Not asked",
            "says": says,
            "remedy": "Go back, load the page again and ask once more.",
        }
        html = render_to_string("web/error.html", parts, request=request)
        return Page(status=status, reason="NOT_ASKED", html=html.encode())

    def dropped(self, chunk: Chunk, why: Why) -> None:
        """Enter that an answer did not leave whole."""
        told = cast("Told", chunk)
        assert self.seat is not None, "who got an answer is known"
        assert told.entry is not None, "an answer has its entry"
        disclosing.dropped(self.seat.caller, chunk=told.entry, reason=why.value)


def _again(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was sent, for a form that sends it once more."""
    names = [name for name in request.POST if name not in {"csrfmiddlewaretoken", "after", "as"}]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _approved(seat: Seat, under: str, sent: QueryDict) -> dict[str, Any] | None:
    """Return the question of this person's own request that somebody approved, to be asked as it was; None where there is none."""
    entry = number_in(sent.get("approved", ""))
    for waiting in disclosing.requests(agreement=under, by=seat.by):
        if waiting.asked.entry == entry and waiting.asked.person == seat.person and waiting.question is not None:
            after = sent.get("after", "")
            return {**waiting.question, "approval": entry, **({"after": after} if after else {})}
    return None


def _value(name: str, value: Any, masks: Any) -> Any:
    """Return a value as people read it; what isn't known stays empty."""
    if value is None or value == []:
        return ""
    kind = COLUMNS[name].type_under(masks.get(name))
    match kind:
        case "list":
            return "; ".join(value)
        case "instant":
            return words.clock(instant(datetime.fromisoformat(value)))
        case "bool":
            return "yes" if value else "no"
        case "date":
            return words.day(date.fromisoformat(value))
        case _:
            return words.money(value) if name == "amount_cents" else value


async def answer(request: Request) -> GuardedReply:
    """Answer one question, or one page of it."""
    asking = Asking(request.scope, await request.body())
    return GuardedReply(produce=in_thread(asking.produce), dropped=asking.dropped)


ROUTES = (Route("/ask/answer", answer, methods=["POST"]),)
