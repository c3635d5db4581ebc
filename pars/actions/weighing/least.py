"""Makes an example small: as few columns known as can be, and in them values that the conditions themselves name.

The reference says after each step whether it still is an example, so nothing here can make a wrong one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pars.core.access.catalogue import CATALOGUE, COLUMNS, fits
from pars.core.access.predicate import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pars.core.access.predicate import Predicate


def least(
    record: Mapping[str, object], wanted: Callable[[Mapping[str, object]], bool], conditions: Iterable[Predicate]
) -> dict[str, object]:
    """Return a smaller record that is wanted, too: no column of it can be missing, and its values are the plainest found."""
    found = _fewest({column.name: record.get(column.name) for column in CATALOGUE}, wanted)
    conditions = tuple(conditions)
    for name in [name for name, value in found.items() if value is not None]:
        for value in _plain(name, conditions):
            if wanted({**found, name: value}):
                found[name] = value
                break
    return _fewest(found, wanted)  # a plainer value may make another column needless


def _fewest(record: Mapping[str, object], wanted: Callable[[Mapping[str, object]], bool]) -> dict[str, object]:
    """Return the record without each column that it is wanted without, too."""
    found = dict(record)
    for name in found:
        if wanted({**found, name: None}):
            found[name] = None
    return found


def _plain(name: str, conditions: tuple[Predicate, ...]) -> Iterator[object]:
    """Yield the values of a column that are worth trying: those that the conditions name, then their neighbors."""
    column = COLUMNS[name]
    if column.type == "bool":
        yield from (True, False)
        return
    named = [
        _within_mask(value) if leaf.mask else value
        for condition in conditions
        for leaf in leaves(condition)
        if leaf.column == name
        for value in leaf.values
    ]
    values = [value for value in dict.fromkeys(named) if fits(value, column.type)]
    yield from values
    for value in values:
        match value:
            case date() if date.min < value < date.max:
                yield from (value - timedelta(days=1), value + timedelta(days=1))
            case int():
                yield from (near for near in (value - 1, value + 1) if fits(near, column.type))


def _within_mask(year: object) -> object:
    """Return a day in the year that a masked condition names."""
    return date(year, 1, 1) if isinstance(year, int) and 1 <= year <= date.max.year else None
