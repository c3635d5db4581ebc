"""The form of a draft: parties, purposes, rows and columns, limits and term, each refusal at its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.floor import RECIPIENTS
from pars.core.access.limits import IN_A_DAY, MOST, MOST_ROWS
from pars.core.access.purposes import PURPOSES, listed
from pars.core.agreements.duties import MOST_DUTIES
from pars.core.agreements.version import DEMANDS
from pars.core.terms import StatedTime, moment
from pars.edge.web.agencies.asking import label
from pars.edge.web.agreements.draft_clauses import (
    CLAUSE_PLACES,
    DUTY_PARTS,
    DUTY_PLACES,
    LAST_YEAR,
    MOST_OTHERS,
    clause_fields,
    clause_initial,
    clean_clauses,
    line_named,
    lines_in,
    whole,
)
from pars.edge.web.agreements.draft_text import HOWS, Line, lines_of
from pars.edge.web.panel import Form, any_of, from_list, one_of, text, tick
from pars.edge.web.typed import TimeField, write_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pars.core.access.explain import Language
    from pars.core.access.purposes import Listed
    from pars.core.terms import Refusal

CLASSES = {"criminal_justice": "A criminal justice agency", "noncriminal_justice": "Another agency or person"}
HOLDS = {
    "fingerprint_check": "A fingerprint check",
    "terms_signed": "The signed terms of use",
    "training_completed": "The completed training",
    "terms_acknowledged": "Their own acknowledgement of this version",
}
BEGINS = (
    ("adopted", "As soon as it is adopted"),
    ("follows", "When the version in force ends"),
    ("day", "On a day"),
)
HOW_SAID: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "is": "is",
        "is_not": "is not",
        "one_of": "is one of",
        "none_of": "is none of",
        "from": "is this or later or more",
        "before": "is before or less than",
    },
    "es": {
        "is": "es",
        "is_not": "no es",
        "one_of": "es uno de",
        "none_of": "no es ninguno de",
        "from": "es esto o posterior o más",
        "before": "es anterior o menos que",
    },
}
BESIDE = {
    "questions_per_day_in_all": "Questions a day, for all together",
    "people_per_day": "People shown a day, to each person",
    "people_per_day_in_all": "People shown a day, to all together",
}
"""Limits that a text may leave out; then nothing is limited so."""
LEAST_LINES, MOST_LINES = 4, 20
CLAUSES_BY_FIELDS = {
    "paper": r"paper_.*",
    "clock": r"clock_.*",
    "approval": r"approval_.*",
    "checked": r"checked",
    "others": r"other.*",
    "emergency": r"emergency_.*",
    "duties": r"duty[0-9]+_(?:code|en|es|value)",
    "fee": r"fee|fee_e[ns]",
}
"""The fields of each clause that a draft can do without."""
LONGEST_BASE = 200_000

PLACES = (
    ("/agreement", "agreement"), ("/title/es", "title_es"), ("/title", "title_en"), ("/parties/agency/id", "agency_id"),
    ("/parties/agency/class", "agency_class"), ("/parties/agency/place/name", "clock_place"), ("/parties/agency/place", "clock_zone"), ("/parties/agency", "agency_name"), ("/authority", "authority"), ("/purposes", "purposes"),
    ("/scope/columns", "columns"), ("/scope/filters", "filters"), ("/scope/masks", "masks"), ("/scope", "columns"),
    *((f"/limits/{name}", name) for name in ("rows_per_reply", *IN_A_DAY)), ("/limits", "people_per_day_in_all"), ("/users", "must"),
    ("/place/name", "place"), ("/place", "zone"), ("/term", "last_day"), ("/vote", "closes"), *CLAUSE_PLACES,
)  # fmt: skip
"""For a place in the text: the field that it comes from. The first that fits counts."""


class DraftForm(Form):
    """A draft that began with `base`, a text's document."""

    def __init__(self, data: Any = None, *, base: Mapping[str, Any], **options: Any) -> None:
        own: Any = self
        self.base = base
        lines, self.kept = lines_of(base["scope"]["rows"])
        self.count = lines_in(data, "row", begun=len(lines), least=LEAST_LINES, most=MOST_LINES)
        self.duty_count = lines_in(data, "duty", begun=len(base["duties"]), least=1, most=MOST_DUTIES)
        self.other_count = lines_in(data, "other", begun=len(base.get("on_behalf_of", ())), least=1, most=MOST_OTHERS)
        own.base_fields = self._fields()
        super().__init__(data, **{"prefix": "d", **options})
        self.initial = {**_initial(base, lines), **clause_initial(base), **self.initial}

    # ------------------------------------------------------------ drawing

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each line of conditions."""
        return [(self[f"row{n}_column"], self[f"row{n}_how"], self[f"row{n}_value"]) for n in range(self.count)]

    @property
    def duties(self) -> list[dict[str, Any]]:
        """Return the fields of each duty by their part."""
        return [{part: self[f"duty{n}_{part}"] for part in DUTY_PARTS} for n in range(self.duty_count)]

    @property
    def others(self) -> list[tuple[Any, Any]]:
        """Return the fields of each agency for which may be asked."""
        return [(self[f"other{n}_id"], self[f"other{n}_name"]) for n in range(self.other_count)]

    @property
    def said(self) -> dict[str, bool]:
        """Return of each clause that isn't always there whether the draft has it, or something is wrong with it."""
        return {
            clause: any(self.errors.get(name) or self[name].value() for name in self.fields if re.fullmatch(pattern, name))
            for clause, pattern in CLAUSES_BY_FIELDS.items()
        }

    @property
    def listed(self) -> list[tuple[Listed, bool, Any]]:
        """Return each purpose of the list, whether it is ticked, and the field for the evidence that it demands."""
        ticked = self.chosen("purposes")
        return [(one, one.code in ticked, self[f"evidence_{one.code}"]) for one in PURPOSES]

    def chosen(self, name: str) -> frozenset[str]:
        """Return what is ticked in a field of boxes."""
        return frozenset(self[name].value() or ())

    # ------------------------------------------------------------ reading

    def _fields(self) -> dict[str, forms.Field]:
        names = [(column.name, column.name) for column in CATALOGUE]
        purposes = [(one.code, one.code) for one in PURPOSES]
        fields: dict[str, forms.Field] = {
            "base": forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_BASE),
            "agreement": text("Short name", needed=True, hint="Letters, digits and hyphens; with that of an agreement it is its next version", max_length=64),
            "title_en": text("Title", needed=True),
            "title_es": text("Title in Spanish"),
            "agency_name": text("Agency", needed=True, max_length=120),
            "agency_id": text("The agency’s short name", needed=True, max_length=64),
            "agency_class": from_list("What it is in law", [(one, CLASSES.get(one, one)) for one in RECIPIENTS], needed=True),
            "authority": text("Legal authority", needed=True, hint="The citation", max_length=500),
            "purposes": any_of("What it may ask for", purposes, needed=True),
            "columns": any_of("Columns shown", names, needed=True),
            "filters": any_of("Columns asked by", names),
            "masks": any_of("Only the year", names),
            "never_charged": tick("Also show who was arrested and never charged, or was discharged"),
            "kept": any_of("Conditions that are more than a line", [(str(n), "") for n in range(len(self.kept))]),
            "questions_per_day": whole("Questions a day, for each person", 100_000, needed=True),
            "rows_per_reply": whole("Records in a reply", MOST_ROWS, needed=True),
            **{name: whole(says, MOST) for name, says in BESIDE.items()},
            "must": any_of("Who is named must hold", [(one, HOLDS.get(one, one.replace("_", " "))) for one in DEMANDS]),
            "place": text("Place", needed=True, hint="By whose clock it is told, like Riverhaven", max_length=60),
            "zone": text("Time zone", needed=True, hint="An IANA name, like America/New_York", max_length=64),
            "begins": one_of("Begins", BEGINS, initial="adopted"),
            "first_day": TimeField(label="First day", required=False, help_text="Only with “on a day”"),
            "last_day": TimeField(label="Last day", help_text="Like 08/31/2027; it ends at the end of that day"),
            "closes": TimeField(label="Vote closes after", required=False, help_text="A day; if none, with the term’s end"),
            "notice_by": TimeField(label="Notice of non-renewal by", required=False, help_text="A day within the term, if any"),
            "also_zone": text("Show the instants by this clock too", hint="Like the agency’s: America/Chicago", max_length=64),
            **clause_fields(duties=self.duty_count, others=self.other_count),
        }  # fmt: skip
        for one in PURPOSES:
            kinds = [(kind, kind.replace("_", " ")) for kind in one.evidence]
            fields[f"evidence_{one.code}"] = from_list(f"Evidence for {one.says['en']}", kinds)
        for n in range(self.count):
            fields[f"row{n}_column"] = from_list(f"Condition {n + 1}: column", [("", "—"), *compared_columns()])
            fields[f"row{n}_how"] = from_list(f"Condition {n + 1}: how", [(how, HOW_SAID["en"][how]) for how in HOWS])
            fields[f"row{n}_value"] = text(f"Condition {n + 1}: value", max_length=400)
        return fields

    def clean_zone(self) -> str:
        """Return the zone, which must be one."""
        return _zone(self.cleaned_data["zone"])

    def clean_also_zone(self) -> str:
        """Return the zone to tell the instants in as well, if one is wanted."""
        return _zone(self.cleaned_data["also_zone"]) if self.cleaned_data["also_zone"] else ""

    def clean(self) -> dict[str, Any]:
        """Return what was filled in, with conditions, purposes and days as the text needs them."""
        found = super().clean()
        found["lines"], self.placed = [], []
        for n in range(self.count):
            column, how, value = (found.get(f"row{n}_{part}") for part in ("column", "how", "value"))
            if column and value:
                found["lines"].append(Line(column=column, how=how or "is", value=value))
                self.placed.append(n)
            elif column or value:
                self.add_error(
                    f"row{n}_value" if column else f"row{n}_column", f"Condition {n + 1}: name a column and a value."
                )
        found["kept"] = [self.kept[int(n)] for n in found.get("kept") or ()]
        found["purposes"] = [
            listed(code).demanding(found.get(f"evidence_{code}") or listed(code).evidence[0])
            for code in found.get("purposes") or ()
        ]
        self.placed_lines = clean_clauses(self, found)
        for name in ("first_day", "last_day", "closes", "notice_by"):
            found[name] = _day(found.get(name))
            if found[name] is not None and not 1970 <= found[name].year < LAST_YEAR:
                self.add_error(name, f"A term’s days lie before {LAST_YEAR}.")
        if found.get("begins") == "day" and found["first_day"] is None and "first_day" not in self.errors:
            self.add_error("first_day", "First day: this is needed where it begins on a day.")
        return found

    def refuse(self, refusal: Refusal) -> None:
        """Show why the text can't be proposed, at the field that its place comes from."""
        place = next(iter(refusal.names), "")
        says = f"{refusal.says.removeprefix(f'{place}: ')} {refusal.remedy}".strip()
        field = self._field_at(place)
        named = line_named(field) if field is not None else ""
        self.add_error(field, f"{named}{says}" if named else says[:1].upper() + says[1:])

    def _field_at(self, place: str) -> str | None:
        if place.startswith("/scope/rows"):
            found = re.match(r"/scope/rows/all/([0-9]+)", place)
            number = int(found[1]) if found else 0
            return f"row{self.placed[number]}_value" if number < len(self.placed) else "kept"
        line = re.match(r"/(duties|on_behalf_of)/([0-9]+)/(.+)", place)
        if line is not None:
            stem = "duty" if line[1] == "duties" else "other"
            part = next((part for start, part in DUTY_PLACES.items() if line[3].startswith(start)), line[3])
            return f"{stem}{self.placed_lines[stem][int(line[2])]}_{part}"
        return next((field for start, field in PLACES if place.startswith(start)), None)


def _initial(base: Mapping[str, Any], lines: list[Line]) -> dict[str, Any]:
    """Return what the fields begin with: what the base says."""
    agency, scope, end = base["parties"]["agency"], base["scope"], base["term"]["end"]
    found = {
        "base": canonical.write(base).decode(),
        "agreement": base["agreement"],
        "title_en": base["title"]["en"],
        "title_es": base["title"].get("es", ""),
        "agency_name": agency["name"],
        "agency_id": agency["id"],
        "agency_class": agency["class"],
        "authority": base["authority"],
        "purposes": [purpose["code"] for purpose in base["purposes"]],
        "columns": scope["columns"],
        "filters": scope["filters"],
        "masks": list(scope["masks"]),
        "never_charged": base.get("never_charged") == "shown",
        "kept": [str(n) for n in range(20)],
        **base["limits"],
        "must": base["users"]["must"],
        "place": base["place"]["name"],
        "zone": base["place"]["zone"],
        "last_day": _typed(end),
        "closes": _typed(base.get("vote", {"closes": {}})["closes"]),
        "notice_by": _typed(base.get("nonrenewal", {"notice_by": {}})["notice_by"]),
    }
    found |= {f"evidence_{purpose['code']}": purpose["evidence"] for purpose in base["purposes"]}
    for n, line in enumerate(lines):
        found |= {f"row{n}_column": line.column, f"row{n}_how": line.how, f"row{n}_value": line.value}
    return found


def _typed(end: Mapping[str, str]) -> str:
    """Return the civil day of an end as it is typed here; none where it is stated as an instant."""
    return write_time(StatedTime(end["civil"], end["zone"])) if "civil" in end else ""


def compared_columns(language: Language = "en") -> list[tuple[str, str]]:
    """Return the columns that a condition can compare, each mask of one beside it."""
    found = []
    for column in CATALOGUE:
        if column.filterable and column.name != "record":
            found.append((column.name, label(column.name, language=language)))
            found += [(f"{column.name}:{mask}", label(column.name, {column.name: mask}, language)) for mask in column.masks]
    return found


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise forms.ValidationError("There is no such time zone. Use an IANA name, like America/New_York.") from None
    return name


def _day(stated: StatedTime | None) -> date | None:
    return moment(stated.earliest, stated.zone).date() if stated is not None else None
