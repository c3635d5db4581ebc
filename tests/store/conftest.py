"""A ledger of its own for each test of the store: a clone of the template, opened, with a grant for each invented person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from pars.store import admission, connections
from tests.homes import make_home, open_for_tests, sealing_on

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
