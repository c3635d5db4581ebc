"""The application that `pars serve` runs: Django for pages, and beside it what must be guarded or streamed."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from pars.core.terms import SECOND
from pars.edge.server import compose
from pars.store import connections, ledger, schema

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GUARDED: tuple[str, ...] = (
    "pars.edge.api.routes",
    "pars.edge.web.hints",
    "pars.edge.web.agencies.answers",
    "pars.edge.web.agencies.exports",
    "pars.edge.web.ledger.bundles",
)
"""Modules of the edge with `ROUTES` for Starlette: whatever answers with records under an agreement, and staff's live hints.

Such a module may also have `RUNNING`: what is entered when the server starts and left when it stops.
"""

SEAL_LIMIT = 5
"""Seconds that the sealer may lag; after that the door refuses outsiders, so the server isn't ready."""

STATIC = Path(__file__).parents[1] / "edge" / "web" / "static"


def build() -> ASGIApp:
    """Set Django up and return the whole application."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    pages = get_wsgi_application()
    guarded = [import_module(name) for name in GUARDED]
    return compose(
        routes=[route for module in guarded for route in module.ROUTES],
        running=[start for module in guarded for start in getattr(module, "RUNNING", ())],
        pages=pages,
        static=STATIC,
        hosts=settings.ALLOWED_HOSTS,
        checks={"database": database_answers, "schema": schema.behind, "seal": seal_keeps_up},
    )


def database_answers() -> str | None:
    """Return None when the database gives its time."""
    ledger.now()
    return None


def seal_keeps_up() -> str | None:
    """Return None when entries are sealed in time."""
    with connections.connection("app") as given:
        found = given.execute("select ledger.seal_lag()").fetchone()
    assert found is not None, "the function returns one row"
    lag = int(found[0]) / SECOND
    return None if lag <= SEAL_LIMIT else f"{lag:.0f} s behind"


application = build()
