"""Real servers for tests: an application on a free loopback port, in a thread of the test's own process."""

from __future__ import annotations

import queue
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pars.edge.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp


@contextmanager
def served(app: ASGIApp, *, pure: bool = False) -> Iterator[str]:
    """Serve `app` as `pars serve` does and give its address; guarded answers need this, since no test client has a socket."""
    address: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    thread = threading.Thread(
        target=serve, kwargs={"app": app, "port": 0, "ready": address.put, "stop": stop, "pure": pure}, name="served"
    )
    thread.start()
    try:
        yield address.get(timeout=20)
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive(), "the server did not stop"
