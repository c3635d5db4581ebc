"""Keeps the invented city alive while visitors look: new people are booked and go their way to the release, through the actions.

It touches only cases that it booked itself, so that nobody's work at a desk is overtaken by it.
"""

from __future__ import annotations

import logging
import random
import threading
from typing import TYPE_CHECKING

from pars.actions import publishing
from pars.core.terms import MINUTE, SECOND, Instant
from pars.edge.city import charging_unit, courtroom, custody_desk, month, police
from pars.edge.city.life import Life
from pars.edge.problems import traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from pars.edge.city.founded import City

log = logging.getLogger("pars.city")

PACE = 7.0
"""Seconds between two acts."""
AT_ONCE = 4
"""How many people are on their way at once: each is released some minutes after the booking."""
NUMBERS = 1_000_000
"""Record numbers of the police, so that those of two runs hardly meet."""


class Pulse:
    """New arrivals, one act every few seconds, as long as it is entered."""

    def __init__(self, city: City, *, pace: float = PACE, seed: int | None = None) -> None:
        self.city, self.pace = city, pace
        self.draw = random.Random(seed)
        self.lives: list[Iterator[None]] = []
        self.acts = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End after the act under way."""
        self._over.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._over.wait(self.pace):
            self.beat()

    def beat(self) -> None:
        """Let the next thing happen to the next person; who has come to the end of their way makes room for another."""
        if len(self.lives) < AT_ONCE:
            self.lives.append(self._life())
        life = self.lives.pop(0)
        try:
            next(life)
        except StopIteration:
            return
        except Exception as failure:  # noqa: BLE001  a lost database or a refusal ends this one invented way, not the demo
            log.warning("a person of the city goes no further: %s", traced(failure))
            return
        self.acts += 1
        self.lives.append(life)

    def _life(self) -> Iterator[None]:
        """Walk one person through, an act at each step. What happens is said to happen when it is written."""
        now = publishing.now()
        plan = month.one_case(self.draw, int(now // SECOND) % NUMBERS, Instant(now - 50 * MINUTE))
        life = Life(self.city, plan)
        steps: list[Callable[[Life], object]] = [police.book, police.prints, police.submit]
        if plan.declined:
            steps += [charging_unit.decide, custody_desk.let_go]
        else:
            steps += [courtroom.interview, charging_unit.decide, courtroom.hear, courtroom.number]
            if plan.order.type == "MONETARY":
                steps.append(courtroom.post)
            if plan.order.type != "REFUSED":
                steps.append(custody_desk.let_go)
        for step in steps:
            step(life)
            yield
