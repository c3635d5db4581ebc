"""Conditions: three-valued truth, their JSON form, and masks that never weaken."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.predicate import (
    All,
    Always,
    Any,
    Is,
    Never,
    Not,
    OneOf,
    Within,
    both,
    columns_in,
    leaves,
    masked,
    matches,
    through,
)
from pars.core.access.predicate_json import DEEPEST, MOST_NODES, MOST_VALUES, read_predicate, read_where, write_predicate
from pars.core.terms import Refusal
from tests import strategies

YES, NO, UNKNOWN = Is("district", "yes"), Is("district", "no"), Is("otn", "?")
RECORD = {"district": "yes", "otn": None}
TRUTH = {YES: True, NO: False, UNKNOWN: None}


@pytest.mark.parametrize(("a", "b"), list(product(TRUTH, TRUTH)))
def test_and_or_not_are_those_of_sql(a: Is, b: Is) -> None:
    # SQL's tables: false decides AND, true decides OR, and unknown is what is left.
    order = {False: 0, None: 1, True: 2}
    truths = sorted((TRUTH[a], TRUTH[b]), key=order.__getitem__)
    assert matches(All((a, b)), RECORD) is truths[0]
    assert matches(Any((a, b)), RECORD) is truths[1]
    assert matches(Not(a), RECORD) is {True: False, False: True, None: None}[TRUTH[a]]


def test_not_a_minor_never_lets_an_unknown_age_through() -> None:
    condition = Not(Is("adult", value=False))
    assert [matches(condition, {"adult": adult}) for adult in (True, False, None)] == [True, False, None]
    assert matches(condition, {}) is None


def test_always_never_and_empty_groups() -> None:
    assert matches(Always(), {}) is matches(All(()), {}) is True
    assert matches(Never(), {}) is matches(Any(()), {}) is False


def test_a_range_holds_its_start_and_not_its_end() -> None:
    def answers(condition: Within) -> list[bool | None]:
        return [matches(condition, {"amount_cents": amount}) for amount in (9, 10, 19, 20, None)]

    assert answers(Within("amount_cents", 10, 20)) == [False, True, True, False, None]
    assert answers(Within("amount_cents", 10, None)) == [False, True, True, True, None]
    assert answers(Within("amount_cents", None, 20)) == [True, True, True, False, None]


def test_text_orders_by_code_point() -> None:
    # As UTF-16 the last comes before the one before it; in a dictionary's order "a" and "é" come before "Z".
    ordered = ["A", "Z", "a", "é", "\uffee", "\U0001d504"]
    for n, text in enumerate(ordered):
        within = Within("surname", text, None)
        assert [matches(within, {"surname": other}) for other in ordered] == [k >= n for k in range(len(ordered))]


def test_through_a_mask_only_the_year_is_compared() -> None:
    condition = Within("birth_date", 1990, 1991, "year")
    days = (date(1989, 12, 31), date(1990, 1, 1), date(1990, 12, 31), date(1991, 1, 1), None)
    assert [matches(condition, {"birth_date": day}) for day in days] == [False, True, True, False, None]
    assert matches(OneOf("birth_date", (1989, 1990), "year"), {"birth_date": days[0]}) is True
    assert through("year", date(1990, 5, 5)) == 1990
    assert through("year", None) is None
    assert through(None, "as it is") == "as it is"


@given(strategies.predicates(), strategies.predicates(), strategies.records())
def test_de_morgan_and_double_negation(a: object, b: object, record: dict[str, object]) -> None:
    assert matches(Not(All((a, b))), record) is matches(Any((Not(a), Not(b))), record)
    assert matches(Not(Not(a)), record) is matches(a, record)
    assert matches(both(a, b), record) is matches(All((a, b)), record)


@given(strategies.predicates(), strategies.predicates(), strategies.predicates())
def test_a_conjunction_has_one_flat_form(a: object, b: object, c: object) -> None:
    assert both(both(a, b), c) == both(a, both(b, c))
    assert both(a, a) == both(a) == both(a, Always())
    assert both(a, Never()) == Never()
    assert both() == Always()


@given(strategies.predicates())
def test_conditions_survive_their_json_form(condition: object) -> None:
    written = write_predicate(condition)
    assert read_predicate(canonical.read(canonical.write(written))) == condition
    assert columns_in(condition) == {leaf.column for leaf in leaves(condition)}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["always", "never"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["all", "any", "not", "column", "is", "one_of", "within", "mask", "from", "x"]), inner),
        st.fixed_dictionaries({"column": st.sampled_from(["district", "birth_date", "adult", "filed_charges"])}, optional={
            "is": inner, "one_of": inner, "within": inner, "mask": st.sampled_from(["year", "month", 1, None])
        }),
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_whatever_is_read_is_known_and_whatever_is_not_is_refused(data: object) -> None:
    condition = read_predicate(data)
    if isinstance(condition, Refusal):
        assert condition.names
    else:
        assert read_predicate(write_predicate(condition)) == condition
    assert isinstance(read_where(data), (tuple, Refusal))


LEAF = {"column": "district", "is": "22"}


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (None, "UNKNOWN_CONDITION", "/"),
        ("sometimes", "UNKNOWN_CONDITION", "/"),
        ({}, "UNKNOWN_CONDITION", "/"),
        ({"xor": [LEAF, LEAF]}, "UNKNOWN_CONDITION", "/"),
        ({"all": [LEAF], "any": [LEAF]}, "UNKNOWN_CONDITION", "/"),
        ({"all": [LEAF, {"not": "maybe"}]}, "UNKNOWN_CONDITION", "/all/1/not"),
        ({"all": LEAF}, "WRONG_TYPE", "/all"),
        ({"any": []}, "EMPTY", "/any"),
        ({"not": {"any": [LEAF, 7]}}, "UNKNOWN_CONDITION", "/not/any/1"),
        ({"column": "district"}, "UNKNOWN_CONDITION", "/"),
        ({"column": "district", "is": "22", "one_of": ["22"]}, "UNKNOWN_CONDITION", "/"),
        ({"column": "district", "is": "22", "unless": 1}, "UNKNOWN_CONDITION", "/"),
        ({"column": "narrative", "is": "x"}, "UNKNOWN_COLUMN", "/column"),
        ({"column": ["district"], "is": "x"}, "UNKNOWN_COLUMN", "/column"),
        ({"column": "filed_charges", "is": "x"}, "NOT_FILTERABLE", "/column"),
        ({"column": "birthplace", "is": "x"}, "NOT_FILTERABLE", "/column"),
        ({"column": "district", "is": 22}, "WRONG_TYPE", "/is"),
        ({"column": "district", "is": "a\u202eb"}, "WRONG_TYPE", "/is"),
        ({"column": "district", "mask": "year", "is": 1}, "UNKNOWN_MASK", "/mask"),
        ({"column": "birth_date", "mask": "month", "is": 1}, "UNKNOWN_MASK", "/mask"),
        ({"column": "birth_date", "mask": ["year"], "is": 1}, "UNKNOWN_MASK", "/mask"),
        ({"column": "birth_date", "mask": "year", "is": "1990-01-01"}, "WRONG_TYPE", "/is"),
        ({"column": "birth_date", "is": 1990}, "WRONG_TYPE", "/is"),
        ({"column": "district", "one_of": "22"}, "WRONG_TYPE", "/one_of"),
        ({"column": "district", "one_of": []}, "EMPTY", "/one_of"),
        ({"column": "district", "one_of": ["22", "24", 22]}, "WRONG_TYPE", "/one_of/2"),
        ({"column": "district", "one_of": ["22", "22"]}, "REPEATED", "/one_of"),
        ({"column": "district", "one_of": ["x"] * (MOST_VALUES + 1)}, "TOO_LARGE", "/one_of"),
        ({"column": "adult", "within": {"from": False}}, "WRONG_TYPE", "/within"),
        ({"column": "arrest_date", "within": {}}, "WRONG_TYPE", "/within"),
        ({"column": "arrest_date", "within": ["2018-01-01", "2018-09-01"]}, "WRONG_TYPE", "/within"),
        ({"column": "arrest_date", "within": {"from": "2018-01-01", "through": "2018-09-01"}}, "WRONG_TYPE", "/within"),
        ({"column": "arrest_date", "within": {"from": "2018-01-01", "to": None}}, "WRONG_TYPE", "/within/to"),
        ({"column": "arrest_date", "within": {"from": "2018-09-01", "to": "2018-09-01"}}, "EMPTY", "/within"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(data: object, code: str, place: str) -> None:
    refusal = read_predicate(data)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == (code, (place,))
    assert refusal.says.startswith(f"{place}: ")
    inside = read_predicate({"any": [LEAF, data]}, place="/rows")
    assert isinstance(inside, Refusal)
    assert inside.names == (f"/rows/any/1{place.removesuffix('/')}",)


def test_no_document_costs_more_than_the_limits() -> None:
    def code(data: object) -> str | None:
        read = read_predicate(data)
        return read.code if isinstance(read, Refusal) else None

    def nested(depth: int) -> object:
        return "always" if depth == 1 else {"not": nested(depth - 1)}

    assert (code(nested(DEEPEST)), code(nested(DEEPEST + 1))) == (None, "TOO_LARGE")
    assert (code({"all": [LEAF] * (MOST_NODES - 1)}), code({"all": [LEAF] * MOST_NODES})) == (None, "TOO_LARGE")
    assert code({"any": ["never"] * MOST_NODES}) == "TOO_LARGE"
    halves = [{"column": "amount_cents", "one_of": list(range(start, start + 300))} for start in (0, 300)]
    assert (code(halves[0]), code({"any": halves})) == (None, "TOO_LARGE")


@given(st.text(st.characters(categories=["L"]), min_size=6, max_size=12))
def test_a_refusal_never_repeats_what_was_read(name: str) -> None:
    assume(not name.isascii())
    for data in (name, {name: LEAF}, {"column": name, "is": 1}, {"column": "adult", "is": name}, {**LEAF, name: name}):
        refusal = read_predicate(data)
        assert isinstance(refusal, Refusal)
        assert name not in repr(refusal)


def test_a_questions_conditions_are_leaves() -> None:
    assert read_where([]) == ()
    assert read_where([LEAF, {"column": "adult", "is": True}]) == (Is("district", "22"), Is("adult", value=True))
    for data, place in (("always", "/where"), ([LEAF, {"all": [LEAF]}], "/where/1"), (["always"], "/where/0"), ({}, "/where")):
        refusal = read_where(data)
        assert isinstance(refusal, Refusal)
        assert refusal.names == (place,)


def test_in_a_question_the_value_says_whether_the_year_is_meant() -> None:
    asked = read_where(
        [
            {"column": "birth_date", "is": 1990},
            {"column": "birth_date", "one_of": [1990, 1991]},
            {"column": "birth_date", "within": {"from": 1990}},
            {"column": "birth_date", "is": "1990-05-05"},
            {"column": "birth_date", "mask": "year", "is": 1990},
        ]
    )
    assert asked == (
        Is("birth_date", 1990, "year"),
        OneOf("birth_date", (1990, 1991), "year"),
        Within("birth_date", 1990, None, "year"),
        Is("birth_date", date(1990, 5, 5)),
        Is("birth_date", 1990, "year"),
    )
    assert isinstance(read_where([{"column": "birth_date", "one_of": [1990, "1990-05-05"]}]), Refusal)


def test_a_condition_on_a_masked_column_is_one_on_the_masked_value() -> None:
    masks = {"birth_date": "year"}
    tree = All((Any((Is("birth_date", 1990), Always())), Not(Within("birth_date", 1990, None, "year")), Is("district", "22")))
    assert masked(tree, masks) == All(
        (Any((Is("birth_date", 1990, "year"), Always())), Not(Within("birth_date", 1990, None, "year")), Is("district", "22"))
    )
    assert masked(tree, {}) == tree


def test_filtering_on_the_unmasked_value_of_a_masked_column_is_refused_by_name() -> None:
    masks = {"birth_date": "year", "arrest_date": "year"}
    day = date(1990, 5, 5)
    refusal = masked(Any((Not(Is("birth_date", day)), Within("arrest_date", None, day), Is("district", "22"))), masks)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.names) == ("MASKED", ("arrest_date", "birth_date"))
    assert "1990" not in repr(refusal)
    assert isinstance(masked(Is("birth_date", 1990, "decade"), masks), Refusal)
    assert isinstance(masked(OneOf("birth_date", (1990, day)), masks), Refusal)


@given(strategies.predicates(), strategies.records(), st.dates(), st.sampled_from(["birth_date", "arrest_date"]))
def test_what_a_masked_condition_answers_depends_on_the_masked_value_alone(
    tree: object, record: dict[str, object], other: date, column: str
) -> None:
    condition = masked(tree, {column: "year"})
    assume(not isinstance(condition, Refusal))
    assume(record[column] is not None)
    day = record[column]
    assert isinstance(day, date)
    same_year = other.replace(year=day.year, day=min(other.day, 28))
    assert matches(condition, record) is matches(condition, {**record, column: same_year})
