"""The daily report: what became of one day's arrests, by district and by shift, counted from the rows of the board.

Hours run from the arrest to the preliminary arraignment. A percentile is a figure that was measured (nearest rank), never one
between two. Who isn't arraigned yet is counted as waiting and in no median, so that a day's median moves until everybody was heard.
What needs a column that the reader's role doesn't grant isn't counted at all: None, never nought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pars.core.cases.deadlines import PROBABLE_CAUSE_HOURS
from pars.core.cases.waiting import Row, due
from pars.core.terms import HOUR, Instant, moment

COLUMNS = ("arrest_at", "arrest_date", "district", "charge_status", "release_types")
"""The columns of the catalogue that the report is counted from; the times are the board's own (`custody_began`, `arraigned_at`)."""

SHIFTS: Mapping[str, tuple[int, int]] = MappingProxyType({"NIGHT": (0, 8), "DAY": (8, 16), "EVENING": (16, 24)})
"""The shifts of the police, by the hour of the arrest in the city's zone: from the first hour until before the last."""

UNKNOWN = ""
"""The district or shift of an arrest whose district or time nobody stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """How long it took from the arrest to the arraignment, in hours; None where nobody was arraigned."""

    median: float | None
    p90: float | None
    longest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One district's, one shift's, or the whole day's arrests.

    `over` are those whom no judge had seen within 48 hours of the arrest, seen later or not yet; `timeless` those whose hours can't
    be counted, since no source states the time of the arrest. `returned` are at the police for information now.
    """

    name: str
    arrests: int
    arraigned: int
    waiting: int | None
    over: int | None
    timeless: int | None
    declined: int | None
    returned: int | None
    hours: Hours
    release_types: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """The report: the whole day, and the same by district and by shift. `unseen` are the columns that it had to do without."""

    whole: Line
    districts: tuple[Line, ...]
    shifts: tuple[Line, ...]
    unseen: tuple[str, ...]


def daily(rows: Iterable[Row], *, at: Instant, zone: str, seen: Collection[str] = COLUMNS) -> Daily:
    """Return the report of these arrests as they stand at `at`; shifts are told by the clock of `zone`.

    `seen` are the columns that the reader's role grants. Without the district or the time there are no such parts.
    """
    counted = list(rows)
    districts: dict[str, list[Row]] = {}
    shifts: dict[str, list[Row]] = {}
    for row in counted:
        if "district" in seen:
            districts.setdefault(row.get("district") or UNKNOWN, []).append(row)
        if "arrest_at" in seen:
            shifts.setdefault(_shift(row, zone), []).append(row)
    return Daily(
        whole=_line(UNKNOWN, counted, at, seen),
        districts=tuple(_line(name, districts[name], at, seen) for name in sorted(districts, key=by_number)),
        shifts=tuple(_line(name, shifts[name], at, seen) for name in (*SHIFTS, UNKNOWN) if name in shifts),
        unseen=tuple(name for name in COLUMNS if name not in seen),
    )


def _line(name: str, rows: list[Row], at: Instant, seen: Collection[str]) -> Line:
    hours = sorted(found for row in rows if (found := _hours(row)) is not None)
    types = Counter(kind for row in rows for kind in row.get("release_types") or ())
    timed, charged = "arrest_at" in seen, "charge_status" in seen
    return Line(
        name=name,
        arrests=len(rows),
        arraigned=sum(_is_arraigned(row) for row in rows),
        waiting=sum(_waits(row) for row in rows) if charged else None,
        over=sum(_over(row, at) for row in rows) if charged and timed else None,
        timeless=sum(_began(row) is None for row in rows) if timed else None,
        declined=sum(row["charge_status"] == "DECLINED" for row in rows) if charged else None,
        returned=sum(row["charge_status"] == "RETURNED" for row in rows) if charged else None,
        hours=Hours(median=_percentile(hours, 50), p90=_percentile(hours, 90), longest=hours[-1] if hours else None),
        release_types=tuple(sorted(types.items(), key=lambda item: (-item[1], item[0]))) if "release_types" in seen else None,
    )


def _began(row: Row) -> int | None:
    """Return when custody began, where that is known to the minute: a bare date has no hours."""
    exact = row.get("custody_began_precision") in {"instant", "local"}
    began: int | None = row.get("custody_began") if exact else None
    return began


def _is_arraigned(row: Row) -> bool:
    return row.get("arraigned_at") is not None


def _waits(row: Row) -> bool:
    """Return whether the person still waits for a judge: not heard, not let go, and charges not declined."""
    return not _is_arraigned(row) and not row["closed"] and row["charge_status"] != "DECLINED"


def _hours(row: Row) -> float | None:
    began, heard = _began(row), row.get("arraigned_at")
    return None if began is None or heard is None else (heard - began) / HOUR


def _over(row: Row, at: Instant) -> bool:
    """Return whether the 48-hour clock says so: late for who waits, missed by who was heard (exactly at the limit is too late)."""
    if not _is_arraigned(row):
        return _waits(row) and due(row, at).late
    began: int | None = row.get("custody_began")
    if began is None or "CONTRADICTORY_TIMES" in row["doubts"]:
        return False
    heard: int = row["arraigned_at"]
    return heard >= began + PROBABLE_CAUSE_HOURS * HOUR


def _shift(row: Row, zone: str) -> str:
    began = _began(row)
    if began is None:
        return UNKNOWN
    hour = moment(Instant(began), zone).hour
    return next(name for name, (first, last) in SHIFTS.items() if first <= hour < last)


def _percentile(ordered: list[float], percent: int) -> float | None:
    """Return the smallest measured figure that at least `percent` of a hundred don't exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def by_number(district: str) -> tuple[bool, int, str]:
    """Order districts as people do: by their number, 6th before 22nd; then those that have none, the unknown one last.

    A district comes from a document, which may write any number: nine digits tell them apart.
    """
    digits = "".join(char for char in district if char.isdecimal())[:9]
    return district == UNKNOWN, int(digits) if digits else 10_000, district
