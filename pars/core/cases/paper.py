"""Canonical texts that people sign: plain lines, one form for one content, so that a hash over them means one thing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pars.core.terms import StatedTime

_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})


_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that change the order in which text is read: with one, a paper could say something else than what is signed."""


def line(label: str, value: str | StatedTime | None) -> str:
    """Return `label: value` on one line; a missing value is said to be missing, a time is given as it was stated.

    Line breaks, control characters and marks that turn the order of reading become spaces: no value can pose as another line.
    """
    if isinstance(value, StatedTime):
        value = value.text if value.precision == "instant" else f"{value.text} ({value.zone})"
    shown = "".join(" " if unicodedata.category(char) in _UNSHOWN or char in _TURNING else char for char in value or "")
    return f"{label}: {' '.join(shown.split()) or 'not stated'}"


def paper(lines: Iterable[str]) -> bytes:
    """Return the lines as UTF-8 in Unicode normalization form C, each ended by a line feed."""
    return unicodedata.normalize("NFC", "".join(f"{text}\n" for text in lines)).encode()


def cents(amount: int) -> str:
    """Return an amount in words a court uses: `$5,000.00`."""
    return f"${amount // 100:,}.{amount % 100:02}"


def tracking_number(otn: str) -> str:
    """Return an offense tracking number as it is printed: `Q333333-0`."""
    return f"{otn[:-1]}-{otn[-1]}" if len(otn) == 8 and otn[0].isalpha() and otn[1:].isdigit() else otn
