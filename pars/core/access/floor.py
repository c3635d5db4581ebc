"""The floor (law L8): what law lets reach an outside recipient at most, whatever owners agree to.

One dated, cited row for each class of recipient. `floor()` gives the scope that is met last with every outside question; where
no row is in force for a class, nothing goes out. What owners merely choose to hide is text of an agreement and isn't here;
staff aren't under the floor. Citations marked [counsel] are a reading of the law that counsel has yet to confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE, Column, DataClass
from pars.core.access.predicate import Is, Leaf, OneOf, Predicate, Within, both, columns_in
from pars.core.access.predicate_json import write_predicate
from pars.core.access.scope import NOTHING, Scope
from pars.core.terms import Instant, Period, moment, start_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ZONE = "America/New_York"
"""The law's days are Pennsylvania's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorRow:
    """What law lets out to one class of recipient, from the civil day `since` on and before the civil day `until`.

    `classes` may go out on any question; `named_only` on one that names a person or another identifying characteristic.
    `not_asked_by` are columns that may be shown, but that nobody outside may pick people by. `rows` are the records that
    may go out, and with `years` only those whose arrest lies fewer years back.
    """

    recipient: str
    since: date
    until: date | None = None
    classes: tuple[DataClass, ...]
    named_only: tuple[DataClass, ...] = ()
    not_asked_by: tuple[str, ...] = ()
    rows: Predicate
    years: int | None = None
    law: tuple[str, ...]

    @property
    def period(self) -> Period:
        """Return the instants at which the row is in force."""
        return Period(start_of_day(self.since, ZONE), start_of_day(self.until, ZONE) if self.until else None)


_ADULT = Is("adult", value=True)
_OPEN = Is("access_limited", value=False)
_LIMITED = "18 Pa.C.S. §§ 9121(b.1), 9122.1, 9122.2: a record to which a court limited the access goes to {whom} [counsel]."
_CHILDREN = "42 Pa.C.S. §§ 6307, 6308: police and court records of children are closed to outside recipients; an unknown age is not adult."

FLOOR: tuple[FloorRow, ...] = (
    FloorRow(
        recipient="criminal_justice",
        since=date(1980, 1, 1),
        classes=("handle", "identity", "particulars", "chri", "court"),
        named_only=("investigative",),
        not_asked_by=("birthplace", "language", "access_limited"),
        rows=_ADULT,
        law=(
            "18 Pa.C.S. § 9121(a): criminal history record information goes to criminal justice agencies.",
            "18 Pa.C.S. § 9106, 37 Pa. Code § 601.7: investigative information goes out only on a request based on a name or another identifying characteristic.",
            _LIMITED.format(whom="criminal justice agencies still, which are told that it is limited"),
            "37 Pa. Code § 601.7: a birthplace or a language is shared by many and identifies nobody, so no question picks people by it [counsel].",
            _CHILDREN,
        ),
    ),
    FloorRow(
        recipient="noncriminal_justice",
        since=date(1980, 1, 1),
        classes=("handle", "identity", "chri", "court"),
        not_asked_by=("access_limited",),
        rows=both(_ADULT, _OPEN),
        years=3,
        law=(
            _LIMITED.format(whom="nobody else"),
            "18 Pa.C.S. § 9121(b): an arrest three or more years old without conviction or pending case is left out. Neither is known here, so every such arrest is left out [counsel].",
            "18 Pa.C.S. § 9106: investigative information never goes to others than criminal justice agencies.",
            "18 Pa.C.S. § 9102: what is taken at booking besides identity and arrest is no criminal history record information [counsel].",
            _CHILDREN,
        ),
    ),
    FloorRow(
        recipient="person_concerned",
        since=date(1980, 1, 1),
        classes=("handle", "identity", "particulars", "chri", "court"),
        not_asked_by=("birthplace", "language", "access_limited"),
        rows=_ADULT,
        law=(
            "18 Pa.C.S. § 9151: an individual may review the criminal history record information about themselves.",
            _LIMITED.format(whom="the person whose record it is still (§ 9151)"),
            "18 Pa.C.S. § 9106: investigative information goes to criminal justice agencies only [counsel].",
            _CHILDREN,
        ),
    ),
)

RECIPIENTS: tuple[str, ...] = tuple(sorted({row.recipient for row in FLOOR}))
"""The classes of recipient that the floor knows. To any other, nothing goes out."""

READS_LIMITED: Mapping[str, bool] = {row.recipient: "access_limited" not in columns_in(row.rows) for row in FLOOR}
"""Which classes of recipient a record reaches although a court limited the access to it."""

IDENTIFYING = (frozenset({"record"}), frozenset({"otn"}), frozenset({"full_name"}), frozenset({"surname", "given"}))
"""Sets of columns that, each compared with one value, name a person: a handle, a tracking number of the arrest, a name."""


def names_a_person(where: Iterable[Leaf]) -> bool:
    """Return whether a question's conditions name a person or another identifying characteristic (37 Pa. Code § 601.7)."""
    compared = {leaf.column for leaf in where if isinstance(leaf, Is) or (isinstance(leaf, OneOf) and len(leaf.values) == 1)}
    return any(identifying <= compared for identifying in IDENTIFYING)


def floor(
    recipient: str,
    at: Instant,
    *,
    named: bool = False,
    table: tuple[FloorRow, ...] = FLOOR,
    catalogue: tuple[Column, ...] = CATALOGUE,
) -> Scope:
    """Return the most that may go out to this class of recipient at `at`; `named`: on a question that names a person."""
    today = moment(at, ZONE).date()
    if table is FLOOR and catalogue is CATALOGUE:
        return _of_the_day(recipient, today, named)
    return _most(recipient, today, named, table, catalogue)


def columns_change_after(at: Instant) -> Instant | None:
    """Return the first instant after `at` from which the law may let out other columns, or be asked by others; None where there is none."""
    return next((change for change in _changes() if change > at), None)


@lru_cache(maxsize=1)
def _changes() -> tuple[Instant, ...]:
    days = {day for row in FLOOR for day in (row.since, row.until) if day is not None}
    return tuple(start_of_day(day, ZONE) for day in sorted(days))


@lru_cache(maxsize=256)  # each question asks four times, and the law changes at midnight only
def _of_the_day(recipient: str, today: date, named: bool) -> Scope:
    return _most(recipient, today, named, FLOOR, CATALOGUE)


def _most(recipient: str, today: date, named: bool, table: tuple[FloorRow, ...], catalogue: tuple[Column, ...]) -> Scope:
    in_force = [row for row in table if row.recipient == recipient and row.period.covers(start_of_day(today, ZONE))]
    if not in_force:
        return NOTHING
    (row,) = in_force
    classes = {*row.classes, *(row.named_only if named else ())}
    columns = frozenset(column.name for column in catalogue if column.data_class in classes)
    filters = frozenset(column.name for column in catalogue if column.filterable and column.name in columns)
    recent = [Within("arrest_date", _years_before(today, row.years), None)] if row.years is not None else []
    return Scope(columns, filters - set(row.not_asked_by), {}, both(row.rows, *recent))


def _years_before(today: date, years: int) -> date:
    """Return the first civil day that lies fewer than `years` years before today."""
    leap_day = (today.month, today.day) == (2, 29)  # a year without one counts it as the day before
    return date(today.year - years, today.month, 28 if leap_day else today.day) + timedelta(days=1)


def floor_text(table: tuple[FloorRow, ...] = FLOOR) -> bytes:
    """Return the canonical text of the floor, whose hash the ledger's first entry holds."""
    return canonical.write(
        [
            {
                "recipient": row.recipient,
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else "open",
                "zone": ZONE,
                "classes": row.classes,
                "named_only": row.named_only,
                "not_asked_by": row.not_asked_by,
                "rows": write_predicate(row.rows),
                "arrest_within_years": row.years if row.years is not None else "any",
                "law": row.law,
            }
            for row in table
        ]
    )
