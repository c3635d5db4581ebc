"""The stage of the nemeses: a home with a durable database of its own, and around it the processes that run in life, each of which can be
killed, stopped or starved, and is started again.

`pars work` keeps the database and seals, two `pars serve` answer, three `pars witness` cosign, and a process of clients asks. The test's own
process is the county: it books, charges and releases, and votes.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg_pool

from pars.actions import agreeing, founding, owning
from pars.core import canonical
from pars.core.ledger.entries import Entry, decode
from pars.store import admission, connections, sealing, witnessed
from pars.store import engine as engines
from pars.store import ledger as acts
from pars.store.engine_cluster import Cluster
from pars.store.engine_places import base_of
from pars.store.migrate import migrate
from tests.api.houses import House, arrest, done, furnish, question
from tests.nemesis.history import Kept, Look, Seen
from tests.web.screens import use_django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

ROOT = Path(__file__).parents[2]
SEATS = ("city", "courts", "prosecutor")
PEOPLE, SERVERS, ASKERS = 8, 2, 3
VOLUME = {"questions_per_day": 100_000, "rows_per_reply": 25}
GONE = (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout, psycopg.DatabaseError)
"""What an act of the county meets while its database is away: it does it again."""
STOP_S = 3600
"""Seconds of the witnesses' silence that stop outside questions here: what is tried is a database that was taken back, not silence."""


def free_port() -> int:
    """Return a port that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Process:
    """One that runs in life, with how it is started and what it says once it is up."""

    argv: list[str]
    environment: dict[str, str]
    says: str
    log: Path
    running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it is up; one that comes up too early, before its database, is started again."""
        until = time.monotonic() + 60
        while True:
            with self.log.open("ab") as words:
                self.running = subprocess.Popen(
                    self.argv, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=words, text=True
                )
            assert self.running.stdout is not None
            if self.running.stdout.readline().startswith(self.says):
                return
            self.kill()
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.3)

    def kill(self) -> None:
        """Kill it as nothing can be refused."""
        assert self.running is not None
        self.running.kill()
        self.running.wait(20)
        assert self.running.stdout is not None
        self.running.stdout.close()

    def end(self) -> None:
        """End it, whatever state it is in."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGCONT)
            self.kill()


@dataclass
class Stage:
    """Everything on it, and what was seen."""

    house: House
    engine: engines.Engine
    folder: Path
    version: Any = None
    servers: list[Process] = field(default_factory=list)
    witnesses: list[Process] = field(default_factory=list)
    work: Process | None = None
    urls: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    looks: dict[str, list[Look]] = field(default_factory=lambda: {"county": [Look(0.0, 0.0, 0.0)]})

    # ------------------------------------------------------------ processes

    def processes(self) -> list[int]:
        """Return every process of the database."""
        return Cluster.of(self.engine.home)._processes()

    def signal_database(self, number: int) -> None:
        """Send a signal to all of them."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def until_up(self) -> None:
        """Wait until the database lets people in again: `pars work` starts it, and so does this."""
        until = time.monotonic() + 60
        while True:
            try:
                engines.start(self.engine.home)
                with psycopg.connect(self.engine.url(), connect_timeout=5):
                    return
            except (engines.EngineRefused, psycopg.OperationalError):
                assert time.monotonic() < until, "the database never came back"
                time.sleep(0.1)

    # ------------------------------------------------------------ the county

    def tried(self, act: Callable[[], Any]) -> Any:
        """Do an act of the county, again as often as it isn't done because the database is away or just back."""
        from django.db import connections as django_connections

        until = time.monotonic() + 60
        while True:
            try:
                return act()
            except (*GONE, AssertionError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
                self.until_up()
                django_connections.close_all()  # as each request of a server begins with one that is tried

    def book(self) -> None:
        """Book an arrest, and keep its receipt."""
        asked = time.monotonic()
        answer = self.house.post("/v1/arrests", arrest("Doe"), "booking")
        assert answer.status_code == 201, answer.content
        receipt = answer.json()
        self.seen.append(Seen("county", "done", asked, time.monotonic(), "", receipt["entry"], receipt["leaf"]))

    def suspend(self) -> None:
        """Have one owner suspend the first agency's agreement, and two reinstate it a little later."""
        self._vote("suspend", "city", "suspended")
        time.sleep(0.2)
        self._vote("reinstate", "courts", "done")
        self._vote("reinstate", "prosecutor", "reinstated")

    def _vote(self, choice: str, seat: str, what: Any) -> None:
        asked = time.monotonic()

        def vote() -> Any:
            found = self.house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"]
            wanted = [one for one in found if choice in one["choices"]]
            if not wanted:
                return None  # it was done before the database went, and nobody was told
            ballot = agreeing.sign_with_home_key(
                agreement="warrant-desk",
                choice=choice,
                version=self.version.hash,
                answers=wanted[-1]["answers"],
                by=self.house.by[seat],
            )
            return agreeing.vote(agreement="warrant-desk", ballot=ballot, by=self.house.by[seat])  # type: ignore[arg-type]

        made = self.tried(vote)
        if isinstance(made, acts.Done):
            self.seen.append(Seen("county", what, asked, time.monotonic(), "agreement:warrant-desk", made.entry, made.leaf))

    # ------------------------------------------------------------ the ledger

    def kept(self) -> list[Kept]:
        """Return the ledger as it is, sealed to its end, once who seals was killed for good."""
        assert self.work is not None
        self.work.end()
        self.until_up()
        sealing.seal_now()
        with psycopg.connect(self.engine.url()) as owner:
            found = owner.execute(
                "select l.index, l.hash, e.body from ledger.leaf l join ledger.entry e on e.id = l.entry order by l.index"
            ).fetchall()
        entries = [(index, hashed, decode(body)) for index, hashed, body in found]
        return [
            Kept(entry.id, index, hashed.hex(), str(entry.detail.get("out", "")))
            for index, hashed, entry in entries
            if isinstance(entry, Entry)
        ]

    def refusal(self) -> str | None:
        """Return the code with which the first agency's question is refused now; None where it is answered or nobody can say."""
        answer = self.house_ask()
        return None if answer is None or answer.get("records") is not None else str(answer["reason"])

    def house_ask(self) -> dict[str, Any] | None:
        """Ask one of the servers once."""
        import httpx

        for url in self.urls:
            with suppress(httpx.HTTPError):
                self.house.url = url
                said: dict[str, Any] = self.house.ask("sheriff", question("sheriff")).json()
                return said
        return None


@contextmanager
def set_up(folder: Path, *, watched: bool = True) -> Iterator[Stage]:
    """Give a stage on which everything runs."""
    home = folder / "home"
    engine = engines.start(home)
    try:
        migrate(engine.url(), home)
        connections.use_home(home)
        admission.watch.forget()
        use_django()
        house = furnish(home)
        stage = Stage(house, engine, folder)
        try:
            _fill(stage, watched=watched)
            yield stage
        finally:
            for process in [*stage.servers, *stage.witnesses, *([stage.work] if stage.work else [])]:
                process.end()
            connections.use_home(None)
    finally:
        stage_processes = Cluster.of(home)._processes()
        for process_id in stage_processes:
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGCONT)
        engine.stop()
        engines.remove(home)


def _fill(stage: Stage, *, watched: bool) -> None:
    house, home = stage.house, stage.house.home
    environment = {**os.environ, "PARS_HOME": str(home), "PARS_INSECURE_HTTP": "1", "PYTHONPATH": str(ROOT)}

    def process(name: str, says: str, *words: str) -> Process:
        made = Process([sys.executable, "-m", "pars", *words], environment, says, stage.folder / f"{name}.log")
        made.start()
        return made

    stage.work = process("work", "PARS seals", "work")
    for number in range(PEOPLE):
        assert house.post("/v1/arrests", arrest("Quillmark", f"Ann {number}"), "booking").status_code == 201
    stage.version = house.agree("sheriff", limits=VOLUME)
    if watched:
        _watched(stage, process)
    for number in range(SERVERS):
        port = free_port()
        stage.urls.append(f"http://127.0.0.1:{port}")
        stage.servers.append(process(f"serve-{number}", "PARS listens", "serve", "--port", str(port)))


def _watched(stage: Stage, process: Callable[..., Process]) -> None:
    """Start a witness for each owner, and have the owners name them."""
    named = []
    for seat in SEATS:
        place, port = stage.folder / f"witness-{seat}", free_port()
        run = [sys.executable, "-m", "witness"]
        made = subprocess.run(
            [*run, "init", str(place), "--name", f"witness.{seat}.example"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        key = founding.trusted_keys().partition("log ")[2].partition("\n")[0].strip()
        subprocess.run([*run, "log", str(place), key], cwd=ROOT, capture_output=True, check=True)
        one = process(f"witness-{seat}", "The witness listens", "witness", "serve", str(place), "--port", str(port))
        stage.witnesses.append(one)
        named.append({"seat": seat, "key": made.stdout.strip().rpartition("\n")[2], "url": f"http://127.0.0.1:{port}"})
    text = canonical.write(
        {
            "v": 1,
            "about": "witnesses",
            "witnesses": named,
            "needs": 2,
            "seconds": {"alarm": STOP_S, "stop": STOP_S},
            "witnessed_first": [],
        }
    )
    done(owning.propose(text=text, by=stage.house.by["manager"]))
    texts = owning.standings().subject("witnesses").texts
    for seat in SEATS[:2]:
        by = stage.house.by[seat]
        ballot = agreeing.ballot_on_text(texts, texts.proposals[-1], choice="adopt", by=by)
        done(owning.vote(about="witnesses", ballot=ballot, by=by))  # type: ignore[arg-type]
    until(lambda: covered() > 0)


def covered() -> int:
    """Return how many entries enough witnesses have seen."""
    with acts.reading():
        return witnessed.watching().covered


def until(wanted: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + patience
    while not wanted():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


# ---------------------------------------------------------------- clients


@contextmanager
def asking(stage: Stage, chance: Random, *, name: str = "sheriff", slow: int = 1) -> Iterator[None]:
    """Have clients ask without a pause while the block runs; what they saw and how their clock goes is the stage's then."""
    given = {
        "name": name,
        "urls": stage.urls,
        "token": stage.house.tokens["sheriff"],
        "question": question("sheriff"),
        "askers": ASKERS,
        "slow": slow,
        "skew": chance.uniform(-3600, 3600),
        "under": "agreement:warrant-desk",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.nemesis.clients"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def look() -> None:
        before = time.monotonic()
        process.stdin.write("look\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
        reading = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        stage.looks.setdefault(name, []).append(Look(before, reading, time.monotonic()))

    try:
        process.stdin.write(json.dumps(given) + "\n")
        process.stdin.flush()
        for _ in range(5):
            look()
        yield
        for _ in range(5):
            look()
        process.stdin.close()
        stage.seen += [Seen(**one) for one in json.loads(process.stdout.readline())]
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()


# ---------------------------------------------------------------- nemeses


def kill_server(stage: Stage, chance: Random) -> None:
    """Kill who appends and answers."""
    one = chance.choice(stage.servers)
    one.kill()
    stage.tried(stage.book)
    one.start()


def kill_sealer(stage: Stage, chance: Random) -> None:
    """Kill who seals and keeps the database."""
    assert stage.work is not None
    stage.work.kill()
    time.sleep(chance.uniform(0, 0.5))
    stage.tried(stage.book)
    stage.work.start()


def kill_database(stage: Stage, chance: Random) -> None:
    """Kill every process of the database."""
    time.sleep(chance.uniform(0, 0.3))
    stage.signal_database(signal.SIGKILL)
    stage.until_up()


def kill_witness(stage: Stage, chance: Random) -> None:
    """Kill one owner's witness."""
    one = chance.choice(stage.witnesses)
    one.kill()
    stage.tried(stage.book)
    one.start()


def stop_server(stage: Stage, chance: Random) -> None:
    """Stop a server in the middle of whatever it does, and let it go on."""
    one = chance.choice(stage.servers).running
    assert one is not None
    one.send_signal(signal.SIGSTOP)
    stage.tried(stage.suspend)
    one.send_signal(signal.SIGCONT)


def stop_database(stage: Stage, chance: Random) -> None:
    """Stop every process of the database, and let them go on."""
    stage.signal_database(signal.SIGSTOP)
    time.sleep(chance.uniform(0.1, 1.5))
    stage.signal_database(signal.SIGCONT)


def fill_disk(stage: Stage, chance: Random) -> None:
    """Let no file of the database grow beyond a little, as where the disk is full; then there is room again."""
    usual = {process: resource.prlimit(process, resource.RLIMIT_FSIZE) for process in stage.processes()}
    for process in usual:
        with suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (64 * 1024, usual[process][1]))
    time.sleep(chance.uniform(0.2, 1.0))
    for process in {*usual, *stage.processes()}:
        with suppress(ProcessLookupError):
            limit = resource.prlimit(process, resource.RLIMIT_FSIZE)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (limit[1], limit[1]))
    stage.until_up()


KILLS: tuple[Callable[[Stage, Random], None], ...] = (kill_server, kill_sealer, kill_database, kill_witness)
NEMESES = (*KILLS, stop_server, stop_database, fill_disk)


# ---------------------------------------------------------------- restores


@contextmanager
def database_down(stage: Stage) -> Iterator[None]:
    """Have no database run while the block works with its files. The servers know nothing of it, and find it again."""
    assert stage.work is not None
    stage.work.kill()
    connections.close_pools()
    stage.signal_database(signal.SIGKILL)
    until(lambda: not stage.processes())
    yield
    stage.until_up()


def _data(stage: Stage) -> Path:
    return base_of(Cluster.of(stage.engine.home).own) / "data"


def snapshot(stage: Stage, name: str) -> Path:
    """Copy the database's files as they lie after a crash, as a snapshot of a volume has them."""
    kept = stage.folder / name
    place = _data(stage)
    with database_down(stage):
        subprocess.run(["cp", "-a", str(place), str(kept)], check=True)
    assert stage.work is not None
    stage.work.start()
    return kept


def restore(stage: Stage, kept: Path) -> float:
    """Put an old snapshot in the place of the database, under servers that answer on; who seals comes a second later.

    Returns a reading of this machine's monotonic clock from when the newer one was gone.
    """
    place = _data(stage)
    with database_down(stage):
        gone = time.monotonic()
        shutil.rmtree(place)
        subprocess.run(["cp", "-a", str(kept), str(place)], check=True)
        (place / "postmaster.pid").unlink(missing_ok=True)
    time.sleep(1.0)
    assert stage.work is not None
    stage.work.start()
    return gone
