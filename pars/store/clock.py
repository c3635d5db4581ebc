"""Watches the database's clock against this process's own: a jump stops outside answers (law L12)."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

TOLERANCE_US = 2_000_000
RENEW_S = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the database's unshifted clock, with this machine's own just before and just after."""

    before: float
    real: int
    after: float


def steady() -> float:
    """Return seconds on a clock that nobody sets, and that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Watch:
    """Compares each look with an earlier one. After a jump it keeps saying so, until the clock is back or the process is new."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base: Seen | None = None

    def jumped(self, seen: Seen) -> bool:
        """Return whether the database's clock went over two seconds further, or less far, than this machine's."""
        with self._lock:
            base = self._base
            if base is None:
                self._base = seen
                return False
            went = seen.real - base.real
            # The look took its time, so that only what no instant within it can explain is a jump.
            least, most = (seen.before - base.after) * 1e6, (seen.after - base.before) * 1e6
            if went < least - TOLERANCE_US or went > most + TOLERANCE_US:
                return True
            if seen.before - base.after > RENEW_S:
                self._base = seen  # two clocks that drift apart slowly are not one that jumps
            return False

    def bounds(self, before: float) -> tuple[int, int] | None:
        """Return between which times the database's clock is no jump away, if it is read after `before`; None where it was never looked at."""
        with self._lock:
            base = self._base
        if base is None:
            return None
        least, most = (before - base.after) * 1e6, (before - base.before) * 1e6
        return base.real + int(least) - TOLERANCE_US, base.real + int(most) + TOLERANCE_US

    def forget(self) -> None:
        """Begin anew: another database has another clock."""
        with self._lock:
            self._base = None
