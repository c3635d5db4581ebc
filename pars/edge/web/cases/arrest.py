"""A new arrest, as the booking officer writes it: person, arrest, charges; more charges without losing what was typed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.shortcuts import redirect

from pars.actions import intake
from pars.actions.beats import Once
from pars.core.cases.charges import refuse_charge
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.edge.web.pages import page, said
from pars.edge.web.panel import Form, from_list, object_fields, one_of, prose, text, tick
from pars.edge.web.seat import seated
from pars.edge.web.typed import TimeField, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.edge.web.seat import Seat

FIRST_ROWS = 2
MOST_ROWS = 40
SEX = (("", "Not stated"), ("F", "F"), ("M", "M"), ("X", "X"))
WARRANT = (("no", "Without a warrant"), ("yes", "On a warrant"), ("none", "Not known"))


class NewArrest(Form):
    """Who was arrested, when and where, and what the police propose to charge."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=120)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_ROWS)

    surname = text("Surname")
    given = text("Given name")
    middle = text("Middle name or initial")
    full = text(
        "Or the name as it was given",
        hint="Where surname and given name aren't known apart, or what the person is booked under.",
    )
    birth_date = TimeField(
        label="Birth date", required=False, vague=True, help_text="Like 02/14/1999; a year alone will do: 1999"
    )
    birth_date_unknown = tick("The birth date is not known")
    birth_date_reason = text("Why it is not known", hint="What was asked, what was sent for.")
    sex = from_list("Sex", SEX)
    address = text("Address")
    language = text("Language", hint="If other than English")

    time = TimeField(
        label="Arrested", required=False, help_text="Like 11/23/2026 02:40, or the date alone if that is all that is known"
    )
    agency = text("Arresting agency", needed=True)
    district = text("District", hint="Like 22nd", max_length=20)
    place = text("Place of arrest")
    incident_number = text("Incident number", max_length=40)
    otn = text("Offense tracking number", hint="Like Q333333-0", max_length=20)
    warrant = one_of("Warrant", WARRANT, needed=False, initial="no")
    facility = text("Booked at")
    paper_form = text("Paper form number", hint="As it stands below the bars, like PDU-000021-M", max_length=24)
    narrative = prose(
        "Officer's account",
        hint="What happened, in the officer's words. Who decides the charges reads it; no outside agency does.",
        rows=5,
    )

    aliases: ClassVar[Mapping[str, str]] = {
        "person": "surname",
        "arrests.time": "time",
        "booking.time": "time",
        "arrests": "time",
        "charges.statute": "charge_0_description",
        "charges.description": "charge_0_description",
        "charges.counts": "charge_0_counts",
        "form": "paper_form",
    }

    def __init__(self, data: Any = None, *, rows: int = FIRST_ROWS, **options: Any) -> None:
        self.count = min(rows, MOST_ROWS)
        own: Any = self
        own.base_fields = {**self.base_fields, **{name: field for n in range(self.count) for name, field in _row(n).items()}}
        super().__init__(data, **options)

    @property
    def charge_rows(self) -> list[dict[str, Any]]:
        """Return the charges' fields, row by row."""
        return [{name: self[f"charge_{n}_{name}"] for name in ROW} for n in range(self.count)]

    def clean(self) -> dict[str, Any]:
        """See that there is a name, and a birth date or the reason why there is none."""
        found = super().clean()
        if not any(found.get(name) for name in ("surname", "given", "full")):
            self.add_error("surname", "Surname: give it, or below the name as it was given.")
        if not found.get("birth_date") and "birth_date" not in self.errors:
            if not found.get("birth_date_unknown"):
                self.add_error("birth_date", "Birth date: give it as exactly as it is known, or tick that it is not known.")
            elif not found.get("birth_date_reason"):
                self.add_error("birth_date_reason", "Why the birth date is not known: say what was asked.")
        if found.get("birth_date") and found.get("birth_date_unknown"):
            self.add_error("birth_date_unknown", "A birth date is given above: untick this, or take the date away.")
        for n in range(self.count):
            self._see_charge(n, found)
        return found

    def _see_charge(self, n: int, found: dict[str, Any]) -> None:
        """See that a row is a charge, and one that the core takes; say at that row why not."""
        own = {name: found.get(f"charge_{n}_{name}") for name in ROW}
        charge = _given(own)
        if charge is None:
            if any(own[name] for name in ROW if name != "counts"):
                self.add_error(f"charge_{n}_description", f"Charge {n + 1}: a charge needs its statute or its description.")
        elif (refusal := refuse_charge(charge)) is not None:
            name = next((name for name in refusal.names if own.get(name)), "statute")
            self.add_error(f"charge_{n}_{name}", f"Charge {n + 1}: {refusal.says} {refusal.remedy}".strip())

    def person(self) -> PersonStated:
        """Return the claimed identity."""
        names = ("surname", "given", "middle", "full", "birth_date", "sex", "address", "language")
        return PersonStated(**{name: self.cleaned_data[name] for name in names})

    def arrest(self) -> ArrestGiven:
        """Return the arrest with its charges."""
        found = self.cleaned_data
        names = ("agency", "time", "district", "place", "incident_number", "otn", "narrative")
        rows = [{name: found[f"charge_{n}_{name}"] for name in ROW} for n in range(self.count)]
        return ArrestGiven(
            **{name: found[name] for name in names},
            warrant={"yes": True, "no": False}.get(found["warrant"] or ""),
            charges=tuple(charge for row in rows if (charge := _given(row)) is not None),
        )


ROW = ("statute", "description", "grade", "counts", "offense_date", "object_statute", "object_description")


def _given(row: Mapping[str, Any]) -> ChargeGiven | None:
    """Return the charge of a row as it was typed; None where nothing says which offense it is."""
    if not (row["statute"] or row["description"]):
        return None
    words = {"statute": row["statute"] or "", "description": row["description"] or "", "counts": row["counts"] or 1}
    return ChargeGiven(**{**row, **words})


def _row(n: int) -> dict[str, Any]:
    fields = {
        "statute": text("Statute", max_length=60),
        "description": text("Description"),
        "grade": text("Grade", max_length=8),
        "counts": forms.IntegerField(label="Counts", required=False, min_value=1, max_value=999),
        "offense_date": TimeField(label="Date of offense", required=False),
        **object_fields(),
    }
    return {f"charge_{n}_{name}": field for name, field in fields.items()}


KEPT, SAME_AGAIN = "arrest", ("agency", "district", "facility")
"""What the next arrest of this session begins with: where the officer works, nothing of a person."""


@seated("case:book")
def new_arrest(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Write a new arrest: an empty form, one more charge, or the arrest booked."""
    if request.method != "POST":
        kept = request.session.get(KEPT, {})
        form = NewArrest(initial={"once": secrets.token_urlsafe(16), "rows": FIRST_ROWS, "warrant": "no", **kept})
        return _shown(request, form, focus="surname")
    given = number_in(request.POST.get("rows", "")) or 0
    rows = given if 0 < given <= MOST_ROWS else FIRST_ROWS
    if "another" in request.POST:
        kept = request.POST.copy()
        kept["rows"] = str(min(rows + 1, MOST_ROWS))
        typed = {name: kept.get(name) for name in kept}
        if rows == MOST_ROWS:
            return _shown(request, NewArrest(initial=typed, rows=rows))
        return _shown(request, NewArrest(initial=typed, rows=rows + 1), focus=f"charge_{rows}_statute")
    form = NewArrest(request.POST, rows=rows)
    if form.is_valid():
        outcome = _book(form, seat, request)
        if not hasattr(outcome, "refusal"):
            request.session[KEPT] = {name: form.cleaned_data[name] or "" for name in SAME_AGAIN}
            said(request, "Booked. Look it over, then send it on.", outcome.entry)
            return redirect(f"/cases/{outcome.case_id}")
        form = _anew(request, rows)
        form.refuse(outcome.refusal)
    return _shown(request, form)


def _anew(request: HttpRequest, rows: int) -> NewArrest:
    """Return what was typed under a key of its own: what is sent next is another act than the one that was refused."""
    kept = request.POST.copy()
    kept["once"] = secrets.token_urlsafe(16)
    form = NewArrest(kept, rows=rows)
    form.is_valid()
    return form


def _book(form: NewArrest, seat: Seat, request: HttpRequest) -> Any:
    found = form.cleaned_data
    typed = "\n".join(f"{name}={value}" for name, value in sorted(request.POST.items()) if name != "csrfmiddlewaretoken")
    return intake.book_arrest(
        person=form.person(),
        arrests=[form.arrest()],
        booking=BookingGiven(facility=found["facility"]) if found["facility"] else None,
        birth_date_reason=found["birth_date_reason"],
        form=found["paper_form"],
        by=seat.by,
        once=Once(found["once"], typed.encode()),
    )


def _shown(request: HttpRequest, form: NewArrest, *, focus: str = "") -> HttpResponse:
    if focus:
        form.fields[focus].widget.attrs["autofocus"] = True
    parts = {"form": form, "faults": form.faults if form.is_bound else []}
    return page(request, "arrest.html", parts, status=422 if form.is_bound else 200)
