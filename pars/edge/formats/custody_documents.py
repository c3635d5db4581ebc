"""Arrest reports, booking reports, charge referrals and custody results: who was taken into custody, when, by whom, for what.

The four families tell the same things in different places; what to look for is the same, so they are read by one function.
A custody result differs in one point: it is the reply to a query, and is known by its booking, not by the reply's number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.cases.received import Received
from pars.edge.formats.arrests import custody_stated
from pars.edge.formats.custody_said import custody_given
from pars.edge.formats.message import message_of
from pars.edge.formats.people import aliases_given, has_name, no_subject, person_stated, subject_of
from pars.edge.formats.xml_reading import Unreadable

if TYPE_CHECKING:
    from pars.core.cases.received import ArrestGiven, BookingGiven, Family
    from pars.edge.formats.families import Feed
    from pars.edge.formats.paper import Paper


def read_custody_document(paper: Paper, family: Family, feed: Feed) -> Received:
    """Return what is kept of an arrest report, a booking report or a charge referral."""
    message = message_of(paper)
    person = subject_of(paper)
    if person is None:
        raise no_subject(paper)
    stated = person_stated(paper, person)
    custody = custody_stated(paper, person, message.owner)
    refuse_nobody(paper, named=has_name(stated), arrests=custody.arrests, booking=custody.booking)
    return Received(
        feed=feed.name,
        owner=feed.owner,
        family=family,
        digest="",
        document_id=message.document_id,
        document_time=message.time,
        sequence=message.sequence,
        source=message.owner.name or message.owner.code,
        person=stated,
        aliases=aliases_given(paper, person),
        arrests=custody.arrests,
        booking=custody.booking,
        custody=custody_given(paper, person, message.time),
    )


def read_custody_result(paper: Paper, family: Family, feed: Feed) -> Received:
    """Return what is kept of a custody query's result, which is known by its booking."""
    received = read_custody_document(paper, family, feed)
    if not received.arrests and received.booking is None:
        raise Unreadable(
            "NO_ARREST",
            paper.root.line,
            "the document tells of neither an arrest nor a booking",
            "Supervision without a custody is not read; send the booking.",
        )
    booked = received.booking.record_id if received.booking is not None else None
    return replace(received, document_id=booked) if booked is not None else received


def refuse_nobody(paper: Paper, *, named: bool, arrests: tuple[ArrestGiven, ...], booking: BookingGiven | None) -> None:
    """Refuse a document that has neither a name nor a number under which the arrest could be known."""
    numbers = [number for arrest in arrests for number in (arrest.record_id, arrest.otn)]
    if not named and not any((*numbers, booking.record_id if booking is not None else None)):
        raise Unreadable(
            "NO_NAME",
            paper.root.line,
            "the document gives its subject no name, and no number of an arrest or booking",
            "Give the name as the person stated it, or the record's number.",
        )
