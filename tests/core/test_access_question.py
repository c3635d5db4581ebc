"""A question is read strictly; a refusal names the field and never repeats the caller's words."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core import canonical
from pars.core.access.decision import Evidence, Question, read_question
from pars.core.access.predicate import Is, Within
from pars.core.terms import Refusal
from tests.agreements import ABSENT, changed

ASKED: dict[str, Any] = {
    "purpose": "warrant_service",
    "evidence": {"kind": "warrant_number", "value": "W-12345"},
    "columns": ["record", "surname"],
    "where": [{"column": "surname", "is": "Smith"}, {"column": "birth_date", "within": {"from": 1980, "to": 1990}}],
    "sort": ["surname"],
    "after": "h-1",
    "rows": 10,
}


def test_a_question_says_what_was_asked() -> None:
    read = read_question(ASKED)
    assert read == Question(
        purpose="warrant_service",
        evidence=Evidence("warrant_number", "W-12345"),
        columns=("record", "surname"),
        where=(Is("surname", "Smith"), Within("birth_date", 1980, 1990, "year")),
        sort=("surname",),
        after="h-1",
        rows=10,
    )
    assert isinstance(read, Question)
    assert read.asked_by == {"surname", "birth_date"}
    assert canonical.read(read.text()) == changed(ASKED, {"/where/1/mask": "year"})


def test_the_least_question() -> None:
    read = read_question({"purpose": "p", "columns": ["sex"]})
    assert read == Question(purpose="p", columns=("sex",))
    assert isinstance(read, Question)
    assert read.text() == b'{"columns":["sex"],"purpose":"p","sort":[],"where":[]}'


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/purpose": ABSENT}, "MISSING_FIELD", "/purpose"),
        ({"/purpose": "Smith!"}, "WRONG_FORM", "/purpose"),
        ({"/columns": []}, "WRONG_LENGTH", "/columns"),
        ({"/columns": "surname"}, "NOT_A_LIST", "/columns"),
        ({"/columns/1": "Smith"}, "UNKNOWN_COLUMN", "/columns/1"),
        ({"/columns/1": {}}, "UNKNOWN_COLUMN", "/columns/1"),
        ({"/columns/1": "record"}, "TWICE", "/columns/1"),
        ({"/sort/0": "Smith"}, "UNKNOWN_COLUMN", "/sort/0"),
        ({"/where": {}}, "WRONG_TYPE", "/where"),
        ({"/where/0": {"column": "record", "within": {"from": "a"}}}, "EQUALITY_ONLY", "/where/0/within"),
        ({"/where/0/column": "Smith"}, "UNKNOWN_COLUMN", "/where/0/column"),
        ({"/where/0/like": "Smith"}, "UNKNOWN_CONDITION", "/where/0"),
        ({"/evidence": "Smith"}, "NOT_AN_OBJECT", "/evidence"),
        ({"/evidence/kind": "Smith"}, "UNKNOWN_EVIDENCE", "/evidence/kind"),
        ({"/evidence/value": ""}, "WRONG_FORM", "/evidence/value"),
        ({"/after": "Smith Smith"}, "WRONG_FORM", "/after"),
        ({"/rows": 501}, "OUT_OF_RANGE", "/rows"),
        ({"/rows": True}, "NOT_A_NUMBER", "/rows"),
        ({"/smith": 1}, "UNKNOWN_FIELD", "/"),
        ({"/evidence/smith": 1}, "UNKNOWN_FIELD", "/evidence"),
    ],
)
def test_a_bad_question_is_refused_by_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    read = read_question(changed(ASKED, changes))
    assert isinstance(read, Refusal)
    assert (read.code, read.names) == (code, (place,))
    assert "smith" not in repr(read).lower()


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_what_is_no_object_is_no_question(data: object) -> None:
    read = read_question(data)
    assert isinstance(read, Refusal)
    assert read.code == "NOT_AN_OBJECT"
