"""L9: the ledger can be checked by a stranger. Gap-free, append-only, no personal data in it, any change found and located."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core.ledger import entries, merkle
from pars.core.ledger.bundle import read_sections
from tests.agreements import ORIGIN, PUBLIC
from tests.ledgers import LOG_PUBLIC, histories
from tests.verify import mutations
from tests.verify.second import second
from verify.checks import verify
from verify.report import UNUSABLE, VERIFIED, VIOLATED
from verify.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.verify.second import Second

TRUST = Trust(logs=((ORIGIN, LOG_PUBLIC),), seats=PUBLIC)


@settings(max_examples=60)
@given(histories())
def test_every_ledger_that_the_gate_wrote_verifies(ledger):
    report = verify(ledger.bundle(), TRUST)
    assert report.status == VERIFIED, report.words()
    assert report.told is not None
    assert report.told.size == len(ledger.entries)
    assert report.told.root == merkle.root(merkle.leaf_hash(entries.encode(entry)) for entry in ledger.entries)


@settings(max_examples=60)
@given(histories(), st.integers(0, 2**32))
def test_any_single_change_is_found_and_located(ledger, seed):
    made = mutations.random_mutation(ledger.bundle(), random.Random(seed))
    report = verify(made.data)
    assert report.status in {VIOLATED, UNUSABLE}, made.how
    assert report.first is not None
    assert report.first.place
    assert made.index is None or report.first.index == made.index, (made.how, report.words())


@pytest.fixture(scope="module")
def other() -> Iterator[Second]:
    """Give the second verifier, which shares no code with ours."""
    with second() as started:
        yield started


@settings(max_examples=40)
@given(histories(), st.integers(0, 2**32))
def test_two_programs_say_the_same_of_any_ledger_and_of_any_change(other, ledger, seed):
    data = ledger.bundle()
    assert other.agrees(data) == "verified"
    made = mutations.random_mutation(data, random.Random(seed))
    assert other.agrees(made.data, made.how) in {"violated", "unusable"}


@settings(max_examples=40)
@given(histories(), st.data())
def test_the_ledger_only_grows(ledger, data):
    """What it said at an earlier size it still says: a bundle made then is a beginning of the one made now."""
    size = data.draw(st.integers(1, len(ledger.entries)))
    hashes = [merkle.leaf_hash(entries.encode(entry)) for entry in ledger.entries]
    tree, nodes = merkle.Frontier(), {}
    for leaf in hashes:
        nodes.update({(level, index): value for level, index, value in tree.append(leaf)})
    proof = merkle.consistency_proof(size, len(hashes), lambda level, index: nodes[level, index])
    assert merkle.verify_consistency(size, len(hashes), merkle.root(hashes[:size]), tree.root(), proof)
    index = data.draw(st.integers(0, len(hashes) - 1))
    receipt = merkle.inclusion_proof(index, len(hashes), lambda level, index: nodes[level, index])
    assert merkle.verify_inclusion(hashes[index], index, len(hashes), receipt, tree.root())


@settings(max_examples=40)
@given(histories())
def test_no_word_of_anybody_is_in_an_entry(ledger):
    """Every text in an entry is a code, a column, a hash or a salt: nothing with a space, an accent or a stroke of a name."""
    for section in read_sections(ledger.bundle()):
        if section.tag == b"E":
            body = section.body.decode("ascii")
            assert re.fullmatch(r"[!-~]+", body)
            for text in re.findall(r'"([^"]*)"', body):
                assert re.fullmatch(r"/?[A-Za-z0-9][A-Za-z0-9._:/+-]*", text)


@settings(max_examples=40)
@given(histories())
def test_the_same_act_twice_has_two_leaf_hashes(ledger):
    """Each entry is salted, so that a hash in public can't be guessed from what somebody thinks happened."""
    hashes = [merkle.leaf_hash(entries.encode(entry)) for entry in ledger.entries]
    assert len({entry.salt for entry in ledger.entries}) == len(set(hashes)) == len(hashes)
