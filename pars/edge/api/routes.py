"""What Starlette serves of `/v1`: answers that hold records under an agreement, guarded. `pars.config.asgi` composes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from pars.edge.api.events import events
from pars.edge.api.exports import export
from pars.edge.api.questions import ask
from pars.edge.attempts import ATTEMPTS
from pars.edge.problems import Problem

METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")


def only(method: str, endpoint: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Any]]:
    """Return the endpoint so that it says no to every other method itself: Starlette would pass them on to Django."""

    async def checked(request: Request) -> Any:
        if request.method != method:
            return Problem(status=405, reason="METHOD", headers={"allow": method}).response()
        return await endpoint(request)

    return checked


ROUTES = (
    Route("/v1/questions", only("POST", ask), methods=METHODS),
    Route("/v1/exports", only("POST", export), methods=METHODS),
    Route("/v1/events", only("GET", events), methods=METHODS),
)
RUNNING = (ATTEMPTS.running,)
