"""The end and a revocation with many streams and askers on two servers, counted at send(2) (law L2), also where a server stops at the worst
moment, a reader stops, or the machine's wall clock is stepped. The small version runs with every test; the whole one is a soak and tells its figures.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, identifying
from pars.core.access.decision import GUARD
from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.terms import SECOND, Instant
from pars.store import ledger, tree
from tests import probes, stops
from tests.api.houses import House, arrest, done, question
from tests.api.test_the_end_under_load import (
    MARK,
    PEOPLE,
    ROOT,
    VOLUME,
    Server,
    StoppedReading,
    checks_out,
    monotonic_of,
    server,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

pytestmark = pytest.mark.database
W = GUARD / SECOND
ENDING = {"ENDING", "AGREEMENT_ENDED"}
COMPILER = shutil.which("cc")
SMALL, WHOLE = (6, 6, 1), pytest.param((64, 64, 20), marks=pytest.mark.soak)
"""Streams, askers and repetitions."""


@dataclass
class Figures:
    """What was measured over all repetitions."""

    sends: int = 0
    late: int = 0
    answers: int = 0
    dropped: int = 0
    early: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def took(self, share: float) -> float:
        """Return how long an acknowledgement took at most, in this share of the repetitions."""
        return sorted(self.acknowledged)[ceil(share * len(self.acknowledged)) - 1]

    def words(self, what: str) -> str:
        """Return them as a line."""
        said = f"{what}: {len(self.closed)} repetitions, {self.sends} sends with records, {self.late} late; {self.answers} answers entered, "
        said += f"{self.dropped} dropped for age ({100 * self.dropped / max(1, self.answers):.3f} %)"
        if self.early:
            said += f"; first refusal for the end at most {1000 * max(self.early):.0f} ms early"
        if self.acknowledged:
            at = [self.took(0.5), self.took(0.9), self.took(0.99), max(self.acknowledged)]
            said += "; acknowledged in {:.0f} ms (p50), {:.0f} ms (p90), {:.0f} ms (p99), {:.0f} ms (longest)".format(
                *(1000 * one for one in at)
            )
        return f"{said}; streams closed: {min(self.closed)} to {max(self.closed)}."


@dataclass
class Pair:
    """A house with two servers, and how many versions its agreement has had."""

    house: House
    servers: list[Server]
    version: Any
    number: int = 1

    def sends(self) -> list[probes.Send]:
        """Return every send of both so far."""
        return [send for one in self.servers for send in probes.sends(one.log)]

    def next(self, **changes: Any) -> Any:
        """Bring the next version into force."""
        self.number += 1
        self.version = self.house.agree("sheriff", number=self.number, limits=VOLUME, **changes)
        return self.version

    def token(self) -> str:
        """Return a token of a system that nobody has refused yet."""
        client, by = f"desk-{self.number}", self.house.by["sheriff"]
        done(agreeing.bind_client(agreement="warrant-desk", client=client, by=self.house.by["manager"]))
        return identifying.issue_token(username="sheriff", client=client, authority=by.authority)

    def entries(self, since: int, *kinds: Kind) -> list[Entry]:
        """Return the agreement's entries of these kinds from a time on."""
        with ledger.reading():
            found = [
                decode(body)
                for authority in ("agreement:warrant-desk", self.house.by["sheriff"].authority)
                for body in tree.entries_under(authority, start=since, kinds=tuple(int(kind) for kind in kinds))
            ]
        return [entry for entry in found if isinstance(entry, Entry)]


@contextmanager
def paired(house: House, folder: Path, *, program: str = "pars.edge.commands:main", **more: str) -> Iterator[Pair]:
    """Serve the house by two servers, the first of them perhaps an odd one."""
    with ExitStack() as stack:
        servers = [stack.enter_context(server(house, folder / "sends-a", program=program, **more))]
        servers.append(stack.enter_context(server(house, folder / "sends-b")))
        house.url = servers[1].url
        for number in range(PEOPLE):
            assert house.post("/v1/arrests", now_arrested(f"Ann {number}"), "booking").status_code == 201
        yield Pair(house, servers, house.agree("sheriff", limits=VOLUME))


@pytest.fixture
def furnished_house(furnished: Callable[[Path], AbstractContextManager[House]], tmp_path: Path) -> Iterator[House]:
    """Give a house without a server."""
    with furnished(tmp_path / "home") as house:
        yield house


def now_arrested(given: str) -> dict[str, Any]:
    """Return the body of a booking of now: a stream tells nobody of an arrest that is entered a month later."""
    body = arrest(MARK, given)
    at = datetime.fromtimestamp(ledger.now() // SECOND, UTC)
    return {**body, "arrests": [{**body["arrests"][0], "time": at.isoformat()}]}


@contextmanager
def crowd(pair: Pair, streams: int, askers: int, *, servers: list[Server] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Let so many stream and ask, while something changes now and then; it is open when the block begins."""
    asked = question("sheriff", columns=["record", "surname", "given", "birth_date"])
    told = asked["evidence"]
    given = {
        "urls": [one.url for one in servers or pair.servers],
        "token": pair.token(),
        "streams": streams,
        "askers": askers,
        "question": asked,
        "events": f"/v1/events?purpose={asked['purpose']}&columns=record,surname&snapshot=1",
        "evidence": f"{told['kind']} {told['value']}",
        "mark": MARK,
    }
    arguments = [sys.executable, "-m", "tests.crowd"]
    process = subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    stop = threading.Event()
    writer = threading.Thread(target=_news, args=(pair.house, stop))
    try:
        process.stdin.write(json.dumps(given) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "open\n"
        writer.start()
        yield process
    finally:
        stop.set()
        if writer.ident is not None:
            writer.join(20)
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _news(house: House, stop: threading.Event) -> None:
    from django.db import connections

    number = 0
    try:
        while not stop.wait(0.7):
            number += 1
            house.post("/v1/arrests", now_arrested(f"New {number}"), "booking")
    finally:
        connections.close_all()


def gone(process: subprocess.Popen[str]) -> dict[str, Any]:
    """End the crowd and return what it tells."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


def counted(pair: Pair, figures: Figures, since: int, over: float, told: dict[str, Any], streams: int) -> None:
    """Add one repetition to the figures, and hold it to what must always hold."""
    sends = pair.sends()
    late = probes.late(sends, over)
    figures.late += len(late)
    figures.sends = len(probes.with_records(sends))
    figures.answers += len(pair.entries(since, Kind.DISCLOSED))
    figures.dropped += sum(entry.detail["reason"] == "LATE" for entry in pair.entries(since, Kind.CHUNK_DROPPED))
    figures.closed.append(len(told["ends"]))
    assert late == [], f"{len(late)} sends of records at or after the end"
    assert told["last_mark"] < over + 1.0, "what was sent before arrived before long"
    assert told["answered"] > 0, told
    assert told["events"] >= streams, "a stream told of nobody"
    assert told["over"] == streams, "a stream went on"
    # A stream that was reset instead of closed has no last event: its reader had not taken what was sent.
    assert len(told["ends"]) >= 0.9 * streams, told


@pytest.mark.parametrize("sizes", [SMALL, WHOLE], ids=["small", "whole"])
def test_the_end_on_two_servers(furnished_house: House, tmp_path: Path, sizes: tuple[int, int, int]) -> None:
    streams, askers, times = sizes
    figures = Figures()
    with paired(furnished_house, tmp_path) as pair:
        for turn in range(times):
            if turn:
                pair.next()
            since = ledger.now()
            with crowd(pair, streams, askers) as asked:
                last = pair.next(lasts=5 * SECOND)
                over = monotonic_of(last.term.end)
                time.sleep(max(0.0, over - time.monotonic()) + 1.0)
                told = gone(asked)
            counted(pair, figures, since, over, told, streams)
            refused = [entry for entry in pair.entries(since, Kind.REFUSED) if entry.detail["code"] in ENDING]
            early = max((last.term.end - entry.at) / SECOND for entry in refused)
            closings = [entry.at for entry in pair.entries(since, Kind.STREAM_CLOSED)]
            figures.early.append(max(early, 0.0))
            assert early <= 2 * W, "it was over long before its end"
            assert all(at >= last.term.end - 2 * GUARD for at in closings)
            assert {one["why"] for one in told["ends"]} == {"ENDED"}
            print(figures.words(f"end, {streams} streams and {askers} askers"), flush=True)
        assert times == 1 or figures.dropped <= 0.001 * figures.answers, figures.words("too many dropped")
        checks_out(tmp_path / "bundle")


@pytest.mark.parametrize("sizes", [SMALL, WHOLE], ids=["small", "whole"])
def test_a_revocation_on_two_servers(furnished_house: House, tmp_path: Path, sizes: tuple[int, int, int]) -> None:
    streams, askers, times = sizes
    figures = Figures()
    with paired(furnished_house, tmp_path) as pair:
        for turn in range(times):
            if turn:
                pair.next()
            since = ledger.now()
            with crowd(pair, streams, askers) as asked:
                time.sleep(1.5)
                over = revoked(pair, figures)
                time.sleep(1.5)
                told = gone(asked)
            counted(pair, figures, since, over, told, streams)
            assert {one["why"] for one in told["ends"]} == {"AGREEMENT_REVOKED"}
            print(figures.words(f"revocation, {streams} streams and {askers} askers"), flush=True)
        assert times == 1 or figures.dropped <= 0.001 * figures.answers, figures.words("too many dropped")
        assert times == 1 or figures.took(0.99) <= W + 0.05, figures.words("acknowledged too late")
        checks_out(tmp_path / "bundle")


def revoked(pair: Pair, figures: Figures | None = None) -> float:
    """Revoke, and return when that was acknowledged."""
    house = pair.house
    answers = house.get("/v1/agreements/warrant-desk").json()["ballot"]["votable"][-1]["answers"]
    house.vote("revoke", "city", pair.version, answers)
    ballot = agreeing.sign_with_home_key(
        agreement="warrant-desk", choice="revoke", version=pair.version.hash, answers=answers, by=house.by["prosecutor"]
    )
    began = time.monotonic()
    done(agreeing.vote(agreement="warrant-desk", ballot=ballot, by=house.by["prosecutor"]))  # type: ignore[arg-type]
    over = time.monotonic()
    if figures is not None:
        figures.acknowledged.append(over - began)
    return over


# ---------------------------------------------------------------- a server that stops at the worst moment


SLEEPS = [(point, "end", 1.0) for point in stops.POINTS] + [
    pytest.param(point, how, 10.0, marks=pytest.mark.soak) for point in stops.POINTS for how in ("end", "revocation")
]


@pytest.mark.parametrize(("point", "how", "sleeps"), SLEEPS)
def test_a_server_that_sleeps_over_the_end_sends_nothing_afterwards(
    furnished_house: House, tmp_path: Path, point: str, how: str, sleeps: float
) -> None:
    arm = tmp_path / "arm"
    odd = {"PARS_TEST_STOP": point, "PARS_TEST_ARM": str(arm)}
    with (
        paired(furnished_house, tmp_path, program="tests.stops:serve", **odd) as pair,
        # A revocation waits for whatever the sleeping server holds open: one asker alone holds nothing then.
        crowd(pair, *((2, 2) if how == "end" else (0, 1)), servers=pair.servers[:1]) as asked,
    ):
        stopped = pair.servers[0]
        until(lambda: bool(probes.with_records(pair.sends())))
        if how == "end":
            last = pair.next(lasts=4 * SECOND)
            over = monotonic_of(last.term.end)
            time.sleep(max(0.0, over - 3.0 - time.monotonic()))
        arm.touch()
        until(lambda: state(stopped.pid) == "T", 5.0)
        asleep = time.monotonic()
        if how == "end":
            assert asleep < over, "it stopped too late to tell anything"
        else:
            over = revoked(pair)
        time.sleep(max(0.0, over + sleeps - time.monotonic()))
        os.kill(stopped.pid, signal.SIGCONT)
        time.sleep(1.0)
        told = gone(asked)
        sends = probes.with_records(pair.sends())
        assert probes.late(sends, over) == []
        assert any(send.before < asleep for send in sends), "there was no load"
        assert told["answered"] > 0, told
        # What was entered and could not leave is entered as dropped.
        (drop, *_) = pair.entries(0, Kind.CHUNK_DROPPED)
        assert drop.detail["reason"] in {"LATE", "CUT", "GONE"}


def state(pid: int) -> str:
    """Return how a process is: `T` where it is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_who_stops_reading_holds_nothing_late_on_either_server(furnished_house: House, tmp_path: Path) -> None:
    with paired(furnished_house, tmp_path) as pair:
        stuck = []
        for one in pair.servers:
            pair.house.url = one.url
            stuck.append(StoppedReading(pair.house))
        stop = threading.Event()
        threads = [threading.Thread(target=one.run, args=(stop,)) for one in stuck]
        for thread in threads:
            thread.start()
        time.sleep(1.5)
        over = monotonic_of(pair.next(lasts=2 * SECOND).term.end)
        time.sleep(max(0.0, over - time.monotonic()) + 1.0)
        stop.set()
        for thread in threads:
            thread.join(20)
        sends = pair.sends()
        assert probes.late(sends, over) == []
        for one in stuck:
            handed = [send for send in sends if send.connection == one.port and send.before < over]
            assert one.rest().count(MARK.encode()) <= sum(send.marks for send in handed) + len(handed)


@pytest.mark.skipif(COMPILER is None, reason="there is no C compiler to make a clock that can be stepped with")
@pytest.mark.parametrize("step", [7200, pytest.param(-7200, marks=pytest.mark.soak)])
def test_a_step_of_the_servers_wall_clock_moves_no_end(furnished_house: House, tmp_path: Path, step: int) -> None:
    """The database's clock decides and the monotonic one carries it: the servers' own wall clock may say what it likes."""
    library, clock = tmp_path / "stepped_clock.so", tmp_path / "step"
    source = ROOT / "tests" / "stepped_clock.c"
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-O1", "-o", str(library), str(source)], check=True)
    clock.write_bytes(struct.pack("=q", 0))
    fake = {"LD_PRELOAD": str(library), "STEPPED_CLOCK": str(clock)}
    figures = Figures()
    with paired(furnished_house, tmp_path, **fake) as pair:
        since = ledger.now()
        with crowd(pair, 2, 2, servers=pair.servers[:1]) as asked:
            until(lambda: bool(probes.with_records(pair.sends())))
            last = pair.next(lasts=4 * SECOND)
            over = monotonic_of(last.term.end)
            time.sleep(1.0)
            with clock.open("r+b") as there:
                there.write(struct.pack("=q", step))
            time.sleep(max(0.0, over - time.monotonic()) + 1.0)
            told = gone(asked)
        counted(pair, figures, since, over, told, 2)
        sends = probes.with_records(probes.sends(pair.servers[0].log))
        hours = [abs(send.wall - send.before - (time.time() - time.monotonic())) / 3600 for send in sends]
        assert max(hours) > 1.9, "the clock was never stepped"
        assert min(hours) < 0.1
        # It answered on after the step, until the end.
        assert any(over - 2.5 < send.before < over for send in sends)
        refused = [entry for entry in pair.entries(since, Kind.REFUSED) if entry.detail["code"] in ENDING]
        assert all(Instant(last.term.end - 2 * GUARD) <= entry.at for entry in refused)
