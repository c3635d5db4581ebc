"""The invented city that is measured: a home of its own, with people, an agreement in force and the ledger being sealed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from pars.actions import founding, publishing
from pars.core.terms import DAY, HOUR, Instant
from pars.edge.city import cast, founded, month, play, police
from pars.edge.city.agreements import SUPERVISION
from pars.edge.city.life import Life
from pars.edge.commands import homes
from pars.store import connections, engine, ledger, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.acts import Given

DAYS = 31


@contextmanager
def running(*, cases: int, in_process: int = 0, say: Callable[[str], None]) -> Iterator[founded.City]:
    """Give a city in a new home, its database durable as it ships (fsync on), `pars work` sealing beside it; gone afterwards.

    It has `cases` finished ones, and at least `in_process` people in custody.
    """
    with tempfile.TemporaryDirectory(prefix="pars-bench-") as folder:
        home = Path(folder)
        os.environ["PARS_HOME"] = str(home)
        try:
            with homes.up_to_date(home, migrates=True):
                city = _founded(cases, in_process, say)
                with _sealed_beside(home):
                    yield city
        finally:
            founding.stop_database(home)


@contextmanager
def measured(city: founded.City) -> Iterator[Given]:
    """Make the bare tables that stand beside, and give what a process that measures is told."""
    from bench.acts import COLUMNS, TABLES, Given

    appends, asks = city.by("law"), city.by("supervision")
    agency = str(SUPERVISION.agency["id"])
    with engine.start(connections.home()) as running:
        with psycopg.connect(running.url()) as owner:
            owner.execute(TABLES)
        yield Given(
            url=running.url(),
            person=appends.person,
            authority=appends.authority,
            agency=agency,
            asker=asks.person,
            client=f"{agency}-desk",
            asked={
                "purpose": "supervision",
                "columns": ["record", *COLUMNS],
                "evidence": {"kind": "case_number", "value": "CN-2026-1"},
            },
        )


def top_up(city: founded.City, people: int) -> None:
    """Book more people until so many are in custody."""
    with ledger.reading():
        short = people - len(watched.open_cases())
    draw = random.Random(11)
    for number in range(short):
        plan = month.one_case(draw, 500_000 + number, Instant(publishing.now() - draw.randint(1, 40) * HOUR))
        police.book(Life(city, plan))


def _founded(cases: int, in_process: int, say: Callable[[str], None]) -> founded.City:
    say(f"Inventing {cases + in_process} cases …")
    real = publishing.now()
    homes.open_ledger(origin="bench.pars.example/log", simulated=True, shift=-DAYS * DAY, owners=cast.OWNERS)
    with founding.sealing_by_hand() as seal:
        city = founded.found_city(password="invented-for-the-bench")
        city.shift = -DAYS * DAY
        founded.open_agreements(city, start=publishing.now())
        planned = month.plan(seed=7, now=real, past=cases, in_process=in_process)
        play.play(city, planned, seed=7, real=real, questions=0, seal=seal)
        seal()
    return city


@contextmanager
def _sealed_beside(home: Path) -> Iterator[None]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "pars", "work"], env={**os.environ, "PARS_HOME": str(home)}, stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(1.0)
        founding.caught_up()
        yield
    finally:
        worker.terminate()
        worker.wait(20)
