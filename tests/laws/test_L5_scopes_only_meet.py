"""L5: scopes combine by meeting, and no meeting shows more than either side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.predicate import Leaf, both, matches
from pars.core.access.scope import NOTHING, Always, Scope, asked, meet, shown
from tests import strategies

SCOPES, RECORDS = strategies.scopes(), strategies.records()
EVERYTHING = Scope(
    frozenset(column.name for column in CATALOGUE),
    frozenset(column.name for column in CATALOGUE if column.filterable),
    {},
    Always(),
)


def parts(scope: Scope) -> tuple[object, ...]:
    return scope.columns, scope.filters, scope.masks


@given(SCOPES, SCOPES, RECORDS)
def test_commutative_in_effect(a: Scope, b: Scope, record: dict[str, object]) -> None:
    one, other = meet(a, b), meet(b, a)
    assert parts(one) == parts(other)
    assert matches(one.rows, record) is matches(other.rows, record)


@given(SCOPES, SCOPES, SCOPES)
def test_associative(a: Scope, b: Scope, c: Scope) -> None:
    assert meet(meet(a, b), c) == meet(a, meet(b, c))


@given(SCOPES)
def test_idempotent_with_nothing_and_everything_at_its_ends(a: Scope) -> None:
    once = meet(a, a)
    assert (parts(once), once.rows) == (parts(a), both(a.rows))
    assert meet(once, once) == once == meet(a, EVERYTHING) == meet(EVERYTHING, a)
    nothing = meet(a, NOTHING)
    assert (nothing.columns, nothing.filters, nothing.rows) == (NOTHING.columns, NOTHING.filters, NOTHING.rows)


def no_wider(narrow: Scope, wide: Scope, record: dict[str, object]) -> bool:
    """Return whether `narrow` shows nothing of the record that `wide` wouldn't show, and asks by nothing more."""
    if not (narrow.columns <= wide.columns and narrow.filters <= wide.filters and narrow.masks.items() >= wide.masks.items()):
        return False
    row, whole = shown(record, narrow), shown(record, wide)
    if row is None:
        return True
    return whole is not None and all(row[name] == whole[name] or name in narrow.masks for name in row)


@given(SCOPES, SCOPES, RECORDS)
def test_never_wider_than_either_side(a: Scope, b: Scope, record: dict[str, object]) -> None:
    met = meet(a, b)
    assert no_wider(met, a, record)
    assert no_wider(met, b, record)
    admitted = matches(a.rows, record) is True and matches(b.rows, record) is True
    assert (matches(met.rows, record) is True) == admitted


@given(SCOPES, SCOPES, SCOPES, RECORDS)
def test_monotone(a: Scope, b: Scope, c: Scope, record: dict[str, object]) -> None:
    """What is narrowed first stays narrower whatever it then meets."""
    assert no_wider(meet(meet(a, b), c), meet(a, c), record)


@given(SCOPES, st.lists(strategies.leaves(), max_size=3), RECORDS, st.data())
def test_a_question_never_widens(granted: Scope, where: list[Leaf], record: dict[str, object], data: st.DataObject) -> None:
    columns = data.draw(st.lists(st.sampled_from(sorted(granted.columns)), min_size=1)) if granted.columns else []
    narrowed = asked(granted, columns, [leaf for leaf in where if leaf.column in granted.filters])
    if isinstance(narrowed, Scope):
        assert no_wider(narrowed, granted, record)
