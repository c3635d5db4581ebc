"""The fold on texts that one act lets count, an offense table and a court calendar: there, of that form, loaded by whoever may."""

from __future__ import annotations

from datetime import date

from pars.core.cases.court_calendar import Sitting, calendar_text
from pars.core.cases.offenses import Offense, offenses_text
from pars.core.ledger import drafts
from tests.core.test_fold_authority import served
from tests.ledgers import SYSTEM, Ledger, hashed, staff

TEXT = offenses_text((Offense(statute="18 § 5104", title="Resisting arrest", grade="M2"),))
CALENDAR = calendar_text([Sitting(first=date(2026, 1, 1), time="04:00")])


def with_table(text: bytes = TEXT, *, lines: int = 1, kept: bool = True, by: object = None) -> Ledger:
    ledger, _ = served()
    if kept:
        ledger.keep(text)
    ledger.add(drafts.offenses_loaded(offenses=hashed(text), lines=lines), by or staff("registrar"))
    return ledger


def test_a_table_counts_once_its_text_is_there() -> None:
    assert with_table().state().offenses == hashed(TEXT)
    assert served()[0].state().offenses is None
    assert with_table(kept=False).violation() == "TEXT_MISSING"
    for none in (b"{}", b"no json", b"[]", b'{"format":"1","offenses":{}}'):
        assert with_table(none).violation() == "TEXT_UNREADABLE"
    assert with_table(b'{"format":"a later one","offenses":[[1,2]]}').state().offenses
    assert with_table(lines=2).violation() == "OTHER_TABLE"


def test_only_a_grant_that_allows_it_loads_a_table() -> None:
    assert with_table(by=staff("clerk")).violation() == "NOT_YOUR_ACT"
    assert with_table(by=SYSTEM).violation() == "NO_AUTHORITY"


def with_calendar(text: bytes = CALENDAR, *, lines: int = 1, kept: bool = True, by: object = None) -> Ledger:
    ledger, _ = served()
    if kept:
        ledger.keep(text)
    ledger.add(drafts.calendar_loaded(calendar=hashed(text), lines=lines), by or staff("registrar"))
    return ledger


def test_a_calendar_counts_once_its_text_is_there() -> None:
    assert with_calendar().state().calendar == hashed(CALENDAR)
    assert served()[0].state().calendar is None
    assert with_calendar(kept=False).violation() == "TEXT_MISSING"
    for none in (b"{}", b"no json", b"[]", b'{"format":"1","lines":{}}'):
        assert with_calendar(none).violation() == "TEXT_UNREADABLE"
    assert with_calendar(lines=2).violation() == "OTHER_CALENDAR"


def test_only_a_grant_that_allows_it_loads_a_calendar() -> None:
    assert with_calendar(by=staff("clerk")).violation() == "NOT_YOUR_ACT"
    assert with_calendar(by=SYSTEM).violation() == "NO_AUTHORITY"
