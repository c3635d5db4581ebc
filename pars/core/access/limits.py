"""How much may be asked and shown under a version: to a person and to all together, in one reply and in a civil day.

The gate counts and the verifier counts again. Answers are counted from the ledger; people shown are counted beside it, where it is known
who was shown, and by `pars fsck` once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.document import Node

MOST_ROWS = 500
MOST = 1_000_000

IN_A_DAY = ("questions_per_day", "questions_per_day_in_all", "people_per_day", "people_per_day_in_all")
"""The limits on a civil day, in the order in which they are said. All but the first may be absent: then nothing limits that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a civil day has had so far under an agreement: answers to one person and in all, different people shown to one and in all."""

    questions: int = 0
    in_all: int = 0
    people: int = 0
    people_in_all: int = 0


UNUSED = Used()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a version. `in_all` counts everybody who asks under the agreement together; None limits nothing."""

    questions_per_day: int
    rows_per_reply: int
    questions_per_day_in_all: int | None = None
    people_per_day: int | None = None
    people_per_day_in_all: int | None = None

    @property
    def counts_people(self) -> bool:
        """Whether it has to be known who was shown on a day."""
        return self.people_per_day is not None or self.people_per_day_in_all is not None

    @property
    def counts_together(self) -> bool:
        """Whether what anybody was given on a day counts for everybody, or whom they were shown: one answer can't be told without the other."""
        return self.counts_people or self.questions_per_day_in_all is not None

    def rows(self, asked: int | None, used: Used) -> int:
        """Return how many records a reply may hold: never more than people are left for the day, so that none is refused for whom it finds."""
        left = [
            most - shown
            for most, shown in ((self.people_per_day, used.people), (self.people_per_day_in_all, used.people_in_all))
            if most is not None
        ]
        return max(0, min(self.rows_per_reply, asked or self.rows_per_reply, *left))

    def beyond(self, used: Used) -> Refusal | None:
        """Return why one more answer would go beyond a day's limit; None where there is room."""
        for most, had, says in (
            (self.questions_per_day, used.questions, "This person has asked the {} questions that a day allows."),
            (self.questions_per_day_in_all, used.in_all, "All together have asked the {} questions that a day allows."),
            (self.people_per_day, used.people, "This person has been shown the {} people that a day allows."),
            (self.people_per_day_in_all, used.people_in_all, "All together have been shown the {} people that a day allows."),
        ):
            if most is not None and had >= most:
                return Refusal(code="LIMIT_REACHED", says=says.format(most), remedy="Ask tomorrow.")
        return None

    def within(self, other: Limits) -> bool:
        """Return whether these limits let nothing happen that the others don't."""
        mine, theirs = ([getattr(limits, name) for name in ("rows_per_reply", *IN_A_DAY)] for limits in (self, other))
        return all(old is None or (new is not None and new <= old) for new, old in zip(mine, theirs, strict=True))


def read_limits(node: Node) -> Limits:
    """Return the limits that a version's text states."""
    parts = node.fields({"questions_per_day", "rows_per_reply"}, IN_A_DAY)
    return Limits(
        rows_per_reply=parts["rows_per_reply"].whole(1, MOST_ROWS),
        questions_per_day=parts["questions_per_day"].whole(1, 100_000),
        **{name: parts[name].whole(1, MOST) for name in IN_A_DAY[1:] if name in parts},
    )
