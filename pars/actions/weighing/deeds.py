"""One disclosure as an example: who asks what when, and of which record. Whether a version allows it is for `decide` to say.

A version is asked as if it were in force, every duty met, and whatever it demands of others beside the person (an approval, a look-up) given, under an agreement made for this alone, so that what is told of it is
what the door would do. Two versions are compared in the same time, as if the earlier one still ran.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.actions.weighing.solver import NEVER, NotKnown, a_record
from pars.core.access.catalogue import CATALOGUE, COLUMNS, MASKS, Column
from pars.core.access.decision import GUARD, Caller, Permit, decide
from pars.core.access.floor import IDENTIFYING, floor
from pars.core.access.limits import UNUSED, Used
from pars.core.access.predicate import Any, Is, Not, Predicate, Within, both, matches, through
from pars.core.access.purposes import EXAMPLES
from pars.core.access.question import Evidence, Question
from pars.core.agreements.acts import NOBODY, Agreement, Proposal, Turn, User
from pars.core.terms import Instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.actions.weighing.solver import Deadline, Record
    from pars.core.access.predicate import Leaf
    from pars.core.access.purposes import Purpose
    from pars.core.agreements.version import Version

PERSON = "somebody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question without its values: for which purpose, for which columns, asked by which columns, and in what circumstances."""

    purpose: Purpose
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    at: Instant
    used: Used = UNUSED
    holds: tuple[str, ...] = ()
    rows: int = 1

    def question(self, record: Record, masks: Mapping[str, str]) -> Question:
        """Return the question about a record: each column that is asked by is compared with the record's own value."""
        return Question(
            purpose=self.purpose.code,
            columns=self.columns,
            evidence=Evidence(self.purpose.evidence, EXAMPLES[self.purpose.evidence]),
            where=tuple(_leaf(COLUMNS[name], record, masks.get(name)) for name in self.by),
            rows=self.rows,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A question with its values, and the record that it would show."""

    asked: Asked
    question: Question
    record: Record = field(repr=False)


def shows(version: Version, deed: Deed) -> Mapping[str, str | None] | None:
    """Return the columns that the version would show of the deed's record, each with its mask; None where it shows nothing."""
    permit = permitted(version, deed.asked, deed.question)
    if permit is None or deed.asked.rows > permit.limit or matches(permit.where, deed.record) is not True:
        return None
    return {name: permit.masks.get(name) for name in permit.columns}


def permitted(version: Version, asked: Asked, question: Question) -> Permit | None:
    """Return the permit that the version would give for the question, if any."""
    term, version = version.term, replace(version, duties=(), approval=None, checked=(), acknowledge=False)
    adopted = Turn(
        kind="adopted",
        version=version.hash,
        number=version.number,
        seats=frozenset(version.owners),
        entry=2,
        at=term.start,
        effect=term.start,
    )
    agreement = Agreement(
        id=version.agreement,
        agency=version.agency.id,
        last=term.start,
        proposals=(Proposal(version, 1, term.start, NOBODY),),
        turns=(adopted,),
        users=(User(PERSON, 3, term.start, None, asked.holds),),
    )
    made = decide(
        Caller(version.agency.id, PERSON),
        question,
        (agreement,),
        used={version.agreement: asked.used},
        floor=floor,
        at=asked.at,
    )
    return made if isinstance(made, Permit) else None


def is_beyond(new: Mapping[str, str | None] | None, old: Mapping[str, str | None] | None) -> bool:
    """Return whether what is shown is more than what the other shows: another column, or one through a finer mask."""
    if new is None:
        return False
    return old is None or any(name not in old or _coarse(mask) < _coarse(old[name]) for name, mask in new.items())


def _coarse(mask: str | None) -> int:
    return -1 if mask is None else MASKS.index(mask)


def admits(version: Version, at: Instant) -> Predicate:
    """Return what a record must meet to be shown under the version at `at`, whatever is asked: its conditions and the law's."""
    law = [floor(version.agency.kind, when).rows for when in (at, Instant(at + GUARD))]
    return both(version.scope.rows, *law)


def permits(new: Version, old: Version | None, asked: Asked) -> tuple[bool, bool]:
    """Return whether `new` permits the question at all, and whether `old` permits as much, whatever the record."""
    question = asked.question(_pattern(asked), new.scope.masks)
    mine = _form(new, asked, question)
    theirs = None if old is None else _form(old, asked, question)
    return mine is not None, theirs is not None and not is_beyond(mine, theirs)


def _form(version: Version, asked: Asked, question: Question) -> Mapping[str, str | None] | None:
    permit = permitted(version, asked, question)
    if permit is None or asked.rows > permit.limit:
        return None
    return {name: permit.masks.get(name) for name in permit.columns}


def a_deed(
    new: Version,
    old: Version | None,
    asked: Asked,
    *,
    unless: Predicate = NEVER,
    near: Deed | None = None,
    deadline: Deadline,
) -> Deed | NotKnown | None:
    """Return an example of the question, about a record that `unless` isn't true of, that `new` answers and `old` doesn't, or with
    less; None where there can't be one. The record of `near`, an example found before, often does.

    Both are asked once more about the example itself: what they don't confirm isn't told.
    """
    wanted = both(admits(new, asked.at), *map(_known, asked.by))
    hint = {**near.record, **_pattern(asked)} if near is not None else None
    record = a_record(wanted, unless, hint=hint, deadline=deadline)
    if record is None or isinstance(record, NotKnown):
        return record
    deed = Deed(asked=asked, question=asked.question(record, new.scope.masks), record=record)
    confirmed = is_beyond(shows(new, deed), None if old is None else shows(old, deed))
    return deed if confirmed else NotKnown("NOT_CONFIRMED")


def ways(version: Version, asked: Asked) -> Iterator[Asked]:
    """Yield the question as it stands, then with each way to name a person that the version has: the law lets some columns out
    only so.
    """
    yield asked
    for names in IDENTIFYING:
        if names <= version.scope.filters:
            yield replace(asked, by=tuple(column.name for column in CATALOGUE if column.name in names | {*asked.by}))


# ---------------------------------------------------------------- values


_PATTERN: Mapping[str, object] = MappingProxyType(
    {"text": "A", "int": 1, "bool": True, "date": date(2020, 1, 1), "instant": 0, "list": None}
)


def _pattern(asked: Asked) -> Record:
    """Return a record with any value in each column that is asked by: whether it may be asked doesn't depend on the value."""
    return {name: _PATTERN[COLUMNS[name].type] for name in asked.by}


def _leaf(column: Column, record: Record, mask: str | None) -> Leaf:
    value = through(mask, record[column.name])
    assert isinstance(value, str | int | date), "the record was looked for with this column known"
    return Is(column.name, value, mask)


def _known(name: str) -> Predicate:
    """Return a condition that is true wherever the column is known, and unknown elsewhere."""
    column = COLUMNS[name]
    value = _PATTERN[column.type]
    assert isinstance(value, str | int | date), "a list is never asked by"
    leaf = Is(name, value) if column.type == "bool" else Within(name, value, None)
    return Any((leaf, Not(leaf)))
