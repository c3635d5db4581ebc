"""The history checker finds what it is there for: each kind of wrong is planted once, into a history in which all else is well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nemesis.history import Kept, Look, Seen, check

A = "agreement:A"
LOOKS = {"one": [Look(0.0, 100.0, 0.2), Look(9.0, 109.1, 9.2)], "two": [Look(0.0, -50.0, 0.1), Look(9.0, -41.0, 9.1)]}
"""The clock of `one` is 99.9 to 100.0 before the referee's, that of `two` 50.0 to 50.1 behind it."""


def one(what, asked, told, entry, client="one"):
    shift = {"one": 100.0, "two": -50.0}[client]
    out = f"out-{entry}" if what == "delivered" else ""
    return Seen(client, what, asked + shift, told + shift, A, entry, f"leaf-{entry}", out)


SEEN = [
    one("delivered", 1.0, 1.2, 10),
    one("delivered", 1.1, 1.3, 11, "two"),
    one("suspended", 2.0, 2.2, 12),
    one("refused", 3.0, 3.1, 13, "two"),
    one("reinstated", 4.0, 4.1, 14),
    one("delivered", 5.0, 5.1, 15, "two"),
    one("done", 6.0, 6.1, 16),
    Seen("two", "unknown", 7.0, 8.0),
]
KEPT = [Kept(n, n - 10, f"leaf-{n}", f"out-{n}" if n in {10, 11, 15} else "") for n in range(10, 17)]


def rules(seen=SEEN, looks=LOOKS, kept=KEPT):
    return {found.rule for found in check(seen, looks, kept)}


def test_what_agrees_is_well():
    assert check(SEEN, LOOKS, KEPT) == []


def test_what_was_given_and_is_not_in_the_ledger_is_found():
    assert rules([*SEEN, one("delivered", 6.2, 6.3, 17)]) == {"lost"}
    assert rules([*SEEN, replace(one("delivered", 6.2, 6.3, 17), entry=None)]) == {"lost"}
    assert rules([*SEEN, one("done", 6.2, 6.3, 17)]) == {"lost"}


def test_another_entry_than_was_promised_is_found():
    assert rules(kept=[replace(KEPT[0], leaf="another"), *KEPT[1:]]) == {"leaf"}


def test_other_records_than_were_entered_are_found():
    assert rules([replace(SEEN[0], out="more"), *SEEN[1:]]) == {"out"}


def test_a_gap_is_found():
    assert rules(kept=[*KEPT, Kept(18, 8, "leaf-18")]) == {"gap"}


def test_an_order_against_time_is_found():
    kept = [replace(KEPT[5], index=6), replace(KEPT[6], index=5)]
    assert rules(kept=[*KEPT[:5], *kept]) == {"order"}


def test_what_may_have_been_at_once_may_have_any_order():
    kept = [replace(KEPT[0], index=1), replace(KEPT[1], index=0)]
    assert rules(kept=[*kept, *KEPT[2:]]) == set()


def test_an_answer_after_an_acknowledged_suspension_is_found():
    late = one("delivered", 3.0, 3.1, 13, "two")
    kept = [replace(given_, out="out-13") if given_.entry == 13 else given_ for given_ in KEPT]
    assert rules([*SEEN[:3], late, *SEEN[4:]], kept=kept) == {"end"}


@pytest.mark.parametrize("asked", [2.15, 3.95])
def test_an_answer_that_may_have_been_asked_for_before_or_after_is_none(asked):
    """Nobody can tell: the question was sent before the acknowledgement came, or its answer came after the reinstatement began."""
    near = one("delivered", asked, 4.05, 13, "two")
    kept = [replace(given_, out="out-13") if given_.entry == 13 else given_ for given_ in KEPT]
    assert rules([*SEEN[:3], near, *SEEN[4:]], kept=kept) == set()


def test_a_clock_that_was_set_is_found():
    assert rules(looks={**LOOKS, "one": [Look(0.0, 100.0, 0.2), Look(9.0, 112.0, 9.2)]}) == {"clock"}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_every_history_of_one_writer_is_well_and_any_two_of_its_entries_apart_in_time_can_not_be_swapped(spans, chance):
    """Against a naive look at every pair."""
    spans.sort(key=lambda span: span[0] + span[1])
    seen = [Seen("one", "done", start, start + lasts, A, n, f"leaf-{n}") for n, (start, lasts) in enumerate(spans)]
    looks = {"one": [Look(0.0, 0.0, 0.0)]}
    places = list(range(len(seen)))
    assert check(seen, looks, [Kept(n, n, f"leaf-{n}") for n in places]) == []
    chance.shuffle(places)
    wrong = any(a.told < b.asked and places[a.entry] > places[b.entry] for a in seen for b in seen)
    found = {one.rule for one in check(seen, looks, [Kept(n, place, f"leaf-{n}") for n, place in enumerate(places)])}
    assert found == ({"order"} if wrong else set())
