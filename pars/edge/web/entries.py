"""One entry of the ledger in words, with what proves it: where a receipt leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from pars.actions import identifying, publishing, reviewing
from pars.core.ledger.entries import Kind
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of
from pars.edge.web.why import helps, ladder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.access.explain import Language
    from pars.core.ledger.entries import Entry

LARGEST = 2**53 - 1
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "entry": "Entry",
        "title": "Entry of the ledger, number",
        "kind": "Kind",
        "written": "Written",
        "by": "By",
        "in_ledger": "in the ledger",
        "under": "Under",
        "through": "Through",
        "closed": "What this entry says is for the person who made it, the agency that it is about, the owners and the auditor. That it is "
        "there, and has not changed, is for everybody to check.",
        "sign_in": "Sign in if that is you",
        "proves": "What proves it",
        "leaf": "Leaf hash",
        "place": "Place in the log",
        "proven": "Proven by",
        "hashes": "{} hashes up to the root of the signed checkpoint over {} entries",
        "changed": "A changed, dropped or inserted entry would give another root. Whoever kept an earlier checkpoint finds out with "
        "pars-verify, without asking us.",
        "checkpoint": "Checkpoint and proof",
        "signed": "Signed checkpoint",
        "unsealed": "Written, and not under a signed checkpoint yet: that takes a second or two.",
        "again": "Look again",
        "fields": "The entry's own fields",
    },
    "es": {
        "entry": "Anotación",
        "title": "Anotación del libro, número",
        "kind": "Clase",
        "written": "Escrita",
        "by": "Por",
        "in_ledger": "en el libro",
        "under": "Según",
        "through": "Por medio de",
        "closed": "Lo que dice esta anotación es para quien la hizo, la agencia de que trata, los propietarios y el auditor. Que está ahí, y "
        "que no ha cambiado, lo puede comprobar cualquiera.",
        "sign_in": "Entre si es usted",
        "proves": "Lo que la prueba",
        "leaf": "Huella (hash) de la hoja",
        "place": "Lugar en el libro",
        "proven": "Probada por",
        "hashes": "{} huellas hasta la raíz del punto de control firmado, que cubre {} anotaciones",
        "changed": "Una anotación cambiada, quitada o añadida daría otra raíz. Quien guardó un punto de control anterior lo descubre con "
        "pars-verify, sin preguntarnos.",
        "checkpoint": "Punto de control y prueba",
        "signed": "Punto de control firmado",
        "unsealed": "Está escrita, y todavía no bajo un punto de control firmado: eso tarda uno o dos segundos.",
        "again": "Mirar de nuevo",
        "fields": "Los campos de la anotación",
    },
}


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
    language = language_of(request) if seat is None else "en"
    receipt = shown.receipt
    parts = {
        "language": language,
        "w": WORDS[language],
        "proven": WORDS[language]["hashes"].format(len(receipt.proof or ()), receipt.size),
        "number": number,
        "receipt": shown.receipt,
        "sealed": shown.receipt.size is not None,
        "entry": shown.entry,
        "words": reviewing.entry_words(shown.entry) if shown.entry is not None else "",
        "kind": shown.entry.kind.dotted if shown.entry is not None else "",
        "who": _who(shown.entry, named=seat is not None),
        "detail": _detail(shown.entry),
        "signed_in": seat is not None,
        **_why(shown.entry),
    }
    return page(request, "entry.html", parts)


def _why(found: Entry | None) -> dict[str, Any]:
    """Return why a question was refused, and what would help; nothing for any other entry."""
    if found is None or found.kind is not Kind.REFUSED:
        return {}
    return {"helps": helps(found.detail["code"]), "ladder": ladder(found.detail["code"])}


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
