"""Holds that may keep a person besides the case itself: who may lodge each kind, under what law, and when it lapses.

An immigration detainer is no hold of this table: it is answered in `detainers`, and counts only as the rule in force says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pars.core.cases.case import Case, Change, as_seen, change
from pars.core.cases.facts import HoldLifted, HoldLodged
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Refusal, StatedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldKind:
    """One kind of hold. `hours` run from its lodging; `then` says what happens: it LAPSES by itself, or a court must REVIEW it.

    `confirmed` says whether the citation was read for this table; where False, counsel confirms before anyone relies on it.
    """

    label: str
    lodged_by: str
    citation: str
    hours: int
    then: Literal["LAPSES", "REVIEW"]
    confirmed: bool = False


HOLD_KINDS: Mapping[str, HoldKind] = MappingProxyType(
    {
        "BENCH_WARRANT": HoldKind(
            label="Bench warrant of this court",
            lodged_by="the court",
            citation="Pa.R.Crim.P. 150 (hearing within 72 hours, else the warrant expires)",
            hours=72,
            then="LAPSES",
        ),
        "PROBATION_DETAINER": HoldKind(
            label="Probation or county parole detainer",
            lodged_by="the supervising court",
            citation="Gagnon v. Scarpelli, 411 U.S. 778 (1973); Pa.R.Crim.P. 708",
            hours=240,
            then="REVIEW",
        ),
        "STATE_PAROLE_WARRANT": HoldKind(
            label="State parole warrant",
            lodged_by="the Parole Board",
            citation="61 Pa.C.S. § 6138; 37 Pa. Code § 71.3 (48-hour order)",
            hours=48,
            then="LAPSES",
        ),
        "COUNTY_WARRANT": HoldKind(
            label="Warrant of another county",
            lodged_by="the other county's court",
            citation="Pa.R.Crim.P. 517",
            hours=48,
            then="REVIEW",
        ),
        "FUGITIVE_WARRANT": HoldKind(
            label="Fugitive from another state",
            lodged_by="the committing judge",
            citation="42 Pa.C.S. §§ 9134-9136 (commitment of at most 30 days)",
            hours=720,
            then="LAPSES",
        ),
        "FEDERAL_CRIMINAL_WARRANT": HoldKind(
            label="Federal criminal warrant, signed by a judge",
            lodged_by="the federal court",
            citation="Fed.R.Crim.P. 4, 5(a)",
            hours=48,
            then="REVIEW",
        ),
        "MILITARY": HoldKind(
            label="Military absence",
            lodged_by="the armed forces",
            citation="10 U.S.C. § 808",
            hours=48,
            then="REVIEW",
        ),
        "MENTAL_HEALTH": HoldKind(
            label="Emergency mental-health examination",
            lodged_by="the county's delegate or a physician",
            citation="50 P.S. § 7302 (at most 120 hours)",
            hours=120,
            then="LAPSES",
        ),
        "JUVENILE_COMMITMENT": HoldKind(
            label="Juvenile court commitment",
            lodged_by="Family Court",
            citation="42 Pa.C.S. § 6332 (hearing within 72 hours)",
            hours=72,
            then="REVIEW",
        ),
    }
)
"""Every kind of hold that counts in law. A feed's own "hold" flag is none of them."""

NOT_HOLDS = frozenset(
    {"ICE", "IMMIGRATION", "IMMIGRATION_DETAINER", "DETAINER", "ADMINISTRATIVE_WARRANT", "I-247A", "I-200", "I-205"}
)


@dataclass(frozen=True, slots=True)
class OpenHold:
    """A lodged hold that counts at an instant. `ends` is when it lapses or must be reviewed, as `then` says."""

    fact: HoldLodged
    kind: HoldKind
    ends: Instant
    then: Literal["LAPSES", "REVIEW"]


def hold_ends(hold: HoldLodged) -> tuple[Instant, Literal["LAPSES", "REVIEW"]]:
    """Return the instant at which the hold lapses by itself, or must be reviewed.

    It is counted in instants from the earliest that the lodging can mean, so that a change of the clocks adds nothing. An
    end that the paper itself states lapses the hold.
    """
    kind = HOLD_KINDS[hold.kind]
    limit = Instant(hold.lodged.earliest + kind.hours * HOUR)
    if hold.lapses is not None and hold.lapses.latest <= limit:
        return hold.lapses.latest, "LAPSES"
    return limit, kind.then


def open_holds(case: Case, at: Instant) -> tuple[OpenHold, ...]:
    """Return the holds lodged in this case that are neither lifted nor lapsed at `at`, oldest first."""
    lifted = {lift.hold for lift in case.current(HoldLifted)}
    found = []
    for hold in case.current(HoldLodged):
        ends, then = hold_ends(hold)
        if hold.n not in lifted and not (then == "LAPSES" and at >= ends):
            found.append(OpenHold(hold, HOLD_KINDS[hold.kind], ends, then))
    return tuple(found)


def lodge_hold(
    case: Case | None,
    seen: int,
    *,
    kind: str,
    authority: str,
    lodged: StatedTime | None,
    at: Instant,
    reference: str | None = None,
    lapses: StatedTime | None = None,
) -> Change | Refusal:
    """Lodge a hold: of a kind that the law knows, by a named authority, from a stated time. It lapses by its kind's rule."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if kind.upper() in NOT_HOLDS:
        return Refusal(
            code="NOT_A_HOLD",
            says="An immigration detainer or an administrative warrant is not a hold.",
            remedy="Record it as a detainer received; the rule in force says what is answered.",
            names=("kind",),
        )
    if kind not in HOLD_KINDS:
        return Refusal(
            code="UNKNOWN_HOLD",
            says="The law knows no hold of this kind.",
            remedy=f"Choose one of {', '.join(HOLD_KINDS)}.",
            names=("kind",),
        )
    if not authority.strip():
        return Refusal(
            code="AUTHORITY_NEEDED",
            says="Nobody is held without a named authority.",
            remedy=f"Name who lodged it: {HOLD_KINDS[kind].lodged_by}.",
            names=("authority",),
        )
    if lodged is None or lodged.earliest > at:
        return Refusal(
            code="LODGED_TIME_NEEDED",
            says="A hold needs the time at which it was lodged, and that can't lie in the future: from there it lapses.",
            names=("lodged",),
        )
    fact = HoldLodged(kind=kind, authority=authority.strip(), reference=reference, lodged=lodged, lapses=lapses)
    if lapses is not None and lapses.latest > lodged.earliest + HOLD_KINDS[kind].hours * HOUR:
        return Refusal(
            code="LAPSE_TOO_LATE",
            says=f"A hold of this kind lasts at most {HOLD_KINDS[kind].hours} hours: {HOLD_KINDS[kind].citation}.",
            remedy="Leave the end out, or state an earlier one.",
            names=("lapses",),
        )
    if at >= hold_ends(fact)[0] and hold_ends(fact)[1] == "LAPSES":
        return Refusal(
            code="ALREADY_LAPSED",
            says="By its own rule this hold has lapsed already.",
            remedy="If it was renewed, lodge the new one with its own time.",
            names=("lodged",),
        )
    return change(Kind.HOLD_LODGED, found, (fact,), {"hold": kind})


def lift_hold(case: Case | None, seen: int, *, hold: int, reason: str, at: Instant) -> Change | Refusal:
    """Lift a hold, with the reason: withdrawn, served, decided."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    standing = {open_hold.fact.n: open_hold for open_hold in open_holds(found, at)}
    if hold not in standing:
        return Refusal(
            code="NO_SUCH_HOLD",
            says="There is no such hold in this case, or it was lifted or lapsed.",
            remedy="Look at what holds the person now.",
            names=("hold",),
        )
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="Lifting a hold needs a reason.", names=("reason",))
    fact = HoldLifted(hold=hold, reason=reason.strip())
    return change(Kind.HOLD_LIFTED, found, (fact,), {"hold": standing[hold].fact.kind})
