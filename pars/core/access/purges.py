"""Purges: an agency that was shown a record which a court ordered away is told to destroy its copies by an instant, and says that it did.

It knows the record by its own handle, which the ledger never holds. A purge that is overdue suspends the agreement, at that
instant and by itself, until it is answered (`standing`), as a duty of the text that suspends does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.terms import DAY

if TYPE_CHECKING:
    from pars.core.terms import Instant

LONGEST = 30 * DAY
"""How long an agency has to destroy its copies, at most [counsel]."""
OUTCOMES: Mapping[str, str] = {
    "DESTROYED": "every copy was destroyed",
    "NEVER_KEPT": "no copy was ever kept",
    "KEPT_BY_LAW": "a law that is named makes the agency keep it, apart from everything else",
}
"""What an agency can answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """An agency was told to destroy its copies of one record by `due`; `answered` is when it said what it did."""

    entry: int
    order: int
    at: Instant
    due: Instant
    answered: Instant | None = None

    def owed(self, at: Instant) -> bool:
        """Return whether the agency had been told and had not answered at `at`."""
        return self.at <= at and (self.answered is None or at < self.answered)

    def late(self, at: Instant) -> tuple[Instant, Instant | None] | None:
        """Return the stretch up to `at` in which the answer was overdue (an open one ends with None); None where it never was."""
        until = None if self.owed(at) else self.answered
        if self.at > at or self.due > at or (until is not None and until <= self.due):
            return None
        return self.due, until
