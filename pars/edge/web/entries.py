"""One entry of the ledger in words, with what proves it: where a receipt leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from pars.actions import identifying, publishing, reviewing
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.core.ledger.entries import Entry

LARGEST = 2**53 - 1


def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show an entry as far as this reader may read it, and its proof for anybody."""
    if number > LARGEST:
        raise Http404
    seat = seat_of(request)
    by = seat.by if seat is not None and seat.capacity is not None else None
    agencies = (
        {one.agreement.id: one.agreement.agency for one in publishing.agreements(seat.agency)} if seat and seat.agency else {}
    )
    shown = publishing.entry(number, by=by, agencies=agencies)
    if shown is None:
        raise Http404
    parts = {
        "number": number,
        "receipt": shown.receipt,
        "sealed": shown.receipt.size is not None,
        "entry": shown.entry,
        "words": reviewing.entry_words(shown.entry) if shown.entry is not None else "",
        "kind": shown.entry.kind.dotted if shown.entry is not None else "",
        "who": _who(shown.entry, named=seat is not None),
        "detail": _detail(shown.entry),
        "signed_in": seat is not None,
    }
    return page(request, "entry.html", parts)


def _who(found: Entry | None, *, named: bool) -> str:
    """Return who did it: by name for whoever is signed in here, else by pseudonym, as the ledger has it."""
    if found is None or not named:
        return found.by.person if found is not None else ""
    return identifying.people().get(found.by.person, found.by.person)


def _detail(found: Entry | None) -> list[tuple[str, Any]]:
    """Return the entry's own fields, as they stand in it."""
    if found is None:
        return []
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else value) for name, value in sorted(found.detail.items())
    ]
