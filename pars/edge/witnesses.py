"""Brings each new checkpoint to the owners' witnesses, C2SP tlog-witness over HTTP: a thread for each, so that none waits for another.

Nothing else waits for them either: the sealer signs, custody work goes on, and what follows from silence is read where outsiders
ask. A witness that fails is asked again soon, then less often.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pars.actions import witnessing
from pars.edge.problems import traced

if TYPE_CHECKING:
    from pars.core.owners.witness_text import Named

log = logging.getLogger("pars.witnesses")

BEAT = 0.25
"""Seconds between two looks for a new checkpoint."""
LOOK_EVERY = 1.0
"""Seconds between two looks at whom the owners name."""
PATIENCE = 3.0
"""Seconds for a connection, and for each part of an answer."""
WAITS = (0.5, 1.0, 1.5)
"""Seconds until a witness that failed is asked again: one that is back is asked within two."""
QUIET = 15.0
"""Seconds after which a witness is asked though nothing is new, so that its silence is known before the next entry needs it."""
MOST_BYTES = 16 * 1024
STALE = (ConnectionError, HTTPException)
"""How a connection fails that was closed at its other end: sending breaks, or no answer begins."""
TRIES = 3
"""How often a witness is asked at once that says that it knows another size."""


class Line:
    """The connection to one witness, kept open between checkpoints."""

    def __init__(self, witness: Named) -> None:
        self.witness = witness
        self.connection: HTTPConnection | None = None
        self.asked = time.monotonic()
        """When it answered last."""

    def ask(self, body: bytes | None, at: str = "/add-checkpoint") -> tuple[int, bytes]:
        """Send one checkpoint, or ask for what lies at an address; return status and body. Raises OSError or HTTPException where none comes.

        A connection that the witness closed meanwhile, as each server does with one that nobody used, is begun anew before that counts.
        """
        held = self.connection is not None
        try:
            return self._ask(body, at)
        except STALE:
            if not held:
                raise
            return self._ask(body, at)

    def _ask(self, body: bytes | None, at: str) -> tuple[int, bytes]:
        parts = urlsplit(self.witness.url)
        if self.connection is None:
            kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
            self.connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
        try:
            head = {} if body is None else {"content-type": "text/plain; charset=utf-8"}
            self.connection.request("GET" if body is None else "POST", f"{parts.path.rstrip('/')}{at}", body, head)
            answer = self.connection.getresponse()
            told = answer.read(MOST_BYTES)
            if answer.will_close or answer.read(1):
                self.close()
        except (OSError, HTTPException):
            self.close()
            raise
        self.asked = time.monotonic()
        return answer.status, told

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def show(line: Line, *, anyway: bool = False) -> bool:
    """Show a witness the newest checkpoint, if it hasn't cosigned it; with `anyway` a known one too. Return whether it knew otherwise before."""
    sent = witnessing.errand(line.witness, old=0 if anyway else None)
    doubted = sent is not None and sent.doubted
    for _ in range(TRIES):
        if sent is None:
            break
        knows = witnessing.answered(sent, *line.ask(sent.submission.text()))
        sent = witnessing.errand(line.witness, old=knows) if knows is not None else None
    return doubted


class Rounds:
    """A thread for each witness that the owners name, as long as they name it."""

    def __init__(self) -> None:
        self.running: dict[Named, threading.Event] = {}
        self.threads: list[threading.Thread] = []

    def look(self) -> None:
        """Begin with whom the owners name now, end with whom they don't any more."""
        named = witnessing.witnesses()
        for gone in self.running.keys() - set(named):
            self.running.pop(gone).set()
        for witness in named:
            if witness not in self.running:
                over = self.running[witness] = threading.Event()
                thread = threading.Thread(target=self._watch, args=(witness, over), name=f"witness {witness.name}", daemon=True)
                self.threads.append(thread)
                thread.start()

    def close(self) -> None:
        """End: what is being asked has its seconds."""
        for over in self.running.values():
            over.set()
        for thread in self.threads:
            thread.join(PATIENCE * 2)

    def _watch(self, witness: Named, over: threading.Event) -> None:
        line, failed = Line(witness), 0
        while not over.is_set():
            try:
                failed = len(WAITS) if show(line, anyway=time.monotonic() - line.asked > QUIET) else 0
            except (OSError, HTTPException) as lost:
                failed += 1
                if failed == 1:
                    log.warning("the witness %s doesn't answer: %s", witness.name, type(lost).__name__)
                _quietly(witness)
            except Exception as failure:  # noqa: BLE001  the next round asks again; what follows from silence follows by itself
                failed += 1
                log.warning("the witness %s waits: %s", witness.name, traced(failure))
            over.wait(WAITS[min(failed, len(WAITS)) - 1] if failed else BEAT)
        line.close()


def _quietly(witness: Named) -> None:
    try:
        witnessing.silent(witness)
    except Exception as failure:  # noqa: BLE001  the database is away as well: the next round says it
        log.warning("that the witness %s is silent waits to be noted: %s", witness.name, traced(failure))


def ask_all(*, patience: float = PATIENCE) -> None:
    """Ask every witness what it knows of the log, all at once, within seconds: before a new sealer signs anything."""
    try:
        lines = [Line(witness) for witness in witnessing.witnesses()]
    except Exception as failure:  # noqa: BLE001  who can't be asked has said nothing; the rounds ask again
        log.warning("the witnesses could not be asked: %s", traced(failure))
        return
    threads = [threading.Thread(target=_ask, args=(line,), daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    until = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def newest_notes() -> tuple[list[bytes], list[str]]:
    """Return the checkpoint that each witness cosigned last of the log, and the names of those that handed none out, within seconds."""
    found: dict[Named, bytes | None] = dict.fromkeys(witnessing.witnesses())
    path = f"/{witnessing.log_hash()}/checkpoint"

    def fetch(witness: Named) -> None:
        line = Line(witness)
        with suppress(OSError, HTTPException):
            status, told = line.ask(None, path)
            found[witness] = told if status == witnessing.GREW else None
        line.close()

    threads = [threading.Thread(target=fetch, args=(witness,), daemon=True) for witness in found]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    told = dict(found)
    return [note for note in told.values() if note is not None], [one.name for one, note in told.items() if note is None]


def _ask(line: Line) -> None:
    try:
        show(line, anyway=True)
    except Exception as failure:  # noqa: BLE001  the rounds ask again
        log.warning("the witness %s could not be asked: %s", line.witness.name, traced(failure))
    finally:
        line.close()
