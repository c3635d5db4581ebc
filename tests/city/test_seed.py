"""A seeded city: every case ends lawfully, nobody goes free past a hold that counts, nobody is held without one, every limit is noted."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

import pytest

from pars.actions import founding, publishing
from pars.core.cases.facts import (
    AliasStated,
    CasePassed,
    ChargeDecided,
    ComplaintCosigned,
    ComplaintFiled,
    CounselPresent,
    DetainerDecided,
    DetainerReceived,
    DocketGiven,
    HoldLifted,
    HoldLodged,
    OrderServed,
    PaperEntered,
    PersonLinked,
    PoliceReleased,
    RepresentationClaimed,
    SentToJuvenile,
    WorksheetSigned,
)
from pars.core.terms import Instant, moment
from pars.edge.city import calibration, month, seeding, turns
from pars.edge.city.demo import NotADemo
from tests.city.lawful import look, look_at_the_choices, look_at_the_court, read
from tests.store.conftest import home
from tests.web.screens import use_django

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["home"]
pytestmark = pytest.mark.database


@pytest.fixture
def empty(home: Path) -> Path:
    """Work in a home without a ledger, its accounts among the rest."""
    use_django()
    return home


def test_a_week_of_a_small_city_is_lawful_and_agrees_with_its_ledger(empty: Path) -> None:
    began = publishing.now()
    made = seeding.seed(empty, days=7, number=3, per_day=7, questions=20)
    assert made.cases > 30
    assert made.questions == 20
    town = read(made.city.cases)
    assert len(town.cases) == made.cases
    look(town)
    look_at_the_court(town, began)  # a session that ends while the city is made is somebody's work later
    assert made.passed == sum(map(len, town.noted.values()))
    assert founding.check_everything() == []
    with pytest.raises(NotADemo):
        seeding.seed(empty, days=1, number=3, per_day=1, questions=0)


@pytest.mark.soak
def test_thirty_days_of_a_large_city_show_everything_that_happens_and_are_lawful(empty: Path) -> None:
    began = publishing.now()
    made = seeding.seed(empty, days=30, number=7, per_day=month.ARRESTS_PER_DAY, questions=200)
    assert made.cases > 3_000
    assert set(made.turns) == set(turns.TURNS), "a turn that nobody takes is shown by nothing"
    town = read(made.city.cases)
    look(town)
    look_at_the_court(town, began)
    look_at_the_choices(town)
    shown = {type(fact) for case in town.cases.values() for fact in case.facts}
    assert shown >= {
        AliasStated, HoldLodged, HoldLifted, DetainerReceived, DetainerDecided, PersonLinked, ChargeDecided, ComplaintCosigned,
        WorksheetSigned, RepresentationClaimed, CounselPresent, CasePassed, DocketGiven, OrderServed, PoliceReleased,
        ComplaintFiled, SentToJuvenile, PaperEntered,
    }  # fmt: skip
    assert {one.code for noted in town.noted.values() for one in noted} >= {
        "PROBABLE_CAUSE", "UNSENT", "UNANSWERED", "UNACKNOWLEDGED", "HOLD_LAPSED", "UNSERVED", "COMPLAINT_AFTER_RELEASE",
    }  # fmt: skip
    assert founding.check_everything() == []


def test_the_same_number_gives_the_same_city() -> None:
    now = Instant(1_790_000_000_000_000)
    one = month.plan_days(seed=5, now=now, days=4, per_day=10)
    assert one == month.plan_days(seed=5, now=now, days=4, per_day=10)
    assert one != month.plan_days(seed=6, now=now, days=4, per_day=10)
    assert [case.number for case in one] == list(range(1, len(one) + 1))
    assert all(case.arrested < now for case in one)


def test_nobody_comes_again_whose_prints_could_not_be_read() -> None:
    """Whatever hour it is planned at: prints say who was here before, who is a twin and who was taken for somebody else."""
    met = 0
    for seed in range(3):
        planned = {one.number: one for one in month.plan_days(seed=seed, now=Instant(1_790_000_000_000_000), days=28)}
        for case in planned.values():
            other = planned.get(case.again or case.alike or 0)
            if other is not None:
                met += 1
                assert "BY_WORD" not in other.turns
    assert met > 50


def test_a_planned_month_has_the_volumes_hours_offenses_and_bail_of_the_figures() -> None:
    cases = month.plan_days(seed=7, now=Instant(1_790_000_000_000_000), days=56)
    assert len(cases) / 56 == pytest.approx(calibration.ARRESTS_PER_DAY, rel=0.04)
    arrived = Counter(moment(case.arrested, turns.ZONE).hour for case in cases)
    for hour, share in enumerate(calibration.HOUR_SHARE):
        assert arrived[hour] / len(cases) == pytest.approx(share, abs=0.01)
    groups = Counter(case.group for case in cases)
    every = sum(group.mean_per_day for group in calibration.OFFENSE_GROUPS.values())
    for name, group in calibration.OFFENSE_GROUPS.items():
        assert groups[name] / len(cases) == pytest.approx(group.mean_per_day / every, abs=0.015), name
    types = Counter(case.order.type for case in cases)
    for name, count in calibration.RELEASE_TYPE_COUNT.items():
        wanted = count / sum(calibration.RELEASE_TYPE_COUNT.values())
        assert types[name] / len(cases) == pytest.approx(wanted, abs=0.02), name
    amounts = [case.order.amount_cents for case in cases if case.order.type == "MONETARY"]
    assert median(amounts) == 2_500_000 == median_of(calibration.MONETARY_AMOUNT_SHARE) * 100


def median_of(shares: Mapping[int, float]) -> int:
    """Return the value at which half of the shares is reached."""
    values = sorted(shares)
    sums = [sum(shares[one] for one in values[: place + 1]) for place in range(len(values))]
    return next(value for value, reached in zip(values, sums, strict=True) if reached >= sums[-1] / 2)
