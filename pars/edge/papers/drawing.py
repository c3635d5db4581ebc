"""Draws a paper as a tagged PDF (PDF/UA-1): the same paper gives the same bytes, on every machine and at every time.

Typst runs in this process. Its source is the one file beside this one; what a paper says goes in as JSON and is never part of the
source. Only the fonts that come with typst are used, and it is given no clock, no file and no network.
"""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typst

from pars.core.cases.papers import plain
from pars.core.terms import SECOND, moment
from pars.core.visible import written_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.cases.papers import Paper

SOURCE = Path(__file__).with_name("paper.typ")

AT_ONCE = 2
"""Papers drawn at once: drawing takes a whole core."""

LONGEST_WAIT = 5.0
"""Seconds that a paper waits for its turn. The longest paper there can be is drawn in a second."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "case": "Case",
        "version": "version",
        "recorded": "recorded",
        "page": "Page",
        "unfiled": "not to be filed",
        "signed": "Signed in PARS by",
        "text": "SHA-256 of the signed text that this rests on:",
        "written_out": "Characters that this paper's fonts don't have are written as \\u and their number.",
    },
    "es": {
        "case": "Caso",
        "version": "versión",
        "recorded": "registrada",
        "page": "Página",
        "unfiled": "no se archiva",
        "signed": "Firmado en PARS por",
        "text": "SHA-256 de la denuncia u orden firmada en que esto se basa:",
        "written_out": "Los caracteres que faltan en las fuentes de este papel se escriben como \\u y su número.",
    },
}

_turn = threading.BoundedSemaphore(AT_ONCE)


class Busy(RuntimeError):
    """Too many papers are being drawn; ask again."""


def pdf(paper: Paper, names: Mapping[str, str]) -> bytes:
    """Return the paper as PDF. `names` are the names of who signed, by pseudonym. Raises Busy where none can be drawn soon."""
    drawn: bytes = _draw(paper, names, "pdf")
    return drawn


def pictures(paper: Paper, names: Mapping[str, str]) -> list[bytes]:
    """Return each page of the paper as a PNG, to be looked at."""
    drawn = _draw(paper, names, "png")
    return drawn if isinstance(drawn, list) else [drawn]


def _draw(paper: Paper, names: Mapping[str, str], form: Literal["pdf", "png"]) -> Any:
    if not _turn.acquire(timeout=LONGEST_WAIT):
        raise Busy
    try:
        return typst.compile(
            _source(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format=form,
            sys_inputs=_inputs(paper, names),
            pdf_standards=["ua-1"] if form == "pdf" else [],
            timestamp=paper.recorded // SECOND,
        )
    finally:
        _turn.release()


@lru_cache(maxsize=1)
def _source() -> bytes:
    return SOURCE.read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _inputs(paper: Paper, names: Mapping[str, str]) -> dict[str, str]:
    said = plain(paper)
    for sign in said["signatures"]:
        sign["signer"] = names.get(sign["signer"], sign["signer"])
    said["recorded"] = moment(paper.recorded).isoformat(timespec="seconds").replace("+00:00", "Z")
    shown = _in_our_fonts(said)
    return {
        "paper": json.dumps({**shown, "written_out": shown != said}, ensure_ascii=False),
        "words": json.dumps(WORDS[paper.language], ensure_ascii=False),
    }


# ---------------------------------------------------------------- what the fonts have

DRAWN = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x0377),  # Latin, with accents that are characters of their own
    (0x0386, 0x038A), (0x038E, 0x03A1), (0x03A3, 0x03CE), (0x0400, 0x0481), (0x05D0, 0x05EA), (0x0621, 0x063A), (0x0640, 0x0652),
    (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x203A), (0x20A0, 0x20C0), (0x2116, 0x2117), (0x2122, 0x2122),
)  # fmt: skip
"""The characters that typst's own fonts have, of the scripts that were tried: Latin, Greek, Cyrillic, Hebrew, Arabic, and signs."""


def _in_our_fonts(value: Any) -> Any:
    """Return JSON's own value with every character that the fonts don't have written out: `\\u4e2d`."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else "".join(map(_drawn, value))
    if isinstance(value, list):
        return [_in_our_fonts(part) for part in value]
    if isinstance(value, dict):
        return {key: _in_our_fonts(part) for key, part in value.items()}
    return value


def _drawn(char: str) -> str:
    known = any(first <= ord(char) <= last for first, last in DRAWN)
    return char if known else written_out(char)
