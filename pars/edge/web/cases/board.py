"""The custody board: everyone in custody on one scale, longest held first; filtered, it is each desk's queue.

A page that is live names what it has, each person with the version it shows, and is given only what is new beside that.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.html import escape
from django.views.decorators.http import require_POST

from pars.actions import disclosing, listening, owning
from pars.actions.disclosing import Chunk
from pars.core.cases.daily import by_number
from pars.core.cases.waiting import DESKS, FLAGS, Desk, desks_of
from pars.edge.web import words
from pars.edge.web.cases.board_rows import Placed, lines_of
from pars.edge.web.pages import page, refused
from pars.edge.web.pictures import held_scale
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from pars.edge.web.cases.board_rows import Line
    from pars.edge.web.seat import Seat


MOST_KNOWN = 2_000
"""How many people a page may name as known to it."""
IDS = re.compile(r"[0-9a-f]+(?:[,-][0-9a-f]+)*")
"""What people's rows are called, one after the other, looked at in one step: never half a character, or what no database can take."""
LONGEST_ID = 36


@seated("case:read")
def board(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show everyone in custody whom the filters leave."""
    answer = disclosing.board(by=seat.by, browser=browser_of(request))
    if not isinstance(answer, Chunk):
        return refused(request, answer.refusal, entry=answer.entry)
    governing = owning.gone_by()
    chosen = _chosen(request)
    everyone = _placed(lines_of(answer.rows, answer.known, answer.at), chosen)
    parts = {
        "lines": [one for one in everyone if one.shown],
        "others": [one for one in everyone if not one.shown],
        "count": len(everyone),
        "tally": _tally(everyone, chosen, desks_of(governing.profile)),
        "districts": sorted({one.line.district for one in everyone if one.line.district}, key=by_number),
        "flags": FLAGS,
        "chosen": chosen,
        "applied": _applied(chosen),
        "may_book": "case:book" in seat.acts,
        "more": answer.next_cursor is not None,
        "zone": words.zone(),
        "scale": held_scale(),
        "silent": listening.silent_feeds(),
        "ungoverned": governing.doubt is not None,
    }
    return page(request, "board.html", parts, at=answer.at)


@require_POST
@seated("case:read")
def changes(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Give a page that names what it has, each person with a version, the rows that are new or changed, and who is gone."""
    known = _known(request.body)
    if known is None:
        return HttpResponseBadRequest(
            "The body is JSON: for each person that the page has, the version.", content_type="text/plain"
        )
    answer = disclosing.board(by=seat.by, browser=browser_of(request), known=known)
    if not isinstance(answer, Chunk):
        return refused(request, answer.refusal, entry=answer.entry)
    lines = _placed(lines_of(answer.rows, answer.known, answer.at), _chosen(request))
    rows = "".join(one.row if one.shown else one.aside for one in lines)
    return HttpResponse(f'<tbody data-gone="{escape(" ".join(answer.gone))}">{rows}</tbody>')


def _known(body: bytes) -> dict[str, int] | None:
    """Return what a page says that it has, None where that isn't what it must be."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or len(said) > MOST_KNOWN:
        return None
    names, versions = ",".join(said), said.values()
    fits = not said or (
        IDS.fullmatch(names) is not None
        and names.count(",") == len(said) - 1
        and max(map(len, said)) <= LONGEST_ID
        and set(map(type, versions)) == {int}
        and min(versions) >= 0
        and max(versions) < 2**31
    )
    return said if fits else None


def _placed(lines: Sequence[Line], chosen: Mapping[str, str]) -> list[Placed]:
    """Return the lines, each with whether the filters leave it."""
    others = {name: value for name, value in chosen.items() if name != "waiting"}
    return [Placed(line, within=_passes(line, others), shown=_passes(line, chosen)) for line in lines]


# ---------------------------------------------------------------- filters


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Return the filters that the address names; of desks and flags those that there are."""
    known: dict[str, Any] = {"waiting": DESKS, "flag": FLAGS, "district": None}
    given = {name: request.GET.get(name, "") for name in known}
    return {name: value for name, value in given.items() if value and (known[name] is None or value in known[name])}


def _passes(line: Line, chosen: Mapping[str, str]) -> bool:
    return (
        ("waiting" not in chosen or chosen["waiting"] in line.waiting.desks)
        and ("flag" not in chosen or FLAGS[chosen["flag"]] in line.flags)
        and ("district" not in chosen or chosen["district"] == line.district)
    )


def _tally(everyone: Sequence[Placed], chosen: Mapping[str, str], there: Sequence[Desk]) -> list[dict[str, Any]]:
    """Return how many wait for each desk, within the other filters, each as a link that filters by it.

    Named are the desks that are there now, and those that somebody still waits for who was arrested under an earlier profile.
    """
    others = {name: value for name, value in chosen.items() if name != "waiting"}
    within = [one.line for one in everyone if one.within]
    held = sum(not line.free for line in within)
    found = [{"desk": "", "says": "In custody", "count": held, "href": _href(others), "here": "waiting" not in chosen}]
    for desk, says in DESKS.items():
        if desk not in there and not any(desk in one.line.waiting.desks for one in everyone):
            continue
        count = sum(desk in line.waiting.desks for line in within)
        href = _href({**others, "waiting": desk})
        found.append({"desk": desk, "says": says, "count": count, "href": href, "here": chosen.get("waiting") == desk})
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
