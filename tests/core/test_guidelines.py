"""A guideline is a text: read strictly, in force by its days, and every sum has one recommendation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.guidelines import RECOMMENDATIONS, STATUSES, Guideline, guideline_on, read_guideline
from pars.core.cases.questions import PARTS, QUESTIONS, RECORDS
from pars.core.terms import Refusal
from tests.guidelines import WRITTEN, guideline, text

FACTOR = WRITTEN["factors"][0]


def test_what_ships_says_that_it_is_invented() -> None:
    shipped = guideline()
    assert shipped.status == "ILLUSTRATIVE"
    assert "Nobody adopted it" in STATUSES[shipped.status]
    assert "Invented" in shipped.citation
    assert {factor.question for factor in shipped.factors} <= QUESTIONS.keys()
    assert len(shipped.factors) == len(WRITTEN["factors"])


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"format": "pars.guideline.9"}, "WRONG_FORMAT", "/format"),
        ({"title": None}, "MISSING_FIELD", "/title"),
        ({"score": 1}, "UNKNOWN_FIELD", "/score"),
        ({"status": "VALIDATED"}, "UNKNOWN_WORD", "/status"),
        ({"first": "yesterday"}, "NOT_A_DAY", "/first"),
        ({"first": "2026-02-01", "last": "2026-01-31"}, "ENDS_BEFORE_IT_BEGINS", "/last"),
        ({"factors": []}, "WRONG_LENGTH", "/factors"),
        ({"factors": [FACTOR, FACTOR]}, "TWICE", "/factors/1"),
        ({"factors": [FACTOR, {**FACTOR, "factor": "another"}]}, "TWICE", "/factors/1"),
        ({"factors": [{**FACTOR, "question": "offense"}]}, "UNKNOWN_QUESTION", "/factors/0/question"),
        ({"factors": [{**FACTOR, "points": {"yes": 1}}]}, "MISSING_FIELD", "/factors/0/points/no"),
        ({"factors": [{**FACTOR, "points": {"yes": 1, "no": 0, "maybe": 2}}]}, "UNKNOWN_FIELD", "/factors/0/points/maybe"),
        ({"factors": [{**FACTOR, "points": {"yes": 101, "no": 0}}]}, "OUT_OF_RANGE", "/factors/0/points/yes"),
        ({"ranges": [{"recommendation": "DETAIN"}]}, "UNKNOWN_RECOMMENDATION", "/ranges/0/recommendation"),
        ({"ranges": [{"least": 1, "recommendation": "ROR"}]}, "RANGES_LEAVE_A_GAP", "/ranges/0"),
        ({"ranges": [{"recommendation": "ROR"}, {"recommendation": "COURT"}]}, "RANGES_LEAVE_A_GAP", "/ranges/0"),
        (
            {"ranges": [{"least": 1, "recommendation": "ROR"}, {"least": 1, "recommendation": "CONDITIONS"}, {"recommendation": "COURT"}]},
            "RANGES_CROSS", "/ranges/1",
        ),
        ({"ranges": [{"least": 1, "recommendation": "ROR"}, {"recommendation": "ROR"}]}, "TWICE", "/ranges/1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_guideline(text(**changes))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_other_bytes_are_no_guideline() -> None:
    found = read_guideline(b'{"format": "pars.guideline.1"}')
    assert isinstance(found, Refusal)
    assert found.code == "NOT_CANONICAL"


def test_an_edition_is_in_force_on_its_days_and_an_adopted_one_goes_first() -> None:
    shown = guideline()
    old = guideline(guideline="own", edition="1", status="ADOPTED", first="2026-01-01", last="2026-06-30")
    new = guideline(guideline="own", edition="2", status="ADOPTED", first="2026-07-01")
    known = [shown, new, old]
    expected = {
        date(2025, 12, 31): shown,
        date(2026, 1, 1): old,
        date(2026, 6, 30): old,
        date(2026, 7, 1): new,
        date(2030, 1, 1): new,
    }
    for day, one in expected.items():
        assert guideline_on(known, day) == one
    assert guideline_on([old], date(2026, 7, 1)) is None
    assert guideline_on([], date(2026, 7, 1)) is None
    assert len({one.sha256 for one in known}) == 3


@given(st.integers(-2000, 2000))
def test_every_sum_has_one_recommendation_and_more_points_never_less(points: int) -> None:
    made: Guideline = guideline()
    places = ["COURT", "CONDITIONS", "ROR"]
    assert made.recommended(points) in RECOMMENDATIONS
    assert places.index(made.recommended(points)) <= places.index(made.recommended(points + 1))


def test_the_questions_are_those_of_rule_523_and_the_offense_is_none_of_them() -> None:
    assert len(QUESTIONS) == 20
    assert PARTS[-1] == RECORDS
    assert all(one.criterion.startswith("523(A)(") for one in QUESTIONS.values())
    assert not any(one.criterion == "523(A)(1)" or "offense" in one.says.lower() for one in QUESTIONS.values())
    assert {one.code for one in QUESTIONS.values() if not one.asked} == {"convictions", "flight", "false_identity"}
    question = QUESTIONS["employed"]
    assert [question.words(answer) for answer in ("YES", "NO", None)] == ["Yes", "No", "not answered"]
