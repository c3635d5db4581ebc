"""The offense table as an act: loaded under a grant, kept as a text that an entry names, the newest counts, the bundle verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import charging, loading
from pars.actions.beats import Done, Refused
from pars.core.cases.offenses import Offense, Offenses, offenses_text
from pars.core.ledger.entries import By, Kind
from pars.store import export
from tests.desks import REGISTRAR
from tests.ledgers import hashed, staff
from verify.checks import verify
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.ledger.entries import Entry

pytestmark = pytest.mark.database

ONE = Offenses((Offense(statute="18 § 3921 §§ A", title="Theft", grade="M1"),))
TWO = Offenses((*ONE.lines, Offense(statute="18 § 5104", title="Resisting arrest", grade="M2")))


def code(outcome: Done | Refused) -> str:
    assert isinstance(outcome, Refused)
    return outcome.refusal.code


def test_the_table_loaded_last_counts_and_each_is_an_entry(entries: Callable[..., list[Entry]]) -> None:
    assert charging.offense_table() is None
    for table in (ONE, TWO, ONE):
        assert isinstance(loading.load_offenses(table=table, by=REGISTRAR), Done)
        assert charging.offense_table() == table
    told = [(entry.detail["offenses"], entry.detail["lines"]) for entry in entries(Kind.OFFENSES_LOADED)]
    texts = [hashed(offenses_text(table.lines)) for table in (ONE, TWO)]
    assert told == [(texts[0], 1), (texts[1], 2), (texts[0], 1)]


def test_who_may_not_load_and_what_is_no_news_is_refused_and_recorded(entries: Callable[..., list[Entry]]) -> None:
    assert code(loading.load_offenses(table=ONE, by=staff("clerk"))) == "NOT_YOUR_ACT"
    assert code(loading.load_offenses(table=ONE, by=By("stranger", "grant:none"))) == "NO_GRANT"
    assert code(loading.load_offenses(table=Offenses(), by=REGISTRAR)) == "EMPTY_TABLE"
    large = Offenses(tuple(Offense(statute=f"18 § {n}", title="x" * 300) for n in range(1, 4001)))
    assert code(loading.load_offenses(table=large, by=REGISTRAR)) == "TABLE_TOO_LARGE"
    assert charging.offense_table() is None
    loading.load_offenses(table=ONE, by=REGISTRAR)
    assert code(loading.load_offenses(table=ONE, by=REGISTRAR)) == "SAME_TABLE"
    assert len(entries(Kind.OFFENSES_LOADED)) == 1
    assert {entry.detail["act"] for entry in entries(Kind.REFUSED)} == {"offenses:load"}


@pytest.mark.usefixtures("sealed")
def test_the_text_travels_in_the_bundle(tmp_path: Path) -> None:
    loading.load_offenses(table=ONE, by=REGISTRAR)
    loading.load_offenses(table=TWO, by=REGISTRAR)
    bundle = tmp_path / "bundle.pars"
    export.export(bundle)
    report = verify(bundle.read_bytes())
    assert report.status == VERIFIED, report.words()
    assert offenses_text(TWO.lines) in bundle.read_bytes()
