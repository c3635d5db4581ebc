"""What `/v1` refuses, and how: every no has its status, its reason, its place and, where it is known who called, its entry."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as django_connection
from django.test import Client

from pars.actions import agreeing, intake
from pars.core.ledger.entries import Kind
from pars.edge import attempts
from pars.store import ledger, refusals
from pars.store.connections import Retry
from tests.api.houses import PASSWORD, House, arrest, new_key

SHA = "0" * 64


def case(house: House, **changes: Any) -> str:
    """Book an arrest and return the case's address."""
    return f"/v1/cases/{house.post('/v1/arrests', arrest(**changes), 'booking').json()['case_id']}"


def refused(house: House, answer: Any, status: int, reason: str) -> dict[str, Any]:
    """See that an answer is a refusal that was entered; return the problem."""
    assert answer.status_code == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    said: dict[str, Any] = answer.json()
    assert said["reason"] == reason
    assert said["type"] == f"/problems/{reason.lower().replace('_', '-')}"
    entry = house.receipt_of(answer)
    assert entry.kind is Kind.REFUSED
    assert entry.detail["code"] == reason
    return said


def pointers(said: dict[str, Any]) -> list[str]:
    return [fault["pointer"] for fault in said["errors"]]


NOBODYS_CASE = "00000000-0000-4000-8000-000000000000"
"""The same in every process: it is part of the tests' names."""


ASKED_OF_A_SERVER = {"/v1/questions", "/v1/exports"}
"""What the guarded sender answers, not Django: tests of their own ask it."""


def every_post() -> list[str]:
    """Return the address of everything that takes a POST, with ids that lead nowhere."""
    found = []
    described = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
    for path, methods in described["paths"].items():
        if "post" in methods and path not in ASKED_OF_A_SERVER:
            address = path.replace("{case_id}", NOBODYS_CASE).replace("{agreement_id}", "nowhere")
            found.append(address.replace("{hold}", "1").replace("{detainer}", "1").replace("{doubt}", "1"))
    return found


# ---------------------------------------------------------------- who calls


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic eDp5", "Bearer ", "bearer\tx"])
def test_who_is_not_known_gets_nowhere_and_leaves_no_entry(house: House, header: str | None) -> None:
    before = house.get("/v1/agreements").json()
    from django.test import Client

    headers = {} if header is None else {"Authorization": header}
    failed = attempts.ATTEMPTS.count
    for answer in (
        Client(SERVER_NAME="localhost").get(f"/v1/cases/{uuid4()}", headers=headers),
        Client(SERVER_NAME="localhost").post("/v1/arrests", "{", content_type="application/json", headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.json()["reason"] == "UNAUTHENTICATED"
        assert answer["WWW-Authenticate"] == 'Bearer realm="pars"'
        assert "receipt" not in answer.json()
    assert attempts.ATTEMPTS.count == failed + 2
    assert house.get("/v1/agreements").json()["agreements"] == before["agreements"]


def test_an_agency_may_do_no_act_of_staff_nor_open_a_case_whether_it_is_there_or_not(house: House) -> None:
    there, nowhere = case(house), f"/v1/cases/{uuid4()}"
    said = [refused(house, house.get(path, "sheriff"), 403, "NO_GRANT") for path in (there, nowhere)]
    for one in said:
        del one["receipt"]
    assert said[0] == said[1]
    for path in (there, nowhere):
        refused(house, house.post(f"{path}/submission", None, "sheriff", seen=1), 403, "NO_GRANT")
    refused(house, house.post("/v1/arrests", arrest(), "sheriff"), 403, "NO_GRANT")


def test_a_role_that_does_not_allow_the_act_is_told_the_rule(house: House) -> None:
    said = refused(house, house.post(f"{case(house)}/submission", None, "bench", seen=1), 403, "NOT_YOUR_ACT")
    assert "magistrate" in said["detail"]
    assert "Ask a colleague" in said["detail"]
    refused(house, house.get(case(house), "auditor"), 403, "NOT_YOUR_ACT")


def test_nobody_acts_under_anothers_grant(house: House) -> None:
    from pars.actions import identifying

    house.tokens["thief"] = identifying.issue_token(username="clerk", client="desk", authority=house.by["booking"].authority)
    refused(house, house.post("/v1/arrests", arrest(), "thief"), 403, "NO_GRANT")
    refused(house, house.get(case(house), "thief"), 403, "NO_GRANT")


def test_who_is_refused_too_often_must_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.edge.api import answering

    monkeypatch.setattr(answering, "BUDGET", attempts.Budget(most=2))
    for _ in range(2):
        refused(house, house.post("/v1/arrests", arrest(), "clerk"), 403, "NOT_YOUR_ACT")
    answer = house.post("/v1/arrests", arrest(), "clerk")
    assert (answer.status_code, answer.json()["reason"]) == (429, "TOO_MANY_REFUSALS")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "receipt" not in answer.json()
    assert house.post("/v1/arrests", arrest(), "booking").status_code == 201


# ---------------------------------------------------------------- keys and versions


@pytest.mark.parametrize("path", every_post())
def test_every_post_needs_a_key(house: House, path: str) -> None:
    for key in ("", "two words", "x" * 121):
        said = refused(house, house.post(path, {}, "booking", seen=1, key=key), 400, "IDEMPOTENCY_KEY_NEEDED")
        assert pointers(said) == ["/Idempotency-Key"]


def test_a_change_names_the_version_it_was_decided_on(house: House) -> None:
    path = case(house)
    refused(house, house.post(f"{path}/submission", None, "booking"), 428, "VERSION_NEEDED")
    stale = refused(house, house.post(f"{path}/submission", None, "booking", seen=7), 412, "STALE")
    assert "you saw version 7, it is at version 1" in stale["detail"]
    from django.test import Client

    headers = {"Authorization": f"Bearer {house.tokens['booking']}", "Idempotency-Key": new_key(), "If-Match": '"abc"'}
    answer = Client(SERVER_NAME="localhost").post(f"{path}/submission", "", content_type="application/json", headers=headers)
    refused(house, answer, 412, "NO_SUCH_VERSION")
    assert house.post(f"{path}/submission", None, "booking", seen=1).json()["version"] == 2
    refused(house, house.post(f"{path}/submission", None, "booking", seen=1), 412, "STALE")


def test_a_repeat_is_done_once_and_told_the_same(house: House) -> None:
    key, body = new_key(), arrest("Once")
    first, again = (house.post("/v1/arrests", body, "booking", key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first["ETag"] == again["ETag"]
    path = f"/v1/cases/{first.json()['case_id']}"
    sent = new_key()
    one, two = (house.post(f"{path}/submission", None, "booking", seen=1, key=sent) for _ in range(2))
    assert one.json() == two.json()
    assert house.get(path, "booking").json()["version"] == 2


def test_a_refused_write_repeated_is_refused_the_same(house: House) -> None:
    path, key = case(house), new_key()
    one, two = (house.post(f"{path}/hearing", hearing(), "bench", seen=1, key=key) for _ in range(2))
    refused(house, one, 422, "NOT_READY")
    assert one.json() == two.json()


def hearing() -> dict[str, Any]:
    return {
        "time": "2026-01-05T12:00:00-05:00",
        "probable_cause": True,
        **dict.fromkeys(("rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"), True),
    }


def test_a_key_is_good_for_one_request(house: House) -> None:
    key = new_key()
    assert house.post("/v1/arrests", arrest("One"), "booking", key=key).status_code == 201
    said = refused(house, house.post("/v1/arrests", arrest("Two"), "booking", key=key), 422, "IDEMPOTENCY_KEY_REUSED")
    assert pointers(said) == ["/Idempotency-Key"]
    # Another's key of the same name is another key.
    refused(house, house.post("/v1/arrests", arrest("One"), "clerk", key=key), 403, "NOT_YOUR_ACT")


def test_two_at_once_are_one_act(house: House) -> None:
    key, body = new_key(), arrest("Together")

    def send(_: int) -> tuple[int, Any]:
        try:
            answer = house.post("/v1/arrests", body, "booking", key=key)
            return answer.status_code, answer.json()
        finally:
            django_connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(send, range(4)))
    assert {status for status, _ in told} == {201}
    assert len({json.dumps(said, sort_keys=True) for _, said in told}) == 1


# ---------------------------------------------------------------- what can't be read


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "Field required"),
        (b"{", "isn't JSON"),
        (b"\xff\xfe{\x00}\x00", "isn't JSON"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "a number"),
        (b"[" * 5000, "isn't JSON"),
        (b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", "too deep"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "isn't JSON"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(house: House, body: bytes, says: str) -> None:
    said = refused(house, house.post("/v1/arrests", body, "booking"), 400, "MALFORMED")
    assert says in said["errors"][0]["says"] or "dictionary" in said["errors"][0]["says"]


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"person": {"surname": 5}}, ["/person/surname"]),
        ({"person": {"surname": "a\x00b"}}, ["/person/surname"]),
        ({"person": {"surname": "Doe", "ssn": "078-05-1120"}}, ["/person"]),
        ({"smith": 1}, [""]),
        ({"arrests": []}, ["/arrests"]),
        ({"zone": "Mars/Olympus"}, ["/zone"]),
        ({"booking": {"time": "yesterday"}}, ["/booking/time"]),
        ({"booking": {"time": "0001-01-01"}}, ["/booking/time"]),
        ({"arrests": [{"agency": "City Police", "warrant": "yes", "charges": [{"statute": "1"}]}]}, ["/arrests/0/warrant", "/arrests/0/charges/0/description"]),
    ],
)  # fmt: skip
def test_each_place_at_fault_is_named_and_no_value_is_repeated(house: House, changes: Any, places: list[str]) -> None:
    answer = house.post("/v1/arrests", {**arrest(), **changes}, "booking")
    said = refused(house, answer, 400, "MALFORMED")
    assert pointers(said) == places
    for word in ("078-05-1120", "ssn", "smith", "Mars", "yesterday"):
        assert word not in answer.content.decode()


def test_what_is_against_a_rule_is_told_with_its_place(house: House) -> None:
    body = arrest()
    body["arrests"][0]["time"] = "2199-01-01T00:00:00Z"
    said = refused(house, house.post("/v1/arrests", body, "booking"), 422, "TIME_IN_FUTURE")
    assert pointers(said) == ["/arrests/0/time"]
    preview = {"types": ["ROR"], "amount_cents": 5}
    answer = house.post(f"{case(house)}/release-orders/preview", preview, "bench")
    assert pointers(refused(house, answer, 422, "NO_MONEY_HERE")) == ["/amount_cents"]


# ---------------------------------------------------------------- what isn't there


def test_a_case_that_is_not_there_is_absent_also_to_staff(house: House) -> None:
    refused(house, house.get(f"/v1/cases/{uuid4()}", "booking"), 404, "NO_SUCH_CASE")
    refused(house, house.post(f"/v1/cases/{uuid4()}/submission", None, "booking", seen=1), 404, "NO_SUCH_CASE")
    for name in ("1", "SMITH", "%00", "..", f"{uuid4()}".upper()):
        refused(house, house.get(f"/v1/cases/{name}", "booking"), 404, "ABSENT")


def test_addresses_that_are_none_are_problems_too(house: House) -> None:
    for path in ("/v1", "/v1/", "/v1/smith", "/log/smith/jones", "/v1/cases"):
        answer = house.get(path)
        assert (answer.status_code, answer.json()["reason"]) == (404, "ABSENT")
        assert "smith" not in answer.content.decode()
    answer = house.get("/v1/arrests", "booking")
    assert (answer.status_code, answer.json()["reason"], answer["Allow"]) == (405, "METHOD", "POST")


@pytest.mark.parametrize("path", ["/v1/questions/", "/v1//questions", "/v1/smith", "/v1/smith%0Ajones", "/log/x"])
def test_a_write_to_an_address_that_is_none_is_the_same_problem_and_no_page(house: House, path: str) -> None:
    answer = Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post(path, "{}", content_type="application/json")
    assert (answer.status_code, answer["content-type"]) == (404, "application/problem+json")
    assert answer.json()["reason"] == "ABSENT"


def test_no_refusal_is_logged_with_its_path(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.get("/v1/cases/smith", "booking")
    house.get("/v1/smith")
    house.get("/v1/arrests", "booking")
    assert "smith" not in caplog.text
    assert "arrests" not in caplog.text


# ---------------------------------------------------------------- signatures


def test_a_signature_needs_the_signers_password_and_the_text_that_was_read(house: House) -> None:
    path = case(house)
    signature = {"text_sha256": SHA, "password": "not-the-password"}
    refused(house, house.post(f"{path}/complaint", signature, "charging", seen=1), 403, "WRONG_PASSWORD")
    house.post(f"{path}/submission", None, "booking", seen=1)
    charge = [f["n"] for f in house.get(path, "charging").json()["facts"] if f["kind"] == "charge_proposed"]
    choices = [{"decision": "APPROVE", "proposed": n} for n in charge]
    house.post(f"{path}/charge-decisions", {"choices": choices}, "charging", seen=2)
    signature = {"text_sha256": SHA, "password": PASSWORD}
    said = refused(house, house.post(f"{path}/complaint", signature, "charging", seen=3), 409, "TEXT_CHANGED")
    assert pointers(said) == ["/text_sha256"]
    order = {"terms": {"types": ["ROR"]}, "signature": {"text_sha256": SHA, "password": "x"}}
    refused(house, house.post(f"{path}/release-orders", order, "bench", seen=3), 403, "WRONG_PASSWORD")


# ---------------------------------------------------------------- what breaks


def test_a_failure_is_entered_in_a_transaction_of_its_own_and_tells_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(**_: Any) -> None:
        raise KeyError("Smith, Jane")

    monkeypatch.setattr(intake, "book_arrest", breaks)
    answer = house.post("/v1/arrests", arrest(), "booking")
    assert (answer.status_code, answer.json()["reason"]) == (500, "INTERNAL")
    assert house.receipt_of(answer).detail["code"] == "FAILED"
    assert "Smith" not in answer.content.decode()
    assert "Smith" not in caplog.text
    assert "KeyError" in caplog.text


def test_what_is_overtaken_again_and_again_is_refused_for_now(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(**_: Any) -> None:
        raise Retry("again")

    monkeypatch.setattr(agreeing, "propose", overtaken)
    said = refused(house, house.post("/v1/agreements", {}, "manager"), 503, "OVERTAKEN")
    assert said["status"] == 503


def test_without_the_database_everything_is_refused_and_nothing_entered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from psycopg import OperationalError

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(ledger, "begin_act", away)
    monkeypatch.setattr(refusals, "enter", away)
    answer = house.post("/v1/arrests", arrest(), "booking")
    assert (answer.status_code, answer.json()["reason"]) == (503, "UNAVAILABLE")
    assert "receipt" not in answer.json()
    missing = house.post("/v1/arrests", arrest(), "booking", key="")
    assert (missing.status_code, missing.json()["reason"]) == (503, "UNAVAILABLE")
