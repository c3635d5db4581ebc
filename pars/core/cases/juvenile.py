"""A child before the adult court: charged there directly, as the law says for some acts; and sent on to the juvenile court.

From the moment at which the court's decision is recorded the case is off the adult path, in no adult view, and the person is the
juvenile authorities' to keep (42 Pa.C.S. §§ 6302, 6322, 6325, 6326).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.age import age, sent_to_juvenile
from pars.core.cases.case import Case, Change, as_seen, as_seen_and_open, change
from pars.core.cases.facts import DirectlyCharged, SentToJuvenile
from pars.core.cases.numbers import kept_number, refuse_number
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

BASES: Mapping[str, str] = MappingProxyType(
    {
        "MURDER": "Murder: 42 Pa.C.S. § 6302, “delinquent act”, (2)(i) [counsel]",
        "DEADLY_WEAPON": "15 or older, a listed violent felony with a deadly weapon: § 6302, (2)(ii) [counsel]",
        "ADJUDICATED_BEFORE": "15 or older, a listed violent felony, and adjudicated of one before: § 6302, (2)(iii) [counsel]",
        "CONVICTED_BEFORE": "Found guilty in a criminal proceeding before: § 6302, (2)(v) [counsel]",
    }
)
"""Why an act of somebody under 18 is charged as an adult's."""


def charge_directly(case: Case | None, seen: int, *, basis: str, reason: str) -> Change | Refusal:
    """Charge a person under 18 as an adult, on one of the law's grounds. Outside views stay closed: the person is a child."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if basis not in BASES:
        return Refusal(
            code="NO_SUCH_BASIS",
            says="The law knows no such ground to charge a child as an adult.",
            remedy=f"One of {', '.join(BASES)}; else the matter is the juvenile authorities'.",
            names=("basis",),
        )
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Say what the ground rests on.", names=("reason",))
    if sent_to_juvenile(found) is not None:
        return Refusal(
            code="CHILD",
            says="The matter was sent to the juvenile court; it isn't for the adult path.",
            remedy="What the juvenile court sends back is a new case.",
        )
    if not age(found).blocks:
        return Refusal(code="NOT_A_CHILD", says="Nothing says that the person was under 18, or it is charged so already.")
    fact = DirectlyCharged(basis=basis, reason=reason.strip())
    return change(Kind.DIRECTLY_CHARGED, found, (fact,), {"basis": basis})


def send_to_juvenile(
    case: Case | None,
    seen: int,
    *,
    court: str,
    reference: str,
    decided: StatedTime,
    at: Instant,
    docket: str | None = None,
) -> Change | Refusal:
    """Record that the court sent the matter to the juvenile court: the case leaves the adult path at once."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if sent_to_juvenile(found) is not None:
        return Refusal(code="SENT_ALREADY", says="The matter was sent to the juvenile court already.")
    if age(found).adult is True:
        return Refusal(
            code="ADULT",
            says="The person counts as an adult in this case.",
            remedy="If that is wrong, correct the birth date first; then record the court's decision.",
        )
    for name, value, says in (("court", court, "which court decided"), ("reference", reference, "the order's number")):
        if not value.strip():
            return Refusal(code="WORDS_NEEDED", says=f"Say {says}.", names=(name,))
    if decided.earliest > at:
        return Refusal(
            code="TIME_IN_FUTURE", says="The decision's time lies in the future.", remedy="Check the date.", names=("decided",)
        )
    if (refusal := refuse_number("docket", docket)) is not None:
        return refusal
    fact = SentToJuvenile(
        court=court.strip(), reference=reference.strip(), decided=decided, docket=kept_number("docket", (docket or "").strip())
    )
    return change(Kind.SENT_TO_JUVENILE, found, (fact,))
