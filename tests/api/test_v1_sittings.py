"""`/v1` for the court's session: called, passed, numbered, served, acknowledged, and closed with a signed record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import sitting
from pars.core.ledger.entries import Kind
from pars.core.terms import moment
from pars.store import ledger
from tests.api.houses import PASSWORD, arrest
from tests.api.test_v1_cases import booked

if TYPE_CHECKING:
    from tests.api.houses import House


BORN = arrest("Sessions")["person"]["birth_date"]


def now() -> str:
    return moment(ledger.now(), sitting.ZONE).isoformat()


def test_a_case_goes_through_a_session_and_the_session_is_closed(house: House) -> None:
    drive = booked(house, "Sessions")
    drive.charge()
    drive.interview()
    assert drive.act("clerk", "calls", {"video": True}) is Kind.CASE_CALLED
    early = house.post(f"{drive.path}/calls", {}, "clerk", seen=drive.seen)
    assert (early.status_code, early.json()["reason"]) == (422, "ALREADY_CALLED")
    assert drive.act("bench", "passes", {"reason": "BROKEN_OFF"}) is Kind.CASE_PASSED
    assert drive.act("bench", "positions", {"side": "DEFENSE", "says": "Release"}) is Kind.POSITION_STATED
    assert drive.act("clerk", "calls", {}) is Kind.CASE_CALLED
    drive.hear()
    drive.order(types=["NONMONETARY"], conditions=["STAY_AWAY"], conditions_note="Not near 9 Quillon Row.")
    assert drive.act("clerk", "dockets", {"number": "MC-51-CR-0012345-2018"}) is Kind.DOCKET_GIVEN
    assert drive.act("clerk", "results", {"to": "CUSTODY", "receipt": "Sergeant on duty"}) is Kind.RESULT_SENT
    service: dict[str, Any] = {
        "order": drive.number("clerk", "release_ordered"), "on": "DEFENDANT", "time": now(), "language": "en",
    }  # fmt: skip
    wrong = house.post(f"{drive.path}/services", {**service, "read": "1901-01-01"}, "clerk", seen=drive.seen)
    assert (wrong.status_code, wrong.json()["reason"]) == (422, "WRONG_PERSON")
    assert drive.act("custodian", "services", {**service, "read": BORN}) is Kind.ORDER_SERVED
    close_it(house)


def close_it(house: House) -> None:
    starts = sitting.session_now().starts.text
    path = f"/v1/sessions/{starts}"
    counts = house.get(path, "clerk").json()
    assert counts["counts"]["heard"] >= 1
    assert counts["record"] is None
    for name in ("booking", "charging", "custodian", "defense"):
        told = house.get(path, name)
        assert (told.status_code, told.json()["reason"]) == (403, "NOT_YOUR_ACT"), name
        assert "counts" not in told.json(), "what nobody has signed yet is the court's own"
    refused = house.post(f"{path}/records", {"password": "not it"}, "clerk")
    assert refused.json()["reason"] == "WRONG_PASSWORD"
    assert house.post(f"{path}/records", {"password": PASSWORD}, "booking").json()["reason"] == "NOT_YOUR_ACT"
    closed = house.post(f"{path}/records", {"password": PASSWORD}, "clerk")
    if counts["counts"]["unsettled"]:  # other tests of this house left somebody before the court
        assert closed.json()["reason"] == "CASES_OPEN"
    else:
        assert closed.status_code == 200, closed.content
        assert house.receipt_of(closed).kind is Kind.SESSION_CLOSED
        again = house.post(f"{path}/records", {"password": PASSWORD}, "clerk")
        assert again.json()["reason"] == "SESSION_CLOSED"
        amended = {"password": PASSWORD, "amends": closed.json()["entry"], "amended": "CORRECTED"}
        assert house.post(f"{path}/records", amended, "clerk").status_code == 200
        assert house.get(path, "clerk").json()["record"]["amended"] == "CORRECTED"
    for none in ("2026-02-20T05:00", "2026-02-31T04:00"):
        assert house.get(f"/v1/sessions/{none}", "clerk").json()["reason"] == "NO_SUCH_SESSION"
        gone = house.post(f"/v1/sessions/{none}/records", {"password": PASSWORD}, "clerk")
        assert gone.json()["reason"] == "NO_SUCH_SESSION"
