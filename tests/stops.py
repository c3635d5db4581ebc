"""A server that stops (SIGSTOP to itself) at one exact point of an answer, once, when a file says so; and one whose wall clock can be stepped.

Run it by `python -m tests.probes LOG MARK tests.stops:serve serve …`. `PARS_TEST_STOP` names the point, `PARS_TEST_ARM` the file:
`committed`: the database has committed an answer's entry, and its reply lies unread in the socket (or, of what goes in one journey, was handed to nobody yet). `answered`: the reply was read.
`checked`: the bytes stand ready, just before the last check.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

POINTS = ("committed", "answered", "checked")


def armed() -> bool:
    """Return whether this is the time to stop; only once for each time that the file is there."""
    try:
        Path(os.environ["PARS_TEST_ARM"]).unlink()
    except FileNotFoundError:
        return False
    return True


def stop() -> None:
    """Stop this whole process until somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def at_committed() -> None:
    """Stop when an admission's `commit` has been done, as somebody else can see, and its answer hasn't been read."""
    import psycopg

    from pars.store.connections import address

    execute = psycopg.Connection.execute

    def watched(self: Any, query: Any, *rest: Any, **options: Any) -> Any:
        sent = execute(self, query, *rest, **options)
        caller = sys._getframe(1)
        # Begun, entered and committed at once: nobody has looked at what came back.
        if "from ledger.answer(" in str(query) and armed():
            stop()
        if query == "commit" and caller.f_code.co_name == "_enter" and armed():
            while self.pgconn.flush():
                select.select([], [self.pgconn.socket], [])
            entry = caller.f_locals["entries"][0].here.entry
            with psycopg.connect(address("app"), autocommit=True) as other:
                while execute(other, "select 1 from ledger.entry where id = %s", [entry]).fetchone() is None:
                    time.sleep(0.001)
                stop()
        return sent

    psycopg.Connection.execute = watched  # type: ignore[method-assign]


def at_answered() -> None:
    """Stop when the commit is known, before the chunk is made."""
    from pars.store.chunks import Answer

    chunk = Answer.chunk

    def watched(self: Any, known: Any) -> Any:
        if self.permit.login == "guest" and armed():
            stop()
        return chunk(self, known)

    Answer.chunk = watched  # type: ignore[method-assign]


def at_checked() -> None:
    """Stop when a piece is about to be handed over."""
    from pars.edge.wire import Wire

    push = Wire.push

    def watched(self: Any, piece: Any, *rest: Any) -> Any:
        if armed():
            stop()
        return push(self, piece, *rest)

    Wire.push = watched  # type: ignore[method-assign]


def serve() -> int:
    """Serve, with the stop put in."""
    {"committed": at_committed, "answered": at_answered, "checked": at_checked}[os.environ["PARS_TEST_STOP"]]()
    from pars.edge.commands import main

    return main()
