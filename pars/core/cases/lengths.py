"""Lengths: a name or number by which cases are found again is never so long that it could not be found by it.

The indexes hold no more than about 2,700 bytes a row, of two such values at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pars.core.cases.facts import Arrested, Booked, DocumentReceived, Fact, IdentityClaimed, IdentityVerified
from pars.core.terms import Refusal

LONGEST = 1_200
"""Bytes in UTF-8: 300 characters in any script."""

TOGETHER = 2 * LONGEST + 200
"""Bytes of a name's parts, spoken as one: people are found by that, too."""

_FOUND_BY: Mapping[type[Fact], tuple[tuple[str, int], ...]] = MappingProxyType(
    {
        IdentityClaimed: (("surname", LONGEST), ("given", LONGEST), ("full", LONGEST)),
        Arrested: (("agency", LONGEST), ("record_id", LONGEST), ("otn", LONGEST), ("incident_number", LONGEST)),
        Booked: (("agency", LONGEST), ("record_id", LONGEST)),
        IdentityVerified: (
            ("source", LONGEST),
            ("reference", LONGEST),
            ("surname", LONGEST),
            ("given", LONGEST),
            ("full", LONGEST),
        ),
        DocumentReceived: (("document_key", TOGETHER),),
    }
)
_PARTS = ("given", "middle", "surname", "suffix")
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "surname": "The surname",
        "given": "The given name",
        "full": "The full name",
        "agency": "The name of the agency",
        "record_id": "The agency's number of the arrest or booking",
        "otn": "The tracking number",
        "incident_number": "The incident number",
        "source": "The name of the system that answered",
        "reference": "The number of the reply",
        "document_key": "What the document is known by (its own number and its source)",
    }
)


def refuse_too_long(facts: Iterable[Fact]) -> Refusal | None:
    """Return the refusal of facts of which one could not be found again, None where each can."""
    for fact in facts:
        if isinstance(fact, IdentityClaimed) and _spoken(fact) > TOGETHER:
            return Refusal(
                code="TOO_LONG",
                says=f"The parts of the name together are longer than {TOGETHER // 4} characters.",
                remedy="Shorten them to what the paper's fields hold, and send it again.",
                names=_PARTS,
            )
        for name, most in _FOUND_BY.get(type(fact), ()):
            if len((getattr(fact, name) or "").encode()) > most:
                return Refusal(
                    code="TOO_LONG",
                    says=f"{_SAID[name]} is longer than {most // 4} characters.",
                    remedy="Shorten it to what the paper's field holds, and send it again.",
                    names=(name,),
                )
    return None


def _spoken(who: IdentityClaimed) -> int:
    """Return how long the parts of a name are together."""
    return len(" ".join(part for name in _PARTS if (part := getattr(who, name))).encode())
