"""L15. Nothing acknowledged is lost: `pars serve`, `pars work` and PostgreSQL are killed under load; after a restart all is there.

What counts is what a caller over HTTP was told: the receipt of each write and answer, and the bytes of each answer. The database
runs as it does at work, with every commit on the disk before it is told.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.ledger.merkle import leaf_hash
from pars.store import admission, connections, export
from pars.store.connections import LOGINS
from pars.store.engine import Engine, remove, start
from pars.store.engine_cluster import Cluster
from pars.store.fsck import fsck
from pars.store.migrate import login_name, migrate
from tests import databases
from tests.api.houses import House, arrest, furnish, question
from tests.store.conftest import sealing_on
from tests.web.screens import use_django
from verify.checks import verify
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.database
ROOT = Path(__file__).parents[2]
LEAST = 40
"""Acknowledged answers and writes that each round must have seen before anything is killed."""


@dataclass(frozen=True)
class Told:
    """What a caller was told: the receipt, and the sha256 of the records that came with it."""

    entry: int
    leaf: str
    kind: Kind
    case_id: str | None = None
    version: int | None = None
    out: str | None = None


EACH = {Kind.ARREST_BOOKED, Kind.CASE_SUBMITTED, Kind.DISCLOSED}


@dataclass
class Load:
    """Callers that write and ask as fast as they are answered, and remember what they were told."""

    house: House
    address: str = ""
    told: list[Told] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[str, Told] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)

    def kinds(self) -> set[Kind]:
        """Return of what somebody was told."""
        return {one.kind for one in self.told}

    def call(self, path: str, body: object, who: str, key: str, seen: int | None = None) -> tuple[int, bytes] | None:
        """Send one request on a connection of its own; None where no whole answer came."""
        host, _, port = self.address.removeprefix("http://").partition(":")
        headers = {
            "Authorization": f"Bearer {self.house.tokens[who]}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        try:
            with closing(http.client.HTTPConnection(host, int(port), timeout=10)) as connection:
                connection.request("POST", path, json.dumps(body).encode(), headers)
                with connection.getresponse() as answer:
                    return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as gone:
            self.lost[type(gone).__name__] += 1
            return None

    def book(self, key: str) -> Told | None:
        """Book an arrest, or ask again what became of it."""
        body = self.sent.setdefault(key, arrest(f"Person {key}"))
        answer = self.call("/v1/arrests", body, "booking", key)
        if answer is None or answer[0] != 201:
            return None
        said = json.loads(answer[1])
        told = Told(said["entry"], said["leaf"], Kind.ARREST_BOOKED, said["case_id"], said["version"])
        self.told.append(told)
        return self.acknowledged.setdefault(key, told)

    def submit(self, booked: Told, key: str) -> None:
        """Send a booked case to the charging unit."""
        answer = self.call(f"/v1/cases/{booked.case_id}/submission", {}, "booking", key, booked.version)
        if answer is not None and answer[0] == 200:
            said = json.loads(answer[1])
            self.told.append(Told(said["entry"], said["leaf"], Kind.CASE_SUBMITTED, said["case_id"], said["version"]))

    def ask(self, key: str) -> None:
        """Ask as an agency; whether answered or refused, the receipt counts."""
        answer = self.call("/v1/questions", question("sheriff"), "sheriff", key)
        if answer is None:
            return
        text = answer[1].decode()
        said = json.loads(text)
        receipt = said.get("receipt")
        if answer[0] == 200:
            _, end = json.JSONDecoder().raw_decode(text, len('{"records":'))
            out = sha256(text[len('{"records":') : end].encode()).hexdigest()
            self.told.append(Told(receipt["entry"], receipt["leaf"], Kind.DISCLOSED, out=out))
        elif receipt is not None:
            self.told.append(Told(receipt["entry"], receipt["leaf"], Kind.REFUSED))

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Call from four threads while entered."""
        stop = threading.Event()

        def works(n: int) -> None:
            for count in range(1_000_000):
                if stop.is_set():
                    return
                key = f"{name}-{n}-{count}"
                if n % 2:
                    self.ask(key)
                elif (booked := self.book(key)) is not None:
                    self.submit(booked, f"{key}-submit")
                else:
                    time.sleep(0.05)

        threads = [threading.Thread(target=works, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)


# ---------------------------------------------------------------- what runs


class Running:
    """`pars serve` and `pars work`, as processes of their own."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "PARS_HOME": str(home), "PARS_INSECURE_HTTP": "1", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "pars"]
        with (home / "processes.log").open("ab") as log:
            self.work = subprocess.Popen([*command, "work"], cwd=home, env=environment, stdout=log, stderr=log)
            self.serve = subprocess.Popen(
                [*command, "serve", "--port", "0"], cwd=home, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.serve.stdout is not None
        said = self.serve.stdout.readline()
        assert said.startswith("PARS listens at "), (said, (home / "processes.log").read_text()[-2000:])
        self.address = said.split()[-1].rstrip("/")

    def kill(self, *, order: random.Random, engine: Engine) -> None:
        """Kill everything with -9, in any order, with a moment between."""
        kills = [lambda: _kill_all(self.serve.pid), lambda: _kill_all(self.work.pid)]
        if engine.embedded:
            kills.append(lambda: _kill_all(*Cluster.of(engine.home)._processes()))
        order.shuffle(kills)
        for kill in kills:
            kill()
            time.sleep(order.choice((0.0, 0.05, 0.3)))
        self.ended()

    def ended(self) -> None:
        """See to it that nothing is left running."""
        for process in (self.serve, self.work):
            if process.poll() is None:
                process.kill()
            process.wait(20)
        assert self.serve.stdout is not None
        self.serve.stdout.close()


def _kill_all(*processes: int) -> None:
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:  # gone with its parent
            continue


@contextmanager
def founded(folder: Path) -> Iterator[tuple[Engine, str, House]]:
    """Give a home with an engine of its own, every commit on the disk, and people in it; else a database of the named server's."""
    folder.mkdir()
    engine = start(folder)
    url, name = engine.url(), f"pars_crashes_{databases.worker()}"
    if not engine.embedded:
        with psycopg.connect(engine.url(), autocommit=True) as server:
            server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        url = engine.url(database=name)
    try:
        migrate(url, folder)
        connections.use_home(folder)
        admission.watch.forget()
        use_django()
        from django.db import connections as django_connections

        house = furnish(folder)
        house.agree("sheriff", limits={"questions_per_day": 100_000, "rows_per_reply": 10})
        django_connections.close_all()
        yield engine, url, house
    finally:
        connections.use_home(None)
        if engine.embedded:
            remove(folder)
        else:
            with psycopg.connect(engine.url(), autocommit=True) as server:
                databases.drop(server, name)
                for login in LOGINS:
                    server.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(login_name(name, login))))


# ---------------------------------------------------------------- what must be there


def check(url: str, load: Load, bundle: Path) -> None:
    """Hold everything that anybody was told against the ledger, and the ledger against its verifier."""
    with psycopg.connect(url) as owner:
        stored: dict[int, bytes] = dict(owner.execute("select id, body from ledger.entry").fetchall())
        versions = dict(owner.execute("select id::text, version from cases.case_file").fetchall())
        booked = dict(owner.execute("select case_id::text, entry from cases.arrested").fetchall())
    for told in load.told:
        assert told.entry in stored, f"an acknowledged {told.kind.dotted} is gone"
        entry = decode(stored[told.entry])
        assert isinstance(entry, Entry)
        assert (leaf_hash(stored[told.entry]).hex(), entry.kind) == (told.leaf, told.kind)
        if told.out is not None:
            assert entry.detail["out"] == told.out
        if told.case_id is not None:
            assert versions[told.case_id] >= entry.detail["version"] == told.version
    assert {told.case_id: told.entry for told in load.acknowledged.values()}.items() <= booked.items()
    assert len(booked) <= len(load.sent), "an arrest was booked twice"
    with sealing_on():
        export.export(bundle)
    report = verify(bundle.read_bytes())
    assert report.status == VERIFIED, report.words()
    assert fsck() == ()


@pytest.mark.parametrize("rounds", [2, pytest.param(10, marks=pytest.mark.soak)])
def test_nothing_acknowledged_is_lost(tmp_path, rounds):
    order = random.Random(15)
    with founded(tmp_path / "home") as (engine, url, house):
        load = Load(house)
        for number in range(rounds):
            connections.close_pools()
            running = Running(house.home)
            load.address, before = running.address, len(load.told)
            try:
                with load.on(f"round-{number}"):
                    until = time.monotonic() + 60
                    while (len(load.told) < before + LEAST or load.kinds() < EACH) and time.monotonic() < until:
                        time.sleep(order.uniform(0.01, 0.3))
                    running.kill(order=order, engine=engine)
            finally:
                running.ended()
            assert len(load.told) >= before + LEAST, load.lost
            start(house.home)
            check(url, load, tmp_path / f"bundle-{number}")
        assert load.kinds() == EACH
        assert load.lost, "nobody was cut off: the kills hit nothing"
        sent_again(load, house, url)


def sent_again(load: Load, house: House, url: str) -> None:
    """Send each write that got no answer once more, and some that did: all are done, each once, and told as the first time."""
    running = Running(house.home)
    load.address = running.address
    try:
        unanswered = [key for key in load.sent if key not in load.acknowledged]
        answered = list(load.acknowledged)[-5:]
        for key in (*unanswered, *answered):
            before = load.acknowledged.get(key)
            told = load.book(key)
            assert told is not None
            assert before in {None, told}
    finally:
        running.ended()
    with psycopg.connect(url) as owner:
        assert owner.execute("select count(*) from cases.case_file").fetchone() == (len(load.sent),)
    assert len({told.case_id for told in load.acknowledged.values()}) == len(load.sent)
