"""The court's calendar on the screen: the coming days as they stand, and the file that takes the calendar's place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import redirect

from pars.actions import calendaring, loading, publishing
from pars.core.terms import moment
from pars.edge.formats.calendar_list import COLUMNS, read_calendar_file
from pars.edge.web import words
from pars.edge.web.pages import page, said
from pars.edge.web.panel import Form
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.calendaring import Day
    from pars.edge.web.seat import Seat

DAYS = 28
LARGEST = 1_048_576


class CalendarFile(Form):
    """The file with the court's calendar."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"Columns: {', '.join(COLUMNS)}.",
        max_length=200,
        error_messages={"required": "CSV file: choose one.", "empty": "CSV file: it is empty."},
    )

    def clean_file(self) -> Any:
        """Return what the file holds; a line that can't be taken refuses the whole, since what is left out would be open."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST:
            raise forms.ValidationError("CSV file: it is larger than a megabyte.")
        try:
            found = read_calendar_file(given.read().decode())
        except UnicodeDecodeError:
            raise forms.ValidationError("CSV file: it isn't UTF-8 text. Save it as UTF-8 and load it again.") from None
        if found.faults:
            raise forms.ValidationError([str(fault) for fault in found.faults[:20]])
        return found.calendar


@seated("calendar:load")
def court_calendar(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the coming days, and let another calendar count."""
    form = CalendarFile(request.POST, request.FILES) if request.method == "POST" else CalendarFile()
    if form.is_bound and form.is_valid():
        outcome = loading.load_calendar(calendar=form.cleaned_data["file"], by=seat.by)
        if not hasattr(outcome, "refusal"):
            said(request, "Loaded. It counts from now on; no order that was signed changes.", outcome.entry)
            return redirect("/court/calendar")
        form.refuse(outcome.refusal)
    at = publishing.now()
    today = moment(at, words.zone()).date()
    coming = calendaring.coming_days(today, DAYS, words.zone())
    parts = {
        "form": form,
        "days": [_line(day) for day in coming],
        "sittings": calendaring.court_calendar().sittings_on(today + timedelta(days=1)),
        "numbering": calendaring.court_calendar().numbering(today),
        "faults": form.faults,
    }
    return page(request, "court_calendar.html", parts, status=422 if form.faults else 200, at=at)


def _line(day: Day) -> dict[str, Any]:
    return {
        "day": words.day(day.day),
        "weekday": f"{day.day:%a}",
        "closed": day.closed,
        "rooms": [{"court": slot.court, "time": slot.time, "set": taken, "of": slot.capacity} for slot, taken in day.rooms],
    }
