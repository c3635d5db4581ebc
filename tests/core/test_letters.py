"""A text holds what Unicode 14.0 knows, whichever version knows more."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from pars.core.letters import UNICODE, printable, seen


def test_what_is_seen_is_what_that_version_says() -> None:
    exactly = unicodedata.unidata_version.startswith(UNICODE)
    wrong = [
        code
        for code in range(sys.maxunicode + 1)
        if (unicodedata.category(chr(code))[0] != "C") is not seen(chr(code)) and (exactly or seen(chr(code)))
    ]
    assert wrong == [], "nothing is taken away by a later version; and nothing that it adds is a text's"


def test_what_was_a_letter_long_ago_is_seen() -> None:
    long_ago = unicodedata.ucd_3_2_0
    assert all(seen(chr(code)) for code in range(sys.maxunicode + 1) if long_ago.category(chr(code))[0] == "L")


@pytest.mark.parametrize(
    ("text", "well"),
    [
        ("Ordinary", True),
        ("Año Nuñez, 7 Ⅶ", True),
        ("\u200bhidden", False),
        ("a\tb", False),
        ("\ud800", False),
        ("\U0001fae8", False),  # a face of Unicode 15
        ("\u2ffc", False),  # of Unicode 15.1
        ("e\u0301", False),  # not in form C
    ],
)
def test_a_text_is_printable_or_not(text: str, well: bool) -> None:
    assert printable(text) is well
