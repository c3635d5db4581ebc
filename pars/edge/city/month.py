"""Plans an invented month: who is arrested when, for what, and how far each case has come by now.

Nothing is written here. `plan()` is a demo's few, `plan_days()` all that a large city has, in the order of their arrests;
`play.py` walks them through the same actions that people use, on a simulated clock. The same seed and day give the same month.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pars.core.terms import HOUR, MINUTE, Instant, instant, moment
from pars.edge.city.calibration import (
    ARRESTS_PER_DAY,
    HOUR_SHARE,
    MONETARY_AMOUNT_SHARE,
    OFFENSE_GROUPS,
    RELEASE_TYPE_COUNT,
    WEEKDAY_FACTOR,
)
from pars.edge.city.people import invent
from pars.edge.city.planned import Order, PlannedCase
from pars.edge.city.turns import ZONE, on_paper, outage, turned

DISTRICTS = ("1st", "3rd", "6th", "9th", "12th", "15th", "18th", "19th", "22nd", "24th", "25th", "35th", "39th")
BUSIEST = (4, 5, 6, 4, 6, 9, 6, 7, 10, 12, 10, 9, 6)
DECLINED_SHARE = 0.06
RETURNED_SHARE = 0.08


def plan(*, seed: int, now: Instant, past: int, in_process: int, days: int = 30) -> list[PlannedCase]:
    """Return `past` finished cases spread over `days` before now, and `in_process` ones arrested within the last day."""
    draw = random.Random(seed)
    today = moment(now, ZONE).date()
    older = sorted(_arrest_times(draw, today, days, past, latest=Instant(now - 48 * HOUR)))
    recent = sorted(Instant(int(now - draw.triangular(0.2, 23, 9) * HOUR)) for _ in range(in_process))
    cases: list[PlannedCase] = []
    for number, at in enumerate([*older, *recent], start=1):
        cases.append(turned(draw, one_case(draw, number, at), cases))
    return on_paper(cases, outage(draw, cases))


def plan_days(*, seed: int, now: Instant, days: int, per_day: float = ARRESTS_PER_DAY) -> list[PlannedCase]:
    """Return every arrest of the last `days` days, as many as a large city has, with whatever else happens to people."""
    draw = random.Random(seed)
    today = moment(now, ZONE).date()
    times: list[Instant] = []
    for back in range(days, -1, -1):
        day = today - timedelta(days=back)
        mean = per_day * WEEKDAY_FACTOR[day.weekday()]
        # Busy and quiet days differ by more than chance alone would have it.
        times += [_time_of(draw, day) for _ in range(max(0, round(draw.gauss(mean, 1.6 * mean**0.5))))]
    cases: list[PlannedCase] = []
    for number, at in enumerate(sorted(at for at in times if at < now), start=1):
        cases.append(turned(draw, one_case(draw, number, at), cases))
    return on_paper(cases, outage(draw, cases))


def _arrest_times(draw: random.Random, today: date, days: int, count: int, *, latest: Instant) -> list[Instant]:
    """Draw `count` arrest times: weekdays and hours as the figures have them."""
    dates = [today - timedelta(days=back) for back in range(2, days)]
    weights = [WEEKDAY_FACTOR[day.weekday()] for day in dates]
    times: list[Instant] = []
    while len(times) < count:
        at = _time_of(draw, draw.choices(dates, weights)[0])
        if at < latest:
            times.append(at)
    return times


def _time_of(draw: random.Random, day: date) -> Instant:
    """Draw a time of that day: hours as the figures have them."""
    hour = draw.choices(range(24), HOUR_SHARE)[0]
    return instant(datetime(day.year, day.month, day.day, hour, draw.randrange(60), draw.randrange(60), tzinfo=ZoneInfo(ZONE)))


def one_case(draw: random.Random, number: int, at: Instant) -> PlannedCase:
    """Plan one case from its arrest to the release."""
    group = draw.choices(tuple(OFFENSE_GROUPS), [g.mean_per_day for g in OFFENSE_GROUPS.values()])[0]
    offenses = OFFENSE_GROUPS[group]
    charges = offenses.charges[: draw.randint(1, len(offenses.charges))]

    def after(start: int, low: float, high: float, most: float) -> Instant:
        return Instant(int(start + draw.triangular(low, high, most) * HOUR))

    submitted = after(at, 0.8, 5, 1.8)
    decided = after(submitted, 0.7, 7, 2)
    interviewed = after(at, 2, 9, 4)
    ready = max(decided, interviewed)
    arraigned = after(ready, 0.5, 9, 3.5)
    order = _order(draw, offenses.no_money_share)
    posted = None
    if order.type == "MONETARY":
        # Most find the money within days; the rest before the hearing, so that the board holds no one for ever.
        posted = after(arraigned, 1, 60, 6) if draw.random() < 0.55 else after(arraigned, 30, 200, 60)
    free_from = posted if order.type == "MONETARY" else None if order.type == "REFUSED" else arraigned
    declined = draw.random() < DECLINED_SHARE
    if declined:
        free_from = decided
    return PlannedCase(
        number=number,
        person=invent(draw, moment(at, ZONE).date()),
        arrested=at,
        booked=Instant(at + 40 * MINUTE),
        district=draw.choices(DISTRICTS, BUSIEST)[0],
        group=group,
        charges=charges,
        declined=declined,
        returned=draw.random() < RETURNED_SHARE,
        submitted=submitted,
        decided=decided,
        interviewed=interviewed,
        interview_declined=draw.random() < 0.07,
        arraigned=arraigned,
        order=order,
        posted=posted,
        released=after(free_from, 0.2, 1, 0.5) if free_from is not None else None,
    )


def _order(draw: random.Random, no_money_share: float) -> Order:
    """Draw an order: no money down for the group's share, else mostly money; amounts as they are really set."""
    without = ("ROR", "UNSECURED", "NONMONETARY")
    if draw.random() < no_money_share:
        kind = draw.choices(without, [RELEASE_TYPE_COUNT[name] for name in without])[0]
    else:
        kind = draw.choices(("MONETARY", "ROR", "UNSECURED", "REFUSED"), (82, 9, 6.5, 2.5))[0]
    match kind:
        case "MONETARY":
            dollars = draw.choices(tuple(MONETARY_AMOUNT_SHARE), tuple(MONETARY_AMOUNT_SHARE.values()))[0]
            return Order(type=kind, amount_cents=dollars * 100, deposit_percent=10)
        case "UNSECURED":
            return Order(type=kind, amount_cents=draw.choice((2_500, 5_000, 10_000)) * 100)
        case _:
            return Order(type=kind)
