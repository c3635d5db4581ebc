"""Presence: which colleagues opened a case lately. It is advice, never a lock, and it stays on one side of the table.

Nobody sees what another side reads: the police not what the prosecutor has open, neither of them what the defense has. Counsel for the
defense see nobody at all, and are seen by nobody: two of them in one case may be of two offices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.terms import MINUTE, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.access.role import Role

LASTS = 15 * MINUTE
"""How long after a colleague opened a case they are said to have it open."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened a case at `at`, in a role."""

    person: str
    role: Role
    at: Instant


def side_of(role: Role) -> str | None:
    """Return the side that a role is on: its owner's; None where its holders are no side together, as counsel for the defense aren't."""
    return None if any(act.startswith("defense:") for act in role.acts) else role.owner


def colleagues(openings: Iterable[Opening], *, person: str, role: Role, at: Instant) -> tuple[tuple[str, Instant], ...]:
    """Return which others on the reader's side opened the case lately, each with when they last did, the latest first."""
    side, found = side_of(role), dict[str, Instant]()
    for opening in openings:
        near = at - LASTS < opening.at <= at
        if near and side is not None and side_of(opening.role) == side and opening.person != person:
            found[opening.person] = max(opening.at, found.get(opening.person, opening.at))
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))
