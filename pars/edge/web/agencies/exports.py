"""The agency's exports as files: begun on its page, downloaded by the browser itself, and how far each has come."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from starlette.routing import Route

from pars.actions import disclosing, publishing, refusing
from pars.core.access.use_words import REASONS
from pars.core.ledger.closing import COMPLETE
from pars.core.ledger.entries import By
from pars.core.terms import MINUTE, Refusal
from pars.edge.api.exports import Exporting
from pars.edge.deliver import Why
from pars.edge.problems import Problem, traced
from pars.edge.web.agencies.answers import Asking, Page
from pars.edge.web.doors import in_thread, request_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of, seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from starlette.requests import Request

    from pars.actions.disclosing import Export, Progress, Refused
    from pars.core.terms import Instant
    from pars.edge.streams import GuardedStream
    from pars.edge.web.seat import Seat

log = logging.getLogger("pars.web")

SIGNED_OUT = Refusal(
    code="SIGNED_OUT", says="Whoever began this export is signed in no longer.", remedy="Sign in and begin a new one."
)
WITHOUT_A_WORD = 2 * MINUTE
"""An open export that has given nothing for so long has lost its server."""

ENDED: dict[str, str] = {
    Why.GONE.value: "the connection was lost",
    Why.STUCK.value: "nothing was read for too long",
    Why.LATE.value: "its answers could not leave in time",
    Why.ENDED.value: "the agreement ended",
    Why.STOPPING.value: "the server went down",
    Why.FAILED.value: "something failed (ours to mend)",
    "OTHER_VERSION": "another version came into force",
    SIGNED_OUT.code: "whoever began it signed out",
    "LIMIT_REACHED": "the day's limit was reached",
    "AGREEMENT_REVOKED": "the agreement was revoked",
    "AGREEMENT_SUSPENDED": "the agreement was suspended",
    "NOT_NAMED": "whoever began it was removed from the agreement",
}
"""Why an export stopped, in words."""


class Saving(Asking):
    """A question asked on the page whose pages are all wanted, as a file."""

    def begin(self) -> Export | Problem:
        """Begin the export, or return the page that says why not."""
        request = request_of(self.scope, self.body)
        try:
            return self._begun(request)
        except Exception as failure:  # noqa: BLE001  doubt refuses, and says so to a person
            log.warning("an export could not be begun: %s", traced(failure))
            return Page(status=503, reason="UNAVAILABLE", html=render_to_string("web/failed.html").encode())

    def _begun(self, request: HttpRequest) -> Export | Problem:
        asked = self.question(request)
        if isinstance(asked, Page):
            return asked
        assert self.seat is not None, "who asks is known"
        form = request.POST.get("as", "csv")
        outcome = disclosing.open_export(caller=self.seat.caller, asked=asked, form=form)
        return self.declined(request, outcome) if isinstance(outcome, disclosing.Declined) else outcome

    def over(self) -> Refused | None:
        """Return the refusal, which was entered, where whoever began it is no longer signed in for that agency."""
        assert self.seat is not None, "an export is begun by somebody"
        now = seat_of(request_of(self.scope))
        if now is not None and (now.person, now.agency) == (self.seat.person, self.seat.agency):
            return None
        return refusing.refuse(SIGNED_OUT, by=By(self.seat.person, f"agency:{self.seat.agency}"))


async def export(request: Request) -> GuardedStream:
    """Send everything that a question asks for as a file."""
    saving = Saving(request.scope, await request.body())
    return Exporting(begin=in_thread(saving.begin), over=in_thread(saving.over)).stream()


@seated(agency=True)
def exports(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show a person their exports, newest first, and how far each has come."""
    at, found = disclosing.exports_of(seat.caller)
    titles = {one.agreement.id: one.stands.version.title["en"] for one in publishing.agreements(seat.agency)}
    lines = [_line(one, at, titles) for one in found]
    parts = {"lines": lines, "running": any(line["running"] for line in lines)}
    return page(request, "exports.html", parts, at=at)


def _line(one: Progress, at: Instant, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "one": one,
        "title": titles.get(one.agreement, one.agreement),
        "purpose": one.purpose.replace("_", " "),
        "form": one.form.upper(),
        **_came(one, at),
    }


def _came(one: Progress, at: Instant) -> dict[str, Any]:
    """Return what became of an export so far."""
    if one.reason == COMPLETE:
        return {"came": "Whole", "tag": "ok", "why": "", "running": False}
    if one.reason is not None:
        return {
            "came": "Stopped",
            "tag": "warn",
            "why": ENDED.get(one.reason, REASONS.get(one.reason, one.reason)),
            "running": False,
        }
    if at - (one.last_at or one.at) > WITHOUT_A_WORD:
        return {"came": "Cut", "tag": "stop", "why": "the server stopped without a word", "running": False}
    return {"came": "Under way", "tag": "", "why": "", "running": True}


ROUTES = (Route("/ask/export", export, methods=["POST"]),)
