"""`POST /v1/questions` over real sockets: what is granted is answered, everything else refused, and both leave an entry."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx
import pytest

from pars.actions import disclosing
from pars.core.ledger.entries import Kind
from pars.store import governance, ledger, vault, witnessed
from tests.api.houses import House, arrest, new_key, question


@pytest.fixture(scope="module")
def served(served_house: House) -> House:
    """Give a house in which the sheriff and the supervision bureau may ask, with a few people booked."""
    for surname, given in (("Doe", "Ann"), ("Roe", "Bob"), ("Poe", "Cy")):
        assert served_house.post("/v1/arrests", arrest(surname, given), "booking").status_code == 201
    assert served_house.post("/v1/arrests", arrest("Child", born="2015-01-01"), "booking").status_code == 201
    for who in ("sheriff", "supervision"):
        served_house.agree(who, limits={"questions_per_day": 2000, "rows_per_reply": 10})
    return served_house


def refused(house: House, answer: httpx.Response, status: int, reason: str) -> dict[str, Any]:
    """See that an answer is a refusal that was entered; return the problem."""
    assert answer.status_code == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    said: dict[str, Any] = answer.json()
    assert said["reason"] == reason
    entry = house.receipt_of(answer)
    assert entry.kind is Kind.REFUSED
    assert entry.detail["code"] == reason
    assert "records" not in said
    return said


def pointers(said: dict[str, Any]) -> set[str]:
    return {fault["pointer"] for fault in said["errors"]}


def surnames(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.content
    return sorted(row["surname"] for row in answer.json()["records"])


# ---------------------------------------------------------------- answers


def test_an_answer_says_what_was_granted_under_what_and_with_which_receipt(served: House) -> None:
    answer = served.ask("sheriff", question("sheriff", where=[{"column": "surname", "is": "Doe"}]))
    assert answer.status_code == 200, answer.content
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said.keys() == {"records", "agreement", "as_of", "receipt", "never_shown", "next"}
    (record,) = said["records"]
    assert record.keys() == {"record", "surname", "birth_date"}
    assert (record["surname"], record["birth_date"]) == ("Doe", "1980-05-01")
    assert said["next"] is None
    public = served.get("/v1/agreements/warrant-desk").json()
    assert (said["agreement"]["id"], said["agreement"]["version"]) == ("warrant-desk", public["version"]["hash"])
    assert said["agreement"]["ends_at"] == public["ends_at"]
    assert said["never_shown"] == public["never_shown"]["en"]
    entry = served.receipt_of(answer)
    assert entry.kind is Kind.DISCLOSED
    assert said["as_of"] == said["receipt"]["at"]
    # The entry holds the hash of the very bytes that are the records.
    sent = answer.content.removeprefix(b'{"records":').partition(b',"agreement":')[0]
    assert entry.detail["out"] == sha256(sent).hexdigest()
    assert "Doe" not in str(entry)


def test_what_is_out_of_scope_looks_like_what_is_not_there(served: House) -> None:
    closed = served.ask("sheriff", question("sheriff", where=[{"column": "surname", "is": "Child"}]))
    absent = served.ask("sheriff", question("sheriff", where=[{"column": "surname", "is": "Nobody"}]))
    told = []
    for answer in (closed, absent):
        assert answer.status_code == 200
        said = answer.json()
        for name in ("receipt", "as_of"):
            del said[name]
        told.append((said, sorted(answer.headers.keys() - {"date"})))
    assert told[0] == told[1]
    assert told[0][0]["records"] == []


def test_pages_follow_each_other_and_each_is_decided_and_entered(served: House) -> None:
    asked = question("sheriff", rows=2, where=[{"column": "surname", "one_of": ["Doe", "Roe", "Poe"]}])
    first = served.ask("sheriff", asked)
    assert len(first.json()["records"]) == 2
    second = served.ask("sheriff", {**asked, "after": first.json()["next"]})
    assert second.json()["next"] is None
    assert sorted(surnames(first) + surnames(second)) == ["Doe", "Poe", "Roe"]
    assert served.receipt_of(second).detail["follows"] == first.json()["receipt"]["entry"]
    other = {**asked, "columns": ["surname"], "after": first.json()["next"]}
    refused(served, served.ask("sheriff", other), 400, "WRONG_CURSOR")
    foreign = question("supervision", columns=["surname"], after=first.json()["next"])
    refused(served, served.ask("supervision", foreign), 400, "WRONG_CURSOR")


def test_a_page_needs_no_handle(served: House) -> None:
    asked = question("sheriff", rows=2, columns=["surname"], where=[{"column": "surname", "one_of": ["Doe", "Roe", "Poe"]}])
    first = served.ask("sheriff", asked)
    rest = served.ask("sheriff", {**asked, "after": first.json()["next"]})
    assert sorted(surnames(first) + surnames(rest)) == ["Doe", "Poe", "Roe"]


def test_a_repeat_is_decided_anew_and_its_entry_names_the_first(served: House) -> None:
    key, asked = new_key(), question("sheriff", where=[{"column": "surname", "is": "Later"}])
    first = served.ask("sheriff", asked, key=key)
    assert surnames(first) == []
    assert served.post("/v1/arrests", arrest("Later"), "booking").status_code == 201
    again = served.ask("sheriff", asked, key=key)
    assert surnames(again) == ["Later"]
    assert served.receipt_of(again).detail["repeats"] == first.json()["receipt"]["entry"]
    assert "repeats" not in served.receipt_of(first).detail


def test_a_refused_question_repeated_names_the_first_too(served: House) -> None:
    key, asked = new_key(), question("sheriff", columns=["address"])
    first, again = (served.ask("sheriff", asked, key=key) for _ in range(2))
    refused(served, first, 403, "NOT_GRANTED")
    refused(served, again, 403, "NOT_GRANTED")
    assert served.receipt_of(again).detail["repeats"] == first.json()["receipt"]["entry"]


def test_a_key_is_good_for_one_question(served: House) -> None:
    key = new_key()
    assert served.ask("sheriff", question("sheriff"), key=key).status_code == 200
    said = refused(served, served.ask("sheriff", question("sheriff", rows=1), key=key), 422, "IDEMPOTENCY_KEY_REUSED")
    assert pointers(said) == {"/Idempotency-Key"}
    refused(served, served.ask("sheriff", question("sheriff", columns=["address"]), key=key), 422, "IDEMPOTENCY_KEY_REUSED")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"columns": ["record", "address"]}, {"/columns/1"}),
        ({"where": [{"column": "otn", "is": "U1"}]}, {"/where/0"}),
        ({"where": [{"column": "district", "within": {"from": "A"}}]}, {"/where/0"}),
        ({"sort": ["next_court"]}, {"/sort/0"}),
        (
            {"columns": ["sex"], "where": [{"column": "sex", "one_of": ["F"]}], "sort": ["sex"]},
            {"/columns/0", "/where/0", "/sort/0"},
        ),
    ],
)
def test_a_column_that_is_not_granted_is_refused_in_every_clause(served: House, changes: Any, places: set[str]) -> None:
    said = refused(served, served.ask("sheriff", question("sheriff", **changes)), 403, "NOT_GRANTED")
    assert {place.removesuffix("/column") for place in pointers(said)} == places


def test_what_is_asked_without_a_reason_of_its_own(served: House) -> None:
    said = refused(served, served.ask("sheriff", question("sheriff", evidence=None)), 403, "NO_EVIDENCE")
    assert pointers(said) == {"/evidence"}
    wrong = question("sheriff", evidence={"kind": "case_number", "value": "CN-1"})
    assert pointers(refused(served, served.ask("sheriff", wrong), 403, "WRONG_EVIDENCE")) == {"/evidence/kind"}
    said = refused(served, served.ask("sheriff", question("sheriff", purpose="look_around")), 403, "UNKNOWN_PURPOSE")
    assert pointers(said) == {"/purpose"}
    assert "warrant_service" in said["detail"]


def test_nobody_behind_the_question_no_answer(served: House) -> None:
    refused(served, served.ask("sheriff-nobody", question("sheriff")), 403, "NO_PERSON")
    refused(served, served.ask("stranger", question("supervision", columns=["surname"])), 403, "NOT_NAMED")


def test_only_an_agencys_bound_system_asks(served: House) -> None:
    from pars.actions import identifying

    said = refused(served, served.ask("booking", question("sheriff")), 403, "NOT_AN_AGENCY")
    assert "/v1/cases/" in said["detail"]
    authority = served.by["sheriff"].authority
    served.tokens["laptop"] = identifying.issue_token(username="sheriff", client="a-laptop", authority=authority)
    refused(served, served.ask("laptop", question("sheriff")), 403, "CLIENT_NOT_BOUND")
    served.tokens["elsewhere"] = identifying.issue_token(username="sheriff", client="x", authority="agency:elsewhere")
    refused(served, served.ask("elsewhere", question("sheriff")), 403, "NO_AGREEMENT")


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (b"{", {""}),
        (b"", {""}),
        (b"[]", {"/"}),
        ({"purpose": "warrant_service"}, {"/columns"}),
        ({"columns": ["surname"]}, {"/purpose"}),
        (question("sheriff", columns=["surname", "shoe_size"]), {"/columns/1"}),
        (question("sheriff", where=[{"column": "surname"}]), {"/where/0"}),
        (question("sheriff", where={"surname": "Doe"}), {"/where"}),
        (question("sheriff", rows=0), {"/rows"}),
        (question("sheriff", after="made up mark"), {"/after"}),
        ({**question("sheriff"), "smith": 1}, {"/"}),
    ],
)
def test_what_can_not_be_read_is_named_by_its_place(served: House, body: Any, places: set[str]) -> None:
    answer = served.ask("sheriff", body)
    assert answer.status_code == 400, answer.content
    assert pointers(refused(served, answer, 400, answer.json()["reason"])) == places
    assert b"smith" not in answer.content


def test_a_question_without_a_key_or_a_token(served: House) -> None:
    said = refused(served, served.ask("sheriff", question("sheriff"), key=""), 400, "IDEMPOTENCY_KEY_NEEDED")
    assert pointers(said) == {"/Idempotency-Key"}
    unknown = httpx.post(f"{served.url}/v1/questions", json=question("sheriff"), headers={"Idempotency-Key": new_key()})
    assert (unknown.status_code, unknown.json()["reason"]) == (401, "UNAUTHENTICATED")
    assert "receipt" not in unknown.json()
    other = httpx.get(f"{served.url}/v1/questions")
    assert (other.status_code, other.json()["reason"]) == (405, "METHOD")


def test_a_token_that_is_over_is_no_token(served: House) -> None:
    from datetime import timedelta

    from pars.actions import identifying
    from pars.core.terms import moment

    past = moment(ledger.now()) - timedelta(seconds=1)
    authority = served.by["sheriff"].authority
    served.tokens["late"] = identifying.issue_token(
        username="sheriff", client="sheriff-desk", authority=authority, expires=past
    )
    assert served.ask("late", question("sheriff")).status_code == 401


def test_a_range_over_what_is_not_shown_and_lists_in_conditions(served: House) -> None:
    asked = question("sheriff", columns=["surname"], where=[{"column": "record", "within": {"from": "a"}}])
    refused(served, served.ask("sheriff", asked), 422, "EQUALITY_ONLY")
    listed = question("supervision", columns=["surname"], where=[{"column": "filed_charges", "is": "x"}])
    refused(served, served.ask("supervision", listed), 422, "NOT_FILTERABLE")


def test_a_failure_while_deciding_refuses_and_is_entered(served: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_: Any) -> None:
        raise KeyError("Smith, Jane")

    monkeypatch.setattr(disclosing, "ask", breaks)
    answer = served.ask("sheriff", question("sheriff"))
    assert (answer.status_code, answer.json()["reason"]) == (500, "INTERNAL")
    assert served.receipt_of(answer).detail["code"] == "FAILED"
    assert b"Smith" not in answer.content


def test_where_people_must_act_first_it_is_worth_asking_again_only_later(served: House) -> None:
    with ledger.reading():
        origin = governance.must_be_open().origin
    key = vault.log_key().public_key().public_bytes_raw()
    witnessed.note_heard(origin=origin, key=key, said="ahead", size=99_999)
    answer = served.ask("sheriff", question("sheriff"))
    refused(served, answer, 503, "LEDGER_ROLLED_BACK")
    assert answer.headers["retry-after"] == "300"
    witnessed.note_heard(origin=origin, key=key, said="agrees", size=99_999)
    assert served.ask("sheriff", question("sheriff")).status_code == 200


def test_an_answer_that_comes_too_late_is_dropped_and_that_is_entered(served: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    ask = disclosing.ask

    def dawdles(**parts: Any) -> Any:
        told = ask(**parts)
        time.sleep(0.1)
        return told

    monkeypatch.setattr(disclosing, "ask", dawdles)
    answer = served.ask("sheriff", question("sheriff"))
    assert (answer.status_code, answer.json()["reason"]) == (503, "LATE")
    assert answer.headers["retry-after"] == "1"
    time.sleep(0.3)
    last = served.last_entries(Kind.CHUNK_DROPPED, 3)
    assert [entry.detail["reason"] for entry in last] == ["LATE"] * 3
    assert {served.entry(entry.detail["chunk"]).kind for entry in last} == {Kind.DISCLOSED}


# ---------------------------------------------------------------- many at once


def test_many_ask_at_once_and_each_gets_its_own(served: House) -> None:
    def ask(n: int) -> tuple[str, list[str]]:
        who = ("sheriff", "supervision")[n % 2]
        asked = question(who, columns=["surname"], where=[{"column": "surname", "is": "Doe"}])
        for _ in range(20):
            answer = served.ask(who, asked)
            if answer.status_code != 503:  # a machine too busy to answer in time says when to come back
                break
        return who, surnames(answer)

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(40)))
    assert {tuple(names) for who, names in told if who == "sheriff"} == {("Doe",)}
    # The bureau sees only people who are charged, and nobody is yet.
    assert {tuple(names) for who, names in told if who == "supervision"} == {()}
