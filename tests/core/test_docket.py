"""Calling and passing, the docket by readiness, and what a session came to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core import canonical
from pars.core.cases.calling import (
    REASONS,
    call_case,
    called,
    last_call,
    pass_case,
    position_of,
    refuse_passed,
    state_position,
)
from pars.core.cases.case import Case, release_order
from pars.core.cases.court_calendar import NO_CALENDAR, session_at
from pars.core.cases.docket import docket_order, heard_in, place
from pars.core.cases.dockets import RECEIVERS, results_owed, send_result
from pars.core.cases.facts import CaseCalled, CasePassed, PositionStated
from pars.core.cases.received import CustodyGiven
from pars.core.cases.session_record import count, record_text, refuse_close
from pars.core.terms import HOUR, Instant
from tests.cases import (
    ARREST,
    ARRESTED,
    HEARD,
    MONEY,
    NOW,
    PERSON,
    ROR,
    ZONE,
    asked,
    at,
    booked,
    decided,
    done,
    hear,
    heard,
    order,
    ordered,
    refused,
    sent,
    signed,
)
from tests.core.test_edges_court import call, passed
from tests.core.test_edges_records import REPORT, received

SESSION = session_at(NO_CALENDAR, NOW, ZONE)
LATE = Instant(ARRESTED.earliest + 49 * HOUR)


# ---------------------------------------------------------------- call, pass, recall


def test_a_case_is_called_in_the_session_that_runs_once() -> None:
    refused(call_case(None, 1, at=NOW, calendar=NO_CALENDAR, zone=ZONE), "NO_SUCH_CASE")
    case = done(call(asked(), interpreter=True, video=True))
    assert called(case) == case.current(CaseCalled)[0]
    assert case.current(CaseCalled)[0].session == SESSION.starts
    refused(call(case), "ALREADY_CALLED")
    later = done(call(case, SESSION.ends))
    assert called(later).session.earliest == SESSION.ends  # type: ignore[union-attr]
    assert last_call(heard(case)) is None, "the hearing settled it"
    refused(call(heard(case)), "HEARING_HELD")
    refused(call(decided(decision="DECLINE", reason="EVIDENCE")), "DECLINED")
    minor = booked(person=replace(PERSON, birth_date=at("2010-06-01")))
    refused(call(minor), "CHILD")


def test_a_case_that_lacks_something_is_called_with_a_reason_or_not_at_all() -> None:
    refused(call(sent()), "NOT_READY", "DECISION", "COMPLAINT")
    refused(call(signed()), "REASON_NEEDED", "reason")
    case = done(call(signed(), reason=" The line to the district is down. "))
    assert case.current(CaseCalled)[0].reason == "The line to the district is down."


def test_a_pass_has_its_reason_and_a_recall_ends_it() -> None:
    refused(pass_case(None, 1, at=NOW, calendar=NO_CALENDAR, zone=ZONE, reason="UNWELL"), "NO_SUCH_CASE")
    case = asked()
    refused(passed(case, "BORED"), "UNKNOWN_REASON", "reason")
    refused(passed(case, "OTHER", note=" "), "WORDS_NEEDED", "note")
    refused(passed(case, "BROKEN_OFF"), "NOT_CALLED", "reason")
    refused(passed(heard()), "HEARING_HELD")
    refused(passed(decided(decision="DECLINE", reason="EVIDENCE")), "DECLINED")
    before = done(passed(case, "OTHER", note="A fire alarm."))
    fact = before.current(CasePassed)[0]
    assert (fact.called, fact.note) == (False, "A fire alarm.")
    assert called(before) is None
    assert refuse_passed(before) is not None
    again = done(call(before))
    assert refuse_passed(again) is None
    for reason in REASONS:
        found = done(passed(again, reason, note="words")).current(CasePassed)[-1]
        assert found.called


def test_a_sides_position_is_stated_anew_and_decides_nothing() -> None:
    refused(state_position(None, 1, side="DEFENSE", says="x"), "NO_SUCH_CASE")
    case = asked()
    refused(state_position(case, case.version, side="COURT", says="x"), "UNKNOWN_SIDE", "side")
    refused(state_position(case, case.version, side="DEFENSE", says=" "), "WORDS_NEEDED", "says")
    case = done(state_position(case, case.version, side="DEFENSE", says="Release on recognizance"))
    case = done(state_position(case, case.version, side="PROSECUTION", says="$5,000"))
    case = done(state_position(case, case.version, side="DEFENSE", says="Report weekly"))
    assert position_of(case, "DEFENSE").says == "Report weekly"  # type: ignore[union-attr]
    assert position_of(case, "PROSECUTION").says == "$5,000"  # type: ignore[union-attr]
    assert len([fact for fact in case.facts if isinstance(fact, PositionStated)]) == 3
    assert place(case, NOW).state == "READY"  # type: ignore[union-attr]


# ---------------------------------------------------------------- the docket


def state(case: Case, now: Instant = NOW) -> str | None:
    found = place(case, now)
    return None if found is None else found.state


def test_the_docket_is_computed_from_the_cases() -> None:
    ready = asked()
    assert state(ready) == "READY"
    assert state(signed()) == "NEARLY"
    assert state(booked()) == "NEARLY"
    assert state(done(call(ready))) == "CALLED"
    assert state(done(passed(ready))) == "PASSED"
    assert state(heard()) == "ORDER"
    assert state(ordered()) is None
    assert state(heard(probable_cause=False, reason="No name.")) is None
    assert state(decided(decision="DECLINE", reason="EVIDENCE")) is None
    assert state(booked(person=replace(PERSON, birth_date=at("2012-06-01")))) is None
    gone = booked(arrests=[replace(ARREST, time=at("2016-03-01T02:10:00-05:00"))])
    assert state(gone) == "NEARLY"


def test_history_is_not_on_the_docket() -> None:
    over = CustodyGiven(status="RELEASED", words="x", time=at("2026-11-20T09:00:00-05:00"))
    assert state(received(None, replace(REPORT, family="CUSTODY", custody=(over,))).case) is None


def test_who_is_over_the_limit_comes_first_then_who_can_be_heard() -> None:
    cases = [booked(), signed(), heard(), asked(), done(passed(asked())), done(call(asked()))]
    now = sorted((found for case in cases if (found := place(case, NOW)) is not None), key=docket_order)
    assert [found.state for found in now] == ["CALLED", "ORDER", "PASSED", "READY", "NEARLY", "NEARLY"]
    assert [len(found.missing) for found in now[-2:]] == [1, 4]
    late = sorted((found for case in cases if (found := place(case, LATE)) is not None), key=docket_order)
    assert [found.late for found in late] == [True] * 5 + [False]
    assert late[-1].state == "ORDER", "heard: no limit counts any more"
    on_time = place(cases[3], NOW)
    assert on_time is not None
    assert on_time.limit is not None
    assert on_time.passes_before(NOW, on_time.limit)
    assert not on_time.passes_before(NOW, Instant(on_time.limit - 1))
    assert not on_time.passes_before(on_time.limit, Instant(on_time.limit + HOUR))
    assert not place(heard(), NOW).passes_before(NOW, LATE)  # type: ignore[union-attr]


# ---------------------------------------------------------------- what a session came to


def test_what_came_of_a_case_in_a_session() -> None:
    ready, after = asked(), session_at(NO_CALENDAR, SESSION.ends, ZONE)
    assert heard_in(ready, SESSION) is None
    assert heard_in(done(call(ready)), SESSION).result == "CALLED"  # type: ignore[union-attr]
    assert heard_in(done(passed(ready)), SESSION).result == "PASSED"  # type: ignore[union-attr]
    open_case = heard(done(call(ready)))
    assert heard_in(open_case, SESSION).result == "NO_ORDER"  # type: ignore[union-attr]
    made = heard_in(ordered(open_case), SESSION)
    assert made is not None
    assert (made.result, made.order) == ("ORDERED", release_order(ordered(open_case)))
    freed = heard(done(call(ready)), probable_cause=False, reason="No name.")
    assert heard_in(freed, SESSION).result == "DISCHARGED"  # type: ignore[union-attr]
    uncalled = ordered()
    by_time = session_at(NO_CALENDAR, HEARD.earliest, ZONE)
    assert heard_in(uncalled, by_time).result == "ORDERED"  # type: ignore[union-attr]
    assert heard_in(uncalled, after) is None
    later = heard(done(call(done(passed(ready)), SESSION.ends)), at=Instant(SESSION.ends + HOUR))
    assert heard_in(later, SESSION).result == "PASSED"  # type: ignore[union-attr]
    assert heard_in(later, after).result == "NO_ORDER"  # type: ignore[union-attr]


def test_the_record_counts_and_names_nobody() -> None:
    ready = asked()
    cases = [
        ordered(heard(done(call(ready)))),
        ordered(heard(done(call(ready))), MONEY),
        heard(done(call(ready)), probable_cause=False, reason="No name."),
        done(passed(ready)),
    ]
    found = count([one for case in cases if (one := heard_in(case, SESSION))], unheard=2)
    assert (found.called, found.heard, found.discharged, found.passed, found.unheard, found.unsettled) == (3, 3, 1, 1, 2, 0)
    assert found.types == {"ROR": 1, "MONETARY": 1}
    uncalled = heard_in(ordered(), session_at(NO_CALENDAR, HEARD.earliest, ZONE))
    assert uncalled is not None
    one = count([uncalled], unheard=0)
    assert (one.called, one.heard) == (0, 1), "what was heard without a call is heard, and nobody says that it was called"
    said = canonical.read(record_text(SESSION, found))
    assert said["orders"] == {"ror": 1, "monetary": 1}
    assert said["starts"] == SESSION.begins
    assert "Whitlock" not in str(said)
    assert b'"amended":"CORRECTED"' in record_text(SESSION, found, amended="CORRECTED")


def test_a_session_is_closed_when_nobody_waits_and_then_only_amended() -> None:
    settled = count([], unheard=0)
    given = {"at": NOW, "standing": None, "amends": None, "amended": None}
    assert refuse_close(SESSION, settled, **given) is None
    waits = count(
        [one for case in (done(call(asked())), heard(done(call(asked())))) if (one := heard_in(case, SESSION))], unheard=0
    )
    assert waits.unsettled == 2
    closing = [
        (waits, {}, "CASES_OPEN"),
        (settled, {"at": Instant(SESSION.begins - 1)}, "SESSION_AHEAD"),
        (settled, {"standing": 7}, "SESSION_CLOSED"),
        (settled, {"standing": 7, "amends": 6, "amended": "CORRECTED"}, "SESSION_CLOSED"),
        (settled, {"standing": 7, "amends": 7}, "REASON_NEEDED"),
        (settled, {"standing": 7, "amends": 7, "amended": "BORED"}, "REASON_NEEDED"),
    ]
    for counts, changes, code in closing:
        found = refuse_close(SESSION, counts, **{**given, **changes})
        assert found is not None
        assert found.code == code
    assert refuse_close(SESSION, settled, at=NOW, standing=7, amends=7, amended="LATE_ACT") is None


# ---------------------------------------------------------------- results sent on


def test_a_result_is_owed_to_each_receiver_until_it_is_acknowledged_as_it_stands() -> None:
    assert results_owed(asked()) == ()
    refused(send_result(None, 1, to="CUSTODY", receipt="x"), "NO_SUCH_CASE")
    refused(send_result(asked(), asked().version, to="CUSTODY", receipt="x"), "NO_HEARING")
    refused(send_result(heard(), heard().version, to="CUSTODY", receipt="x"), "NO_ORDER")
    case = ordered()
    assert results_owed(case) == tuple(RECEIVERS)
    refused(send_result(case, case.version, to="PRESS", receipt="x"), "UNKNOWN_RECEIVER", "to")
    refused(send_result(case, case.version, to="CUSTODY", receipt=" "), "RECEIPT_NEEDED", "receipt")
    told = done(send_result(case, case.version, to="CUSTODY", receipt="Sergeant on duty"))
    assert results_owed(told) == ("CASE_SYSTEM",)
    refused(send_result(told, told.version, to="CUSTODY", receipt="again"), "SENT_ALREADY", "to")
    changed = done(order(told, replace(ROR, reasons="New facts.")))
    assert results_owed(changed) == tuple(RECEIVERS), "who has the earlier one has the wrong one"
    freed = heard(probable_cause=False, reason="No name.")
    assert results_owed(done(send_result(freed, freed.version, to="CUSTODY", receipt="x"))) == ("CASE_SYSTEM",)


@pytest.mark.parametrize("reason", ["VIDEO_DOWN", "COUNSEL_MISSING"])
def test_a_hearing_follows_a_call_and_none_follows_a_pass(reason: str) -> None:
    refused(hear(done(passed(asked(), reason))), "PASSED")
