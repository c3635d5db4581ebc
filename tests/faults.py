"""Faults put in at the database's edge: a connection that dies before its commit, or after it and before anybody is told."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Any, Literal

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Where = Literal["before the entry", "before the commit", "after the commit"]
PLACES: tuple[Where, ...] = ("before the entry", "before the commit", "after the commit")


class Fault:
    """One fault, armed once. `struck` says whether it came to pass."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.struck = False
        self.at = ""
        """The statement at which it came to pass."""
        self.reads: set[int] = set()
        self.thread = get_ident()

    def strikes(self, query: object, connection: int) -> bool:
        """Return whether this is the place. The end of what only reads isn't: nothing is written there. Nor is what the sealer's thread does."""
        text = str(query)
        alone = "from ledger.enter(" in text or "from ledger.answer(" in text  # that begins, enters and commits at once
        if text.startswith("begin") or alone:
            (self.reads.add if "read only" in text else self.reads.discard)(connection)
        if connection in self.reads or get_ident() != self.thread:
            return False
        here = text.startswith("insert into ledger.entry (") if self.where == "before the entry" else text == "commit"
        return (here or alone) and not self.struck


OPEN = "select 1 from pg_locks where pid = %s and locktype = 'virtualxid'"


def _committed(connection: psycopg.Connection[Any], is_open: Callable[[], object]) -> None:
    """Wait until a commit that was sent in a pipeline, whose answer nobody reads, is done."""
    while connection.pgconn.flush():
        time.sleep(0.001)
    while is_open() is not None:
        time.sleep(0.001)


@contextmanager
def fault(where: Where, owner: psycopg.Connection[Any]) -> Iterator[Fault]:
    """Have this thread's next connection of the app that comes to the place die there, as when a cable is pulled or the server is killed."""
    armed, execute = Fault(where), psycopg.Connection.execute

    def executed(self: psycopg.Connection[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
        if self is owner or not self.info.user.endswith("_app") or not armed.strikes(query, id(self)):
            return execute(self, query, *args, **kwargs)
        armed.struck, armed.at = True, str(query)
        if where == "after the commit":
            execute(self, query, *args, **kwargs)
            _committed(self, lambda: execute(owner, OPEN, [self.info.backend_pid]).fetchone())
        execute(owner, "select pg_terminate_backend(%s, 5000)", [self.info.backend_pid])
        if where == "after the commit":
            self.close()
            raise psycopg.OperationalError("the connection was lost")
        return execute(self, query, *args, **kwargs)

    psycopg.Connection.execute = executed  # type: ignore[method-assign]
    try:
        yield armed
    finally:
        psycopg.Connection.execute = execute  # type: ignore[method-assign]
