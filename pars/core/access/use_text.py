"""The canonical text of a record of use, in and out: what the ledger's entry holds the hash of, and a vote may name."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pars.core import canonical
from pars.core.access.use import Person, Refusals, Totals, UseReport
from pars.core.access.use_words import words


def report_text(report: UseReport) -> bytes:
    """Return the canonical text, whose hash the ledger's entry holds: the facts, and what they say in plain sentences."""
    parts: dict[str, Any] = {part.name: getattr(report, part.name) for part in fields(report)}
    for name in ("refusals", "elsewhere", "persons"):
        parts[name] = [_json(one) for one in parts[name]]
    before = parts.pop("before")
    if before is not None:
        parts["before"] = _json(before)
    return canonical.write({"v": 1, **parts, "says": list(words(report))})


def read_report(text: bytes) -> UseReport | None:
    """Return the report whose canonical text this is, or None where it is none."""
    try:
        data: Any = canonical.read(text)
        report = _report(data)
        return report if report_text(report) == text else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _report(data: dict[str, Any]) -> UseReport:
    parts = {name: _tuples(value) for name, value in data.items() if name not in {"v", "says"}}
    for name in ("refusals", "elsewhere"):
        parts[name] = tuple(Refusals(**{**one, "names": tuple(one["names"])}) for one in data[name])
    parts["persons"] = tuple(Person(**one) for one in data["persons"])
    if "before" in parts:
        parts["before"] = Totals(**data["before"])
    return UseReport(**parts)


def _json(one: Refusals | Person | Totals) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
