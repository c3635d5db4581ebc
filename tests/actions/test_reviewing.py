"""The record of use on a real ledger: who was shown is a number, the same period gives the same report, nobody can put another."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, dealing, disclosing, reviewing
from pars.actions.beats import Done
from pars.actions.disclosing import Told
from pars.core.access.decision import Caller
from pars.core.access.use import Person, Refusals, Totals
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant
from pars.store import connections, ledger
from tests import desks
from tests.actions.test_asking import ASKED, CALLER
from tests.desks import REGISTRAR
from tests.homes import cast, propose, serve
from tests.ledgers import AGENCY, PERSON, make_version

if TYPE_CHECKING:
    from collections.abc import Callable


def ask(caller: Caller = CALLER, **parts: Any) -> Any:
    """Ask about everybody, with some parts otherwise."""
    return disclosing.ask(caller=caller, asked={**ASKED, "where": [], **parts})


def report(start: int | None = None, end: int | None = None) -> reviewing.UseReport:
    """Return the report of a time, by default of all until now."""
    now = ledger.now()
    return reviewing.use_report("AGR-1", Instant(now - HOUR if start is None else start), Instant(now if end is None else end))


def link(one: str, other: str, *, linked: bool = True) -> None:
    (desks.linked if linked else desks.parted)(one, other)


def test_who_was_shown_and_never_charged_is_counted_by_person(sealed):
    charged = desks.walked("submit", "decide")
    pending, twin, declined, same = (desks.booked() for _ in range(4))
    link(same, charged)  # of one person, who was charged
    link(twin, charged)
    link(twin, charged, linked=False)  # and who turned out to be somebody else
    desks.booked("Child", birth_date=None)  # never in scope
    serve()
    for _ in range(2):
        assert isinstance(ask(), Told)
    assert isinstance(desks.step(declined, "submit"), Done)
    assert isinstance(desks.step(declined, "decide", **desks.decisions(declined, "DECLINE", reason="EVIDENCE")), Done)
    assert isinstance(ask(), Told)  # who was declined is gone from what the agency sees
    found = report()
    assert (found.answered, found.records) == (3, 14)
    assert (found.people, found.never_charged, found.declined) == (4, 3, 1)
    early = ledger.now()
    assert isinstance(desks.step(pending, "submit"), Done)
    assert isinstance(desks.step(pending, "decide"), Done)
    assert report().never_charged == 2
    assert report(end=early, start=early - HOUR).never_charged == 3  # as it stood at that end


def test_questions_answers_and_refusals_of_the_agreement_alone(sealed):
    desks.booked("Doe")
    serve()
    serve({"/agreement": "AGR-2", "/parties/agency/id": "probation"}, client="probation-system")
    other = Caller("probation", PERSON, "probation-system")
    assert isinstance(ask(), Told)
    assert isinstance(ask(where=[{"column": "surname", "is": "Nobody"}]), Told)
    for caller in (CALLER, other):
        ask(caller, columns=["surname", "birthplace"])
        ask(caller, purpose="curiosity")
    ask(replace(CALLER, person="stranger"))
    assert isinstance(ask(other), Told)
    found = report()
    assert (found.answered, found.empty, found.refused) == (2, 1, 2)
    assert set(found.refusals) == {Refusals("NOT_GRANTED", ("birthplace",), 1), Refusals("NOT_NAMED", (), 1)}
    assert found.elsewhere == (Refusals("UNKNOWN_PURPOSE", ("/purpose",), 1),)
    assert found.persons == (Person(PERSON, 2, 1, 1), Person("stranger", 0, 1, 0))
    assert found.asked_by == (((), 1), (("surname",), 1))
    assert found.evidenced == 2


def test_streams_and_dropped_chunks_are_told(sealed):
    desks.booked("Doe")
    serve()
    stream = disclosing.open_stream(caller=CALLER, asked={**ASKED, "where": []}, snapshot=True)
    assert isinstance(stream, disclosing.Stream)
    stream, first = disclosing.beat(stream)
    assert isinstance(first, Told)
    stream, _ = disclosing.beat(stream)
    disclosing.close_stream(stream, reason="GONE")
    assert first.entry is not None
    disclosing.dropped(CALLER, chunk=first.entry, reason="LATE")
    found = report()
    assert (found.streams, found.beats, found.quiet_beats, found.closed, found.dropped) == (1, 1, 1, (("GONE", 1),), 1)


def test_the_same_period_gives_the_same_bytes(sealed):
    desks.booked("Doe")
    serve()
    assert isinstance(ask(), Told)
    end = ledger.now()
    start = Instant(end - HOUR)
    text = reviewing.report_text(reviewing.use_report("AGR-1", start, end))
    assert isinstance(ask(), Told)
    ask(columns=["birthplace"])
    link(desks.booked("Doe"), desks.booked("Roe"))
    assert reviewing.report_text(reviewing.use_report("AGR-1", start, end)) == text
    connections.forget()
    assert reviewing.report_text(reviewing.use_report("AGR-1", start, end)) == text


def test_a_report_names_nobody(sealed):
    case_id = desks.booked("Doe")
    serve()
    answer = ask()
    assert isinstance(answer, Told)
    text = reviewing.report_text(report()).decode()
    for word in ("Doe", "Marian", case_id, str(answer.rows[0]["record"]), "W-2026-0001"):
        assert word not in text


def test_periods_that_meet_add_up_and_the_one_before_is_told(sealed):
    desks.booked("Doe")
    start = ledger.now()
    serve()
    for _ in range(2):
        assert isinstance(ask(), Told)
    middle = ledger.now()
    assert isinstance(ask(), Told)
    end = Instant(2 * middle - start)
    while ledger.now() < end:
        time.sleep(0.01)
    first, second = report(start, middle), report(middle, end)
    assert (first.answered, second.answered, report(start, end).answered) == (2, 1, 3)
    assert first.before is None
    assert second.before == first.totals == Totals(answered=2, refused=0, records=2, people=1, never_charged=1)


def test_a_report_is_of_a_time_that_is_over(sealed):
    serve()
    at = ledger.now()
    for start, end in ((0, 0), (HOUR, 0), (-HOUR, HOUR)):
        with pytest.raises(ValueError, match="over"):
            report(at + start, at + end)
    with pytest.raises(LookupError):
        reviewing.use_report("AGR-9", Instant(0), Instant(1))


# ---------------------------------------------------------------- before the owners


def test_only_the_ledgers_own_report_is_put_before_the_owners(sealed, entries):
    desks.booked("Doe")
    serve()
    assert isinstance(ask(), Told)
    found = report()
    of = {"agreement": "AGR-1", "start": found.start, "end": found.end, "by": REGISTRAR}
    for wrong in (replace(found, answered=0), replace(found, people=0), replace(found, end=Instant(found.end - 1))):
        refused = agreeing.put_report(text=reviewing.report_text(wrong), **of)
        assert not isinstance(refused, Done)
        assert refused.refusal.code == "NOT_THE_RECORD"
    text = reviewing.report_text(found)
    put = agreeing.put_report(text=text, **of)
    assert isinstance(put, Done)
    reply = dealing.reply(agreement="AGR-1", report=put.entry, text="We asked once.", by=REGISTRAR)
    assert isinstance(reply, Done)
    (kept,) = reviewing.latest_reports("AGR-1")
    assert (kept.entry, kept.at, kept.text, kept.report) == (put.entry, put.at, text, found)
    assert [(one.entry, one.about, one.words) for one in kept.replies] == [(reply.entry, put.entry, "We asked once.")]
    assert reviewing.replies("AGR-1") == kept.replies
    assert reviewing.latest_reports("AGR-9") == ()
    assert report().replies == ((reply.entry, put.entry),)
    assert json.loads(text)["says"] == list(reviewing.report_words(found))
    assert entries(Kind.USE_REPORT_MADE)[-1].id == put.entry


# ---------------------------------------------------------------- the public page


def test_the_public_page_tells_who_may_ask_what_until_when_and_how_it_was_voted(sealed):
    made = serve()
    newer = make_version({"/scope/columns": ["record"]}, number=2, start=made.term.start, end=made.term.end)
    proposal = propose(newer)
    cast("reject", "city", newer, proposal.entry)
    (found,) = reviewing.agreements_now()
    assert (found.stands.state, found.version, found.proposed) == ("IN_FORCE", made, (newer,))
    assert [(vote.seat, vote.owner, vote.choice) for vote in found.votes] == [
        ("city", "The city", "adopt"),
        ("courts", "The courts", "adopt"),
    ]
    assert found.silent == ("The prosecutor",)
    assert any("The Sheriff may ask" in sentence for sentence in found.says["en"])
    assert len(found.says["es"]) == len(found.says["en"])
    notice = reviewing.result_notice_text(found.agreement, found.at).decode()
    assert "The courts voted to adopt" in notice
    assert reviewing.NOT_STOPPED["en"][0] in notice
    assert found.end["en"].removeprefix("on ") in notice


def test_there_is_nothing_to_tell_before_anything_was_proposed(opened):
    assert reviewing.agreements_now() == ()


# ---------------------------------------------------------------- following the ledger


def soon(look: Callable[[], Any]) -> Any:
    """Return what is found once there is something: other databases of a shared server can hold it back a moment."""
    until = time.monotonic() + 10
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def test_following_misses_nothing_that_commits_late(opened):
    desks.booked("Doe")
    first = soon(lambda: [entry for entry in reviewing.newest(2) if entry.kind is Kind.ARREST_BOOKED] and reviewing.newest(2))
    assert [entry.kind for entry in first] == [Kind.GRANT_GIVEN, Kind.ARREST_BOOKED]
    with connections.connection("app") as slow:
        slow.execute("begin")
        slow.execute("select pg_current_xact_id()")
        desks.booked("Roe")
        assert reviewing.newest(5, after=first[-1].id) == ()  # what is still open could come before
        slow.execute("rollback")
    (later,) = soon(lambda: reviewing.newest(5, after=first[-1].id))
    assert later.kind is Kind.ARREST_BOOKED
    assert reviewing.newest(5, after=later.id) == ()
    assert "booked an arrest" in reviewing.entry_line(later)
    assert AGENCY not in reviewing.entry_words(later)
