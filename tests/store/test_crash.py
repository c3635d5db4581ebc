"""Law L15: nothing acknowledged is lost. The database is killed under load, again and again, and everything is still there."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from hashlib import sha256
from pathlib import Path

import psycopg
import psycopg_pool
import pytest

from pars.core.terms import Refusal
from pars.store import admission, connections, export, ledger, sealing
from pars.store.disclosure import Chunk
from pars.store.engine import Engine, remove, start
from pars.store.engine_cluster import Cluster
from pars.store.fsck import fsck
from pars.store.ledger import Refused
from pars.store.migrate import migrate
from tests.homes import REGISTER, ask, book, open_for_tests, question, serve
from verify.__main__ import check_file

LOST = (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout, psycopg.errors.AdminShutdown)


@pytest.fixture
def killable(monkeypatch):
    """Give a home with an engine of its own that writes to the disk as it does in life."""
    monkeypatch.delenv("PARS_DATABASE_URL", raising=False)
    monkeypatch.setattr(connections, "SECONDS_TO_WAIT", 1.0)
    home = Path(tempfile.mkdtemp(prefix="pars-crash-"))
    engine = start(home)
    migrate(engine.url(), home)
    connections.use_home(home)
    admission.watch.forget()
    open_for_tests()
    yield engine
    connections.use_home(None)
    engine.stop()
    remove(home)
    shutil.rmtree(home)


class Load:
    """Threads that write and ask until told to stop, and remember what was acknowledged."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.entries: list[int] = []
        self.cases: list[str] = []
        self.bodies: dict[int, bytes] = {}
        self.failed: list[BaseException] = []
        self.threads = [threading.Thread(target=self._until_told, args=(act,)) for act in (self._refuse, self._book, self._ask)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
        assert self.failed == []

    def _until_told(self, act) -> None:
        while not self.over.is_set():
            try:
                act()
            except LOST:
                time.sleep(0.05)
            except BaseException as error:  # noqa: BLE001  told by the test's own thread
                self.failed.append(error)
                return

    def _refuse(self) -> None:
        refused = ledger.refuse(Refusal(code="NO", says="No."), by=REGISTER)
        assert isinstance(refused, Refused)
        self.entries.append(refused.entry)

    def _book(self) -> None:
        self.cases.append(book("Doe"))

    def _ask(self) -> None:
        chunk = ask(question(rows=1))
        if isinstance(chunk, Chunk):
            assert chunk.entry is not None
            self.bodies[chunk.entry] = chunk.body


def kill_everything(engine: Engine) -> None:
    for process in Cluster.of(engine.home)._processes():
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def crash(engine: Engine, kills: int, bundle: Path) -> None:
    stop = threading.Event()
    sealer = threading.Thread(target=sealing.run, args=(stop,), kwargs={"beat": 0.02})
    sealer.start()
    serve({"/limits/questions_per_day": 100_000})
    load = Load()
    try:
        for _ in range(kills):
            time.sleep(0.7)
            kill_everything(engine)
            start(engine.home)
        time.sleep(0.7)
    finally:
        load.stop()
        stop.set()
        sealer.join()
    connections.close_pools()
    with psycopg.connect(engine.url()) as owner:
        kept = {row[0] for row in owner.execute("select id from ledger.entry")}
        known = {str(row[0]) for row in owner.execute("select id from cases.case_file")}
        sent = dict(
            owner.execute(
                "select id, convert_from(body, 'UTF8')::jsonb #>> '{d,out}' from ledger.entry where kind = 60"
            ).fetchall()
        )
    assert len(load.entries) > 5 * kills
    assert load.cases
    assert load.bodies
    assert set(load.entries) <= kept
    assert set(load.cases) <= known
    # What was handed over for sending is what the entry says was sent.
    assert {entry: sha256(body).hexdigest() for entry, body in load.bodies.items()}.items() <= sent.items()
    sealing.seal_now()
    export.export(bundle, patience=10)
    assert check_file(bundle).status == 0
    assert fsck() == ()


def test_nothing_acknowledged_is_lost(killable, tmp_path):
    crash(killable, 2, tmp_path / "bundle")


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_in_ten_kills(killable, tmp_path):
    crash(killable, 10, tmp_path / "bundle")
