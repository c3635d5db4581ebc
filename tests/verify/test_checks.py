"""What the verifier finds when somebody who knows the format tampers, and whom it believes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.core.ledger import bundle, checkpoint, entries, merkle
from pars.core.ledger.bundle import Logged, write_bundle
from pars.core.ledger.entries import By
from pars.core.ledger.side_row import side_hash
from tests.agreements import ORIGIN, PUBLIC
from tests.ledgers import LOG_PUBLIC, Ledger, commitments, hashed, outsider, sign_note
from tests.verify.mutations import joined
from verify.checks import verify
from verify.report import UNUSABLE, VERIFIED, VIOLATED
from verify.trust import Trust


def ledger() -> Ledger:
    made = Ledger()
    version = made.serve()
    for rows in (2, 0, 1):
        made.disclose(version, rows=rows)
    made.points = {5, 9}
    return made


def written(parts) -> bytes:
    return b"".join(write_bundle(**parts))


def first(data: bytes, trust: Trust | None = None) -> tuple[str, int | None]:
    report = verify(data, trust)
    assert report.status == VIOLATED
    assert report.first is not None
    return report.first.what, report.first.index


# ---------------------------------------------------------------- an entry changed, and more with it


def changed_at(parts, index, *, list_too):
    """Change an entry's salt, and its leaf hash too where somebody knows better."""
    entry = entries.decode(parts["log"][index].entry)
    body = entries.encode(replace(entry, salt=bytes(16)))
    parts["log"][index] = replace(parts["log"][index], entry=body)
    if list_too:
        parts["leaves"][index] = merkle.leaf_hash(body)
    return parts


def test_an_entry_changed_is_named():
    assert first(written(changed_at(ledger().parts(), 7, list_too=False))) == ("ENTRY_CHANGED", 7)


def test_an_entry_changed_together_with_its_leaf_hash_is_hemmed_in_by_checkpoints():
    report = verify(written(changed_at(ledger().parts(), 7, list_too=True)))
    assert report.first is not None
    assert (report.first.what, report.first.index) == ("ENTRY_CHANGED", 5)
    assert report.first.place == "the entries 5 to 8"
    assert "one of the entries 5 to 8" in report.first.says


def test_the_list_alone_is_at_fault_where_entries_and_checkpoint_agree():
    parts = ledger().parts()
    parts["leaves"][7] = bytes(32)
    report = verify(written(parts))
    assert report.first is not None
    assert (report.first.what, report.first.index, report.first.place) == (
        "LEAF_LIST",
        None,
        "the list of leaf hashes, number 7",
    )
    data = written(parts)
    assert data[report.first.offset : report.first.offset + 32] == bytes(32)


@pytest.mark.parametrize(
    "change", [lambda leaves: leaves.append(bytes(32)), lambda leaves: leaves.pop(), lambda leaves: leaves.clear()]
)
def test_a_list_too_long_or_too_short_is_at_fault(change):
    parts = ledger().parts()
    change(parts["leaves"])
    assert first(written(parts)) == ("LEAF_LIST", None)


def test_a_long_list_is_full_but_for_its_end():
    made = ledger()
    for _ in range(600):
        made.show(rows=0)
    parts = made.parts()
    assert verify(written(parts)).status == VERIFIED
    parts["leaves"][400] = bytes(32)
    report = verify(data := written(parts))
    assert report.first is not None
    assert report.first.place == "the list of leaf hashes, number 400"
    assert data[report.first.offset : report.first.offset + 32] == bytes(32)
    sections = [(one.tag, one.body) for one in bundle.read_sections(data)]
    at = [number for number, one in enumerate(sections) if one[0] == b"L"]
    body = sections[at[0]][1]
    sections[at[0] : at[0] + 1] = [(b"L", body[:320]), (b"L", body[320:])]
    report = verify(rejoined(sections))
    assert report.first is not None
    assert report.first.what == "LEAF_LIST"
    assert "one way" in report.first.says


def rejoined(sections) -> bytes:
    return joined([*(one for one in sections if one[0] != b"Z"), (b"Z", b"")], fixed=True)


def sections_of(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(one.tag, one.body) for one in bundle.read_sections(data)]


def test_the_last_entries_dropped_with_their_checkpoint_are_missed():
    """The list says that there was more; without it, this is an older bundle, which is why checkpoints are kept elsewhere."""
    parts = ledger().parts()
    kept = parts["log"][:9]
    assert kept[-1].checkpoint is not None
    report = verify(written({**parts, "log": kept}))
    assert (report.status, report.first.what if report.first else "") == (VIOLATED, "LEAF_LIST")
    older = verify(written({**parts, "log": kept, "leaves": parts["leaves"][:9]}))
    assert older.status == VERIFIED
    assert older.told is not None
    assert older.told.size == 9


def test_the_last_entry_dropped_alone_is_named():
    parts = ledger().parts()
    *log, last = parts["log"]
    log[-1] = replace(log[-1], checkpoint=last.checkpoint)
    assert first(written({**parts, "log": log})) == ("ENTRY_MISSING", len(log))


def test_an_entry_after_the_last_checkpoint_is_named():
    made = ledger()
    sections = sections_of(made.bundle())
    extra = entries.encode(made.show())
    assert first(rejoined([*sections[:-1], (b"E", extra)])) == ("ENTRY_CHANGED", len(made.entries) - 1)


def test_entries_dropped_with_the_last_checkpoint_are_missed_by_the_list():
    """Entries gone, the list whole, and no checkpoint that covers what is left."""
    made = ledger()
    sections = sections_of(made.bundle())
    sections = sections[: max(n for n, one in enumerate(sections) if one[0] == b"E")]
    assert first(rejoined(sections)) == ("ENTRY_MISSING", sum(one[0] == b"E" for one in sections))


def test_a_bundle_without_an_entry_is_unusable_and_says_so():
    """Found true by every hash in it, so it must not count as verified, nor as anything that was never looked at."""
    for sections in ([], [(b"T", sha256(b"x").digest() + b"x")]):
        report = verify(rejoined(sections))
        assert (report.status, report.first.what if report.first else "") == (UNUSABLE, "NO_ENTRY")
        assert "there is no entry" in report.words().lower()


def test_a_checkpoint_that_is_no_text_is_said_in_plain_words():
    sections = sections_of(ledger().bundle())
    at = next(n for n, one in enumerate(sections) if one[0] == b"N")
    sections[at] = (b"N", b"\xff\n\n\xff\n")
    report = verify(rejoined(sections))
    assert report.first is not None
    assert report.first.says == "not a signed note: not text in UTF-8"


# ---------------------------------------------------------------- side rows


@pytest.mark.parametrize(
    "commitment", [[], commitments("x", 1), commitments("x", 2), commitments("x", 3), list(reversed(commitments(12, 2)))]
)
def test_a_side_row_is_the_one_that_its_entry_states(commitment):
    parts = ledger().parts()
    index = next(n for n, one in enumerate(parts["log"]) if len(one.commitments) == 2)
    parts["log"][index] = replace(parts["log"][index], commitments=commitment)
    report = verify(written(parts))
    assert report.first is not None
    assert (report.first.what, report.first.place) == ("SIDE_ROW", f"the side row of the entry at index {index}")


def test_an_entry_that_disclosed_nothing_has_the_hash_of_nothing():
    made = Ledger()
    version = made.serve()
    made.disclose(version, rows=0, side=hashed(b"something"))
    assert first(made.bundle()) == ("SIDE_ROW", None)


def test_a_side_row_stands_only_where_one_is_asked_for():
    for index in (0, 12):
        parts = ledger().parts()
        parts["log"][index] = replace(parts["log"][index], commitments=commitments("x", 1))
        assert first(written(parts)) == ("SIDE_ROW", None)


# ---------------------------------------------------------------- checkpoints


def with_note(note: bytes, index: int = -1) -> bytes:
    parts = ledger().parts()
    parts["log"][index] = replace(parts["log"][index], checkpoint=note)
    return written(parts)


def test_a_checkpoint_is_signed_by_the_logs_key_over_this_ledger():
    made = ledger()
    size = len(made.entries)
    root = merkle.root(made.parts()["leaves"])
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    good = made.note(size)
    assert verify(with_note(good)).status == VERIFIED
    line = good.splitlines(keepends=True)[-1]
    body = checkpoint.Checkpoint(origin=ORIGIN, size=size, root=root).body()
    for note in (
        sign_note(ORIGIN, size, root, sign=other.sign),
        sign_note("other.test/log", size, root),
        checkpoint.write_note(body, ORIGIN, other.public_key().public_bytes_raw(), other.sign(body)),
        checkpoint.write_note(body, "other.test/log", LOG_PUBLIC, bytes(64)),
        good + line,
        b"not a note",
        good.replace(body, body + b"more\n"),
    ):
        report = verify(with_note(note))
        assert report.first is not None
        assert (report.first.what, report.first.index) == ("COSIGNATURE" if note == good + line else "CHECKPOINT", None)
        assert report.first.place == f"the checkpoint after the entry at index {size - 1}"


def test_a_checkpoint_over_another_root_says_that_entries_were_changed():
    size = len(ledger().entries)
    assert first(with_note(sign_note(ORIGIN, size, bytes(32)))) == ("ENTRY_CHANGED", 9)


def test_a_checkpoint_stands_where_it_was_made_and_once():
    made = ledger()
    size = len(made.entries)
    assert first(with_note(made.note(size - 1))) == ("CHECKPOINT", None)
    assert first(with_note(made.note(4), 4)) == ("CHECKPOINT", None)
    sections = sections_of(made.bundle())
    assert first(rejoined([*sections[:-1], sections[-2]])) == ("CHECKPOINT", None)


def test_the_last_entries_need_a_checkpoint():
    sections = [one for one in sections_of(ledger().bundle()) if one[0] != b"N"]
    assert first(rejoined(sections)) == ("NO_CHECKPOINT", None)


# ---------------------------------------------------------------- texts


def test_the_texts_are_those_that_entries_name():
    parts = ledger().parts()
    texts = parts["texts"]
    assert first(written({**parts, "texts": [*texts, b"one more"]})) == ("TEXT_EXTRA", None)
    for text in texts:
        report = verify(written({**parts, "texts": [one for one in texts if one != text]}))
        assert report.first is not None
        assert report.first.what == "TEXT_MISSING"
        assert report.first.place.startswith("the texts that the entry at index ")


def test_a_text_is_under_its_own_hash_and_in_order():
    sections = sections_of(ledger().bundle())
    swapped = [sections[1], sections[0], *sections[2:]]
    assert first(rejoined(swapped)) == ("SECTION_MOVED", None)
    changed = [(b"T", sections[0][1] + b" "), *sections[1:]]
    report = verify(rejoined(changed))
    assert report.first is not None
    assert (report.first.what, report.first.offset) == ("TEXT_CHANGED", len(bundle.MAGIC))


def test_rules_that_this_program_does_not_carry_make_a_bundle_unusable():
    made = ledger()
    genesis = made.entries[0]
    made.entries[0] = replace(genesis, detail={**genesis.detail, "floor": made.keep(b"another floor")})
    report = verify(made.bundle())
    assert report.status == UNUSABLE
    assert report.first is not None
    assert report.first.what == "UNKNOWN_RULES"
    broken = bytearray(made.bundle())
    broken[-1] ^= 1
    assert verify(bytes(broken)).status == VIOLATED


# ---------------------------------------------------------------- the ledger's own rules


def test_a_ledger_that_broke_its_rules_is_violated_though_every_hash_fits():
    made = ledger()
    made.add(with_side_row(made.entries[-1]), By("stranger", outsider().authority), side=commitments("y", 1))
    index = len(made.entries) - 1
    made.show()
    report = verify(made.bundle())
    assert report.first is not None
    assert (report.first.what, report.first.index, report.first.entry) == ("NOT_NAMED", index, made.entries[index].id)
    assert len(report.findings) == 1


def with_side_row(entry) -> entries.Draft:
    return entries.Draft(entry.kind, {**entry.detail, "rows": 1, "side": side_hash(commitments("y", 1))})


def test_an_entry_in_another_form_is_violated_though_every_hash_fits():
    made = ledger()
    parts = made.parts()
    body = entries.encode(made.entries[8]).replace(b":", b": ", 1)
    log = [replace(one, checkpoint=None) for one in parts["log"]]
    log[8] = Logged(body)
    leaves = [merkle.leaf_hash(one.entry) for one in log]
    log[-1] = replace(log[-1], checkpoint=sign_note(ORIGIN, len(log), merkle.root(leaves)))
    assert first(written({**parts, "log": log, "leaves": leaves})) == ("ENTRY_NOT_CANONICAL", 8)


def test_a_ledger_without_a_genesis_has_no_key_to_trust():
    made = ledger()
    made.entries = made.entries[1:]
    made.side = {}
    made.points = set()
    report = verify(made.bundle())
    assert report.first is not None
    assert (report.first.what, report.first.index) == ("NO_GENESIS", 0)
    assert report.told is None
    assert "CHECKPOINT" in {one.what for one in report.findings}


@pytest.mark.parametrize("data", [b"", b"PARS", b"PK\x03\x04 a zip", bundle.MAGIC, bundle.MAGIC + b"T\0\0"])
def test_what_is_no_bundle_is_unusable(data):
    report = verify(data)
    assert report.status == UNUSABLE
    assert report.first is not None
    assert report.first.place == "before the first entry"


# ---------------------------------------------------------------- trust

KEYS = Trust(logs=((ORIGIN, LOG_PUBLIC),), seats=PUBLIC)


def test_the_bundle_of_a_trusted_ledger_verifies():
    made = ledger()
    size = len(made.entries)
    kept = checkpoint.Checkpoint(origin=ORIGIN, size=9, root=merkle.root(made.parts()["leaves"][:9]))
    for trust in (KEYS, replace(KEYS, seats={}), replace(KEYS, checkpoint=kept)):
        report = verify(made.bundle(), trust)
        assert report.status == VERIFIED
        assert report.trusted
        assert report.told is not None
        assert report.told.size == size


@pytest.mark.parametrize(
    "trust",
    [
        replace(KEYS, logs=((ORIGIN, bytes(32)),)),
        replace(KEYS, seats={**PUBLIC, "city": bytes(32)}),
        replace(KEYS, seats={"city": bytes(32)}),
        replace(KEYS, seats={**PUBLIC, "mayor": bytes(32)}),
    ],
)
def test_another_key_than_the_trusted_one_is_a_violation(trust):
    assert first(ledger().bundle(), trust) == ("NOT_TRUSTED", 0)


def test_keys_of_some_of_the_owners_alone_are_said_to_be_that():
    report = verify(ledger().bundle(), replace(KEYS, seats={"city": PUBLIC["city"]}))
    assert report.status == UNUSABLE, "nor is it verified: the seats that aren't named may be anybody's"
    (found,) = report.findings
    assert (found.what, found.index, found.place) == ("SEATS_LACKING", None, "the file of keys")
    assert "lacks courts and prosecutor: whoever" in found.says
    assert "No entry is at fault" not in report.words()
    assert "at byte" not in report.words()
    changed = bytearray(ledger().bundle())
    changed[-1] ^= 1
    assert verify(bytes(changed), replace(KEYS, seats={"city": PUBLIC["city"]})).status == VIOLATED


OTHERS = replace(KEYS, logs=(("other.test/log", bytes(32)),), seats={"mayor": bytes(32)})


@pytest.mark.parametrize("size", [1, 9, 99])
def test_the_keys_of_another_ledger_are_said_to_be_that_and_the_ledger_is_not_blamed(size):
    kept = checkpoint.Checkpoint(origin="other.test/log", size=size, root=bytes(32))
    for trust in (OTHERS, replace(OTHERS, checkpoint=kept), replace(KEYS, logs=(("other.test/log", LOG_PUBLIC),))):
        report = verify(ledger().bundle(), trust)
        assert (report.status, report.trusted) == (UNUSABLE, False)
        (found,) = report.findings
        assert (found.what, found.index, found.place) == ("OTHER_LEDGER", None, "the file of keys")
        assert f"the file of keys is for other.test/log, and the bundle is of {ORIGIN}" in found.says
        assert "Nothing in this file" not in report.words()


def test_keys_of_another_ledger_hide_nothing_that_is_wrong_with_this_one():
    data = bytearray(ledger().bundle())
    data[-1] ^= 1
    report = verify(bytes(data), OTHERS)
    assert report.status == VIOLATED
    assert {one.what for one in report.findings} == {"OTHER_LEDGER", "TRAILER"}


def test_a_history_written_anew_by_the_logs_own_key_shows_against_a_kept_checkpoint():
    made = ledger()
    kept = checkpoint.Checkpoint(origin=ORIGIN, size=9, root=merkle.root(made.parts()["leaves"][:9]))
    made.entries[8] = replace(made.entries[8], salt=bytes(16))
    assert verify(made.bundle()).status == VERIFIED  # the key vouches for it: only others' memory tells
    report = verify(made.bundle(), replace(KEYS, checkpoint=kept))
    assert report.first is not None
    assert (report.first.what, report.first.place) == ("HISTORY_REWRITTEN", "the entries 0 to 8")


def test_a_ledger_shorter_than_a_kept_checkpoint_was_cut():
    made = ledger()
    kept = checkpoint.Checkpoint(origin=ORIGIN, size=99, root=bytes(32))
    report = verify(made.bundle(), replace(KEYS, checkpoint=kept))
    assert report.first is not None
    assert (report.first.what, report.first.index) == ("CUT_SHORT", None)
