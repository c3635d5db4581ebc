"""Taking a case of the charging queue: the first has it, it is given back, it lapses at the end of the shift at the latest."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pars.core.cases.case import Change
from pars.core.cases.taking import RULES, Take, give_back, lapses_at, take
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Refusal, instant, moment
from tests.cases import NOW, booked, decided, sent
from tests.core.test_charging_queue import back


def local(text: str) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")))


def code(outcome: Change | Refusal) -> str:
    assert isinstance(outcome, Refusal)
    return outcome.code


@pytest.mark.parametrize(
    ("taken", "lapses"),
    [
        ("2026-11-23T09:10", "2026-11-23T13:10"),
        ("2026-11-23T14:00", "2026-11-23T16:00"),
        ("2026-11-23T16:00", "2026-11-23T20:00"),
        ("2026-11-23T23:59", "2026-11-24T00:00"),
        ("2026-12-31T22:00", "2027-01-01T00:00"),
        ("2026-11-24T00:00", "2026-11-24T04:00"),
        ("2026-03-08T01:30", "2026-03-08T06:30"),  # the clocks go forward meanwhile: four hours are four hours
        ("2026-11-01T05:00", "2026-11-01T08:00"),
    ],
)
def test_it_lapses_after_so_many_hours_and_at_the_end_of_the_shift_at_the_latest(taken: str, lapses: str) -> None:
    assert moment(lapses_at(local(taken)), RULES[0].zone) == moment(local(lapses), RULES[0].zone)


def test_the_first_has_it_and_the_second_is_told() -> None:
    case = sent()
    taken = take(case, None, person="p-one", at=NOW)
    assert isinstance(taken, Change)
    assert (taken.kind, taken.facts, taken.changed) == (Kind.CHARGING_TAKEN, (), False)
    assert taken.until == lapses_at(NOW)
    has = Take(person="p-one", at=NOW, until=lapses_at(NOW))
    later = Instant(NOW + 1)
    assert code(take(case, has, person="p-two", at=later)) == "TAKEN"
    assert code(take(case, has, person="p-one", at=later)) == "YOURS_ALREADY"
    assert isinstance(take(case, has, person="p-two", at=has.until), Change), "it lapsed at that instant"
    assert code(take(case, has, person="p-two", at=Instant(has.until - 1))) == "TAKEN"


def test_only_what_waits_for_a_decision_is_taken() -> None:
    assert code(take(None, None, person="p-one", at=NOW)) == "NO_SUCH_CASE"
    for case in (booked(), decided(), back(sent())):
        assert code(take(case, None, person="p-one", at=NOW)) == "NOT_IN_QUEUE"


def test_it_is_given_back_by_who_has_it_or_by_a_supervisor() -> None:
    case, has = sent(), Take(person="p-one", at=NOW, until=Instant(NOW + HOUR))
    own = give_back(case, has, person="p-one", at=NOW, for_others=False)
    assert isinstance(own, Change)
    assert (own.kind, own.detail) == (Kind.CHARGING_GIVEN_BACK, {"own": 1})
    assert code(give_back(case, has, person="p-two", at=NOW, for_others=False)) == "NOT_YOURS"
    theirs = give_back(case, has, person="p-two", at=NOW, for_others=True)
    assert isinstance(theirs, Change)
    assert theirs.detail == {"own": 0}
    for given in ((None, has), (case, None)):
        assert code(give_back(*given, person="p-one", at=NOW, for_others=True)) == "NOT_TAKEN"
    assert code(give_back(case, has, person="p-one", at=has.until, for_others=False)) == "NOT_TAKEN"
