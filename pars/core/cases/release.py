"""Release: the signed order of the bench, its text, and what is put down for it. What then still holds is in `custody`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from pars.core.cases.bail import (
    CONDITIONS,
    STANDARD_CONDITIONS,
    TYPES,
    OrderTerms,
    deposit_due,
    order_keeps,
    posted_cents,
    refuse_terms,
    standing_conditions,
)
from pars.core.cases.case import (
    Case,
    Change,
    Detail,
    as_seen,
    as_seen_and_open,
    change,
    display_name,
    hearing,
    release_order,
    unheard_charges,
)
from pars.core.cases.court_calendar import NO_CALENDAR, CourtCalendar
from pars.core.cases.facts import Arraigned, BailPosted, ReleaseOrdered
from pars.core.cases.next_hearing import Taken, closed_on, full, hearing_due, hearing_window
from pars.core.cases.paper import cents, line, paper
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

NOTHING_SET: Mapping[tuple[Instant, str], int] = MappingProxyType({})


def release_order_text(case: Case, terms: OrderTerms) -> bytes:
    """Return the canonical text of the order: what the bench reads before signing. It holds no number of the person."""
    types = [code for code in TYPES if code in terms.types]
    standing = standing_conditions(terms)
    amount = None if terms.amount_cents is None else cents(terms.amount_cents)
    percent = None if terms.deposit_percent is None else f"{terms.deposit_percent} percent"
    held = hearing(case)
    lines = [
        "RELEASE ORDER",
        line("Case", case.id),
        line("Defendant", display_name(case)),
        line("Preliminary arraignment", held.time if held is not None else None),
        *(line("Type", TYPES[code]) for code in types),
        line("Amount", amount),
        line("To be put down", percent),
        line("Surety", terms.surety),
        *(line("Condition", STANDARD_CONDITIONS[code]) for code in standing if code in STANDARD_CONDITIONS),
        *(line("Condition", CONDITIONS[code]) for code in standing if code in CONDITIONS),
        line("Conditions in words", terms.conditions_note),
        line("Reasons", terms.reasons),
        line("Next hearing", terms.next_hearing),
        line("Before", terms.next_court),
        line("Cause for the date", terms.late_cause),
    ]
    return paper(lines)


def release_order_sha256(case: Case, terms: OrderTerms) -> str:
    """Return the hash that the signature of the order binds."""
    return hashlib.sha256(release_order_text(case, terms)).hexdigest()


def order_release(
    case: Case | None,
    seen: int,
    *,
    terms: OrderTerms,
    text_sha256: str,
    signer: str,
    calendar: CourtCalendar = NO_CALENDAR,
    taken: Taken = NOTHING_SET,
) -> Change | Refusal:
    """Sign the release order at the hearing that was held. A later order at the same hearing replaces it, with its reasons.

    `calendar` is the court's, `taken` how many hearings of others are set for its courtrooms' times.
    """
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    held = hearing(found)
    if held is None:
        return Refusal(
            code="NO_HEARING",
            says="No preliminary arraignment has been recorded, and without its advisals there is no order.",
            remedy="Hold the arraignment first.",
        )
    if unheard_charges(found):
        return Refusal(
            code="CHARGES_UNHEARD",
            says="A charge was filed after the hearing; the person hasn't been arraigned on it.",
            remedy="Sign the new complaint and hold the arraignment again, then order.",
        )
    before = release_order(found)
    if before is not None and not (terms.reasons or "").strip():
        return Refusal(
            code="REASONS_NEEDED",
            says="There is an order from this hearing; to change it needs reasons (Pa.R.Crim.P. 529).",
            names=("reasons",),
        )
    refusal = refuse_terms(terms) or _refuse_date(held, terms, calendar, taken)
    if refusal is not None:
        return refusal
    if text_sha256 != release_order_sha256(found, terms):
        return Refusal(
            code="TEXT_CHANGED",
            says="What you signed isn't the order as it stands now.",
            remedy="Read the order again, then sign it.",
            names=("text_sha256",),
        )
    fact = _fact(terms, held, before, text_sha256, signer)
    detail: Detail = {"types": fact.types, "text": text_sha256, "keeps": int(order_keeps(found, fact))}
    return change(Kind.RELEASE_ORDERED, found, (fact,), detail)


def post_bail(case: Case | None, seen: int, *, order: int, amount_cents: int) -> Change | Refusal:
    """Record what was put down for the standing order. Never more than the whole amount: a figure typed ten times is refused."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    standing = release_order(found)
    if standing is None or standing.n != order:
        return Refusal(
            code="NO_SUCH_ORDER",
            says="This isn't the order that stands in this case.",
            remedy="Open the case again and post for the order that stands.",
            names=("order",),
        )
    due, posted = deposit_due(standing), posted_cents(found, standing)
    if due == 0:
        return Refusal(code="NOTHING_TO_POST", says="The order asks for nothing to be put down.", names=("order",))
    if posted >= due:
        return Refusal(code="ALREADY_POSTED", says="What the order asks for has been put down.")
    if amount_cents <= 0:
        return Refusal(
            code="AMOUNT_NEEDED", says="Say how much was put down, in whole cents above zero.", names=("amount_cents",)
        )
    if posted + amount_cents > (standing.amount_cents or 0):
        return Refusal(
            code="AMOUNT_TOO_HIGH",
            says=f"More than the whole amount: {cents(standing.amount_cents or 0)} was ordered, {cents(due - posted)} is still due.",
            remedy="Check the figure; it may be typed ten or a hundred times too high.",
            names=("amount_cents",),
        )
    fact = BailPosted(order=order, amount_cents=amount_cents)
    return change(Kind.BAIL_POSTED, found, (fact,), {"suffices": int(posted + amount_cents >= due)})


def _refuse_date(held: Arraigned, terms: OrderTerms, calendar: CourtCalendar, taken: Taken) -> Refusal | None:
    """Refuse an order without a next hearing, or with one past the window, on a closed day or in a full courtroom without a cause."""
    if terms.next_hearing is None or not (terms.next_court or "").strip():
        return Refusal(
            code="NEXT_HEARING_NEEDED",
            says="The order says when and before which court the next hearing is (Pa.R.Crim.P. 540(G)).",
            names=("next_hearing", "next_court"),
        )
    if terms.next_hearing.latest <= held.time.earliest:
        return Refusal(code="BEFORE_HEARING", says="The next hearing lies before this one.", names=("next_hearing",))
    window = hearing_window(held.time)
    keeps = "REFUSED" in terms.types or "MONETARY" in terms.types or "NOMINAL" in terms.types
    if terms.next_hearing.latest > hearing_due(held.time, in_custody=keeps) and not (terms.late_cause or "").strip():
        days = window.in_custody if keeps else window.free
        where = "until bail is put down the person is in custody" if keeps else "the person is not in custody"
        return Refusal(
            code="DATE_BEYOND_LIMIT",
            says=f"The next hearing lies over {days} days after this one, and {where} ({window.citation}).",
            remedy="Choose an earlier date, or state the cause for a later one.",
            names=("next_hearing", "late_cause"),
        )
    return (
        None if (terms.late_cause or "").strip() else _refuse_place(terms.next_hearing, terms.next_court or "", calendar, taken)
    )


def _refuse_place(hearing: StatedTime, court: str, calendar: CourtCalendar, taken: Taken) -> Refusal | None:
    """Refuse a day on which the court hears no case, and a courtroom's time that has no room left."""
    closed = closed_on(hearing, calendar)
    if closed is not None:
        return Refusal(
            code="COURT_CLOSED",
            says=f"The next hearing lies on {closed}, when the court hears none.",
            remedy="Give another day, or state the cause for this one.",
            names=("next_hearing", "late_cause"),
        )
    if full(hearing, court, calendar, taken):
        return Refusal(
            code="SLOT_FULL",
            says="That courtroom has no room left at that time.",
            remedy="Choose a time that the form offers, or state the cause for one more.",
            names=("next_hearing", "next_court", "late_cause"),
        )
    return None


def _fact(terms: OrderTerms, held: Arraigned, before: ReleaseOrdered | None, text_sha256: str, signer: str) -> ReleaseOrdered:
    assert terms.next_hearing is not None  # _refuse_date has seen to it
    return ReleaseOrdered(
        types=tuple(code for code in TYPES if code in terms.types),
        hearing=held.n,
        next_hearing=terms.next_hearing,
        amount_cents=terms.amount_cents,
        deposit_percent=terms.deposit_percent,
        conditions=standing_conditions(terms),
        conditions_note=terms.conditions_note,
        reasons=terms.reasons,
        next_court=terms.next_court,
        surety=terms.surety,
        late_cause=terms.late_cause,
        text_sha256=text_sha256,
        signer=signer,
        corrects=before.n if before is not None else None,
        why=terms.reasons if before is not None else None,
    )
