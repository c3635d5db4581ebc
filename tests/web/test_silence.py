"""A records system gone quiet: said above the board with its last messages and a way to go on by hand; a line among the alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import intake, listening
from pars.core.cases import silence
from pars.core.cases.clock_rules import ALWAYS
from pars.core.cases.silence import QuietRule
from pars.core.ledger.entries import By
from pars.store.ledger import Refused
from tests.actions.test_documents import document
from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

pytestmark = pytest.mark.database


def test_a_silent_feed_is_said_above_the_board_and_among_the_alarms(
    seat: Callable[[str], Client], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = By("feed-police", intake.grant_of_feed("feed-police"))
    taken = intake.receive(received=document(feed="feed-police", document_id="S-1"), by=feed)
    assert not isinstance(taken, Refused)
    assert "has been silent" not in pages.text(seat("booking").get("/board"))
    rule = QuietRule(of="feed_police", period=ALWAYS, hours=0, label="The police's records system")
    monkeypatch.setattr(silence, "QUIET_RULES", (rule,))
    (found,) = listening.silent_feeds()
    assert len(found.lately) == 1
    board = seat("booking").get("/board")
    assert "The police's records system has been silent since" in pages.text(board)
    assert pages.read(board).xpath("//*[@role='status'][contains(., 'silent')]//a/@href") == ["/arrests/new"]
    assert pages.faults(pages.read(board)) == []
    reader = pages.read(seat("custodian").get("/board"))
    assert not reader.xpath("//*[@role='status'][contains(., 'silent')]//a")  # who may not book isn't sent to do it
    alarms = seat("clerk").get("/alarms")
    assert "The police's records system (feed-police) sends nothing." in pages.text(alarms)
    assert pages.faults(pages.read(alarms)) == []
