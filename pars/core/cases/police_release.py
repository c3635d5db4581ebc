"""A release by the police: somebody arrested without a warrant is let go, pending a complaint and a summons (Pa.R.Crim.P. 519(B)).

It is the officers' own act and comes before any arraignment. From it the five days for the complaint run (`filing`). Which charges
allow it is the rule's and the officer's to say: what happened is recorded, and a person who is out isn't shown as held.
"""

from __future__ import annotations

from collections.abc import Iterable

from pars.core.cases.arraignment import warrantless
from pars.core.cases.case import Case, Change, as_seen_and_open, change, custody_began, custody_ended, hearing, police_release
from pars.core.cases.custody import what_holds
from pars.core.cases.facts import CustodyStated, PoliceReleased
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

WORDS = "Released by the police, pending a complaint"


def release_by_police(
    case: Case | None, seen: int, *, time: StatedTime, reason: str, at: Instant, cases: Iterable[Case]
) -> Change | Refusal:
    """Record that the police let the person go before an arraignment, and when; from then on no custody clock runs.

    `cases` are all the person's cases: it is refused while anything but this arrest holds them in any (law L11).
    """
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    refusal = _refuse_now(found) or _refuse_time(found, time, at)
    if refusal is not None:
        return refusal
    if not reason.strip():
        return Refusal(
            code="REASON_NEEDED",
            says="Say why the rule allows it.",
            remedy="The gravest charge is a second-degree misdemeanor at most (or driving under the influence), and there is no threat.",
            names=("reason",),
        )
    known = (found, *(other for other in cases if other.id != found.id))
    holding = [one for one in what_holds(known, at) if (one.case, one.code) != (found.id, "ARREST")]
    if holding:
        return Refusal(
            code="STILL_HELD",
            says=f"Something beside this arrest holds the person: {' '.join(one.says for one in holding)}",
            remedy=f"Ask {', '.join(dict.fromkeys(one.authority for one in holding))}.",
            names=tuple(dict.fromkeys(one.code for one in holding)),
        )
    facts = (
        PoliceReleased(time=time, reason=reason.strip()),
        CustodyStated(status="RELEASED", words=WORDS, time=time),
    )
    return change(Kind.POLICE_RELEASED, found, facts)


def may_be_let_go(case: Case) -> bool:
    """Return whether the police may still let the person go by themselves."""
    return _refuse_now(case) is None


def _refuse_now(case: Case) -> Refusal | None:
    if police_release(case) is not None:
        return Refusal(code="LET_GO_ALREADY", says="The police let the person go already; the five days run from then.")
    if hearing(case) is not None:
        return Refusal(
            code="ARRAIGNED",
            says="The preliminary arraignment was held: the court's order lets the person go now.",
            remedy="The custodian acknowledges the release.",
        )
    if not warrantless(case):
        return Refusal(
            code="ON_A_WARRANT",
            says="Every arrest here was made on a warrant, and the police let nobody go whom a court had arrested.",
            remedy="The person is brought before the court.",
        )
    if custody_ended(case):
        return Refusal(code="NOT_IN_CUSTODY", says="A source states already that the person is no longer in custody.")
    return None


def _refuse_time(case: Case, time: StatedTime, at: Instant) -> Refusal | None:
    began = custody_began(case)
    if time.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time lies in the future.", remedy="Check the date.", names=("time",))
    if began is not None and time.latest <= began.earliest:
        return Refusal(
            code="BEFORE_ARREST",
            says="The release lies before the arrest.",
            remedy="Check both times.",
            names=("time",),
        )
    return None
