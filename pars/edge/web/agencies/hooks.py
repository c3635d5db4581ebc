"""The agency's hooks: which of its addresses are told when to ask, how that fares, and the form to register one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.decorators.http import require_POST

from pars.actions import disclosing, identifying, publishing
from pars.core.access.hooks import MOST_ADDRESS
from pars.edge import hints
from pars.edge.web.agencies.asking import Question
from pars.edge.web.pages import page, refused, said
from pars.edge.web.panel import Form, text
from pars.edge.web.seat import seated
from pars.edge.web.typed import TimeField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Hook, Turn
    from pars.actions.publishing import Published
    from pars.core.terms import Refusal
    from pars.edge.web.seat import Seat

CAME: Mapping[str, str] = {
    "DELIVERED": "taken",
    "UNREACHED": "nobody was reached there, or its certificate isn't that host's",
    "UNANSWERED": "it was sent, and no answer came in time",
    "NOT_HTTP": "what came back is no answer",
    "NOT_PUBLIC": "the address leads to no public machine, so nothing was sent",
    "GONE": "the receiver said that it is no longer there",
    "CUT": "only a part of it left",
}
"""What became of the last hint, in words."""


class Where(Form):
    """Where hints go, and until when."""

    address = text("Address", needed=True, max_length=MOST_ADDRESS, hint="Like https://records.example.gov/pars")
    until = TimeField(
        label="Last day", required=False, help_text="Like 11/23/2026; left empty: as long as the agreement’s version"
    )


@seated(agency=True)
def hooks(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the open hooks, and the form to register another."""
    return _shown(request, seat, request.GET.get("under", ""))


@require_POST
@seated(agency=True)
def register(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Register a hook. Its secret stands on the page that answers, and never again."""
    one = _chosen(seat, request.POST.get("under", ""))
    if one is None:
        return _shown(request, seat, "", status=422)
    question, where = Question(one.stands.version, request.POST), Where(request.POST)
    if not (question.is_valid() & where.is_valid()):
        return _shown(request, seat, one.agreement.id, status=422, question=question, where=where)
    until = where.cleaned_data["until"]
    done = disclosing.register_hook(
        caller=seat.caller,
        asked=question.asked(),
        address=where.cleaned_data["address"],
        until=None if until is None else until.latest,
        also=hints.demo_networks(),
    )
    if isinstance(done, disclosing.Declined):
        _tell(done.refusal, question, where)
        return _shown(request, seat, one.agreement.id, status=422, question=question, where=where)
    answer = _shown(request, seat, one.agreement.id, made=done)
    answer["cache-control"] = "no-store"
    return answer


@require_POST
@seated(agency=True)
def remove(request: HttpRequest, seat: Seat, hook: int) -> HttpResponse:
    """Tell an address nothing any more."""
    outcome = disclosing.remove_hook(hook=hook, by=seat.by)
    if isinstance(outcome, disclosing.Refused):
        return refused(request, outcome.refusal, entry=outcome.entry)
    said(request, "The hook is removed. Nothing goes to its address any more.", outcome.entry)
    return _shown(request, seat, "")


def _tell(refusal: Refusal, question: Question, where: Where) -> None:
    """Put a refusal at the field that it names, of either form."""
    names = {name.strip("/") for name in refusal.names}
    (where if names & {"address", "until"} else question).refuse(refusal)


def _shown(
    request: HttpRequest,
    seat: Seat,
    under: str,
    *,
    status: int = 200,
    question: Question | None = None,
    where: Where | None = None,
    made: disclosing.Registered | None = None,
) -> HttpResponse:
    at, found = disclosing.hooks_of(seat.caller)
    able = [one for one in publishing.agreements(seat.agency) if _open(one, seat)]
    chosen = next((one for one in able if one.agreement.id == under), able[0] if able else None)
    names, titles = identifying.people(), {one.agreement.id: one.stands.version.title["en"] for one in able}
    form = question or (Question(chosen.stands.version) if chosen is not None else None)
    place = where or Where()
    parts = {
        "lines": [_line(hook, turn, names, titles) for hook, turn in found],
        "able": [(one.agreement.id, titles[one.agreement.id]) for one in able],
        "under": chosen.agreement.id if chosen is not None else "",
        "title": titles[chosen.agreement.id] if chosen is not None else "",
        "form": form,
        "where": place,
        "made": made,
        "faults": [*(form.faults if form is not None and form.is_bound else []), *(place.faults if place.is_bound else [])],
    }
    return page(request, "hooks.html", parts, status=status, at=at)


def _chosen(seat: Seat, under: str) -> Published | None:
    return next((one for one in publishing.agreements(seat.agency) if one.agreement.id == under and _open(one, seat)), None)


def _open(one: Published, seat: Seat) -> bool:
    return one.stands.state == "IN_FORCE" and one.agreement.user(seat.person, one.at) is not None


def _line(hook: Hook, turn: Turn, names: Mapping[str, str], titles: Mapping[str, str]) -> dict[str, Any]:
    outcome = turn.outcome or ""
    status = outcome.removeprefix("ANSWERED_")
    return {
        "hook": hook,
        "turn": turn,
        "who": names.get(hook.person, hook.person),
        "title": titles.get(hook.agreement, hook.agreement),
        "purpose": (hook.question or {}).get("purpose", "").replace("_", " "),
        "came": CAME.get(outcome, f"the receiver answered {status}" if status != outcome else ""),
        "state": "Rests"
        if turn.rests
        else "Told"
        if outcome == "DELIVERED"
        else "Failing"
        if turn.failed
        else "Waits for news",
        "tag": "stop" if turn.rests else "ok" if outcome == "DELIVERED" else "warn" if turn.failed else "",
    }
