"""Which database a home works in: never two, and a named one is changed by `pars migrate` alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from pars.actions import databases
from pars.store import connections, engine, schema
from pars.store.engine import EngineRefused

if TYPE_CHECKING:
    from tests.databases import Database

ROOT = Path(__file__).parents[2]
OLDER = "update web.django_migrations set name = '0000_older' where app = 'store'"


@pytest.fixture
def named(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name the test's own database, as a city names its server's."""
    monkeypatch.setenv("PARS_DATABASE_URL", database.url)
    return database.url


def entered(home: Path, *, migrates: bool = False) -> str:
    """Return what a command is told that begins in the home; empty where it may work."""
    try:
        with databases.running(home, migrates=migrates):
            assert connections.home() == home
    except EngineRefused as refused:
        return str(refused)
    finally:
        connections.use_home(home)
    return ""


def test_only_a_migration_changes_a_named_database(opened, named):
    assert entered(opened) == ""
    with psycopg.connect(named, autocommit=True) as owner:
        owner.execute(OLDER)
        assert "older than this program" in entered(opened)
        assert "pars migrate" in entered(opened)
        assert owner.execute("select name from web.django_migrations where app = 'store'").fetchall() == [("0000_older",)]
        owner.execute("update web.django_migrations set name = '0001_tables' where app = 'store'")
        owner.execute("insert into web.django_migrations (app, name, applied) values ('store', '9999_newer', now())")
        assert "newer program" in entered(opened)
        owner.execute("delete from web.django_migrations where name = '9999_newer'")
        owner.execute("comment on schema web is 'rights of old'")
        assert "rights of another version" in entered(opened)
        owner.execute(f"comment on schema web is '{schema.rights()}'")
    assert entered(opened) == ""


def test_a_home_of_a_named_database_works_without_its_owners_login(opened, monkeypatch):
    monkeypatch.delenv("PARS_DATABASE_URL", raising=False)
    assert entered(opened) == ""
    assert "PARS_DATABASE_URL" in entered(opened, migrates=True)
    assert not engine.is_own(opened)


def test_a_home_with_a_database_of_its_own_gets_no_second_one(opened, named, tmp_path):
    (tmp_path / "other" / "postgres" / "data").mkdir(parents=True)
    for migrates in (False, True):
        assert "has a database of its own" in entered(tmp_path / "other", migrates=migrates)
    connections.use_home(opened)


def test_the_logins_of_a_home_and_the_named_database_must_be_one(opened, named, engine, monkeypatch):
    monkeypatch.setenv("PARS_DATABASE_URL", engine.url())
    assert "another database" in entered(opened)


def test_a_new_home_of_a_named_database_is_told_to_migrate(opened, named, tmp_path):
    assert "pars migrate" in entered(tmp_path / "new")
    connections.use_home(opened)


def test_a_database_that_is_gone_is_said_so(opened, monkeypatch):
    monkeypatch.delenv("PARS_DATABASE_URL", raising=False)
    whole = connections.login_file("app", opened).read_text()
    connections.login_file("app", opened).write_text(whole.replace("password=", "password=not"))
    said = entered(opened)
    connections.login_file("app", opened).write_text(whole)
    connections.use_home(opened)
    assert "doesn't let them in" in said
    assert "not" + whole.split("password=")[1].split()[0] not in said


def told(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the home, without the owner's login."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARS_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "pars", "--home", str(home), *words],
        env=kept,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_doctor_says_what_the_server_leaves_open_and_what_is_of_another_version(opened, database, engine):
    whole = told(opened, "doctor")
    assert whole.stderr == ""
    assert "Ledger: " in whole.stdout
    assert (whole.returncode == 1) is ("need somebody" in whole.stdout or "needs somebody" in whole.stdout)
    assert ("take locks" in whole.stdout) is not engine.embedded
    with psycopg.connect(database.url, autocommit=True) as owner:
        if engine.embedded:
            owner.execute("grant execute on function pg_advisory_lock(bigint) to public")
            assert "take locks" in told(opened, "doctor").stdout
        owner.execute("comment on schema web is 'rights of old'")
        stale = told(opened, "doctor")
        refused = told(opened, "import", "nothing.xml")
        owner.execute(f"comment on schema web is '{schema.rights()}'")
    assert stale.returncode == 1, stale.stderr
    assert "rights of another version" in stale.stdout
    assert refused.returncode == 2
    assert "pars migrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_doctor_names_the_login_that_holds_up_the_seal(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "MOST_LAG_US", -1)
    with psycopg.connect(connections.address("duty")) as duty:
        duty.execute("alter role current_user set application_name = 'holding'")  # it draws a number, as any write does
        said = "\n".join(databases.diagnose(opened))
        assert f"A transaction of the login {duty.info.user} is open" in said
        assert f"process {duty.info.backend_pid}." in said
