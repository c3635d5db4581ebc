"""`python -m bench.serving FILE`: `pars serve` as it is, that writes down how long each answer on the board was in the server.

From the request's arrival until the last byte of its answer was handed to the network, in milliseconds, the wait for a thread included.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pars.config import asgi
from pars.edge import commands

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def main(file: Path) -> int:
    """Serve until asked to end; return the command's exit status."""
    taken: list[tuple[float, float]] = []
    asgi.application = _timed(asgi.application, taken)
    try:
        return commands.main(["serve", "--port", "0"])
    finally:
        file.write_text(json.dumps(taken))


def _timed(app: ASGIApp, taken: list[tuple[float, float]]) -> ASGIApp:
    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        began, clock = time.time(), time.perf_counter()
        await app(scope, receive, send)
        if scope.get("path") == "/board/changes":
            taken.append((began, (time.perf_counter() - clock) * 1000))

    return timed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
