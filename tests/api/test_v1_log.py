"""`/log` and `/v1/receipts`: what a stranger can check, and who may read what an entry says."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from pars.store import vault
from tests.api.houses import House, arrest, question
from tests.api.test_v1_refusals import refused

if TYPE_CHECKING:
    from pars.core.ledger.checkpoint import Checkpoint


@pytest.fixture(scope="module")
def asked(served_house: House) -> House:
    """Give a house in which the sheriff has asked something."""
    served_house.post("/v1/arrests", arrest(), "booking")
    served_house.agree("sheriff")
    assert served_house.ask("sheriff", question("sheriff")).status_code == 200
    return served_house


def checkpoint(house: House) -> Checkpoint:
    """Return the newest checkpoint, its signature checked."""
    answer = house.get("/log/checkpoint")
    assert answer.status_code == 200
    assert answer["content-type"].startswith("text/plain")
    note = read_note(answer.content)
    public = vault.log_key().public_key().public_bytes_raw()
    assert vault.verify(public, note.body, note.signatures[0].signature)
    found = read_checkpoint(note.body)
    assert found.origin == "pars.test/house"
    return found


def proof(house: House, entry: int, who: str) -> dict[str, Any]:
    """Return an entry's proof, once it is under a checkpoint."""
    for _ in range(100):
        answer = house.get(f"/v1/receipts/{entry}/proof", who)
        if answer.status_code == 200:
            said: dict[str, Any] = answer.json()
            return said
        refused(house, answer, 409, "NOT_SEALED")
        assert answer["Retry-After"] == "2"
        time.sleep(0.1)
    raise AssertionError("never sealed")


def test_a_receipt_is_proven_up_to_a_signed_checkpoint(asked: House) -> None:
    receipt = asked.post("/v1/arrests", arrest("Proven"), "booking").json()
    said = proof(asked, receipt["entry"], "booking")
    assert said["leaf"] == receipt["leaf"]
    point = read_checkpoint(read_note(said["checkpoint"].encode()).body)
    assert point.size == said["size"]
    path = [bytes.fromhex(part) for part in said["proof"]]
    assert verify_inclusion(bytes.fromhex(said["leaf"]), said["index"], said["size"], path, point.root)
    found = asked.get(f"/v1/receipts/{receipt['entry']}", "booking").json()
    assert found == {"entry": receipt["entry"], "leaf": receipt["leaf"], "index": said["index"], "sealed": True}


def test_the_public_gets_hashes_and_proofs(asked: House) -> None:
    first = checkpoint(asked)
    entry = asked.get("/log/entries/3").json()
    assert entry.keys() == {"index", "leaf"}
    said = asked.get(f"/log/proof/inclusion?index=3&size={first.size}").json()
    path = [bytes.fromhex(part) for part in said["proof"]]
    assert verify_inclusion(bytes.fromhex(entry["leaf"]), 3, first.size, path, first.root)
    asked.post("/v1/arrests", arrest("Grows"), "booking")
    for _ in range(100):
        second = checkpoint(asked)
        if second.size > first.size:
            break
        time.sleep(0.05)
    said = asked.get(f"/log/proof/consistency?first={first.size}&second={second.size}").json()
    assert verify_consistency(first.size, second.size, first.root, second.root, [bytes.fromhex(part) for part in said["proof"]])


def test_what_an_entry_says_is_for_auditors_owners_and_those_it_is_about(asked: House) -> None:
    receipt = asked.ask("sheriff", question("sheriff")).json()["receipt"]
    path = f"/log/entries/{proof(asked, receipt['entry'], 'sheriff')['index']}"
    read = {}
    for who in ("auditor", "city", "sheriff", "supervision", "booking", None):
        answer = asked.get(path, who)
        assert answer.status_code == 200
        read[who] = answer.json()
    bodies = {who: said.get("bytes") for who, said in read.items()}
    assert {who for who, body in bodies.items() if body} == {"auditor", "city", "sheriff"}
    body = b64decode(read["auditor"]["bytes"])
    assert leaf_hash(body).hex() == receipt["leaf"] == read[None]["leaf"]
    assert json.loads(body) == read["auditor"]["entry"]
    mine = asked.post("/v1/arrests", arrest("Mine"), "booking").json()["entry"]
    path = f"/log/entries/{proof(asked, mine, 'booking')['index']}"
    assert "entry" in asked.get(path, "booking").json()
    assert "entry" not in asked.get(path, "sheriff").json()


def test_a_system_that_nobody_stands_behind_reads_no_entry(asked: House) -> None:
    answer = asked.ask("sheriff-nobody", question("sheriff"))
    assert answer.json()["reason"] == "NO_PERSON"
    index = proof(asked, answer.json()["receipt"]["entry"], "auditor")["index"]
    assert "entry" not in asked.get(f"/log/entries/{index}", "supervision-nobody").json()


def test_what_the_log_does_not_hold(asked: House) -> None:
    size = checkpoint(asked).size
    for path in (
        "/log/entries/999999999",
        f"/log/entries/{2**53}",
        "/log/entries/-1",
        "/log/entries/x",
        f"/log/proof/inclusion?index={size}&size={size}",
        "/log/proof/inclusion?index=0&size=999999999",
        "/log/proof/consistency?first=9&second=3",
        "/log/proof/consistency?first=1&second=999999999",
    ):
        answer = asked.get(path)
        assert (answer.status_code, answer.json()["reason"]) == (404, "ABSENT"), path
    for path in ("/log/proof/inclusion", "/log/proof/inclusion?index=-1&size=2", "/log/proof/consistency?first=a&second=2"):
        answer = asked.get(path)
        assert (answer.status_code, answer.json()["reason"]) == (400, "MALFORMED"), path
    refused(asked, asked.get("/v1/receipts/999999999", "booking"), 404, "ABSENT")
    assert asked.get("/v1/receipts/1").status_code == 401
    bad = asked.get("/log/entries/1", Authorization="Bearer nonsense")
    assert bad.status_code == 401
