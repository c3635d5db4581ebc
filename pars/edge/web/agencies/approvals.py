"""The second person: questions that wait for one, for colleagues and owners; and for owners the emergencies that they owe a review of.

Whoever may approve sees the very question, as it was asked. Nothing of a record is here: what is approved is still asked through the door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import breaking_glass, disclosing, identifying, publishing
from pars.core.access.emergency import FINDINGS
from pars.core.access.explain import LABELS, condition
from pars.core.access.question import Question, read_question
from pars.core.document import ID
from pars.edge.web.agencies import asking
from pars.edge.web.pages import not_yours, page, refused, said
from pars.edge.web.panel import Form
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import Published
    from pars.core.agreements.version import Version
    from pars.edge.web.seat import Seat

APPROVES, REVIEWS = "question:approve", "emergency:review"
FOUND = {"JUSTIFIED": "It was justified", "NOT_JUSTIFIED": "It was not justified"}


class Review(Form):
    """What the owners found about an emergency answer."""

    finding = forms.ChoiceField(choices=[(one, FOUND[one]) for one in FINDINGS])


def concerns(seat: Seat) -> bool:
    """Return whether the page is of use to somebody in this capacity."""
    return seat.agency is not None or bool(seat.acts & {APPROVES, REVIEWS})


@seated()
def approvals(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what waits for a second person, and for a review."""
    if not concerns(seat):
        return not_yours(request, seat)
    names = identifying.people()
    known = {one.agreement.id: one for one in publishing.agreements(seat.agency)}
    parts = {
        "requests": [line for one in known.values() for line in _requests(one, seat, names)],
        "reviews": [
            {"one": owed, "who": names.get(owed.person, owed.person), "title": known[owed.agreement].stands.version.title["en"]}
            for owed in breaking_glass.owed(by=seat.by)
        ],
        "reviewer": REVIEWS in seat.acts,
        "findings": list(FOUND.items()),
    }
    return page(request, "approvals.html", parts)


def _requests(one: Published, seat: Seat, names: Any) -> Iterator[dict[str, Any]]:
    """Yield the requests under an agreement, as this reader may act on them."""
    version = one.stands.version
    for waiting in disclosing.requests(agreement=one.agreement.id, by=seat.by):
        asked, mine = waiting.asked, waiting.asked.person == seat.person
        until = waiting.given.until(version) if waiting.given is not None else None
        yield {
            "asked": asked,
            "agreement": one.agreement.id,
            "title": version.title["en"],
            "who": names.get(asked.person, asked.person),
            "says": _said(waiting.question, version),
            "given": waiting.given,
            "giver": names.get(waiting.given.by, waiting.given.by) if waiting.given is not None else "",
            "until": until,
            "mine": mine,
            "may_approve": not mine and waiting.given is None,
            "may_ask": mine and until is not None and one.at < until and not asked.export,
        }


def _said(question: Any, version: Version) -> list[tuple[str, str]]:
    """Return a question in words: what for, with what, about whom, to see what."""
    read = read_question(question) if question is not None else None
    if not isinstance(read, Question):
        return [("The question", "it can’t be read any more")]
    purpose = version.purpose(read.purpose)
    found = [("For", purpose.says["en"].rstrip(".") if purpose is not None else read.purpose)]
    if read.evidence is not None:
        found.append(("With", f"{read.evidence.kind.replace('_', ' ')} {read.evidence.value}"))
    if read.on_behalf_of is not None:
        others = {other.id: other.name for other in version.others}
        found.append(("On behalf of", others.get(read.on_behalf_of, read.on_behalf_of)))
    found.append(("About", "; ".join(condition(leaf, "en") for leaf in read.where) or "nobody in particular: all in scope"))
    found.append(("To see", ", ".join(LABELS["en"][name] for name in read.columns)))
    return [*found, ("At most", f"{read.rows or version.limits.rows_per_reply} records")]


@require_POST
@seated(agency=True)
def ask_approval(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for a second person's approval of the question that the form holds."""
    under = request.POST.get("under", "")
    one = publishing.agreement(under) if ID.fullmatch(under) else None
    form = (
        asking.Question(one.stands.version, request.POST) if one is not None and one.agreement.agency == seat.agency else None
    )
    if form is None or not form.is_valid():
        return redirect("/ask")
    outcome = disclosing.ask_approval(caller=seat.caller, asked=form.asked())
    if isinstance(outcome, disclosing.Declined):
        return refused(request, outcome.refusal, entry=outcome.entry)
    said(request, "Your question waits for a second person. Once it is approved you can ask it here.", outcome.entry)
    return redirect("/approvals")


@require_POST
@seated()
def approve(request: HttpRequest, seat: Seat, agreement_id: str, asked: int) -> HttpResponse:
    """Approve a question."""
    outcome = disclosing.approve(agreement=agreement_id, asked=asked, by=seat.by)
    return _told(request, outcome, "The question is approved: whoever asked for it can now ask it.")


@require_POST
@seated(REVIEWS)
def review(request: HttpRequest, seat: Seat, agreement_id: str, answer: int) -> HttpResponse:
    """Record what the owners found about an emergency answer."""
    form = Review(request.POST)
    finding = form.cleaned_data["finding"] if form.is_valid() else ""
    outcome = breaking_glass.review(agreement=agreement_id, answer=answer, finding=finding, by=seat.by)
    return _told(request, outcome, "The review is recorded.")


def _told(request: HttpRequest, outcome: Any, words: str) -> HttpResponse:
    if hasattr(outcome, "refusal"):
        return refused(request, outcome.refusal, entry=outcome.entry)
    said(request, words, outcome.entry)
    return redirect("/approvals")
