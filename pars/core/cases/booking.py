"""Booking: what the police write. An arrest comes in, is sent to the charging unit, and is corrected or added to.

The values a screen or a system hands in are those of `received` (PersonStated, ArrestGiven …): one vocabulary for both ways in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from pars.core.cases.case import (
    Case,
    Change,
    as_seen,
    as_seen_and_open,
    change,
    proposed_charges,
    returned,
    submitted,
    undecided,
)
from pars.core.cases.charges import Charge, refuse_charge
from pars.core.cases.doubts import change_with_doubts
from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    Booked,
    ChargeDecided,
    ChargeProposed,
    CustodyStated,
    Fact,
    IdentityClaimed,
    NarrativeWritten,
    PersonLinked,
    Submitted,
)
from pars.core.cases.identity import link_counts
from pars.core.cases.lengths import refuse_too_long
from pars.core.cases.numbers import plain_number
from pars.core.cases.received import AliasGiven, ArrestGiven, BookingGiven, ChargeGiven, CustodyGiven, PersonStated
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

CORRECTABLE: tuple[type[Fact], ...] = (
    IdentityClaimed,
    AliasStated,
    Arrested,
    Booked,
    ChargeProposed,
    NarrativeWritten,
    CustodyStated,
)
"""What may be added or corrected by hand. What somebody signed or decided is only ever followed by a new act."""


def book_arrest(
    case_id: str,
    *,
    at: Instant,
    person: PersonStated,
    arrests: Sequence[ArrestGiven],
    booking: BookingGiven | None = None,
    aliases: Sequence[AliasGiven] = (),
    birth_date_reason: str | None = None,
) -> Change | Refusal:
    """Open a case: who the person says they are, each arrest with its proposed charges and account, the booking.

    Contradictory times and possible minors are accepted with a doubt. A birth date that isn't known is a choice with its reason.
    """
    if not has_name(person):
        return Refusal(
            code="NO_NAME",
            says="The person has no name on the paper.",
            remedy="Give a surname or the full name as it was said, or what the person is booked under.",
            names=("person",),
        )
    if not arrests:
        return Refusal(code="NO_ARREST", says="A case begins with an arrest; there is none here.", names=("arrests",))
    if person.birth_date is None and not (birth_date_reason or "").strip():
        return Refusal(
            code="BIRTH_DATE_REASON_NEEDED",
            says="The birth date is missing.",
            remedy="Give it as exactly as it is known (a year will do), or say why it isn't known.",
            names=("birth_date",),
        )
    refusal = _refuse_arrests(arrests, booking, at)
    if refusal is not None:
        return refusal
    who = replace(identity_fact(person), why=(birth_date_reason or "").strip() or None)
    facts: list[Fact] = [who, *(alias_fact(alias) for alias in aliases)]
    for arrest in arrests:
        facts += arrest_facts(arrest, len(facts) + 1)
    if booking is not None:
        facts.append(booking_fact(booking, arrests[0].agency))
    if (refusal := refuse_too_long(facts)) is not None:
        return refusal
    charges = sum(len(arrest.charges) for arrest in arrests)
    return change_with_doubts(Kind.ARREST_BOOKED, Case(case_id), facts, {"arrests": len(arrests), "charges": charges})


def submit_for_charging(case: Case | None, seen: int) -> Change | Refusal:
    """Send the case to the charging unit ("Save and Send"); also anew, after the prosecutor returned a charge."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if not proposed_charges(found):
        return Refusal(
            code="NO_CHARGES",
            says=found.profile.fill("No charge is proposed, so there is nothing for {decider} to decide."),
            remedy="The police add at least one charge, then send the case.",
            names=("charges",),
        )
    back = returned(found)
    decided = bool(found.current(ChargeDecided))
    if submitted(found) and decided and not back and not undecided(found):
        return Refusal(
            code="ALREADY_DECIDED",
            says=found.profile.fill("{Decider} has decided every charge of this case; sending it again changes nothing."),
            remedy="To add a charge, propose it first, then send the case.",
        )
    return change(Kind.CASE_SUBMITTED, found, (Submitted(),), {"charges": len(proposed_charges(found)), "again": len(back)})


def correct_facts(case: Case | None, seen: int, facts: Iterable[Fact], *, why: str, at: Instant) -> Change | Refusal:
    """Add facts, or correct earlier ones (each with `corrects`), with a reason. The fact corrected stays, below its correction.

    A correction leaves the document that told of the first fact unnamed: it is a person's word now.
    """
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    wanted = tuple(replace(fact, why=why.strip(), document=None) for fact in facts)
    if not wanted:
        return Refusal(code="NOTHING_TO_CORRECT", says="There is nothing to add or to correct.", names=("facts",))
    if not why.strip():
        return Refusal(code="REASON_NEEDED", says="A correction needs a reason.", names=("why",))
    for fact in wanted:
        refusal = _refuse_correction(found, fact, at)
        if refusal is not None:
            return refusal
    if (refusal := refuse_too_long(wanted)) is not None:
        return refusal
    count = sum(1 for fact in wanted if fact.corrects is not None)
    return change_with_doubts(Kind.FACTS_CORRECTED, found, wanted, {"corrected": count, "added": len(wanted) - count})


def linked_cases(case: Case) -> frozenset[str]:
    """Return the ids of the cases that stand linked to this one, from its side; a link that waits to be confirmed isn't one."""
    last = {link.other_case: link_counts(link) for link in case.current(PersonLinked)}
    return frozenset(other for other, counts in last.items() if counts)


def cases_of_person(case: Case, known: Iterable[Case]) -> tuple[Case, ...]:
    """Return the case and those of `known` that standing links lead to, from either side and however far the chain goes."""
    others = {other.id: other for other in known}
    found = {case.id: case}
    waiting = [case]
    while waiting:
        here = waiting.pop()
        for other in others.values():
            if other.id not in found and (other.id in linked_cases(here) or here.id in linked_cases(other)):
                found[other.id] = other
                waiting.append(other)
    return tuple(found.values())


# ---------------------------------------------------------------- from what was handed in to facts


def has_name(person: PersonStated | IdentityClaimed) -> bool:
    """Return whether the person is named at all."""
    return any((part or "").strip() for part in (person.surname, person.given, person.full))


def identity_fact(person: PersonStated, *, document: int | None = None) -> IdentityClaimed:
    """Return the claimed identity, as given: nothing is split, nothing verified."""
    return IdentityClaimed(**{f.name: getattr(person, f.name) for f in fields(person)}, document=document)


def alias_fact(alias: AliasGiven, *, document: int | None = None) -> AliasStated:
    """Return an alias as a fact."""
    return AliasStated(
        surname=alias.surname, given=alias.given, full=alias.full, birth_date=alias.birth_date, document=document
    )


def arrest_fact(arrest: ArrestGiven, *, document: int | None = None) -> Arrested:
    """Return an arrest as a fact, without its charges."""
    return Arrested(
        time=arrest.time,
        agency=arrest.agency or arrest.agency_id or "Agency not stated",
        agency_id=arrest.agency_id,
        record_id=arrest.record_id,
        otn=plain_number(arrest.otn),
        incident_number=arrest.incident_number,
        district=arrest.district,
        place=arrest.place,
        warrant=arrest.warrant,
        document=document,
    )


def charge_fact(charge: ChargeGiven, arrest: int, *, document: int | None = None) -> ChargeProposed:
    """Return a proposed charge of the arrest with number `arrest` as a fact."""
    return ChargeProposed(
        arrest=arrest,
        statute=charge.statute,
        description=charge.description,
        grade=charge.grade,
        counts=charge.counts,
        offense_date=charge.offense_date,
        inchoate=charge.inchoate,
        object_statute=charge.object_statute,
        object_description=charge.object_description,
        grade_basis=charge.grade_basis,
        grade_note=charge.grade_note,
        document=document,
    )


def arrest_facts(arrest: ArrestGiven, number: int, *, document: int | None = None) -> list[Fact]:
    """Return the facts of one arrest, which will have the number `number`: the arrest, its charges, the officer's account."""
    facts: list[Fact] = [arrest_fact(arrest, document=document)]
    facts += [charge_fact(charge, number, document=document) for charge in arrest.charges]
    if arrest.narrative:
        facts.append(NarrativeWritten(arrest=number, text=arrest.narrative, document=document))
    return facts


def booking_fact(booking: BookingGiven, agency: str, *, document: int | None = None) -> Booked:
    """Return the booking as a fact; `agency` stands where it names none."""
    return Booked(
        time=booking.time,
        agency=booking.agency or agency,
        record_id=booking.record_id,
        facility=booking.facility,
        document=document,
    )


def custody_fact(custody: CustodyGiven, *, document: int | None = None) -> CustodyStated:
    """Return a word on custody as a fact."""
    return CustodyStated(
        status=custody.status, words=custody.words, time=custody.time, facility=custody.facility, document=document
    )


# ---------------------------------------------------------------- refusals


def _refuse_arrests(arrests: Sequence[ArrestGiven], booking: BookingGiven | None, at: Instant) -> Refusal | None:
    charges = [charge for arrest in arrests for charge in arrest.charges]
    times: list[tuple[str, StatedTime | None]] = [("arrests.time", arrest.time) for arrest in arrests]
    times.append(("booking.time", booking.time if booking else None))
    for name, time in times:
        if time is not None and time.earliest > at:
            return Refusal(code="TIME_IN_FUTURE", says="The time lies in the future.", remedy="Check the date.", names=(name,))
    if any(charge.counts < 1 for charge in charges):
        return Refusal(code="NO_COUNTS", says="A charge has at least one count.", names=("charges.counts",))
    if any(not (charge.statute.strip() or charge.description.strip()) for charge in charges):
        return Refusal(
            code="EMPTY_CHARGE",
            says="A charge needs a statute or a description.",
            names=("charges.statute", "charges.description"),
        )
    return _refuse_said(charges, "charges.")


def _refuse_said(charges: Iterable[Charge], place: str = "") -> Refusal | None:
    """Refuse a charge that contradicts itself, naming its fields as they are called at that place."""
    refusal = next((no for charge in charges if (no := refuse_charge(charge)) is not None), None)
    return None if refusal is None else replace(refusal, names=tuple(f"{place}{name}" for name in refusal.names))


def _refuse_correction(case: Case, fact: Fact, at: Instant) -> Refusal | None:
    if not isinstance(fact, CORRECTABLE):
        return Refusal(
            code="NOT_CORRECTABLE",
            says="What somebody signed, decided or ordered isn't corrected by hand; it is followed by a new act.",
            remedy="Decide, sign or order anew.",
            names=(type(fact).__name__,),
        )
    if fact.corrects is not None:
        known = 0 < fact.corrects < case.next_number and type(case.fact(fact.corrects)) is type(fact)
        if not known or case.standing(fact.corrects).n != fact.corrects:
            return Refusal(
                code="NO_SUCH_FACT",
                says="The fact to correct isn't there, is of another kind, or was corrected already.",
                remedy="Open the case again and correct what stands now.",
                names=("corrects",),
            )
    elif isinstance(fact, IdentityClaimed) and case.latest(IdentityClaimed) is not None:
        return Refusal(
            code="CORRECT_THE_FIRST",
            says="The case has a claimed identity; correct that one, or state another name as an alias.",
            names=("corrects",),
        )
    if isinstance(fact, IdentityClaimed) and not has_name(fact):
        return Refusal(code="NO_NAME", says="The person would have no name on the paper.", names=("identities",))
    if isinstance(fact, ChargeProposed) and not (fact.statute.strip() or fact.description.strip()):
        return Refusal(code="EMPTY_CHARGE", says="A charge needs a statute or a description.", names=("charges",))
    arrest = getattr(fact, "arrest", None)
    if arrest is not None and not (0 < arrest < case.next_number and isinstance(case.fact(arrest), Arrested)):
        return Refusal(code="NO_SUCH_ARREST", says="The charge belongs to no arrest of this case.", names=("arrest",))
    if isinstance(fact, ChargeProposed) and (refusal := _refuse_said((fact,))) is not None:
        return refusal
    time = getattr(fact, "time", None)
    if time is not None and time.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time lies in the future.", remedy="Check the date.", names=("time",))
    return None
