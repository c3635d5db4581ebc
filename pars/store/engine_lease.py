"""Who works with the embedded server: so that of several commands at once the last one stops it, whichever started it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Lease:
    """One process's hold on the server of a PARS_HOME: a lock that dies with the process."""

    def __init__(self, own: Path) -> None:
        """Take hold. Waits while somebody who was the last one stops the server."""
        self._left = own / "left"
        self._lock: int | None = os.open(own / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def begins(self) -> None:
        """Forget what was left of an earlier server: this one was just launched."""
        self._left.unlink(missing_ok=True)

    def is_last(self, *, hand_over: bool) -> bool:
        """Return whether the server is to be stopped now: launched here, or left by who did, and nobody else works with it.

        With `hand_over` it is left to the others where there are any. Until `close`, nobody begins with a server that is being stopped.
        """
        if self._lock is None:
            return False
        if hand_over:
            self._left.touch(mode=0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not self._left.exists():
            return False
        self._left.unlink()
        return True

    def close(self) -> None:
        """Let go."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __del__(self) -> None:
        self.close()
