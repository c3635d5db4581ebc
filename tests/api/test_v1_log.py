"""`/log` and `/v1/receipts`: what a stranger can check, and who may read what an entry says."""

from __future__ import annotations

import gzip
import json
import time
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.entries import Kind
from pars.core.ledger.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from pars.core.ledger.proof import read_proof
from pars.core.ledger.tiles import read_entries
from pars.core.terms import HOUR, SECOND, Instant
from pars.store import ledger, tree, vault
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


def checkpoint(house: House, who: str | None = "auditor") -> Checkpoint:
    """Return the checkpoint that somebody gets, its signature checked."""
    answer = house.get("/log/checkpoint", who)
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
    text = read_proof(said["tlog_proof"].encode())
    assert (text.index, list(text.hashes), text.note.decode()) == (said["index"], path, said["checkpoint"])
    assert json.loads(text.extra) == {"entry": receipt["entry"], "leaf": receipt["leaf"]}
    assert text.holds(bytes.fromhex(said["leaf"]))
    found = asked.get(f"/v1/receipts/{receipt['entry']}", "booking").json()
    assert found == {"entry": receipt["entry"], "leaf": receipt["leaf"], "index": said["index"], "sealed": True}


def until_sealed(house: House, beyond: int) -> Checkpoint:
    """Return the newest checkpoint, once it is beyond a size."""
    for _ in range(200):
        found = checkpoint(house)
        if found.size > beyond:
            return found
        time.sleep(0.05)
    raise AssertionError("never sealed")


def grown_since_the_hour(house: House) -> Checkpoint:
    """Let the log grow beyond what anybody sees, not so near the full hour that it turns meanwhile; return the newest checkpoint."""
    left = HOUR - ledger.now() % HOUR
    time.sleep(left / SECOND if left < 15 * SECOND else 0)
    house.post("/v1/arrests", arrest("Since"), "booking")
    return until_sealed(house, checkpoint(house, None).size)


def test_whoever_may_read_all_gets_hashes_and_proofs_to_the_second(asked: House) -> None:
    first = checkpoint(asked)
    entry = asked.get(f"/log/entries/{first.size - 1}", "city").json()
    said = asked.get(f"/log/proof/inclusion?index={first.size - 1}&size={first.size}", "auditor").json()
    path = [bytes.fromhex(part) for part in said["proof"]]
    assert verify_inclusion(bytes.fromhex(entry["leaf"]), first.size - 1, first.size, path, first.root)
    asked.post("/v1/arrests", arrest("Grows"), "booking")
    second = until_sealed(asked, first.size)
    said = asked.get(f"/log/proof/consistency?first={first.size}&second={second.size}", "auditor").json()
    assert verify_consistency(first.size, second.size, first.root, second.root, [bytes.fromhex(part) for part in said["proof"]])


def test_anybody_else_sees_the_log_as_it_was_at_the_hour(asked: House) -> None:
    """How it grew since would tell what happens now: no checkpoint, entry, tile or proof beyond the hour's, whoever asks (law L4)."""
    newest = grown_since_the_hour(asked)
    for who in (None, "sheriff", "booking"):
        public = checkpoint(asked, who)
        assert 0 < public.size < newest.size, "in its first hour a ledger shows its first checkpoint"
        asked.post("/v1/arrests", arrest("Unseen"), "booking")
        newest = until_sealed(asked, newest.size)
        assert checkpoint(asked, who) == public
        said = asked.get(f"/log/proof/inclusion?index=0&size={public.size}", who).json()
        leaf = asked.get("/log/entries/0", who).json()
        assert leaf.keys() == {"index", "leaf"}
        path = [bytes.fromhex(part) for part in said["proof"]]
        assert verify_inclusion(bytes.fromhex(leaf["leaf"]), 0, public.size, path, public.root)
        assert asked.get(f"/log/tile/0/000.p/{public.size}", who).status_code == 200
        for beyond in (
            f"/log/tile/0/000.p/{public.size + 1}",
            f"/log/proof/inclusion?index=0&size={public.size + 1}",
            f"/log/proof/consistency?first=1&second={public.size + 1}",
            f"/log/entries/{newest.size - 1}",
        ):
            answer = asked.get(beyond, who if "entries" not in beyond or who != "booking" else None)
            assert (answer.status_code, answer.json()["reason"]) == (404, "ABSENT"), (who, beyond)
            assert asked.get(beyond, "auditor").status_code == 200, beyond


def test_an_entrys_page_shows_an_outsider_before_the_hour_only_what_is_public(asked: House) -> None:
    grown_since_the_hour(asked)
    booked = asked.post("/v1/arrests", arrest("Tonight"), "booking").json()["entry"]
    until_sealed(asked, proof(asked, booked, "booking")["index"])
    here, nowhere = asked.get(f"/entries/{booked}"), asked.get("/entries/999999999")
    assert here.status_code == nowhere.status_code == 404
    assert here.content == nowhere.content
    (voted,) = asked.last_entries(Kind.AGREEMENT_VOTED, 1)
    page = asked.get(f"/entries/{voted.id}")
    assert page.status_code == 200
    assert "once the checkpoint of the full hour covers it" in page.content.decode()
    assert "pars.test/house\n" not in page.content.decode()
    assert "pars.test/house\n" in asked.get("/entries/0").content.decode()


def test_at_the_full_hour_the_log_is_shown_as_far_as_it_went_before(asked: House) -> None:
    newest = grown_since_the_hour(asked)
    with ledger.reading():
        sizes = [
            found[0] for hours in (0, 1) if (found := tree.load_published(Instant(ledger.now() + hours * HOUR))) is not None
        ]
        assert sizes[0] < sizes[1] >= newest.size
        before = ledger.now() + HOUR
        end = Instant(before - before % HOUR)
        assert tree.load_published(end)[0] == sizes[1]
        assert tree.load_published(Instant(end - 1))[0] == sizes[0]


# ---------------------------------------------------------------- tiles


def test_tiles_and_bundles_are_those_of_the_specification(asked: House) -> None:
    point = until_sealed(asked, 0)
    size = point.size
    assert size < 256
    answer = asked.get(f"/log/tile/0/000.p/{size}", "auditor")
    assert (answer.status_code, answer["content-type"]) == (200, "application/octet-stream")
    assert answer["cache-control"] == "private, max-age=31536000, immutable"
    leaves = [answer.content[at : at + 32] for at in range(0, len(answer.content), 32)]
    assert root(leaves) == point.root
    answer = asked.get(f"/log/tile/entries/000.p/{size}", "auditor")
    assert answer["cache-control"] == "private, max-age=31536000, immutable"
    entries = read_entries(answer.content)
    assert [leaf_hash(body) for body in entries] == leaves
    packed = asked.get(f"/log/tile/entries/000.p/{size}", "auditor", **{"Accept-Encoding": "gzip"})
    assert packed["content-encoding"] == "gzip"
    assert gzip.decompress(packed.content) == answer.content
    part = asked.get("/log/tile/0/000.p/1")
    assert part.content == leaves[0]
    assert part["cache-control"] == "public, max-age=31536000, immutable"
    for path in (
        "0/000",
        f"0/000.p/{size + 1}",
        "1/000.p/1",
        "0/001.p/1",
        "64/000",
        "0/0",
        "x",
        "0/000.p/256",
        "entries/000",
        "",
    ):
        answer = asked.get(f"/log/tile/{path}", "auditor")
        assert (answer.status_code, answer.json()["reason"]) == (404, "ABSENT"), path


def test_bundles_of_entries_are_for_who_may_read_every_entry(asked: House) -> None:
    path = "/log/tile/entries/000.p/1"
    told = {who: asked.get(path, who) for who in ("auditor", "city", "sheriff", "supervision-nobody", "booking", None)}
    assert {who: answer.status_code for who, answer in told.items()} == {
        "auditor": 200, "city": 200, "sheriff": 403, "supervision-nobody": 401, "booking": 403, None: 401,
    }  # fmt: skip
    assert told["booking"].json()["reason"] == "NOT_YOUR_ACT"
    assert told["sheriff"].json()["reason"] == "NO_GRANT"
    assert told[None]["cache-control"] == "no-store"


def test_a_receipt_of_anothers_entry_is_absent_to_an_agency(asked: House) -> None:
    own = asked.ask("sheriff", question("sheriff")).json()["receipt"]["entry"]
    booked = asked.post("/v1/arrests", arrest("Hidden"), "booking").json()["entry"]
    nobodys = asked.ask("sheriff-nobody", question("sheriff")).json()["receipt"]["entry"]
    for who, entry, status in (
        ("sheriff", own, 200),
        ("sheriff-nobody", own, 200),
        ("sheriff", booked, 404),
        ("supervision", own, 404),
        ("supervision-nobody", nobodys, 404),
        ("sheriff", 999_999_999, 404),
        ("auditor", own, 200),
        ("booking", booked, 200),
    ):
        assert asked.get(f"/v1/receipts/{entry}", who).status_code == status, (who, entry)


def test_what_an_entry_says_is_for_auditors_owners_and_those_it_is_about(asked: House) -> None:
    receipt = asked.ask("sheriff", question("sheriff")).json()["receipt"]
    path = f"/log/entries/{proof(asked, receipt['entry'], 'sheriff')['index']}"
    read = {}
    for who in ("auditor", "city", "sheriff", "supervision", "booking", None):
        answer = asked.get(path, who)
        assert answer.status_code == (200 if who in {"auditor", "city", "sheriff"} else 404)
        read[who] = answer.json()
    bodies = {who: said.get("bytes") for who, said in read.items()}
    assert {who for who, body in bodies.items() if body} == {"auditor", "city", "sheriff"}
    body = b64decode(read["auditor"]["bytes"])
    assert leaf_hash(body).hex() == receipt["leaf"]
    assert json.loads(body) == read["auditor"]["entry"]
    mine = asked.post("/v1/arrests", arrest("Mine"), "booking").json()["entry"]
    path = f"/log/entries/{proof(asked, mine, 'booking')['index']}"
    assert "entry" in asked.get(path, "booking").json()
    assert asked.get(path, "sheriff").status_code == 404


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
