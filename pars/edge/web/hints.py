"""`/live`: hints for whoever is signed in that something about a topic changed. The page asks again, and is decided anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from pars.actions import publishing
from pars.edge.live import Follower, Hint, LiveStream
from pars.edge.problems import Problem
from pars.edge.web.doors import in_thread, request_of
from pars.edge.web.seat import seat_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.types import Scope

NOT_SIGNED_IN = Problem(status=401, reason="SIGN_IN", detail="Sign in to listen.")


def after(index: int | None) -> tuple[int, Sequence[Hint]]:
    """Return where the ledger stands and what changed since."""
    latest, topics = publishing.changed_since(index)
    return latest, [Hint(at, topic) for at, topic in topics]


FOLLOWER = Follower(after)
RUNNING = (FOLLOWER.running,)


def may_listen(scope: Scope) -> Problem | None:
    """Return None for whoever is signed in and holds a capacity."""
    seat = seat_of(request_of(scope))
    return None if seat is not None and seat.choices else NOT_SIGNED_IN


async def live(request: Request) -> LiveStream:
    """Open a stream of hints."""
    scope = request.scope
    return LiveStream(follower=FOLLOWER, may_listen=in_thread(lambda: may_listen(scope)))


ROUTES = (Route("/live", live),)
