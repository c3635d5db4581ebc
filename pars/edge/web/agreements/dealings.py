"""What an agency and the owners do on the agreement's page beside voting: duties, inquiries, acknowledgements, outcomes, a notice of non-renewal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_POST

from pars.actions import agreeing, dealing
from pars.core.terms import Instant, Refusal
from pars.edge.web.agreements.agreement import found_agreement, shown_agreement, told_agreement
from pars.edge.web.agreements.agreement_forms import DutyMet, Inquiry, InquiryAnswer, NonRenewal, Outcome
from pars.edge.web.agreements.dealing_view import open_duties, speaks_for_agency
from pars.edge.web.pages import not_yours
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.edge.web.seat import Seat


@require_POST
@seated()
def meet(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Record that what a duty asks for was done."""
    one, _ = found_agreement(agreement_id)
    if not speaks_for_agency(one, seat):
        return not_yours(request, seat)
    form = DutyMet(request.POST, choices=open_duties(one))
    if form.is_valid():
        found = form.cleaned_data
        duty, _, due = found["owed"].partition("@")
        outcome = dealing.meet_duty(
            agreement=agreement_id,
            version=one.stands.version.hash,
            duty=duty,
            due=Instant(int(due)),
            shown=found["shown"],
            by=seat.by,
        )
        if not hasattr(outcome, "refusal"):
            return told_agreement(request, agreement_id, outcome, "That the duty was met is recorded.")
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, meeting=form)


@require_POST
@seated("agreement:vote")
def inquire(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Ask the agency something."""
    form = Inquiry(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        outcome = dealing.inquire(agreement=agreement_id, text=found["text"], due=found["due"].latest, by=seat.by)
        if not hasattr(outcome, "refusal"):
            return told_agreement(request, agreement_id, outcome, "The inquiry is before the agency and on this page.")
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, inquiry=form)


@require_POST
@seated()
def answer(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Record the agency's answer to an inquiry."""
    one, _ = found_agreement(agreement_id)
    if not speaks_for_agency(one, seat):
        return not_yours(request, seat)
    form = InquiryAnswer(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        outcome = dealing.answer(agreement=agreement_id, inquiry=found["inquiry"], text=found["text"], by=seat.by)
        if not hasattr(outcome, "refusal"):
            return told_agreement(request, agreement_id, outcome, "The agency’s answer stands beside the inquiry.")
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, answering=form)


@require_POST
@seated(agency=True)
def acknowledge(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Acknowledge what a version says."""
    outcome = dealing.acknowledge(agreement=agreement_id, version=request.POST.get("version", ""), by=seat.by)
    return told_agreement(request, agreement_id, outcome, "You have acknowledged this version.")


@require_POST
@seated(agency=True)
def report_outcome(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Report what came of an answer."""
    form = Outcome(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        outcome = dealing.report_outcome(agreement=agreement_id, receipt=found["receipt"], outcome=found["outcome"], by=seat.by)
        if not hasattr(outcome, "refusal"):
            return told_agreement(
                request, agreement_id, outcome, "What came of it is recorded, and counted in the record of use."
            )
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, outcome=form)


@require_POST
@seated("notice:serve")
def serve_nonrenewal(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Record that notice was served that a version won't be renewed."""
    form = NonRenewal(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        words = dealing.words_of(found["text"])
        if isinstance(words, Refusal):
            form.refuse(words)
            return shown_agreement(request, agreement_id, status=422, nonrenewal=form)
        outcome = agreeing.serve_notice(
            agreement=agreement_id,
            version=found["version"],
            text=words,
            channel=found["channel"],
            about="nonrenewal",
            proof=found["proof"],
            by=seat.by,
        )
        if not hasattr(outcome, "refusal"):
            return told_agreement(request, agreement_id, outcome, "The notice and its proof are recorded, and on the calendar.")
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, nonrenewal=form)
