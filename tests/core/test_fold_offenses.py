"""The fold on offense tables: a text that is there and is one, loaded by whoever may."""

from __future__ import annotations

from pars.core.cases.offenses import Offense, offenses_text
from pars.core.ledger import drafts
from tests.core.test_fold_authority import served
from tests.ledgers import SYSTEM, Ledger, hashed, staff

TEXT = offenses_text((Offense(statute="18 § 5104", title="Resisting arrest", grade="M2"),))


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


def test_only_a_grant_that_allows_it_loads_one() -> None:
    assert with_table(by=staff("clerk")).violation() == "NOT_YOUR_ACT"
    assert with_table(by=SYSTEM).violation() == "NO_AUTHORITY"
