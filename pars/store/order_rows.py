"""Court orders on records as rows, and the purges that agencies owe on them: what is read of both is made of the entries' own rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.core.access.court_orders import CourtOrder
from pars.core.access.purges import Purge
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant
from pars.store.connections import current

if TYPE_CHECKING:
    from pars.core.agreements.acts import Agreement

ROWS: Mapping[Kind, tuple[str, Mapping[str, str]]] = {
    Kind.COURT_ORDER_RECEIVED: ("court_order", {"means": "means", "final": "final", "lifts": "lifts", "charges": "charges"}),
    Kind.COURT_ORDER_SERVED: ("order_served", {"court_order": "order", "served_on": "on"}),
    Kind.PRESERVATION_STATED: ("preservation", {"court_order": "order", "reason": "reason", "stands": "stands"}),
    Kind.COURT_ORDER_WITHDRAWN: ("order_withdrawn", {"court_order": "order", "reason": "reason"}),
    Kind.EPOCH_ENDED: ("epoch_ended", {"epoch": "epoch"}),
    Kind.PURGE_ASKED: ("purge_asked", {"agreement_id": "agreement", "court_order": "order", "due": "due"}),
    Kind.PURGE_ANSWERED: (
        "purge_answered",
        {"agreement_id": "agreement", "purge": "purge", "outcome": "outcome", "shown": "shown"},
    ),
    **dict.fromkeys(
        (Kind.ACCESS_LIMITED, Kind.RECORD_PUT_AWAY, Kind.RECORD_BROUGHT_BACK), ("order_done", {"court_order": "order"})
    ),
}
"""As `repeated.ROWS`: for each kind the table that repeats it, and which field of the entry each column holds."""

TABLE = "ordered"
"""How `entry_row` says which case an order is about; it goes with the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A purge as it was asked of one agency, with what it answered."""

    purge: Purge
    agreement: str
    agency: str
    outcome: str | None


def load_orders(which: Iterable[int] | None = None) -> dict[int, CourtOrder]:
    """Return the orders (those of these entries), by entry, each with what was recorded about it."""
    wanted = None if which is None else list(which)
    found = current().connection.execute(
        "select o.entry, e.at, e.person, o.means, o.final, o.lifts, "
        "array(select s.served_on from governance.order_served s where s.court_order = o.entry), "
        "array(select p.reason from governance.preservation p where p.court_order = o.entry "
        "      group by p.reason having (array_agg(p.stands order by p.entry desc))[1] = 1), "
        "(select count(*) from governance.purge_asked a where a.court_order = o.entry), "
        "(select d.at from governance.order_done n join ledger.entry d on d.id = n.entry where n.court_order = o.entry), "
        "coalesce(o.charges, 0), "
        "(select d.at from governance.order_withdrawn n join ledger.entry d on d.id = n.entry where n.court_order = o.entry) "
        "from governance.court_order o join ledger.entry e on e.id = o.entry "
        "where %(w)s::bigint[] is null or o.entry = any(%(w)s) order by o.entry",
        {"w": wanted},
    )
    return {row[0]: _order(*row) for row in found.fetchall()}


def _order(
    entry: int,
    at: int,
    person: str,
    means: Any,
    final: int,
    lifts: int | None,
    served: list[str],
    preserved: list[str],
    purges: int,
    done: int | None,
    charges: int,
    withdrawn: int | None,
) -> CourtOrder:
    return CourtOrder(
        entry=entry,
        at=Instant(at),
        person=person,
        means=means,
        final=Instant(final),
        lifts=lifts,
        served=frozenset(served),
        preserved=frozenset(preserved),
        purges=purges,
        charges=charges,
        done=None if done is None else Instant(done),
        withdrawn=None if withdrawn is None else Instant(withdrawn),
    )


def case_of(order: int) -> str | None:
    """Return the case that an order is about; None where there is no such order, or its record was put away."""
    row = (
        current()
        .connection.execute('select "row" from ledger.entry_row where entry = %s and tbl = %s', [order, TABLE])
        .fetchone()
    )
    return None if row is None else row[0]


def charges_of(order: int) -> tuple[int, ...]:
    """Return the numbers of the charges that an order is about, in its case; none where it is about the whole record."""
    rows = current().connection.execute("select n from governance.ordered where entry = %s order by n", [order]).fetchall()
    return tuple(row[0] for row in rows)


def asked(which: Iterable[int] | None = None) -> dict[int, tuple[Asked, ...]]:
    """Return who was told to destroy their copies, by order."""
    wanted = None if which is None else list(which)
    rows = current().connection.execute(
        "select p.entry, p.court_order, e.at, p.due, p.agreement_id, a.agency, r.outcome, coalesce(x.at, "
        "  (select d.at from governance.order_withdrawn n join ledger.entry d on d.id = n.entry where n.court_order = p.court_order)) "
        "from governance.purge_asked p "
        "join ledger.entry e on e.id = p.entry join governance.agreement a on a.agreement_id = p.agreement_id "
        "left join governance.purge_answered r on r.purge = p.entry left join ledger.entry x on x.id = r.entry "
        "where %(w)s::bigint[] is null or p.court_order = any(%(w)s) order by p.entry",
        {"w": wanted},
    )
    found: dict[int, list[Asked]] = {}
    for entry, order, at, due, agreement, agency, outcome, answered in rows.fetchall():
        purge = Purge(
            entry=entry,
            order=order,
            at=Instant(at),
            due=Instant(due),
            answered=None if answered is None else Instant(answered),
        )
        found.setdefault(order, []).append(Asked(purge=purge, agreement=agreement, agency=agency, outcome=outcome))
    return {order: tuple(asked) for order, asked in found.items()}


def with_purges(agreement: Agreement | None) -> Agreement | None:
    """Return the agreement with the purges that its agency was asked for. They come from orders, so they are no part of its acts."""
    if agreement is None:
        return None
    purges = tuple(one.purge for all_of in _of_agreement(agreement.id).values() for one in all_of)
    return replace(agreement, purges=tuple(sorted(purges, key=lambda one: one.entry))) if purges else agreement


def _of_agreement(agreement_id: str) -> dict[int, tuple[Asked, ...]]:
    rows = (
        current()
        .connection.execute("select court_order from governance.purge_asked where agreement_id = %s", [agreement_id])
        .fetchall()
    )
    if not rows:
        return {}
    found = asked({row[0] for row in rows})
    return {order: tuple(one for one in all_of if one.agreement == agreement_id) for order, all_of in found.items()}


def epochs_ended() -> int:
    """Return the last epoch whose key was destroyed; 0 where none was."""
    row = current().connection.execute("select coalesce(max(epoch), 0) from governance.epoch_ended").fetchone()
    assert row is not None, "an aggregate gives one row"
    return int(row[0])
