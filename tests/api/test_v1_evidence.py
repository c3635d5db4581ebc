"""A docket number is looked up where the agreement says so: within its reach, and unknown wherever it can't show whose it is."""

from __future__ import annotations

import json
from typing import Any

from pars.core.access.purposes import listed
from pars.core.ledger.entries import Kind
from pars.edge.city.agreements import WARRANTS, version_text
from pars.store import evidence, ledger
from pars.store.fsck import fsck
from tests.api.houses import House, question
from tests.api.test_v1_cases import booked
from tests.api.test_v1_questions import refused

KNOWN, HIDDEN, NOBODYS = (f"MC-51-CR-000000{n}-2026" for n in (1, 2, 3))


def test_a_docket_is_looked_up_within_reach(own_house: House) -> None:
    for surname, docket in (("Doe", KNOWN), ("Roe", HIDDEN)):
        drive = booked(own_house, surname)
        drive.charge()
        assert drive.act("clerk", "dockets", {"number": docket}) is Kind.DOCKET_GIVEN
    document = json.loads(version_text(WARRANTS, number=1, start=ledger.now(), end={}))
    scope = {
        **document["scope"],
        "rows": {"column": "surname", "is": "Doe"},
    }  # whoever else there is, this agreement can't show
    own_house.agree("sheriff", checked=["docket"], purposes=[listed("warrant_service").demanding("docket")], scope=scope)

    def ask(number: str) -> Any:
        return own_house.ask("sheriff", question("sheriff", evidence={"kind": "docket", "value": number}))

    answer = ask(KNOWN)
    assert answer.status_code == 200, answer.content
    assert own_house.receipt_of(answer).detail["checked"] == 1
    hidden, absent = (refused(own_house, ask(number), 403, "EVIDENCE_NOT_FOUND") for number in (HIDDEN, NOBODYS))
    del hidden["receipt"], absent["receipt"]
    assert hidden == absent
    assert fsck() == ()


def test_what_nothing_here_can_look_up_is_answered_and_the_entry_says_so(own_house: House) -> None:
    assert "warrant_number" not in evidence.CHECKERS
    own_house.agree("sheriff", checked=["warrant_number"], on_behalf_of=[{"id": "fbi", "name": "Federal Bureau"}])
    answer = own_house.ask("sheriff", question("sheriff", on_behalf_of="fbi", note="asked for by telephone"))
    assert answer.status_code == 200, answer.content
    detail = own_house.receipt_of(answer).detail
    assert (detail["checked"], detail["behalf"]) == (0, "fbi")
    refused(own_house, own_house.ask("sheriff", question("sheriff", on_behalf_of="atf")), 403, "NOT_ON_BEHALF")
    assert fsck() == ()
