"""Names as they are compared when somebody is looked for: folded words, how a word sounds, and what is one slip away from it.

Nothing here says that two people are one. It makes a person found although the name was heard, typed or spelled another way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONG_ENOUGH = 4
"""Letters from which on a word with one slip is still that word: of shorter ones too many lie one letter apart."""

_SPOKEN = (
    ("sch", "s"), ("tch", "s"), ("ph", "f"), ("gh", "g"), ("ck", "k"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("kn", "n"), ("wr", "r"),
    ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("x", "ks"),
)  # fmt: skip
_ALIKE = str.maketrans("bvcqgdzjm", "pfkkktssn")
_MUTE = frozenset("aeiouyhw")
_APART = re.compile(r"[\W_]+")
_LINKS = re.compile(r"['\u2018\u2019\u02bc`]")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters without marks: `O'Brien-Núñez` is obrien and nunez."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    parts = _APART.split(_LINKS.sub("", plain).casefold())
    return tuple(part for part in parts if part)


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """Return the consonants of a word as they sound, those that are heard alike as one: `steven` and `stephen` are the same."""
    for written, spoken in _SPOKEN:
        word = word.replace(written, spoken)
    heard = "a" if word[:1] in _MUTE else ""
    for char in word.translate(_ALIKE):
        if char not in _MUTE and not heard.endswith(char):
            heard += char
    return heard


@lru_cache(maxsize=4096)
def near(word: str) -> frozenset[str]:
    """Return the word and, if it is long enough, the word without each one of its letters.

    Two words that share one of these differ by one slip: a letter too many, too few, another one, or two exchanged.
    """
    if len(word) < LONG_ENOUGH:
        return frozenset({word})
    return frozenset({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))})
