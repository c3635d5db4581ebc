"""One connection's way out: bytes that hold a record reach the kernel in time, or never.

uvicorn writes to a `Wire` as to any transport. While the wire is *held*, what the protocol writes is kept instead of written, so
that head, framing and body stand ready as one piece. `hand_over` then gives that piece to the kernel on the connection's own
socket, and reads the clock in the same expression as each send(2). Record bytes never lie in the event loop's write buffer: after
a stop of the process the loop writes what it holds before it looks at its timers, so no timer could keep such bytes back.

This module knows bytes, deadlines and one socket; it must never know who asks or why.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pars.edge.kernel import Handle

WINDOW = 0.075
"""W of law L2: seconds from `appended`, read before the entry's commit was sent, to the last moment its chunk may reach the kernel."""

MARGIN = 0.010
"""Seconds kept back from every deadline for what can come between reading the clock and send(2): another thread that takes the
interpreter (5 ms turns) or the scheduler."""

ROOM = 16 * 1024
"""Bytes that may still be unacknowledged when the next chunk is decided; more, and the kernel might not take it in one piece."""

DRAIN = 10.0
"""Seconds a peer has to take what was handed over. Then it is reset, so that a reader who stopped can't collect it hours later."""

_SLOWEST_LOOK = 0.05
"""Seconds between two looks at a queue that doesn't get empty."""


class Outcome(Enum):
    """What became of a piece."""

    HANDED = "handed"  # all of it reached the kernel in time
    LATE = "late"  # none of it left; the connection is whole
    CUT = "cut"  # a part may have left; the connection was reset
    GONE = "gone"  # the connection was over before all of it left


@dataclass(frozen=True, slots=True)
class Stop:
    """Until when a piece may reach the kernel, and the clock that says so (it reads like `time.monotonic`)."""

    t0: float
    until: float
    clock: Callable[[], float]

    @property
    def last(self) -> float:
        """Return the moment at or after which no byte may reach the kernel."""
        return min(self.t0 + WINDOW, self.until)

    def passed(self) -> bool:
        """Return whether it is too late, or `t0` lies ahead of the clock, which says nothing good about either."""
        return not self.t0 <= self.clock() < self.last - MARGIN


def stopwatch() -> Callable[[], float]:
    """Return a clock that reads like `time.monotonic` now and counts on while the machine sleeps, where Linux can tell."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    if boottime is None:
        return time.monotonic
    # This order errs to the safe side: a pause between the two readings makes the clock run ahead, never behind.
    slept = time.clock_gettime(boottime) - time.monotonic()
    return lambda: time.clock_gettime(boottime) - slept


@dataclass(slots=True)
class _Watched:
    """What was handed over and is not yet acknowledged: when it ends, when we give up, and whether all of it was at least sent."""

    until: float
    give_up: float
    clock: Callable[[], float]
    step: float = 0.002
    sent: bool = False


class Wire(asyncio.Transport):
    """A transport that passes everything through, except while it is held or still owes bytes of a record."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._real = transport
        self._loop = loop
        self._own: Handle | None = None
        self._held: bytearray | None = None
        self._rest: memoryview | None = None
        self._taken = False
        self._after = bytearray()
        self._stop: Stop | None = None
        self._done: Callable[[Outcome], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._watched: _Watched | None = None
        self._closing = False
        self.lost = asyncio.Event()

    # What deliver.py uses.

    @property
    def guardable(self) -> bool:
        """Return whether this connection can carry records: TLS that ends in this process would buffer them out of sight."""
        return self._real.get_extra_info("sslcontext") is None and self._real.get_extra_info("socket") is not None

    async def ready(self, patience: float) -> bool:
        """Wait until nothing waits to leave and the kernel has room for a chunk; False when that took too long or it is over.

        Nothing is decided before this, so that a reader who has stopped causes no disclosure that is then not sent.
        """
        self._claim()
        give_up, step = time.monotonic() + patience, 0.001
        while not self.is_closing():
            if not self._owes_bytes() and self._room():
                return True
            if time.monotonic() >= give_up:
                return False
            await asyncio.sleep(step)
            step = min(2 * step, 0.05)
        return False

    @contextmanager
    def held(self) -> Iterator[bytearray]:
        """Collect what the protocol writes instead of writing it."""
        self._held = collected = bytearray()
        try:
            yield collected
        finally:
            self._held = None

    async def hand_over(self, piece: bytes | bytearray, stop: Stop) -> Outcome:
        """Give the piece to the kernel before `stop`, and return what became of it."""
        done: asyncio.Future[Outcome] = self._loop.create_future()
        self.push(piece, stop, lambda outcome: None if done.done() else done.set_result(outcome))
        return await done

    def push(self, piece: bytes | bytearray, stop: Stop, done: Callable[[Outcome], None]) -> None:
        """Begin to hand the piece over; `done` is called once, at once when the kernel takes it whole."""
        if self._rest is not None:
            raise RuntimeError("one piece at a time")
        if not piece or self._own is None or self._real.is_closing():
            done(Outcome.GONE)  # a protocol whose peer has left writes nothing
            return
        self._own.make_room(len(piece))
        self._own.reset_on_close(True)
        self._rest, self._taken, self._stop, self._done = memoryview(piece), False, stop, done
        self._arm(stop)
        self._push_rest()
        if self._rest is not None:
            self._loop.add_writer(self._own.fileno(), self._push_rest)

    def send_instead(self, message: bytes) -> None:
        """Answer with raw bytes that hold no record in place of a dropped piece, and close."""
        if not self.is_over():
            self._real.write(message)
        self._closing = False
        self.close()

    def reset(self) -> None:
        """End the connection so that the kernel forgets what it has not sent."""
        if self._own is not None:
            self._own.reset_on_close(True)
        self._real.abort()

    def unsent(self) -> int:
        """Return how many bytes the kernel holds that it has not sent at all."""
        return 0 if self._own is None else self._own.unsent()

    # What the protocol's hooks use.

    def owes(self) -> bool:
        """Return whether bytes of a record are still on their way, so that the connection may not just be closed."""
        if self._watched is not None and self._quiet():
            self._settle()
        return self._rest is not None or self._watched is not None

    def is_over(self) -> bool:
        """Return whether the connection itself is ending, whatever is still owed."""
        return self.lost.is_set() or self._real.is_closing()

    def was_lost(self) -> None:
        """Let go of the connection, which is gone; what still lies unsent in the kernel goes with it."""
        self._finish(Outcome.CUT if self._taken else Outcome.GONE)
        self._unwatch()
        if self._own is not None:
            self._own.close()
            self._own = None
        self.lost.set()

    # The way out.

    def _claim(self) -> None:
        """Take a second handle on the socket and make its send buffer small, before the first record."""
        if self._own is None and not self.is_over():
            self._own = Handle(self._real.get_extra_info("socket").fileno())
            self._own.make_room(0)

    def _arm(self, stop: Stop) -> None:
        """Set the timer that ends the attempt, before any byte is sent."""
        self._timer = self._loop.call_later(max(0.0005, stop.last - MARGIN - stop.clock()), self._time_up)

    def _time_up(self) -> None:
        """End the attempt; a timer that rang early is set again."""
        self._push_rest()
        if self._stop is not None:
            self._arm(self._stop)

    def _push_rest(self) -> None:
        """Hand the kernel what it takes now, if there is still time; else let nothing more leave."""
        own, rest, stop = self._own, self._rest, self._stop
        if own is None or rest is None or stop is None:
            return
        clock, send, last = stop.clock, own.send, stop.last - MARGIN
        try:
            # INVARIANT L2: the clock is read in the expression that sends, and nothing comes between.
            taken = send(rest) if stop.t0 <= clock() < last else -1
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._finish(Outcome.CUT if self._taken else Outcome.GONE)
            self.reset()
            return
        self._taken = self._taken or taken > 0
        now = clock()
        if now >= stop.last and self._taken and not own.proven_sent(now=now, before=stop.last):
            # Time ran out around this very send, and the kernel doesn't say that the bytes went in time: none may go on.
            self._finish(Outcome.CUT)
        elif taken < 0:
            self._finish(Outcome.CUT if self._taken else Outcome.LATE)
        elif taken == len(rest):
            self._finish(Outcome.HANDED)
        else:
            self._rest = rest[taken:]

    def _finish(self, outcome: Outcome) -> None:
        """Close the account of the piece under way: stop its timer, tell its sender, and watch or reset what was sent."""
        done, self._done = self._done, None
        if done is None:
            return
        self._rest, stop, self._stop = None, self._stop, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._own is not None:
            self._loop.remove_writer(self._own.fileno())
        if outcome is Outcome.CUT:
            self.reset()
        elif outcome is Outcome.HANDED and stop is not None:
            self._watched = _Watched(until=stop.until, give_up=stop.clock() + DRAIN, clock=stop.clock)
            if self._watch is not None and stop.until < stop.clock() + _SLOWEST_LOOK:
                self._watch.cancel()
                self._watch = None
            if self._watch is None:
                self._watch_again(self._watched)
        elif outcome is Outcome.LATE and self._watched is None and self._own is not None:
            self._own.reset_on_close(False)
        if self._after and not self.is_over():
            self._real.write(bytes(self._after))
        self._after.clear()
        done(outcome)

    def _look(self) -> None:
        """Watch the kernel's queue until the peer has acknowledged everything.

        At the end instant, what the kernel has not sent is dropped by a reset; after `DRAIN`, what is not acknowledged.
        """
        watched, self._watch = self._watched, None
        if watched is None:
            return
        if self._quiet():
            self._settle()
            return
        watched.sent = watched.sent or self.unsent() == 0
        now = watched.clock()
        if now >= watched.give_up or (now >= watched.until and not watched.sent):
            self.reset()
        else:
            self._watch_again(watched)

    def _watch_again(self, watched: _Watched) -> None:
        now = watched.clock()
        mark = min((at for at in (watched.until, watched.give_up) if at > now), default=now)
        self._watch = self._loop.call_later(max(0.0005, min(watched.step, mark - now)), self._look)
        watched.step = min(2 * watched.step, _SLOWEST_LOOK)

    def _settle(self) -> None:
        """Everything arrived: the connection is an ordinary one again, and a close that waited happens now."""
        self._unwatch()
        if self._own is not None:
            self._own.reset_on_close(False)
        if self._closing and not self.is_over():
            self._real.close()

    def _unwatch(self) -> None:
        self._watched = None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _quiet(self) -> bool:
        return self._own is None or self._own.quiet()

    def _room(self) -> bool:
        own = self._own
        return own is not None and (own.quiet() or (own.unsent() == 0 and own.unacknowledged() <= ROOM))

    def _owes_bytes(self) -> bool:
        return self._rest is not None or bool(self._after) or self._real.get_write_buffer_size() > 0

    # A transport, for uvicorn.

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._held is not None:
            self._held += data
        elif self._rest is not None:
            self._after += data
        else:
            self._real.write(data)

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        """Close in order, but never while bytes of a record are held, under way or unacknowledged: then afterwards."""
        if self._held is not None or self.owes():
            self._closing = True
        else:
            self._real.close()

    def abort(self) -> None:
        self._real.abort()

    def is_closing(self) -> bool:
        return self._closing or self.is_over()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._real.get_extra_info(name, default)

    def get_write_buffer_size(self) -> int:
        return self._real.get_write_buffer_size() + len(self._after) + (0 if self._rest is None else len(self._rest))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._real.set_write_buffer_limits(high=high, low=low)

    def pause_reading(self) -> None:
        self._real.pause_reading()

    def resume_reading(self) -> None:
        self._real.resume_reading()

    def is_reading(self) -> bool:
        return self._real.is_reading()

    def can_write_eof(self) -> bool:
        return False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._real.set_protocol(protocol)

    def get_protocol(self) -> Any:
        return self._real.get_protocol()
