"""What `pars import --json` says of each file: paths and codes of what was left out, never its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.terms import Refusal, StatedTime
from pars.edge.formats.xml_reading import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.cases.received import ArrestGiven, Received
    from pars.edge.formats.reading import Reading


def accepted_item(
    reading: Reading, *, case_id: str, changed: bool, doubts: Iterable[tuple[str, tuple[str, ...]]]
) -> dict[str, Any]:
    """Return the entry of a document that made or updated a case. `doubts` are the case's, (code, paths)."""
    received = reading.received
    person = received.person
    at = stated_at(received)
    return {
        "file": reading.file,
        "case_id": case_id,
        "family": received.family,
        "changed": changed,
        "person": {
            "surname": None if person is None else person.surname,
            "given": None if person is None else person.given,
            "full": None if person is None else person.full,
            "birth_date": None if person is None or person.birth_date is None else person.birth_date.text,
        },
        "at": None if at is None else at.text,
        "precision": None if at is None else at.precision,
        "agency": stated_agency(received),
        "charges": charges_stated(received),
        "arrests": [_arrest(arrest) for arrest in received.arrests],
        "doubts": [{"code": code, "paths": list(paths)} for code, paths in doubts],
        "dropped": list(received.dropped),
        "unmapped": list(received.unmapped),
    }


def rejected_item(rejected: Rejected) -> dict[str, Any]:
    """Return the entry of a file that was not taken in."""
    return {
        "file": rejected.file,
        "line": rejected.line,
        "code": rejected.code,
        "what": rejected.what,
        "remedy": rejected.remedy,
    }


def refused(reading: Reading, refusal: Refusal) -> Rejected:
    """Return the rejection of a document that could be read but that the rules refuse."""
    return Rejected(code=refusal.code, file=reading.file, line=reading.line, what=refusal.says, remedy=refusal.remedy)


def not_taken_in(reading: Reading) -> Rejected:
    """Return the rejection of a document that could be read, but that the store failed to take."""
    return Rejected(
        code="NOT_TAKEN_IN",
        file=reading.file,
        line=reading.line,
        what="the database failed before this document was kept; nothing of it was",
        remedy="See `pars doctor`, then run the same command again: what was taken in already changes nothing.",
    )


def stated_at(received: Received) -> StatedTime | None:
    """Return the time of the custody: the earliest stated arrest, else the booking."""
    times = [arrest.time for arrest in received.arrests if arrest.time is not None]
    if times:
        return min(times, key=lambda time: time.earliest)
    return None if received.booking is None else received.booking.time


def stated_agency(received: Received) -> str | None:
    """Return the agency of the arrest that gives the time, else of the first; without one the booking's, else the owner."""
    at = stated_at(received)
    first = next((arrest for arrest in received.arrests if arrest.time == at and at is not None), None)
    arrest = first or next(iter(received.arrests), None)
    if arrest is not None and (arrest.agency or arrest.agency_id):
        return arrest.agency or arrest.agency_id
    booked = None if received.booking is None else received.booking.agency
    return booked or received.source


def charges_stated(received: Received) -> list[dict[str, Any]]:
    """Return the charges as the document states them: the police's, or those the prosecutor decided on."""
    stated: list[dict[str, Any]] = [
        {
            "statute": charge.statute,
            "description": charge.description,
            "grade": charge.grade,
            "counts": charge.counts,
            "offense_date": None if charge.offense_date is None else charge.offense_date.text,
        }
        for arrest in received.arrests
        for charge in arrest.charges
    ]
    if received.prosecution is not None:
        stated += [
            {
                "statute": outcome.statute,
                "description": outcome.description,
                "grade": outcome.grade,
                "counts": outcome.counts,
                "decision": outcome.decision,
            }
            for outcome in received.prosecution.outcomes
        ]
    return stated


def _arrest(arrest: ArrestGiven) -> dict[str, Any]:
    return {
        "agency": arrest.agency or arrest.agency_id,
        "at": None if arrest.time is None else arrest.time.text,
        "record": arrest.record_id,
    }
