"""What Starlette serves of `/v1`: answers that hold records under an agreement, guarded. `pars.config.asgi` composes it."""

from __future__ import annotations

from starlette.routing import Route

from pars.edge.api.events import events
from pars.edge.api.questions import ask
from pars.edge.attempts import ATTEMPTS

ROUTES = (Route("/v1/questions", ask, methods=["POST"]), Route("/v1/events", events, methods=["GET"]))
RUNNING = (ATTEMPTS.running,)
