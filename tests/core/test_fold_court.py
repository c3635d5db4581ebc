"""The fold on what the court keeps: a session's record that is closed once."""

from __future__ import annotations

from pars.core import canonical
from pars.core.ledger import drafts
from pars.core.terms import Instant
from tests.agreements import START
from tests.core.test_fold_authority import served
from tests.ledgers import Ledger, hashed, staff

BEGAN = Instant(START)


def record(starts: int = BEGAN, heard: int = 3) -> bytes:
    return canonical.write({"format": "pars.session.1", "heard": heard, "starts": starts})


def close(ledger: Ledger, text: bytes, session: Instant = BEGAN, amends: int | None = None) -> int:
    ledger.keep(text)
    return ledger.add(drafts.session_closed(session=session, record=hashed(text), amends=amends), staff("registrar")).id


def test_a_session_is_closed_once_and_then_amended_by_naming_what_stood() -> None:
    ledger, _ = served()
    first = close(ledger, record())
    second = close(ledger, record(heard=4), amends=first)
    assert ledger.state().sessions == {BEGAN: second}
    for amends in (None, first):
        ledger, _ = served()
        stood = close(ledger, record())
        close(ledger, record(heard=4), amends=stood)
        close(ledger, record(heard=5), amends=None if amends is None else stood)
        assert ledger.violation() == "SESSION_CLOSED"
    ledger, _ = served()
    close(ledger, record(), amends=7)
    assert ledger.violation() == "SESSION_CLOSED"


def test_the_record_is_of_the_session_that_the_entry_names() -> None:
    ledger, _ = served()
    close(ledger, record(starts=BEGAN + 1))
    assert ledger.violation() == "OTHER_SESSION"
    ledger, _ = served()
    close(ledger, b"[]")
    assert ledger.violation() == "TEXT_UNREADABLE"
