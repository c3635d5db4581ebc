"""What is planned of one invented case: who, when, and what else happens to it. Nothing here is written to a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pars.core.terms import Instant
    from pars.edge.city.people import Person

Turn = Literal[
    "ALIAS", "TWIN", "AGAIN", "BY_WORD", "WRONG_LINK", "TOGETHER", "MISTYPED", "CHILD", "DECERTIFIED", "WRONG_TIME", "LATE_MEND",
    "PROBATION", "BENCH_WARRANT", "DETAINER", "UNSENT", "UNANSWERED", "SLOW", "DOOR_LATE", "ON_PAPER", "LET_GO", "FILED_LATE",
    "TAKEN", "GIVEN_BACK", "CLAIMED", "PASSED", "SERVED_LATE", "HANDED",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A planned release order: its type, the amount in cents and the deposit percentage where it is monetary."""

    type: str
    amount_cents: int | None = None
    deposit_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """One invented case. Times are instants; those that lie after `now` haven't happened when the month is played.

    `incident` is the number of the case whose incident it shares, `again` that of the same person's earlier case, `alike` that of
    somebody else's whom it is mistaken for, or told from. `form` is the place among the outage's paper forms.
    """

    number: int
    person: Person
    arrested: Instant
    booked: Instant
    district: str
    group: str
    charges: tuple[tuple[str, str, str], ...]
    declined: bool
    returned: bool
    submitted: Instant
    decided: Instant
    interviewed: Instant
    interview_declined: bool
    arraigned: Instant
    order: Order
    posted: Instant | None
    released: Instant | None
    turns: frozenset[Turn] = frozenset()
    incident: int | None = None
    again: int | None = None
    alike: int | None = None
    form: int | None = None
