"""How a paper goes out over HTTP, the same from a page and from `/v1`: what may be asked of it, its headers, its file's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpResponse

from pars.core.terms import Refusal
from pars.edge.papers import drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import PaperGiven
    from pars.core.access.explain import Language

BUSY = Refusal(
    code="DRAWING_BUSY",
    says="Too many papers are being drawn just now. That you asked is recorded; nothing was given.",
    remedy="Ask again in a few seconds.",
)
_VERSION = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def asked_version(given: Mapping[str, str]) -> int | Refusal | None:
    """Return the version that is asked for, None for the newest."""
    text = given.get("version", "")
    if not text:
        return None
    if not _VERSION.fullmatch(text):
        return Refusal(
            code="WRONG_VERSION", says="That is no version of a case.", remedy="A number from 1 on.", names=("version",)
        )
    return int(text)


def asked_language(given: Mapping[str, str]) -> Language | Refusal:
    """Return the language that is asked for, English where none is."""
    match given.get("language", ""):
        case "" | "en":
            return "en"
        case "es":
            return "es"
        case _:
            return Refusal(
                code="WRONG_LANGUAGE",
                says="Papers are written in English and Spanish.",
                remedy="en or es.",
                names=("language",),
            )


def as_pdf(given: PaperGiven, names: Mapping[str, str]) -> HttpResponse:
    """Return a paper as a PDF that nobody keeps on the way; its name holds no person's. Raises `drawing.Busy`."""
    paper = given.paper
    answer = HttpResponse(drawing.pdf(paper, names), content_type="application/pdf")
    language = "" if paper.language == "en" else f"-{paper.language}"
    answer["Content-Disposition"] = f'inline; filename="{paper.kind}{language}-{paper.case[:8]}-v{paper.version}.pdf"'
    answer["Content-Language"] = paper.language
    answer["Cache-Control"] = "no-store"
    answer["ETag"] = f'"{paper.version}"'
    answer["PARS-Entry"] = str(given.entry)
    return answer
