"""Guarded streams: events or an export's chunks under one agreement, each decided, entered and sent like an answer of its own.

A stream never outlives its agreement: at the end instant it closes with a last event that holds no record and says why, or, where
the reader has stopped and unsent bytes lie in the kernel, with a reset. An end that comes earlier, by a revocation say, is found by
the next beat, since every beat decides anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from starlette.types import Receive, Scope, Send

from pars.edge.deliver import PATIENCE, THREADS, Dropped, Reply, Why, drop, end_of, handed, leave, over, sure, wire_of
from pars.edge.problems import UNAVAILABLE, Problem
from pars.edge.sse import STREAM_HEAD, encoded, event
from pars.edge.wire import Outcome, Stop, Wire, stopwatch

if TYPE_CHECKING:
    from pars.actions.disclosing import Told
    from pars.core.terms import Instant
    from pars.edge.deliver import Chunk

STALL = 30.0
"""Seconds a stream's reader may leave no room, before it is reset."""

PACE = 0.5
"""Seconds between a stream's beats, at least."""

HEARTBEAT = 15.0
"""Seconds of silence after which a stream sends an empty comment, so that a dead connection is noticed."""

AFTER_THE_END = 0.02
"""Seconds a stream waits after its end before it records that it closed: our mapping of the instant is early by what the append
took, and the entry's own time shall lie after the end."""

Signs = set[asyncio.Future[Any]]
"""What ends a wait early: the connection is lost, or the server stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Leave to stream until a reading of `time.monotonic()` that surely comes before the agreement's end (`monotonic_end`).

    `hello` are the first bytes, which hold no record; where it is `counted`, the closing line accounts for them too.
    """

    until: float
    hello: bytes = b""
    counted: bool = False
    head: Mapping[str, str] = field(default_factory=lambda: STREAM_HEAD)


@dataclass(frozen=True, slots=True)
class Lasting:
    """What was told, as a chunk that is good until the agreement's end, though what permits it is decided anew each day."""

    told: Told
    until: Instant | None

    @property
    def t0(self) -> float:
        """When its admission was begun."""
        return self.told.t0

    @property
    def appended(self) -> float:
        """When its commit was sent."""
        return self.told.appended

    @property
    def at(self) -> Instant:
        """Its entry's time."""
        return self.told.at


def entry_of(chunk: Chunk) -> int:
    """Return the entry of a `Lasting` chunk."""
    told = cast("Lasting", chunk).told
    assert told.entry is not None, "what is told to an agency was entered"
    return told.entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A beat without a row. `until` mends the stream's end, since clocks of two machines drift apart over hours."""

    until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The end of a stream. `detail` is the caller's own (a refusal, say) and comes back to it when the stream closes."""

    why: Why
    detail: object = None


@dataclass(slots=True)
class Tally:
    """What a stream did, for its closing entry: `last` left whole, and `out` is the hash of all that did."""

    sent: int = 0
    quiet: int = 0
    dropped: int = 0
    last: Reply | None = None
    out: Any = field(default_factory=sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedStream:
    """An endpoint's return value: a guarded stream of events under one agreement.

    All of its functions run in threads. `opening` decides whether there is a stream. `beat` decides anew and brings the next event,
    or none; it gets the last reply that was handed over whole, so that it knows what the reader has. `closing` records the end of
    the stream and returns its last event, which may hold no record; where that breaks, `unsaid` does. `heartbeat` is what tells that
    a silent stream is alive.
    """

    opening: Callable[[], Opened | Problem]
    beat: Callable[[Reply | None], Reply | Quiet | Ending]
    closing: Callable[[Ending, Tally], bytes]
    dropped: Dropped
    pace: float = PACE
    heartbeat: bytes = b":\n\n"
    unsaid: Callable[[Ending], bytes] = lambda ending: event("end", {"why": ending.why.value})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire = wire_of(scope)
        if isinstance(wire, Problem):
            await wire.response()(scope, receive, send)
            return
        opened = await asyncio.wrap_future(THREADS.submit(sure(self.opening, otherwise=lambda: UNAVAILABLE)))
        if isinstance(opened, Problem):
            await opened.response()(scope, receive, send)
            return
        await _Stream(self, scope, send, wire, opened.until).run(opened)


class _Stream:
    """One open stream: its connection, its end and what it has done."""

    def __init__(self, parts: GuardedStream, scope: Scope, send: Send, wire: Wire, until: float) -> None:
        self.parts, self.send, self.wire, self.until = parts, send, wire, until
        self.stopping: asyncio.Event = scope["extensions"].get("pars.stopping") or asyncio.Event()
        self.tally = Tally()
        self.spoke = time.monotonic()

    async def run(self, opened: Opened) -> None:
        """Open, beat until the end, and close."""
        await self.send({"type": "http.response.start", "status": 200, "headers": encoded(opened.head)})
        await self._say(opened.hello or b": open\n\n")
        if opened.counted:
            self.tally.out.update(opened.hello)
        signs: Signs = {asyncio.ensure_future(self.wire.lost.wait()), asyncio.ensure_future(self.stopping.wait())}
        ending = Ending(why=Why.FAILED)
        try:
            ending = await self._beats(signs)
        except asyncio.CancelledError:
            leave(THREADS.submit(self.parts.closing, Ending(why=Why.STOPPING), self.tally))
            raise
        finally:
            for sign in signs:
                sign.cancel()
        await self._close(ending)

    async def _beats(self, signs: Signs) -> Ending:
        """Ask and deliver at the stream's pace; return why it ended."""
        due = time.monotonic()
        while True:
            ending = await self._pause(due, signs) or await self._room()
            if ending is not None:
                return ending
            due = time.monotonic() + self.parts.pace
            clock = stopwatch()
            answer = await self._ask(signs)
            if isinstance(answer, Ending):
                return answer
            if isinstance(answer, Reply):
                self.until = end_of(answer.chunk)
                await self._deliver(answer, Stop(answer.chunk.appended, self.until, clock))
            else:
                self.tally.quiet += 1
                self.until = self.until if answer.until is None else answer.until

    async def _pause(self, due: float, signs: Signs) -> Ending | None:
        """Wait for the next beat, or return the ending that came first."""
        wait = min(due, self.until) - time.monotonic()
        if wait > 0:
            await asyncio.wait(signs, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        ending = self._ending()
        silent = time.monotonic() - self.spoke >= HEARTBEAT and self.wire.get_write_buffer_size() == 0
        if ending is None and silent and self.parts.heartbeat:
            await self._say(self.parts.heartbeat)
        return ending

    def _ending(self) -> Ending | None:
        if time.monotonic() >= self.until:
            return Ending(why=Why.ENDED)
        if self.wire.is_closing():
            return Ending(why=Why.GONE)
        return Ending(why=Why.STOPPING) if self.stopping.is_set() else None

    async def _room(self) -> Ending | None:
        """Wait until the next event would leave at once; a reader who leaves no room for long is stuck."""
        give_up = time.monotonic() + STALL
        while True:
            room = await self.wire.ready(max(0.0, min(PACE, self.until - time.monotonic())))
            ending = self._ending()
            if room or ending is not None:
                return ending
            if time.monotonic() >= give_up:
                return Ending(why=Why.STUCK)

    async def _ask(self, signs: Signs) -> Reply | Quiet | Ending:
        """Decide one beat. The end of the stream doesn't wait for it: what it brings then is dropped."""
        last = self.tally.last
        errand = THREADS.submit(sure(lambda: self.parts.beat(last), otherwise=lambda: Ending(why=Why.FAILED)))
        waiting = asyncio.wrap_future(errand)
        patience = max(0.0, self.until - time.monotonic())
        try:
            await asyncio.wait({waiting, *signs}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            leave(errand, self._drop_unasked)
            raise
        if waiting.done():
            return waiting.result()
        leave(errand, self._drop_unasked)
        return self._ending() or Ending(why=Why.ENDED)

    def _drop_unasked(self, answer: Reply | Quiet | Ending) -> None:
        if isinstance(answer, Reply):
            drop(self.parts.dropped, answer.chunk, Why.LATE)

    async def _deliver(self, reply: Reply, stop: Stop) -> None:
        """Hand one event over in one piece, or not at all; a late one leaves the stream whole."""
        with self.wire.held() as piece:
            await self.send({"type": "http.response.body", "body": reply.body, "more_body": True})
        outcome = await handed(self.wire, piece, stop, reply.chunk, self.parts.dropped)
        if outcome is Outcome.HANDED:
            self.tally.sent += 1
            self.tally.last = reply
            self.tally.out.update(reply.body)
            self.spoke = time.monotonic()
        else:
            self.tally.dropped += 1

    async def _say(self, words: bytes) -> None:
        """Send bytes that hold no record."""
        self.spoke = time.monotonic()
        await self.send({"type": "http.response.body", "body": words, "more_body": True})

    async def _close(self, ending: Ending) -> None:
        """Record the end and send the last event; a socket that still holds unsent bytes is reset instead."""
        if ending.why is Why.STUCK or self.wire.unsent() > 0:
            self.wire.reset()
        if ending.why is Why.ENDED:
            await asyncio.sleep(AFTER_THE_END)
        closing = sure(lambda: self.parts.closing(ending, self.tally), otherwise=lambda: self.parts.unsaid(ending))
        last = await asyncio.wrap_future(THREADS.submit(closing))
        if not self.wire.is_closing():
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.send({"type": "http.response.body", "body": last})
                return
            except TimeoutError:
                self.wire.reset()
        await over(self.wire)
