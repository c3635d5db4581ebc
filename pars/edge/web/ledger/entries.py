"""One entry of the ledger in words, with what proves it: where a receipt leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from pars.actions import identifying, proving, publishing, reviewing
from pars.core.ledger.entries import Kind
from pars.edge.web.agencies.why import helps, ladder
from pars.edge.web.languages import language_of
from pars.edge.web.ledger.proof_view import lines, proof_tree, tile_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from pars.actions.proving import Receipt
    from pars.actions.publishing import Shown
    from pars.core.access.explain import Language
    from pars.core.ledger.entries import Entry
    from pars.edge.web.seat import Seat

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
        "signed": "Signed checkpoint",
        "unsealed": "Written, and not under a signed checkpoint yet: that takes a second or two.",
        "hourly": "Written. Anybody can check it once the checkpoint of the full hour covers it.",
        "again": "Look again",
        "tree": "The way from entry {} to the signed root, in {} steps",
        "leaf_of": "this entry, index {}",
        "root": "signed root",
        "how": "Read from the bottom: each step hashes what is known so far with the hash that is given beside it, over the entries named there. The last "
        "step must come to the root that the checkpoint states.",
        "steps": "Each step of the proof",
        "step": "Step",
        "given": "Given hash",
        "over": "Over the entries",
        "side": "Side",
        "left": "left",
        "right": "right",
        "made": "Comes to",
        "only": "The tree has this one entry: its leaf hash is the root.",
        "tile": "Tile that holds this leaf",
        "tile_later": "for anybody once the checkpoint of the full hour covers it",
        "take": "Take the receipt along (for pars-verify)",
        "check": "Have a whole ledger checked",
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
        "signed": "Punto de control firmado",
        "unsealed": "Está escrita, y todavía no bajo un punto de control firmado: eso tarda uno o dos segundos.",
        "hourly": "Está escrita. Cualquiera puede comprobarla cuando la cubra el punto de control de la hora en punto.",
        "again": "Mirar de nuevo",
        "tree": "El camino de la anotación {} a la raíz firmada, en {} pasos",
        "leaf_of": "esta anotación, índice {}",
        "root": "raíz firmada",
        "how": "Se lee desde abajo: cada paso une lo que ya se sabe con la huella que se da al lado, que cubre las anotaciones allí nombradas. El último "
        "paso debe dar la raíz que declara el punto de control.",
        "steps": "Cada paso de la prueba",
        "step": "Paso",
        "given": "Huella que se da",
        "over": "De las anotaciones",
        "side": "Lado",
        "left": "izquierda",
        "right": "derecha",
        "made": "Resulta",
        "only": "El árbol tiene solo esta anotación: la huella de su hoja es la raíz.",
        "tile": "Parte del árbol con esta hoja",
        "tile_later": "para cualquiera cuando la cubra el punto de control de la hora en punto",
        "take": "Llevarse el recibo (para pars-verify)",
        "check": "Comprobar un libro entero",
        "fields": "Los campos de la anotación",
    },
}


def _shown(seat: Seat | None, number: int) -> Shown:
    if number > LARGEST:
        raise Http404
    by = seat.by if seat is not None and seat.capacity is not None else None
    agencies = (
        {one.agreement.id: one.agreement.agency for one in publishing.agreements(seat.agency)} if seat and seat.agency else {}
    )
    shown = publishing.entry(number, by=by, agencies=agencies)
    if shown is None:
        raise Http404
    return shown


@require_safe
def take_along(request: HttpRequest, number: int) -> HttpResponse:
    """Give an entry's receipt as a file to take along, to whom its page shows the proof."""
    text = proving.text_of(_shown(seat_of(request), number).receipt)
    if text is None:
        raise Http404
    headers = {"content-disposition": f'attachment; filename="receipt-{number}.txt"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show an entry as far as this reader may read it, and its proof for anybody."""
    seat = seat_of(request)
    shown = _shown(seat, number)
    language = language_of(request) if seat is None else "en"
    receipt = shown.receipt
    parts = {
        "language": language,
        "w": WORDS[language],
        "proven": WORDS[language]["hashes"].format(len(receipt.proof or ()), receipt.size),
        "number": number,
        "receipt": shown.receipt,
        "sealed": shown.receipt.size is not None,
        "hourly": shown.hourly,
        "entry": shown.entry,
        "words": reviewing.entry_words(shown.entry) if shown.entry is not None else "",
        "kind": shown.entry.kind.dotted if shown.entry is not None else "",
        "who": _who(shown.entry, named=seat is not None),
        "detail": _detail(shown.entry),
        "signed_in": seat is not None,
        **_proof(shown.receipt, language),
        **_why(shown.entry),
    }
    return page(request, "entry.html", parts)


def _proof(receipt: Receipt, language: Language) -> dict[str, Any]:
    """Return the way to the signed root as a picture and as a table's lines; nothing before the entry is sealed."""
    if receipt.size is None or receipt.index is None:
        return {}
    found = lines(receipt)
    picture = proof_tree(found, entry=receipt.entry, index=receipt.index, words=WORDS[language])
    tile = tile_of(receipt)
    public = proving.tile(tile, by=None) is not None
    return {"lines": found, "picture": picture if found else "", "tile": f"/log/{tile.path()}", "public": public}


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
