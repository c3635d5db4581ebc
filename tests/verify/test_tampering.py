"""Every kind of tampering, found and placed by all three: the check in turn, the one by several processes, and that of the public page."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from pars.core.ledger import checkpoint, merkle
from tests.agreements import ORIGIN, PUBLIC
from tests.ledgers import LOG_PUBLIC
from tests.verify import tampering_watched as watched
from tests.verify.second import Second, second
from tests.verify.tampering import KINDS, Tampering
from tests.verify.test_mutations import rich_ledger
from verify.checks import verify
from verify.fast import verify_fast
from verify.report import UNUSABLE, VERIFIED, VIOLATED
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ledgers import Ledger

MANY = 10_000


def keys_of(ledger: Ledger) -> str:
    """Return the file of keys that somebody has who kept the last checkpoint, too."""
    leaves = ledger.parts()["leaves"]
    kept = checkpoint.Checkpoint(origin=ORIGIN, size=len(leaves), root=merkle.root(leaves))
    return checkpoint.trust_text(logs=[(ORIGIN, LOG_PUBLIC)], seats=PUBLIC, checkpoint=kept)


LEDGERS = (rich_ledger(), watched.LEDGER)
IT = {**dict.fromkeys(KINDS, Tampering(LEDGERS[0])), **dict.fromkeys(watched.KINDS, Tampering(LEDGERS[1]))}
KEYS = {**dict.fromkeys(KINDS, keys_of(LEDGERS[0])), **dict.fromkeys(watched.KINDS, keys_of(LEDGERS[1]))}
MADE = {**KINDS, **watched.KINDS}


def found(kind: str, chance: random.Random, other: Second) -> None:
    """Assert that one of that kind is found and placed, alike."""
    it, keys = IT[kind], KEYS[kind]
    trust = read_trust(keys)
    made = MADE[kind](it, chance)
    while made.data == it.data:
        made = MADE[kind](it, chance)
    report = verify(made.data, trust)
    assert report.status in {VIOLATED, UNUSABLE}, (kind, made.how)
    assert report.first is not None
    assert report.first.place
    assert report.first.says
    if made.index is not None:
        assert report.first.index == made.index, (kind, made.how, report.words())
    assert verify_fast(made.data, trust, processes=0, span=chance.choice((700, 6_000, 1 << 20))) == report, (kind, made.how)
    other.agrees(made.data, (kind, made.how), keys)


@pytest.fixture(scope="module")
def other() -> Iterator[Second]:
    """Give the second verifier."""
    with second() as started:
        yield started


def test_untouched_they_verify() -> None:
    assert len(MADE) == len(KINDS) + len(watched.KINDS) >= 24
    for kind in ("a byte changed", "a stranger's line"):
        assert verify(IT[kind].data, read_trust(KEYS[kind])).status == VERIFIED


@pytest.mark.parametrize("kind", watched.KINDS)
def test_what_witnesses_signed_is_held_against_it_without_any_key_that_was_kept(kind: str, other: Second) -> None:
    made = watched.KINDS[kind](IT[kind], random.Random(f"{kind} 2"))
    assert verify(made.data).status == VIOLATED, made.how
    other.agrees(made.data, (kind, made.how))


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_is_found_and_placed(kind: str, other: Second) -> None:
    chance = random.Random(f"{kind} 1")
    for _ in range(2):
        found(kind, chance, other)


@pytest.mark.soak
def test_ten_thousand_are_found_and_placed_by_all_three(other: Second) -> None:
    chance, kinds, began = random.Random(20261129), list(MADE), time.monotonic()
    for turn in range(MANY):
        found(kinds[turn % len(kinds)], chance, other)
    print(f"{MANY:,} of {len(kinds)} kinds, each found by all three: {time.monotonic() - began:.0f} s")
