"""Break-glass: an emergency question, where the version allows it, and the review that is due after it.

It waives what the version says (evidence, or a second person) and widens nothing else: the same agreement, persons, columns, limits and floor.
It states a reason of a closed list, alarms the owners at once, and owes a review by an instant. A review that is overdue suspends the
agreement, at that instant and by itself, until it is made (`standing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.terms import HOUR, Instant, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.permits import Facts
    from pars.core.agreements.version import Version
    from pars.core.document import Node

REASONS: Mapping[str, Mapping[str, str]] = {
    "LIFE_AT_RISK": {
        "en": "somebody's life or body is in danger now",
        "es": "la vida o la integridad de alguien peligra ahora",
    },
    "ESCAPE": {
        "en": "somebody who escaped from custody is at large",
        "es": "alguien que escapó de la custodia está en libertad",
    },
    "MISSING_PERSON": {
        "en": "a missing person must be found before they come to harm",
        "es": "hay que encontrar a una persona desaparecida antes de que sufra daño",
    },
}
"""Why an emergency question may be asked."""
WAIVED = ("approval", "evidence")
"""What a version can let such a question do without."""
FINDINGS = ("JUSTIFIED", "NOT_JUSTIFIED")
"""What a review can find."""
LONGEST_HOURS = 14 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRule:
    """What a version allows in an emergency: for which reasons, without what, and how long the owners have to review it."""

    reasons: tuple[str, ...]
    waives: tuple[str, ...]
    review_hours: int

    def due(self, at: Instant) -> Instant:
        """Return when the review of an answer at `at` is due."""
        return Instant(at + self.review_hours * HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """An emergency answer as it was recorded, by when the owners are to review it, and when they did, if they have."""

    entry: int
    agreement: str
    person: str
    at: Instant
    due: Instant
    reviewed: Instant | None = None

    def owed(self, at: Instant) -> bool:
        """Return whether the answer had been given and not been reviewed at `at`."""
        return self.at <= at and (self.reviewed is None or at < self.reviewed)

    def late(self, at: Instant) -> tuple[Instant, Instant | None] | None:
        """Return the stretch up to `at` in which the review was overdue (an open one ends with None); None where it never was."""
        until = None if self.owed(at) else self.reviewed
        if self.at > at or self.due > at or (until is not None and until <= self.due):
            return None
        return self.due, until


def read_emergency(node: Node) -> EmergencyRule:
    """Return the rule that a version's text states."""
    parts = node.fields({"reasons", "waives", "review_hours"})
    return EmergencyRule(
        reasons=parts["reasons"].words(REASONS, "UNKNOWN_REASON", least=1),
        waives=parts["waives"].words(WAIVED, least=1),
        review_hours=parts["review_hours"].whole(1, LONGEST_HOURS),
    )


def narrower(new: EmergencyRule | None, old: EmergencyRule | None) -> bool:
    """Return whether the new rule allows nothing that the old one didn't."""
    if new is None:
        return True
    return (
        old is not None
        and set(new.reasons) <= set(old.reasons)
        and set(new.waives) <= set(old.waives)
        and new.review_hours <= old.review_hours
    )


def waives(version: Version, reason: str | None, what: str) -> bool:
    """Return whether a question that states this reason needs something no more."""
    return reason is not None and version.emergency is not None and what in version.emergency.waives


def refuse_emergency(version: Version, facts: Facts) -> Refusal | None:
    """Return why a question can't be answered because of the emergency that it states."""
    rule = version.emergency
    if facts.emergency is None:
        return None
    if rule is None or facts.emergency not in rule.reasons:
        allowed = ", ".join(rule.reasons) if rule is not None else ""
        return _no("This agreement allows no such emergency.", f"It allows: {allowed}." if allowed else "")
    if facts.how not in {"once", "more"}:
        return _no("An emergency is asked question by question, not as a stream or an export.", "Ask the question itself.")
    return None


def _no(says: str, remedy: str) -> Refusal:
    return Refusal(code="NOT_AN_EMERGENCY", says=says, remedy=remedy, names=("/emergency",))
