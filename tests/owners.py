"""Invented texts of the owners' own, for tests: profiles and rules on detainers."""

from __future__ import annotations

from typing import Any

from pars.core import canonical
from pars.core.owners.detainer_text import DetainerText, read_detainer_text
from pars.core.owners.profile import Profile, read_profile
from tests.agreements import changed
from tests.ledgers import PROFILE_DOCUMENT

RULE_DOCUMENT: dict[str, Any] = {
    "v": 1,
    "about": "detainers",
    "code": "INVENTED_ORDINANCE",
    "citation": "Invented Ordinance 12 of 2027, § 3",
    "status": "enacted",
    "binds": ["city"],
    "tests": {"hold": "JUDICIAL_WARRANT", "notice": "ALWAYS", "hand_over": "JUDICIAL_WARRANT", "access": "LISTED_CONVICTION"},
    "reading": "REGULATION",
    "says": {"en": "A judge's warrant is needed to hold; notice is always given.", "es": "Hace falta una orden de un juez."},
}


def profile_text(changes: dict[str, Any] | None = None) -> bytes:
    """Return the text of a profile: the city's, changed; twelve hours to send an arrest on."""
    return canonical.write(changed(PROFILE_DOCUMENT, {"/hours/unsent": 12, **(changes or {})}))


def rule_text(changes: dict[str, Any] | None = None) -> bytes:
    """Return the text of an owners' rule on detainers."""
    return canonical.write(changed(RULE_DOCUMENT, changes or {}))


def profile(changes: dict[str, Any] | None = None) -> Profile:
    """Return the profile of that text."""
    found = read_profile(profile_text(changes))
    assert isinstance(found, Profile), found
    return found


def rule(changes: dict[str, Any] | None = None) -> DetainerText:
    """Return the rule of that text."""
    found = read_detainer_text(rule_text(changes))
    assert isinstance(found, DetainerText), found
    return found
