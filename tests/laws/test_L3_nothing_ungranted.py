"""L3: what isn't granted can't be returned, asked by, or told apart in any answer."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.predicate import Always, Leaf, columns_in
from pars.core.access.scope import Scope, asked, shown
from pars.core.terms import Refusal
from tests import strategies

NAMES = st.lists(st.sampled_from([column.name for column in CATALOGUE]), min_size=1, max_size=5)
# Mostly of every record, so that most answers show something that could be wrong.
SCOPES = strategies.scopes(rows=st.just(Always()) | strategies.predicates(most=2))
WHERE = st.lists(strategies.leaves(), max_size=3)


@given(SCOPES, NAMES, WHERE)
def test_a_question_is_narrowed_only_when_all_it_names_is_granted(scope: Scope, columns: list[str], where: list[Leaf]) -> None:
    narrowed = asked(scope, columns, where)
    ungranted = {name for name in columns if name not in scope.columns}
    ungranted |= {leaf.column for leaf in where if leaf.column not in scope.filters}
    if ungranted:
        assert isinstance(narrowed, Refusal)
        assert narrowed.code == "NOT_GRANTED"
        assert set(narrowed.names) == ungranted
    elif isinstance(narrowed, Scope):
        assert narrowed.columns == set(columns)
    else:
        assert narrowed.code in ("MASKED", "EQUALITY_ONLY")


@given(SCOPES, NAMES, WHERE, strategies.records(), strategies.records())
def test_an_answer_depends_on_nothing_that_is_not_granted(
    scope: Scope, columns: list[str], where: list[Leaf], record: dict[str, object], other: dict[str, object]
) -> None:
    """Two records that differ only in what isn't granted, and isn't the owners' own condition, get the same answer."""
    columns = [name for name in columns if name in scope.columns]
    where = [leaf for leaf in where if leaf.column in scope.filters]
    assume(columns)
    narrowed = asked(scope, columns, where)
    assume(isinstance(narrowed, Scope))
    assert isinstance(narrowed, Scope)
    seen = set(columns) | {leaf.column for leaf in where} | columns_in(scope.rows)
    twin = {name: value if name in seen else other[name] for name, value in record.items()}
    assert shown(record, narrowed) == shown(twin, narrowed)


@given(strategies.scopes(rows=st.just(Always())), strategies.records())
def test_nothing_but_granted_columns_is_shown_and_masked_ones_only_masked(scope: Scope, record: dict[str, object]) -> None:
    row = shown(record, scope)
    assert row is not None
    assert row.keys() == scope.columns
    for name in scope.masks.keys() & row.keys():
        assert row[name] is None or isinstance(row[name], int)
