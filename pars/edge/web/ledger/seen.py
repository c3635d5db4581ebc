"""Who has seen this person: asked by a number, with what it is for; every entry that showed any of their cases, with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters

from pars.actions import disclosing, identifying, publishing
from pars.actions.disclosing import Refused
from pars.core.cases.shown_to import ACT, WHY
from pars.edge.web import words
from pars.edge.web.ledger import seen_words
from pars.edge.web.pages import page
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from pars.actions.disclosing import ShownList
    from pars.core.access.explain import Language
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
    sheet = forms.ChoiceField(choices=[("", ""), *((one, one) for one in seen_words.LANGUAGES)], required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry, as the template draws it, with each case that it showed: its number in the list, and after how many changes."""

    one: ShownTo
    cases: tuple[tuple[int, int], ...]
    at: Instant
    who: str
    person: str
    why: str
    columns: tuple[str, ...]
    proof: str

    @property
    def few(self) -> bool:
        """Return whether the columns are named in the line itself."""
        return len(self.columns) <= FEW


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
    sheet = form.cleaned_data.pop("sheet")
    answer = disclosing.shown_to(by=seat.by, **form.cleaned_data)
    if isinstance(answer, Refused):
        refusal = answer.refusal
        place = next((FIELDS[name] for name in refusal.names if name in FIELDS), "number")
        faults = [(place, f"{refusal.says} {refusal.remedy}")]
        return page(request, "seen.html", {**parts, "faults": faults, "refused": answer.entry}, status=422)
    why, cases = form.cleaned_data["why"], sorted({one.case for one in answer.shown})
    if sheet:
        return _as_file(answer, cases, why, sheet)
    lines = _lines(answer.shown, cases, "en")
    found = {
        "asked": True,
        "lines": lines,
        "cases": list(enumerate(cases, start=1)),
        "outside": len({one.agency for one in answer.shown if one.agency is not None}),
        "entry": answer.entry,
        "for": WHY[why],
    }
    return page(request, "seen.html", {**parts, **found}, at=answer.at)


def _lines(shown: Sequence[ShownTo], cases: Sequence[str], language: Language) -> list[Line]:
    """Return a line for each entry: one that showed several of the person's cases is one."""
    names = identifying.people()
    agencies = {one.agreement.agency: one.stands.version.agency.name for one in publishing.agreements()}
    desks = seen_words.desks(language)
    return [_line(list(same), cases, names, agencies, desks, language) for _, same in groupby(shown, key=lambda one: one.entry)]


def _line(
    same: list[ShownTo],
    cases: Sequence[str],
    names: Mapping[str, str],
    agencies: Mapping[str, str],
    desks: Mapping[str, str],
    language: Language,
) -> Line:
    one = same[0]
    places = [str(other.place) for other in same if other.place is not None]
    side = (
        f"record{'s' if len(places) > 1 else ''} {', '.join(places)} of {one.rows} in its side row"
        if len(places) == len(same)
        else "in the index alone: its key is lost"
    )
    desk = one.desk or ""
    return Line(
        one=one,
        cases=tuple((cases.index(other.case) + 1, other.version) for other in same),
        at=one.at,
        who=agencies.get(one.agency, one.agency) if one.agency is not None else desks.get(desk, desk.replace("_", " ")),
        person=names.get(one.person, one.person),
        why=seen_words.for_what(one, language),
        columns=seen_words.columns_of(one, language),
        proof=side if one.index is not None else f"{side}, not sealed yet",
    )


def _as_file(answer: ShownList, cases: Sequence[str], why: str, language: Language) -> HttpResponse:
    """Give the list as a text that the person takes along, or that is printed."""
    w, lines = seen_words.SHEET[language], _lines(answer.shown, cases, language)
    told = [w["title"], words.stamp(answer.at, language), "", w["cases"]]
    told += [f"  {n}. {case}" for n, case in enumerate(cases, start=1)]
    told += ["", w["asked"].format(why=seen_words.why_words(why, language), entry=answer.entry)]
    told += [w["lines"].format(n=len(lines), check=w["check"]) if lines else w["nobody"], ""]
    for line in lines:
        placed = w["entry"] if line.one.index is not None else w["unsealed"]
        told += [
            words.stamp(line.at, language),
            f"  {w['who']}: {line.who} ({line.person})",
            f"  {w['why']}: {line.why}",
            f"  {w['what']}: {', '.join(line.columns) or w['none']}",
            *(f"  {w['case'].format(n=n, version=version)}" for n, version in line.cases),
            f"  {placed.format(entry=line.one.entry, index=line.one.index)}",
            "",
        ]
    return HttpResponse(
        "\n".join(told),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="who-was-shown-{answer.entry}.{language}.txt"',
            "Content-Language": language,
            "Cache-Control": "no-store",
        },
    )
