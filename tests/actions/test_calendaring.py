"""The court's calendar as an act: loaded under a grant, the newest counts, orders go by it, the last room is given once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import arraigning, calendaring, loading
from pars.actions.beats import Done, Refused
from pars.core.cases.court_calendar import NO_CALENDAR, Closure, CourtCalendar, Slot, calendar_text
from pars.core.cases.facts import Arraigned
from pars.core.ledger.entries import Kind
from pars.core.terms import StatedTime
from pars.store import export
from tests import desks
from tests.desks import REGISTRAR
from tests.ledgers import hashed, staff
from verify.checks import verify
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.ledger.entries import Entry

pytestmark = pytest.mark.database

SINCE = date(2020, 1, 1)
ROOM = Slot(first=SINCE, court="B08", days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), time="09:00", capacity=1)
ONE = CourtCalendar((ROOM,))
TWO = CourtCalendar((ROOM, Closure(first=SINCE, last=SINCE, cause="A feast")))


def code(outcome: Done | Refused) -> str:
    assert isinstance(outcome, Refused)
    return outcome.refusal.code


def test_the_calendar_loaded_last_counts_and_each_is_an_entry(entries: Callable[..., list[Entry]]) -> None:
    assert calendaring.court_calendar() == NO_CALENDAR
    for calendar in (ONE, TWO):
        assert isinstance(loading.load_calendar(calendar=calendar, by=REGISTRAR), Done)
        assert calendaring.court_calendar() == calendar
    told = [(entry.detail["calendar"], entry.detail["lines"]) for entry in entries(Kind.CALENDAR_LOADED)]
    assert told == [(hashed(calendar_text(found.lines)), len(found.lines)) for found in (ONE, TWO)]


def test_who_may_not_load_and_what_is_no_news_is_refused_and_recorded(entries: Callable[..., list[Entry]]) -> None:
    assert code(loading.load_calendar(calendar=ONE, by=staff("clerk"))) == "NOT_YOUR_ACT"
    assert code(loading.load_calendar(calendar=NO_CALENDAR, by=REGISTRAR)) == "EMPTY_CALENDAR"
    large = CourtCalendar(tuple(Closure(first=SINCE, last=SINCE, cause="x" * 300) for _ in range(4000)))
    assert code(loading.load_calendar(calendar=large, by=REGISTRAR)) == "CALENDAR_TOO_LARGE"
    loading.load_calendar(calendar=ONE, by=REGISTRAR)
    assert code(loading.load_calendar(calendar=ONE, by=REGISTRAR)) == "SAME_CALENDAR"
    assert len(entries(Kind.CALENDAR_LOADED)) == 1
    assert {entry.detail["act"] for entry in entries(Kind.REFUSED)} == {"calendar:load"}


@pytest.mark.usefixtures("sealed")
def test_the_text_travels_in_the_bundle(tmp_path: Path) -> None:
    loading.load_calendar(calendar=TWO, by=REGISTRAR)
    bundle = tmp_path / "bundle.pars"
    export.export(bundle)
    report = verify(bundle.read_bytes())
    assert report.status == VERIFIED, report.words()
    assert calendar_text(TWO.lines) in bundle.read_bytes()


def test_orders_go_by_the_calendar_and_the_last_room_is_given_once() -> None:
    loading.load_calendar(calendar=ONE, by=REGISTRAR)
    cases = [desks.walked("submit", "decide", "sign", "interview", "hear") for _ in range(2)]
    at = desks.next_hearing()

    def give(n: int) -> Any:
        return desks.step(cases[n], "order", **desks.order(cases[n], next_hearing=at, next_court="B08"))

    found = desks.at_once(give, 2)
    assert sorted(type(one).__name__ for one in found) == ["Done", "Refused"]
    late = next(n for n, one in enumerate(found) if isinstance(one, Refused))
    assert code(found[late]) == "SLOT_FULL"
    dates = arraigning.next_dates(desks.load(cases[0]).current(Arraigned)[0].time)
    assert at not in [one.time for one in dates.offered]
    assert dates.offered
    causes = desks.order(cases[late], next_hearing=at, next_court="B08", late_cause="The complainant travels.")
    assert isinstance(desks.step(cases[late], "order", **causes), Done)


def test_a_day_that_the_court_closes_is_not_given() -> None:
    at = desks.next_hearing()
    day = date.fromisoformat(at.text[:10])
    closed = CourtCalendar((Closure(first=day, last=day, cause="Founders' day"),))
    loading.load_calendar(calendar=closed, by=REGISTRAR)
    case = desks.walked("submit", "decide", "sign", "interview", "hear")
    refused = desks.step(case, "order", **desks.order(case, next_hearing=at))
    assert code(refused) == "COURT_CLOSED"
    dates = arraigning.next_dates(desks.load(case).current(Arraigned)[0].time)
    assert dates.in_custody < day
    open_day = StatedTime(f"{dates.in_custody.isoformat()}T09:00", desks.ZONE)
    assert isinstance(desks.step(case, "order", **desks.order(case, next_hearing=open_day)), Done)
