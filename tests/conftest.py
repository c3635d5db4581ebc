"""What every test may ask for: a PARS_HOME, the engine, a database of its own, the sample documents."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from pars.store.connections import LOGINS
from pars.store.engine import Engine, remove, start
from pars.store.migrate import login_name, migrate
from tests import databases

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

TESTS = Path(__file__).parent
STORE = TESTS / "store"
LONG = ("demo", "docs", "commands", "ui", "store/test_engine.py", "laws", "api", "web", "store", "actions")
"""What starts whole programs, a browser or servers takes longest. In a row at the end, it would leave the other processes idle."""

# Random cases, but no deadline (two cores are often shared) and nothing left in the checkout.
settings.register_profile("pars", database=None, deadline=None, print_blob=True)
settings.register_profile("quick", parent=settings.get_profile("pars"), max_examples=25)
settings.register_profile("soak", parent=settings.get_profile("pars"), max_examples=5_000)
# Which branches are reached must depend on the code alone, not on this run's luck.
settings.register_profile("cover", parent=settings.get_profile("pars"), derandomize=True)
settings.load_profile(os.environ.get("PARS_HYPOTHESIS", "pars"))


HOME = pytest.StashKey[Path]()
IN_MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""More bytes than all test processes together ever have in files at once."""


def pytest_configure(config: pytest.Config) -> None:
    """Give this test process a PARS_HOME before anything is imported that asks for it: never the one of who runs the tests."""
    if "TMPDIR" not in os.environ and has_room(IN_MEMORY):
        # Hundreds of databases are made and dropped. Ext4 steps over each file that was deleted within the last minutes when it
        # makes another, so that a clone of 0.04 s soon takes ten times as long.
        os.environ["TMPDIR"] = str(IN_MEMORY)
        tempfile.tempdir = None  # to be found anew
    config.stash[HOME] = home = Path(tempfile.mkdtemp(prefix="pars-tests-"))
    os.environ["PARS_HOME"] = str(home)


def has_room(place: Path) -> bool:
    """Return whether tests can work in a file system that lies in memory: it is there, runs programs, and the memory is free."""
    try:
        found = os.statvfs(place)
        (free,) = re.findall(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except (OSError, ValueError):
        return False
    runs = os.access(place, os.W_OK) and not found.f_flag & os.ST_NOEXEC
    return runs and min(found.f_bavail * found.f_frsize, int(free) << 10) > ROOM


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    shutil.rmtree(config.stash[HOME])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a database, so that `make quick` can leave it out. Where processes share the files, the long ones come first."""
    for item in items:
        if {"engine", "template"} & set(getattr(item, "fixturenames", ())) or item.path.is_relative_to(STORE):
            item.add_marker("database")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: turn(item.path.relative_to(TESTS)))


def turn(file: Path) -> int:
    """Return the place of a file of tests among those that take long; the short ones fill up what is left at the end."""
    return next((place for place, name in enumerate(LONG) if name in (str(file), file.parts[0])), len(LONG))


@pytest.fixture(scope="session")
def pars_home(pytestconfig: pytest.Config) -> Path:
    """Return this test process's PARS_HOME."""
    return pytestconfig.stash[HOME]


@pytest.fixture(scope="session")
def engine(pars_home: Path) -> Iterator[Engine]:
    """Start a PostgreSQL for this test process, or use the one that PARS_DATABASE_URL names."""
    with start(pars_home, settings=databases.SETTINGS) as running:
        yield running
    remove(pars_home)


@pytest.fixture(scope="session")
def template(engine: Engine, pars_home: Path) -> Iterator[str]:
    """Fill one database with PARS's tables and return its name."""
    name = databases.template_database(engine, fill=lambda url: migrate(url, pars_home))
    yield name
    with psycopg.connect(engine.url(), autocommit=True) as owner:
        databases.drop(owner, name)
        for login in LOGINS:
            owner.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(login_name(name, login))))


@pytest.fixture(scope="session")
def cloner(engine: Engine) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Keep one connection on which databases are cloned and dropped."""
    with psycopg.connect(engine.url(), autocommit=True) as owner:
        yield owner


@pytest.fixture
def database(engine: Engine, template: str, cloner: psycopg.Connection[tuple[object, ...]]) -> Iterator[databases.Database]:
    """Give a test its own database with PARS's tables in it."""
    with databases.clone_of(template, engine, cloner) as own:
        yield own


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """Return the folder of sample documents that don't belong to this project, or skip in words."""
    named = os.environ.get("PARS_OUTSIDE_DATA")
    if not named:
        pytest.skip("PARS_OUTSIDE_DATA names no folder of sample documents")
    folder = Path(named)
    assert folder.is_dir(), f"PARS_OUTSIDE_DATA names {folder}, which isn't a folder"
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped browser test into a failed one where a browser was promised."""
    report = yield
    if report.skipped and os.environ.get("PARS_REQUIRE_BROWSER") and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"a browser test was skipped where PARS_REQUIRE_BROWSER is set: {report.longrepr}"
    return report
