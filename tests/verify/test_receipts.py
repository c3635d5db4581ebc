"""`pars-verify` on a receipt: C2SP tlog-proof, with the log's key and the owners' policy."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.core import canonical
from pars.core.ledger.checkpoint import Checkpoint, Note, read_note, verifier_key, write_note
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.core.ledger.merkle import inclusion_proof, leaf_hash, root
from pars.core.ledger.policy import Group, Log, Policy, Witness
from pars.core.ledger.proof import Proof
from verify.__main__ import main

ORIGIN = "pars.test/log"
LEAVES = [leaf_hash(f"entry {n}".encode()) for n in range(300)]
INDEX = 123
LOG = Ed25519PrivateKey.from_private_bytes(sha256(b"log").digest())
WITNESSES = {name: Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()) for name in ("city", "court", "da")}
AT = 1_800_000_000


def public(key):
    return key.public_key().public_bytes_raw()


def read(level, index):
    return root(LEAVES[index << level : (index + 1) << level])


def note(*names, key=LOG):
    body = Checkpoint(origin=ORIGIN, size=len(LEAVES), root=root(LEAVES)).body()
    lines = [cosignature(f"{n}.test", public(WITNESSES[n]), AT, WITNESSES[n].sign(cosigned(body, AT))) for n in names]
    signed = read_note(write_note(body, ORIGIN, public(LOG), key.sign(body)))
    return Note(body, (*signed.signatures, *lines)).text()


def receipt(*names, **changes):
    extra = canonical.write({"entry": 4711, "leaf": LEAVES[INDEX].hex()})
    proof = Proof(index=INDEX, hashes=tuple(inclusion_proof(INDEX, len(LEAVES), read)), note=note(*names), extra=extra)
    return replace(proof, **changes)


@pytest.fixture
def check(tmp_path, capsys):
    keys, policy = tmp_path / "keys", tmp_path / "policy"
    keys.write_text(f"log {verifier_key(ORIGIN, public(LOG))}\n")
    named = tuple(Witness(name=name, key_name=f"{name}.test", key=public(key)) for name, key in WITNESSES.items())
    owners = Group(name="owners", least=2, members=tuple(WITNESSES))
    policy.write_text(
        Policy(logs=(Log(origin=ORIGIN, key=public(LOG)),), witnesses=named, groups=(owners,), quorum="owners").text()
    )

    def checked(data, *more, trust=True, witnesses=False):
        path = tmp_path / "receipt"
        path.write_bytes(data if isinstance(data, bytes) else data.text())
        given = [*(["--trust", str(keys)] if trust else []), *(["--witnesses", str(policy)] if witnesses else [])]
        return main([str(path), *given, *more]), capsys.readouterr().out

    return checked


def test_a_receipt_proves_its_entry(check):
    status, said = check(receipt())
    assert status == 0
    assert said.startswith("VERIFIED: ")
    assert f"Entry 4711, at index 123 of the 300 entries that {ORIGIN} had then." in said
    assert LEAVES[INDEX].hex() in said
    assert "give the owners' policy" in said
    status, told = check(receipt(), "--json")
    assert (status, json.loads(told)["verdict"], json.loads(told)["index"]) == (0, "verified", INDEX)


def test_with_a_policy_enough_witnesses_must_have_signed(check):
    status, said = check(receipt("city", "da"), witnesses=True)
    assert status == 0
    assert "Signed by the witness city at 2027-01-15 08:00:00 UTC." in said
    status, said = check(receipt("court"), witnesses=True)
    assert (status, "too few of the witnesses" in said) == (1, True)
    status, told = check(receipt("city", "court", "da"), "--json", witnesses=True)
    assert (status, json.loads(told)["witnesses"]) == (0, dict.fromkeys(WITNESSES, AT))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (lambda: receipt(index=INDEX + 1), "don't lead from the leaf"),
        (lambda: receipt(hashes=receipt().hashes[:-1]), "don't lead from the leaf"),
        (lambda: receipt(extra=canonical.write({"entry": 4711, "leaf": LEAVES[7].hex()})), "don't lead from the leaf"),
        (lambda: receipt(note=note(key=WITNESSES["city"])), "not signed by the ledger that you trust"),
        (lambda: receipt(note=note().replace(b"\n300\n", b"\n301\n")), "not signed by the ledger that you trust"),
    ],
)
def test_a_changed_receipt_proves_nothing(check, changed, says):
    status, said = check(changed())
    assert (status, said.startswith("VIOLATED: "), says in said) == (1, True, True)


@pytest.mark.parametrize(
    "data",
    [
        lambda: receipt().text()[:-1],
        lambda: receipt().text().replace(b"index 123", b"index x"),
        lambda: receipt(extra=b"").text(),
        lambda: receipt(extra=canonical.write([1])).text(),
        lambda: receipt(extra=canonical.write({"entry": "4711", "leaf": "00"})).text(),
        lambda: receipt(extra=canonical.write({"entry": 4711, "leaf": "00"})).text(),
        lambda: receipt(extra=canonical.write({"entry": 4711, "leaf": "zz"})).text(),
        lambda: receipt(note=b"no note").text(),
    ],
)
def test_what_is_no_receipt_can_not_be_checked(check, data):
    status, said = check(data())
    assert (status, said.startswith("UNUSABLE: the receipt can't be read")) == (2, True)


def test_without_the_ledgers_key_nothing_is_said_of_it(check):
    status, said = check(receipt(), trust=False)
    assert (status, "--trust" in said) == (2, True)


def test_after_a_successor_receipts_under_either_name_are_checked_with_one_file_of_keys(check, tmp_path):
    body = Checkpoint(origin="pars.test/log-2", size=len(LEAVES), root=root(LEAVES)).body()
    later = receipt(note=write_note(body, "pars.test/log-2", public(LOG), LOG.sign(body)))
    status, said = check(later)
    assert (status, "the file of keys is for pars.test/log, and this receipt is of pars.test/log-2" in said) == (2, True)
    with (tmp_path / "keys").open("a") as keys:
        keys.write(f"log {verifier_key('pars.test/log-2', public(LOG))}\n")
    assert {check(later)[0], check(receipt())[0]} == {0}
    under_another = receipt(note=write_note(body, ORIGIN, public(LOG), LOG.sign(body)))
    assert check(under_another)[0] == 1, "the name that signs is the one that the checkpoint states"


def test_a_policy_that_can_not_be_read_is_told_with_its_line(check, tmp_path):
    (tmp_path / "policy").write_text("quorum nobody\n")
    status, said = check(receipt(), witnesses=True)
    assert (status, "line 1 of the policy" in said) == (2, True)
