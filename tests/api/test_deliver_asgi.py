"""The whole application over a real ledger: ready only while the database answers and the sealer keeps up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from pars.store import connections, sealing
from tests.homes import make_home, open_for_tests
from tests.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database


@pytest.fixture
def opened(database: Database, pars_home: Path, tmp_path: Path) -> Iterator[Path]:
    home = make_home(database, pars_home, tmp_path / "home")
    connections.use_home(home)
    open_for_tests()
    yield home
    connections.use_home(None)


@pytest.mark.usefixtures("opened")
def test_the_server_is_ready_while_the_database_answers_and_the_sealer_keeps_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.config import asgi

    with served(asgi.application) as url:
        monkeypatch.setattr(asgi, "SEAL_LIMIT", 0)
        behind = httpx.get(f"{url}/readyz")
        sealing.seal_now()
        sealed = httpx.get(f"{url}/readyz")
        connections.use_home(connections.home() / "nowhere")
        away = httpx.get(f"{url}/readyz")
        style = httpx.get(f"{url}/static/pars/pars.css")
    assert behind.status_code == 503
    assert behind.json()["checks"]["database"] == "ok"
    assert behind.json()["checks"]["seal"].endswith("s behind")
    assert sealed.json() == {"status": "ready", "checks": {"database": "ok", "schema": "ok", "seal": "ok"}}
    assert away.json() == {"status": "not ready", "checks": dict.fromkeys(("database", "schema", "seal"), "failed")}
    assert style.headers["content-type"].startswith("text/css")
    assert style.headers["cache-control"] == "public, max-age=3600"


def test_the_server_is_not_ready_on_tables_of_another_version(opened: Path, database: Database) -> None:
    from pars.config import asgi

    with psycopg.connect(database.url, autocommit=True) as owner, served(asgi.application) as url:
        sealing.seal_now()
        owner.execute("update web.django_migrations set name = '0000_older' where app = 'store'")
        older = httpx.get(f"{url}/readyz")
    assert older.status_code == 503
    assert older.json()["checks"]["schema"].startswith("its tables are older")
