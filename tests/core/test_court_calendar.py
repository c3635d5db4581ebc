"""The court's calendar: closed days, sessions round the clock, rooms, and the dates that are offered by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.court_calendar import (
    NO_CALENDAR,
    Closure,
    CourtCalendar,
    Numbering,
    Sitting,
    Slot,
    calendar_text,
    read_calendar_text,
    session_at,
    session_from,
)
from pars.core.cases.next_hearing import closed_on, court_closed, full, last_open_day, offered
from pars.core.terms import HOUR, Instant, Refusal, StatedTime, instant, moment
from tests.cases import HEARD, MONEY, ZONE, at, done, heard, order, refused

SINCE = date(2026, 1, 1)
WEEK = ("mon", "tue", "wed", "thu", "fri")
ROOM = Slot(first=SINCE, court="B08", days=WEEK, time="09:00", capacity=2)
FEAST = Closure(first=date(2026, 12, 4), last=date(2026, 12, 4), cause="Founders' day")
CALENDAR = CourtCalendar((ROOM, FEAST, Numbering(first=SINCE, prefix="MC-51-CR")))
NINE = at("2026-12-03T09:00:00-05:00")


def test_the_courts_own_list_stands_in_the_place_of_the_holidays() -> None:
    assert NO_CALENDAR.why_closed(date(2026, 11, 26)) == "a holiday"
    assert CALENDAR.why_closed(date(2026, 11, 26)) is None, "the court's list doesn't name it"
    assert CALENDAR.why_closed(date(2026, 12, 4)) == "a day when the court is closed (Founders' day)"
    assert CALENDAR.why_closed(date(2026, 12, 5)) == "a Saturday"
    assert CALENDAR.why_closed(date(2026, 12, 6)) == "a Sunday"
    open_saturday = CourtCalendar((replace(ROOM, days=("sat",)),))
    assert open_saturday.why_closed(date(2026, 12, 5)) is None
    assert open_saturday.why_closed(date(2026, 11, 26)) == "a holiday", "a list without a closed day says nothing of holidays"


def test_the_day_offered_is_never_one_on_which_the_court_is_closed() -> None:
    assert last_open_day(HEARD, in_custody=True) == date(2026, 12, 4)
    assert last_open_day(HEARD, in_custody=True, calendar=CALENDAR) == date(2026, 12, 3)
    assert closed_on(at("2026-12-04T09:00:00-05:00"), CALENDAR) is not None
    assert court_closed(date(2026, 12, 4)) is None


def test_a_time_is_offered_only_while_it_has_room() -> None:
    found = offered(HEARD, in_custody=True, calendar=CALENDAR, taken={(NINE.earliest, "B08"): 1})
    assert [(moment(one.time.earliest, ZONE).day, one.room) for one in found] == [(3, 1), (2, 2), (1, 2)]
    found = offered(HEARD, in_custody=True, calendar=CALENDAR, taken={(NINE.earliest, "B08"): 2})
    assert [moment(one.time.earliest, ZONE).day for one in found] == [2, 1, 30]
    assert offered(HEARD, in_custody=True, calendar=NO_CALENDAR, taken={}) == ()
    two = CourtCalendar((ROOM, replace(ROOM, court="B09"), replace(ROOM, time="13:00")))
    assert [(one.court, one.time.text[11:]) for one in offered(HEARD, in_custody=True, calendar=two, taken={})] == [
        ("B08", "09:00"), ("B09", "09:00"), ("B08", "13:00"),
    ]  # fmt: skip
    assert CALENDAR.slot_at(NINE, " B08 ") == ROOM
    assert CALENDAR.slot_at(NINE, "B09") is None
    assert not full(NINE, "B09", CALENDAR, {(NINE.earliest, "B09"): 99})


def test_an_order_into_a_full_or_closed_courtroom_needs_a_cause() -> None:
    case = heard()
    terms = replace(MONEY, next_hearing=NINE, next_court="B08")
    taken = {(NINE.earliest, "B08"): 2}
    refused(order(case, terms, calendar=CALENDAR, taken=taken), "SLOT_FULL", "next_hearing", "next_court", "late_cause")
    done(order(case, terms, calendar=CALENDAR, taken={(NINE.earliest, "B08"): 1}))
    done(order(case, replace(terms, late_cause="The complainant travels."), calendar=CALENDAR, taken=taken))
    closed = replace(terms, next_hearing=at("2026-12-04T09:00:00-05:00"))
    assert "Founders' day" in refused(order(case, closed, calendar=CALENDAR), "COURT_CLOSED").says


def test_the_text_is_read_back_and_nothing_else_is() -> None:
    whole = CourtCalendar((*CALENDAR.lines, Sitting(first=SINCE, last=date(2026, 12, 31), time="04:00")))
    assert read_calendar_text(calendar_text(whole.lines)) == whole
    for none in (
        b"{}",
        b"[]",
        b"no json",
        b'{"format":"other","lines":[]}',
        b'{"format":"pars.calendar.1","lines":[{"kind":"x"}]}',
    ):
        found = read_calendar_text(none)
        assert isinstance(found, Refusal)
        assert found.code == "NOT_A_CALENDAR"


def test_docket_numbers_are_drawn_only_where_the_court_says_so() -> None:
    assert CALENDAR.numbering(date(2026, 5, 1)) == "MC-51-CR"
    assert CALENDAR.numbering(date(2025, 12, 31)) is None
    assert NO_CALENDAR.numbering(date(2026, 5, 1)) is None


# ---------------------------------------------------------------- sessions

CLOCKS = st.integers(instant(moment(Instant(0)).replace(year=2015)), instant(moment(Instant(0)).replace(year=2040))).map(
    Instant
)


@given(CLOCKS)
def test_every_moment_lies_in_one_session_and_sessions_follow_each_other(now: Instant) -> None:
    session = session_at(NO_CALENDAR, now, ZONE)
    assert session.covers(now)
    assert session.begins <= now < session.ends
    assert 3 * HOUR <= session.ends - session.begins <= 5 * HOUR, "an hour more or less where the clocks change"
    after = session_at(NO_CALENDAR, session.ends, ZONE)
    assert after.begins == session.ends
    assert session_from(NO_CALENDAR, session.starts) == session
    assert session_from(NO_CALENDAR, StatedTime("1800-01-01T08:00", "UTC")) is None, "no time may name the day before it"
    assert session_from(NO_CALENDAR, StatedTime("1800-01-02T09:00", "UTC")) is None


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-12-31T23:59:59-05:00", "2026-12-31T20:00"),
        ("2027-01-01T00:00:00-05:00", "2027-01-01T00:00"),
        ("2026-03-08T03:30:00-04:00", "2026-03-08T00:00"),
        ("2026-11-01T01:30:00-05:00", "2026-11-01T00:00"),
    ],
)
def test_the_session_at_the_turn_of_a_day_a_year_and_the_clocks(now: str, starts: str) -> None:
    assert session_at(NO_CALENDAR, at(now).earliest, ZONE).starts == StatedTime(starts, ZONE)


def test_the_court_says_when_it_sits() -> None:
    twice = CourtCalendar(tuple(Sitting(first=SINCE, time=time) for time in ("09:00", "21:00")))
    now = at("2026-05-01T08:00:00-04:00").earliest
    session = session_at(twice, now, ZONE)
    assert session.starts == StatedTime("2026-04-30T21:00", ZONE)
    assert session.ends == at("2026-05-01T09:00:00-04:00").earliest
    assert session_from(twice, StatedTime("2026-05-01T04:00", ZONE)) is None
    before = at("2020-05-01T08:00:00-04:00").earliest
    assert session_at(twice, before, ZONE).starts == StatedTime("2020-05-01T08:00", ZONE), "the calendar names none that year"
    assert CALENDAR.sittings_on(SINCE + timedelta(days=1)) == ("00:00", "04:00", "08:00", "12:00", "16:00", "20:00")
