"""A seeded city: every case ends lawfully, nobody goes free past a hold that counts, nobody is held without one, every limit is noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pars.actions import founding
from pars.core.access.profile import ORDINARY
from pars.core.cases.booking import cases_of_person
from pars.core.cases.case import Case, released
from pars.core.cases.custody import release_basis, what_holds
from pars.core.cases.facts import (
    AliasStated,
    ChargeDecided,
    DetainerDecided,
    DetainerReceived,
    HoldLifted,
    HoldLodged,
    PersonLinked,
    ReleaseAcknowledged,
)
from pars.core.cases.limits import Noted, free_since, passed
from pars.core.terms import HOUR, Instant
from pars.edge.city import month, seeding
from pars.edge.city.demo import NotADemo
from pars.store import ledger, rows, watched
from tests.store.conftest import home
from tests.web.screens import use_django

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["home"]
pytestmark = pytest.mark.database


@pytest.fixture
def empty(home: Path) -> Path:
    """Work in a home without a ledger, its accounts among the rest."""
    use_django()
    return home


@dataclass
class Town:
    """Everything that a seeded home holds, as of `at`."""

    cases: dict[str, Case]
    recorded: dict[int, Instant]
    noted: dict[str, tuple[Noted, ...]]
    at: Instant

    def others(self, case: Case) -> list[Case]:
        return [one for one in cases_of_person(case, self.cases.values()) if one.id != case.id]

    def before(self, case: Case, entry: int) -> Case:
        """Return the case as it stood before an entry."""
        return Case(case.id, 1, tuple(fact for fact in case.facts if (fact.entry or 0) < entry))


def read(numbers: dict[int, str]) -> Town:
    with ledger.reading() as at:
        cases = rows.load_cases(numbers.values())
        entries = {fact.entry for case in cases.values() for fact in case.facts if fact.entry is not None}
        recorded = {entry: when for entry, (when, _) in ledger.recorded(entries).items()}
        return Town(cases, recorded, watched.noted(cases), at)


def look(town: Town) -> None:
    """Check every case of the town."""
    for case in town.cases.values():
        others = town.others(case)
        if released(case):
            freed = next(said for said in case.current(ReleaseAcknowledged) if said.released)
            assert freed.entry is not None
            before, *rest = (town.before(one, freed.entry) for one in (case, *others))
            then = cases_of_person(before, [one for one in rest if one.facts])
            assert what_holds(then, town.recorded[freed.entry]) == (), case.id
            assert release_basis(before) == freed.basis
        else:
            holding = what_holds((case, *others), town.at)
            since = free_since(case, town.at, recorded=town.recorded, others=others)
            assert holding or since is not None, f"{case.id}: held by nothing, and nobody owes the release"
            assert all(one.authority and one.citation for one in holding)
            if since is not None and town.at >= since + ORDINARY.unacknowledged * HOUR:
                assert "UNACKNOWLEDGED" in [one.code for one in town.noted.get(case.id, ())]
        noted = town.noted.get(case.id, ())
        with ledger.reading():
            late = passed(watched.limits_of(case, town.at, others), town.at)
        assert all(limit.among(noted) for limit in late), case.id
        assert all(one.due <= one.at for one in noted), case.id


def test_a_week_of_a_small_city_is_lawful_and_agrees_with_its_ledger(empty: Path) -> None:
    made = seeding.seed(empty, days=7, number=3, per_day=7, questions=20)
    assert made.cases > 30
    assert made.questions == 20
    town = read(made.city.cases)
    assert len(town.cases) == made.cases
    look(town)
    assert made.passed == sum(map(len, town.noted.values()))
    assert founding.check_everything() == []
    with pytest.raises(NotADemo):
        seeding.seed(empty, days=1, number=3, per_day=1, questions=0)


@pytest.mark.soak
def test_thirty_days_of_a_large_city_show_everything_that_happens_and_are_lawful(empty: Path) -> None:
    made = seeding.seed(empty, days=30, number=7, per_day=month.ARRESTS_PER_DAY, questions=200)
    assert made.cases > 3_000
    assert set(made.turns) == set(month.TURNS), "a turn that nobody takes is shown by nothing"
    town = read(made.city.cases)
    look(town)
    shown = {type(fact) for case in town.cases.values() for fact in case.facts}
    assert shown >= {AliasStated, HoldLodged, HoldLifted, DetainerReceived, DetainerDecided, PersonLinked, ChargeDecided}
    assert {one.code for noted in town.noted.values() for one in noted} >= {
        "PROBABLE_CAUSE", "UNSENT", "UNANSWERED", "UNACKNOWLEDGED", "HOLD_LAPSED",
    }  # fmt: skip
    assert founding.check_everything() == []


def test_the_same_number_gives_the_same_city() -> None:
    now = Instant(1_790_000_000_000_000)
    one = month.plan_days(seed=5, now=now, days=4, per_day=10)
    assert one == month.plan_days(seed=5, now=now, days=4, per_day=10)
    assert one != month.plan_days(seed=6, now=now, days=4, per_day=10)
    assert [case.number for case in one] == list(range(1, len(one) + 1))
    assert all(case.arrested < now for case in one)
