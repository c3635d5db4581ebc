"""A receiver of hints on this machine: it takes requests on a real socket and answers as it is told, or not at all."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Receiver:
    """What came in, and how the next requests are answered: with a status, a redirect, or after a while."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.connections = 0
        self.status = 204
        self.headers: dict[str, str] = {}
        self.slow = 0.0
        self.url = ""

    def wait(self, count: int, patience: float = 10.0) -> list[tuple[dict[str, str], bytes]]:
        """Return what came, once it is so much."""
        until = time.monotonic() + patience
        while len(self.came) < count:
            assert time.monotonic() < until, f"{len(self.came)} of {count} hints came"
            time.sleep(0.02)
        return self.came


@contextmanager
def receiving(context: Any = None) -> Iterator[Receiver]:
    """Run a receiver; with an SSL context, one that speaks TLS."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            made.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(made.slow)
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            with suppress(OSError):  # who waited for so long may be gone
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    made.url = f"http{'s' if context is not None else ''}://127.0.0.1:{server.server_address[1]}/pars"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def never_answering() -> Iterator[str]:
    """Listen, take connections into the kernel's queue, and never read: a receiver that stopped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/pars"
