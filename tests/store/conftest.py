"""A ledger of its own for each test of the store: a clone of the template, opened, with a grant for each invented person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from pars.store import admission, connections, disclosure
from tests import databases
from tests.homes import make_home, open_for_tests, sealing_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pars.store.engine import Engine
    from tests.databases import Database


@pytest.fixture
def home(database: Database, pars_home: Path, tmp_path: Path) -> Iterator[Path]:
    """Work in a PARS_HOME whose logins lead to the test's own database. Its ledger isn't opened."""
    made = make_home(database, pars_home, tmp_path / "home")
    connections.use_home(made)
    admission.watch.forget()
    yield made
    connections.use_home(None)


@pytest.fixture
def opened(home: Path) -> Path:
    """Work in a home whose ledger is opened, as a simulated one."""
    open_for_tests()
    return home


@pytest.fixture
def sealed(opened: Path) -> Iterator[Path]:
    """Work in a home whose ledger is opened and being sealed: where outsiders can be answered."""
    with sealing_on():
        yield opened


@pytest.fixture
def under_the_lock() -> Iterator[None]:
    """Make nothing ready before the lock: every outside answer is asked once more under it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disclosure, "make_ready", lambda *_: None)
        yield


@pytest.fixture(params=["made ready", "under the lock"])
def either_way(request: pytest.FixtureRequest) -> None:
    """Try a test on both ways of an outside answer through its admission."""
    if request.param == "under the lock":
        request.getfixturevalue("under_the_lock")


@pytest.fixture(scope="module")
def of_the_module(
    engine: Engine,
    template: str,
    cloner: psycopg.Connection[tuple[object, ...]],
    pars_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, Path]]:
    """Give one database and home to all tests of a module that can share them: a clone costs more than most tests."""
    with databases.clone_of(template, engine, cloner) as own:
        made = make_home(own, pars_home, tmp_path_factory.mktemp("shared") / "home")
        connections.use_home(made)
        open_for_tests()
        connections.use_home(None)
        yield own, made


@pytest.fixture
def shared(of_the_module: tuple[Database, Path]) -> Iterator[Path]:
    """Work in a home whose opened ledger other tests of the module have written to."""
    connections.use_home(of_the_module[1])
    yield of_the_module[1]
    connections.use_home(None)


@pytest.fixture
def shared_owner(of_the_module: tuple[Database, Path]) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Give a connection of the shared database's owner."""
    with psycopg.connect(of_the_module[0].url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Give a connection of the database's owner, which may do what no login may."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        yield connection
