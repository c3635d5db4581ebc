"""How much a version lets be asked and shown: read, said, met, and decided before anybody is looked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.decision import Caller, Permit, decide
from pars.core.access.floor import floor
from pars.core.access.limits import IN_A_DAY, UNUSED, Limits, Used
from pars.core.access.question import Evidence, Question
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.version import narrows
from pars.core.terms import HOUR, Instant, Refusal
from tests.agreements import START, in_force, version

ALL = Limits(
    questions_per_day=20, rows_per_reply=50, questions_per_day_in_all=100, people_per_day=30, people_per_day_in_all=200
)
COUNTS = {
    "questions_per_day": "questions",
    "questions_per_day_in_all": "in_all",
    "people_per_day": "people",
    "people_per_day_in_all": "people_in_all",
}


@pytest.mark.parametrize("limit", IN_A_DAY)
def test_each_limit_is_reached_at_its_number_and_no_earlier(limit: str) -> None:
    most, count = getattr(ALL, limit), COUNTS[limit]
    assert ALL.beyond(Used(**{count: most - 1})) is None
    found = ALL.beyond(Used(**{count: most}))
    assert found is not None
    assert (found.code, str(most) in found.says) == ("LIMIT_REACHED", True)


def test_what_is_not_limited_is_never_beyond() -> None:
    few = Limits(questions_per_day=20, rows_per_reply=50)
    assert few.beyond(Used(in_all=10**6, people=10**6, people_in_all=10**6)) is None
    assert not few.counts_people
    assert replace(few, people_per_day=1).counts_people
    assert replace(few, people_per_day_in_all=1).counts_people


@pytest.mark.parametrize(
    ("asked", "used", "rows"),
    [
        (None, UNUSED, 30),
        (5, UNUSED, 5),
        (None, Used(people=28), 2),
        (None, Used(people_in_all=199), 1),
        (5, Used(people=28, people_in_all=199), 1),
        (None, Used(people=31), 0),
    ],
)
def test_a_reply_holds_no_more_than_people_are_left(asked: int | None, used: Used, rows: int) -> None:
    assert ALL.rows(asked, used) == rows


NUMBERS = st.integers(1, 4)
LIMITS = st.builds(
    Limits,
    questions_per_day=NUMBERS,
    rows_per_reply=NUMBERS,
    **{name: st.none() | NUMBERS for name in IN_A_DAY[1:]},
)
USED = st.builds(Used, **{name: st.integers(0, 5) for name in COUNTS.values()})


@given(LIMITS, LIMITS, USED)
def test_limits_within_others_let_nothing_more_happen(new: Limits, old: Limits, used: Used) -> None:
    if new.within(old):
        assert new.rows(None, used) <= old.rows(None, used)
        assert new.beyond(used) is not None or old.beyond(used) is None
    assert new.within(new)


CHANGES: list[dict[str, Any]] = [{f"/limits/{name}": 7} for name in IN_A_DAY[1:]]


@pytest.mark.parametrize("change", CHANGES)
def test_a_new_limit_narrows_and_one_that_is_gone_widens(change: dict[str, Any]) -> None:
    with_it, without = version(change, number=2), version(change)
    plain = version(number=2)
    assert narrows(with_it, version())
    assert not narrows(plain, without)
    assert [one.kind for one in differences(with_it, version())] == ["removed"]
    assert [one.kind for one in differences(plain, without)] == ["added"]
    raised = version({next(iter(change)): 8}, number=2)
    assert not narrows(raised, without)
    assert [one.kind for one in differences(raised, without)] == ["added"]


def test_what_is_limited_and_what_is_not_is_said_in_both_languages() -> None:
    none, every = version(), version({f"/limits/{name}": 7 for name in IN_A_DAY[1:]})
    assert any(sentence.startswith("Nothing limits ") for sentence in explain(none, "en"))
    assert any(sentence.startswith("Nada limita ") for sentence in explain(none, "es"))
    said = explain(every, "en")
    assert "All together may ask 7 questions a day." in said
    assert "A person may be shown 7 different people a day." in said
    assert not any("Nothing limits" in sentence for sentence in said)
    assert not any("Nada limita" in sentence for sentence in explain(every, "es"))


def test_who_has_no_people_left_is_refused_before_anybody_is_looked_for() -> None:
    under = in_force(version({"/limits/people_per_day": 5}))
    question = Question(purpose="warrant_service", evidence=Evidence("warrant_number", "W-1234"), columns=("surname",))

    def ask(used: Used) -> Permit | Refusal:
        at = Instant(START + HOUR)
        return decide(Caller("sheriff", "deputy"), question, [under], used={"AGR-1": used}, floor=floor, at=at)

    some, none = ask(Used(people=3)), ask(Used(people=5))
    assert isinstance(some, Permit)
    assert some.limit == 2
    assert isinstance(none, Refusal)
    assert none.code == "LIMIT_REACHED"
