"""Finds a record that one condition admits and another doesn't, or shows that there is none: conditions as formulas for z3.

Each column becomes a flag (is it known?) and a number. Text is ranked among the texts that the conditions name, by code point, so
that only their order is left; a date is its ordinal, a year the days that it has. A condition becomes two formulas, one for
when it is true and one for when it is false: where neither holds it is unknown, as in `matches` and in SQL.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, assert_never

from pars.actions.weighing.least import least
from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE, COLUMNS, FIRST_INSTANT, LAST_INSTANT
from pars.core.access.predicate import All, Always, Is, Leaf, Never, Not, OneOf, Predicate, Within, leaves, matches
from pars.core.access.predicate import Any as AnyOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Record: TypeAlias = "Mapping[str, object]"
Pair: TypeAlias = "tuple[Any, Any]"
"""When a condition is true, and when it is false."""

NEVER = Never()
_LAST_DAY = date.max.toordinal()
_BETWEEN = ("A", "0", " ", "\x01")
"""What makes a text a little larger: the first that a reader can make out, the last the smallest there is."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """No answer, and why: nothing is installed that could find one, its time ran out, or the reference didn't confirm it."""

    why: Literal["NO_SOLVER", "NO_TIME", "NOT_CONFIRMED"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when (on this machine's stopwatch) a solver may look for answers."""

    until: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that lies so many seconds ahead."""
        return cls(time.monotonic() + seconds)

    @property
    def left_ms(self) -> int:
        """What is left of it, in milliseconds."""
        return max(0, int((self.until - time.monotonic()) * 1000))


def is_here() -> bool:
    """Return whether a solver is installed: it comes with the extra `advice`."""
    return find_spec("z3") is not None


def a_record(
    admits: Predicate, unless: Predicate = NEVER, *, hint: Record | None = None, deadline: Deadline
) -> Record | NotKnown | None:
    """Return a record of as few columns as can be that `admits` is true of and `unless` isn't; None where there can't be one.
    `hint` may be one: to ask the reference costs less than to ask the solver.

    What the solver finds counts only where `matches` says the same of it. It knows of records only what the catalogue says: each
    column by itself, any of its values, or none.
    """
    if not is_here():
        return NotKnown("NO_SOLVER")
    if deadline.left_ms == 0:
        return NotKnown("NO_TIME")

    def wanted(record: Record) -> bool:
        return matches(admits, record) is True and matches(unless, record) is not True

    found = hint if hint is not None and wanted(hint) else Formulas(admits, unless).model(deadline.left_ms)
    if found is None or isinstance(found, NotKnown):
        return found
    return least(found, wanted, (admits, unless)) if wanted(found) else NotKnown("NOT_CONFIRMED")


class Formulas:
    """Two conditions over one set of columns, as formulas in a context of their own: contexts aren't shared between threads."""

    def __init__(self, admits: Predicate, unless: Predicate) -> None:
        import z3

        self.z3: Any = z3
        self.context: Any = z3.Context()
        self.texts = Texts(value for leaf in (*leaves(admits), *leaves(unless)) for value in leaf.values)
        self.columns = {
            name: self._column(name) for name in sorted({leaf.column for leaf in (*leaves(admits), *leaves(unless))})
        }
        self.admits, self.unless = self._pair(admits), self._pair(unless)

    def model(self, within_ms: int) -> Record | NotKnown | None:
        """Return a record that the first condition is true of and the second isn't."""
        z3 = self.z3
        solver = z3.Solver(ctx=self.context)
        solver.set("timeout", within_ms)
        solver.add(*(self._possible(name) for name in self.columns), self.admits[0], z3.Not(self.unless[0]))
        answer = solver.check()
        if answer == z3.unsat:
            return None
        if answer != z3.sat:
            return NotKnown("NO_TIME")
        model = solver.model()
        found: dict[str, object] = {column.name: None for column in CATALOGUE}
        for name, (known, value) in self.columns.items():
            if z3.is_true(model.eval(known, model_completion=True)):
                found[name] = self._decoded(name, model.eval(value, model_completion=True))
        return found

    def says(self, record: Record) -> tuple[bool | None, bool | None]:
        """Return what the formulas say of one record, as `matches` would: for the tests that hold the two to each other."""
        z3 = self.z3
        given = []
        for name, (known, value) in self.columns.items():
            held = record.get(name)
            given.append((known, z3.BoolVal(held is not None, self.context)))
            if held is not None:
                given.append((value, self._encoded(name, held)))
        return self._truth(self.admits, given), self._truth(self.unless, given)

    def _truth(self, pair: Pair, given: list[Any]) -> bool | None:
        true, false = (self.z3.is_true(self.z3.simplify(self.z3.substitute(part, *given))) for part in pair)
        assert not (true and false), "a condition is never true and false"
        return True if true else False if false else None

    # ------------------------------------------------------------ columns and values

    def _column(self, name: str) -> tuple[Any, Any]:
        known = self.z3.Bool(f"{name} known", self.context)
        sort = self.z3.Bool if COLUMNS[name].type == "bool" else self.z3.Int
        return known, sort(name, self.context)

    def _possible(self, name: str) -> Any:
        """Return what any value of the column's type keeps to."""
        bounds = {
            "text": (0, 2 * len(self.texts.named)),
            "int": (-canonical.LARGEST, canonical.LARGEST),
            "date": (1, _LAST_DAY),
            "instant": (FIRST_INSTANT, LAST_INSTANT),
        }.get(COLUMNS[name].type)
        value = self.columns[name][1]
        return self.z3.BoolVal(True, self.context) if bounds is None else self.z3.And(bounds[0] <= value, value <= bounds[1])

    def _encoded(self, name: str, value: object) -> Any:
        match value:
            case bool():
                return self.z3.BoolVal(value, self.context)
            case str():
                return self.z3.IntVal(self.texts.rank(value), self.context)
            case date():
                return self.z3.IntVal(value.toordinal(), self.context)
            case int():
                return self.z3.IntVal(value, self.context)
        raise ValueError(f"{name} holds what no condition compares")

    def _decoded(self, name: str, value: Any) -> object:
        match COLUMNS[name].type:
            case "bool":
                return bool(self.z3.is_true(value))
            case "text":
                return self.texts.at(value.as_long())
            case "date":
                return date.fromordinal(value.as_long())
            case _:
                return int(value.as_long())

    # ------------------------------------------------------------ conditions

    def _pair(self, predicate: Predicate) -> Pair:
        z3 = self.z3
        match predicate:
            case Always() | Never():
                is_so = isinstance(predicate, Always)
                return z3.BoolVal(is_so, self.context), z3.BoolVal(not is_so, self.context)
            case All(parts) | AnyOf(parts):
                pairs = [self._pair(part) for part in parts]
                trues, falses = [true for true, _ in pairs], [false for _, false in pairs]
                if isinstance(predicate, All):
                    return self._and(trues), self._or(falses)
                return self._or(trues), self._and(falses)
            case Not(part):
                true, false = self._pair(part)
                return false, true
            case Is() | OneOf() | Within():
                known, _ = self.columns[predicate.column]
                test = self._test(predicate)
                return z3.And(known, test), z3.And(known, z3.Not(test))
        assert_never(predicate)

    def _and(self, parts: list[Any]) -> Any:
        return self.z3.And(self.z3.BoolVal(True, self.context), *parts)

    def _or(self, parts: list[Any]) -> Any:
        return self.z3.Or(self.z3.BoolVal(False, self.context), *parts)

    def _test(self, leaf: Leaf) -> Any:
        """Return what the leaf asks of a value that is known."""
        value = self.columns[leaf.column][1]
        if isinstance(leaf, Within):
            sides = [value >= self._lowest(leaf, leaf.start)] if leaf.start is not None else []
            sides += [value < self._lowest(leaf, leaf.end)] if leaf.end is not None else []
            return self._and(sides)
        if leaf.mask is not None:
            years = [year for year in leaf.values if isinstance(year, int)]
            return self._or([self.z3.And(_first_day(year) <= value, value < _first_day(year + 1)) for year in years])
        return self._or([value == self._encoded(leaf.column, one) for one in leaf.values])

    def _lowest(self, leaf: Leaf, value: object) -> Any:
        """Return the lowest number that stands for what is compared with: of a year, its first day."""
        if leaf.mask is None:
            return self._encoded(leaf.column, value)
        assert leaf.mask == "year", "every mask is in MASKS"
        assert isinstance(value, int)
        return self.z3.IntVal(_first_day(value), self.context)


def _first_day(year: int) -> int:
    """Return the ordinal of the year's first day; before the first day, or after the last, for a year that no date has."""
    return date(year, 1, 1).toordinal() if 1 <= year <= date.max.year else 0 if year < 1 else _LAST_DAY + 1


class Texts:
    """The texts that conditions name, in order of code points. Rank 2n + 1 is the nth of them; an even rank lies between two."""

    def __init__(self, values: Iterable[object]) -> None:
        self.named = sorted({value for value in values if isinstance(value, str)})

    def rank(self, text: str) -> int:
        """Return the text's place among those named."""
        place = bisect_left(self.named, text)
        return 2 * place + (place < len(self.named) and self.named[place] == text)

    def at(self, rank: int) -> str:
        """Return a text of that rank, one that can be read where there is one."""
        place, is_named = divmod(rank, 2)
        if is_named:
            return self.named[place]
        before = self.named[place - 1] if place else ""
        tries = [before + more for more in _BETWEEN] if place else [*_BETWEEN, ""]
        return next(text for text in tries if self.rank(text) == rank)
