"""Bail: the types of release, their conditions, and what must be put down before a person goes free.

Pa.R.Crim.P. 524 lets types be combined, so an order holds a set of them. "Refused" is not zero: it has no amount at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pars.core.cases.case import Case
from pars.core.cases.facts import BailPosted, ReleaseOrdered
from pars.core.terms import Refusal, StatedTime

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "ROR": "Release on recognizance (Rule 524(C)(1))",
        "NONMONETARY": "Release on nonmonetary conditions (Rule 524(C)(2))",
        "UNSECURED": "Release on an unsecured bail bond (Rule 524(C)(3))",
        "NOMINAL": "Release on nominal bail, with a surety (Rule 524(C)(4))",
        "MONETARY": "Release on a monetary condition (Rule 524(C)(5))",
        "REFUSED": "Bail refused, with the reasons (Rule 520)",
    }
)
"""The types, in the order in which an order lists them."""

STANDARD_CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        "APPEAR": "Appear at all times required until full and final disposition of the case",
        "OBEY": "Obey all further orders of the bail authority",
        "ADDRESS": "Give written notice of any change of address within 48 hours of the change",
        "NO_INTIMIDATION": "Neither do, nor cause, nor permit intimidation of or retaliation against witnesses or victims",
        "NO_CRIME": "Refrain from criminal activity",
    }
)
"""What every release carries (Pa.R.Crim.P. 526(A))."""

CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        "REPORT": "Report to Pretrial Services",
        "TRAVEL": "Stay within the stated limits of travel",
        "STAY_AWAY": "Stay away from the stated place",
        "NO_CONTACT": "Have no contact with the stated persons",
        "MONITORING": "Wear an electronic monitor",
        "FIREARMS": "Give up firearms",
        "EVALUATION": "Attend an evaluation",
        "OTHER": "Another appropriate condition, in the words given",
    }
)
"""What a release on nonmonetary conditions may add (Pa.R.Crim.P. 527)."""

IN_WORDS = frozenset({"TRAVEL", "STAY_AWAY", "NO_CONTACT", "OTHER"})
"""Conditions that mean nothing without words."""

_ASKING = ("UNSECURED", "NOMINAL", "MONETARY")
NOMINAL_MOST = 10_000
"""The most that is still nominal, in cents; the rule's own example is one dollar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """What the bench decides: one or more types, money in whole cents, conditions beyond the standard ones, the next hearing."""

    types: tuple[str, ...]
    amount_cents: int | None = None
    deposit_percent: int | None = None
    surety: str | None = None
    conditions: tuple[str, ...] = ()
    conditions_note: str | None = None
    reasons: str | None = None
    next_hearing: StatedTime | None = None
    next_court: str | None = None
    late_cause: str | None = None


def standing_conditions(terms: OrderTerms) -> tuple[str, ...]:
    """Return the conditions of the order: the standard ones unless bail is refused, then those that were chosen."""
    if "REFUSED" in terms.types:
        return ()
    return (*STANDARD_CONDITIONS, *(code for code in CONDITIONS if code in terms.conditions))


def deposit_due(order: ReleaseOrdered) -> int:
    """Return the cents that must be put down before release: nothing for most types, the stated share for a monetary one.

    A share is rounded up to the cent. A refusal has no price and is asked apart (`order_keeps`).
    """
    if order.amount_cents is None:
        return 0
    if "NOMINAL" in order.types:
        return order.amount_cents
    if "MONETARY" in order.types:
        return -(-order.amount_cents * (order.deposit_percent or 0) // 100)
    return 0


def posted_cents(case: Case, order: ReleaseOrdered) -> int:
    """Return what was put down for this order; what was posted for another docket or an earlier order doesn't count."""
    return sum(post.amount_cents for post in case.current(BailPosted) if post.order == order.n)


def order_keeps(case: Case, order: ReleaseOrdered) -> bool:
    """Return whether the order itself keeps the person: bail was refused, or what it asks for hasn't been put down."""
    return "REFUSED" in order.types or posted_cents(case, order) < deposit_due(order)


# ---------------------------------------------------------------- what contradicts itself


def refuse_terms(terms: OrderTerms) -> Refusal | None:
    """Return why these terms can't be one order; None where they can."""
    return _refuse_types(terms) or _refuse_money(terms) or _refuse_conditions(terms)


def _refuse_types(terms: OrderTerms) -> Refusal | None:
    unknown = [code for code in terms.types if code not in TYPES]
    if unknown or not terms.types:
        return Refusal(
            code="UNKNOWN_TYPE",
            says="An order names at least one type of release.",
            remedy=f"{', '.join(TYPES)}.",
            names=("types",),
        )
    if len(set(terms.types)) != len(terms.types):
        return Refusal(code="TYPE_TWICE", says="A type of release is named twice.", names=("types",))
    alone = [code for code in ("REFUSED", "ROR") if code in terms.types and len(terms.types) > 1]
    if alone:
        says = {
            "REFUSED": "Bail that is refused can't be granted at the same time.",
            "ROR": "Release on recognizance asks for nothing but the promise to appear; with another type it is that type.",
        }[alone[0]]
        return Refusal(code="TYPES_CONTRADICT", says=says, remedy="Choose one of them.", names=("types",))
    if sum(code in terms.types for code in _ASKING) > 1:
        return Refusal(
            code="TYPES_CONTRADICT",
            says="Unsecured, nominal and monetary bail each say something else about the same money.",
            remedy="Choose one of them; nonmonetary conditions may be added to any.",
            names=("types",),
        )
    if "REFUSED" in terms.types and not (terms.reasons or "").strip():
        return Refusal(
            code="REASONS_NEEDED",
            says="To refuse bail, the bail authority states the reasons (Pa.R.Crim.P. 520).",
            names=("reasons",),
        )
    return None


def _refuse_money(terms: OrderTerms) -> Refusal | None:
    asks = next((code for code in _ASKING if code in terms.types), None)
    if asks is None:
        if terms.amount_cents is None and terms.deposit_percent is None:
            return None
        says = (
            "Bail that is refused has no amount: refused is not zero."
            if "REFUSED" in terms.types
            else "No type here has money."
        )
        return Refusal(code="NO_MONEY_HERE", says=says, remedy="Leave amount and percent out.", names=("amount_cents",))
    if terms.amount_cents is None or terms.amount_cents <= 0:
        return Refusal(
            code="AMOUNT_NEEDED",
            says="This type of release needs its amount, in whole cents above zero.",
            remedy="Release without money is another type.",
            names=("amount_cents",),
        )
    if asks == "NOMINAL":
        if terms.amount_cents > NOMINAL_MOST:
            return Refusal(
                code="NOT_NOMINAL", says="This amount isn't nominal.", remedy="Order monetary bail.", names=("amount_cents",)
            )
        if not (terms.surety or "").strip():
            return Refusal(
                code="SURETY_NEEDED",
                says="Nominal bail names the person or organization that acts as surety (Rule 524(C)(4)).",
                names=("surety",),
            )
    if asks == "MONETARY" and (terms.deposit_percent is None or not 1 <= terms.deposit_percent <= 100):
        return Refusal(
            code="PERCENT_NEEDED",
            says="A monetary condition says what share of the amount must be put down: 1 to 100 percent.",
            remedy="100 asks for the whole amount; nothing down is an unsecured bond.",
            names=("deposit_percent",),
        )
    if asks != "MONETARY" and terms.deposit_percent is not None:
        return Refusal(code="NO_PERCENT_HERE", says="Only a monetary condition has a percentage.", names=("deposit_percent",))
    return None


def _refuse_conditions(terms: OrderTerms) -> Refusal | None:
    unknown = [code for code in terms.conditions if code not in CONDITIONS]
    if unknown:
        return Refusal(
            code="UNKNOWN_CONDITION",
            says="There is no such condition; the standard ones are attached by themselves.",
            remedy=f"{', '.join(CONDITIONS)}.",
            names=("conditions",),
        )
    if bool(terms.conditions) != ("NONMONETARY" in terms.types):
        return Refusal(
            code="CONDITIONS_CONTRADICT",
            says="Conditions beyond the standard ones and the type NONMONETARY go together, or neither is there.",
            remedy="Add the type, or leave the conditions out.",
            names=("conditions", "types"),
        )
    if IN_WORDS & set(terms.conditions) and not (terms.conditions_note or "").strip():
        return Refusal(
            code="WORDS_NEEDED",
            says="This condition means nothing without its words: which place, which persons, which limits.",
            names=("conditions_note",),
        )
    return None
