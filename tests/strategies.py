"""Random records, conditions and scopes over the catalogue, for every test that holds one part of PARS to another.

Values come mostly from small pools, so that conditions meet records, with what is hard at the edges: characters that order
differently by code point and by anything else, the ends of years, whole numbers at their limits. Every column can be missing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE, FIRST_INSTANT, LAST_INSTANT, Column, fault_in_text
from pars.core.access.predicate import All, Always, Any, Is, Never, Not, OneOf, Within
from pars.core.access.scope import Scope

if TYPE_CHECKING:
    import random

    from hypothesis.strategies import SearchStrategy

    from pars.core.access.catalogue import Type, Value
    from pars.core.access.predicate import Leaf, Predicate

POOLS: dict[Type, tuple[Value, ...]] = {
    "text": ("22", "24", "a", "A", "ab", "Z", "é", "ﬀ", "￮", "𝔄", "it's", '"', "%s", "\\", "a b"),
    "int": (-1, 0, 1, 2, 1990, 500_000, canonical.LARGEST, -canonical.LARGEST),
    "bool": (True, False),
    "date": (
        date(1, 1, 1),
        date(1989, 12, 31),
        date(1990, 1, 1),
        date(1990, 12, 31),
        date(2018, 8, 31),
        date(2018, 9, 1),
        date(2020, 2, 29),
        date(9999, 12, 31),
    ),
    "instant": (FIRST_INSTANT, -1, 0, 1, 1_535_774_400_000_000, 1_535_774_400_000_001, LAST_INSTANT),
}
# What a record may hold although no condition can: an empty text, an accent of its own.
ONLY_STORED = ("", "e\u0301", "two\nlines")

_WIDE: dict[Type, SearchStrategy[Value]] = {
    "text": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8).filter(
        lambda text: fault_in_text(text) is None
    ),
    "int": st.integers(-canonical.LARGEST, canonical.LARGEST),
    "bool": st.booleans(),
    "date": st.dates(),
    "instant": st.integers(FIRST_INSTANT, LAST_INSTANT),
}

MASKABLE = tuple(column.name for column in CATALOGUE if column.masks)
FILTERABLE = tuple(column for column in CATALOGUE if column.filterable)


def values(wanted: Type) -> SearchStrategy[Value]:
    """Values that a condition on a column of this type may compare with."""
    pool = st.sampled_from(POOLS[wanted])
    return st.one_of(pool, pool, pool, _WIDE[wanted])


def years() -> SearchStrategy[int]:
    """Values seen through the mask `year`."""
    return st.one_of(st.sampled_from([1, 1989, 1990, 2018, 2020, 9999]), st.integers(1, 9999))


def _held(column: Column) -> tuple[object, ...]:
    """What a record may hold in a column, from the pools."""
    if column.type == "list":
        return (None, (), ("22",), ("a", "\U0001d504"))
    return (None, *POOLS[column.type], *(ONLY_STORED if column.type == "text" else ()))


_HELD: SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {column.name: st.sampled_from(_held(column)) for column in CATALOGUE}
)
_ONE_WIDE: SearchStrategy[tuple[str, object]] = st.sampled_from(
    [column for column in CATALOGUE if column.type != "list"]
).flatmap(lambda column: st.tuples(st.just(column.name), _WIDE[column.type]))


def records() -> SearchStrategy[dict[str, object]]:
    """One record: every column of the catalogue, each of which may be missing; one of them holds anything at all."""
    return st.builds(lambda record, wide: {**record, wide[0]: wide[1]}, _HELD, _ONE_WIDE)


def random_record(chance: random.Random) -> dict[str, object]:
    """One record from the pools alone, where a test needs hundreds of them quickly."""

    return {column.name: chance.choice(_held(column)) for column in CATALOGUE}


def has_order(column: Column) -> bool:
    """Return whether a range over the column means anything: neither yes and no nor a random handle has one."""
    return column.type != "bool" and column.data_class != "handle"


@st.composite
def leaves(draw: st.DrawFn, columns: tuple[Column, ...] = FILTERABLE) -> Leaf:
    """One comparison that the catalogue allows, sometimes through a mask."""
    column = draw(st.sampled_from(columns))
    mask = draw(st.sampled_from((None, *column.masks)))
    value = years() if mask else values(column.type)
    form = draw(st.sampled_from(("is", "one_of", "within") if has_order(column) else ("is", "one_of")))
    if form == "is":
        return Is(column.name, draw(value), mask)
    if form == "one_of":
        return OneOf(column.name, tuple(draw(st.lists(value, min_size=1, max_size=4, unique=True))), mask)
    start, end = sorted(draw(st.lists(value, min_size=2, max_size=2, unique=True)))  # type: ignore[type-var]
    sides = draw(st.sampled_from(("both", "from", "to")))
    return Within(column.name, None if sides == "to" else start, None if sides == "from" else end, mask)


def predicates(columns: tuple[Column, ...] = FILTERABLE, *, most: int = 8) -> SearchStrategy[Predicate]:
    """Any condition over the columns, nested at will."""
    several = {"min_size": 1, "max_size": 4}
    return st.recursive(
        st.one_of(leaves(columns), leaves(columns), leaves(columns), st.sampled_from([Always(), Never()])),
        lambda inner: st.one_of(
            st.lists(inner, **several).map(tuple).map(All),
            st.lists(inner, **several).map(tuple).map(Any),
            inner.map(Not),
        ),
        max_leaves=most,
    )


def subsets(names: tuple[str, ...]) -> SearchStrategy[frozenset[str]]:
    """Any part of the names."""
    return st.integers(0, 2 ** len(names) - 1).map(
        lambda bits: frozenset(name for n, name in enumerate(names) if bits >> n & 1)
    )


def scopes(rows: SearchStrategy[Predicate] | None = None) -> SearchStrategy[Scope]:
    """Any scope that an agreement could state."""

    def build(columns: frozenset[str], filters: frozenset[str], masked: frozenset[str], rows: Predicate) -> Scope:
        masks = {name: "year" for name in masked if name in columns | filters}
        return Scope(columns, filters, masks, rows)

    return st.builds(
        build,
        subsets(tuple(column.name for column in CATALOGUE)),
        subsets(tuple(column.name for column in FILTERABLE)),
        subsets(MASKABLE),
        predicates(most=4) if rows is None else rows,
    )


# ---------------------------------------------------------------- from a seed, where a test needs 10⁵ of them


def random_leaf(chance: random.Random, columns: tuple[Column, ...] = FILTERABLE) -> Leaf:
    """One comparison that the catalogue allows, from the pools."""
    column = chance.choice(columns)
    mask = chance.choice((None, *column.masks))
    pool: tuple[Value, ...] = (1, 1989, 1990, 2018, 2020, 9999) if mask else POOLS[column.type]
    form = chance.choice(("is", "one_of", "within") if has_order(column) else ("is", "one_of"))
    if form == "is":
        return Is(column.name, chance.choice(pool), mask)
    if form == "one_of":
        return OneOf(column.name, tuple(chance.sample(pool, min(len(pool), chance.randint(1, 3)))), mask)
    start, end = sorted(chance.sample(pool, 2))  # type: ignore[type-var]
    return Within(column.name, *chance.choice(((start, end), (start, None), (None, end))), mask)


def random_predicate(chance: random.Random, columns: tuple[Column, ...] = FILTERABLE, *, deep: int = 3) -> Predicate:
    """Any condition over the columns, nested at will."""
    turn = chance.random()
    if deep == 0 or turn < 0.45:
        return random_leaf(chance, columns) if turn > 0.02 else chance.choice((Always(), Never()))
    if turn < 0.6:
        return Not(random_predicate(chance, columns, deep=deep - 1))
    parts = tuple(random_predicate(chance, columns, deep=deep - 1) for _ in range(chance.randint(1, 3)))
    return Any(parts) if turn < 0.85 else All(parts)


def random_scope(chance: random.Random) -> Scope:
    """Any scope that an agreement could state, not too narrow for questions to be answered under it."""
    columns = frozenset(column.name for column in CATALOGUE if chance.random() < 0.7)
    filters = frozenset(column.name for column in FILTERABLE if chance.random() < 0.7)
    masks = {name: "year" for name in MASKABLE if name in columns | filters and chance.random() < 0.4}
    return Scope(columns, filters, masks, random_predicate(chance))


def random_question(chance: random.Random, granted: Scope) -> tuple[tuple[str, ...], tuple[Leaf, ...]]:
    """Columns and conditions of a question, mostly within what is granted."""
    within = chance.random() < 0.9
    named = [column.name for column in CATALOGUE if not within or column.name in granted.columns]
    by = tuple(column for column in FILTERABLE if not within or column.name in granted.filters)
    columns = tuple(name for name in named if chance.random() < 0.5) or tuple(named[:1])
    where = tuple(random_leaf(chance, by) for _ in range(chance.choice((0, 0, 1, 1, 2)))) if by else ()
    return columns, where
