"""A ledger of its own for each test of the store: a clone of the template, opened, with a grant for each invented person."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from pars.store import admission, connections, sealing
from tests.homes import make_home, open_for_tests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


@contextmanager
def sealing_on() -> Iterator[None]:
    """Seal in the background, as `pars work` does."""
    stop = threading.Event()
    sealer = threading.Thread(target=sealing.run, args=(stop,), kwargs={"beat": 0.02})
    sealer.start()
    try:
        yield
    finally:
        stop.set()
        sealer.join(20)
        assert not sealer.is_alive()


@pytest.fixture
def sealed(opened: Path) -> Iterator[Path]:
    """Work in a home whose ledger is opened and being sealed: where outsiders can be answered."""
    with sealing_on():
        yield opened


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Give a connection of the database's owner, which may do what no login may."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        yield connection
