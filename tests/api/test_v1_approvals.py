"""A sweep and an export wait for a second person: asked for with the question, approved by somebody else, and then answered."""

from __future__ import annotations

from typing import Any

import httpx

from pars.actions import agreeing, identifying
from pars.core.ledger.entries import Kind
from pars.store.fsck import fsck
from tests.api.houses import PASSWORD, House, arrest, done, new_key, question
from tests.api.test_v1_questions import refused

RULE = {"over_rows": 2, "minutes": 60, "exports": "all"}


def moved_in(house: House) -> None:
    """Book three people; let the sheriff's agreement ask for a second person, and name one."""
    for surname in ("Doe", "Roe", "Poe"):
        assert house.post("/v1/arrests", arrest(surname), "booking").status_code == 201
    house.agree("sheriff", approval=RULE)
    person = identifying.make_account(username="sergeant", name="Sergeant", password=PASSWORD)
    authority = house.by["sheriff"].authority
    house.tokens["sergeant"] = identifying.issue_token(username="sergeant", client="sheriff-desk", authority=authority)
    done(agreeing.name_user(agreement="warrant-desk", person=person, holds=("terms_signed",), by=house.by["manager"]))


def request(house: House, asked: dict[str, Any], **parts: Any) -> int:
    answer = house.post("/v1/approvals", {"question": asked, **parts}, "sheriff")
    assert answer.status_code == 201, answer.content
    return int(answer.json()["entry"])


def export(house: House, asked: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {house.tokens['sheriff']}", "Idempotency-Key": new_key()}
    return httpx.post(f"{house.url}/v1/exports", json=asked, headers={**headers, "Accept": "application/x-ndjson"}, timeout=30)


def test_a_sweep_is_answered_once_somebody_else_approved_it(own_house: House) -> None:
    moved_in(own_house)
    asked = question("sheriff")
    said = refused(own_house, own_house.ask("sheriff", asked), 403, "APPROVAL_NEEDED")
    assert "approval" in said["detail"]
    assert own_house.ask("sheriff", {**asked, "rows": 2}).status_code == 200
    number = request(own_house, asked)
    approved = {**asked, "approval": number}
    refused(own_house, own_house.ask("sheriff", approved), 403, "NOT_APPROVED")

    address = f"/v1/agreements/warrant-desk/approvals/{number}"
    own = own_house.post(address, {}, "sheriff")
    assert (own.status_code, own.json()["reason"]) == (403, "SAME_PERSON")
    shown = own_house.get("/v1/agreements/warrant-desk/approvals", "sergeant").json()["requests"]
    assert [(one["asked"], one["question"]["columns"], one["approved_by"]) for one in shown] == [
        (number, asked["columns"], None)
    ]
    assert own_house.get("/v1/agreements/warrant-desk/approvals", "supervision").json()["requests"] == []
    assert own_house.post(address, {}, "supervision").status_code == 403
    given = own_house.post(address, {}, "sergeant")
    assert given.status_code == 200, given.content
    assert own_house.receipt_of(given).kind is Kind.APPROVAL_GIVEN
    assert own_house.post(address, {}, "city").json()["reason"] == "NO_REQUEST"

    answer = own_house.ask("sheriff", approved)
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["records"]) == 3
    assert own_house.receipt_of(answer).detail["approval"] == number
    for changes in ({"columns": ["record", "surname"]}, {"rows": 3}, {"where": [{"column": "surname", "is": "Doe"}]}):
        refused(own_house, own_house.ask("sheriff", {**approved, **changes}), 403, "OTHER_QUESTION")
    refused(own_house, own_house.ask("sergeant", approved), 403, "OTHER_QUESTION")
    refused(own_house, own_house.ask("sheriff", {**asked, "approval": 1}), 403, "OTHER_QUESTION")
    assert fsck() == ()


def test_an_export_is_approved_as_one_and_an_owner_may_approve_it(own_house: House) -> None:
    moved_in(own_house)
    by_name = [{"column": "surname", "is": "Doe"}, {"column": "given", "is": "Ann"}]
    asked = question("sheriff", where=by_name)
    assert own_house.ask("sheriff", asked).status_code == 200
    no = export(own_house, asked)
    assert (no.status_code, no.json()["reason"]) == (403, "APPROVAL_NEEDED")
    as_question = request(own_house, asked)
    assert own_house.post(f"/v1/agreements/warrant-desk/approvals/{as_question}", {}, "city").status_code == 200
    no = export(own_house, {**asked, "approval": as_question})
    assert (no.status_code, no.json()["reason"]) == (403, "OTHER_QUESTION")
    number = request(own_house, asked, export=True)
    assert own_house.post(f"/v1/agreements/warrant-desk/approvals/{number}", {}, "courts").status_code == 200
    yes = export(own_house, {**asked, "approval": number})
    assert yes.status_code == 200, yes.content
    assert b"Doe" in yes.content
    (opened,) = own_house.last_entries(Kind.EXPORT_OPENED, 1)
    assert opened.detail["approval"] == number
    assert fsck() == ()


def test_a_request_that_could_not_be_asked_is_refused_and_staff_ask_for_none(own_house: House) -> None:
    moved_in(own_house)
    body = {"question": question("sheriff", columns=["birthplace"])}
    answer = own_house.post("/v1/approvals", body, "sheriff")
    assert (answer.status_code, answer.json()["reason"]) == (403, "NOT_GRANTED")
    assert own_house.post("/v1/approvals", {"question": question("sheriff")}, "city").json()["reason"] == "NOT_AN_AGENCY"
    key = new_key()
    twice = [
        own_house.post("/v1/approvals", {"question": question("sheriff")}, "sheriff", key=key).json()["entry"] for _ in range(2)
    ]
    assert twice[0] == twice[1]
