"""The drafts of what is done about court orders on records. As drafts.py, beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.drafts import drafted
from pars.core.ledger.entries import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.ledger.entries import Draft
    from pars.core.terms import Instant


def court_order_received(
    *, means: str, final: Instant, paper: str, case: str | None = None, lifts: int | None = None, charges: int = 0
) -> Draft:
    """A court's order on a record, or on as many `charges` of it: `case` and `paper` are keyed commitments; one that lifts names the order, and no case."""
    return drafted(
        Kind.COURT_ORDER_RECEIVED, means=means, final=final, paper=paper, case=case, lifts=lifts, charges=charges or None
    )


def court_order_served(*, order: int, on: str, copy: str | None = None) -> Draft:
    """A seat has the order, or a keeper with `copy`, the keyed commitment to what law lets it keep."""
    return drafted(Kind.COURT_ORDER_SERVED, order=order, on=on, copy=copy)


def preservation_stated(*, order: int, reason: str, stands: bool) -> Draft:
    """The record must be preserved for a reason although an order would destroy it, or no longer for that one."""
    return drafted(Kind.PRESERVATION_STATED, order=order, reason=reason, stands=int(stands))


def epoch_ended(*, epoch: int) -> Draft:
    """The key of an epoch is destroyed: what was wrapped under it opens no more, in whatever copy of the database."""
    return drafted(Kind.EPOCH_ENDED, epoch=epoch)


def purge_asked(*, agreement: str, order: int, due: Instant, notice: str) -> Draft:
    """The agency is told to destroy its copies by `due`; `notice` is the keyed commitment to what names them to it."""
    return drafted(Kind.PURGE_ASKED, agreement=agreement, order=order, due=due, notice=notice)


def purge_answered(*, agreement: str, purge: int, outcome: str, shown: str) -> Draft:
    """The agency said what it did; `shown` is the sha256 of what shows it."""
    return drafted(Kind.PURGE_ANSWERED, agreement=agreement, purge=purge, outcome=outcome, shown=shown)


def record_put_away(*, order: int, purges: int, shares: Iterable[str] = (), charges: int = 0) -> Draft:
    """The record was expunged, or as many `charges` of it, or it was sealed: then `shares` are the sha256 of the owners' shares of its key."""
    return drafted(Kind.RECORD_PUT_AWAY, order=order, purges=purges, shares=sorted(shares) or None, charges=charges or None)


def record_brought_back(*, order: int) -> Draft:
    """A sealed record was brought back, on the order that lifts its seal."""
    return drafted(Kind.RECORD_BROUGHT_BACK, order=order)


def copy_cleaned(*, orders: int, records: int) -> Draft:
    """A restored copy held records that orders had put away: they were taken away again before anything was answered."""
    return drafted(Kind.COPY_CLEANED, orders=orders, records=records)


def court_order_withdrawn(*, order: int, reason: str) -> Draft:
    """An order was recorded wrongly, or the court took it back, before it was carried out: nothing of it is owed any more."""
    return drafted(Kind.COURT_ORDER_WITHDRAWN, order=order, reason=reason)
