"""The paper forms that are still out: printed, and neither entered nor made void; and making one void, with the reason."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.shortcuts import redirect

from pars.actions import numbering
from pars.actions.beats import Refused
from pars.core.cases.paper_forms import FORMS, VOIDED_BECAUSE
from pars.edge.web.pages import page, said
from pars.edge.web.panel import Form, from_list, text
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.edge.web.seat import Seat


class Void(Form):
    """Make a form void."""

    aliases = {"form": "number"}  # noqa: RUF012  as every form has it

    number = text("Number of the form", needed=True, hint="As it stands below the bars, like PDU-000021-M", max_length=24)
    reason = from_list("Why it will never be entered", (("", "Choose"), *VOIDED_BECAUSE.items()), needed=True)


@seated("paper:number")
def paper_forms(request: HttpRequest, seat: Seat) -> HttpResponse:
    """List the forms that are out, by site, and make one void."""
    form = Void(request.POST) if request.method == "POST" else Void()
    if form.is_bound and form.is_valid():
        found = form.cleaned_data
        outcome = numbering.void_form(number=found["number"], reason=found["reason"], by=seat.by)
        if not isinstance(outcome, Refused):
            said(request, "The form is void; nobody can enter it.", outcome.entry)
            return redirect("/paper-forms")
        form.refuse(outcome.refusal)
    out = numbering.still_out()
    sites = Counter(one.number.site for one in out.forms)
    wanted = request.GET.get("site", "")
    chosen = wanted if wanted in sites else ""
    parts = {
        "forms": [
            {"number": str(one.number), "what": FORMS[one.form][0], "printed": one.printed}
            for one in out.forms
            if chosen in {"", one.number.site}
        ],
        "sites": sorted(sites.items()),
        "count": len(out.forms),
        "chosen": chosen,
        "form": form,
        "faults": form.faults if form.is_bound else [],
    }
    return page(request, "paper_forms.html", parts, status=422 if parts["faults"] else 200, at=out.at)
