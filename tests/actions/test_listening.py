"""A feed or a desk that has gone quiet: told to whoever looks, noted once, over with the next message or act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import databases, intake, listening
from pars.actions.beats import Done, Refused
from pars.core.cases import silence
from pars.core.cases.clock_rules import ALWAYS
from pars.core.cases.silence import QuietRule
from pars.core.ledger.entries import Kind
from pars.store import connections
from tests import desks
from tests.actions.test_documents import document
from tests.actions.test_watching import later
from tests.desks import REGISTRAR, at_once
from tests.ledgers import staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.ledger.entries import Entry

HOURS = 3


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call a registrar's documents a feed, as the invented ledger has no other."""
    feed = QuietRule(of="registrar", period=ALWAYS, hours=HOURS, label="The records system")
    court = next(rule for rule in silence.QUIET_RULES if rule.of == "charging")
    monkeypatch.setattr(silence, "QUIET_RULES", (feed, court))


def sources() -> list[str]:
    return [one.silence.source for one in listening.told()]


def sent(digest: str = "a") -> None:
    assert not isinstance(intake.receive(received=document(digest=digest * 64), by=REGISTRAR), Refused)


def look() -> list[object]:
    """Listen as a worker does that begins."""
    return list(listening.Listener().look(by=REGISTRAR))


def test_a_feed_that_never_sent_is_not_silent() -> None:
    later(100)
    assert sources() == []
    assert look() == []


def test_a_feed_that_stops_is_told_with_its_last_messages_and_the_next_one_ends_it(
    entries: Callable[..., list[Entry]],
) -> None:
    for digest in "abcde":
        sent(digest)
    assert sources() == []
    later(HOURS)
    (told,) = listening.told()
    received = [entry.at for entry in entries(Kind.DOCUMENT_RECEIVED)]
    assert told.silence.lately == tuple(received[::-1][:4])
    assert (told.silence.since, told.silence.source, told.silence.feed, told.entry) == (received[-1], "registrar", True, None)
    assert [one.source for one in listening.silent_feeds()] == ["registrar"]
    assert any("The records system (registrar) has sent nothing" in says for says in databases.diagnose(connections.home()))
    sent("f")
    assert sources() == []


def test_a_silence_is_noted_once_and_the_next_one_again(entries: Callable[..., list[Entry]]) -> None:
    sent()
    later(HOURS)
    listener = listening.Listener()
    (done,) = listener.look(by=REGISTRAR)
    assert isinstance(done, Done)
    assert listener.look(by=REGISTRAR) == []  # it isn't time to listen again
    assert look() == []
    (entry,) = entries(Kind.SILENCE_NOTED)
    assert (entry.detail["source"], entry.detail["hours"]) == ("registrar", HOURS)
    assert listening.told()[0].entry == entry.id
    sent("b")
    later(HOURS)
    assert listening.told()[0].entry is None
    assert len(look()) == 1
    assert len(entries(Kind.SILENCE_NOTED)) == 2


def test_a_refused_document_is_no_message() -> None:
    sent()
    later(HOURS)
    outcome = intake.receive(received=document(digest="c" * 64, person=None, arrests=(), document_id="D-9"), by=REGISTRAR)
    assert isinstance(outcome, Refused)
    assert sources() == ["registrar"]


def test_a_desk_where_somebody_waits_and_nothing_is_done(entries: Callable[..., list[Entry]]) -> None:
    later(100)
    assert sources() == []
    case_id = desks.walked("submit")
    assert sources() == []  # nobody waited before
    later(4)
    (told,) = listening.told()
    assert (told.silence.source, told.silence.waiting, told.silence.feed) == ("charging", 1, False)
    assert any("nothing was done since" in says for says in databases.diagnose(connections.home()))
    assert len(look()) == 1
    assert isinstance(desks.step(case_id, "decide"), Done)
    assert sources() == []
    later(4)
    assert sources() == ["charging"]  # the complaint waits now
    assert isinstance(desks.step(case_id, "sign"), Done)
    later(100)
    assert sources() == []  # nobody waits
    assert len(entries(Kind.SILENCE_NOTED)) == 1


def test_nobody_but_the_worker_notes_and_two_at_once_note_it_once(entries: Callable[..., list[Entry]]) -> None:
    sent()
    later(HOURS)
    (refused,) = listening.Listener().look(by=staff("clerk"))
    assert isinstance(refused, Refused)
    at_once(lambda _: look(), 3)
    assert len(entries(Kind.SILENCE_NOTED)) == 1
