"""Invented texts of the owners' own, for tests: profiles, rules on detainers, witnesses with real keys."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.core import canonical
from pars.core.ledger.checkpoint import COSIGNER, verifier_key
from pars.core.owners.detainer_text import DetainerText, read_detainer_text
from pars.core.owners.profile import Profile, read_profile
from pars.core.owners.witness_text import WitnessText, read_witness_text
from tests.agreements import SEATS, changed
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


# ---------------------------------------------------------------- witnesses

WATCHERS = {seat: Ed25519PrivateKey.from_private_bytes(sha256(f"witness of the {seat}".encode()).digest()) for seat in SEATS}
WATCHER_NAMES = {seat: f"witness.{seat}.example" for seat in SEATS}


def watcher_line(seat: str, name: str | None = None) -> str:
    """Return the line with name and key that a seat's witness prints."""
    return verifier_key(name or WATCHER_NAMES[seat], WATCHERS[seat].public_key().public_bytes_raw(), COSIGNER)


WITNESS_DOCUMENT: dict[str, Any] = {
    "v": 1,
    "about": "witnesses",
    "witnesses": [{"seat": seat, "key": watcher_line(seat), "url": f"https://{WATCHER_NAMES[seat]}/pars"} for seat in SEATS],
    "needs": 2,
    "seconds": {"alarm": 60, "stop": 900},
    "witnessed_first": [],
}


def witness_text(changes: dict[str, Any] | None = None) -> bytes:
    """Return the text that names three invented witnesses, two of which must sign."""
    return canonical.write(changed(WITNESS_DOCUMENT, changes or {}))


def witnesses(changes: dict[str, Any] | None = None) -> WitnessText:
    """Return the witnesses of that text."""
    found = read_witness_text(witness_text(changes))
    assert isinstance(found, WitnessText), found
    return found


def successor_text(changes: dict[str, Any] | None = None) -> bytes:
    """Return the text that opens a successor of the invented log."""
    document: dict[str, Any] = {
        "v": 1,
        "about": "successor",
        "origin": "pars.test/log-2",
        "after": {"size": 4711, "root": "ab" * 32},
        "says": {"en": "The newest part was lost with a disk.", "es": "La parte más nueva se perdió con un disco."},
    }
    return canonical.write(changed(document, changes or {}))
