"""What else happens to people: which turns a planned case takes, in which shares, and how they move its times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.terms import DAY, HOUR, MINUTE, Instant, moment
from pars.edge.city.people import GIVEN
from pars.edge.city.planned import Order

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from pars.edge.city.planned import PlannedCase, Turn

ZONE = "America/New_York"

TURNS: Mapping[Turn, float] = MappingProxyType(
    {
        "ALIAS": 0.05,
        "TWIN": 0.004,
        "AGAIN": 0.03,
        "BY_WORD": 0.15,
        "WRONG_LINK": 0.003,
        "TOGETHER": 0.08,
        "MISTYPED": 0.006,
        "CHILD": 0.004,
        "DECERTIFIED": 0.002,
        "WRONG_TIME": 0.02,
        "LATE_MEND": 0.006,
        "PROBATION": 0.06,
        "BENCH_WARRANT": 0.04,
        "DETAINER": 0.012,
        "UNSENT": 0.01,
        "UNANSWERED": 0.1,
        "SLOW": 0.006,
        "DOOR_LATE": 0.015,
        "ON_PAPER": 1.0,
        "LET_GO": 0.03,
        "FILED_LATE": 0.15,
        "TAKEN": 0.2,
        "GIVEN_BACK": 0.03,
        "CLAIMED": 0.35,
        "PASSED": 0.08,
        "SERVED_LATE": 0.2,
        "HANDED": 0.05,
    }
)
"""What else happens, and in which share of the cases: UNANSWERED of those returned, BY_WORD of those who come again, LET_GO of those
whose charges allow it, FILED_LATE of these, SERVED_LATE of orders with conditions, HANDED of those who wait for money, ON_PAPER of those
booked in the outage. Nobody publishes these figures: they are chosen so that a month of a large city shows each, most of them often."""

LIGHT = frozenset({"Driving under influence", "Other assaults"})
"""Groups whose gravest charge lets the police let somebody go by themselves (Pa.R.Crim.P. 519(B)(1)(a))."""

WITH_A_CHILD: frozenset[Turn] = frozenset({"ALIAS"})
OF_THE_BOOKING: frozenset[Turn] = frozenset({"ALIAS", "WRONG_TIME", "TAKEN"})
"""Turns that somebody whom the police let go may take besides."""

NOBODY_ELSES: frozenset[Turn] = frozenset({"CHILD", "DECERTIFIED", "ON_PAPER", "BY_WORD"})
"""Whoever took one of these is nobody's earlier case, twin or double: of the last one no prints can be read, by which that would be told."""


def turned(draw: random.Random, case: PlannedCase, before: Sequence[PlannedCase]) -> PlannedCase:
    """Return the case with what else happens to it, and its times moved by that. `before` are the cases planned before it."""
    turns = _fitting(case, {turn for turn, share in TURNS.items() if draw.random() < share})
    if turns & {"CHILD", "DECERTIFIED"}:
        return _young(case, turns)
    if "LET_GO" in turns:
        case = replace(case, declined=False, returned=False, posted=None, released=None)
        turns &= OF_THE_BOOKING | {"LET_GO", "FILED_LATE"}
    free = [
        one
        for one in before[-2_000:]
        if one.released is not None and one.released < case.arrested and not one.turns & NOBODY_ELSES
    ]
    if not free:
        turns -= {"AGAIN", "TWIN", "WRONG_LINK"}
    if "AGAIN" in turns:
        again = draw.choice(free)
        left = turns - {"TWIN", "TOGETHER", "WRONG_LINK", "MISTYPED"}
        return _moved(draw, replace(case, turns=frozenset(left), person=again.person, again=again.number))
    turns -= {"BY_WORD"}
    if turns & {"TWIN", "WRONG_LINK"}:
        other = draw.choice(free)
        case = replace(case, alike=other.number)
        turns -= {"MISTYPED", *(("WRONG_LINK",) if "TWIN" in turns else ())}
        if "TWIN" in turns:
            twin = replace(case.person, surname=other.person.surname, birth_date=other.person.birth_date)
            others = [name for name in GIVEN if name != other.person.given]
            case = replace(case, person=replace(twin, given=draw.choice(others)))
    if "TOGETHER" in turns and before:
        last = before[-1]
        case = replace(
            case, incident=last.incident or last.number, district=last.district, group=last.group, charges=last.charges
        )
    return _moved(draw, replace(case, turns=frozenset(turns)))


def _fitting(case: PlannedCase, turns: set[Turn]) -> set[Turn]:
    """Return the turns that a case can take, by what is planned of it."""
    turns -= {"ON_PAPER"}  # the outage says whom
    if not case.returned or case.declined:
        turns -= {"UNANSWERED"}
    if case.returned or case.declined:
        turns -= {"GIVEN_BACK"}
    if case.declined:
        turns -= {"CLAIMED", "PASSED", "LATE_MEND", "DECERTIFIED"}
    if case.group not in LIGHT or case.declined:
        turns -= {"LET_GO"}
    if "LET_GO" not in turns:
        turns -= {"FILED_LATE"}
    if case.order.type != "NONMONETARY":
        turns -= {"SERVED_LATE"}
    if case.posted is None or case.declined:
        turns -= {"HANDED"}
    if "LATE_MEND" in turns:
        turns -= {"WRONG_TIME"}
    return turns


def _young(case: PlannedCase, turns: set[Turn]) -> PlannedCase:
    """Return the case of a child: referred to Family Court, or charged as an adult's and sent on by the court later."""
    young = replace(case.person, birth_date=case.person.birth_date.replace(day=1, year=moment(case.arrested, ZONE).year - 16))
    kept = turns & (WITH_A_CHILD | {"CHILD", "DECERTIFIED"})
    if "CHILD" in kept:
        return replace(case, turns=frozenset(kept - {"DECERTIFIED"}), person=young, declined=True, returned=False)
    sent = Instant(case.arraigned + 30 * HOUR)
    money = Order(type="MONETARY", amount_cents=10_000_000, deposit_percent=10)
    return replace(
        case, turns=frozenset(kept), person=young, returned=False, order=money, posted=None, released=Instant(sent + 2 * HOUR)
    )


def _moved(draw: random.Random, case: PlannedCase) -> PlannedCase:
    """Return the case with its times moved by its turns."""
    if "UNSENT" in case.turns:
        case = later(case, 8 * HOUR - (case.submitted - case.arrested))
    if "SLOW" in case.turns:
        case = replace(case, arraigned=Instant(case.arrested + int(draw.uniform(49, 60) * HOUR)))
    return case


def later(case: PlannedCase, by: int) -> PlannedCase:
    """Return the case with all that comes after its booking so much later."""
    return replace(
        case,
        submitted=Instant(case.submitted + by),
        decided=Instant(case.decided + by),
        arraigned=Instant(case.arraigned + by),
    )


# ---------------------------------------------------------------- the outage


@dataclass(frozen=True, slots=True)
class Outage:
    """While it lasts the police can't reach PARS: they write arrests by hand, and enter them when it ends."""

    begins: Instant
    ends: Instant

    def covers(self, at: Instant) -> bool:
        """Return whether something falls into it."""
        return self.begins <= at < self.ends


def outage(draw: random.Random, cases: Sequence[PlannedCase]) -> Outage | None:
    """Return the month's outage: one evening's hours, begun with somebody's booking."""
    old = [case for case in cases if case.arrested < cases[-1].arrested - DAY]
    if not old:
        return None
    begins = draw.choice(old[: len(old) // 2 + 1]).booked
    return Outage(begins, Instant(begins + int(draw.uniform(3, 6) * HOUR)))


def on_paper(cases: Sequence[PlannedCase], out: Outage | None) -> list[PlannedCase]:
    """Return the cases with those that fall into the outage booked on paper, and entered in turn when it ends."""
    found: list[PlannedCase] = []
    place = 0
    for case in cases:
        if out is None or not out.covers(case.booked):
            found.append(case)
            continue
        entered = Instant(out.ends + (1 + place) * MINUTE)
        paper = later(case, max(0, entered + 20 * MINUTE - case.submitted))
        wait = max(0, entered + 30 * MINUTE - paper.interviewed)
        found.append(
            replace(
                paper,
                booked=entered,
                interviewed=Instant(paper.interviewed + wait),
                turns=paper.turns | {"ON_PAPER"},
                form=place,
            )
        )
        place += 1
    return found
