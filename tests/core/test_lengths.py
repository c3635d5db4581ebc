"""A name or number by which a case is found again fits where it is looked up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pars.core.cases.booking import book_arrest, correct_facts
from pars.core.cases.case import Change, identity
from pars.core.cases.received import ArrestGiven, BookingGiven, PersonStated, Received
from pars.core.cases.receiving import receive
from pars.core.terms import Refusal, StatedTime, instant

NOW = instant(datetime(2026, 11, 23, 12, tzinfo=UTC))
ZONE = "America/New_York"
LONG = "\U0001f600" * 301
FITS = "\U0001f600" * 300
PERSON = PersonStated(surname="Whitlock", given="Marian", birth_date=StatedTime("1990-06-01", ZONE))
ARREST = ArrestGiven(agency="City Police", time=StatedTime("2026-11-22", ZONE))


def book(person: PersonStated = PERSON, arrest: ArrestGiven = ARREST, booking: BookingGiven | None = None) -> Change | Refusal:
    return book_arrest("c", at=NOW, person=person, arrests=[arrest], booking=booking)


@pytest.mark.parametrize(
    ("name", "booked"),
    [
        *(
            (part, lambda text, part=part: book(person=replace(PERSON, **{part: text})))
            for part in ("surname", "given", "full")
        ),
        *(
            (part, lambda text, part=part: book(arrest=replace(ARREST, **{part: text})))
            for part in ("agency", "record_id", "otn", "incident_number")
        ),
        *((part, lambda text, part=part: book(booking=BookingGiven(**{part: text}))) for part in ("agency", "record_id")),
    ],
)
def test_what_is_too_long_is_refused_by_name(name, booked) -> None:
    assert isinstance(booked(FITS), Change)
    refusal = booked(LONG)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == ("TOO_LONG", (name,))
    assert "longer than 300 characters" in refusal.says
    assert refusal.remedy


@pytest.mark.parametrize("part", ["middle", "suffix"])
def test_the_parts_of_a_name_together_are_held_to_it(part: str) -> None:
    long = replace(PERSON, surname=FITS, given=FITS[:-3])
    assert isinstance(book(person=replace(long, **{part: "x" * 100})), Change)
    refusal = book(person=replace(long, **{part: "x" * 250}))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == ("TOO_LONG", ("given", "middle", "surname", "suffix"))


def test_corrections_and_documents_are_held_to_it_too() -> None:
    opened = book()
    assert isinstance(opened, Change)
    who = identity(opened.case)
    assert who is not None
    refusal = correct_facts(opened.case, 1, [replace(who, corrects=who.n, surname=LONG)], why="card", at=NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "TOO_LONG"
    document = Received(feed="f", owner="police", family="ARREST", digest="a" * 64, person=PERSON, arrests=(ARREST,))
    assert isinstance(receive(None, document, case_id="c", at=NOW), Change)
    for odd in (replace(document, source=LONG * 3), replace(document, person=replace(PERSON, given=LONG))):
        refusal = receive(None, odd, case_id="c", at=NOW)
        assert isinstance(refusal, Refusal)
        assert refusal.code == "TOO_LONG"
