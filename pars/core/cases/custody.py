"""Custody: what holds a person, by whose authority and until when, and whether the person may go.

A person is releasable only if nothing holds them in any of their cases: the rule is a conjunction. Paper that nobody has decided
is shown and holds nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pars.core.cases.age import age, sent_to_juvenile
from pars.core.cases.bail import order_keeps
from pars.core.cases.case import (
    Case,
    Change,
    arrests,
    as_seen,
    change,
    custody_ended,
    declined,
    discharged,
    hearing,
    release_order,
    released,
    unheard_charges,
)
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.detainer_rules import rule_at
from pars.core.cases.detainers import honored_holds, undecided_detainers
from pars.core.cases.facts import Arraigned, DetainerReceived, ReleaseAcknowledged, ReleaseOrdered
from pars.core.cases.holds import open_holds
from pars.core.cases.orders_served import unserved_protection
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

Then = Literal["LAPSES", "REVIEW"]
Basis = Literal["ORDER", "DECLINED", "DISCHARGED", "JUVENILE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One thing that keeps the person.

    `authority` is who answers for it; `ends` the instant at which it lapses by itself or must be reviewed, as `then` says;
    `overdue` that a review is due and wasn't made. `fact` is the number of the fact behind it in the case `case`.
    """

    code: str
    case: str
    authority: str
    says: str
    citation: str
    ends: Instant
    then: Then
    fact: int | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasable:
    """Whether the person may go: only if `reasons` is empty. `undecided` are the papers that are shown and delay nothing."""

    reasons: tuple[Holding, ...]
    undecided: tuple[DetainerReceived, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether nothing holds the person."""
        return not self.reasons

    def __bool__(self) -> bool:
        return self.ok


def what_holds(cases: Iterable[Case], at: Instant) -> tuple[Holding, ...]:
    """Return everything that holds a person at `at`, over all their cases."""
    return tuple(holding for case in cases for holding in (*_by_case(case, at), *_by_holds(case, at), *_by_detainers(case, at)))


def releasable(cases: Iterable[Case], at: Instant) -> Releasable:
    """Return whether the person may go, with what still holds them."""
    # INVARIANT: release is a conjunction over every case and hold; one more that counts never frees anyone.
    known = tuple(cases)
    papers = tuple(paper for case in known for paper in undecided_detainers(case))
    return Releasable(reasons=what_holds(known, at), undecided=papers)


def release_basis(case: Case) -> Basis | None:
    """Return why the case itself lets the person go, as far as it does; None before anything was decided."""
    if discharged(case):
        return "DISCHARGED"
    if declined(case):
        return "DECLINED"
    if sent_to_juvenile(case) is not None:
        return "JUVENILE"
    return "ORDER" if release_order(case) is not None else None


def acknowledge_release(
    case: Case | None,
    seen: int,
    *,
    released: bool,
    at: Instant,
    cases: Iterable[Case],
    reason: str | None = None,
    time: StatedTime | None = None,
) -> Change | Refusal:
    """Record that the person went free, or why that can't be done yet.

    `cases` are all the person's cases, this one included; freedom is refused while anything in any of them still holds.
    """
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if any(said.released for said in found.current(ReleaseAcknowledged)):
        return Refusal(code="RELEASED", says="The release was acknowledged already.")
    basis = release_basis(found)
    if basis is None:
        return Refusal(
            code="NOTHING_TO_ACKNOWLEDGE",
            says="No release order, declination or discharge is there to acknowledge.",
            remedy=found.profile.fill("The court orders, or {decider} declines; look at what is missing."),
        )
    order = release_order(found) if basis == "ORDER" else None
    number = order.n if order is not None else None
    if not released:
        if not (reason or "").strip():
            return Refusal(
                code="REASON_NEEDED",
                says="Say why the person can't be released yet; whoever answers for it is told.",
                names=("reason",),
            )
        fact = ReleaseAcknowledged(basis=basis, order=number, released=False, reason=(reason or "").strip())
        return change(Kind.RELEASE_ACKNOWLEDGED, found, (fact,), {"released": 0, "basis": basis})
    if time is not None and time.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time lies in the future.", remedy="Check the date.", names=("time",))
    standing = releasable((found, *(other for other in cases if other.id != found.id)), at)
    if basis == "JUVENILE":
        # The juvenile authorities take the person over: that they hold them is no reason to keep them here.
        standing = replace(
            standing, reasons=tuple(one for one in standing.reasons if (one.code, one.case) != ("CHILD", found.id))
        )
    if not standing:
        return Refusal(
            code="STILL_HELD",
            says=f"The person is still held: {' '.join(holding.says for holding in standing.reasons)}",
            remedy=f"Ask {', '.join(dict.fromkeys(holding.authority for holding in standing.reasons))}.",
            names=tuple(dict.fromkeys(holding.code for holding in standing.reasons)),
        )
    if unserved_protection(found) is not None and not (reason or "").strip():
        return Refusal(
            code="NOT_SERVED",
            says="The order has conditions that protect somebody, and nobody has given them to the person whom they bind.",
            remedy="Serve the order now; or let the person go without it and say why. Nobody is kept for it.",
            names=("reason",),
        )
    fact = ReleaseAcknowledged(basis=basis, order=number, released=True, reason=(reason or "").strip() or None, time=time)
    return change(Kind.RELEASE_ACKNOWLEDGED, found, (fact,), {"released": 1, "basis": basis})


# ---------------------------------------------------------------- what holds


def _by_case(case: Case, at: Instant) -> tuple[Holding, ...]:
    """Return what the case itself holds the person by: the arrest, a hearing without an order, the order, new charges."""
    if released(case) or discharged(case) or declined(case):
        return ()
    held, order = hearing(case), release_order(case)
    if age(case).child:
        return () if custody_ended(case) else (_child(case, at),)
    if held is None:
        return () if custody_ended(case) else (_arrest(case, at),)
    found = []
    if order is None:
        found.append(_without_order(case, held, at))
    elif order_keeps(case, order):
        found.append(_order(case, order, at))
    if unheard_charges(case):
        found.append(_new_charges(case, at))
    return tuple(found)


def _arrest(case: Case, at: Instant) -> Holding:
    # Where no clock can run, the review is due at once: nobody is held without an instant.
    ends = custody_limit(case)
    return Holding(
        code="ARREST",
        case=case.id,
        authority=", ".join(dict.fromkeys(arrest.agency for arrest in arrests(case))) or "the arresting agency",
        says="Arrested; no judge has seen the person yet.",
        citation="Pa.R.Crim.P. 516, 518, 540",
        ends=at if ends is None else ends,
        then="REVIEW",
        fact=arrests(case)[0].n if arrests(case) else None,
        overdue=ends is None or at >= ends,
    )


def _child(case: Case, at: Instant) -> Holding:
    return Holding(
        code="CHILD",
        case=case.id,
        authority="the juvenile authorities",
        says="A child in law: the juvenile authorities decide at once, not this path.",
        citation="42 Pa.C.S. §§ 6302, 6325, 6326",
        ends=at,
        then="REVIEW",
        overdue=True,
    )


def _without_order(case: Case, held: Arraigned, at: Instant) -> Holding:
    return Holding(
        code="NO_ORDER",
        case=case.id,
        authority="the court",
        says="Arraigned; the release order is missing.",
        citation="Pa.R.Crim.P. 540(F)(3)",
        ends=held.time.latest,
        then="REVIEW",
        fact=held.n,
        overdue=at >= held.time.latest,
    )


def _order(case: Case, order: ReleaseOrdered, at: Instant) -> Holding:
    refused = "REFUSED" in order.types
    ends = order.next_hearing.earliest
    return Holding(
        code="BAIL_REFUSED" if refused else "BAIL_NOT_POSTED",
        case=case.id,
        authority="the court",
        says="Bail was refused." if refused else "What the order asks for hasn't been put down.",
        citation="Pa.R.Crim.P. 520" if refused else "Pa.R.Crim.P. 524, 528",
        ends=ends,
        then="REVIEW",
        fact=order.n,
        overdue=at >= ends,
    )


def _new_charges(case: Case, at: Instant) -> Holding:
    return Holding(
        code="NEW_CHARGES",
        case=case.id,
        authority=case.profile.decider["en"],
        says="A charge was filed after the hearing; the order doesn't cover it.",
        citation="Pa.R.Crim.P. 540",
        ends=at,
        then="REVIEW",
        fact=unheard_charges(case)[0].n,
        overdue=True,
    )


def _by_holds(case: Case, at: Instant) -> tuple[Holding, ...]:
    return tuple(
        Holding(
            code=hold.fact.kind,
            case=case.id,
            authority=hold.fact.authority,
            says=f"{hold.kind.label}.",
            citation=hold.kind.citation,
            ends=hold.ends,
            then=hold.then,
            fact=hold.fact.n,
            overdue=at >= hold.ends,
        )
        for hold in open_holds(case, at)
    )


def _by_detainers(case: Case, at: Instant) -> tuple[Holding, ...]:
    return tuple(
        Holding(
            code="DETAINER",
            case=case.id,
            authority=paper.issuing_office,
            says="An immigration detainer, honored under the rule in force.",
            citation=rule_at(at, case.rules).citation,
            ends=lapses,
            then="LAPSES",
            fact=paper.n,
        )
        for paper, _, lapses in honored_holds(case, at)
    )
