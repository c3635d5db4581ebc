"""Orders served: conditions bind only whom they were given to, in a language that they understand, and only the right person.

What is served is the order that stands, by the hash of its text. The person it binds is known by something read from them and
compared with the case; where who the person is was changed after the order was signed, it is read and signed anew first.
"""

from __future__ import annotations

from pars.core.cases.bail import STANDARD_CONDITIONS
from pars.core.cases.case import Case, release_order, released
from pars.core.cases.facts import Fact, OrderServed, PersonLinked, ReleaseOrdered
from pars.core.cases.identity import identity_changes

PROTECTING = frozenset({"STAY_AWAY", "NO_CONTACT"})
"""Conditions that protect somebody: a release without their service needs its reason."""


def special_conditions(order: ReleaseOrdered) -> tuple[str, ...]:
    """Return the order's conditions beside the standard ones, which stand on every bond that the person signs."""
    return tuple(code for code in order.conditions if code not in STANDARD_CONDITIONS)


def unserved(case: Case) -> ReleaseOrdered | None:
    """Return the standing order while it has special conditions that nobody gave to the person they bind."""
    order = release_order(case)
    if order is None or not special_conditions(order):
        return None
    given = any(served.order == order.n and served.on == "DEFENDANT" for served in case.current(OrderServed))
    return None if given else order


def unserved_protection(case: Case) -> ReleaseOrdered | None:
    """Return the standing order while a condition in it that protects somebody wasn't given to the person it binds."""
    order = unserved(case)
    return order if order is not None and PROTECTING & set(order.conditions) else None


def service_owed(case: Case) -> ReleaseOrdered | None:
    """Return the order whose service is owed now: any with special conditions, and after the release one that protects somebody."""
    return unserved_protection(case) if released(case) else unserved(case)


def named_another(case: Case) -> Fact | None:
    """Return the fact by which the person became another after the standing order with special conditions was signed; None otherwise."""
    order = release_order(case)
    if order is None or not special_conditions(order):
        return None
    found = [fact for fact in identity_changes(case) if fact.n > order.n and not isinstance(fact, PersonLinked)]
    return found[-1] if found else None
