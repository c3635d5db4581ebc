"""Every kind of tampering, found and placed by all three: the check in turn, the one by several processes, and that of the public page."""

from __future__ import annotations

import random

import pytest

from pars.core.ledger import checkpoint, merkle
from tests.agreements import ORIGIN, PUBLIC
from tests.ledgers import LOG_PUBLIC
from tests.verify.second import Second, second
from tests.verify.tampering import KINDS, Tampering
from tests.verify.test_mutations import rich_ledger
from verify.checks import verify
from verify.fast import verify_fast
from verify.report import UNUSABLE, VERIFIED, VIOLATED
from verify.trust import read_trust

LEDGER = rich_ledger()
IT = Tampering(LEDGER)
SIZE = len(LEDGER.entries)
COSIGNED = checkpoint.Checkpoint(origin=ORIGIN, size=SIZE, root=merkle.root(LEDGER.parts()["leaves"]))
KEYS = checkpoint.trust_text(origin=ORIGIN, log_keys=[LOG_PUBLIC], seats=PUBLIC, checkpoint=COSIGNED)
TRUST = read_trust(KEYS)


def found(kind: str, chance: random.Random, other: Second | None) -> None:
    """Assert that one of that kind is found and placed, alike."""
    made = KINDS[kind](IT, chance)
    while made.data == IT.data:
        made = KINDS[kind](IT, chance)
    report = verify(made.data, TRUST)
    assert report.status in {VIOLATED, UNUSABLE}, (kind, made.how)
    assert report.first is not None
    assert report.first.place
    assert report.first.says
    if made.index is not None:
        assert report.first.index == made.index, (kind, made.how, report.words())
    assert verify_fast(made.data, TRUST, processes=0, span=chance.choice((700, 6_000, 1 << 20))) == report, (kind, made.how)
    if other is not None:
        other.agrees(made.data, (kind, made.how), KEYS)


def test_untouched_it_verifies() -> None:
    assert len(KINDS) >= 24
    assert verify(IT.data, TRUST).status == VERIFIED


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_and_placed(kind: str) -> None:
    chance = random.Random(f"{kind} 1")
    for _ in range(2):
        found(kind, chance, None)


@pytest.mark.soak
def test_ten_thousand_are_found_and_placed_by_all_three() -> None:
    chance, kinds = random.Random(20261129), list(KINDS)
    with second() as other:
        for turn in range(10_000):
            found(kinds[turn % len(kinds)], chance, other)
