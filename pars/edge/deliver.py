"""Guarded delivery: every answer that holds a record under an agreement leaves through here (law L2).

The order is always the same. First room: nothing is decided until the connection can take the answer at once. Then, in a thread,
the caller's function decides, fetches and appends, and brings back a chunk. Then the last check, in the very expression that gives
the bytes to the kernel (`wire.py`). A chunk that comes too late is dropped, its drop is recorded, and the question is decided anew.

Why two clocks agree well enough. The door reads the monotonic clock (`t0`), then sends the append, whose transaction reads the
database's time (`at`), so `at` is taken after `t0`. Bytes sent when the monotonic clock shows `m` are sent at the database's time
`at + (m - the moment of at)`, which is at most `at + (m - t0)`. So bytes sent before `t0 + (until - at)` are sent before `until`.
Where the end moves after it was read, W keeps it: the door reads the clock once more just before the commit is sent (`appended`), while it
shares the agreement's lock; where lock and commit are one journey, `appended` is `t0`, which is earlier. Whoever narrows holds that lock alone, so later than either, and waits out W from there before saying that it is
done. A chunk is sent before `appended + W` or never; and it is appended only if that, too, is before `until`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from starlette.types import Receive, Scope, Send

from pars.core.terms import SECOND, Instant
from pars.edge.problems import LATE, UNAVAILABLE, UNGUARDED, Problem, traced
from pars.edge.sse import encoded
from pars.edge.wire import Outcome, Stop, Wire, stopwatch

log = logging.getLogger("pars.deliver")

TRIES = 3
"""How often one question is decided before its caller is told to come back: each time is an entry in the ledger."""

PATIENCE = 10.0
"""Seconds a connection may take to have room for an answer, before it is reset."""

THREADS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="deliver")
"""Where deciding happens: it waits for the database. The guest's pool needs as many connections."""

T = TypeVar("T")


class Chunk(Protocol):
    """What the door hands out, as far as its delivery is concerned."""

    @property
    def t0(self) -> float:
        """`time.monotonic()`, read before the admission began, and so before `at`."""

    @property
    def appended(self) -> float:
        """`time.monotonic()`, read while the lock was held, or before: W counts from it."""

    @property
    def at(self) -> Instant:
        """The database's time, read in the append's transaction: the entry's."""

    @property
    def until(self) -> Instant | None:
        """When what permits it ends, by the database's time."""


def end_of(chunk: Chunk) -> float:
    """Return a reading of `time.monotonic()` that surely comes before the end of what permits the chunk."""
    return monotonic_end(t0=chunk.t0, at=chunk.at, until=chunk.until)


def monotonic_end(*, t0: float, at: Instant, until: Instant | None) -> float:
    """Return the monotonic reading that surely comes before `until`, where the database's time was `at` after `t0` was read."""
    return math.inf if until is None else t0 + (until - at) / SECOND


class Why(StrEnum):
    """Why a chunk was dropped, or a stream closed."""

    LATE = "LATE"  # nothing of it left
    CUT = "CUT"  # a part may have left, then the connection was reset
    GONE = "GONE"  # the client left
    ENDED = "ENDED"  # the agreement's end instant came
    REFUSED = "REFUSED"  # a beat was refused: revoked, suspended, narrowed
    STUCK = "STUCK"  # the reader left no room
    COMPLETE = "COMPLETE"  # an export gave all there was
    STOPPING = "STOPPING"  # this server is going down; the client may come back
    FAILED = "FAILED"  # something broke, and doubt refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that holds records: the chunk it was made from, and its bytes (for a stream: one whole event)."""

    chunk: Chunk
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Dropped = Callable[[Chunk, Why], object]
"""Record that a chunk whose entry is in the ledger did not leave whole. Called in a thread."""


def wire_of(scope: Scope) -> Wire | Problem:
    """Return the connection's wire, or the problem of a request that can't be answered with records."""
    if scope["method"] == "HEAD":
        # A disclosure whose answer has no body would be one that nobody got.
        return Problem(status=405, reason="METHOD", headers={"allow": "GET, POST"})
    wire = scope.get("extensions", {}).get("pars.wire")
    # No wire: another server, a test client, TLS that ends in this process.
    return wire if isinstance(wire, Wire) and wire.guardable else UNGUARDED


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedReply:
    """An endpoint's return value: one guarded answer to one question.

    `produce` runs in a thread: it decides, fetches and appends, and returns a reply, or the problem to answer with instead.
    """

    produce: Callable[[], Reply | Problem]
    dropped: Dropped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_guarded(scope, receive, send, produce=self.produce, dropped=self.dropped)


async def send_guarded(
    scope: Scope, receive: Receive, send: Send, *, produce: Callable[[], Reply | Problem], dropped: Dropped
) -> None:
    """Answer once, with records only if they reach the kernel in time."""
    wire = wire_of(scope)
    if isinstance(wire, Problem):
        await wire.response()(scope, receive, send)
        return
    for _ in range(TRIES):
        if not await wire.ready(PATIENCE):
            wire.reset()
            await over(wire)
            return
        clock = stopwatch()
        answer = await _decided(produce, dropped)
        if isinstance(answer, Problem):
            await answer.response()(scope, receive, send)
            return
        stop = Stop(answer.chunk.appended, end_of(answer.chunk), clock)
        if not stop.passed():
            await _hand_over_whole(wire, send, answer, stop, dropped)
            return
        drop(dropped, answer.chunk, Why.LATE)
    await LATE.response()(scope, receive, send)


async def _hand_over_whole(wire: Wire, send: Send, reply: Reply, stop: Stop, dropped: Dropped) -> None:
    """Send head and body in one piece, or neither."""
    headers = {"cache-control": "no-store", **reply.headers, "content-length": str(len(reply.body))}
    with wire.held() as piece:
        await send({"type": "http.response.start", "status": reply.status, "headers": encoded(headers)})
        await send({"type": "http.response.body", "body": reply.body})
    outcome = await handed(wire, piece, stop, reply.chunk, dropped)
    if outcome is Outcome.LATE:
        # uvicorn believes it has answered, so the question can't be decided anew on this connection.
        wire.send_instead(LATE.raw())
    elif outcome is not Outcome.HANDED:
        await over(wire)


async def _decided(produce: Callable[[], Reply | Problem], dropped: Dropped) -> Reply | Problem:
    """Decide one question in a thread; if the asking is called off meanwhile, see that its chunk is recorded as dropped."""
    errand = THREADS.submit(sure(produce, otherwise=lambda: UNAVAILABLE))
    try:
        return await asyncio.wrap_future(errand)
    except asyncio.CancelledError:
        leave(errand, lambda answer: drop(dropped, answer.chunk, Why.GONE) if isinstance(answer, Reply) else None)
        raise


def sure(work: Callable[[], T], *, otherwise: Callable[[], T]) -> Callable[[], T]:
    """Return `work` so that whatever it raises becomes the answer `otherwise`, which refuses (law L13)."""

    def surely() -> T:
        try:
            return work()
        except Exception as failure:  # noqa: BLE001  doubt refuses: any failure while deciding is a no, and is logged
            log.warning("undecided, so refused: %s", traced(failure))
            return otherwise()

    return surely


async def handed(wire: Wire, piece: bytes | bytearray, stop: Stop, chunk: Chunk, dropped: Dropped) -> Outcome:
    """Hand a piece over and record it where it did not leave whole."""
    try:
        outcome = await wire.hand_over(piece, stop)
    except asyncio.CancelledError:
        wire.reset()
        drop(dropped, chunk, Why.CUT)
        raise
    if outcome is not Outcome.HANDED:
        drop(dropped, chunk, Why[outcome.name])
    return outcome


def drop(dropped: Dropped, chunk: Chunk, why: Why) -> None:
    """Record a dropped chunk, in a thread."""
    try:
        leave(THREADS.submit(dropped, chunk, why))
    except RuntimeError:  # the process is going down and takes no new errands
        sure(lambda: dropped(chunk, why), otherwise=lambda: None)()


def leave(errand: Future[T], then: Callable[[T], object] | None = None) -> None:
    """Let an errand go on without a waiter; `then` sees to what it brings back, and a failure is logged."""

    def settle(done: Future[T]) -> None:
        if done.cancelled():
            return
        failure = done.exception()
        if failure is not None:
            log.warning("an errand without a waiter failed: %s", traced(failure))
        elif then is not None:
            then(done.result())

    errand.add_done_callback(settle)


async def over(wire: Wire) -> None:
    """Wait until the connection is gone, so that uvicorn knows that nobody waits for the rest of the answer."""
    await wire.lost.wait()
