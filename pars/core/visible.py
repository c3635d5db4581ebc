"""Makes characters visible that a screen would obey or hide: controls, those that turn the direction of text, those without a shape.

A name comes from outside: an escape sequence in it would move a terminal's cursor, and a character that turns the direction of
text would make one name look like another.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Final

# Cc: controls, C1 among them. Cf: direction, joiners and other shapeless ones. Cs: halves, as in a file's name that is no text.
# Zl and Zp: separators that some screens take for the end of a line. Cn and Co: what has no agreed shape.
_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"})
_JOINERS: Final = "\u200c\u200d"  # They belong to names in Persian and in the scripts of India.


def visible(text: str) -> str:
    r"""Return the text with what can't be seen written out as `\u202e`; line breaks and tabs too, for a value within a line."""
    if text.isprintable():  # none of the categories above is
        return text
    return "".join(char if _is_seen(char) else written_out(char) for char in text)


def visible_lines(text: str) -> str:
    """Return a text of several lines with what can't be seen written out; its own line breaks and tabs stay."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char if char in "\n\t" or _is_seen(char) else written_out(char) for char in text)


def hidden(text: str) -> bool:
    """Return whether the text holds a character that can't be seen."""
    return visible(text) != text


def written_out(char: str) -> str:
    """Return the character as JSON escapes it, so that JSON with it is still JSON and says the same."""
    return json.dumps(char)[1:-1] if ord(char) > 0x7F else f"\\u{ord(char):04x}"


def _is_seen(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _CATEGORIES
