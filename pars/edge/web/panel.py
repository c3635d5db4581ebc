"""The shape of every form of the screens: fields in the design system's dress, refusals put at the fields they name.

A panel is complete without JavaScript: the browser checks nothing that the server wouldn't say better, in one summary on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.terms import Refusal

NEEDED: Mapping[str, str] = {"en": "needed", "es": "hace falta"}
DRESS: Mapping[type[forms.Widget], str] = {
    forms.Textarea: "usa-textarea",
    forms.CheckboxSelectMultiple: "usa-checkbox__input",
    forms.RadioSelect: "usa-radio__input",
    forms.CheckboxInput: "usa-checkbox__input",
    forms.Select: "usa-select",
}


class Form(forms.Form):
    """A form whose fields wear the design system's classes and name their hint and error to a screen reader."""

    use_required_attribute = False
    spoken: Language = "en"
    aliases: ClassVar[Mapping[str, str]] = {}
    """For a name that a refusal may use: the field that it is here."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        for field in self.fields.values():
            self._dress(field)

    @staticmethod
    def _dress(field: forms.Field) -> None:
        attributes = field.widget.attrs
        own = next((dress for widget, dress in DRESS.items() if isinstance(field.widget, widget)), "usa-input")
        attributes["class"] = " ".join(part for part in (own, attributes.get("class", "")) if part)

    def speak(self, language: Language) -> None:
        """Say in this language what is needed and what is wrong with what was typed. The labels are its own already."""
        self.spoken = language
        if language == "es":
            for field in self.fields.values():
                several = isinstance(field, forms.ChoiceField)
                field.error_messages |= {
                    "required": f"{field.label}: {'elija una opción' if several else 'hace falta'}.",
                    "invalid_choice": f"{field.label}: elija una de estas opciones.",
                    "max_length": f"{field.label}: es demasiado largo.",
                }

    def id_of(self, name: str) -> str:
        """Return the id of a field on the page."""
        return str(self[name].auto_id)

    def refuse(self, refusal: Refusal) -> None:
        """Show why what was asked for can't be done, at the fields at fault where the refusal names any."""
        says = f"{refusal.says} {refusal.remedy}".strip()
        for name in dict.fromkeys(self.aliases.get(name.strip("/"), name.strip("/")) for name in refusal.names):
            if name in self.fields:
                self.add_error(name, says)
                return
        self.add_error(None, says)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Return every error with the id to jump to ("" for the form as a whole), in the order of the fields."""
        found = [("", str(says)) for says in self.non_field_errors()]
        for name in self.fields:
            several = isinstance(self.fields[name].widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
            place = f"{self.id_of(name)}_0" if several else self.id_of(name)
            found += [(place, str(says)) for says in self.errors.get(name, ())]
        return found

    def clean(self) -> dict[str, Any]:
        """Return what was typed, with blank text as None."""
        found = super().clean() or {}
        return {name: (None if value == "" else value) for name, value in found.items()}


def text(label: str, *, needed: bool = False, hint: str = "", **options: Any) -> forms.CharField:
    """Return a field for one line of text."""
    words = {"required": f"{label}: this is needed."}
    return forms.CharField(label=label, required=needed, help_text=hint, error_messages=words, **{"max_length": 200, **options})


def prose(label: str, *, needed: bool = False, hint: str = "", rows: int = 3) -> forms.CharField:
    """Return a field for some lines of text."""
    words = {"required": f"{label}: this is needed."}
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=needed, help_text=hint, error_messages=words, widget=widget, max_length=4000)


def one_of(label: str, choices: Any, *, needed: bool = True, hint: str = "", initial: Any = None) -> forms.ChoiceField:
    """Return a choice of one."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=needed,
        help_text=hint,
        initial=initial,
        widget=forms.RadioSelect,
        error_messages={"required": f"{label}: choose one.", "invalid_choice": f"{label}: choose one of these."},
    )


def any_of(label: str, choices: Any, *, needed: bool = False, hint: str = "") -> forms.MultipleChoiceField:
    """Return a choice of any number."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=needed,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": f"{label}: choose at least one."},
    )


def from_list(label: str, choices: Any, *, needed: bool = False, hint: str = "") -> forms.ChoiceField:
    """Return a choice from a list that drops down."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=needed,
        help_text=hint,
        error_messages={"required": f"{label}: choose one.", "invalid_choice": f"{label}: choose one of these."},
    )


def tick(label: str, *, hint: str = "") -> forms.BooleanField:
    """Return a box to tick."""
    return forms.BooleanField(label=label, required=False, help_text=hint)


def object_fields() -> dict[str, forms.CharField]:
    """Return the fields for the object of an inchoate charge: which offense was attempted, solicited or agreed on."""
    return {
        "object_statute": text("Object: statute", hint="Of an attempt, a solicitation or a conspiracy"),
        "object_description": text("Object: description"),
    }


def paper_form() -> forms.CharField:
    """Return the field for the number of the paper form on which something was first written."""
    return text(
        "Paper form number",
        hint="Only where it was first written on paper, while PARS couldn’t be reached: like PDU-000021-M",
        max_length=24,
    )


def password(label: str = "Your password again", *, hint: str = "") -> forms.CharField:
    """Return the field in which a signer gives their password again."""
    return forms.CharField(
        label=label,
        strip=False,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Your password again: this is your signature."},
    )
