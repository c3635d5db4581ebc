"""The custody board: everyone in custody on one scale, longest held first; filtered, it is each desk's queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pars.actions import disclosing, owning
from pars.actions.disclosing import Chunk
from pars.core.access.catalogue import read_value
from pars.core.cases.board import NOW_COLUMNS
from pars.core.cases.daily import by_number
from pars.core.cases.waiting import DESKS, FLAGS, Desk, Due, Waiting, desks_of, due, flags, waiting
from pars.core.terms import HOUR, StatedTime
from pars.edge.web import words
from pars.edge.web.pages import page, refused
from pars.edge.web.pictures import held_bar, held_scale
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person on the board, as the template draws them."""

    case_id: str
    version: int
    name: str
    under: str
    held: str
    bar: str
    began: str
    charge: str
    grade: str
    more: int
    waiting: Waiting
    desk: str
    also: tuple[str, ...]
    due: Due
    due_in: str
    over: bool
    flags: tuple[str, ...]
    district: str


@seated("case:read")
def board(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show everyone in custody whom the filters leave."""
    if request.session.session_key is None:
        request.session.save()
    answer = disclosing.board(by=seat.by, browser=request.session.session_key)
    if not isinstance(answer, Chunk):
        return refused(request, answer.refusal, entry=answer.entry)
    rows = sorted((values_of(row) for row in answer.rows), key=_longest_first)
    there = desks_of(owning.profile())
    everyone = [_line(row, answer.known, answer.at) for row in rows]
    chosen = _chosen(request, everyone)
    shown = [line for line in everyone if _passes(line, chosen)]
    parts = {
        "lines": shown,
        "count": len(everyone),
        "tally": _tally(everyone, chosen, there),
        "districts": sorted({line.district for line in everyone if line.district}, key=by_number),
        "flags": FLAGS,
        "chosen": chosen,
        "applied": _applied(chosen),
        "may_book": "case:book" in seat.acts,
        "more": answer.next_cursor is not None,
        "zone": words.zone(),
        "scale": held_scale(),
    }
    return page(request, "board.html", parts, at=answer.at)


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with its instants as instants again: an answer carries them as text."""
    kinds = {**NOW_COLUMNS, "record": "text"}
    return {
        name: read_value(value, "instant") if value is not None and kinds[name] == "instant" else value
        for name, value in row.items()
    }


def _longest_first(row: Mapping[str, Any]) -> tuple[bool, int, str]:
    """Return the order: longest held first, those without a known time after all others; names break ties."""
    began = row.get("custody_began")
    return began is None, began or 0, row.get("display_name") or ""


def _line(row: Mapping[str, Any], versions: Mapping[str, int], at: Instant) -> Line:
    began = row.get("custody_began")
    held = at - began if began is not None else None
    turn, limit = waiting(row), due(row, at)
    grade, charge, more = lead_charge(row)
    known = flags(row, at)
    over = "late" in known
    return Line(
        case_id=row["record"],
        version=versions[row["record"]],
        name=row.get("display_name") or "Name not shown",
        under=_under(row, at),
        held=words.span(held) if held is not None else "not known",
        bar=held_bar(hours=held / HOUR, late=over, label=f"Held {words.span(held)}") if held is not None else "",
        began=_began(row),
        charge=charge,
        grade=grade,
        more=more,
        waiting=turn,
        desk=DESKS[turn.desk],
        also=tuple(DESKS[desk] for desk in turn.also),
        due=limit,
        due_in=_due_in(limit, at),
        over=over,
        flags=tuple(FLAGS[code] for code in known),
        district=row.get("district") or "",
    )


def _due_in(limit: Due, at: Instant) -> str:
    """Return how long it is to the limit or over it; to a hearing, or since."""
    if limit.at is None:
        return ""
    return words.holds_for(limit.at, at) if limit.limits else words.from_now(limit.at, at)


def _under(row: Mapping[str, Any], at: Instant) -> str:
    born = row.get("birth_date")
    parts = [
        f"{words.years(StatedTime(born, words.zone()), at)}" if born else "",
        row.get("facility") or row.get("district"),
    ]
    return " · ".join(part for part in parts if part)


def _began(row: Mapping[str, Any]) -> str:
    if row.get("custody_began") is None:
        return "not known"
    return words.stated(StatedTime.read(row["custody_began_text"]))


def lead_charge(row: Mapping[str, Any]) -> tuple[str, str, int]:
    """Return the gravest charge's grade and words, and how many others there are."""
    charges = row.get("filed_charges") or row.get("proposed_charges") or []
    grade = row.get("lead_grade") or ""
    lead = next((charge for charge in charges if grade and charge.endswith(f"({grade})")), charges[0] if charges else "")
    return grade, lead.removesuffix(f" ({grade})") if grade else lead, max(0, len(charges) - 1)


# ---------------------------------------------------------------- filters


def _chosen(request: HttpRequest, everyone: Sequence[Line]) -> dict[str, str]:
    """Return the filters that the address names and the board knows."""
    known: dict[str, set[str]] = {"waiting": set(DESKS), "flag": set(FLAGS), "district": {line.district for line in everyone}}
    given = {name: request.GET.get(name, "") for name in known}
    return {name: value for name, value in given.items() if value and (value in known[name] or name == "district")}


def _passes(line: Line, chosen: Mapping[str, str]) -> bool:
    return (
        ("waiting" not in chosen or chosen["waiting"] in line.waiting.desks)
        and ("flag" not in chosen or FLAGS[chosen["flag"]] in line.flags)
        and ("district" not in chosen or chosen["district"] == line.district)
    )


def _tally(everyone: Sequence[Line], chosen: Mapping[str, str], there: Sequence[Desk]) -> list[dict[str, Any]]:
    """Return how many wait for each desk, within the other filters, each as a link that filters by it.

    Named are the desks that are there now, and those that somebody still waits for who was arrested under an earlier profile.
    """
    others = {name: value for name, value in chosen.items() if name != "waiting"}
    within = [line for line in everyone if _passes(line, others)]
    found = [{"says": "In custody", "count": len(within), "href": _href(others), "here": "waiting" not in chosen}]
    for desk, says in DESKS.items():
        if desk not in there and not any(desk in line.waiting.desks for line in everyone):
            continue
        count = sum(desk in line.waiting.desks for line in within)
        found.append(
            {"says": says, "count": count, "href": _href({**others, "waiting": desk}), "here": chosen.get("waiting") == desk}
        )
    return found


def _applied(chosen: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the filters in force, each with the address without it."""
    says = {
        "waiting": lambda value: f"Waiting for {DESKS[value].lower()}",
        "flag": lambda value: FLAGS[value],
        "district": lambda value: f"{value} District",
    }
    return [
        {"says": says[name](value), "href": _href({other: held for other, held in chosen.items() if other != name})}
        for name, value in chosen.items()
    ]


def _href(chosen: Mapping[str, str]) -> str:
    return f"/board?{urlencode(chosen)}" if chosen else "/board"
