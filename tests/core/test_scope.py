"""Scopes: read strictly, met never joined, narrowed by a question that names only what is granted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.scope import (
    NOTHING,
    Always,
    Is,
    Never,
    OneOf,
    Scope,
    Within,
    apply_masks,
    asked,
    matches,
    meet,
    read_scope,
    shown,
    write_scope,
)
from pars.core.terms import Refusal
from tests import strategies

GRANTED = Scope(
    frozenset({"surname", "birth_date", "district"}),
    frozenset({"surname", "birth_date", "otn"}),
    {"birth_date": "year"},
    Is("adult", value=True),
)


@given(strategies.scopes())
def test_scopes_survive_their_json_form(scope: Scope) -> None:
    assert read_scope(canonical.read(canonical.write(write_scope(scope)))) == scope


def stated(**parts: object) -> object:
    return {**write_scope(GRANTED), **parts}


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (None, "UNKNOWN_PART", "/"),
        ({"columns": [], "masks": {}, "rows": "always"}, "UNKNOWN_PART", "/"),
        (stated(sort=["surname"]), "UNKNOWN_PART", "/"),
        (stated(columns="surname"), "WRONG_TYPE", "/columns"),
        (stated(columns=["surname", "narrative"]), "UNKNOWN_COLUMN", "/columns/1"),
        (stated(columns=["surname", ["given"]]), "UNKNOWN_COLUMN", "/columns/1"),
        (stated(columns=["surname", "surname"]), "REPEATED", "/columns/1"),
        (stated(filters=["surname", "birthplace"]), "NOT_FILTERABLE", "/filters/1"),
        (stated(filters={"surname": 1}), "WRONG_TYPE", "/filters"),
        (stated(masks=["birth_date"]), "WRONG_TYPE", "/masks"),
        (stated(masks={"arrest_date": "year"}), "UNKNOWN_COLUMN", "/masks"),
        (stated(masks={"birth_date": "month"}), "UNKNOWN_MASK", "/masks/birth_date"),
        (stated(masks={"birth_date": ["year"]}), "UNKNOWN_MASK", "/masks/birth_date"),
        (stated(masks={"surname": "year"}), "UNKNOWN_MASK", "/masks/surname"),
        (stated(rows={"any": [{"column": "age", "is": 18}]}), "UNKNOWN_COLUMN", "/rows/any/0/column"),
        (stated(rows=None), "UNKNOWN_CONDITION", "/rows"),
    ],
)
def test_what_is_not_known_in_a_scope_is_refused_with_its_place(data: object, code: str, place: str) -> None:
    refusal = read_scope(data, place="/scope")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == (code, (f"/scope{place.removesuffix('/')}",))


def test_a_scope_keeps_masks_that_nobody_can_change() -> None:
    masks = {"birth_date": "year"}
    scope = Scope(frozenset(), frozenset(), masks, Always())
    masks.clear()
    assert scope.masks == {"birth_date": "year"}
    with pytest.raises(TypeError):
        scope.masks["birth_date"] = "none"  # type: ignore[index]
    assert hash(scope) == hash(meet(scope, scope))


def test_a_meeting_keeps_every_mask() -> None:
    plain = Scope(GRANTED.columns, GRANTED.filters, {"arrest_date": "year"}, Always())
    assert meet(plain, GRANTED).masks == meet(GRANTED, plain).masks == {"arrest_date": "year", "birth_date": "year"}


def test_a_question_narrows_what_is_granted() -> None:
    narrowed = asked(GRANTED, ["surname", "birth_date"], [OneOf("birth_date", (1990, 1991), "year"), Is("otn", "Q3333330")])
    assert isinstance(narrowed, Scope)
    record = {"surname": "Doe", "birth_date": date(1990, 5, 5), "district": "22", "otn": "Q3333330", "adult": True}
    assert shown(record, narrowed) == {"surname": "Doe", "birth_date": 1990}
    for other in ({"adult": None}, {"adult": False}, {"otn": None}, {"birth_date": date(1992, 1, 1)}):
        assert shown(record | other, narrowed) is None


def test_a_question_that_names_what_is_not_granted_is_refused_by_name_in_every_clause() -> None:
    refusal = asked(GRANTED, ["given", "surname"], [Is("language", "x"), Is("surname", "Doe"), Is("district", "22")])
    assert isinstance(refusal, Refusal)
    # The district may be returned, not asked by.
    assert (refusal.code, refusal.names) == ("NOT_GRANTED", ("given", "language", "district"))
    assert "Doe" not in repr(refusal)


def test_a_question_needs_columns_that_exist() -> None:
    for columns, code, names in (
        ([], "NO_COLUMNS", ("/columns",)),
        (["surname", "Jane Doe"], "UNKNOWN_COLUMN", ("/columns/1",)),
    ):
        refusal = asked(GRANTED, columns, [])
        assert isinstance(refusal, Refusal)
        assert (refusal.code, refusal.names) == (code, names)
        assert "Jane" not in repr(refusal)


def test_no_range_over_what_is_not_shown() -> None:
    refusal = asked(GRANTED, ["surname"], [Within("otn", "A", None)])
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == ("EQUALITY_ONLY", ("otn",))
    assert isinstance(asked(GRANTED, ["surname"], [Within("surname", "A", "B")]), Scope)


def test_a_question_cannot_reach_behind_a_mask() -> None:
    refusal = asked(GRANTED, ["surname"], [Is("birth_date", date(1990, 5, 5))])
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == ("MASKED", ("birth_date",))


@given(strategies.records())
def test_masks_reduce_and_leave_the_rest(record: dict[str, object]) -> None:
    reduced = apply_masks(record, {"birth_date": "year"})
    born = record["birth_date"]
    assert reduced == record | {"birth_date": born.year if isinstance(born, date) else None}


@given(strategies.scopes(), strategies.records())
def test_what_is_shown_is_the_scopes_columns_in_the_catalogues_order(scope: Scope, record: dict[str, object]) -> None:
    row = shown(record, scope)
    if matches(scope.rows, record) is True:
        assert row is not None
        assert list(row) == [column.name for column in CATALOGUE if column.name in scope.columns]
    else:
        assert row is None
    assert shown(record, NOTHING) is None
    assert NOTHING.rows == Never()
