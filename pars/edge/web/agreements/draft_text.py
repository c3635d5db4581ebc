"""A draft between its form and its text: conditions as lines and back, the term as a civil day, the text that would be proposed.

A draft is nobody's act: it is kept in the page's own form and nowhere else until somebody proposes it. What the form doesn't know of a
text is carried on as it stands, and the sentences say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.catalogue import COLUMNS, write_value
from pars.core.access.limits import IN_A_DAY
from pars.core.agreements.renewal import end_on
from pars.core.terms import Instant, start_of_day
from pars.core.typed import typed_time
from pars.edge.web.agreements.draft_clauses import CLAUSES, clauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

BLANK: Mapping[str, canonical.Json] = {
    "v": 1,
    "agreement": "",
    "number": 1,
    "title": {"en": ""},
    "parties": {"agency": {"id": "", "name": "", "class": "criminal_justice"}, "owners": []},
    "authority": "",
    "purposes": [],
    "scope": {"columns": [], "filters": [], "masks": {}, "rows": {"column": "adult", "is": "yes"}},
    "limits": {"questions_per_day": 50, "rows_per_reply": 10},
    "users": {"must": ["terms_signed"]},
    "place": {"name": "", "zone": ""},
    "term": {"start": 0, "end": {"instant": 1}},
    "duties": [],
    "onward": "forbidden",
}
"""A text with nothing granted: adults alone, few questions, nobody named."""

HOWS = ("is", "is_not", "one_of", "none_of", "from", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One condition as a line of the form: `birth_date:year`, how it is compared, with what."""

    column: str
    how: str
    value: str


# ---------------------------------------------------------------- conditions


def lines_of(rows: Any) -> tuple[list[Line], list[Any]]:
    """Return a text's conditions as lines, and those that are more than a line, as they stand."""
    conditions = [] if rows == "always" else rows["all"] if isinstance(rows, dict) and "all" in rows else [rows]
    lines: list[Line] = []
    kept: list[Any] = []
    for condition in conditions:
        found = _lines(condition)
        lines += found
        if not found:
            kept.append(condition)
    return lines, kept


def _lines(condition: Any) -> list[Line]:
    """Return the lines that say a condition; none where lines can't."""
    inner, no = (condition["not"], True) if isinstance(condition, dict) and "not" in condition else (condition, False)
    if not isinstance(inner, dict) or "column" not in inner:
        return []
    column = f"{inner['column']}:{inner['mask']}" if "mask" in inner else inner["column"]
    if "is" in inner:
        return [Line(column=column, how="is_not" if no else "is", value=str(inner["is"]))]
    if "one_of" in inner:
        values = [str(value) for value in inner["one_of"]]
        listed = all("," not in value and value == value.strip() for value in values)
        return [Line(column=column, how="none_of" if no else "one_of", value=", ".join(values))] if listed else []
    if "within" in inner and not no:
        sides = {"from": "from", "to": "before"}
        return [Line(column=column, how=sides[side], value=str(value)) for side, value in sorted(inner["within"].items())]
    return []


def rows_of(lines: Iterable[Line], kept: Iterable[Any]) -> canonical.Json:
    """Return the conditions that the lines say and those kept, as a text has them."""
    parts = [*map(_condition, lines), *kept]
    return "always" if not parts else parts[0] if len(parts) == 1 else {"all": parts}


def _condition(line: Line) -> canonical.Json:
    leaf = leaf_of(line)
    return {"not": leaf} if line.how in {"is_not", "none_of"} else leaf


def leaf_of(line: Line) -> dict[str, canonical.Json]:
    """Return the comparison that a line makes, without its `not`."""
    name, _, mask = line.column.partition(":")
    leaf: dict[str, canonical.Json] = {"column": name, **({"mask": mask} if mask else {})}
    wanted = COLUMNS[name].type_under(mask or None) if name in COLUMNS else "text"
    match line.how:
        case "is" | "is_not":
            return {**leaf, "is": _value(line.value, wanted)}
        case "one_of" | "none_of":
            return {**leaf, "one_of": [_value(part.strip(), wanted) for part in line.value.split(",")]}
        case _:
            return {**leaf, "within": {"from" if line.how == "from" else "to": _value(line.value, wanted)}}


def _value(typed: str, wanted: str) -> str | int:
    """Return what was typed as the text holds it; what can't be one stays as it is, for the reader of texts to refuse with its place."""
    match wanted:
        case "int":
            return int(typed) if typed.removeprefix("-").isdecimal() and len(typed) < 16 else typed
        case "date" | "instant":
            try:
                stated = typed_time(typed, "UTC")
            except ValueError:
                return typed
            return stated.text[:10] if wanted == "date" else write_value(stated.earliest, "instant")
        case "bool":
            return typed.lower()
        case _:
            return typed


# ---------------------------------------------------------------- the whole text


def document(
    base: Mapping[str, Any], given: Mapping[str, Any], *, number: int, owners: Iterable[str], start: Instant
) -> dict[str, Any]:
    """Return the text's document: the base with everything that the form says put in its place."""
    zone, end = given["zone"], end_on(given["last_day"], given["zone"])
    titles = {"en": given["title_en"], **({"es": given["title_es"]} if given["title_es"] else {})}
    shown = [name for name in COLUMNS if name in given["columns"]]
    asked = [name for name in COLUMNS if name in given["filters"]]
    made = {
        **{name: part for name, part in base.items() if name not in CLAUSES},
        "agreement": given["agreement"],
        "number": number,
        "title": titles,
        "parties": {
            "agency": {
                "id": given["agency_id"],
                "name": given["agency_name"],
                "class": given["agency_class"],
                **({"place": {"name": given["clock_place"], "zone": given["clock_zone"]}} if given["has_clock"] else {}),
            },
            "owners": list(owners),
        },
        "authority": given["authority"],
        "purposes": given["purposes"],
        "scope": {
            "columns": shown,
            "filters": asked,
            "masks": {name: "year" for name in given["masks"] if name in shown or name in asked},
            "rows": rows_of(given["lines"], given["kept"]),
        },
        "limits": {name: given[name] for name in ("rows_per_reply", *IN_A_DAY) if given[name] is not None},
        "users": {"must": list(given["must"])},
        "place": {"name": given["place"], "zone": zone},
        "term": {"start": start, "end": end},
        **clauses(base, given, start=start, end=end["instant"], zone=zone),
    }
    made.pop("never_charged", None)
    return {**made, "never_charged": "shown"} if given["never_charged"] else made


def starts(begins: str, first_day: date | None, *, follows: Instant | None, zone: str, at: Instant) -> Instant:
    """Return when a term begins: with a day, when the version in force ends, or now (the vote comes later, so as soon as it is adopted)."""
    if begins == "day" and first_day is not None:
        return start_of_day(first_day, zone)
    return follows if begins == "follows" and follows is not None else at
