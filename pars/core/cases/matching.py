"""Matching: which case a document is about. Only by (agency, arrest or booking record id) or by tracking number.

Never by name and birth date, incident number, item number or cross-reference: co-defendants share an incident, twins a birth date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pars.core.cases.case import Case, arrests
from pars.core.cases.facts import Arrested, Booked, DocumentReceived
from pars.core.cases.numbers import plain_number
from pars.core.cases.received import ArrestGiven, BookingGiven, Received
from pars.core.terms import Refusal


@dataclass(frozen=True, slots=True)
class Lookup:
    """What to search the stored facts for: a case with any of these is a candidate, and `match` decides.

    Record ids are those of Arrested and Booked, tracking numbers of Arrested, the key of DocumentReceived.
    """

    record_ids: frozenset[str]
    otns: frozenset[str]
    document_key: str


def lookup(received: Received) -> Lookup:
    """Return what to search for."""
    return numbers_of(received.arrests, received.booking, received.document_key)


def numbers_of(arrests: Sequence[ArrestGiven], booking: BookingGiven | None, document_key: str = "") -> Lookup:
    """Return what to search for by the numbers of arrests and a booking; without a key where no document told of them."""
    ids = {arrest.record_id for arrest in arrests}
    if booking is not None:
        ids.add(booking.record_id)
    otns = {plain_number(arrest.otn) for arrest in arrests}
    return Lookup(frozenset(i for i in ids if i), frozenset(o for o in otns if o), document_key)


def match(received: Received, candidates: Sequence[Case]) -> Case | Refusal | None:
    """Return the one case that the document is about, None where it is new, or a refusal that names the cases in conflict.

    A document that carries no number at all is known again by its key alone.
    """
    found = [case for case in candidates if _about(received, case)]
    if not found:
        wanted = lookup(received)
        bare = not (wanted.record_ids or wanted.otns)
        found = [case for case in candidates if known(case, received) or (bare and _same_key(case, received))]
    if len(found) > 1:
        return Refusal(
            code="CONFLICTING_MATCH",
            says=f"The document's numbers lead to more than one case: {', '.join(sorted(case.id for case in found))}.",
            remedy="Find out which case each number belongs to and correct it there; then send the document again.",
            names=("record_id", "otn"),
        )
    return found[0] if found else None


def known(case: Case, received: Received) -> bool:
    """Return whether this very document, by key and digest, was received in the case before."""
    wanted = (received.document_key, received.digest)
    return any(isinstance(f, DocumentReceived) and (f.document_key, f.sha256) == wanted for f in case.facts)


def same_arrest(given: ArrestGiven, fact: Arrested) -> bool:
    """Return whether both are one arrest by their numbers."""
    if given.otn and fact.otn and plain_number(given.otn) == fact.otn:
        return True
    agency = same_agency(given.agency_id, given.agency, fact.agency_id, fact.agency)
    return bool(given.record_id) and given.record_id == fact.record_id and agency


def same_booking(given: BookingGiven, source: str | None, fact: Booked) -> bool:
    """Return whether both are one booking: the record id of one agency, or of the information's owner where none is named."""
    agency = given.agency or source or ""
    return bool(given.record_id) and given.record_id == fact.record_id and same_agency(None, agency, None, fact.agency)


def same_agency(one_id: str | None, one: str, other_id: str | None, other: str) -> bool:
    """Return whether both are one agency: by their ids where both have one, else by name."""
    if one_id and other_id:
        return one_id.strip().upper() == other_id.strip().upper()
    return _plain(one) == _plain(other) and bool(_plain(one))


def _about(received: Received, case: Case) -> bool:
    if any(same_arrest(given, fact) for given in received.arrests for fact in arrests(case)):
        return True
    booking = received.booking
    return booking is not None and any(same_booking(booking, received.source, fact) for fact in case.current(Booked))


def _same_key(case: Case, received: Received) -> bool:
    return any(document.document_key == received.document_key for document in case.current(DocumentReceived))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
