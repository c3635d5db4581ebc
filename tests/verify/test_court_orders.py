"""A ledger with court orders, one rule broken by whoever holds the log's key: the verifier names the entry."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger.entries import Kind
from pars.core.terms import DAY
from tests.ordered import SHARES, ordered
from tests.verify.second import second
from verify.checks import verify
from verify.report import VERIFIED, VIOLATED

if TYPE_CHECKING:
    from tests.ledgers import Ledger

WHOLE = ordered()
CHANGED: tuple[tuple[Kind, dict[str, Any], str], ...] = (
    (Kind.COURT_ORDER_RECEIVED, {"means": "erased"}, "UNKNOWN_ORDER"),
    (Kind.COURT_ORDER_SERVED, {"on": "sheriff"}, "NOT_OWED"),
    (Kind.PRESERVATION_STATED, {"stands": 0}, "PRESERVED"),
    (Kind.PURGE_ASKED, {"due": WHOLE.at + 40 * DAY}, "PURGE_DUE"),
    (Kind.PURGE_ANSWERED, {"outcome": "LOST"}, "NO_PURGE"),
    (Kind.RECORD_PUT_AWAY, {"purges": 0}, "PURGES"),
    (Kind.RECORD_PUT_AWAY, {"shares": list(SHARES)}, "SHARES"),
    (Kind.RECORD_PUT_AWAY, {"charges": 1}, "OTHER_ORDER"),
    (Kind.RECORD_BROUGHT_BACK, {"order": 1}, "NO_ORDER"),
    (Kind.ACCESS_LIMITED, {"limited": 0}, "OTHER_ORDER"),
    (Kind.EPOCH_ENDED, {"epoch": 0}, "EPOCH"),
    (Kind.COPY_CLEANED, {"orders": 0}, "NOTHING_CLEANED"),
    (Kind.COURT_ORDER_WITHDRAWN, {"reason": "TIRED"}, "UNKNOWN_REASON"),
    (Kind.COURT_ORDER_WITHDRAWN, {"order": 1}, "NO_ORDER"),
)
"""A kind, what its first entry states instead, and what is said of it."""


def changed(kind: Kind, change: dict[str, Any]) -> tuple[Ledger, int]:
    """Return the ledger in which the first entry of a kind states something else, and that entry's index."""
    ledger = copy.deepcopy(WHOLE)
    at = next(n for n, entry in enumerate(ledger.entries) if entry.kind is kind)
    ledger.entries[at] = replace(ledger.entries[at], detail={**ledger.entries[at].detail, **change})
    return ledger, at


def test_unbroken_it_verifies() -> None:
    report = verify(WHOLE.bundle())
    assert report.status == VERIFIED, report.words()


@pytest.mark.parametrize(("kind", "change", "code"), CHANGED)
def test_a_broken_rule_is_named_with_its_index(kind: Kind, change: dict[str, Any], code: str) -> None:
    ledger, at = changed(kind, change)
    report = verify(ledger.bundle())
    assert report.status == VIOLATED
    assert report.first is not None
    assert (report.first.what, report.first.index) == (code, at), report.words()


@pytest.mark.parametrize(
    ("kind", "before"),
    [(Kind.PURGE_ANSWERED, Kind.PURGE_ASKED), (Kind.ACCESS_LIMITED, Kind.RECORD_PUT_AWAY)],
)
def test_an_act_that_narrows_and_is_dated_before_an_earlier_one_is_found_by_both_verifiers(kind: Kind, before: Kind) -> None:
    ledger = copy.deepcopy(WHOLE)
    at = next(n for n, entry in enumerate(ledger.entries) if entry.kind is kind)
    earlier = next(entry for entry in reversed(ledger.entries[:at]) if entry.kind is before)
    ledger.entries[at] = replace(ledger.entries[at], at=earlier.at - 1)
    data = ledger.bundle()
    report = verify(data)
    assert report.first is not None
    assert (report.first.what, report.first.index) == ("OUT_OF_ORDER", at), report.words()
    with second() as other:
        assert other.agrees(data) == "violated"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(Kind.COURT_ORDER_SERVED, "NOT_SERVED"), (Kind.PURGE_ASKED, "PURGES"), (Kind.COURT_ORDER_RECEIVED, "NO_ORDER")],
)
def test_what_was_left_out_is_missed_where_the_record_was_put_away(kind: Kind, code: str) -> None:
    ledger = copy.deepcopy(WHOLE)
    at = next(n for n, entry in enumerate(ledger.entries) if entry.kind is kind)
    del ledger.entries[at]
    ledger.side = {n - (n > at): side for n, side in ledger.side.items()}
    report = verify(ledger.bundle())
    assert report.status == VIOLATED
    assert report.first is not None
    assert report.first.what == code
