"""Ends that a text states as a civil day: the day, the zone and the rule, with the instant that they resolve to beside them.

The parties sign the instant. By today's rules of the zone it must be right when it is proposed; what a legislature does to the
zone afterwards moves no end that was signed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pars.core.terms import Instant, end_of_day, instant, moment

if TYPE_CHECKING:
    from pars.core.agreements.version import Place
    from pars.core.document import Node

END_OF_DAY = "end of day"
LAST = instant(datetime(2200, 1, 1, tzinfo=UTC))
"""No text reaches further."""
_DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")


def read_end(node: Node, place: Place, *, resolve: bool) -> tuple[Instant, date | None]:
    """Return the instant, and the last civil day where the end was stated as one."""
    told = (
        node.entries()
    )  # whoever writes by hand is told of the day and its zone before the instant that can't be made of them
    day = _day(told["civil"]) if "civil" in told else None
    if "zone" in told and told["zone"].text() != place.zone:
        raise told["zone"].wrong("WRONG_ZONE", "the end must be told by the clock of the agreement's place.")
    parts = node.fields({"instant"}, {"civil", "zone", "rule"})
    at = Instant(parts["instant"].whole(0, LAST))
    if len(parts) == 1:
        return at, None
    parts = node.fields({"civil", "zone", "rule", "instant"})
    parts["rule"].one_of({END_OF_DAY})
    if resolve and day is not None and at != end_of_day(day, place.zone):
        raise parts["instant"].wrong("WRONG_INSTANT", "this isn't the instant at which that civil day ends in that zone.")
    return at, day


def day_of(at: Instant, zone: str) -> date:
    """Return the civil day that ends at `at`, or in which it lies."""
    return moment(Instant(at - 1), zone).date()


def ends_of_month_days(day: int, start: Instant, end: Instant, zone: str) -> tuple[Instant, ...]:
    """Return the end of that day of each month, as far as it lies after `start` and not after `end`."""
    first, last = moment(start, zone), moment(end, zone)
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ends = (end_of_day(date(month // 12, month % 12 + 1, day), zone) for month in months)
    return tuple(at for at in ends if start < at <= end)


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text(_DAY))
    except ValueError:
        raise node.wrong("WRONG_FORM", "there is no such day.") from None
