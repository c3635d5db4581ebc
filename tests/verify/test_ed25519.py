"""The verifier's own Ed25519 against RFC 8032's vectors and against `cryptography`."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from verify import ed25519

# RFC 8032 §7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
keys = st.binary(min_size=32, max_size=32).map(Ed25519PrivateKey.from_private_bytes)


def theirs(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032(key, message, signature):
    assert ed25519.verify(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))
    assert not ed25519.verify(bytes.fromhex(key), bytes.fromhex(message) + b"!", bytes.fromhex(signature))


@settings(max_examples=30, deadline=None)
@given(keys, st.binary(max_size=200), st.data())
def test_it_agrees_with_cryptography(secret, message, data):
    key, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
    assert ed25519.verify(key, message, signature)
    bit = data.draw(st.integers(0, 8 * 64 - 1))
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(key, message, bytes(changed))
    assert not theirs(key, message, bytes(changed))
    other = data.draw(st.binary(min_size=32, max_size=32))
    assert ed25519.verify(other, message, signature) == theirs(other, message, signature)


def test_a_signature_has_one_form():
    secret = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = secret.public_key().public_bytes_raw(), secret.sign(b"vote")
    more = int.from_bytes(signature[32:], "little") + ed25519.ORDER
    assert not ed25519.verify(key, b"vote", signature[:32] + more.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "key",
    [
        b"",
        bytes(31),
        b"\xff" * 32,  # y above the prime
        (2).to_bytes(32, "little"),  # on no curve point
        (1 | 1 << 255).to_bytes(32, "little"),  # minus zero
    ],
)
def test_what_is_no_key_verifies_nothing(key):
    assert not ed25519.verify(key, b"", bytes(64))


def test_what_is_no_signature_verifies_nothing():
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert not ed25519.verify(key, b"", b"")
    assert not ed25519.verify(key, b"", b"\xff" * 64)
