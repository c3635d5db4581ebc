"""A ledger in which courts ordered records limited, sealed, expunged and brought back, and everybody did what was theirs to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.court_orders import KEEPERS, owed_to
from pars.core.ledger import drafts, order_drafts
from pars.core.ledger.entries import Entry, Kind
from pars.core.terms import DAY, Instant
from tests.agreements import SEATS
from tests.ledgers import AGREEMENT, REGISTRAR, Ledger, hashed, make_version, outsider, staff

if TYPE_CHECKING:
    from collections.abc import Collection

    from pars.core.agreements.version import Version

CLERK, OFFICER = staff("registrar"), staff("officer")
CASE, PAPER, NOTICE = hashed(b"case"), hashed(b"paper"), hashed(b"notice")
SHARES = tuple(sorted(hashed(seat.encode()) for seat in SEATS))


def opened() -> tuple[Ledger, Version]:
    """Return a ledger with an agreement in force, under which a record was disclosed."""
    ledger = Ledger()
    ledger.give("officer", REGISTRAR)
    made = ledger.serve(make_version(end=ledger.at + 90 * DAY))
    ledger.disclose(made)
    return ledger, made


def received(ledger: Ledger, means: str = "expunged", **changes: Any) -> Entry:
    """Add an order, final at once."""
    said: dict[str, Any] = {"means": means, "final": ledger.at, "paper": PAPER}
    about = {} if {"case", "lifts"} & changes.keys() else {"case": CASE}
    return ledger.add(order_drafts.court_order_received(**{**said, **about, **changes}), CLERK)


def serve(ledger: Ledger, order: Entry, *, but: Collection[str] = ()) -> None:
    """Serve an order on everybody to whom it is owed."""
    for on in owed_to(ledger.state().orders[order.id], SEATS):
        if on not in but:
            copy = hashed(b"copy") if on in KEEPERS else None
            ledger.add(order_drafts.court_order_served(order=order.id, on=on, copy=copy), CLERK)


def ask(ledger: Ledger, order: Entry, days: int = 30, agreement: str = AGREEMENT) -> Entry:
    """Tell the agency to destroy its copies."""
    due = Instant(ledger.at + days * DAY)
    return ledger.add(order_drafts.purge_asked(agreement=agreement, order=order.id, due=due, notice=NOTICE), OFFICER)


def answer(ledger: Ledger, purge: Entry, **changes: Any) -> Entry:
    """Let the agency say that it destroyed them."""
    by = changes.pop("by", outsider())
    said = {"agreement": AGREEMENT, "purge": purge.id, "outcome": "DESTROYED", "shown": hashed(b"certificate")}
    return ledger.add(order_drafts.purge_answered(**{**said, **changes}), by)


def put_away(ledger: Ledger, done: Entry, **changes: Any) -> Entry:
    """Carry out an order that takes the record away."""
    said: dict[str, Any] = {"order": done.id, "purges": 1}
    return ledger.add(order_drafts.record_put_away(**{**said, **changes}), OFFICER)


def withdraw(ledger: Ledger, order: Entry, reason: str = "WRONG_RECORD") -> Entry:
    """Say that an order shouldn't have been recorded so."""
    return ledger.add(order_drafts.court_order_withdrawn(order=order.id, reason=reason), CLERK)


def limit(ledger: Ledger, order: Entry, *, limited: int = 1) -> Entry:
    """Carry out an order that limits the access to a case, or lifts one."""
    detail = {"order": order.id, "limited": limited}
    return ledger.add(drafts.case_changed(Kind.ACCESS_LIMITED, case=CASE, version=9, detail=detail), OFFICER)


def ordered() -> Ledger:
    """Return the whole ledger."""
    ledger, made = opened()
    gone = received(ledger)
    serve(ledger, gone)
    for stands in (True, False):
        ledger.add(order_drafts.preservation_stated(order=gone.id, reason="LITIGATION", stands=stands), CLERK)
    purge = ask(ledger, gone)
    put_away(ledger, gone)
    answer(ledger, purge)
    ledger.add(order_drafts.epoch_ended(epoch=1))
    ledger.add(order_drafts.epoch_ended(epoch=2))
    ledger.add(order_drafts.copy_cleaned(orders=1, records=0))
    hidden = received(ledger, "sealed")
    serve(ledger, hidden)
    answer(ledger, ask(ledger, hidden), by=CLERK)
    put_away(ledger, hidden, shares=SHARES)
    back = received(ledger, "lifted", lifts=hidden.id)
    serve(ledger, back)
    ledger.add(order_drafts.record_brought_back(order=back.id), OFFICER)
    narrow = received(ledger, "limited")
    serve(ledger, narrow)
    limit(ledger, narrow)
    wide = received(ledger, "lifted", lifts=narrow.id)
    serve(ledger, wide)
    limit(ledger, wide, limited=0)
    mistaken = received(ledger)
    ask(ledger, mistaken)
    withdraw(ledger, mistaken)
    charge = received(ledger, charges=1)
    serve(ledger, charge)
    answer(ledger, ask(ledger, charge), by=CLERK)
    put_away(ledger, charge, charges=1)
    ledger.disclose(made)
    return ledger
