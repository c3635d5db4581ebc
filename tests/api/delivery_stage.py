"""A stage for tests of delivery: the real server and guarded send, with agreements and records that are only pretended.

Run as a program (`python -m tests.api.delivery_stage`) it prints one JSON line with its address and process id, and serves.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pars.core.terms import Instant
from pars.edge.deliver import Chunk, GuardedReply, Reply, Why
from pars.edge.problems import Problem
from pars.edge.server import compose, serve
from pars.edge.streams import Ending, GuardedStream, Opened, Quiet, Tally, event
from pars.edge.wire import WINDOW

MARK = "PRETENDED"


def instant_of(monotonic: float) -> Instant:
    """Return the pretended database's time at a reading of the monotonic clock."""
    return Instant(int((monotonic + 3600) * 1_000_000))


@dataclass(frozen=True)
class Pretended:
    """A chunk as the door would make it."""

    t0: float
    appended: float
    at: Instant
    until: Instant | None
    number: int


@dataclass
class Agreement:
    """When a pretended agreement ends, by the monotonic clock, and whether it was revoked."""

    until: float = float("inf")
    revoked: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Stage:
    """Agreements A and B, and an account of all that was decided, dropped and closed."""

    def __init__(self) -> None:
        self.agreements = {"a": Agreement(), "b": Agreement()}
        self.appended = 0
        self.dropped: list[str] = []
        self.closed: list[dict[str, object]] = []
        self.open_streams = 0
        self.lock = threading.Lock()

    def disclose(self, name: str, asked: dict[str, str]) -> Pretended | str:
        """Decide like the door: refuse, or append (under the agreement's lock) and give a chunk; then dawdle if asked to."""
        agreement = self.agreements[name]
        time.sleep(float(asked.get("before", 0)))
        t0 = time.monotonic()
        with agreement.lock:
            if agreement.revoked:
                return "REVOKED"
            if time.monotonic() + WINDOW >= agreement.until:
                return "ENDED"
            with self.lock:
                self.appended += 1
                number = self.appended
        time.sleep(float(asked.get("after", 0)))
        if number <= int(asked.get("stop_first", 0)):
            os.kill(os.getpid(), signal.SIGSTOP)
        if asked.get("fails"):
            raise RuntimeError(f"{MARK} in a failure's words")
        # The pretended database's clock is an hour ahead of the monotonic one, and was read a little after t0.
        at = instant_of(t0 + 0.002)
        until = None if agreement.until == float("inf") else instant_of(agreement.until)
        t0 += float(asked.get("skew", 0))
        return Pretended(t0, t0, at, until, number)

    def note_drop(self, _chunk: Chunk, why: Why) -> None:
        with self.lock:
            self.dropped.append(why.value)

    # Endpoints

    async def ask(self, request: Request) -> Response | GuardedReply:
        name, asked = request.path_params["name"], dict(request.query_params)

        def produce() -> Reply | Problem:
            chunk = self.disclose(name, asked)
            if isinstance(chunk, str):
                return Problem(status=403, reason=chunk, detail="The agreement has ended.")
            return Reply(chunk=chunk, body=_records(name, int(asked.get("size", 300))), headers={"content-type": "text/plain"})

        return GuardedReply(produce=produce, dropped=self.note_drop)

    async def stream(self, request: Request) -> GuardedStream:
        name, asked = request.path_params["name"], dict(request.query_params)
        agreement = self.agreements[name]

        def opening() -> Opened | Problem:
            if agreement.revoked or time.monotonic() >= agreement.until:
                return Problem(status=403, reason="ENDED")
            with self.lock:
                self.open_streams += 1
            return Opened(until=agreement.until)

        def beat(last: Reply | None) -> Reply | Quiet | Ending:
            if asked.get("quiet"):
                return Quiet(until=agreement.until)
            chunk = self.disclose(name, asked)
            if isinstance(chunk, str):
                return Quiet(until=agreement.until) if chunk == "ENDED" else Ending(why=Why.REFUSED, detail=chunk)
            seen = last.chunk.number if last is not None and isinstance(last.chunk, Pretended) else 0
            size = int(asked.get("size", 300))
            return Reply(
                chunk=chunk, body=event("case", {"rows": _records(name, size).decode(), "seen": seen}, number=chunk.number)
            )

        def closing(ending: Ending, tally: Tally) -> bytes:
            told: dict[str, object] = {"why": ending.why.value, "agreement": name, "at": time.monotonic()}
            with self.lock:
                self.open_streams -= 1
                self.closed.append({**told, "sent": tally.sent, "quiet": tally.quiet, "dropped": tally.dropped})
            return event("end", told)

        return GuardedStream(
            opening=opening, beat=beat, closing=closing, dropped=self.note_drop, pace=float(asked.get("pace", 0.05))
        )

    async def end(self, request: Request) -> Response:
        until = time.monotonic() + float(request.query_params["in"])
        self.agreements[request.path_params["name"]].until = until
        return JSONResponse({"until": until})

    def revoke(self, request: Request) -> Response:
        """Revoke as the real act does: exclusive lock, write, wait out W, only then say so."""
        agreement = self.agreements[request.path_params["name"]]
        with agreement.lock:
            agreement.revoked = True
        time.sleep(WINDOW)
        return JSONResponse({"acknowledged": time.monotonic()})

    def again(self, _request: Request) -> Response:
        """Begin a new act: end what is open, then forget everything."""
        for agreement in self.agreements.values():
            agreement.until = time.monotonic()
        for _ in range(500):
            if not self.open_streams:
                break
            time.sleep(0.01)
        with self.lock:
            self.agreements = {name: Agreement() for name in self.agreements}
            self.appended, self.dropped, self.closed = 0, [], []
        return JSONResponse({})

    async def account(self, _request: Request) -> Response:
        with self.lock:
            told = {"appended": self.appended, "dropped": Counter(self.dropped), "closed": list(self.closed)}
        return JSONResponse(told)


def _records(name: str, size: int) -> bytes:
    """Return `size` bytes of pretended records, full of the mark."""
    word = f"{MARK}-{name} ".encode()
    return (word * (size // len(word) + 1))[:size]


def application(stage: Stage) -> object:
    """Return the stage's application, with a page of Django's kind beside it."""

    def pages(environ: dict[str, object], start_response: object) -> list[bytes]:
        assert callable(start_response)
        start_response("200 OK", [("content-type", "text/plain")])
        return [b"a page for " + str(environ["REQUEST_METHOD"]).encode()]

    return compose(
        routes=[
            Route("/ask/{name}", stage.ask, methods=["GET", "POST"]),
            Route("/stream/{name}", stage.stream),
            Route("/end/{name}", stage.end, methods=["POST"]),
            Route("/revoke/{name}", stage.revoke, methods=["POST"]),
            Route("/again", stage.again, methods=["POST"]),
            Route("/account", stage.account),
        ],
        pages=pages,  # type: ignore[arg-type]
        checks={"ledger": lambda: None},
    )


def main() -> None:
    """Serve the stage."""

    def ready(address: str) -> None:
        print(json.dumps({"url": address, "pid": os.getpid()}), flush=True)

    serve(app=application(Stage()), port=0, ready=ready, pure="pure" in sys.argv)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
