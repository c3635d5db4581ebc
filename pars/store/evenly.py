"""Looking for records takes an even time: 5 milliseconds, or where it took longer the next of 10, 20, 40 and so on (law L4).

Whoever is out of scope costs the database a look that whoever is absent doesn't. Rounded up to a class of time, before the answer's
own time begins to count, the one is as long as the other; the guard W has nothing of it, since nothing was entered yet.
"""

from __future__ import annotations

import time
from types import TracebackType

CLASS_S = 0.005
"""The shortest class, which a look by an index takes with room to spare; each next one is twice as long."""


class Looking:
    """A look that takes an even time, with all that is made ready for its answer before that counts."""

    began: float | None = None

    def __enter__(self) -> Looking:
        return self

    def begin(self) -> None:
        """Begin to look."""
        self.began = time.monotonic()

    def drop(self) -> None:
        """Don't wait: nothing of it leaves."""
        self.began = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.began is not None:
            wait(self.began)


def wait(began: float) -> None:
    """Wait until the class of time ends that began at this reading of `time.monotonic()`."""
    end = began + CLASS_S
    while end < (now := time.monotonic()):
        end = began + 2 * (end - began)
    time.sleep(end - now)
