"""The running witness: a small HTTP server, and beside it the thread that mirrors."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from witness.memory import Memory
from witness.mirroring import Source, follow
from witness.serving import Cosigner, application

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONNECTIONS = 64
"""Connections at once: a few logs, and who looks."""
IDLE = 30


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
