"""The next hearing's day: how late it may lie after the preliminary arraignment, and on which days the court hears none.

The windows are counted in the court's civil days. A last day on which the court is closed isn't moved to the next open one: who is
in custody is heard before it, not after ([counsel] whether 1 Pa.C.S. § 1908 would allow the later day).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pars.core.cases.federal_holidays import SATURDAY, SUNDAY, is_federal_holiday
from pars.core.terms import Instant, Period, StatedTime, end_of_day, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingWindow:
    """How many days after the preliminary arraignment the next hearing may lie, in custody and not, while the rule is in force."""

    period: Period
    in_custody: int
    free: int
    citation: str


HEARING_WINDOWS: tuple[HearingWindow, ...] = (
    HearingWindow(period=Period(Instant(-(2**62))), in_custody=14, free=21, citation="Pa.R.Crim.P. 540(G)(1)"),
)
"""The windows by date, oldest first. Rule 1003(D)(3) has its own window for felonies in Philadelphia [counsel to confirm]."""


def hearing_window(held: StatedTime) -> HearingWindow:
    """Return the window in force on the day of the preliminary arraignment."""
    return next(window for window in HEARING_WINDOWS if window.period.covers(held.earliest))


def last_day(held: StatedTime, *, in_custody: bool) -> date:
    """Return the last civil day on which the next hearing may lie, in the court's zone."""
    window = hearing_window(held)
    return _day(held) + timedelta(days=window.in_custody if in_custody else window.free)


def hearing_due(held: StatedTime, *, in_custody: bool) -> Instant:
    """Return the end of that last day."""
    return end_of_day(last_day(held, in_custody=in_custody), held.zone)


def last_open_day(held: StatedTime, *, in_custody: bool) -> date:
    """Return the last day within the window on which the court hears cases: what a form begins with."""
    day = last_day(held, in_custody=in_custody)
    while court_closed(day) is not None:
        day -= timedelta(days=1)
    return day


def closed_on(hearing: StatedTime) -> str | None:
    """Return why the court hears no case on the day of a hearing; None where it does."""
    return court_closed(_day(hearing))


def court_closed(day: date) -> str | None:
    """Return why the court hears no case that day, in words; None where it does.

    The federal holidays stand for the court's own list until an owner gives it [counsel]. Preliminary arraignments are held on
    every day and at every hour; this is only about the hearing after them.
    """
    if day.weekday() in (SATURDAY, SUNDAY):
        return "a Saturday" if day.weekday() == SATURDAY else "a Sunday"
    return "a holiday" if is_federal_holiday(day) else None


def _day(time: StatedTime) -> date:
    return moment(time.earliest, time.zone).date()
