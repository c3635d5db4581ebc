"""Plays planned cases through the same actions that people use, on the simulated clock: nothing is written in any other way.

The clock goes forward in steps, one entry each, and reaches the real time before anything listens. What would happen after now
has not happened. At each step the watch notes what limits have passed, as it does in a city.
"""

from __future__ import annotations

import heapq
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pars.actions import founding, watching
from pars.core.terms import Instant
from pars.edge.city import courtroom, lives, paper
from pars.edge.city.asking import question
from pars.edge.city.founded import STEP, City
from pars.edge.city.life import Act, Life

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pars.edge.city.planned import PlannedCase
    from pars.edge.city.supervising import Say

SECONDS_BETWEEN = 5
AT_ONCE = 4
"""How many acts are under way at once: each waits for the database most of its time."""


@dataclass(frozen=True, slots=True, order=True)
class _Step:
    """Something that happens at an instant. What has the same `life` happens in order; a desk's work and a question have none."""

    at: Instant
    order: int
    life: int | None = field(compare=False)
    act: Act = field(compare=False)
    asks: bool = field(default=False, compare=False)


def play(
    city: City,
    planned: Sequence[PlannedCase],
    *,
    seed: int,
    real: Instant,
    questions: int,
    seal: Callable[[], object],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Walk every planned case to where it stands now, and let the agencies ask meanwhile; return how many limits passed unmet.

    What falls into one step of the clock happens at once where it is about different people, as it does in a city. `seal` is
    called before questions are asked: the door answers nobody while the ledger lags.
    """
    waiting = [
        _Step(at, case.number * 100 + order, case.number, act)
        for case in planned
        for order, (at, act) in enumerate(lives.steps(Life(city, case)))
    ]
    draw = random.Random(seed + 1)
    first = min((case.arrested for case in planned), default=real)
    desks = [*courtroom.work(city, first, real), *paper.work(city, planned)]
    waiting += [_Step(at, 9_000_000 + place, None, act) for place, (at, act) in enumerate(desks)]
    for number in range(questions):
        at = Instant(int(first + (real - first) * draw.triangular(0.05, 0.999, 0.7)))
        waiting.append(_Step(at, 10_000_000 + number, None, question(city, draw), asks=True))
    waiting = [step for step in waiting if step.at <= real]
    heapq.heapify(waiting)
    worker, watch = founding.worker(), watching.Watch()
    done, of, passed = 0, len(waiting), 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="seed") as threads:
        while waiting:
            hour = _take_hour(waiting)
            city.now_is(hour[0].at, real)
            passed += len(watch.look(by=worker))
            for again in _play_hour(hour, threads, seal):
                if again.at <= real:
                    heapq.heappush(waiting, again)
            done += len(hour)
            progress(done, max(of, done + len(waiting)))
    if city.shift < 0:
        founding.shift_clock(0)
        city.shift = 0
    return passed + len(watch.look(by=worker))


def _take_hour(waiting: list[_Step]) -> list[_Step]:
    """Take what falls into the next step of the clock, in order."""
    hour = [heapq.heappop(waiting)]
    while waiting and -(-waiting[0].at // STEP) == -(-hour[0].at // STEP):
        hour.append(heapq.heappop(waiting))
    return hour


def _play_hour(hour: list[_Step], threads: ThreadPoolExecutor, seal: Callable[[], object]) -> list[_Step]:
    """Play what falls into one step of the clock: lives beside each other, then desks and questions. Return what is to be tried again."""
    beside: dict[int, list[_Step]] = {}
    for step in hour:
        if step.life is not None:
            beside.setdefault(step.life, []).append(step)
    # What a thread raises is raised here.
    again = [step for found in threads.map(_play_life, beside.values()) for step in found]
    alone = [step for step in hour if step.life is None]
    if any(step.asks for step in alone):
        seal()
    return again + _play_life(alone)


def _play_life(steps: Sequence[_Step]) -> list[_Step]:
    """Do these one after another; return those to be tried again, each at its new time."""
    tried = [(step, step.act()) for step in steps]
    return [_Step(at, step.order, step.life, step.act) for step, at in tried if at is not None]


def percent(say: Say) -> Callable[[int, int], None]:
    """Return what tells how far it is, every few seconds."""
    last = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN:
            last = time.monotonic()
            say(f"  {done * 100 // of:3} %")

    return progress
