"""The integrity screen: for who reads the ledger, in words, with what follows for outside questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import databases
from pars.store import connections, governance, ledger, vault, witnessed
from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


def test_it_says_who_watches_and_what_follows(seat: Callable[[str], Client], sealed: Town) -> None:
    quiet = pages.text(seat("auditor").get("/integrity"))
    assert "Outside questions are answered." in quiet
    assert "named no witnesses" in quiet
    with ledger.reading():
        origin = governance.must_be_open().origin
    key = vault.log_key().public_key().public_bytes_raw()
    witnessed.note_heard(origin=origin, key=key, said="ahead", size=99_999)
    told = pages.text(seat("auditor").get("/integrity"))
    assert "Outside questions are refused." in told
    assert "Custody work goes on" in told
    assert any("old copy" in line for line in databases.diagnose(connections.home()))
    assert seat("booking").get("/board").status_code == 200
    witnessed.note_heard(origin=origin, key=key, said="agrees", size=99_999)
    assert "Outside questions are answered." in pages.text(seat("auditor").get("/integrity"))


def test_it_is_for_who_reads_the_ledger(seat: Callable[[str], Client], nobody: Client) -> None:
    assert seat("booking").get("/integrity").status_code == 403
    assert nobody.get("/integrity").status_code in {302, 403}
