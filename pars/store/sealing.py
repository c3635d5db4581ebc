"""Keeps one sealer at work: whoever holds the sealer's lock seals, and begins an epoch anew after any loss of the database (sealer.py).

The sealer works under the login `seal`, which can read entries and add to the tree, and nothing else.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from contextlib import contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING

import psycopg

from pars.store import connections, ledger
from pars.store.sealer import Disordered, Sealer, Superseded, Tampered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

    from pars.store.connections import Row

BEAT = 0.1
"""Seconds between two looks for new entries."""
MENDED_EVERY = 60.0
"""Seconds until it is tried again where what is stored isn't in order: somebody has to mend it first."""
NICE = -10
"""The precedence that the sealer asks for, as `nice` counts it: what it leaves undone, nobody outside is answered behind."""
PLANNED = (
    "-c plan_cache_mode=force_custom_plan "
    "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
)
"""Each batch is planned by how many it may hold, and read by the indexes alone, in their order. A plan made for any number, or by statistics from before a
busy minute, reads and sorts all that waits, which takes longer the further the sealer falls behind, until it never catches up."""
log = logging.getLogger("pars.sealing")


def run(stop: Event, *, beat: float = BEAT, ask: Callable[[], None] = lambda: None) -> None:
    """Seal until `stop` is set: wait for the one sealer's lock, begin an epoch, and start again after any loss of the database.

    `ask` asks the witnesses what they know of the log, before an epoch signs anything. It takes seconds at most and raises nothing.
    """
    while not stop.is_set():
        try:
            with _connected() as connection:
                if _locked(connection, stop, beat):
                    sealer = Sealer.begin(connection)
                    ask()
                    # Only now: a thread hands it on to those that it begins, and those of pools and witnesses began before.
                    with _precedence():
                        sealer.work(stop, beat)
        except (psycopg.OperationalError, psycopg.InterfaceError, Superseded, Disordered) as lost:
            log.warning("sealing was interrupted: %s", lost)
            stop.wait(1.0)
        except (Tampered, psycopg.IntegrityError) as wrong:
            log.error("nothing is sealed or signed, and outsiders are refused: %s", wrong)  # noqa: TRY400  the sentence says all
            stop.wait(MENDED_EVERY)  # each try enters an epoch


@contextmanager
def _precedence() -> Iterator[None]:
    """Let this thread's work come before others' on a machine that has too much of it, where the system lets whoever runs this ask so."""
    if sys.platform != "linux":  # elsewhere it is asked for a whole process
        yield
        return
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    try:
        yield
    finally:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, before)


def seal_now(*, patience: float = 10.0) -> int:
    """Seal everything committed by now, sign a checkpoint, and return the tree's size: for tests and drills.

    A transaction that is still open somewhere in the cluster holds back what came after it; beyond `patience` seconds that is
    left for the next sealer.
    """
    with by_hand(patience=patience) as seal:
        return seal()


@contextmanager
def by_hand(*, patience: float = 10.0) -> Iterator[Callable[[], int]]:
    """Be the one sealer while the block runs, and give what seals everything committed by now and returns the tree's size.

    A checkpoint is signed as often as at work, and at the end of the block. For a seed, which seals as its clock goes on.
    """
    with _connected() as connection:
        while not _try_lock(connection):
            time.sleep(BEAT)
        sealer = Sealer.begin(connection)

        def seal() -> int:
            until = time.monotonic() + patience
            sealer.seal_all()
            while sealer.waiting() and time.monotonic() < until:
                time.sleep(BEAT / 50)
                sealer.seal_all()
            if sealer.is_time_to_sign():
                sealer.sign()
            return sealer.tree.size

        yield seal
        sealer.sign()


def lag() -> int:
    """Return how long the oldest committed entry without an index has been waiting, in microseconds; 0 when all are sealed."""
    with connections.connection("app") as given:
        found = given.execute("select ledger.seal_lag()").fetchone()
    return 0 if found is None else int(found[0])


def held_up_by() -> tuple[str, int] | None:
    """Return the login and the process of the oldest transaction that writes, anywhere on the server: nothing after it is sealed yet."""
    with connections.connection("app") as given:
        found = given.execute(
            "select coalesce(a.usename, '?')::text, l.pid from pg_locks l left join pg_stat_activity a on a.pid = l.pid "
            "where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted order by age(l.transactionid) desc limit 1"
        ).fetchone()
    return None if found is None else (found[0], found[1])


def _connected() -> Connection[Row]:
    return psycopg.connect(connections.address("seal"), autocommit=True, application_name="pars seal", options=PLANNED)


def _locked(connection: Connection[Row], stop: Event, beat: float) -> bool:
    while not stop.is_set():
        if _try_lock(connection):
            return True
        stop.wait(beat)
    return False


def _try_lock(connection: Connection[Row]) -> bool:
    found = connection.execute("select pg_try_advisory_lock(%s)", [ledger.authority_key("sealer")]).fetchone()
    return found is not None and bool(found[0])
