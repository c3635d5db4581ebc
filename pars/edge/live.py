"""Live hints for staff: something about a topic changed, so ask again. A hint holds no record and no case id.

One follower per process asks the ledger four times a second what is new and tells every open stream, each in its turn and at a place of
its own within it; the page that gets a hint puts its question again through the door, which decides then. So one change
that all of them hear of isn't asked for by all at once. A slow reader costs one pending hint per topic, never a growing queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pars.edge.problems import UNAVAILABLE, Problem, traced
from pars.edge.sse import STREAM_HEAD, encoded, event

log = logging.getLogger("pars.live")

PACE = 0.25
"""Seconds between two looks at the ledger."""

TURN = 1.4
"""Seconds in which every stream has one turn to be told hints. With PACE and an answer's time it stays well within the two seconds
after which a change must be seen."""

APART = 0.618034
"""How far in a turn each new stream's place lies behind the one before it: the golden section spreads any number of them evenly."""

HEARTBEAT = 15.0
"""Seconds between two signs of life (`beat`) on a quiet stream; at each the reader's right to listen is asked anew."""

RETRY_MS = (1_500, 4_500)
"""Between these many milliseconds a reader that lost its stream waits before it opens another."""

STALL = 30.0
"""Seconds a reader may take for one message before its stream is closed."""

KEPT = 2_000
"""Hints kept for readers that come back; who missed more is told to load the page anew."""

THREAD = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


@dataclass(frozen=True, slots=True)
class Hint:
    """Entry `index` of the ledger changed something about `topic` (a word such as "board" or "agreements")."""

    index: int
    topic: str

    def event(self) -> bytes:
        """Return the hint as a server-sent event: its id is the ledger's index, its version too."""
        return event("hint", {"topic": self.topic, "version": self.index}, number=self.index)


After = Callable[[int | None], tuple[int, Sequence[Hint]]]
"""Return the ledger's latest index and the hints after the given one (None: only where the ledger stands). Called in a thread."""


class Listener:
    """One open stream's share: for each topic the latest hint it hasn't been told, and its place in the turn."""

    def __init__(self, told: int, place: float = 0.0) -> None:
        self.place = place
        self.pending: dict[str, Hint] = {}
        self.reset = False
        self.told = told
        self.bell = asyncio.Event()

    def hear(self, hint: Hint) -> None:
        """Take a hint; a newer one about the same topic takes the older one's place."""
        self.pending.pop(hint.topic, None)
        self.pending[hint.topic] = hint
        self.bell.set()

    async def turn(self) -> None:
        """Wait for something to tell, and then for this stream's place in the turn."""
        await self.bell.wait()
        await asyncio.sleep((self.place - time.monotonic()) % TURN)

    def take(self) -> bytes:
        """Return what is to be told now, and forget it."""
        self.bell.clear()
        hints, self.pending = list(self.pending.values()), {}
        reset, self.reset = self.reset, False
        said = [event("reset", {}, number=self.told)] if reset else []
        return b"".join(said + [hint.event() for hint in hints])


class Follower:
    """Follows the ledger and tells the listeners; made once per process and run while the server runs."""

    def __init__(self, after: After) -> None:
        self.after = after
        self.latest: int | None = None
        self.kept: deque[Hint] = deque(maxlen=KEPT)
        self.known_after = 0
        self.listeners: set[Listener] = set()
        self.opened = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the ledger while entered."""
        task = asyncio.ensure_future(self._follow())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow(self) -> None:
        silent = False
        while True:
            try:
                latest, hints = await asyncio.wrap_future(THREAD.submit(self.after, self.latest))
            except Exception as failure:  # noqa: BLE001  the database may be away for a while: hints then come later
                if not silent:
                    log.warning("the ledger can't be followed just now: %s", traced(failure))
                silent = True
            else:
                silent = False
                self.learn(latest, hints)
            await asyncio.sleep(PACE)

    def learn(self, latest: int, hints: Sequence[Hint]) -> None:
        """Take what is new, and pass it on."""
        if self.latest is None or latest < self.latest:
            # The first look, or a ledger that went back (restored): what was known before says nothing about it.
            back = self.latest is not None
            self.latest = self.known_after = latest
            self.kept.clear()
            for listener in self.listeners if back else ():
                listener.told, listener.reset = latest, True
                listener.pending.clear()
                listener.bell.set()
            return
        self.latest = latest
        for hint in hints:
            if len(self.kept) == KEPT:
                self.known_after = self.kept[0].index
            self.kept.append(hint)
            for listener in self.listeners:
                listener.hear(hint)

    def listen(self, last_event_id: int | None) -> Listener:
        """Return a new listener that catches up from the last event its reader had, or is told to load anew."""
        self.opened += 1
        listener = Listener(self.latest or 0, self.opened * APART % TURN)
        self.listeners.add(listener)
        if last_event_id is not None and self.latest is not None:
            if self.known_after <= last_event_id <= self.latest:
                for hint in self.kept:
                    if hint.index > last_event_id:
                        listener.hear(hint)
            else:
                listener.reset = True
                listener.bell.set()
        return listener


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStream:
    """An endpoint's return value: a staff reader's stream of hints.

    `may_listen` runs in a thread, at the start and at every heartbeat: None, or the problem that ends the stream.
    """

    follower: Follower
    may_listen: Callable[[], Problem | None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = await self._refused()
        if refused is not None or scope["method"] == "HEAD":
            await (refused.response() if refused else Response(headers=STREAM_HEAD))(scope, receive, send)
            return
        listener = self.follower.listen(_last_event_id(Request(scope)))
        ends: list[asyncio.Future[Any]] = [asyncio.ensure_future(_left(receive))]
        stopping = scope.get("extensions", {}).get("pars.stopping")
        if stopping is not None:
            ends.append(asyncio.ensure_future(stopping.wait()))
        try:
            async with asyncio.timeout(STALL):
                await send({"type": "http.response.start", "status": 200, "headers": encoded(STREAM_HEAD)})
            await self._tell(listener, send, ends)
            async with asyncio.timeout(STALL):
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            _cut(scope)
        finally:
            self.follower.listeners.discard(listener)
            for end in ends:
                end.cancel()

    async def _tell(self, listener: Listener, send: Send, ends: Sequence[asyncio.Future[Any]]) -> None:
        """Tell hints as they come, until the reader leaves, may no longer listen, or the server stops."""
        # Each waits another while before it comes back, so that a server that starts again isn't met by all of them at once.
        await _say(send, f"retry: {random.randint(*RETRY_MS)}\n: live\n\n".encode())  # noqa: S311  no secret
        heartbeat = time.monotonic() + HEARTBEAT
        while not any(end.done() for end in ends):
            turn = asyncio.ensure_future(listener.turn())
            try:
                wait = max(0.0, heartbeat - time.monotonic())
                await asyncio.wait([turn, *ends], timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                if turn.done():
                    await _say(send, listener.take())
            finally:
                turn.cancel()
            if time.monotonic() >= heartbeat:
                heartbeat = time.monotonic() + HEARTBEAT
                if await self._refused() is not None:
                    await _say(send, event("closed", {}))
                    return
                await _say(send, event("beat", {}))

    async def _refused(self) -> Problem | None:
        try:
            return await asyncio.wrap_future(THREAD.submit(self.may_listen))
        except Exception as failure:  # noqa: BLE001  who can't be checked may not listen
            log.warning("a listener could not be checked: %s", traced(failure))
            return UNAVAILABLE


async def _say(send: Send, words: bytes) -> None:
    """Send, or time out: a reader too slow for small hints is let go, not buffered for."""
    async with asyncio.timeout(STALL):
        await send({"type": "http.response.body", "body": words, "more_body": True})


async def _left(receive: Receive) -> None:
    """Return when the reader has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _last_event_id(request: Request) -> int | None:
    """Return the index of the last event the reader had, from the header browsers send; nonsense counts as very old."""
    given = request.headers.get("last-event-id")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1


def _cut(scope: Scope) -> None:
    wire = scope.get("extensions", {}).get("pars.wire")
    if wire is not None:
        wire.reset()
