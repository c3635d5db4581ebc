"""Keys in a bundle: a stranger follows from the log's first key to its last, and finds whoever goes on with a key that is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.ledger import bundle as bundles
from pars.core.ledger import entries, merkle
from pars.core.ledger.bundle import CHECKPOINT, ENTRY, read_sections
from pars.core.ledger.checkpoint import Checkpoint
from tests.agreements import ORIGIN, PUBLIC, public
from tests.ledgers import LOG_PUBLIC, Ledger, sign_note
from tests.verify.mutations import joined
from tests.verify.test_fast import same
from verify.report import UNUSABLE, VERIFIED, VIOLATED
from verify.trust import Trust

TWO, THREE = public("log-2"), public("log-3")


def changed_twice() -> Ledger:
    """Return a ledger whose log changed its key twice, with a checkpoint after each entry."""
    ledger = Ledger()
    made = ledger.serve()
    first = ledger.add_key("log", "log-2")
    ledger.disclose(made)
    ledger.add_key("log", "log-3", first.id, old="log-2")
    ledger.revoke_key("log", "log", first.id, ledger.entries[-1].id)
    ledger.disclose(made)
    ledger.points = set(range(1, len(ledger.entries) + 1))
    return ledger


LEDGER = changed_twice()
BUNDLE = LEDGER.bundle()
FIRST = next(n for n, entry in enumerate(LEDGER.entries) if entry.detail.get("key") == TWO.hex())


def noted(size: int, keys: tuple[bytes, ...]) -> bytes:
    """Return the bundle with the checkpoint over so many entries signed by these keys, the trailer worked out anew."""
    parts, entries = [], 0
    for one in read_sections(BUNDLE):
        entries += one.tag == ENTRY
        body = one.body
        if one.tag == CHECKPOINT and entries == size:
            root = LEDGER_ROOTS[size]
            body = sign_note(ORIGIN, size, root, keys=keys)
        parts.append((one.tag, body))
    return joined(parts, fixed=True)


def without(*sizes: int) -> bytes:
    """Return the bundle without the checkpoints over so many entries."""
    parts, entries = [], 0
    for one in read_sections(BUNDLE):
        entries += one.tag == ENTRY
        if one.tag != CHECKPOINT or entries not in sizes:
            parts.append((one.tag, one.body))
    return joined(parts, fixed=True)


def _roots() -> dict[int, bytes]:
    frontier, found = merkle.Frontier(), {}
    for number, entry in enumerate(LEDGER.entries, start=1):
        frontier.append(merkle.leaf_hash(entries.encode(entry)))
        found[number] = frontier.root()
    return found


LEDGER_ROOTS = _roots()


def test_a_ledger_whose_keys_changed_verifies() -> None:
    report = same(BUNDLE)
    assert report.status == VERIFIED, report.words()
    assert report.told is not None
    assert report.told.log_key == THREE
    assert bundles.MAGIC in BUNDLE


SIGNED: tuple[tuple[int, tuple[bytes, ...], bool], ...] = (
    (FIRST, (LOG_PUBLIC,), True),
    (FIRST, (TWO,), False),  # before the change
    (FIRST + 1, (LOG_PUBLIC, TWO), True),
    (FIRST + 1, (TWO,), False),  # the overlap with one signature
    (FIRST + 1, (LOG_PUBLIC,), False),
    (FIRST + 1, (TWO, LOG_PUBLIC), False),
    (FIRST + 2, (TWO,), True),
    (FIRST + 2, (LOG_PUBLIC, TWO), False),
    (FIRST + 2, (LOG_PUBLIC,), False),  # who has the old key goes on with it
    (FIRST + 3, (TWO, THREE), True),
    (FIRST + 4, (TWO,), False),
    (FIRST + 5, (LOG_PUBLIC,), False),
)


@pytest.mark.parametrize(("size", "keys", "well"), SIGNED)
def test_each_checkpoint_is_signed_by_whom_the_entries_say(size: int, keys: tuple[bytes, ...], well: bool) -> None:
    report = same(noted(size, keys))
    assert (report.status == VERIFIED) is well, report.words()
    if not well:
        assert report.first is not None
        assert (report.first.what, report.first.place) == ("CHECKPOINT", f"the checkpoint after the entry at index {size - 1}")


def test_what_is_thinned_keeps_the_first_over_each_change() -> None:
    assert same(without(FIRST, FIRST + 2)).status == VERIFIED
    report = same(without(FIRST + 1))
    assert report.status == VIOLATED
    assert report.first is not None
    assert report.first.what == "CHECKPOINT"


@pytest.mark.parametrize(
    ("trust", "well"),
    [
        (Trust(logs=((ORIGIN, LOG_PUBLIC),), seats=PUBLIC), True),  # who got the keys before the change
        (Trust(logs=((ORIGIN, TWO), (ORIGIN, THREE)), seats=PUBLIC), True),
        (Trust(logs=((ORIGIN, bytes(32)),), seats=PUBLIC), False),
        (Trust(logs=(("elsewhere", LOG_PUBLIC),), seats=PUBLIC), False),
    ],
)
def test_one_of_the_keys_that_were_handed_over_is_the_logs(trust: Trust, well: bool) -> None:
    report = same(BUNDLE, trust)
    assert (report.status == VERIFIED) is well, report.words()


def test_a_log_key_alone_vouches_for_no_key_that_the_seats_put_in_its_place_as_lost() -> None:
    """Anybody can open a ledger under somebody's public key, with seats of their own, and let these say that it was lost."""
    ledger = Ledger()
    first = ledger.add_key("log", "log-2", old="")
    ledger.add_key("log", "log-3", first.id, old="log-2")
    ledger.points = {len(ledger.entries)}
    data, alone = ledger.bundle(), Trust(logs=((ORIGIN, LOG_PUBLIC),))
    report = same(data, alone)
    assert report.status == UNUSABLE, report.words()
    assert [one.what for one in report.findings] == ["SEATS_LACKING"]
    assert "a key of the log was lost" in report.words()
    kept = Checkpoint(origin=ORIGIN, size=1, root=merkle.root([merkle.leaf_hash(entries.encode(ledger.entries[0]))]))
    for trust in (
        replace(alone, seats=PUBLIC),
        replace(alone, checkpoint=kept),
        Trust(logs=((ORIGIN, TWO),)),
        Trust(logs=((ORIGIN, THREE),)),
    ):
        assert same(data, trust).status == VERIFIED, trust
    assert same(BUNDLE, alone).status == VERIFIED, "each key of that one was handed over by the one before"


def test_a_seats_key_of_before_and_of_after_are_both_its_own() -> None:
    ledger = Ledger()
    ledger.add_key("seat:city", "city-2")
    trust = Trust(logs=((ORIGIN, LOG_PUBLIC),), seats=PUBLIC)
    for key, well in ((PUBLIC["city"], True), (public("city-2"), True), (public("courts-2"), False), (None, False)):
        seats = {seat: held for seat, held in {**PUBLIC, "city": key}.items() if held is not None}
        report = same(ledger.bundle(), replace(trust, seats=seats))
        assert (report.status == VERIFIED) is well, report.words()
    ledger.revoke_key("seat:city", "city-2", 0, ledger.entries[-1].id)
    without_city = {seat: key for seat, key in PUBLIC.items() if seat != "city"}
    assert same(ledger.bundle(), replace(trust, seats=without_city)).status == VERIFIED
