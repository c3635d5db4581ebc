"""The part of the fold that reads court orders on records, what is done about them, and purges: what an order waits for is asked of the
same `court_orders.refuse_carrying_out` that the gate asked. Which record an order is about, only its key could say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.court_orders import (
    KEEPERS,
    REASONS,
    CourtOrder,
    owed_to,
    refuse_carrying_out,
    refuse_order,
    refuse_withdrawing,
)
from pars.core.access.purges import LONGEST, OUTCOMES, Purge
from pars.core.ledger.fold_dealings import check_named
from pars.core.ledger.kinds import Kind
from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pars.core.ledger.state import Step
    from pars.core.terms import Instant

ACTS: Mapping[Kind, str] = {
    Kind.COURT_ORDER_RECEIVED: "order:record",
    Kind.COURT_ORDER_SERVED: "order:record",
    Kind.PRESERVATION_STATED: "record:preserve",
    Kind.PURGE_ASKED: "order:carry_out",
    Kind.PURGE_ANSWERED: "agreement:reply",
    Kind.ACCESS_LIMITED: "order:carry_out",
    Kind.RECORD_PUT_AWAY: "order:carry_out",
    Kind.RECORD_BROUGHT_BACK: "order:carry_out",
    Kind.COURT_ORDER_WITHDRAWN: "order:record",
}
"""Which act a grant must allow for an entry of this kind; the others are the system's alone."""


def received(step: Step) -> None:
    """A court's order was recorded: about one record, or about one earlier order."""
    entry, detail = step.entry, step.entry.detail
    refusal = refuse_order(detail["means"], detail.get("lifts"), step.state.orders, detail.get("charges", 0))
    if refusal is not None:
        raise Impossible(refusal.code, f"there is no such order: {refusal.says}")
    if ("case" in detail) == ("lifts" in detail):
        raise Impossible("NO_RECORD", "an order is about one record, or lifts an order that is")
    step.state.orders[entry.id] = CourtOrder(
        entry=entry.id,
        at=entry.at,
        person=entry.by.person,
        means=detail["means"],
        final=detail["final"],
        lifts=detail.get("lifts"),
        charges=detail.get("charges", 0),
    )


def served(step: Step) -> None:
    """Somebody who must have an order has it, once; a keeper with the copy that law lets it keep, and nobody else with one."""
    order, detail = _open(step), step.entry.detail
    if detail["on"] not in owed_to(order, step.opening.charter.owners) or detail["on"] in order.served:
        raise Impossible("NOT_OWED", "the order isn't owed to whom it was served on, or they have it already")
    if ("copy" in detail) != (detail["on"] in KEEPERS):
        raise Impossible("COPY", "who keeps a copy by law gets one, and nobody else does")
    _keep(step, replace(order, served=order.served | {detail["on"]}))


def preserved(step: Step) -> None:
    """A record must be preserved for a reason, or no longer."""
    order, detail = _open(step), step.entry.detail
    if detail["reason"] not in REASONS or (detail["reason"] in order.preserved) == (detail["stands"] == 1):
        raise Impossible("PRESERVED", "the record is preserved for this reason already, or isn't, or there is no such reason")
    change = {detail["reason"]}
    _keep(step, replace(order, preserved=order.preserved | change if detail["stands"] else order.preserved - change))


def purge_asked(step: Step) -> None:
    """An agency was told to destroy its copies: once for each order and agreement, in a time that it can keep to."""
    order, entry, detail = _open(step), step.entry, step.entry.detail
    agreement = step.agreement(detail["agreement"])
    if not order.away or any(one.order == order.entry for one in agreement.purges):
        raise Impossible("NO_PURGE", "the order takes no record away, or the agency was told of it already")
    if not entry.at < detail["due"] <= entry.at + LONGEST:
        raise Impossible("PURGE_DUE", "a purge is due after it is asked, and within the time that law leaves")
    asked = Purge(entry=entry.id, order=order.entry, at=entry.at, due=detail["due"])
    step.state.agreements[agreement.id] = replace(agreement, purges=(*agreement.purges, asked))
    _keep(step, replace(order, purges=order.purges + 1))


def purge_answered(step: Step) -> None:
    """The agency said what became of its copies, once."""
    entry, detail = step.entry, step.entry.detail
    agreement = step.agreement(detail["agreement"])
    check_named(step)
    owed = {one.entry: one for one in agreement.purges if one.answered is None}
    if detail["purge"] not in owed or detail["outcome"] not in OUTCOMES:
        raise Impossible("NO_PURGE", "it answers no purge that this agency owes, or with no answer that there is")
    kept = tuple(replace(one, answered=entry.at) if one.entry == detail["purge"] else one for one in agreement.purges)
    step.state.agreements[agreement.id] = replace(agreement, purges=kept)


def limited(step: Step) -> None:
    """Access to a case was limited, or is no longer: as an order says that is ready to be carried out."""
    order = _ready(step)
    means = "limited" if step.entry.detail["limited"] else "lifted"
    if means != order.means or (means == "lifted" and _lifted(step, order).means != "limited"):
        raise Impossible("OTHER_ORDER", "the order says something else")
    _done(step, order)


def put_away(step: Step) -> None:
    """A record or charges of it were expunged, or it was sealed with a share of its key for every owner; every recipient of the ledger had been told before."""
    order, detail = _ready(step), step.entry.detail
    if not order.away:
        raise Impossible("OTHER_ORDER", "the order takes no record away")
    shares = len(step.opening.charter.owners) if order.means == "sealed" else 0
    if len(detail.get("shares", ())) != shares:
        raise Impossible(
            "SHARES", "the key of a sealed record lies in one share for each owner, that of an expunged one nowhere"
        )
    if detail["purges"] != order.purges:
        raise Impossible("PURGES", f"{order.purges} recipients were told to destroy their copies, not as many as it says")
    if detail.get("charges", 0) != order.charges:
        raise Impossible(
            "OTHER_ORDER", f"the order is about {order.charges or 'no single'} charges, and other ones were taken away"
        )
    _done(step, order)


def brought_back(step: Step) -> None:
    """A sealed record was brought back."""
    order = _ready(step)
    if order.means != "lifted" or _lifted(step, order).means != "sealed":
        raise Impossible("OTHER_ORDER", "the order lifts no seal")
    _done(step, order)


def epoch_ended(step: Step) -> None:
    """The key of an epoch was destroyed: later ones only, each once."""
    epoch = step.entry.detail["epoch"]
    if epoch <= step.state.epoch_ended:
        raise Impossible("EPOCH", "the key of this epoch was destroyed before")
    step.state.epoch_ended = epoch


def copy_cleaned(step: Step) -> None:
    """What was taken away again is told in numbers: a copy that was restored may know nothing of the orders.

    One from before the arrest never had the record: nothing was taken away then, and yet it knows of the order from here on.
    """
    if step.entry.detail["orders"] < 1:
        raise Impossible("NOTHING_CLEANED", "it was cleaned by no order")


def withdrawn(step: Step) -> None:
    """An order was withdrawn before it was carried out: whoever was told to destroy their copies owes nothing for it any more."""
    order, entry = _open(step), step.entry
    refusal = refuse_withdrawing(order, entry.detail["reason"])
    if refusal is not None:
        raise Impossible(refusal.code, f"the order could not be withdrawn: {refusal.says}")
    for name, agreement in list(step.state.agreements.items()):
        over = tuple(_over(one, order, entry.at) for one in agreement.purges)
        if over != agreement.purges:
            step.state.agreements[name] = replace(agreement, purges=over)
    _keep(step, replace(order, withdrawn=entry.at))


def _over(purge: Purge, order: CourtOrder, at: Instant) -> Purge:
    return replace(purge, answered=at) if purge.order == order.entry and purge.answered is None else purge


def _open(step: Step) -> CourtOrder:
    order = step.state.orders.get(step.entry.detail["order"])
    if order is None or not order.open:
        raise Impossible(
            "NO_ORDER", "it is about no order that was recorded, or about one that was carried out or withdrawn already"
        )
    return order


def _ready(step: Step) -> CourtOrder:
    order = _open(step)
    refusal = refuse_carrying_out(order, step.opening.charter.owners, step.entry.at, step.entry.by.person)
    if refusal is not None:
        raise Impossible(refusal.code, f"the order could not be carried out: {refusal.says}")
    return order


def _lifted(step: Step, order: CourtOrder) -> CourtOrder:
    assert order.lifts is not None, "an order that lifts names another, or it was never recorded"
    return step.state.orders[order.lifts]


def _done(step: Step, order: CourtOrder) -> None:
    _keep(step, replace(order, done=step.entry.at))


def _keep(step: Step, order: CourtOrder) -> None:
    step.state.orders[order.entry] = order


HANDLERS: Mapping[Kind, Callable[[Step], None]] = {
    Kind.COURT_ORDER_RECEIVED: received,
    Kind.COURT_ORDER_SERVED: served,
    Kind.PRESERVATION_STATED: preserved,
    Kind.EPOCH_ENDED: epoch_ended,
    Kind.PURGE_ASKED: purge_asked,
    Kind.PURGE_ANSWERED: purge_answered,
    Kind.ACCESS_LIMITED: limited,
    Kind.RECORD_PUT_AWAY: put_away,
    Kind.RECORD_BROUGHT_BACK: brought_back,
    Kind.COPY_CLEANED: copy_cleaned,
    Kind.COURT_ORDER_WITHDRAWN: withdrawn,
}
