"""In which language a public page is read: as its address says, else as the reader chose last, else as their browser asks for.

The choice is kept in a cookie that holds `en` or `es` and nothing else: it names nobody, so nobody is asked to agree to it. The screens on
which staff work are in English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pars.core.access.explain import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

ASKED, KEPT = "lang", "language"
A_YEAR = 365 * 86_400
NAMES: Mapping[Language, str] = {"en": "English", "es": "Español"}

FRAME: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "skip": "Skip to main content",
        "main": "Main",
        "sign_in": "Sign in",
        "languages": "Language",
        "demo": "A demo: everyone and everything here is invented.",
        "about_demo": "About this demo",
        "replay": "A reconstruction: the public record of 2008–2018 was replayed here, on a simulated clock; whoever was arrested is invented.",
        "about_replay": "About this reconstruction",
        "reconstruction": "What is found, inferred and not found",
        "guide": "Guide and seats",
        "public": "Who may ask, until when",
        "checkpoint": "The ledger's checkpoint",
        "check": "Check us",
        "problem": "There is a problem",
        "error": "Error:",
        "printed": "PARS, as of",
        "printed_by": "printed by",
        "translated": "",
    },
    "es": {
        "skip": "Ir al contenido",
        "main": "Principal",
        "sign_in": "Entrar",
        "languages": "Idioma",
        "demo": "Una demostración: todas las personas y todo lo que hay aquí son inventados.",
        "about_demo": "Sobre esta demostración",
        "replay": "Una reconstrucción: aquí se repitió lo que consta de 2008 a 2018, con un reloj simulado; las personas arrestadas son inventadas.",
        "about_replay": "Sobre esta reconstrucción",
        "reconstruction": "Lo que se encontró, lo que se infiere y lo que no se encontró",
        "guide": "Guía y puestos (en inglés)",
        "public": "Quién puede preguntar, y hasta cuándo",
        "checkpoint": "El punto de control del libro",
        "check": "Compruébenos",
        "problem": "Hay un problema",
        "error": "Error:",
        "printed": "PARS, situación:",
        "printed_by": "impreso por",
        "translated": "Esta traducción todavía no la ha revisado un traductor certificado. Si algo difiere, vale el texto en inglés.",
    },
}
"""The words around every page. `translated` is the honest note that stands on each that is a translation."""


def language_of(request: HttpRequest) -> Language:
    """Return the language in which to show a public page."""
    for given in (request.GET.get(ASKED), request.COOKIES.get(KEPT), _preferred(request)):
        for language in LANGUAGES:
            if given == language:
                return language
    return "en"


def _preferred(request: HttpRequest) -> str:
    """Return the first language that the browser names."""
    named = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0]
    return named.strip().lower().partition("-")[0]


def choices(request: HttpRequest, language: Language) -> list[dict[str, Any]]:
    """Return the languages to choose from, each with this page's address in it."""
    kept = {name: value for name, value in request.GET.items() if name != ASKED}
    return [
        {"code": one, "says": NAMES[one], "href": f"?{urlencode({**kept, ASKED: one})}", "here": one == language}
        for one in LANGUAGES
    ]


def keep(request: HttpRequest, response: HttpResponse, language: Language) -> HttpResponse:
    """Remember what the reader chose, where they chose just now; what varies by reader is kept by nobody on the way."""
    response["Content-Language"] = language
    response["Vary"] = ", ".join(part for part in (response.get("Vary", ""), "Accept-Language", "Cookie") if part)
    if request.GET.get(ASKED) in LANGUAGES:
        response.set_cookie(KEPT, language, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
