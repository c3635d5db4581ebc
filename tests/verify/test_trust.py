"""The file of keys that came by another way."""

from __future__ import annotations

from base64 import b64encode

import pytest

from pars.core.ledger.checkpoint import Checkpoint, trust_text, verifier_key
from verify.trust import Trust, read_trust

LOG = f"log {verifier_key('ledger.example', bytes(32))}\n"
SEATS = "".join(f"seat {verifier_key(seat, seat.encode().ljust(32))}\n" for seat in ("city", "courts"))
ROOT = b64encode(bytes(range(32))).decode()


def test_a_file_of_keys_reads():
    text = f"# from the clerk, by hand\n\n{LOG}{SEATS}  checkpoint 47 {ROOT}  \n"
    assert read_trust(text) == Trust(
        logs=(("ledger.example", bytes(32)),),
        seats={"city": b"city".ljust(32), "courts": b"courts".ljust(32)},
        checkpoint=Checkpoint(origin="ledger.example", size=47, root=bytes(range(32))),
    )
    assert read_trust(LOG) == Trust(logs=(("ledger.example", bytes(32)),))
    assert read_trust(LOG + SEATS + SEATS) == read_trust(LOG + SEATS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "name no log"),
        (SEATS, "name no log"),
        (LOG + LOG, "^line 2 of the keys: this key is there twice"),
        (LOG + "key x\n", "^line 2 of the keys: not a line"),
        (LOG + "log\n", "^line 2 of the keys: not an Ed25519"),
        ("log x\n", "^line 1 of the keys: not an Ed25519"),
        (LOG + "seat x\n", "^line 2 of the keys: not an Ed25519"),
        (LOG + SEATS + f"seat {verifier_key('city', bytes(32))}\n", "^line 4 of the keys: this seat has another key"),
        (LOG + "checkpoint 47\n", "^line 2 of the keys: "),
        (LOG + f"checkpoint x {ROOT}\n", "^line 2 of the keys: "),
        (LOG + f"checkpoint 0 {ROOT}\n", "^line 2 of the keys: a checkpoint over no entry"),
        (LOG + f"checkpoint 47 {ROOT} {ROOT}\n", "^line 2 of the keys: "),
        (LOG + f"checkpoint 1 {ROOT}\ncheckpoint 2 {ROOT}\n", "^line 3 of the keys: not a line"),
    ],
)
def test_anything_else_is_refused_with_its_line(text, says):
    with pytest.raises(ValueError, match=says):
        read_trust(text)


@pytest.mark.parametrize("checkpoint", [None, Checkpoint(origin="ledger.example", size=47, root=bytes(range(32)))])
def test_what_pars_writes_it_reads(checkpoint):
    seats = {"courts": bytes(32), "city": bytes(range(32))}
    text = trust_text(logs=[("ledger.example", bytes(32))], seats=seats, checkpoint=checkpoint)
    assert read_trust(text) == Trust(logs=(("ledger.example", bytes(32)),), seats=seats, checkpoint=checkpoint)


def test_a_log_has_as_many_keys_as_its_owners_have_not_revoked_under_each_name_that_it_had():
    logs = tuple((name, key) for name in ("ledger.example", "ledger.example-2") for key in (bytes(32), bytes([1]) * 32))
    assert read_trust(trust_text(logs=logs, seats={})) == Trust(logs=logs)
