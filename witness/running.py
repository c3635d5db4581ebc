"""The running witness: a small HTTP server, and beside it the thread that mirrors."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from witness.memory import Memory
from witness.mirroring import Source, follow
from witness.serving import Cosigner, application

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONNECTIONS = 64
"""Connections at once: a few logs, and who looks."""
OF_ONE = 16
"""Connections at once from one address: a log has one, its proxy a few."""
IDLE = 30
HEAD_S = 3.0
"""Seconds that the head of a request may take to arrive; its body has its own time."""


class Bounded(H11Protocol):
    """A connection that is let go where the head of a request doesn't end in time, and one of a few that one address has."""

    _slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless its address has enough."""
        super().connection_made(transport)
        if sum(one.address == self.address for one in self.connections if isinstance(one, Bounded)) > OF_ONE:
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what arrived; the time for a head ends with it, and begins with the next request's first byte."""
        super().data_received(data)
        if self._in_request:
            self._stop_waiting()
        elif self._slow is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the connection go."""
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def address(self) -> str:
        """Return who is at the other end; nobody, where they are gone already."""
        return "" if self.client is None else self.client[0]

    @property
    def _in_request(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]  # none before the first

    def _wait(self) -> None:
        self._slow = self.loop.call_later(HEAD_S, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _too_slow(self) -> None:
        self._slow = None
        if not self._in_request:
            self.transport.abort()


def serve(folder: Path, key: Ed25519PrivateKey, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Cosign and mirror until the process is told to end. `ready` is called with the address once it listens."""
    cosigner = Cosigner(Memory(folder / "memory"), key)
    news, stop = threading.Event(), threading.Event()
    mirror = Memory(folder / "memory")

    def sources() -> dict[str, Source]:
        return {origin: Source(address, folder / "token") for origin, address in mirror.addresses().items()}

    following = threading.Thread(target=follow, args=(mirror, sources, news, stop), name="mirror", daemon=True)
    config = uvicorn.Config(
        application(cosigner, wake=news.set),
        http=Bounded,
        ws="none",
        log_level=logging.ERROR,  # anybody can send what is no HTTP, as often as they like
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
    )
    with socket.create_server((host, port), reuse_port=False) as listening:
        following.start()
        ready(f"http://{host}:{listening.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listening])
    stop.set()
    news.set()
    following.join(timeout=5)
