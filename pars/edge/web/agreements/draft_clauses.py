"""What a draft says beside who may see what: the paper behind it, a second person, emergencies, other agencies, evidence that is looked up, duties, a fee, a notice.

Its fields, what they begin with from a text, and what they make of a text. A clause whose fields are all empty isn't in the text, and the
sentences say what that means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms

from pars.core.access.approvals import LONGEST_MINUTES
from pars.core.access.emergency import LONGEST_HOURS, REASONS, WAIVED
from pars.core.access.limits import MOST_ROWS
from pars.core.access.purposes import EVIDENCE
from pars.core.agreements.beside import PERIODS
from pars.core.agreements.civil import END_OF_DAY, ends_of_month_days
from pars.core.agreements.duties import KINDS, MOST_DAYS
from pars.core.agreements.renewal import end_on
from pars.core.terms import Instant, instant, moment
from pars.edge.web.panel import any_of, from_list, text, tick
from pars.edge.web.typed import MoneyField, read_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from pars.core import canonical
    from pars.edge.web.panel import Form

DUTY_KINDS = {"attest": "Say that the terms are kept", "notify": "Tell somebody", "purge": "Destroy what was taken", "report": "Report on the use"}  # fmt: skip
DUES = {
    "monthly": "every month, on day",
    "day": "on the day",
    "start": "so many days after it begins",
    "end": "so many days after it ends",
    "instant": "at the instant",
}
OVERDUE = {"noted": "it is noted", "suspends": "nothing is answered until it is met"}
PAPER_KINDS = {"subpoena": "A subpoena", "court_order": "A court’s order", "own_request": "Somebody’s request for the record about themselves"}  # fmt: skip
WAIVES = {"approval": "A second person’s approval", "evidence": "The evidence"}
PER = {"month": "a month", "once": "once", "question": "a question", "year": "a year"}
MOST_OTHERS = 50
LAST_YEAR = 2199

DUTY_PARTS = ("code", "kind", "en", "es", "due", "value", "overdue")
TYPED = {"duty": ("code", "en", "value"), "other": ("id", "name"), "row": ("column", "value")}
"""What somebody types into a line. A line in which none of it stands is no line."""
NEEDED = {
    "approval": ("approval_over", "approval_minutes"),
    "emergency": ("emergency_reasons", "emergency_waives", "emergency_hours"),
    "fee": ("fee", "fee_en"),
    "paper": ("paper_kind", "paper_sha256"),
    "clock": ("clock_place", "clock_zone"),
}
"""For each clause the fields that it can't be without, once anything of it is filled in."""
SAID = {
    "approval": "a second person’s approval",
    "emergency": "emergencies",
    "fee": "a fee",
    "paper": "a grant on a paper",
    "clock": "the agency’s clock",
}
MAY = {"approval": ("approval_exports",), "fee": ("fee_es",)}

CLAUSE_PLACES = (
    ("/paper/sha256", "paper_sha256"), ("/paper", "paper_kind"), ("/approval/minutes", "approval_minutes"), ("/approval", "approval_over"), ("/emergency/waives", "emergency_waives"),
    ("/emergency/review_hours", "emergency_hours"), ("/emergency", "emergency_reasons"), ("/checked", "checked"),
    ("/on_behalf_of", "other0_id"), ("/fee/cents", "fee"), ("/fee/per", "fee_per"), ("/fee/says/es", "fee_es"), ("/fee", "fee_en"),
    ("/duties", "duty0_code"), ("/nonrenewal", "notice_by"),
)  # fmt: skip
DUTY_PLACES = {"says/en": "en", "says/es": "es", "due": "value", "code": "code", "kind": "kind", "overdue": "overdue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One duty as a line of the form: `due` says how its day is stated, `on` which it is."""

    code: str
    kind: str
    says: Mapping[str, str]
    due: str
    on: date | int
    overdue: str


# ---------------------------------------------------------------- fields


def clause_fields(*, duties: int, others: int) -> dict[str, forms.Field]:
    """Return the fields, with so many lines for duties and other agencies."""
    fields: dict[str, forms.Field] = {
        "paper_kind": from_list("The paper", [("", "—"), *PAPER_KINDS.items()]),
        "paper_sha256": text("Its sha256", hint="The paper itself stays with the owners", max_length=64),
        "clock_place": text("The agency’s place", hint="Its term is told by that clock, too", max_length=60),
        "clock_zone": text("The agency’s time zone", hint="An IANA name, like America/Chicago", max_length=64),
        "approval_over": whole("For more records than", MOST_ROWS, least=0, hint="Of nobody by name; 0: for any"),
        "approval_minutes": whole("Good for so many minutes", LONGEST_MINUTES),
        "approval_exports": tick("And for every export"),
        "checked": any_of("Evidence to look up", [(kind, kind.replace("_", " ")) for kind in EVIDENCE]),
        "emergency_reasons": any_of("For these reasons", [(code, says["en"]) for code, says in REASONS.items()]),
        "emergency_waives": any_of("Without", [(code, WAIVES[code]) for code in WAIVED]),
        "emergency_hours": whole("Reviewed within so many hours", LONGEST_HOURS, hint="Overdue, it stops every answer"),
        "fee": MoneyField(label="Fee in dollars", required=False, max_length=20),
        "fee_per": from_list("How often", [(one, PER[one]) for one in PERIODS]),
        "fee_en": text("What for"),
        "fee_es": text("What for, in Spanish"),
    }
    for n in range(others):
        fields[f"other{n}_id"] = text("Short name", max_length=64)
        fields[f"other{n}_name"] = text("Name", max_length=120)
    for n in range(duties):
        fields[f"duty{n}_code"] = text("Short name", hint="Like monthly_use", max_length=40)
        fields[f"duty{n}_kind"] = from_list("What it is", [(kind, DUTY_KINDS[kind]) for kind in KINDS])
        fields[f"duty{n}_en"] = text("In words", max_length=500)
        fields[f"duty{n}_es"] = text("In Spanish", max_length=500)
        fields[f"duty{n}_due"] = from_list("Due", list(DUES.items()))
        fields[f"duty{n}_value"] = text("Which", hint="Like 5, 11/23/2026, 30", max_length=40)
        fields[f"duty{n}_overdue"] = from_list("If it is overdue", list(OVERDUE.items()))
    return fields


def whole(says: str, most: int, *, least: int = 1, needed: bool = False, hint: str = "") -> forms.IntegerField:
    """Return a field for a whole number."""
    words = {"required": f"{says}: this is needed.", "invalid": f"{says}: a whole number is needed."}
    return forms.IntegerField(
        label=says, min_value=least, max_value=most, error_messages=words, required=needed, help_text=hint
    )


def lines_in(data: Mapping[str, Any] | None, stem: str, *, begun: int, least: int, most: int) -> int:
    """Return how many lines a form has: one more than are filled in. `begun` is with how many the text began."""
    if data is None:
        return min(most, max(least, begun + 1))
    line = re.compile(rf"d-{stem}([0-9]{{1,2}})_([a-z]+)")
    there = [
        (int(found[1]), found[2] in TYPED[stem] and value) for name, value in data.items() if (found := line.fullmatch(name))
    ]
    wanted = [n + (2 if typed else 1) for n, typed in there]
    return min(most, max(least, *wanted) if wanted else least)


def clause_initial(base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields begin with: what the base says."""
    approval, emergency, fee = base.get("approval", {}), base.get("emergency", {}), base.get("fee")
    paper, clock = base.get("paper", {}), base["parties"]["agency"].get("place", {})
    found: dict[str, Any] = {
        "paper_kind": paper.get("kind", ""),
        "paper_sha256": paper.get("sha256", ""),
        "clock_place": clock.get("name", ""),
        "clock_zone": clock.get("zone", ""),
        "approval_over": approval.get("over_rows"),
        "approval_minutes": approval.get("minutes"),
        "approval_exports": "exports" in approval,
        "checked": base.get("checked", []),
        "emergency_reasons": emergency.get("reasons", []),
        "emergency_waives": emergency.get("waives", []),
        "emergency_hours": emergency.get("review_hours"),
    }
    if fee is not None:
        cents = fee["cents"]
        found |= {"fee": f"{cents // 100}.{cents % 100:02}", "fee_per": fee["per"]}
        found |= {f"fee_{language}": words for language, words in fee["says"].items()}
    for n, other in enumerate(base.get("on_behalf_of", [])):
        found |= {f"other{n}_id": other["id"], f"other{n}_name": other["name"]}
    for n, duty in enumerate(base["duties"]):
        how, which = _due_typed(duty["due"])
        parts = {"code": duty["code"], "kind": duty["kind"], "due": how, "value": which, "overdue": duty["overdue"]}
        found |= {f"duty{n}_{part}": value for part, value in {**parts, **duty["says"]}.items()}
    return found


def _due_typed(due: Mapping[str, Any]) -> tuple[str, str]:
    if "day_of_month" in due:
        return "monthly", str(due["day_of_month"])
    if "days" in due:
        return due["after"], str(due["days"])
    if "civil" in due:
        return "day", due["civil"]
    return "instant", moment(due["instant"]).isoformat()


# ---------------------------------------------------------------- reading


def clean_clauses(form: Form, found: dict[str, Any]) -> dict[str, list[int]]:
    """Put what was filled in into `found` as a text needs it, each fault at its field; return which lines were filled in."""
    for clause, needed in NEEDED.items():
        typed = not all(_empty(found.get(name)) for name in (*needed, *MAY.get(clause, ())))
        found[f"has_{clause}"] = typed
        for name in needed if typed else ():
            if _empty(found.get(name)) and name not in form.errors:
                form.add_error(name, f"{form.fields[name].label}: this is needed for {SAID[clause]}.")
    placed = {stem: list(_filled(form, found, stem)) for stem in ("duty", "other")}
    found["others"] = [{part: found[f"other{n}_{part}"] for part in ("id", "name")} for n in placed["other"]]
    found["duty_lines"] = [line for n in placed["duty"] if (line := _duty(form, found, n)) is not None]
    return placed


def _empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [])


def _filled(form: Form, found: Mapping[str, Any], stem: str) -> Iterator[int]:
    """Yield the number of each line that is filled in; what lacks a part is told there."""
    count = sum(name.startswith(stem) and name.endswith(TYPED[stem][0]) for name in form.fields)
    for n in range(count):
        names = [f"{stem}{n}_{part}" for part in TYPED[stem]]
        missing = [name for name in names if not found.get(name)]
        if len(missing) == len(names):
            continue
        for name in missing:
            if name not in form.errors:
                form.add_error(name, f"{line_named(name)}{str(form.fields[name].label).lower()}: this is needed.")
        if not missing:
            yield n


def line_named(name: str) -> str:
    """Return which line a field is of, in words that go before what is said of it; empty for a field of no line."""
    line = re.match(r"(duty|other)([0-9]+)_", name)
    return "" if line is None else f"{'Duty' if line[1] == 'duty' else 'Agency'} {int(line[2]) + 1}: "


def _duty(form: Form, found: Mapping[str, Any], n: int) -> DutyLine | None:
    code, kind, en, es, due, value, overdue = (found.get(f"duty{n}_{part}") for part in DUTY_PARTS)
    how = due or "monthly"
    try:
        on = _on(how, str(value))
    except (ValueError, OverflowError):
        examples = {"day": "a date, like 11/23/2026", "instant": "an instant, like 2026-11-23T12:00:00+00:00"}
        form.add_error(f"duty{n}_value", f"Duty {n + 1}: write {examples.get(how, 'a whole number')}.")
        return None
    says = {"en": str(en), **({"es": es} if es else {})}
    return DutyLine(code=str(code), kind=kind or KINDS[0], says=says, due=how, on=on, overdue=overdue or "noted")


def _on(how: str, value: str) -> date | int:
    match how:
        case "day":
            stated = read_time(value)
            day = moment(stated.earliest, stated.zone).date()
            if stated.precision in {"year", "month"} or not 1970 <= day.year < LAST_YEAR:
                raise ValueError(value)
            return day
        case "instant":
            at = datetime.fromisoformat(value)
            if at.tzinfo is None:
                raise ValueError(value)
            return instant(at)
        case _:
            if not re.fullmatch("[0-9]{1,4}", value) or int(value) > MOST_DAYS:
                raise ValueError(value)
            return int(value)


# ---------------------------------------------------------------- the text


def clauses(base: Mapping[str, Any], given: Mapping[str, Any], *, start: Instant, end: Instant, zone: str) -> dict[str, Any]:
    """Return the parts of the text that the form says beside who may see what."""
    made: dict[str, Any] = {"duties": [_duty_text(line, start, end, zone) for line in given["duty_lines"]]}
    if given["has_paper"]:
        made["paper"] = {"kind": given["paper_kind"], "sha256": given["paper_sha256"]}
    if given["has_approval"]:
        rule = {"over_rows": given["approval_over"], "minutes": given["approval_minutes"]}
        made["approval"] = {**rule, **({"exports": "all"} if given["approval_exports"] else {})}
    if given["has_emergency"]:
        made["emergency"] = {
            "reasons": [code for code in REASONS if code in given["emergency_reasons"]],
            "waives": [code for code in WAIVED if code in given["emergency_waives"]],
            "review_hours": given["emergency_hours"],
        }
    if given["others"]:
        made["on_behalf_of"] = given["others"]
    if given["checked"]:
        made["checked"] = [kind for kind in EVIDENCE if kind in given["checked"]]
    if given["has_fee"]:
        says = {language: words for language in ("en", "es") if (words := given[f"fee_{language}"])}
        made["fee"] = {"cents": given["fee"], "per": given["fee_per"] or "year", "says": says}
    for name, part, day in (("vote", "closes", given["closes"]), ("nonrenewal", "notice_by", given["notice_by"])):
        if day is not None:
            made[name] = {part: end_on(day, zone)}
        elif name in base and "civil" not in base[name][part]:
            made[name] = base[name]  # stated as an instant: no field holds that
    return made


CLAUSES = frozenset({"paper", "approval", "emergency", "on_behalf_of", "checked", "fee", "vote", "nonrenewal"})
"""The parts of a text that it has only where the form says so."""


def _duty_text(line: DutyLine, start: Instant, end: Instant, zone: str) -> dict[str, canonical.Json]:
    parts: dict[str, Any] = {"code": line.code, "kind": line.kind, "says": dict(line.says), "overdue": line.overdue}
    match line.due:
        case "day":
            due: Any = end_on(line.on, zone)  # type: ignore[arg-type]
        case "instant":
            due = {"instant": line.on}
        case "monthly":
            day: Any = line.on
            months = ends_of_month_days(day, start, end, zone) if 1 <= day <= 28 and start < end else ()
            due = {"day_of_month": day, "zone": zone, "rule": END_OF_DAY, "instants": list(months)}
        case _:
            due = {"days": line.on, "after": line.due}
    return {**parts, "due": due}


def to_come(duties: Iterable[Any], at: Instant) -> list[Any]:
    """Return the duties of an earlier text that a next one can have as they stand: not those whose one day is over."""
    return [duty for duty in duties if "instant" not in duty["due"] or duty["due"]["instant"] > at]
