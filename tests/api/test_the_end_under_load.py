"""An agreement ends, or is revoked, under load: no byte of a record is handed to a socket at or after that (law L2, seen at send(2)).

The server is a process of its own whose every send is recorded. Sixteen askers ask without a pause, one of whom has stopped
reading; a stream is open; a second agency asks and listens beside them and must not notice anything.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger.entries import Kind
from pars.core.terms import SECOND
from pars.store import export, ledger
from tests import probes
from tests.api.houses import House, arrest, new_key, question
from tests.api.test_v1_events import charged, listening
from tests.api.test_v1_questions import refused
from verify.__main__ import check_file
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pars.core.terms import Instant

pytestmark = pytest.mark.database
ROOT = Path(__file__).parents[2]
MARK = "Quillmark"
"""The surname of people of whom only the first agency is told: nobody has charged them."""
ASKERS, PEOPLE, PAUSE = 16, 40, 0.6
"""How long the load goes on after the end, in seconds."""
VOLUME = {"questions_per_day": 100_000, "rows_per_reply": 50}
AGAIN = {503}
"""Not now, ask again: what a loaded server may say to anybody at any time."""


@dataclass
class Asker:
    """Somebody who asks without a pause on one connection, and what became of each question: (asked at, status, reason)."""

    house: House
    who: str
    columns: tuple[str, ...] = ("record", "surname", "given", "birth_date", "arrest_agency")
    pause: float = 0.0
    answers: list[tuple[float, int, str]] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Ask until told to stop; a lost connection is made anew."""
        connection: http.client.HTTPConnection | None = None
        while not stop.is_set():
            began = time.monotonic()
            try:
                connection = connection or http.client.HTTPConnection(self.house.url.removeprefix("http://"), timeout=20)
                body = json.dumps(question(self.who, columns=list(self.columns))).encode()
                connection.request("POST", "/v1/questions", body, self.headers())
                answer = connection.getresponse()
                said = json.loads(answer.read())
                self.answers.append((began, answer.status, said.get("reason", "")))
                if answer.will_close:
                    connection = None
                if answer.status == 403:  # a minute's refusals are counted: who has spent them must wait
                    stop.wait(0.25)
            except (OSError, http.client.HTTPException, ValueError):
                self.answers.append((began, 0, "CUT"))
                connection = None
            stop.wait(self.pause)
        if connection is not None:
            connection.close()

    def headers(self) -> dict[str, str]:
        """Return what goes along with a question."""
        key = {"Authorization": f"Bearer {self.house.tokens[self.who]}", "Idempotency-Key": new_key()}
        return {**key, "Content-Type": "application/json"}

    @property
    def statuses(self) -> set[int]:
        """Every status that came."""
        return {status for _, status, _ in self.answers}


class StoppedReading:
    """An asker with the smallest window there is, who sends questions and never reads an answer."""

    def __init__(self, house: House) -> None:
        self.asker = Asker(house, "sheriff")
        host, _, port = house.url.removeprefix("http://").partition(":")
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.socket.connect((host, int(port)))
        self.port = str(self.socket.getsockname()[1])
        self.socket.setblocking(False)

    def run(self, stop: threading.Event) -> None:
        """Ask once more every now and then, as long as the server takes it."""
        body = json.dumps(question("sheriff", columns=list(self.asker.columns))).encode()
        while not stop.is_set():
            lines = [
                "POST /v1/questions HTTP/1.1",
                "Host: localhost",
                f"Content-Length: {len(body)}",
                *map(": ".join, self.asker.headers().items()),
            ]
            try:  # noqa: SIM105  the reader has stopped on purpose
                self.socket.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            except OSError:  # no room, or cut off
                pass
            stop.wait(0.2)

    def rest(self) -> bytes:
        """Read what still comes, after all is over."""
        found = b""
        self.socket.settimeout(2)
        try:
            while part := self.socket.recv(65536):
                found += part
        except OSError:
            pass
        finally:
            self.socket.close()
        return found


@dataclass(frozen=True)
class Server:
    """A server of the house's, in a process of its own."""

    url: str
    pid: int
    log: Path


@contextmanager
def server(house: House, log: Path, *, program: str = "pars.edge.commands:main", **more: str) -> Iterator[Server]:
    """Serve the house by `pars serve` in a process of its own, every send of which is recorded."""
    environment = {**os.environ, "PARS_HOME": str(house.home), "PARS_INSECURE_HTTP": "1", "PYTHONPATH": str(ROOT), **more}
    arguments = [sys.executable, "-m", "tests.probes", str(log), MARK, program, "serve", "--port", "0"]
    told = house.home / f"{log.name}.log"
    with told.open("wb") as words:
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=words, text=True)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("PARS listens at "), told.read_text()[-2000:]
        yield Server(said.split()[-1].rstrip("/"), process.pid, log)
        process.terminate()
        assert process.wait(20) == 0, told.read_text()[-2000:]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def probed(house: House, log: Path) -> Iterator[House]:
    """Serve the house by one such server."""
    with server(house, log) as one:
        house.url = one.url
        yield house


@dataclass
class Scene:
    """The house with both agencies' agreements in force and people of whom they may be told; and the record of every send."""

    house: House
    log: Path
    version: Any

    def sends(self) -> list[probes.Send]:
        """Return every send so far."""
        return probes.sends(self.log)


@pytest.fixture
def scene(furnished: Callable[[Path], AbstractContextManager[House]], tmp_path: Path) -> Iterator[Scene]:
    """Give a house served by a process whose sends are recorded."""
    with furnished(tmp_path / "home") as house, probed(house, tmp_path / "sends") as served:
        for number in range(PEOPLE):
            assert served.post("/v1/arrests", arrest(MARK, f"Ann {number}"), "booking").status_code == 201
        charged(served, "Otherwise")
        version = served.agree("sheriff", limits=VOLUME)
        served.agree("supervision", limits=VOLUME)
        yield Scene(served, tmp_path / "sends", version)


def monotonic_of(at: Instant) -> float:
    """Return the earliest reading of CLOCK_MONOTONIC that can be the database's instant: the best of some looks."""
    looks = []
    for _ in range(20):
        before = time.monotonic()
        now = ledger.now()
        looks.append((time.monotonic() - before, before + (at - now) / SECOND))
    return min(looks)[1]


@dataclass
class Load:
    """Everybody who asks."""

    askers: list[Asker]
    stuck: StoppedReading
    other: Asker
    stop: threading.Event = field(default_factory=threading.Event)
    stop_other: threading.Event = field(default_factory=threading.Event)

    def answered(self) -> int:
        """Return how many questions of the first agency were answered with records."""
        return sum(status == 200 for asker in self.askers for _, status, _ in asker.answers)


@contextmanager
def load(house: House) -> Iterator[Load]:
    """Let sixteen ask for the first agency, one of them without reading, and one for the second."""
    made = Load([Asker(house, "sheriff") for _ in range(ASKERS - 1)], StoppedReading(house), _other(house))
    threads = [threading.Thread(target=one.run, args=(made.stop,)) for one in (*made.askers, made.stuck)]
    threads.append(threading.Thread(target=made.other.run, args=(made.stop_other,)))
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        made.stop_other.set()
        for thread in threads:
            thread.join(40)
        assert not any(thread.is_alive() for thread in threads)


def _other(house: House) -> Asker:
    return Asker(house, "supervision", columns=("record", "surname"), pause=0.05)


def until(wanted: Callable[[], bool], patience: float = 30.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + patience
    while not wanted():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def hold_to_it(scene: Scene, asked: Load, *, over: float, reason: str, events: Any, others: Any) -> None:
    """See what must be true once an agreement was over at that reading of the clock."""
    house = scene.house
    # Nothing of a record reached a socket from then on, though much did before.
    recorded = scene.sends()
    assert probes.late(recorded, over) == []
    assert len([send for send in probes.with_records(recorded) if send.before > over - 1.0]) > 0, "there was no load"
    assert asked.answered() > ASKERS
    # Whoever asked afterwards was refused, openly.
    after = {why for asker in asked.askers for began, status, why in asker.answers if began > over and status not in AGAIN}
    assert after == {reason}
    said = refused(house, house.ask("sheriff", question("sheriff")), 403, reason)
    assert house.entry(said["receipt"]["entry"]).kind is Kind.REFUSED
    # The stream closed and said why; no record came behind that.
    (ending,) = events.wait("end")
    assert events.over.wait(10)
    assert ending["says"]
    assert [name for _, name, _, _ in events.events][-1] == "end"
    assert house.entry(ending["receipt"]["entry"]).kind is Kind.STREAM_CLOSED
    # Who had stopped reading holds no record but what was handed over before; a mark that was cut counts once for each send.
    handed = [send for send in recorded if send.connection == asked.stuck.port and send.before < over]
    assert asked.stuck.rest().count(MARK.encode()) <= sum(send.marks for send in handed) + len(handed)
    # The other agency noticed nothing: every question answered, before and after, and its stream goes on.
    assert asked.other.statuses - AGAIN == {200}
    assert any(began > over and status == 200 for began, status, _ in asked.other.answers)
    charged(house, "Afterwards")
    until(lambda: "Afterwards" in others.surnames())
    assert not others.over.is_set()


def checks_out(bundle: Path) -> None:
    """See that a stranger finds the whole history in order."""
    export.export(bundle)
    report = check_file(bundle)
    assert report.status == VERIFIED, report.words()


@pytest.mark.parametrize("seconds", [2.5, pytest.param(30.0, marks=pytest.mark.soak)])
def test_no_byte_of_a_record_leaves_at_or_after_the_end(scene: Scene, tmp_path: Path, seconds: float) -> None:
    house = scene.house
    with (
        listening(house, "sheriff", query="&snapshot=1") as events,
        listening(house, "supervision", query="&snapshot=1") as others,
    ):
        events.wait("records")
        with load(house) as asked:
            until(lambda: asked.answered() > ASKERS)
            last = house.agree("sheriff", number=2, lasts=int(seconds * SECOND), limits=VOLUME)
            over = monotonic_of(last.term.end)
            time.sleep(max(0.0, over - time.monotonic()) + PAUSE)
            asked.stop.set()
            time.sleep(PAUSE)
        (ending,) = events.wait("end")
        assert ending["why"] == "ENDED"
        assert events.events[-1][0] >= over, "it closed before the end"
        assert events.events[-1][0] < over + 5.0
        hold_to_it(scene, asked, over=over, reason="AGREEMENT_ENDED", events=events, others=others)
    checks_out(tmp_path / "bundle")


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_no_byte_of_a_record_leaves_after_a_revocation_is_acknowledged(scene: Scene, tmp_path: Path, rounds: int) -> None:
    house, version = scene.house, scene.version
    for number in range(rounds):
        with (
            listening(house, "sheriff", query="&snapshot=1") as events,
            listening(house, "supervision", query="&snapshot=1") as others,
        ):
            events.wait("records")
            with load(house) as asked:
                until(lambda asked=asked: asked.answered() > ASKERS)
                answers = house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
                house.vote("revoke", "city", version, answers)
                assert not events.over.is_set(), "one seat revokes nothing"
                house.vote("revoke", "prosecutor", version, answers)
                over = time.monotonic()
                time.sleep(PAUSE)
                asked.stop.set()
                time.sleep(PAUSE)
            (ending,) = events.wait("end")
            assert ending["why"] == "AGREEMENT_REVOKED"
            hold_to_it(scene, asked, over=over, reason="AGREEMENT_REVOKED", events=events, others=others)
        if number + 1 < rounds:
            version = house.agree("sheriff", number=number + 2, limits=VOLUME)
    checks_out(tmp_path / "bundle")
