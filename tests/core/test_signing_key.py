"""A key that somebody can hold alone, and none that is written in another way or signs for everybody."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.catalogue import COLUMNS
from pars.core.owners.charter import Charter, read_charter
from pars.core.owners.keyring import LOG, apply_key, first_keys
from pars.core.owners.signing_key import SMALL, P, is_held_by_one
from pars.core.terms import Refusal
from tests.agreements import CHARTER, CHARTER_DOCUMENT, ORIGIN, public
from tests.keyed import adding

FOR_EVERYBODY = sorted((y | sign << 255).to_bytes(32, "little") for y in SMALL for sign in (0, 1))
OTHERWISE_WRITTEN = [(y + P | sign << 255).to_bytes(32, "little") for y in (0, 1, 2, 18) for sign in (0, 1)]


@given(st.binary(min_size=32, max_size=32))
def test_a_key_that_was_made_is_held_by_one(seed: bytes) -> None:
    assert is_held_by_one(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


@pytest.mark.parametrize("key", [*FOR_EVERYBODY, *OTHERWISE_WRITTEN, b"", bytes(31)])
def test_what_signs_for_everybody_or_is_written_otherwise_is_not(key: bytes) -> None:
    assert not is_held_by_one(key)


@pytest.mark.parametrize("key", FOR_EVERYBODY[:3])
def test_no_seat_of_a_charter_has_it(key: bytes) -> None:
    document = json.loads(json.dumps(CHARTER_DOCUMENT))
    assert isinstance(read_charter(canonical.write(document), COLUMNS.keys()), Charter)
    document["owners"]["city"]["key"] = key.hex()
    refused = read_charter(canonical.write(document), COLUMNS.keys())
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.names) == ("WRONG_KEY", ("/owners/city/key",))


@pytest.mark.parametrize("key", FOR_EVERYBODY)
def test_nobody_puts_it_in_a_seats_place_whoever_says_that_it_signed(key: bytes) -> None:
    """Anybody can write its signature: so it shows nothing."""
    act = replace(adding("seat:city", "new"), key=key.hex())
    made = apply_key(
        first_keys(public(LOG), CHARTER),
        act,
        charter=CHARTER,
        origin=ORIGIN,
        entry=10,
        verify=lambda *_: True,
        others=(),
    )
    assert isinstance(made, Refusal)
    assert made.code == "NOT_HELD"
