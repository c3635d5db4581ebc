"""Documents of other systems: one act and one entry each; the same one changes nothing, two at once make one case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pars.actions import intake
from pars.actions.beats import Done, Refused
from pars.actions.intake import DocumentTaken
from pars.core.cases.case import identity
from pars.core.cases.received import ArrestGiven, BookingGiven, PersonStated, Received
from pars.core.ledger.entries import By, Kind
from pars.core.terms import StatedTime
from tests import desks
from tests.desks import REGISTRAR, ZONE, at_once
from tests.ledgers import staff

PERSON = PersonStated(surname="Whitlock", given="Marian", birth_date=StatedTime("1990-06-01", ZONE))


def document(**parts: Any) -> Received:
    """Return an arrest report, with some parts otherwise."""
    given: dict[str, Any] = {
        "feed": "registrar",
        "owner": "police",
        "family": "ARREST",
        "digest": "a" * 64,
        "document_id": "D-1",
        "document_time": desks.stated(-2),
        "person": PERSON,
        "arrests": (
            ArrestGiven(agency="City Police", record_id="R-1", otn="X1234567", time=desks.stated(-3), charges=(desks.THEFT,)),
        ),
    }
    return Received(**{**given, **parts})


def taken(outcome: object) -> DocumentTaken:
    assert isinstance(outcome, DocumentTaken), outcome
    return outcome


def refusal(outcome: object, code: str) -> Refused:
    assert isinstance(outcome, Refused), outcome
    assert outcome.refusal.code == code, outcome.refusal
    return outcome


def test_a_document_makes_a_case_and_again_changes_nothing(opened, owner, entries):
    first = document()
    done = taken(intake.receive(received=first, by=REGISTRAR))
    assert done.changed
    entry = entries()[-1]
    assert (entry.id, entry.kind, entry.detail["version"]) == (done.done.entry, Kind.DOCUMENT_RECEIVED, 1)
    assert owner.execute("select count(*) from cases.document_received where entry = %s", [entry.id]).fetchone() == (1,)
    assert "Whitlock" not in str(entry)
    again = taken(intake.receive(received=first, by=REGISTRAR))
    assert not again.changed
    assert (again.done.case_id, again.done.version, again.done.entry) == (done.done.case_id, 1, entry.id + 1)
    assert entries()[-1].detail["facts"] == 0


def test_a_newer_document_corrects_and_an_older_one_does_not_override(opened):
    done = taken(intake.receive(received=document(), by=REGISTRAR)).done
    assert done.case_id is not None
    newer = document(digest="b" * 64, person=replace(PERSON, address="2 New Street"))
    assert taken(intake.receive(received=newer, by=REGISTRAR)).done.version == 2
    older = document(
        digest="c" * 64, document_id="D-0", document_time=desks.stated(-9), person=replace(PERSON, address="1 Old Street")
    )
    taken(intake.receive(received=older, by=REGISTRAR))
    stands = identity(desks.load(done.case_id))
    assert stands is not None
    assert stands.address == "2 New Street"


def test_two_at_once_about_one_arrest_make_one_case(opened, owner):
    documents = [document(digest=digit * 64, document_id=f"D-{digit}") for digit in "abc"]
    told = at_once(lambda n: intake.receive(received=documents[n], by=REGISTRAR), 3)
    assert len({taken(one).done.case_id for one in told}) == 1
    assert sorted(taken(one).done.version for one in told) == [1, 2, 3]
    assert owner.execute("select count(*) from cases.case_file").fetchone() == (1,)


def test_numbers_of_two_cases_are_refused_naming_both(opened, entries):
    first = taken(intake.receive(received=document(), by=REGISTRAR)).done
    other = document(
        digest="b" * 64,
        document_id="D-2",
        arrests=(ArrestGiven(agency="City Police", record_id="R-2", otn="X7654321", time=desks.stated(-3)),),
    )
    second = taken(intake.receive(received=other, by=REGISTRAR)).done
    both = document(
        digest="c" * 64,
        document_id="D-3",
        arrests=(
            ArrestGiven(agency="City Police", record_id="R-1", time=desks.stated(-3)),
            ArrestGiven(agency="City Police", record_id="R-2", time=desks.stated(-3)),
        ),
    )
    refused = refusal(intake.receive(received=both, by=REGISTRAR), "CONFLICTING_MATCH")
    assert first.case_id is not None
    assert second.case_id is not None
    assert first.case_id in refused.refusal.says
    assert second.case_id in refused.refusal.says
    assert entries()[-1].detail["code"] == "CONFLICTING_MATCH"
    assert first.case_id not in str(entries()[-1])


def test_a_document_that_cannot_open_a_case_is_refused(opened, owner):
    refusal(intake.receive(received=document(person=None), by=REGISTRAR), "NO_SUBJECT")
    refusal(intake.receive(received=document(status_only=True), by=REGISTRAR), "NO_ARREST_HERE")
    assert owner.execute("select count(*) from cases.case_file").fetchone() == (0,)


def test_another_owners_facts_are_left_out_and_listed(opened):
    done = taken(intake.receive(received=document(), by=REGISTRAR)).done
    custody = document(
        owner="custodian",
        family="BOOKING",
        digest="b" * 64,
        document_id="B-1",
        document_time=desks.stated(-1),
        person=replace(PERSON, given="Mary"),
        booking=BookingGiven(agency="City Jail", record_id="B-1", time=desks.stated(-1)),
    )
    later = taken(intake.receive(received=custody, by=REGISTRAR))
    assert later.done.case_id == done.case_id
    assert any(path.startswith("person") for path in later.unmapped)


def test_who_may_not_takes_in_nothing(opened, owner):
    for by, code in (
        (staff("clerk"), "NOT_YOUR_ACT"),
        (By("stranger", "grant:none"), "NO_GRANT"),
        (By("stranger", "grant:registrar"), "NO_GRANT"),
    ):
        refusal(intake.receive(received=document(), by=by), code)
    assert owner.execute("select count(*) from cases.case_file").fetchone() == (0,)


def test_a_feed_writes_under_its_own_grant(opened):
    assert intake.grant_of_feed("registrar") == "grant:registrar"
    for nobody in ("clerk", "nobody"):
        with pytest.raises(LookupError):
            intake.grant_of_feed(nobody)


def test_a_document_and_a_hand_on_one_case_come_one_after_the_other(opened):
    done = taken(intake.receive(received=document(), by=REGISTRAR)).done
    assert done.case_id is not None
    case_id = done.case_id
    newer = document(digest="b" * 64, person=replace(PERSON, address="2 New Street"))
    told = at_once(
        lambda n: intake.receive(received=newer, by=REGISTRAR) if n else desks.step(case_id, "submit"),
        2,
    )
    assert isinstance(told[1], DocumentTaken)
    assert isinstance(told[0], Done | Refused)
    assert desks.load(case_id).version == 2 + isinstance(told[0], Done)
