"""What is never collected: elements that the reader drops before any other code can see them.

The table is decision, not guess: citizenship and immigration indicators; social security and taxpayer numbers; diagnosis,
medication, treatment and what tells of them; images and other binary objects. A name in a document is matched as a whole
word of its camel case, so `DetentionImmigrationHoldIndicator` and a county's own `InmateMentalHealthFlag` go as well, with
everything inside them. To collect one of these needs an owner's request and an ADR.
"""

from __future__ import annotations

import re
from typing import Final

DO_NOT_COLLECT: Final[tuple[tuple[str, str], ...]] = (
    ("Immigra(?:nt|tion)|(?:Non)?[Cc]itizen(?:ship)?|Nationality|Deport(?:able|ation)?|Naturaliz(?:ed|ation)", "immigration"),
    ("Alien|Passport|Visa|Refugee|Asylum|Consul(?:ar|ate)|Undocumented|Foreign(?:er|Born)|ANumber|ICE|DHS", "immigration"),
    ("SSN|Social(?:Security|Insurance)|Tax(?:payer)?Identification|I?TIN", "social security and taxpayer numbers"),
    ("Health[a-z]*|Mental(?:ly)?|Psych[a-z]*|Suicid[a-z]*|Substance|Addict[a-z]*|Detox[a-z]*", "health"),
    ("Diagnos[a-z]*|Evaluation|(?:High)?RiskNeeds?|Medica[a-z]*|Medicine|Prescri[a-z]*|Treat(?:ments?|ed|ing)", "health"),
    ("Therap[a-z]*|Care(?:Episode|Provider)|Hospital[a-z]*|Disabilit[a-z]*|Disabled|Pregnan[a-z]*|HIV|AIDS", "health"),
    ("Disease|Illness|Allerg[a-z]*|Disorder|Drug(?:Use|Problem)[a-z]*", "health"),
    ("Biometric[a-z]*|DNA|Images?|Photo[a-z]*|Mugshot|Base64|Binary(?:Object)?", "images and biometrics"),
)
"""(names as a pattern over whole words of the camel case, what they are)."""

# An acronym must not be the tail of a longer one; no word may go on in small letters.
_WORD: Final = re.compile(
    "|".join(rf"(?:(?<![A-Z])(?=[A-Z]{{2}})|(?=[A-Za-z][a-z0-9]))(?:{names})(?![a-z])" for names, _ in DO_NOT_COLLECT)
)

_WORDS: Final = re.compile(r"[A-Za-z]{3,}")


def is_dropped(name: str) -> bool:
    """Return whether an element of this local name is dropped, with everything inside it."""
    return _WORD.search(name) is not None


def tells_of_dropped(text: str) -> bool:
    """Return whether a source's own words name what is not collected: such words are left out, as if they had not been given."""
    return any(is_dropped(word) or is_dropped(word.capitalize()) or is_dropped(word.upper()) for word in _WORDS.findall(text))
