"""The ledger read back to an agency as a list: what its people asked and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404

from pars.actions import identifying, publishing, recounting
from pars.core.access.use_words import REASONS, column_words
from pars.core.ledger.entries import Kind
from pars.edge.web.agencies.why import helps, ladder
from pars.edge.web.agreements.agreement_view import named
from pars.edge.web.ledger.entries import LARGEST
from pars.edge.web.pages import page
from pars.edge.web.seat import seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.recounting import Recounted
    from pars.core.ledger.entries import Entry
    from pars.edge.web.seat import Seat

ASKED = {
    "": "Everything",
    "answered": "Answered",
    "refused": "Refused",
    "exports": "Exports",
    "hooks": "Hooks",
    "sending": "Streams and broken sendings",
}


@seated(agency=True)
def history(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show an agency what its people asked, newest first, each with the entry that says so."""
    part, before = wanted(request, ASKED)
    found = recounting.history(seat.caller, part=part or None, before=before)
    titles = {
        f"agreement:{one.agreement.id}": (one.agreement.id, one.stands.version.title["en"])
        for one in publishing.agreements(seat.agency)
    }
    names = identifying.people()
    parts = {"lines": [_asked(entry, names, titles) for entry in found.entries], **framed(found, ASKED, part, before)}
    return page(request, "history.html", parts, at=found.at)


def wanted(request: HttpRequest, parts: Mapping[str, str]) -> tuple[str, int | None]:
    """Return which part of the list is wanted, and below which entry it begins."""
    part, given = request.GET.get("part", ""), request.GET.get("before", "")
    before = number_in(given)
    if part not in parts or (given and (before is None or before > LARGEST)):
        raise Http404
    return part, before


def framed(
    found: Recounted, parts: Mapping[str, str], part: str, before: int | None, kept: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the list's tabs and where it goes on. `kept` is what else narrows it: turning keeps that, another tab doesn't."""
    here = {**({"part": part} if part else {}), **(kept or {})}
    return {
        "parts": [(f"?{urlencode({'part': name})}" if name else "?", says, name == part) for name, says in parts.items()],
        "part": part,
        "narrowed": parts[part].lower() if part else "",
        "newest": f"?{urlencode(here)}" if before is not None else "",
        "older": f"?{urlencode({**here, 'before': found.older})}" if found.older is not None else "",
        "sealed": found.sealed,
    }


def records_said(count: int) -> str:
    """Return a number of records in words."""
    return f"{count} record{'' if count == 1 else 's'}"


def _asked(entry: Entry, names: Mapping[str, str], titles: Mapping[str, Any]) -> dict[str, Any]:
    """Return one line of an agency's history: who asked what for, and what came of it."""
    detail = entry.detail
    agreement, title = titles.get(entry.by.authority, ("", ""))
    return {
        "entry": entry,
        "who": names.get(entry.by.person, entry.by.person),
        "client": entry.by.client,
        "agreement": agreement,
        "title": title if len(titles) > 1 else "",
        "purpose": detail.get("purpose", "").replace("_", " "),
        "behalf": detail.get("behalf", ""),
        "columns": ", ".join(map(column_words, detail.get("columns", ()))),
        "looked": ", ".join(map(column_words, detail.get("filters", ()))),
        **_outcome(entry),
    }


def _outcome(entry: Entry) -> dict[str, Any]:
    detail = entry.detail
    match entry.kind:
        case Kind.DISCLOSED:
            if "hook" in detail:
                return {"came": "Hint", "tag": "", "why": f"through hook {detail['hook']}, without a record"}
            return {"got": records_said(detail["rows"])}
        case Kind.REFUSED:
            why, names = REASONS.get(detail["code"], ""), named(detail.get("names", ()))
            return {
                "came": "Refused",
                "tag": "stop",
                "why": f"{why}{f' ({names})' if names else ''}",
                "code": detail["code"],
                "helps": helps(detail["code"]),
                "ladder": ladder(detail["code"]),
            }
        case Kind.EXPORT_OPENED:
            return {"came": "Export begun", "tag": "", "why": f"a file in the form {detail['form']}"}
        case Kind.EXPORT_CLOSED:
            return {
                "came": "Export ended", "tag": "", "why": f"{records_said(detail['rows'])} in {detail['chunks']} answers", "code": detail["reason"],
            }  # fmt: skip
        case Kind.HOOK_REGISTERED:
            return {"came": "Hook registered", "tag": "", "why": ""}
        case Kind.HOOK_REMOVED:
            return {"came": "Hook removed", "tag": "", "why": f"the hook of entry {detail['hook']}"}
        case Kind.STREAM_CLOSED:
            return {"came": "Stream closed", "tag": "", "why": f"{detail['chunks']} answers", "code": detail["reason"]}
        case _:
            return {
                "came": "Not sent whole", "tag": "warn", "why": f"the answer of entry {detail['chunk']}", "code": detail["reason"],
            }  # fmt: skip
