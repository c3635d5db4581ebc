"""One invented town for the tests of the screens, built once in a process and copied for each file, and a browserless client for each seat."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from pars.actions import founding, publishing
from pars.edge import wire
from pars.store import connections
from tests import databases
from tests.homes import make_home
from tests.web import town as towns
from tests.web.screens import use_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg
    from django.test import Client

    from pars.store.engine import Engine
    from tests.databases import Database
    from tests.web.town import Town

UNHURRIED = 5.0
"""Seconds that an answer has to leave."""


@pytest.fixture(scope="session")
def founded(
    engine: Engine,
    template: str,
    cloner: psycopg.Connection[tuple[object, ...]],
    pars_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, Path, Town]]:
    """Build the town once: its database and its home, and who and what is in it. No test works in this one."""
    with a_town(template, engine, cloner, pars_home, tmp_path_factory.mktemp("town") / "home") as made:
        yield made


@contextmanager
def a_town(
    template: str,
    engine: Engine,
    cloner: psycopg.Connection[tuple[object, ...]],
    pars_home: Path,
    folder: Path,
    **options: Any,
) -> Iterator[tuple[Database, Path, Town]]:
    """Build a town in a database and a home of its own; `options` are `towns.build`'s."""
    with databases.clone_of(template, engine, cloner) as own:
        home = make_home(own, pars_home, folder)
        connections.use_home(home)
        use_django()
        try:
            made = towns.build(**options)
        finally:
            leave_django()
            connections.use_home(None)
        yield own, home, made


@pytest.fixture(scope="module")
def built(
    founded: tuple[Database, Path, Town],
    engine: Engine,
    cloner: psycopg.Connection[tuple[object, ...]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, Town]]:
    """Give a file of tests a town of its own. Which files a process has run before is chance, and may change nothing."""
    first, home, made = founded
    with databases.clone_of(first.name, engine, cloner, logins_of=first.template) as own:
        copy = shutil.copytree(home, tmp_path_factory.mktemp("town") / "home")
        yield make_home(own, home, copy), deepcopy(made)


def leave_django() -> None:
    """Close what Django has open in this thread."""
    from django.db import connections as django_connections

    django_connections.close_all()


@pytest.fixture
def town(built: tuple[Path, Town]) -> Iterator[Town]:
    """Work in the town. What a test does to a case stays done for the rest of its file: each takes cases of its own."""
    with in_town(built) as made:
        yield made


@contextmanager
def in_town(built: tuple[Path, Town]) -> Iterator[Town]:
    """Lead everything here to the town."""
    home, made = built
    connections.use_home(home)
    use_django()
    from django.test import override_settings

    # Another test may have had the settings read for a site under TLS. What a screen says doesn't depend on how fast it was drawn: that
    # an answer leaves in time or not at all is tried in tests/laws and tests/api.
    with override_settings(SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False), patch.object(wire, "WINDOW", UNHURRIED):
        yield made
    leave_django()
    connections.use_home(None)


@pytest.fixture
def sealed(town: Town) -> Iterator[Town]:
    """Work in the town while its ledger is being sealed, as outside answers need it."""
    with sealing(town):
        yield town


@contextmanager
def sealing(town: Town) -> Iterator[Town]:
    """Seal the town's ledger."""
    before, _ = publishing.changed_since(None)
    with founding.sealing():
        patience = time.monotonic() + 10
        while publishing.changed_since(None)[0] == before and time.monotonic() < patience:
            time.sleep(0.005)  # the sealer's own start is an entry, too, and comes after everything else here
        founding.caught_up()
        yield town


@pytest.fixture
def seat(town: Town) -> Callable[[str], Client]:
    """Return a function that signs a seat in and gives its client."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    def signed_in(username: str) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(get_user_model().objects.get(username=username))
        return client

    return signed_in


@pytest.fixture
def nobody(town: Town) -> Client:
    """Return a client that isn't signed in."""
    from django.test import Client

    return Client(SERVER_NAME="localhost")
