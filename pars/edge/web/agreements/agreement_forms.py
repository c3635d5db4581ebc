"""The forms of the agreement page: a seat's signed choice, a renewal put before the owners, a report, the agency's reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.core.access.catalogue import COLUMNS
from pars.core.agreements.outcomes import OUTCOMES
from pars.edge.web.agencies.asking import label
from pars.edge.web.cases.case import WRONG_PASSWORD
from pars.edge.web.panel import Form, any_of, one_of, password, prose, text
from pars.edge.web.typed import TimeField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.agreements.version import Version

CHOICES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "adopt": "Adopt it",
        "reject": "Don't adopt it",
        "suspend": "Suspend it at once",
        "revoke": "Revoke it",
        "reinstate": "Reinstate it",
        "withdraw": "Withdraw your vote",
    },
    "es": {
        "adopt": "Aprobarlo",
        "reject": "No aprobarlo",
        "suspend": "Suspenderlo de inmediato",
        "revoke": "Revocarlo",
        "reinstate": "Restablecerlo",
        "withdraw": "Retirar su voto",
    },
}
BALLOT: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "choice": "Your choice",
        "reason": "Your reason",
        "hint": "A line that everybody may read, signed with your choice",
        "password": "Your password again",
        "unsigned": "Your password again: this is your signature.",
        "wrong": WRONG_PASSWORD,
    },
    "es": {
        "choice": "Su elección",
        "reason": "Su razón",
        "hint": "Una línea que cualquiera puede leer, firmada con su elección",
        "password": "Su contraseña, otra vez",
        "unsigned": "Su contraseña, otra vez: es su firma.",
        "wrong": "Esta no es su contraseña, así que no se firmó nada. Ponga la contraseña con la que entró.",
    },
}
MEANS = {
    "suspend": "From that moment on nothing is answered, until it is reinstated or the suspension lapses unconfirmed.",
    "revoke": "With enough seats it is over for good; nothing brings this version back.",
    "reinstate": "With enough seats questions are answered again.",
}
CHANNELS = (
    ("certified-mail", "By certified mail"),
    ("by-hand", "By hand, against a signature"),
    ("electronic", "Electronically, with a receipt"),
)
BEGINS = (("end", "When the version in force ends"), ("now", "As soon as it is adopted"))


class Ballot(Form):
    """One seat's choice. The password given again signs it with the seat's key that a demo's home keeps."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)
    answers = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    choice = one_of("Your choice", ())
    reason = text("Your reason", max_length=500)
    password = password()

    def __init__(
        self, data: Any = None, *, choices: tuple[str, ...] = tuple(CHOICES["en"]), language: Language = "en", **options: Any
    ) -> None:
        super().__init__(data, **options)
        words = BALLOT[language]
        for name in ("choice", "reason", "password"):
            self.fields[name].label = words[name]
        self.fields["reason"].help_text = words["hint"]
        self.speak(language)
        self.fields["password"].error_messages["required"] = words["unsigned"]
        self.offer(choices)

    def offer(self, choices: tuple[str, ...]) -> None:
        """Offer these choices and no other."""
        listed: Any = self.fields["choice"]
        listed.choices = [(choice, CHOICES[self.spoken][choice]) for choice in choices]


class Renewal(Form):
    """The next version: the same until another day, or narrower."""

    last_day = TimeField(label="Last day", help_text="Like 08/31/2027; it ends at the end of that day")
    begins = one_of("Begins", BEGINS, initial="end")
    last_vote = TimeField(
        label="Last day to vote", help_text="What isn’t decided by the end of that day ends without a decision", required=False
    )
    without = any_of("Leave out", (), hint="What is left out is neither shown nor asked by any more.")
    password = password()

    def __init__(self, version: Version, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": "renewal", **options})
        listed: Any = self.fields["without"]
        used = version.scope.columns | version.scope.filters
        listed.choices = [(name, label(name, version.scope.masks)) for name in COLUMNS if name in used]


def hash_of(label: str, hint: str) -> forms.RegexField:
    """Return the field for the sha256 of a paper, which itself stays with who has it."""
    words = {"required": f"{label}: this is needed.", "invalid": "A sha256 has 64 characters, 0–9 and a–f."}
    return forms.RegexField(r"\A[0-9a-f]{64}\Z", label=label, help_text=hint, error_messages=words)


class DutyMet(Form):
    """That a duty was met, with the sha256 of what shows it: the paper itself stays with who has it."""

    owed = one_of("Which duty", ())
    shown = hash_of("sha256 of what shows it", "64 characters, as sha256sum prints them of the report or certificate")

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **{"prefix": "duty", **options})
        listed: Any = self.fields["owed"]
        listed.choices = choices


class Inquiry(Form):
    """What an owner asks the agency."""

    text = prose("What the agency is asked", needed=True, hint="Everybody may read it, and the answer or the silence", rows=3)
    due = TimeField(label="To be answered by", help_text="Like 08/31/2027; until the end of that day")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": "inquiry", **options})


class InquiryAnswer(Form):
    """The agency's answer to an inquiry."""

    inquiry = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = prose("The agency’s answer", needed=True, hint="Everybody may read it", rows=3)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": "answer", **options})


class Outcome(Form):
    """What came of an answer."""

    receipt = forms.IntegerField(
        label="The answer’s receipt",
        help_text="The number of its entry",
        min_value=0,
        error_messages={"required": "The answer’s receipt: this is needed.", "invalid": "The answer’s receipt is a number."},
    )
    outcome = one_of("What came of it", [(code, says["en"][:1].upper() + says["en"][1:]) for code, says in OUTCOMES.items()])

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": "outcome", **options})


class NonRenewal(Form):
    """Notice that a version won't be renewed, as it was served on the other side, with the sha256 of what proves that."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = prose("The notice, as served", needed=True, hint="Everybody may read it", rows=4)
    channel = one_of("How it was served", CHANNELS)
    proof = hash_of(
        "sha256 of what proves the service", "Of the receipt, the signature or the message’s headers, as sha256sum prints it"
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": "nonrenewal", **options})


class Reply(Form):
    """The agency's reply to a report, as it was received."""

    aliases: ClassVar[Mapping[str, str]] = {"text": "reply"}
    report = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reply = prose("The agency's reply, as received", needed=True, rows=4)
