"""The clock rules: each has its law and its count; civil days end right in every zone, hours are real ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases import clock_rules
from pars.core.cases.clock_rules import CLOCK_RULES, ClockRule, clock_rule, rule_from
from pars.core.terms import DAY, HOUR, Instant, Period, StatedTime, moment, start_of_day
from tests.cases import ZONE, at

ZONES = sorted(available_timezones())
FIVE, CORRECTED = clock_rule("COMPLAINT_AFTER_RELEASE", Instant(0)), clock_rule("CORRECTION_TOLD", Instant(0))
DAYS = tuple(rule for rule in CLOCK_RULES if rule.unit == "days")
TURNS = (date(2011, 12, 30), date(2018, 11, 4), date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31), date(2024, 2, 29))
"""Days around which clocks jump somewhere: Samoa has no December 30 of 2011, São Paulo no midnight on November 4 of 2018."""


def test_every_rule_has_its_law_its_start_and_its_words() -> None:
    for rule in CLOCK_RULES:
        assert rule.citation
        assert rule.starts
        assert rule.label
        assert rule.length > 0
    assert {rule.code for rule in CLOCK_RULES if rule.informs} == {
        "TRIAL_COMMON_PLEAS",
        "CUSTODY_BEFORE_TRIAL",
        "TRIAL_MUNICIPAL",
    }
    assert all("before excluded time" in rule.label for rule in CLOCK_RULES if rule.informs)


def test_no_rule_lies_here_that_starts_no_clock() -> None:
    modules = Path(clock_rules.__file__).parent.glob("*.py")
    elsewhere = "".join(module.read_text() for module in modules if module.name != "clock_rules.py")
    assert [rule.code for rule in CLOCK_RULES if f'"{rule.code}"' not in elsewhere] == []


def test_no_two_rules_of_one_code_are_in_force_at_once() -> None:
    for rule in CLOCK_RULES:
        same = [other for other in CLOCK_RULES if other.code == rule.code and other.period.covers(rule.period.start)]
        assert same == [rule]
    with pytest.raises(LookupError):
        clock_rule("NONE", Instant(0))


def test_a_clock_keeps_the_rule_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = at("2026-12-01").earliest
    old = ClockRule(**{**fields(FIVE), "period": Period(FIVE.period.start, turn)})
    new = ClockRule(**{**fields(FIVE), "period": Period(turn), "length": 3})
    monkeypatch.setattr(clock_rules, "CLOCK_RULES", (old, new))
    before, after = at("2026-11-30T23:59:59"), at("2026-12-01T00:00")
    assert rule_from(FIVE.code, before).due(before) == at("2026-12-06").earliest
    assert rule_from(FIVE.code, after).due(after) == at("2026-12-05").earliest


def fields(rule: ClockRule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in ClockRule.__dataclass_fields__}


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("rule", [FIVE, CORRECTED], ids=lambda rule: rule.code)
def test_a_civil_day_rule_ends_with_its_last_day_in_every_zone(rule: ClockRule, turn: date) -> None:
    """In every zone there is, for a start on each day from which the count runs over a change of the clocks."""
    for zone in ZONES:
        for back in range(rule.length + 2):
            day = turn - timedelta(days=back)
            ends_on_its_day(rule, StatedTime(day.isoformat(), zone))
            ends_on_its_day(rule, StatedTime(f"{day.isoformat()}T00:30", zone))


@given(
    st.sampled_from(DAYS),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 12, 31)),  # noqa: DTZ001 as it is stated, in its own zone
    st.sampled_from(ZONES),
)
def test_a_civil_day_rule_ends_with_its_last_day_from_any_time(rule: ClockRule, started: datetime, zone: str) -> None:
    ends_on_its_day(rule, StatedTime(started.replace(microsecond=0).isoformat(), zone))


def ends_on_its_day(rule: ClockRule, start: StatedTime) -> None:
    last, due = rule.last_day(start), rule.due(start)
    assert (last - moment(start.earliest, start.zone).date()).days == rule.length
    assert due == start_of_day(last + timedelta(days=1), start.zone)
    assert moment(due, start.zone).date() > last
    assert moment(Instant(due - 1), start.zone).date() <= last
    assert abs(due - (start.earliest + rule.length * DAY)) <= DAY + 25 * HOUR


@given(st.integers(at("1990").earliest, at("2090").earliest), st.sampled_from(ZONES))
def test_hours_are_real_hours_whatever_the_clocks_do(written: int, zone: str) -> None:
    start = StatedTime(moment(Instant(written // 1_000_000 * 1_000_000)).isoformat(), zone)
    for rule in CLOCK_RULES:
        if rule.unit == "hours":
            assert rule.due(start) - start.earliest == rule.length * HOUR


@pytest.mark.parametrize(
    ("stated", "ends"),
    [
        ("2026-12-28T23:59:59", "2027-01-03"),  # over New Year
        ("2026-12-29T00:00", "2027-01-04"),
        ("2026-10-29T12:00", "2026-11-04"),  # over the end of summer time
        ("2026-03-05T12:00", "2026-03-11"),  # over its beginning
        ("2024-02-26", "2024-03-03"),  # over a leap day
    ],
)
def test_five_days_by_the_calendar(stated: str, ends: str) -> None:
    assert FIVE.due(at(stated)) == StatedTime(ends, ZONE).earliest


def test_the_fifteen_days_after_an_error_was_found_are_a_rule_like_the_others() -> None:
    found = StatedTime(moment(at("2026-11-20T10:00").earliest, ZONE).isoformat(), ZONE)
    assert rule_from("CORRECTION_TOLD", found).due(found) == at("2026-12-06").earliest
    assert "9114" in CORRECTED.citation
