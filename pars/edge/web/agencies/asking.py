"""The agency's form for a question: built from what its agreement grants, so that nothing else can be typed into it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from pars.core.access.catalogue import COLUMNS, YES_OR_NO, write_value
from pars.core.access.emergency import REASONS
from pars.core.access.explain import LABELS
from pars.core.access.purposes import EXAMPLES
from pars.core.terms import StatedTime, moment, start_of_day
from pars.edge.web.panel import Form, any_of, from_list, one_of, text
from pars.edge.web.typed import TimeField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.access.explain import Language
    from pars.core.agreements.version import Version

EVIDENCE = {"case_number": "Your case number", "warrant_number": "The warrant's number", "docket": "The docket number"}


class Question(Form):
    """One question under one version: purpose and evidence first, then whom about, then what to see."""

    def __init__(self, version: Version, data: Any = None, **options: Any) -> None:
        own: Any = self
        own.base_fields = _fields(version)
        self.version = version
        super().__init__(data, **{"prefix": "q", **options})
        if len(version.purposes) == 1:
            self.initial["purpose"] = version.purposes[0].code
        self.initial["columns"] = list(self._granted())

    @property
    def conditions(self) -> list[Any]:
        """Return the fields that say whom the question is about."""
        return [self[name] for name in self.fields if name.startswith("by_")]

    def asked(self, *, beside: Iterable[str] = (), after: str = "") -> dict[str, Any]:
        """Return the question as the door reads it. `beside` are columns beyond the form; `after` is where a page ended."""
        found = self.cleaned_data
        purpose = found["purpose"]
        kind = next((one.evidence for one in self.version.purposes if one.code == purpose), "")
        emergency = found.get("emergency")
        proof = {"evidence": {"kind": kind, "value": found["evidence"]}} if found["evidence"] else {}
        where = [self._leaf(name) for name in self._filters() if found.get(f"by_{name}") not in {None, ""}]
        question: dict[str, Any] = {
            "purpose": purpose,
            **proof,
            "where": where,
            "columns": [*found["columns"], *beside],
            **({"emergency": emergency} if emergency else {}),
            **({"on_behalf_of": found["behalf"]} if found.get("behalf") else {}),
        }
        return {**question, "after": after} if after else question

    def clean(self) -> dict[str, Any]:
        """Return what was typed; evidence is needed but in an emergency that does without it."""
        found = super().clean()
        rule = self.version.emergency
        waived = rule is not None and "evidence" in rule.waives and found.get("emergency")
        if not found.get("evidence") and "evidence" not in self.errors and not waived:
            self.add_error("evidence", f"{self.fields['evidence'].label}: this is needed.")
        return found

    def _granted(self) -> list[str]:
        return [name for name in COLUMNS if name in self.version.scope.columns]

    def _filters(self) -> list[str]:
        return [name for name in COLUMNS if name in self.version.scope.filters]

    def _leaf(self, name: str) -> dict[str, Any]:
        value, mask = self.cleaned_data[f"by_{name}"], self.version.scope.masks.get(name)
        if mask is not None:
            return {"column": name, "mask": mask, "is": value}
        if not isinstance(value, StatedTime):
            return {"column": name, "is": value}
        if COLUMNS[name].type == "date":
            return {"column": name, "is": value.text[:10]}
        day = moment(value.earliest, value.zone).date()
        ends = {"from": start_of_day(day, value.zone), "to": start_of_day(day + timedelta(days=1), value.zone)}
        return {"column": name, "within": {side: write_value(at, "instant") for side, at in ends.items()}}


def label(name: str, masks: Mapping[str, str] | None = None, language: Language = "en") -> str:
    """Return a column as a form's label or a table's head: `Birth date`, or `Birth date, the year`."""
    said = _ARTICLE.sub("", LABELS[language][name])
    said = said[0].upper() + said[1:]
    return f"{said}, {_YEAR[language]}" if masks and masks.get(name) == "year" else said


_ARTICLE = re.compile(r"^(?:the|whether|el|la|los|las|lo|si) ")
_YEAR: Mapping[Language, str] = {"en": "the year", "es": "el año"}


def _fields(version: Version) -> dict[str, forms.Field]:
    purposes = [(purpose.code, purpose.says["en"].rstrip(".")) for purpose in version.purposes]
    kinds = list(dict.fromkeys(purpose.evidence for purpose in version.purposes))
    evidence = " or ".join(EVIDENCE[kind].lower() for kind in kinds)
    fields: dict[str, forms.Field] = {
        "purpose": one_of("What it is for", purposes),
        "evidence": text(
            evidence[0].upper() + evidence[1:],
            needed=version.emergency is None,
            hint=_evidence_hint(kinds, version),
            max_length=60,
        ),
    }
    if version.others:
        others = [(other.id, other.name) for other in version.others]
        fields["behalf"] = from_list(
            "On behalf of", [("", "our own agency"), *others], hint="It is recorded with the question, and the owners read it."
        )
    if version.emergency is not None:
        reasons = [(code, REASONS[code]["en"]) for code in version.emergency.reasons]
        fields["emergency"] = from_list(
            "An emergency", [("", "no"), *reasons], hint="The owners are told at once, and review it. It opens nothing more."
        )
    fields |= {
        f"by_{name}": _condition(name, version.scope.masks.get(name)) for name in COLUMNS if name in version.scope.filters
    }
    columns = [(name, label(name, version.scope.masks)) for name in COLUMNS if name in version.scope.columns]
    fields["columns"] = any_of("What to see", columns, needed=True)
    return fields


def _evidence_hint(kinds: list[str], version: Version) -> str:
    """Return examples, and whether what is typed is looked up."""
    like = " or ".join(EXAMPLES[kind] for kind in kinds)
    taken = "" if set(kinds) <= set(version.checked) else " It isn’t looked up: it is recorded as you state it."
    return f"Like {like}.{taken}"


def _condition(name: str, mask: str | None) -> forms.Field:
    says = label(name, {name: mask} if mask else None)
    match COLUMNS[name].type_under(mask):
        case "int":
            return _year(says) if mask == "year" else forms.IntegerField(label=says, required=False)
        case "bool":
            return from_list(says, [("", "—"), *[(answer, answer) for answer in YES_OR_NO]])
        case "date" | "instant":
            return TimeField(label=says, required=False, help_text="Like 11/23/2026")
        case _:
            return text(says, hint="From an earlier answer" if name == "record" else "Exactly as recorded, capitals too")


def _year(says: str) -> forms.IntegerField:
    wrong = dict.fromkeys(("invalid", "min_value", "max_value"), f"{says}: write a year, like 1987.")
    return forms.IntegerField(
        label=says, required=False, help_text="Like 1987", min_value=1800, max_value=2200, error_messages=wrong
    )
