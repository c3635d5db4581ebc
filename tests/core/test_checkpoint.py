"""Checkpoints and notes, against keys and notes that others have published."""

from __future__ import annotations

import pytest

from pars.core.ledger import checkpoint as cp
from verify import ed25519

# From the documentation of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_BODY = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_BODY
    + (
        "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    ).encode()
)
POINT = cp.Checkpoint(origin="ledger.example", size=12, root=bytes(range(32)))


def test_a_published_note_reads_and_its_signature_holds():
    name, key = cp.read_verifier_key(GO_KEY)
    note = cp.read_note(GO_NOTE)
    assert note.body == GO_BODY
    (line,) = note.signatures
    assert (line.name, line.key_id.hex(), cp.key_id(name, key).hex()) == ("PeterNeumann", "c74f20a3", "c74f20a3")
    assert ed25519.verify(key, note.body, line.signature)
    assert cp.write_note(note.body, name, key, line.signature) == GO_NOTE


def test_a_note_may_have_lines_of_keys_that_nobody_here_knows():
    line = GO_NOTE.splitlines(keepends=True)[-1]
    longer = cp.NoteSignature("quantum.example", b"\x00\x00\x00\x06", bytes(2420)).text().encode()
    note = cp.read_note(GO_BODY + b"\n" + longer + line)
    name, key = cp.read_verifier_key(GO_KEY)
    (held,) = note.of(name, key)
    assert ed25519.verify(key, note.body, held)
    assert note.of(name, bytes(32)) == note.of("another", key) == ()
    assert note.text() == GO_BODY + b"\n" + longer + line


def test_a_published_key_reads_and_writes():
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert cp.verifier_key(*cp.read_verifier_key(text)) == text


def test_a_checkpoint_is_three_lines():
    assert POINT.body() == b"ledger.example\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert cp.read_checkpoint(POINT.body()) == POINT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ledger.example\n12\n",
        POINT.body()[:-1],
        POINT.body() + b"more\n",
        POINT.body().replace(b"12", b"012"),
        POINT.body().replace(b"12", b"-1"),
        POINT.body().replace(b"12", "\u0661".encode()),
        POINT.body().replace(b"ledger.example", b"a b"),
        POINT.body().replace(b"ledger.example", b"a+b"),
        POINT.body().replace(b"ledger.example", b""),
        POINT.body().replace(b"Hh8=", b"Hh9="),  # other spare bits, same bytes
        POINT.body().replace(b"Hh8=", b"Hg=="),  # 31 bytes
        POINT.body().replace(b"Hh8=", b"Hh8*"),
        POINT.body().replace(b"AAEC", "AAEÇ".encode()),
        b"\xff\n1\n\n",
    ],
)
def test_anything_else_is_no_checkpoint(body):
    with pytest.raises(ValueError, match=r"."):
        cp.read_checkpoint(body)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GO_BODY,
        GO_NOTE[:-1],
        GO_NOTE.replace("— ".encode(), b"- "),
        GO_NOTE.replace(b" PeterNeumann ", b"  "),
        GO_NOTE.replace(b"wJnAM=", b"wJnAN="),
        GO_NOTE.replace(b"wJnAM=", b"wJnA"),
        GO_NOTE + b"\n",
        GO_BODY + "\n— PeterNeumann x08goA==\n".encode(),  # a key's name and no signature
        GO_BODY + b"\n" + "— PeterNeumann x08go/ZJ\n".encode() * (cp.MOST_LINES + 1),
        b"\xff" + GO_NOTE,
    ],
)
def test_anything_else_is_no_note(data):
    with pytest.raises(ValueError, match=r"."):
        cp.read_note(data)


@pytest.mark.parametrize(
    "text",
    ["", "a", GO_KEY + "=", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY[:-4], GO_KEY.replace("+AR", "+BR"), "+" + GO_KEY],
)
def test_anything_else_is_no_verifier_key(text):
    with pytest.raises(ValueError, match=r"."):
        cp.read_verifier_key(text)
