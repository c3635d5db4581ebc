"""Court orders on a record (law L14): access is limited, the record is sealed, or it is expunged; and what one did, another may lift.

Three states that are never taken for each other. *Limited*: agencies of criminal justice still see it, others don't. *Sealed*: it is
in no table that anybody works with; its key lies in shares with the owners, two of whom bring it back on a court's word.
*Expunged*: it is destroyed, and nothing brings it back. What an order still waits for is computed from what was recorded about it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.terms import Instant

Means: TypeAlias = Literal["limited", "sealed", "expunged", "lifted"]
MEANS: Mapping[Means, Mapping[Language, str]] = {
    "limited": {"en": "access is limited", "es": "el acceso se limita"},
    "sealed": {"en": "the record is sealed", "es": "el registro se sella"},
    "expunged": {"en": "the record is expunged", "es": "el registro se elimina"},
    "lifted": {"en": "an earlier order is lifted", "es": "se levanta una orden anterior"},
}
"""What an order says."""
AWAY: Collection[str] = ("sealed", "expunged")
"""What takes the record out of every table, so that whoever was shown it destroys their copy first."""
KEEPERS: Mapping[str, str] = {
    "CENTRAL_REPOSITORY": "the central repository of the state",
    "PROSECUTOR": "the attorney for the Commonwealth",
}
"""Who keeps a list of expunged records, by law and for what law says alone (18 Pa.C.S. § 9122(c)) [counsel]."""
REASONS: Mapping[str, str] = {
    "LITIGATION": "somebody's claim at law needs the record",
    "APPEAL": "the order was appealed",
    "DISCOVERY": "the defense in another case is entitled to it",
}
"""Why a record is preserved although an order would destroy it."""

WITHDRAWN: Mapping[str, str] = {
    "WRONG_RECORD": "it was recorded on another record than the court's paper names",
    "RECORDED_TWICE": "it was recorded already",
    "MISREAD": "the paper says something else than was recorded",
    "TAKEN_BACK": "the court took it back",
}
"""Why an order is withdrawn before it is carried out."""

NO_ORDER = Refusal(
    code="NO_SUCH_ORDER",
    says="No such order waits to be carried out.",
    remedy="See the list of orders.",
    names=("order",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtOrder:
    """An order, with what was recorded about it since. `lifts` is the entry of the order that it lifts; `charges` is how many single charges
    of the record it is about, 0 where it is about the whole record.

    It is final from `final` on. `served` are the seats and keepers that have it, `preserved` the reasons for which the record may
    not be destroyed, `purges` the recipients who were told to destroy their copies. `done` is when it was carried out, `withdrawn` when
    somebody said that it shouldn't have been recorded so.
    """

    entry: int
    at: Instant
    person: str
    means: Means
    final: Instant
    lifts: int | None = None
    served: frozenset[str] = frozenset()
    preserved: frozenset[str] = frozenset()
    purges: int = 0
    charges: int = 0
    done: Instant | None = None
    withdrawn: Instant | None = None

    @property
    def open(self) -> bool:
        """Return whether something can still be done about it."""
        return self.done is None and self.withdrawn is None

    @property
    def away(self) -> bool:
        """Return whether it takes the record out of every table."""
        return self.means in AWAY


def says_what(order: CourtOrder) -> str:
    """Return what an order says, in words."""
    if not order.charges:
        return MEANS[order.means]["en"]
    return "a charge of the record is expunged" if order.charges == 1 else f"{order.charges} charges of the record are expunged"


def owed_to(order: CourtOrder, seats: Collection[str]) -> tuple[str, ...]:
    """Return whom an order must reach before it is carried out: every owner and, where it destroys, who keeps what law keeps."""
    return (*sorted(seats), *(KEEPERS if order.means == "expunged" else ()))


def waits_for(order: CourtOrder, seats: Collection[str], at: Instant) -> tuple[Refusal, ...]:
    """Return everything that an order waits for at `at`, each as it would be refused for: what the screen lists and the gate asks."""
    if order.done is not None:
        return (_no("ORDER_DONE", "The order was carried out already.", "There is nothing more to do."),)
    if order.withdrawn is not None:
        return (_no("ORDER_WITHDRAWN", "The order was withdrawn.", "There is nothing more to do."),)
    found = []
    if at < order.final:
        found.append(_no("NOT_FINAL", "The order isn't final yet.", "Wait until the time for an appeal is over."))
    if unserved := [one for one in owed_to(order, seats) if one not in order.served]:
        says = f"Not everybody has the order who must: {_named(unserved)}."
        found.append(_no("NOT_SERVED", says, "Record for each that they have it."))
    if order.preserved and order.means == "expunged":
        says = f"The record must be preserved: {'; '.join(REASONS[one] for one in sorted(order.preserved))}."
        found.append(_no("PRESERVED", says, "Wait until the preservation ends; seal the record meanwhile, if a court says so."))
    return tuple(found)


def _named(unserved: Collection[str]) -> str:
    owners = [one for one in unserved if one not in KEEPERS]
    said = [f"the owner{'s' if len(owners) > 1 else ''} {', '.join(owners)}"] if owners else []
    return "; ".join([*said, *(KEEPERS[one] for one in unserved if one in KEEPERS)])


def refuse_carrying_out(order: CourtOrder, seats: Collection[str], at: Instant, person: str) -> Refusal | None:
    """Return why this person can't carry the order out now; None where they can. What can't be undone takes two people."""
    waits = waits_for(order, seats, at)
    if not waits and person == order.person:
        return _no("SAME_PERSON", "Whoever recorded an order doesn't carry it out.", "Ask a colleague.")
    return waits[0] if waits else None


def refuse_order(means: str, lifts: int | None, known: Mapping[int, CourtOrder], charges: int = 0) -> Refusal | None:
    """Return why an order can't be recorded: it says nothing that an order can, or lifts nothing that stands.

    Single charges are expunged (Pa.R.Crim.P. 790); what is sealed or limited is a record (18 Pa.C.S. §§ 9122.1, 9122.2) [counsel].
    """
    if means not in MEANS:
        return _no("UNKNOWN_ORDER", "An order says none of this.", f"One of {', '.join(MEANS)}.")
    if (lifts is not None) != (means == "lifted"):
        return _no("NOTHING_LIFTED", "An order that lifts names the order that it lifts, and no other does.")
    if charges and means != "expunged":
        return _no("WHOLE_RECORD", "Only an order that expunges is about single charges.", "Record it on the whole record.")
    if lifts is None:
        return None
    lifted = known.get(lifts)
    if lifted is None or lifted.done is None or lifted.means not in {"limited", "sealed"}:
        return _no("NOTHING_LIFTED", "It lifts no order that was carried out and can be lifted.", "What was expunged is gone.")
    if any(one.lifts == lifts and one.withdrawn is None for one in known.values()):
        return _no("LIFTED_ALREADY", "Another order lifts that one already.")
    return None


def refuse_withdrawing(order: CourtOrder | None, reason: str) -> Refusal | None:
    """Return why an order can't be withdrawn for a reason: there is none that is still open, or the reason is none."""
    if order is None or not order.open:
        return NO_ORDER
    if reason not in WITHDRAWN:
        return _no("UNKNOWN_REASON", "An order isn't withdrawn for that.", f"One of {', '.join(WITHDRAWN)}.")
    return None


def _no(code: str, says: str, remedy: str = "") -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy)
