"""Who has seen this person: asked by a number, with what it is for; every entry that showed any of their cases, with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.views.decorators.debug import sensitive_post_parameters

from pars.actions import disclosing, identifying, publishing
from pars.actions.disclosing import Refused
from pars.core.access.use_words import column_words
from pars.core.cases.shown_to import ACT, WHY
from pars.edge.web.pages import page
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.cases.shown_to import ShownTo
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

FEW = 6
"""How many columns a line names one by one."""
FIELDS = {"number": "number", "purpose": "why", "evidence": "evidence"}


class Asked(forms.Form):
    """What is asked."""

    number = forms.CharField(max_length=60, error_messages={"required": "Number: this is needed."})
    why = forms.ChoiceField(choices=list(WHY.items()), error_messages={"required": "What for: choose one."})
    evidence = forms.CharField(max_length=60, required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry, as the template draws it."""

    one: ShownTo
    case: int
    at: Instant
    who: str
    person: str
    why: str
    columns: str
    proof: str


@sensitive_post_parameters("number", "evidence")
@seated(ACT)
def seen(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show who was shown a person; before anything was asked, the form."""
    whys = list(WHY.items())
    if request.method != "POST":
        return page(request, "seen.html", {"whys": whys, "typed": {}})
    form = Asked(request.POST)
    parts: dict[str, Any] = {"whys": whys, "typed": {name: request.POST.get(name, "").strip() for name in form.fields}}
    if not form.is_valid():
        faults = [(name, str(says[0])) for name, says in form.errors.items()]
        return page(request, "seen.html", {**parts, "faults": faults}, status=422)
    answer = disclosing.shown_to(by=seat.by, **form.cleaned_data)
    if isinstance(answer, Refused):
        refusal = answer.refusal
        place = next((FIELDS[name] for name in refusal.names if name in FIELDS), "number")
        faults = [(place, f"{refusal.says} {refusal.remedy}")]
        return page(request, "seen.html", {**parts, "faults": faults, "refused": answer.entry}, status=422)
    cases = sorted({one.case for one in answer.shown})
    names, agencies = identifying.people(), _agencies()
    found = {
        "asked": True,
        "lines": [_line(one, cases.index(one.case) + 1, names, agencies) for one in answer.shown],
        "cases": len(cases),
        "outside": len({one.agency for one in answer.shown if one.agency is not None}),
        "entry": answer.entry,
        "for": WHY[form.cleaned_data["why"]],
    }
    return page(request, "seen.html", {**parts, **found}, at=answer.at)


def _agencies() -> Mapping[str, str]:
    return {one.agreement.agency: one.stands.version.agency.name for one in publishing.agreements()}


def _line(one: ShownTo, case: int, names: Mapping[str, str], agencies: Mapping[str, str]) -> Line:
    columns = ", ".join(map(column_words, one.columns)) if len(one.columns) <= FEW else f"{len(one.columns)} columns"
    side = (
        f"record {one.place} of {one.rows} in its side row" if one.place is not None else "in the index alone: its key is lost"
    )
    return Line(
        one=one,
        case=case,
        at=one.at,
        who=agencies.get(one.agency, one.agency) if one.agency is not None else (one.desk or "").replace("_", " "),
        person=names.get(one.person, one.person),
        why=one.purpose.replace("_", " ") if one.agency is not None else (one.act or ""),
        columns=columns or "none: who was shown it",
        proof=side if one.index is not None else f"{side}, not sealed yet",
    )
