"""PostgreSQL reads a civil end as we do: before it that day or an earlier one, from it on a later one, in every zone that it knows.

It has a zone database of its own, which may be older or newer than Python's. Where the two give another offset for the very same instant, they
disagree about the world and not about the rule: such days are counted and told.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import psycopg
import pytest

from pars.core.terms import Instant, end_of_day, moment
from tests.civil import DAYS, ZONES, days_of_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from pars.store.engine import Engine

READS = """
    select d, (timestamptz 'epoch' + e * interval '1 microsecond') at time zone %(zone)s,
           (timestamptz 'epoch' + (e - 1) * interval '1 microsecond') at time zone %(zone)s,
           (d + 1)::timestamp at time zone %(zone)s
      from unnest(%(days)s::date[], %(ends)s::bigint[]) as n (d, e)
"""


@pytest.fixture(scope="module")
def owner(engine: Engine) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(engine.url(), autocommit=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def agree(owner: psycopg.Connection[tuple[object, ...]], days_of: Callable[[str], Sequence[date]]) -> None:
    known = {row[0] for row in owner.execute("select name from pg_timezone_names")}
    tried, told = 0, Counter[str]()
    for zone in (zone for zone in ZONES if zone in known):
        days = list(days_of(zone))
        ends = [end_of_day(day, zone) for day in days]
        at = ZoneInfo(zone)
        for (day, after, before, midnight), end in zip(
            owner.execute(READS, {"zone": zone, "days": days, "ends": ends}).fetchall(), ends, strict=True
        ):
            tried += 1
            ours = [moment(instant, zone).replace(tzinfo=None) for instant in (end, Instant(end - 1))]
            if [after, before] != ours:
                told[zone] += 1  # the zone databases differ about this instant
                continue
            assert before.date() <= day < after.date(), (zone, day)  # type: ignore[attr-defined, operator]
            # A plain cast says the same wherever there is one midnight only.
            unique = after.replace(tzinfo=at).utcoffset() == after.replace(tzinfo=at, fold=1).utcoffset()  # type: ignore[attr-defined]
            if unique and (after.hour, after.minute) == (0, 0):  # type: ignore[attr-defined]
                assert midnight == moment(end), (zone, day)
    print(f"{len(known)} zones, {tried} days, {told.total()} of which the zone databases see otherwise: {', '.join(told)}")
    assert tried > 40_000
    assert told.total() < tried / 25


def test_around_each_change_of_a_clock_postgresql_reads_the_same(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    agree(owner, days_of_change)


@pytest.mark.soak
def test_postgresql_reads_the_same_of_each_day_of_each_zone(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    agree(owner, lambda zone: DAYS)
