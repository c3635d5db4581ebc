"""What an agency and the owners do on the agreement's page beside voting: meet a duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_POST

from pars.actions import dealing
from pars.core.terms import Instant
from pars.edge.web.agreement_forms import DutyMet
from pars.edge.web.agreements import found_agreement, shown_agreement, told_agreement
from pars.edge.web.dealing_view import open_duties, speaks_for_agency
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
