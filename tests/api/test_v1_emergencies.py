"""Edge 43: an emergency is asked without evidence where the agreement allows it, alarms the owners, and stops everything unreviewed."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from pars.core.access import emergency
from pars.core.ledger.entries import Kind
from pars.store.fsck import fsck
from tests.api.houses import House, arrest, question
from tests.api.test_v1_questions import refused

RULE = {"reasons": ["LIFE_AT_RISK"], "waives": ["evidence"], "review_hours": 24}


def owed(house: House, who: str = "city") -> list[Any]:
    return list(house.get("/v1/emergencies", who).json()["emergencies"])


def test_edge_43_an_emergency_is_answered_alarms_the_owners_and_is_reviewed(own_house: House) -> None:
    assert own_house.post("/v1/arrests", arrest(), "booking").status_code == 201
    own_house.agree("sheriff", emergency=RULE)
    asked = question("sheriff", evidence=None)
    refused(own_house, own_house.ask("sheriff", asked), 403, "NO_EVIDENCE")
    refused(own_house, own_house.ask("sheriff", {**asked, "emergency": "ESCAPE"}), 403, "NOT_AN_EMERGENCY")
    answer = own_house.ask("sheriff", {**asked, "emergency": "LIFE_AT_RISK"})
    assert answer.status_code == 200, answer.content
    entry = own_house.receipt_of(answer)
    assert (entry.detail["emergency"], "evidence" in entry.detail) == ("LIFE_AT_RISK", False)

    [alarm] = [one for one in owed(own_house) if one["answer"] == entry.id]
    assert (alarm["answer"], alarm["agreement"], alarm["person"]) == (entry.id, "warrant-desk", own_house.by["sheriff"].person)
    assert owed(own_house, "sheriff") == owed(own_house, "booking") == []
    address, found = "/v1/agreements/warrant-desk/reviews", {"answer": entry.id, "finding": "JUSTIFIED"}
    assert own_house.post(address, found, "sheriff").json()["reason"] == "NO_GRANT"
    assert own_house.post(address, found, "booking").json()["reason"] == "NOT_YOUR_ACT"
    assert own_house.post(address, {**found, "finding": "FINE"}, "city").json()["reason"] == "UNKNOWN_FINDING"
    assert own_house.post(address, {**found, "answer": entry.id - 1}, "city").json()["reason"] == "NO_EMERGENCY"
    done = own_house.post(address, found, "courts")
    assert done.status_code == 200, done.content
    assert own_house.receipt_of(done).kind is Kind.EMERGENCY_REVIEWED
    assert owed(own_house) == []
    assert own_house.post(address, found, "city").json()["reason"] == "NO_EMERGENCY"
    assert fsck() == ()
    # What a row repeats of its entry is held to it, also where no rule rests on it.
    with psycopg.connect(own_house.owner, autocommit=True) as owner:
        owner.execute("alter table governance.emergency_reviewed disable trigger user")
        owner.execute("update governance.emergency_reviewed set finding = 'NOT_JUSTIFIED'")
    number = own_house.receipt_of(done).id
    assert [(one.what, one.where) for one in fsck()] == [("ROWS", f"emergency_reviewed {number}")]


def test_a_review_that_is_overdue_stops_every_answer_until_it_is_made(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_house.post("/v1/arrests", arrest(), "booking").status_code == 201
    monkeypatch.setattr(emergency, "HOUR", 1)  # a day's wait in microseconds
    own_house.agree("sheriff", emergency=RULE)
    answer = own_house.ask("sheriff", question("sheriff", evidence=None, emergency="LIFE_AT_RISK"))
    assert answer.status_code == 200, answer.content
    refused(own_house, own_house.ask("sheriff", question("sheriff")), 403, "REVIEW_OVERDUE")
    stands = own_house.get("/v1/agreements/warrant-desk").json()
    assert stands["state"] == "SUSPENDED"
    assert "Overdue: the owners' review of an emergency." in stands["says"]
    for page, says in {
        "/public": "An emergency was to be reviewed by an owner",
        "/public?lang=es": "debía revisar una emergencia",
    }.items():
        assert says in own_house.get(page).content.decode()
    body = {"answer": answer.json()["receipt"]["entry"], "finding": "NOT_JUSTIFIED"}
    assert own_house.post("/v1/agreements/warrant-desk/reviews", body, "city").status_code == 200
    assert own_house.get("/v1/agreements/warrant-desk").json()["state"] == "IN_FORCE"
    assert own_house.ask("sheriff", question("sheriff")).status_code == 200
    assert fsck() == ()
