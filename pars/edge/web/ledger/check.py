"""The public page "Check us": whoever has a ledger's bundle has it checked in their own browser, by a program that shares no code with ours.

The page is words and a form; the file goes nowhere. Without JavaScript it says how to check otherwise.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pars.core.access.catalogue import catalogue_text
from pars.core.access.floor import floor_text
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of
from verify.pack import packed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from pars.core.access.explain import Language

CATALOGUE, FLOOR = (sha256(text).hexdigest() for text in (catalogue_text(), floor_text()))
"""The rules that this program carries: a ledger that was opened under others can't be judged by it."""

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Check us",
        "lede": "Whoever has a ledger's bundle can have it checked here, in this browser. The file is read on your computer and sent nowhere.",
        "bundle": "The bundle",
        "bundle_hint": "The file that the owners or the auditor gave you. It can also be dropped anywhere on this page.",
        "keys": "The owners' keys, if you have them",
        "keys_hint": "A text file that came to you by another way than the bundle. Without it the bundle vouches only for itself.",
        "check": "Check it",
        "fetch": "Check this server's ledger",
        "fetch_hint": "Your role reads the ledger: the bundle is fetched now, as of this moment.",
        "progress": "How much of the file has been read",
        "unscripted": "This page checks with JavaScript, which isn't running here. Check with pars-verify instead: it needs nothing but Python.",
        "elsewhere": "Another way to check",
        "own": "pars-verify is one file for Python's standard library. It runs on your computer, without network, and isn't ours to change once you have it:",
        "checks": "What is checked here",
        "checks_list": "every byte, hash and signature: the frame, the entries, the list of their hashes, the tree, the signed checkpoints, the side rows and the texts|"
        "what the owners' witnesses signed: that every line is a named witness's, how many signed each checkpoint, and that no time contradicts theirs|"
        "the form of each entry, in its one canonical way of writing|"
        "the ledger's rules: who could do what; votes and the quorum behind every agreement; terms, duties, approvals and reviews; that each answer "
        "was covered by an agreement in force; streams, exports and hooks",
        "checks_not": "What is not",
        "checks_not_list": "whether a witness has signed a longer ledger since: ask one|"
        "the limits on how many people a day may be shown, which no entry states|"
        "that a civil day's end was resolved to the right instant: the parties signed the instant",
        "download": "pars-verify.pyz, from this server",
        "compare": "Its sha256, to be compared with what somebody else was given or packed from the source (python -m verify.pack):",
        "keys_page": "Every key, as this server says it",
        "spec": "Both programs were written from the same specification, docs/spec/ledger.md, and share nothing else. If they ever disagree, tell us.",
    },
    "es": {
        "title": "Compruébenos",
        "lede": "Quien tenga el paquete de un libro puede comprobarlo aquí, en este navegador. El archivo se lee en su computadora y no se envía a ninguna parte.",
        "bundle": "El paquete",
        "bundle_hint": "El archivo que le dieron los propietarios o el auditor. También se puede soltar en cualquier parte de esta página.",
        "keys": "Las claves de los propietarios, si las tiene",
        "keys_hint": "Un archivo de texto que le llegó por otra vía que el paquete. Sin él, el paquete solo responde por sí mismo.",
        "check": "Comprobarlo",
        "fetch": "Comprobar el libro de este servidor",
        "fetch_hint": "Su función puede leer el libro: el paquete se pide ahora, tal como está en este momento.",
        "progress": "Cuánto se ha leído del archivo",
        "unscripted": "Esta página comprueba con JavaScript, que aquí no está en marcha. Compruebe con pars-verify: solo necesita Python.",
        "elsewhere": "Otra manera de comprobar",
        "own": "pars-verify es un solo archivo para la biblioteca estándar de Python. Funciona en su computadora, sin red, y una vez que lo tiene ya no podemos cambiarlo:",
        "checks": "Lo que se comprueba aquí",
        "checks_list": "cada byte, huella y firma: el marco, las anotaciones, la lista de sus huellas, el árbol, los puntos de control firmados, las filas laterales y los textos|"
        "lo que firmaron los testigos de los propietarios: que cada línea sea de un testigo nombrado, cuántos firmaron cada punto de control, y que ninguna hora contradiga las suyas|"
        "la forma de cada anotación, en su única escritura canónica|"
        "las reglas del libro: quién podía hacer qué; los votos y la mayoría detrás de cada acuerdo; plazos, deberes, aprobaciones y revisiones; que "
        "cada respuesta estuviera cubierta por un acuerdo en vigor; transmisiones, exportaciones y avisos",
        "checks_not": "Lo que no",
        "checks_not_list": "si desde entonces un testigo ha firmado un libro más largo: pregunte a uno|"
        "los límites de cuántas personas se pueden mostrar al día, que ninguna anotación declara|"
        "que el final de un día civil se haya resuelto al instante correcto: las partes firmaron el instante",
        "download": "pars-verify.pyz, de este servidor",
        "compare": "Su sha256, para compararlo con lo que otros recibieron o empaquetaron del código (python -m verify.pack):",
        "keys_page": "Cada clave, como la dice este servidor",
        "spec": "Los dos programas se escribieron según la misma especificación, docs/spec/ledger.md, y no comparten nada más. Si alguna vez no coinciden, avísenos.",
    },
}


@cache
def _verifier() -> bytes:
    return packed()


@require_safe
def verifier(_: HttpRequest) -> HttpResponse:
    """Give pars-verify as one file, to anybody."""
    headers = {"content-disposition": 'attachment; filename="pars-verify.pyz"'}
    return HttpResponse(_verifier(), content_type="application/octet-stream", headers=headers)


def check(request: HttpRequest) -> HttpResponse:
    """Show the page to anybody; whoever may read the ledger can have this server's checked at once."""
    language, seat = language_of(request), seat_of(request)
    words = WORDS[language]
    parts = {
        "language": language,
        "w": words,
        "checks": words["checks_list"].split("|"),
        "not_checked": words["checks_not_list"].split("|"),
        "catalogue": CATALOGUE,
        "floor": FLOOR,
        "verifier": sha256(_verifier()).hexdigest(),
        "reads": seat is not None and "ledger:read" in seat.acts,
    }
    return page(request, "check.html", parts)
