"""What callers spend: failures of those whom nobody knows, summed up once a minute, and refusals of those who are known.

Both would else let anybody fill the ledger: who isn't known leaves one entry a minute in all, who is leaves one for each
refusal, and must wait once the minute's are spent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from pars.actions import refusing
from pars.edge.problems import traced

log = logging.getLogger("pars.attempts")

EVERY = 60.0
"""Seconds between two entries that sum failures up."""

MOST = 600
"""Refusals that one caller may be given within a minute."""

THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attempts")


class Attempts:
    """Counts what failed before it could be told who asked, and has the count entered once a minute."""

    def __init__(self, enter: Callable[..., object] = refusing.sum_attempts, every: float = EVERY) -> None:
        self.enter, self.every = enter, every
        self.lock = threading.Lock()
        self.count, self.since = 0, time.monotonic()

    def failed(self) -> None:
        """Count one."""
        with self.lock:
            self.count += 1

    def sum_up(self) -> None:
        """Enter what was counted since the last time; where that can't be done now, the count waits for the next."""
        with self.lock:
            count, since, self.count, self.since = self.count, self.since, 0, time.monotonic()
        if not count:
            return
        try:
            self.enter(failed=count, seconds=self.since - since)
        except Exception as failure:  # noqa: BLE001  whatever keeps it from being entered, the count isn't lost
            log.warning("failed attempts could not be entered: %s", traced(failure))
            with self.lock:
                self.count, self.since = self.count + count, since

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sum up every minute while the server runs, and once more when it stops."""
        task = asyncio.ensure_future(self._beat())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await asyncio.wrap_future(THREAD.submit(self.sum_up))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.every)
            await asyncio.wrap_future(THREAD.submit(self.sum_up))


class Budget:
    """How many refusals each caller was given in the current minute."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.clock = most, clock
        self.lock = threading.Lock()
        self.spent: dict[str, int] = {}
        self.until = clock() + EVERY

    def spend(self, caller: str) -> None:
        """Count one refusal."""
        with self.lock:
            self._turn()
            self.spent[caller] = self.spent.get(caller, 0) + 1

    def wait(self, caller: str) -> float:
        """Return the seconds that a caller must wait before asking again; 0 while something is left."""
        with self.lock:
            self._turn()
            return self.until - self.clock() if self.spent.get(caller, 0) >= self.most else 0.0

    def _turn(self) -> None:
        if self.clock() >= self.until:
            self.spent.clear()
            self.until = self.clock() + EVERY


ATTEMPTS = Attempts()
BUDGET = Budget()
