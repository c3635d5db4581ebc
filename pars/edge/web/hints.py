"""`/live`: hints for staff, signed in or with a token, that something about a topic changed. Who gets one asks again, and is decided anew.

An agency gets none: when and how often cases change is nothing that its agreement grants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.routing import Route

from pars.actions import identifying, publishing
from pars.edge.api.callers import identify
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
    """Return None for staff: whoever is signed in, or named by a bearer token, and holds a grant."""
    authorization = Headers(scope=scope).get("authorization")
    if authorization is not None:
        known = identify(authorization)
        held = identifying.capacities(known.person) if known is not None else ()
        listens = known is not None and any(one.kind == "staff" and one.authority == known.authority for one in held)
        return None if listens else NOT_SIGNED_IN
    seat = seat_of(request_of(scope))
    return None if seat is not None and any(one.kind == "staff" for one in seat.choices) else NOT_SIGNED_IN


async def live(request: Request) -> LiveStream:
    """Open a stream of hints."""
    scope = request.scope
    return LiveStream(follower=FOLLOWER, may_listen=in_thread(lambda: may_listen(scope)))


ROUTES = (Route("/live", live),)
