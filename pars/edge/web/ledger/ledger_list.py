"""The whole ledger as a list, for owners and the auditor: every entry in words, narrowed by kind, authority and day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pars.actions import identifying, publishing, recounting, reviewing
from pars.core.ledger.entries import FORMS, Kind
from pars.core.ledger.forms import is_authority
from pars.core.terms import Refusal, start_of_day
from pars.edge.web.agencies.history import framed, records_said, wanted
from pars.edge.web.pages import page, refused
from pars.edge.web.seat import seated
from pars.edge.web.words import zone

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.core.ledger.entries import Entry
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

PARTS = {
    "": "Everything",
    "questions": "Questions of agencies",
    "cases": "Cases",
    "agreements": "Agreements and people",
    "orders": "Court orders on records",
    "ledger": "The ledger itself",
}
FEW = 6
"""How many columns a line of the ledger names one by one."""
KINDS = {kind.dotted: kind for kind in sorted(FORMS)}
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


@dataclass(slots=True)
class Narrowed:
    """What the form asks for, as it was typed and as it was read; `faults` are fields that can't be read, with what helps."""

    typed: dict[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    under: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)


@seated("ledger:read")
def ledger(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show every entry to whoever may read the ledger, newest first."""
    part, before = wanted(request, PARTS)
    asked = _narrowed(request)
    found = recounting.whole(
        seat.by,
        part=part or None,
        kind=asked.kind,
        under=asked.under,
        since=asked.since,
        until=asked.until,
        before=before,
    )
    if isinstance(found, Refusal):
        return refused(request, found)
    names = identifying.people()
    parts = {
        "lines": [
            {"entry": one, "who": names.get(one.by.person, one.by.person), "says": _said(one)}
            for one in (() if asked.faults else found.entries)
        ],
        "kinds": _kinds(part, asked.kind),
        "authorities": sorted(f"agreement:{one.agreement.id}" for one in publishing.agreements()),
        "typed": asked.typed,
        "faults": asked.faults,
        **framed(found, PARTS, part, before, asked.typed),
    }
    if asked.faults:
        parts |= {"older": ""}
    return page(request, "ledger.html", parts, status=422 if asked.faults else 200, at=found.at)


def _kinds(part: str, chosen: Kind | None) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Return the kinds to choose from, in the parts of the ledger; in one part alone its own."""
    return [
        (PARTS[name], [(dotted, kind is chosen) for dotted, kind in KINDS.items() if kind in kinds])
        for name, kinds in recounting.PARTS.items()
        if part in {"", name}
    ]


def _narrowed(request: HttpRequest) -> Narrowed:
    given = {name: request.GET.get(name, "").strip() for name in ("kind", "under", "from", "to")}
    found = Narrowed(typed={name: text for name, text in given.items() if text})
    if given["kind"]:
        found.kind = KINDS.get(given["kind"])
        if found.kind is None:
            found.faults.append(("by-kind", "Kind: there is none of that name. Choose one of the list."))
    if given["under"]:
        found.under = given["under"]
        if not is_authority(given["under"]):
            found.faults.append(
                ("by-under", "Authority: write it as an entry does, like agreement:supervision or grant:clerk.")
            )
    first, last = (_day(given[name], name, found) for name in ("from", "to"))
    if first is not None and last is not None and last < first:
        found.faults.append(("by-to", "Until: this day is before the first one."))
    found.since = None if first is None else start_of_day(first, zone())
    found.until = None if last is None else start_of_day(last + timedelta(days=1), zone())
    return found


def _day(text: str, name: str, found: Narrowed) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        says = {"from": "From", "to": "Until"}[name]
        found.faults.append((f"by-{name}", f"{says}: that is no day. Write it as 2026-11-22."))
        return None
    return day


def _said(entry: Entry) -> str:
    """Return what was done, on a line: a long list of columns as its number, for the entry's own page to name them."""
    columns = entry.detail.get("columns", ())
    if len(columns) <= FEW or "rows" not in entry.detail:
        return reviewing.act_words(entry)
    about = entry.detail.get("act") or entry.detail["purpose"].replace("_", " ")
    got = "got" if entry.kind is Kind.DISCLOSED else "saw"
    return f"{got} {records_said(entry.detail['rows'])} with {len(columns)} columns ({about})"
