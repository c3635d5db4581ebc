"""The rules by which clocks run, by date: what starts each, how long it is and how that is counted, with its citation.

How long a hold lasts isn't here: `holds` says it of each kind, and nothing says it twice.

Hours are counted in instants, so that a change of the clocks adds and removes nothing. Days are the civil days of the place where
the thing happened: the day itself isn't counted, and the last one runs to its end (1 Pa.C.S. § 1908). A last day on which an office
is closed isn't moved to the next open one: the earlier day is the safe one ([counsel] whether § 1908 would allow the later).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pars.core.terms import HOUR, Instant, Period, StatedTime, end_of_day, moment

ALWAYS = Period(Instant(-(2**62)))
"""A rule that is older than any case here, and still in force."""

EXCLUDED = "before excluded time"
"""How a date is labeled that only counts days: what a court leaves out of the count isn't known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """One rule while it is in force: `length` of `unit` from `starts`.

    `label` names the clock. `informs`: the date is shown and never an alarm, since only a court can say what it leaves out.
    """

    code: str
    period: Period
    citation: str
    starts: str
    length: int
    unit: Literal["hours", "days"]
    label: str
    informs: bool = False

    def last_day(self, start: StatedTime) -> date:
        """Return the last civil day that the rule gives, counted from the earliest day that the start can mean."""
        return moment(start.earliest, start.zone).date() + timedelta(days=self.length)

    def due(self, start: StatedTime) -> Instant:
        """Return the first instant at which the rule's time is over."""
        if self.unit == "hours":
            return Instant(start.earliest + self.length * HOUR)
        return end_of_day(self.last_day(start), start.zone)


CLOCK_RULES: tuple[ClockRule, ...] = (
    ClockRule(
        code="PROBABLE_CAUSE",
        period=ALWAYS,
        citation="County of Riverside v. McLaughlin, 500 U.S. 44 (1991); Pa.R.Crim.P. 540(E)",
        starts="an arrest without a warrant",
        length=48,
        unit="hours",
        label="Probable cause within 48 hours",
    ),
    ClockRule(
        code="COMPLAINT_AFTER_RELEASE",
        period=ALWAYS,
        citation="Pa.R.Crim.P. 519(B)(2)",
        starts="a release by the police without a preliminary arraignment",
        length=5,
        unit="days",
        label="Complaint within 5 days of the release by the police",
    ),
    ClockRule(
        code="HEARING_IN_CUSTODY",
        period=ALWAYS,
        citation="Pa.R.Crim.P. 540(G)(1)",
        starts="the preliminary arraignment of somebody who stays in custody",
        length=14,
        unit="days",
        label="Next hearing",
    ),
    ClockRule(
        code="HEARING_FREE",
        period=ALWAYS,
        citation="Pa.R.Crim.P. 540(G)(1)",
        starts="the preliminary arraignment of somebody who is free",
        length=21,
        unit="days",
        label="Next hearing",
    ),
    ClockRule(
        code="TRIAL_COMMON_PLEAS",
        period=ALWAYS,
        citation="Pa.R.Crim.P. 600(A)(2)(a)",
        starts="the filing of the complaint",
        length=365,
        unit="days",
        label=f"Trial in Common Pleas within 365 days of the complaint, {EXCLUDED}",
        informs=True,
    ),
    ClockRule(
        code="CUSTODY_BEFORE_TRIAL",
        period=ALWAYS,
        citation="Pa.R.Crim.P. 600(B)(1)",
        starts="the filing of the complaint against somebody who stays in custody",
        length=180,
        unit="days",
        label=f"180 days in custody before trial, from the complaint, {EXCLUDED}",
        informs=True,
    ),
    ClockRule(
        code="TRIAL_MUNICIPAL",
        period=ALWAYS,
        citation="Pa.R.Crim.P. 1013(A)(2)",
        starts="the preliminary arraignment",
        length=180,
        unit="days",
        label=f"Trial in Municipal Court within 180 days of the preliminary arraignment, {EXCLUDED}",
        informs=True,
    ),
    ClockRule(
        code="CORRECTION_TOLD",
        period=ALWAYS,
        citation="18 Pa.C.S. § 9114",
        starts="the detection of an error in the record",
        length=15,
        unit="days",
        label="Record corrected and every recipient told within 15 days",
    ),
)
"""Every rule, for each code by date, oldest first.

[counsel] Rule 519(B)(2) under chapter 10; the window of Rule 1003(D)(3) for felonies in Philadelphia, which stands here once it is
confirmed; the paragraphs of Rules 600 and 1013. A rule that changes is a second row with its own period, and the first one's end.
"""


State = Literal["RUNNING", "LATE", "MET", "MISSED", "STOPPED", "PASSED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One deadline. STOPPED: it doesn't run, `says` why, and it has no `due`. LATE: due and not done. MISSED: done too late.

    PASSED is said of a date that only informs. `done` is when what was due was done, in time or late. `moved_from` is the date that
    the clock gave before what it starts from was changed.
    """

    code: str
    citation: str
    state: State
    says: str
    starts: Instant | None = None
    due: Instant | None = None
    done: Instant | None = None
    moved_from: Instant | None = None


def clock_rule(code: str, at: Instant) -> ClockRule:
    """Return the rule of a code that is in force at an instant. Raises LookupError where none is: no clock starts without a rule."""
    found = next((rule for rule in CLOCK_RULES if rule.code == code and rule.period.covers(at)), None)
    if found is None:
        raise LookupError(f"no rule {code} is in force")
    return found


def rule_from(code: str, start: StatedTime) -> ClockRule:
    """Return the rule in force at what starts its clock: a rule that changes later doesn't move a clock that runs."""
    return clock_rule(code, start.earliest)
