"""The file of an act on a key: what it says, what is signed, and what is refused with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pars.core.owners.ceremony import NEW, OLD, Ceremony, read_ceremony
from pars.core.owners.keyring import AddKey, RevokeKey
from pars.core.terms import Refusal
from tests.agreements import ORIGIN, public, sign
from tests.keyed import adding, revoking

ADD = Ceremony(origin=ORIGIN, use="seat:city", key=public("city-2").hex(), answers=0)
REVOKE = Ceremony(origin=ORIGIN, use="seat:city", key=public("city").hex(), answers=3, since=7)


def test_the_signed_file_is_the_act() -> None:
    made = ADD
    for name, signer in ((NEW, "city-2"), ("city", "city"), ("courts", "courts")):
        made = made.with_signature(name, sign(signer, made.message))
    assert made.act == adding("seat:city", "city-2")
    assert read_ceremony(made.text()) == made
    gone = REVOKE
    for seat in ("courts", "prosecutor"):
        gone = gone.with_signature(seat, sign(seat, gone.message))
    assert gone.act == revoking("seat:city", "city", 7, 3)
    assert read_ceremony(gone.text()) == gone


def test_the_logs_key_before_it_signs_unless_it_is_lost() -> None:
    log = Ceremony(origin=ORIGIN, use="log", key=public("log-2").hex(), answers=0)
    act = log.with_signature(NEW, sign("log-2", log.message)).with_signature(OLD, sign("log", log.message)).act
    assert isinstance(act, AddKey)
    assert act.old == adding("log", "log-2").old
    lost = Ceremony(origin=ORIGIN, use="log", key=public("log-2").hex(), answers=0, lost=True)
    assert lost.message != log.message
    assert isinstance(lost.act, AddKey)
    assert (lost.act.old, lost.act.new) == (None, b"")
    assert read_ceremony(lost.text()) == lost


def test_who_signs_reads_what_they_sign() -> None:
    assert ADD.says() == f"Put the key {ADD.key} in force for the seat city, in the ledger {ORIGIN}."
    assert REVOKE.says() == f"Revoke the key {REVOKE.key} of the seat city, in doubt from entry 7 on, in the ledger {ORIGIN}."
    lost = Ceremony(origin=ORIGIN, use="log", key="0" * 64, answers=0, lost=True)
    assert "of the log" not in lost.says()
    assert "for the log" in lost.says()
    assert "lost" in lost.says()
    assert isinstance(REVOKE.act, RevokeKey)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"v": 2}, "OUT_OF_RANGE", "/v"),
        ({"about": "vote"}, "UNKNOWN_WORD", "/about"),
        ({"act": "change"}, "UNKNOWN_WORD", "/act"),
        ({"act": "revoke"}, "WRONG_FORM", "/act"),
        ({"since": 3}, "WRONG_FORM", "/act"),
        ({"key": "short"}, "WRONG_FORM", "/key"),
        ({"use": "two words"}, "WRONG_FORM", "/use"),
        ({"answers": -1}, "OUT_OF_RANGE", "/answers"),
        ({"lost": 0}, "OUT_OF_RANGE", "/lost"),
        ({"signed": []}, "NOT_AN_OBJECT", "/signed"),
        ({"signed": {"city": "00"}}, "WRONG_FORM", "/signed/city"),
        ({"more": 1}, "UNKNOWN_FIELD", "/"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_ceremony(json.dumps({**json.loads(ADD.text()), **changes}).encode())
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_even_json_is_refused(text: bytes) -> None:
    found = read_ceremony(text)
    assert isinstance(found, Refusal)
    assert found.code == "NOT_JSON"
