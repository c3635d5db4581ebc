"""The one server process: uvicorn on one port, Starlette for what must be guarded or streamed, Django for every other page.

Other modules hand their routes to `compose`. Nothing here knows what a case or an agreement is.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import errno
import io
import logging
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast
from wsgiref.types import WSGIApplication

import uvicorn
from a2wsgi.wsgi import build_environ
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pars.edge.deliver import THREADS, sure
from pars.edge.fence import Fence
from pars.edge.problems import ABSENT, INTERNAL, REASONS, Problem
from pars.edge.wire import Wire

log = logging.getLogger("pars.server")

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's line and headers."""

SLOWEST_HEAD = 10.0
"""Seconds a request's line and headers may take to arrive, from the connection or from their first byte."""

IDLE = 30
"""Seconds a connection is kept between two requests."""

CONNECTIONS = 1000
"""Connections at once; more are told to come back."""

GRACE = 10
"""Seconds that answers under way get when the server stops."""

READY_WITHIN = 2.0
"""Seconds `/readyz` waits for its checks."""

Check = Callable[[], str | None]
"""A readiness check, run in a thread: None when all is well, else a few words about what isn't."""


class _OnAWire:
    """Puts a `Wire` between uvicorn's protocol and its transport, and limits how long a request's head may be and take."""

    transport: asyncio.Transport
    app: ASGIApp
    stopping: asyncio.Event

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False  # uvicorn's line has the path with its query, which may name somebody
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self._head_arrived()
            scope["extensions"] = {
                **scope.get("extensions", {}),
                "pars.wire": self.transport,
                "pars.stopping": self.stopping,
            }
            await inner(scope, receive, send)

        self.app = app

    def connection_made(self, transport: asyncio.Transport) -> None:
        loop = asyncio.get_running_loop()
        transport.set_write_buffer_limits(high=0)
        super().connection_made(Wire(transport, loop))  # type: ignore[misc]
        self._head_timer = loop.call_later(SLOWEST_HEAD, self._too_slow)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._waits_for_head():
            if self._head_timer is None:
                self._head_timer = asyncio.get_running_loop().call_later(SLOWEST_HEAD, self._too_slow)
            self._head_bytes += len(data.partition(b"\r\n\r\n")[0])
            if self._head_bytes > LARGEST_HEAD:
                self.transport.write(
                    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
                self.transport.close()
                return
        super().data_received(data)  # type: ignore[misc]

    def eof_received(self) -> bool:
        """Close when the client says it is done, but keep the socket while bytes of a record may still have to be forgotten."""
        super().eof_received()  # type: ignore[misc]
        wire = self.transport
        if isinstance(wire, Wire) and wire.owes():
            wire.close()
            return True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_arrived()
        super().connection_lost(exc)  # type: ignore[misc]
        if isinstance(self.transport, Wire):
            self.transport.was_lost()

    def _waits_for_head(self) -> bool:
        cycle = getattr(self, "cycle", None)
        return cycle is None or cycle.response_complete

    def _head_arrived(self) -> None:
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self.transport.close()


class HttpToolsOnAWire(_OnAWire, HttpToolsProtocol):  # type: ignore[misc]
    """uvicorn's fast protocol, guarded."""


class H11OnAWire(_OnAWire, H11Protocol):  # type: ignore[misc]
    """uvicorn's pure Python protocol, guarded: for where no httptools wheel exists."""


class _Server(uvicorn.Server):
    """uvicorn's server that tells when it listens, ends streams before it waits for them, and ends with status 0 when asked to."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[str], object] | None,
        stopping: asyncio.Event,
        stop: threading.Event | None,
    ) -> None:
        super().__init__(config)
        self.ready, self.stopping, self.stop = ready, stopping, stop

    async def on_tick(self, counter: int) -> bool:
        if self.stop is not None and self.stop.is_set():
            self.should_exit = True
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.ready is not None:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self.ready(f"http://{shown}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stopping.set()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in order at SIGINT and SIGTERM, without raising the signal again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may listen to signals; whoever runs us in another sets `should_exit`
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def why_no_port(host: str, port: int) -> str | None:
    """Return why nobody can listen there now, and what to do; None where one can."""
    if not 0 <= port <= 65535:
        return f"There is no port {port}. Give another: --port, or 0 for a free one."
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in places:
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(
                    socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
                )  # as the server does: a port that is being let go is free
                if family == socket.AF_INET6:
                    tried.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                tried.bind(address)
    except OSError as failure:
        if isinstance(failure, socket.gaierror) or failure.errno == errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine ({failure.strerror}). Give another: --host."
        return f"Port {port} can't be had ({failure.strerror}). Give another: --port, or 0 for a free one."
    return None


def serve(
    *,
    app: ASGIApp,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Callable[[str], object] | None = None,
    stop: threading.Event | None = None,
    pure: bool = False,
) -> None:
    """Serve until SIGINT, SIGTERM or `stop`.

    `ready` is called once, with the address, when the port listens (port 0 picks a free one); `pure` takes the protocol without
    compiled parts.
    """
    asyncio.run(_serving(app, host, port, ready, stop, pure))


async def _serving(
    app: ASGIApp, host: str, port: int, ready: Callable[[str], object] | None, stop: threading.Event | None, pure: bool
) -> None:
    stopping = asyncio.Event()
    protocol = type("Protocol", (H11OnAWire if pure else HttpToolsOnAWire,), {"stopping": stopping})
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="asyncio",  # the wire is tested on its selector transport
        http=protocol,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    await _Server(config, ready, stopping, stop).serve()


def compose(
    *,
    routes: Sequence[BaseRoute] = (),
    pages: WSGIApplication | None = None,
    checks: Mapping[str, Check] | None = None,
    running: Sequence[Callable[[], contextlib.AbstractAsyncContextManager[object]]] = (),
    static: Path | None = None,
    workers: int = 10,
    hosts: Sequence[str] | None = None,
) -> ASGIApp:
    """Return the whole application: health, the guarded and streaming routes, files from `static`, and Django for the rest.

    `checks` are what `/readyz` asks; `running` are entered when the server starts and left when it stops (followers, pools);
    `hosts` are the names it answers to.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for start in running:
                await stack.enter_async_context(start())
            yield

    own: list[BaseRoute] = [
        Route("/healthz", _healthz),
        Route("/readyz", _readyz(checks or {})),
        Route("/problems/{reason}", _problem_page),
        *routes,
    ]
    if static is not None:
        own.append(Mount("/static", _Static(directory=static)))
    if pages is not None:
        own.append(Mount("/", _Pages(pages, workers)))
    inside = Starlette(routes=own, lifespan=lifespan, exception_handlers={HTTPException: _not_served, Exception: _failed})
    return Fence(inside, hosts=hosts)


class _Pages:
    """Django in threads. Each request goes into its thread once, with its whole body, and the whole answer comes back once.

    Every step between a thread and the loop wakes the other one; with one for each piece, a short answer cost more to pass on than to make.
    """

    def __init__(self, pages: WSGIApplication, workers: int) -> None:
        self.pages, self.threads = pages, ThreadPoolExecutor(max_workers=workers, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")  # the fence has waited for all of it
        environ = build_environ(cast(Any, scope), cast(Any, io.BytesIO(body)))
        status, headers, content = await asyncio.get_running_loop().run_in_executor(
            self.threads, contextvars.copy_context().run, self._answer, environ
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, environ: Any) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _failed: object = None) -> Callable[[bytes], object]:
            began.append((status, headers))
            return written.append

        written: list[bytes] = []
        pieces = self.pages(environ, cast(Any, start))
        try:
            written.extend(pieces)
        finally:
            getattr(pieces, "close", lambda: None)()
        status, headers = began[-1]
        named = [(name.strip().encode("latin1").lower(), value.strip().encode("latin1")) for name, value in headers]
        return int(status.partition(" ")[0]), named, b"".join(written)


class _Static(StaticFiles):
    """The screens' own files: the same for everybody, so a browser may keep them for an hour."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = "public, max-age=3600"
        return answer


async def _healthz(_request: Request) -> Response:
    """Say that the process is up: nothing else is asked."""
    return JSONResponse({"status": "up"})


def _readyz(checks: Mapping[str, Check]) -> Callable[[Request], Any]:
    """Return the page that runs the checks: 200 when all pass, else 503 with the failing ones in a few words."""

    async def readyz(_request: Request) -> Response:
        asked = {
            name: asyncio.wrap_future(THREADS.submit(sure(check, otherwise=lambda: "failed"))) for name, check in checks.items()
        }
        if asked:
            await asyncio.wait(asked.values(), timeout=READY_WITHIN)
        said = {name: (answer.result() or "ok") if answer.done() else "no answer" for name, answer in asked.items()}
        well = all(words == "ok" for words in said.values())
        return JSONResponse({"status": "ready" if well else "not ready", "checks": said}, 200 if well else 503)

    return readyz


async def _problem_page(request: Request) -> Response:
    """Explain one kind of problem: this is where a problem's `type` leads."""
    reason = request.path_params["reason"].upper().replace("-", "_")
    meaning = REASONS.get(reason)
    if meaning is None:
        meaning = "A rule's own reason. The problem's `detail` says what it means for the request and who can help."
    return PlainTextResponse(meaning + "\n")


async def _not_served(_request: Request, failure: Exception) -> Response:
    """Answer what Starlette itself refuses: no such address, or not with that method."""
    if isinstance(failure, HTTPException) and failure.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return Problem(status=405, reason="METHOD", headers=failure.headers or {}).response()
    return ABSENT.response()


async def _failed(_request: Request, _failure: Exception) -> Response:
    """Answer where a route broke; Starlette raises the failure again, and the fence logs it without its words."""
    return INTERNAL.response()
