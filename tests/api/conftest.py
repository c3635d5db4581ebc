"""Houses for tests of `/v1`: an opened and sealed ledger under the city's charter, with people in it, and perhaps a server.

`house` is shared by the tests of one file, `own_house` is a test's own; no file uses both.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pars.store import admission, connections
from tests import databases
from tests.api.houses import House, furnish
from tests.homes import make_home
from tests.serving import served
from tests.store.conftest import sealing_on
from tests.web.screens import use_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    import psycopg

    from pars.store.engine import Engine


@pytest.fixture(scope="session")
def furnished(
    engine: Engine, template: str, pars_home: Path, cloner: psycopg.Connection[tuple[object, ...]]
) -> Callable[[Path], AbstractContextManager[House]]:
    """Return what gives a house with its people in it in a folder; its ledger is being sealed."""
    return lambda folder: _furnished(databases.clone_of(template, engine, cloner), pars_home, folder)


@contextmanager
def _furnished(database: AbstractContextManager[databases.Database], template_home: Path, folder: Path) -> Iterator[House]:
    with database as own:
        connections.use_home(make_home(own, template_home, folder))
        admission.watch.forget()
        use_django()
        try:
            made = furnish(folder)
            made.owner = own.url
            with sealing_on():
                yield made
        finally:
            connections.use_home(None)


@contextmanager
def serving(made: House) -> Iterator[House]:
    """Run the house's server: what is guarded needs a real socket."""
    from django.core.wsgi import get_wsgi_application

    from pars.edge.api import routes
    from pars.edge.server import compose

    with served(compose(routes=routes.ROUTES, running=routes.RUNNING, pages=get_wsgi_application())) as url:
        made.url = url
        yield made
        made.url = ""


@pytest.fixture(scope="module")
def house(
    furnished: Callable[[Path], AbstractContextManager[House]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Give the house that this file's tests share."""
    with furnished(tmp_path_factory.mktemp("house") / "home") as made:
        yield made


@pytest.fixture(scope="module")
def served_house(house: House) -> Iterator[House]:
    """Give the shared house with its server running."""
    with serving(house) as made:
        yield made


@pytest.fixture
def own_house(furnished: Callable[[Path], AbstractContextManager[House]], tmp_path: Path) -> Iterator[House]:
    """Give a test a house of its own, with its server running."""
    with furnished(tmp_path / "home") as made, serving(made):
        yield made
