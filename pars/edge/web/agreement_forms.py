"""The forms of the agreement page: a seat's signed choice, a renewal put before the owners, a report, the agency's reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from pars.core.access.catalogue import COLUMNS
from pars.edge.web.asking import label
from pars.edge.web.panel import Form, any_of, one_of, password, prose
from pars.edge.web.typed import TimeField

if TYPE_CHECKING:
    from pars.core.access.version import Version

CHOICES = {
    "adopt": "Adopt it",
    "reject": "Don't adopt it",
    "suspend": "Suspend it at once",
    "revoke": "Revoke it",
    "reinstate": "Reinstate it",
}
MEANS = {
    "suspend": "From that moment on nothing is answered, until it is reinstated or the suspension lapses unconfirmed.",
    "revoke": "With enough seats it is over for good; nothing brings this version back.",
    "reinstate": "With enough seats questions are answered again.",
}
BEGINS = (("end", "When the version in force ends"), ("now", "As soon as it is adopted"))


class Ballot(Form):
    """One seat's choice. The password given again signs it with the seat's key that a demo's home keeps."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)
    answers = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    choice = one_of("Your choice", ())
    password = password()

    def __init__(self, data: Any = None, *, choices: tuple[str, ...] = tuple(CHOICES), **options: Any) -> None:
        super().__init__(data, **options)
        listed: Any = self.fields["choice"]
        listed.choices = [(choice, CHOICES[choice]) for choice in choices]


class Renewal(Form):
    """The next version: the same until another day, or narrower."""

    last_day = TimeField(label="Last day", help_text="Like 08/31/2027; it ends at midnight after it")
    begins = one_of("Begins", BEGINS, initial="end")
    without = any_of("Leave out", (), hint="What is left out is neither shown nor asked by any more.")
    password = password()

    def __init__(self, version: Version, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": "renewal", **options})
        listed: Any = self.fields["without"]
        used = version.scope.columns | version.scope.filters
        listed.choices = [(name, label(name, version.scope.masks)) for name in COLUMNS if name in used]


class DutyMet(Form):
    """That a duty was met, with the sha256 of what shows it: the paper itself stays with who has it."""

    owed = one_of("Which duty", ())
    shown = forms.RegexField(
        r"\A[0-9a-f]{64}\Z",
        label="sha256 of what shows it",
        help_text="64 characters, as `sha256sum` prints them of the report or certificate",
        error_messages={
            "required": "sha256 of what shows it: this is needed.",
            "invalid": "A sha256 has 64 characters, 0–9 and a–f.",
        },
    )

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **{"prefix": "duty", **options})
        listed: Any = self.fields["owed"]
        listed.choices = choices


class Reply(Form):
    """The agency's reply to a report, as it was received."""

    report = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reply = prose("The agency's reply, as received", needed=True, rows=4)
