"""The screens as a server serves them, for tests: Django led to the home in use, and the whole application."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pars.store import connections

if TYPE_CHECKING:
    from starlette.types import ASGIApp


QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Passwords of invented people needn't be hard to guess; hashing them as PARS does takes longer than most tests."""


def use_django() -> None:
    """Lead Django to the database of the PARS_HOME in use; its settings were read for another one, perhaps."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pars.config.settings"
    os.environ["PARS_INSECURE_HTTP"] = "1"
    import django
    from django.conf import settings
    from django.contrib.auth import hashers
    from django.db import connections as django_connections

    django.setup()
    if settings.PASSWORD_HASHERS != QUICK:
        settings.PASSWORD_HASHERS = QUICK
        hashers.reset_hashers(setting="PASSWORD_HASHERS")
    django_connections.close_all()
    known = connections.django_database(connections.address("app"))
    # Nothing is kept open between requests: threads of a test's server end, and their connections with them.
    django_connections.settings["default"].update({**known, "CONN_MAX_AGE": 0})
    if hasattr(django_connections._connections, "default"):
        del django_connections["default"]


def application() -> ASGIApp:
    """Return everything that one port serves."""
    from django.core.wsgi import get_wsgi_application

    from pars.config.asgi import STATIC
    from pars.edge.server import compose
    from pars.edge.web import hints
    from pars.edge.web.agencies import answers, exports
    from pars.edge.web.ledger import bundles

    follower = hints.FOLLOWER
    follower.latest = None
    return compose(
        routes=[*hints.ROUTES, *answers.ROUTES, *exports.ROUTES, *bundles.ROUTES],
        running=[follower.running],
        pages=get_wsgi_application(),
        static=STATIC,
    )
