"""What is listed of court orders on records: each with what it waits for. It names nobody and no case, so that reading it is no disclosure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.expunging.purging import (
    CARRY_OUT,
    RECORD,
    joins_other_cases,
    named_in_others,
    seats,
    untold,
)
from pars.core.access import court_orders as rules
from pars.core.terms import Refusal
from pars.store import governance, ledger, order_rows

if TYPE_CHECKING:
    from pars.core.access.court_orders import CourtOrder
    from pars.core.ledger.entries import By
    from pars.store.order_rows import Asked

REVIEW = "ledger:read"
READ_BY = (RECORD, CARRY_OUT, REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """An order with everything that it waits for, who was told to destroy their copies, how many agencies still are to be told, and in
    how many other cases an account names the person still; whether others of the person are linked through this record alone.
    """

    order: CourtOrder
    owed_to: tuple[str, ...]
    waits: tuple[Refusal, ...]
    asked: tuple[Asked, ...]
    untold: int
    named: int
    joins: bool


def orders(*, by: By) -> tuple[Progress, ...] | Refusal:
    """Return every order with its progress, the newest first, to who records or carries out orders or reads the ledger."""
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        if grant is None or not grant.period.covers(at) or grant.role.acts.isdisjoint(READ_BY):
            return Refusal(
                code="NOT_YOUR_ACT", says="Your role doesn't handle court orders on records.", remedy="Ask the clerk."
            )
        owners, told = seats(), order_rows.asked()
        return tuple(
            Progress(
                order=order,
                owed_to=rules.owed_to(order, owners),
                waits=rules.waits_for(order, owners, at),
                asked=told.get(order.entry, ()),
                untold=len(untold(order)),
                named=len(named_in_others(order)),
                joins=joins_other_cases(order),
            )
            for order in reversed(order_rows.load_orders().values())
        )
