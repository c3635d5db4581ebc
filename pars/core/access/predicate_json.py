"""The JSON form of conditions, in and out. Whatever isn't known here is refused, with the place (a JSON pointer) named.

    "always"    "never"    {"all": [...]}    {"any": [...]}    {"not": ...}
    {"column": "district", "is": "22"}                        {"column": "lead_grade", "one_of": ["F1", "F2"]}
    {"column": "arrest_date", "within": {"from": "2018-01-01", "to": "2018-09-01"}}       from on, and before to
    {"column": "birth_date", "mask": "year", "is": 1990}

A refusal never repeats what it read: a value, or a misspelled name, may be a person's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from pars.core.access.catalogue import CATALOGUE, Column, Type, Value, read_value, write_value
from pars.core.access.predicate import All, Always, Any, Is, Leaf, Never, Not, OneOf, Predicate, Within
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.canonical import Json

DEEPEST = 12
MOST_NODES = 200
MOST_VALUES = 500

_COMPARISONS = ("is", "one_of", "within")


class UnreadError(Exception):
    """What keeps a document from being read. Caught at this room's edge, where it becomes the refusal that it holds."""

    def __init__(self, code: str, place: str, says: str, remedy: str = "") -> None:
        super().__init__(code)
        self.refusal = Refusal(code=code, says=f"{place or '/'}: {says}.", remedy=remedy, names=(place or "/",))


def read_predicate(data: object, catalogue: tuple[Column, ...] = CATALOGUE, place: str = "") -> Predicate | Refusal:
    """Return the condition that JSON `data` states, or the refusal of the first thing in it that isn't known."""
    try:
        return _Reader(catalogue).node(data, place, 1)
    except UnreadError as unread:
        return unread.refusal


def read_where(data: object, catalogue: tuple[Column, ...] = CATALOGUE, place: str = "/where") -> tuple[Leaf, ...] | Refusal:
    """Return the leaves of a question's `where` list: all of them must hold.

    Where a column's mask has another type than the column, the value says which is meant: a birth date "is" 1990 asks by year.
    """
    try:
        reader = _Reader(catalogue, infer_masks=True)
        return tuple(reader.leaf(item, f"{place}/{n}") for n, item in enumerate(reader.listed(data, place, least=0)))
    except UnreadError as unread:
        return unread.refusal


class _Reader:
    """One pass over one document; counts what it has read, so that no document costs more than the limits."""

    def __init__(self, catalogue: tuple[Column, ...], *, infer_masks: bool = False) -> None:
        self.columns = {column.name: column for column in catalogue}
        self.infer_masks = infer_masks
        self.nodes = 0
        self.values = 0

    def node(self, data: object, place: str, depth: int) -> Predicate:
        if depth > DEEPEST:
            raise UnreadError("TOO_LARGE", place, f"conditions may be nested {DEEPEST} deep at most")
        if data in ("always", "never"):
            self._count_node(place)
            return Always() if data == "always" else Never()
        if isinstance(data, Mapping) and len(data) == 1:
            self._count_node(place)
            ((key, inner),) = data.items()
            match key:
                case "all" | "any":
                    parts = tuple(
                        self.node(part, f"{place}/{key}/{n}", depth + 1)
                        for n, part in enumerate(self.listed(inner, f"{place}/{key}", least=1))
                    )
                    return All(parts) if key == "all" else Any(parts)
                case "not":
                    return Not(self.node(inner, f"{place}/not", depth + 1))
        if isinstance(data, Mapping) and "column" in data:
            return self.leaf(data, place)
        raise UnreadError(
            "UNKNOWN_CONDITION",
            place,
            "is no condition",
            "Use always, never, all, any, not, or a column with is, one_of or within.",
        )

    def leaf(self, data: object, place: str) -> Leaf:
        self._count_node(place)
        if not isinstance(data, Mapping) or "column" not in data:
            raise UnreadError(
                "UNKNOWN_CONDITION", place, "must name a column and compare it", "Write column and is, one_of or within."
            )
        comparisons = [key for key in _COMPARISONS if key in data]
        if len(comparisons) != 1 or not data.keys() <= {"column", "mask", comparisons[0]}:
            raise UnreadError(
                "UNKNOWN_CONDITION", place, "must hold column, exactly one of is, one_of and within, and at most a mask"
            )
        column = self._column(data["column"], f"{place}/column")
        mask = self._mask(data, column, comparisons[0], place)
        return self._comparison(column, mask, comparisons[0], data[comparisons[0]], f"{place}/{comparisons[0]}")

    def listed(self, data: object, place: str, *, least: int) -> Sequence[object]:
        if not isinstance(data, list):
            raise UnreadError("WRONG_TYPE", place, "must be a list")
        if not least <= len(data) <= MOST_VALUES:
            raise UnreadError("TOO_LARGE" if data else "EMPTY", place, f"must hold {least} to {MOST_VALUES} items")
        return data

    def _column(self, name: object, place: str) -> Column:
        column = self.columns.get(name) if isinstance(name, str) else None
        if column is None:
            raise UnreadError("UNKNOWN_COLUMN", place, "is no column of the catalogue")
        if not column.filterable:
            raise UnreadError("NOT_FILTERABLE", place, f"{column.name} can't be a condition; it can only be returned")
        return column

    def _mask(self, data: Mapping[str, object], column: Column, comparison: str, place: str) -> str | None:
        if "mask" in data:
            mask = data["mask"]
            if mask not in column.masks or not isinstance(mask, str):
                raise UnreadError("UNKNOWN_MASK", f"{place}/mask", f"is no mask of {column.name}")
            return mask
        if self.infer_masks:
            stated = data[comparison]
            samples = stated if isinstance(stated, list) else stated.values() if isinstance(stated, Mapping) else (stated,)
            for mask in column.masks:
                if all(type(sample) is int for sample in samples):
                    return mask
        return None

    def _comparison(self, column: Column, mask: str | None, comparison: str, data: object, place: str) -> Leaf:
        wanted = column.type_under(mask)
        match comparison:
            case "is":
                return Is(column.name, self._value(data, wanted, place), mask)
            case "one_of":
                items = self.listed(data, place, least=1)
                values = tuple(self._value(item, wanted, f"{place}/{n}") for n, item in enumerate(items))
                if len(set(values)) != len(values):
                    raise UnreadError("REPEATED", place, "holds the same value twice")
                return OneOf(column.name, values, mask)
            case _:
                return self._within(column, mask, data, place)

    def _within(self, column: Column, mask: str | None, data: object, place: str) -> Within:
        wanted = column.type_under(mask)
        if wanted == "bool":
            raise UnreadError("WRONG_TYPE", place, f"{column.name} is yes or no, which has no range")
        if column.data_class == "handle":
            raise UnreadError(
                "EQUALITY_ONLY", place, f"{column.name} is a random handle, which has no order", "Ask with is or one_of."
            )
        if not isinstance(data, Mapping) or not data or not data.keys() <= {"from", "to"}:
            raise UnreadError("WRONG_TYPE", place, "must hold from, to, or both, and nothing else")
        start, end = (self._value(data[side], wanted, f"{place}/{side}") if side in data else None for side in ("from", "to"))
        if start is not None and end is not None and not start < end:  # type: ignore[operator]
            raise UnreadError("EMPTY", place, "is empty: from must come before to")
        return Within(column.name, start, end, mask)

    def _value(self, data: object, wanted: Type, place: str) -> Value:
        self.values += 1
        if self.values > MOST_VALUES:
            raise UnreadError("TOO_LARGE", place, f"there may be {MOST_VALUES} values in all at most")
        try:
            return read_value(data, wanted)
        except ValueError as fault:
            raise UnreadError("WRONG_TYPE", place, str(fault)) from None

    def _count_node(self, place: str) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise UnreadError("TOO_LARGE", place, f"there may be {MOST_NODES} conditions in all at most")


def write_predicate(predicate: Predicate, catalogue: tuple[Column, ...] = CATALOGUE) -> Json:
    """Return the JSON form of the condition: what `read_predicate` reads, and what agreements hold."""
    match predicate:
        case Always():
            return "always"
        case Never():
            return "never"
        case All(parts):
            return {"all": [write_predicate(part, catalogue) for part in parts]}
        case Any(parts):
            return {"any": [write_predicate(part, catalogue) for part in parts]}
        case Not(part):
            return {"not": write_predicate(part, catalogue)}
        case Is() | OneOf() | Within():
            return _write_leaf(predicate, catalogue)
    assert_never(predicate)


def _write_leaf(leaf: Leaf, catalogue: tuple[Column, ...]) -> Json:
    (column,) = (column for column in catalogue if column.name == leaf.column)
    wanted = column.type_under(leaf.mask)
    written: dict[str, Json] = {"column": leaf.column}
    if leaf.mask is not None:
        written["mask"] = leaf.mask
    match leaf:
        case Is(value=value):
            return written | {"is": write_value(value, wanted)}
        case OneOf(values=values):
            return written | {"one_of": [write_value(value, wanted) for value in values]}
        case Within(start=start, end=end):
            sides = {"from": start, "to": end}
            return written | {
                "within": {side: write_value(value, wanted) for side, value in sides.items() if value is not None}
            }
    assert_never(leaf)
