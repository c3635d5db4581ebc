"""Reads what people type: dates and times in the forms they write them in, money, numbers. What isn't typed isn't invented."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from pars.core.terms import StatedTime, moment
from pars.core.typed import typed_time
from pars.edge.web.words import zone

if TYPE_CHECKING:
    from typing import Any

    from pars.core.terms import Instant

_OURS = re.compile(r"[0-9]{1,16}")


def number_in(text: str) -> int | None:
    """Return the whole number that a page of ours wrote into a form or an address; None for anything else, however long."""
    return int(text) if _OURS.fullmatch(text) else None


def read_time(text: str) -> StatedTime:
    """Return the time somebody typed, by the screens' clock. Raises ValueError."""
    return typed_time(text, zone())


def now_typed(at: Instant) -> StatedTime:
    """Return an instant to the minute, as somebody would type it now: what a form begins with."""
    return StatedTime(moment(at, zone()).strftime("%Y-%m-%dT%H:%M"), zone())


def write_time(time: StatedTime | None) -> str:
    """Return a stated time as it can be typed again."""
    if time is None or time.precision in {"year", "month"}:
        return time.text if time else ""
    year, month, day = time.text[:10].split("-")
    return f"{month}/{day}/{year} {time.text[11:16]}".strip()


class TimeField(forms.CharField):
    """A date or time as text. `clock` asks for the time of day too; `vague` takes a month or a year."""

    def __init__(self, *, clock: bool = False, vague: bool = False, example: str = "", **options: Any) -> None:
        self.clock, self.vague = clock, vague
        needed = {"required": f"{options['label']}: this is needed."} if "label" in options else {}
        super().__init__(**{"max_length": 20, "error_messages": needed, **options})
        self.example = example or ("11/23/2026 02:40" if clock else "11/23/2026")
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> StatedTime | None:
        """Return the stated time; None where nothing was typed and nothing need be."""
        text = super().clean(value)
        if not text:
            return None
        try:
            time = read_time(text)
        except ValueError:
            raise _wrong(self, f"write it like {self.example}.") from None
        if time.precision in {"year", "month"} and not self.vague:
            raise _wrong(self, f"write the whole date, like {self.example}.")
        if self.clock and time.precision != "local":
            raise _wrong(self, f"write the time of day too, like {self.example}.")
        return time

    def prepare_value(self, value: Any) -> Any:
        """Show a stated time as it can be typed."""
        return write_time(value) if isinstance(value, StatedTime) else value


class MoneyField(forms.CharField):
    """An amount in dollars as text; its value is whole cents."""

    def clean(self, value: Any) -> int | None:
        """Return the cents."""
        text = super().clean(value).replace("$", "").replace(",", "").strip()
        if not text:
            return None
        try:
            cents = Decimal(text) * 100
        except ArithmeticError:  # no number, or one beyond all that a decimal holds
            raise _wrong(self, "write an amount in dollars, like 5,000 or 250.50.") from None
        if not cents.is_finite() or cents != cents.to_integral_value() or not 0 <= cents < 10**12:
            raise _wrong(self, "write an amount in dollars, like 5,000 or 250.50.")
        return int(cents)


def _wrong(field: forms.Field, says: str) -> forms.ValidationError:
    """Return the fault, which names its field: it stands in the list on top of the page, too."""
    return forms.ValidationError(f"{field.label}: {says}")


def three_state(answer: str) -> bool | None:
    """Return yes, no, or that there was no answer."""
    return {"yes": True, "no": False}.get(answer)
