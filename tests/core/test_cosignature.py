"""Cosignatures, witness policies and proofs as texts, against what others have published."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from pars.core.ledger import checkpoint as cp
from pars.core.ledger.cosignature import LATEST, cosignature, cosigned, cosigned_at
from pars.core.ledger.merkle import leaf_hash
from pars.core.ledger.policy import MOST, Group, Log, Policy, Witness, read_policy, signed_by
from pars.core.ledger.proof import Proof, read_proof
from verify import ed25519

# A whole proof of logging from sigsum-go, pkg/proof/proof_test.go, TestVerify ("Example from running sigsum-submit-witness-test").
LOG_KEY = b64decode("rCbAqFWsRRplOUeOGhYDiPAks4XxNj782kcBcAdsAeU=")
WITNESS_KEY = b64decode("y+NX5rRkBJ5wO3vmyJIBGTrMKhjAlbBpGq9QubHhV4o=")
SUBMITTER = b64decode("x0tzFWMIBBQdsPiMJ8U/5/y/WebKNaSrqteJ7Gsrwgg=")
ORIGIN = f"sigsum.org/v1/tree/{sha256(LOG_KEY).hexdigest()}"
BODY = cp.Checkpoint(
    origin=ORIGIN, size=4, root=bytes.fromhex("3ddc56fd46e71e517b6936b977a457da7d398108141fcdf5c8386cdd724ab7a8")
).body()
SIGNED = bytes.fromhex(
    "ccbdd8c784726b732b8edd2039fbad5506e4acccd56e3e5d86c0ee109b3d2662"
    "e6881fe3d09fc48f9ddd31494463c5ec44926ff9158785ad1dd9b5d6434b0804"
)
AT = 1683202758
COSIGNED = bytes.fromhex(
    "e8d6c447d7847d5c1431ef86f8c60fa0cbacd975388b2a8f202fe4b0f9d0d544"
    "989c9d9351752d86aae2df72b9d7135b6b09de2ccaa6d68edf638105d69be609"
)
LEAF = leaf_hash(
    sha256(b" " * 26 + b"foo-4\n").digest()
    + bytes.fromhex(
        "79b489a38548a67d78f06221b014d41be58b703237d17b4f203f0dd4ead9e259"
        "7149c2f118894581ce7473a61fa880716af6ff2138bade2cecc4b297099bf104"
    )
    + sha256(SUBMITTER).digest()
)
PATH = (
    bytes.fromhex("61010ae798308f5b97237615ab8c1b14f2c782c37616e97d0a170b617bc7a4ce"),
    bytes.fromhex("a5c3752be610d605ce5c64ee2e28ee5b94a1cc0a68742f18f24c9b5c82d07298"),
)
WITNESS = "witness.example/w1"
LOG_LINE = cp.NoteSignature(ORIGIN, cp.key_id(ORIGIN, LOG_KEY), SIGNED)
WITNESS_LINE = cosignature(WITNESS, WITNESS_KEY, AT, COSIGNED)
NOTE = cp.Note(BODY, (LOG_LINE, WITNESS_LINE))

# From transparency-dev/formats, note/note_cosigv1_test.go and witness/witness_policy_test.go.
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

# The example of C2SP tlog-cosignature: the message, and the time that its line holds.
EXAMPLE_BODY = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
EXAMPLE_MESSAGE = b"cosignature/v1\ntime 1679315147\n" + EXAMPLE_BODY
EXAMPLE_NOTE = (
    EXAMPLE_BODY
    + (
        "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()
)

KEYS = {name: sha256(name.encode()).digest() for name in ("a", "b", "c", "d")}


def vkey(name):
    return cp.verifier_key(f"{name}.example", KEYS[name], cp.COSIGNER)


def anything(key, message, signature):
    """A check that every signature passes, for what hangs on lines alone."""
    del key, message
    return signature != b"broken"


def note_of(*names, at=1):
    return cp.Note(BODY, tuple(cosignature(f"{name}.example", KEYS[name], at, b"its own") for name in names))


# ------------------------------------------------------------ cosignatures


def test_a_published_cosignature_holds_and_tells_its_time():
    assert cosigned_at(NOTE, WITNESS, WITNESS_KEY, ed25519.verify) == AT
    assert signed_by(NOTE, ORIGIN, LOG_KEY, ed25519.verify)


def test_the_message_and_the_line_are_those_of_the_specification():
    assert cosigned(EXAMPLE_BODY, 1679315147) == EXAMPLE_MESSAGE
    note = cp.read_note(EXAMPLE_NOTE)
    assert note.text() == EXAMPLE_NOTE
    assert int.from_bytes(note.signatures[1].signature[:8]) == 1679315147


@pytest.mark.parametrize("at", [0, -1, LATEST + 1])
def test_no_time_but_a_second_since_1970_is_cosigned(at):
    with pytest.raises(ValueError, match="number of seconds"):
        cosigned(BODY, at)


@pytest.mark.parametrize(
    "line",
    [
        replace(WITNESS_LINE, signature=(AT + 1).to_bytes(8) + COSIGNED),
        replace(WITNESS_LINE, signature=bytes(8) + COSIGNED),
        replace(WITNESS_LINE, signature=(2**63).to_bytes(8) + COSIGNED),
        replace(WITNESS_LINE, signature=AT.to_bytes(8) + COSIGNED[:-1] + b"\x00"),
        replace(WITNESS_LINE, signature=AT.to_bytes(8) + COSIGNED + b"\x00"),
        replace(WITNESS_LINE, signature=b"\x01"),
        replace(WITNESS_LINE, name="witness.example/w2"),
        replace(WITNESS_LINE, key_id=cp.key_id(WITNESS, WITNESS_KEY)),
    ],
)
def test_any_other_line_is_no_cosignature(line):
    assert cosigned_at(cp.Note(BODY, (LOG_LINE, line)), WITNESS, WITNESS_KEY, ed25519.verify) is None


def test_a_cosignature_is_over_one_checkpoint():
    other = cp.Note(BODY.replace(b"\n4\n", b"\n5\n"), NOTE.signatures)
    assert cosigned_at(other, WITNESS, WITNESS_KEY, ed25519.verify) is None


def test_of_two_the_earlier_time_counts_and_a_broken_one_voids_both():
    lines = [cosignature("a.example", KEYS["a"], at, b"its own") for at in (9, 7)]
    assert cosigned_at(cp.Note(BODY, tuple(lines)), "a.example", KEYS["a"], anything) == 7
    broken = cosignature("a.example", KEYS["a"], 8, b"broken")
    assert cosigned_at(cp.Note(BODY, (*lines, broken)), "a.example", KEYS["a"], anything) is None


def test_a_log_that_signed_signed_in_its_own_name_and_with_no_broken_line():
    assert not signed_by(cp.Note(BODY, (WITNESS_LINE,)), ORIGIN, LOG_KEY, ed25519.verify)
    assert not signed_by(cp.Note(b"x" + BODY, (LOG_LINE,)), ORIGIN, LOG_KEY, anything)
    broken = replace(LOG_LINE, signature=bytes(64))
    assert not signed_by(cp.Note(BODY, (LOG_LINE, broken)), ORIGIN, LOG_KEY, ed25519.verify)


def test_a_published_key_of_a_witness_reads_and_writes():
    name, key = cp.read_verifier_key(REMORA, cp.COSIGNER)
    assert cp.verifier_key(name, key, cp.COSIGNER) == REMORA
    with pytest.raises(ValueError, match="not an Ed25519 verifier key"):
        cp.read_verifier_key(REMORA)
    with pytest.raises(ValueError, match="of a witness"):
        cp.read_verifier_key(cp.verifier_key(name, key), cp.COSIGNER)


# ------------------------------------------------------------ policies


def test_the_policy_of_the_owners_is_two_of_three():
    text = "".join(f"witness {name} {vkey(name)}\n" for name in "abc") + "group owners 2 a b c\nquorum owners\n"
    policy = read_policy(text)
    assert policy.text() == text
    assert [policy.satisfied(note_of(*names), anything) for names in ("abc", "ab", "bc", "a", "d")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert policy.cosigners(note_of("a", "d", at=5), anything) == {"a": 5}


def test_a_published_proof_satisfies_the_policy_that_names_its_log_and_its_witness():
    policy = Policy(
        logs=(Log(origin=ORIGIN, key=LOG_KEY, url="https://log.example/"),),
        witnesses=(Witness(name="w1", key_name=WITNESS, key=WITNESS_KEY, url="https://witness.example/"),),
        quorum="w1",
    )
    assert read_policy(policy.text()) == policy
    assert policy.satisfied(NOTE, ed25519.verify)
    assert not policy.satisfied(cp.Note(BODY, (LOG_LINE,)), ed25519.verify)
    assert not policy.satisfied(cp.Note(BODY, (WITNESS_LINE,)), ed25519.verify)


def test_groups_within_groups_count_each_once():
    policy = read_policy(
        f"# the specification's own example, in small\n\n  witness  a\t{vkey('a')} \nwitness b {vkey('b')}\nwitness c {vkey('c')}\n"
        f"group x all a b\n\twitness d {vkey('d')}\ngroup y any c d\ngroup both all x y\nquorum both"
    )
    assert policy.groups == (
        Group(name="x", least=2, members=("a", "b")),
        Group(name="y", least=1, members=("c", "d")),
        Group(name="both", least=2, members=("x", "y")),
    )
    assert [policy.reached(names) for names in ("abc", "abd", "ab", "acd", "cd", "")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_quorum_of_none_asks_for_no_witness():
    assert read_policy("quorum none\n") == Policy()
    assert Policy().text() == "quorum none\n"
    assert Policy().satisfied(note_of(), anything)


A, B = f"witness a {vkey('a')}\n", f"witness b {vkey('b')}\n"
LOG = f"log {cp.verifier_key('a.example', KEYS['a'])}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no line 'quorum"),
        (A, "has no line 'quorum"),
        (A + "quorum b\n", "line 2 of the policy: 'b' stands for no witness"),
        (A + "quorum\n", "line 2 .* one line: quorum"),
        (A + "quorum a\nquorum a\n", "line 3 .* one line: quorum"),
        (A + A + "quorum a\n", "line 2 .* this key stands"),
        (A + B.replace(" b ", " a "), "line 2 .* 'a' stands for something else"),
        (A.replace(" a ", " none "), "line 1 .* 'none' stands for something else"),
        (A + "group none all a\n", "'none' stands for something else"),
        (A + "group g all\n", "write: group"),
        (A + "group g all b\n", "'b' stands for nothing above"),
        (A + "group g all a a\n", "'a' stands for nothing above, or is in a group already"),
        (A + "group g all g\n", "'g' stands for nothing"),
        (A + "group g 0 a\n", "a number from 1 to 1"),
        (A + "group g -1 a\n", "a number from 1 to 1"),
        (A + "group g 01 a\n", "a number from 1 to 1"),
        (A + "group g 2 a\n", "a number from 1 to 1"),
        (A + "group g all a\ngroup h all a\n", "is in a group already"),
        (A + "group g all none\n", "'none' stands for nothing above"),
        ("witness a\n", "write: witness"),
        ("witness a b c d\n", "write: witness"),
        (f"witness a {cp.verifier_key('a', KEYS['a'])}\n", "line 1 .* of a witness"),
        (f"log {vkey('a')}\n", "line 1 .* not an Ed25519 verifier key"),
        ("log\n", "write: log"),
        (LOG.strip() + " x y\n", "write: log"),
        (LOG + LOG, "this key stands"),
        ("witnesses\n", "a line begins with one of"),
        (A.strip() + "\r\nquorum a\n", "line 1 .* control character"),
    ],
)
def test_any_other_policy_is_refused_with_its_line(text, says):
    with pytest.raises(ValueError, match=says):
        read_policy(text)


def test_a_policy_has_an_end():
    keys = [sha256(bytes([number])).digest() for number in range(MOST + 1)]
    logs = "".join(f"log {cp.verifier_key(f'log{number}', key)}\n" for number, key in enumerate(keys[:-1]))
    assert len(read_policy(logs + "quorum none\n").logs) == MOST
    with pytest.raises(ValueError, match=f"at most {MOST} of each"):
        read_policy(logs + f"log {cp.verifier_key('more', keys[-1])}\n")
    groups = A + "group g0 any a\n" + "".join(f"group g{number} any g{number - 1}\n" for number in range(1, MOST))
    assert len(read_policy(groups + f"quorum g{MOST - 1}\n").groups) == MOST
    with pytest.raises(ValueError, match=f"at most {MOST} groups"):
        read_policy(groups + f"group more any g{MOST - 1}\n")


# ------------------------------------------------------------ proofs

PROOF = Proof(index=3, hashes=PATH, note=NOTE.text())
H1, H2 = (sha256(text).digest() for text in (b"hash1", b"hash2"))


def test_a_published_proof_shows_the_entrys_place():
    assert read_proof(PROOF.text()) == PROOF
    assert PROOF.holds(LEAF)
    assert not PROOF.holds(leaf_hash(b"another"))
    assert not replace(PROOF, index=2).holds(LEAF)
    assert not replace(PROOF, hashes=PATH[:1]).holds(LEAF)


@pytest.mark.parametrize(
    ("proof", "text"),
    [  # the texts of transparency-dev/formats, proof/tlog_proof_test.go
        (
            Proof(index=5, hashes=(H1, H2), note=b"test checkpoint\n"),
            f"c2sp.org/tlog-proof@v1\nindex 5\n{b64encode(H1).decode()}\n{b64encode(H2).decode()}\n\ntest checkpoint\n",
        ),
        (
            Proof(index=10, hashes=(H1,), note=b"checkpoint data\n", extra=b"extra information"),
            f"c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 10\n{b64encode(H1).decode()}\n\ncheckpoint data\n",
        ),
        (Proof(index=0, hashes=(), note=b"checkpoint\n"), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n"),
    ],
)
def test_a_proof_is_written_as_others_write_it(proof, text):
    assert proof.text() == text.encode()
    assert read_proof(text.encode()) == proof


WRONG_HASH = b64encode(bytes(64)).decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wrong-header\nindex 0\n\ncheckpoint\n", "not a proof"),
        ("c2sp.org/tlog-proof@v1\nindex 0\ncheckpoint\n", "not a proof"),
        ("c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n", "not base64"),
        ("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\ncheckpoint\n", "no line 'extra'"),
        ("c2sp.org/tlog-proof@v1\nextra YQ==\n\ncheckpoint\n", "at which index"),
        ("c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n", "at which index"),
        ("c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n", "not a whole number"),
        ("c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n", "not a whole number"),
        ("c2sp.org/tlog-proof@v1\nindex 05\n\ncheckpoint\n", "not a whole number"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n", "not base64"),
        (f"c2sp.org/tlog-proof@v1\nindex 0\n{WRONG_HASH}\n\ncheckpoint\n", "32 bytes"),
        ("c2sp.org/tlog-proof@v1\nindex 0\n" + f"{b64encode(H1).decode()}\n" * 64 + "\ncheckpoint\n", "at most 63"),
    ],
)
def test_anything_else_is_no_proof(text, says):
    with pytest.raises(ValueError, match=says):
        read_proof(text.encode())


def test_bytes_that_are_no_text_are_no_proof():
    with pytest.raises(ValueError, match="UTF-8"):
        read_proof(b"\xff")
