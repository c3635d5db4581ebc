"""`/ledger/bundle`: the ledger as one file, for whoever may read every entry of it. Sent part by part: a bundle can be long.

Like every reading back of the ledger it is no disclosure: the file holds no name, no case and no literal of a question.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.responses import FileResponse
from starlette.routing import Route

from pars.actions import proving
from pars.core.terms import Refusal
from pars.edge.problems import NO_STORE, Problem
from pars.edge.web.doors import in_thread, request_of
from pars.edge.web.seat import seat_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Scope

NOT_SIGNED_IN = Problem(status=401, reason="SIGN_IN", detail="Sign in to read the ledger.")
NOT_SEALED = Problem(
    status=503, reason="NOT_SEALED", detail="Not everything is sealed yet. Ask again in a moment.", headers={"retry-after": "5"}
)
BUSY = Problem(
    status=503, reason="BUSY", detail="Another bundle is being written. Ask again in a moment.", headers={"retry-after": "10"}
)
ONE = threading.Lock()
"""Writing a bundle reads the whole ledger: one at a time."""


def write(scope: Scope, path: Path) -> Problem | None:
    """Write the bundle, if whoever asks may read it; else return why not."""
    seat = seat_of(request_of(scope))
    if seat is None or seat.capacity is None:
        return NOT_SIGNED_IN
    if not ONE.acquire(blocking=False):
        return BUSY
    try:
        refusal = proving.write_bundle(path, by=seat.by)
    except proving.NotSealed:
        return NOT_SEALED
    finally:
        ONE.release()
    if isinstance(refusal, Refusal):
        return Problem(status=403, reason=refusal.code, detail=refusal.says)
    return None


async def bundle(request: Request) -> Response:
    """Give the file, and remove it once it was sent."""
    folder = tempfile.TemporaryDirectory(prefix="pars-bundle-")
    path = Path(folder.name) / "ledger.pars"
    try:
        problem = await asyncio.to_thread(in_thread(write), request.scope, path)
    except BaseException:
        folder.cleanup()
        raise
    if problem is not None:
        folder.cleanup()
        return problem.response()
    headers = {**NO_STORE, "content-disposition": 'attachment; filename="ledger.pars"'}
    return FileResponse(path, headers=headers, media_type="application/octet-stream", background=BackgroundTask(folder.cleanup))


ROUTES = (Route("/ledger/bundle", bundle),)
