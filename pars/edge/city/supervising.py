"""Watches over what a demo runs: the database, the worker and the server.

Whatever dies is started again, a little later each time; what keeps dying ends the demo, with the place of its log. Each child
ends by itself when the demo is gone, also when that was killed: it reads a pipe that only the demo holds open.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pars.actions import founding

Say: TypeAlias = Callable[[str], None]

LOOK = 0.25
"""Seconds between two looks at the children."""
LOOK_AT_DATABASE = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before a child that died is started again: doubled each time that it dies within a minute."""
TOO_OFTEN = 6
"""Deaths within a minute after which the demo gives up."""
PATIENCE = 15.0
"""Seconds a child has to end by itself."""


@dataclass(slots=True)
class Child:
    """A process of the demo: `pars serve` or `pars work`."""

    name: str
    command: Sequence[str]
    home: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    due: float | None = None
    """When it is started again, while it is down."""

    @property
    def log(self) -> Path:
        """Where it writes."""
        return self.home / "logs" / f"{self.name}.log"

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, in a session of its own, so that a Ctrl-C reaches it through the demo alone, and in order."""
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=_environment(self.home),
                stdin=subprocess.PIPE,  # held open as long as this process lives, and never written to
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.due = None
        return self.process

    def died(self, now: float) -> int | None:
        """Return the status that it ended with, once, and plan its next start; None while it runs or waits for that."""
        if self.process is None or self.due is not None:
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.deaths = [*(at for at in self.deaths if now - at < 60), now]
        self.due = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (len(self.deaths) - 1))
        return status

    def ask_to_end(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def see_off(self, patience: float) -> None:
        """Wait until it has ended, and end it where it doesn't."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, patience))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


class Supervisor:
    """The demo's processes, from their start to their end. Entered, it ends them all when left.

    They are watched from `watch` on: one that doesn't even come up isn't started again.
    """

    def __init__(self, *, home: Path, command: Sequence[str], port: int, say: Say) -> None:
        self.home, self.say = home, say
        self.worker = Child("work", [*command, "work"], home)
        self.server = Child("serve", [*command, "serve", "--port", str(port)], home)
        self.failed = threading.Event()
        self.failure = ""
        self._over = threading.Event()
        self._refused = 0
        self._watching: threading.Thread | None = None

    def __enter__(self) -> Supervisor:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End everything, both at once."""
        self._over.set()
        if self._watching is not None:
            self._watching.join(PATIENCE)
        end = time.monotonic() + PATIENCE
        for child in (self.server, self.worker):
            child.ask_to_end()
        for child in (self.server, self.worker):
            child.see_off(end - time.monotonic())

    def start(self) -> subprocess.Popen[bytes]:
        """Start worker and server; return the server's process."""
        self.worker.start()
        return self.server.start()

    def watch(self) -> None:
        """Watch from here on."""
        self._watching = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watching.start()

    def _watch(self) -> None:
        due = time.monotonic()
        while not self._over.wait(LOOK):
            now = time.monotonic()
            if now >= due:
                due = now + LOOK_AT_DATABASE
                self._look_at_database()
            for child in (self.worker, self.server):
                try:
                    self._look_at(child, now)
                except OSError as failure:
                    self._give_up(f"`pars {child.name}` can't be started: {failure}.")

    def _look_at_database(self) -> None:
        try:
            if founding.revive(self.home):
                self.say("The database had died; it was started again.")
            self._refused = 0
        except founding.EngineRefused as refused:
            self._refused += 1
            if self._refused >= TOO_OFTEN:
                self._give_up(str(refused))

    def _look_at(self, child: Child, now: float) -> None:
        status = child.died(now)
        if status is not None:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            if len(child.deaths) >= TOO_OFTEN:
                self._give_up(
                    f"`pars {child.name}` {how}, the {len(child.deaths)}th time within a minute. Its log: {child.log}"
                )
            else:
                self.say(f"`pars {child.name}` {how}; it is started again.")
        elif child.due is not None and now >= child.due and not self.failed.is_set():
            child.start()

    def _give_up(self, why: str) -> None:
        self.failure = why
        self.failed.set()
        self._over.set()


def _environment(home: Path) -> Mapping[str, str]:
    """Return a child's environment: without the owner's address, since what serves and what seals have logins of their own."""
    kept = {name: value for name, value in os.environ.items() if name != "PARS_DATABASE_URL"}
    return kept | {"PARS_HOME": str(home), "PARS_INSECURE_HTTP": "1", "PARS_ENDS_WITH_STDIN": "1", "PYTHONUNBUFFERED": "1"}
