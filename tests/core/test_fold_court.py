"""The fold on what the court keeps: a session's record that is closed once."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core import canonical
from pars.core.ledger import drafts
from pars.core.terms import SECOND, Instant
from tests.core.test_fold_authority import served
from tests.ledgers import Ledger, hashed, staff

BEGAN = served()[0].at


def record(starts: int = BEGAN, heard: int = 3, **more: Any) -> bytes:
    counts = dict.fromkeys(("called", "discharged", "passed", "unheard"), 0)
    said = {
        "format": "pars.session.1",
        "session": "2026-11-20T04:00[America/New_York]",
        "starts": starts,
        **counts,
        "heard": heard,
    }
    return canonical.write({**said, "orders": {"ror": 2}, **more})


WHY = {"amended": "CORRECTED"}


def close(ledger: Ledger, text: bytes, session: Instant = BEGAN, amends: int | None = None) -> int:
    ledger.keep(text)
    return ledger.add(drafts.session_closed(session=session, record=hashed(text), amends=amends), staff("registrar")).id


def test_a_session_is_closed_once_and_then_amended_by_naming_what_stood() -> None:
    ledger, _ = served()
    first = close(ledger, record())
    second = close(ledger, record(heard=4, **WHY), amends=first)
    assert ledger.state().sessions == {BEGAN: second}
    for amends in (None, first):
        ledger, _ = served()
        stood = close(ledger, record())
        close(ledger, record(heard=4, **WHY), amends=stood)
        close(ledger, record(heard=5, **({} if amends is None else WHY)), amends=None if amends is None else stood)
        assert ledger.violation() == "SESSION_CLOSED"
    ledger, _ = served()
    close(ledger, record(**WHY), amends=7)
    assert ledger.violation() == "SESSION_CLOSED"


def test_no_session_is_closed_before_it_began() -> None:
    ledger, _ = served()
    ahead = Instant(ledger.at + 2 * SECOND)
    close(ledger, record(starts=ahead), session=ahead)
    assert ledger.violation() == "TOO_EARLY"
    ledger, _ = served()
    now = Instant(ledger.at + SECOND)
    assert close(ledger, record(starts=now), session=now) == ledger.state().sessions[now]


@pytest.mark.parametrize(
    "text",
    [
        record(amended="CORRECTED"),
        record(who="Doe, Ann"),
        record(called="Doe, Ann"),
        record(heard=3, session="Doe, Ann"),
        record(orders={"doe": "Ann"}),
        record(orders=2),
        record(format=1),
    ],
)
def test_a_record_says_counts_and_nothing_else(text: bytes) -> None:
    """It is for anybody to read: no name and no word has a place in it."""
    ledger, _ = served()
    close(ledger, text)
    assert ledger.violation() == "NOT_COUNTS"


def test_an_amendment_says_why_in_a_code() -> None:
    for why in ({}, {"amended": "Because of Ann Doe"}):
        ledger, _ = served()
        close(ledger, record(heard=4, **why), amends=close(ledger, record()))
        assert ledger.violation() == "NOT_COUNTS"


def test_the_record_is_of_the_session_that_the_entry_names() -> None:
    ledger, _ = served()
    close(ledger, record(starts=BEGAN + 1))
    assert ledger.violation() == "OTHER_SESSION"
    ledger, _ = served()
    close(ledger, b"[]")
    assert ledger.violation() == "TEXT_UNREADABLE"
