"""Live hints: what staff pages hear, how they catch up, and that a slow or barred listener costs nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.routing import Route

from pars.edge import live
from pars.edge.live import Follower, Hint, LiveStream
from pars.edge.problems import Problem
from pars.edge.server import compose
from tests.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request


class Ledger:
    """A pretended ledger that hints can be added to, be away or go back."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.asked: list[int | None] = []
        self.away = False
        self.lock = threading.Lock()

    def grow(self, *topics: str) -> int:
        with self.lock:
            for topic in topics:
                self.hints.append(Hint(len(self.hints) + 1, topic))
            return len(self.hints)

    def after(self, index: int | None) -> tuple[int, Sequence[Hint]]:
        with self.lock:
            self.asked.append(index)
            if self.away:
                raise ConnectionError("away")
            latest = len(self.hints)
            return latest, [] if index is None else self.hints[index:]


@contextmanager
def staff_server(ledger: Ledger, may_listen: object = None) -> Iterator[tuple[str, Follower]]:
    follower = Follower(ledger.after)

    async def stream(_request: Request) -> LiveStream:
        return LiveStream(follower=follower, may_listen=may_listen or (lambda: None))  # type: ignore[arg-type]

    app = compose(routes=[Route("/live", stream)], running=[follower.running])
    with served(app) as url:
        while follower.latest is None:
            time.sleep(0.01)
        yield url, follower


def blocks(answer: httpx.Response) -> Iterator[dict[str, str]]:
    """Read a stream's events as they come."""
    found: dict[str, str] = {}
    for line in answer.iter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif found:
            if "event" in found:
                yield found
            found = {}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PACE", 0.05)


def test_a_hint_names_a_topic_and_the_ledgers_index_and_nothing_else() -> None:
    ledger = Ledger()
    ledger.grow("board", "board")
    with staff_server(ledger) as (url, _), httpx.stream("GET", f"{url}/live", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = blocks(answer)
        ledger.grow("agreements")
        assert next(events) == {"id": "3", "event": "hint", "data": '{"topic":"agreements","version":3}'}


def test_a_reader_that_comes_back_hears_what_it_missed_once_per_topic() -> None:
    ledger = Ledger()
    with staff_server(ledger) as (url, follower):
        latest = ledger.grow("board", "agreements", "board", "board")
        while follower.latest != latest:
            time.sleep(0.01)
        with httpx.stream("GET", f"{url}/live", headers={"last-event-id": "1"}, timeout=10) as answer:
            events = blocks(answer)
            assert [next(events)["id"] for _ in range(2)] == ["2", "4"]


@pytest.mark.parametrize("last", ["999", "-5", "nonsense", "9" * 30, "１２"])
def test_a_reader_that_comes_back_from_nowhere_is_told_to_load_anew(last: str) -> None:
    ledger = Ledger()
    ledger.grow("board")
    with (
        staff_server(ledger) as (url, _),
        httpx.stream("GET", f"{url}/live", headers={"last-event-id": last.encode()}, timeout=10) as answer,
    ):
        assert next(blocks(answer)) == {"id": "1", "event": "reset", "data": "{}"}


def test_a_reader_that_missed_more_than_is_kept_is_told_to_load_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "KEPT", 5)
    follower = Follower(lambda _: (0, []))
    follower.learn(10, [])
    follower.learn(20, [Hint(index, f"topic-{index}") for index in range(11, 21)])
    assert follower.known_after == 15
    enough, too_far, from_the_future = follower.listen(15), follower.listen(14), follower.listen(21)
    assert list(enough.pending) == [f"topic-{index}" for index in range(16, 21)]
    assert not enough.reset
    assert too_far.reset
    assert not too_far.pending
    assert from_the_future.reset
    assert not follower.listen(None).reset


def test_a_ledger_that_went_back_resets_every_reader() -> None:
    follower = Follower(lambda _: (0, []))
    follower.learn(10, [])
    listener = follower.listen(None)
    follower.learn(12, [Hint(11, "board"), Hint(12, "agreements")])
    follower.learn(4, [])
    assert listener.take() == b"id: 4\nevent: reset\ndata: {}\n\n"
    assert listener.take() == b""
    follower.learn(5, [Hint(5, "board")])
    assert json.loads(listener.take().split(b"data: ")[1]) == {"topic": "board", "version": 5}


def test_a_slow_readers_pending_hints_never_grow_beyond_the_topics() -> None:
    follower = Follower(lambda _: (0, []))
    follower.learn(0, [])
    listener = follower.listen(None)
    follower.learn(100_000, [Hint(index, "board" if index % 3 else "agreements") for index in range(1, 100_001)])
    assert {topic: hint.index for topic, hint in listener.pending.items()} == {"board": 100_000, "agreements": 99_999}
    assert len(follower.kept) == live.KEPT
    assert listener.take().count(b"event: hint") == 2


def test_a_database_that_is_away_is_asked_again_and_the_streams_stay(caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger()
    with staff_server(ledger) as (url, _), httpx.stream("GET", f"{url}/live", timeout=10) as answer:
        events = blocks(answer)
        ledger.away = True
        time.sleep(0.3)
        ledger.away = False
        ledger.grow("board")
        assert next(events)["id"] == "1"
    assert sum("can't be followed" in record.getMessage() for record in caplog.records) == 1


def test_one_follower_serves_every_stream() -> None:
    ledger = Ledger()
    with staff_server(ledger) as (url, follower):
        with httpx.Client(timeout=10) as client:
            answers = [client.send(client.build_request("GET", f"{url}/live"), stream=True) for _ in range(10)]
            while len(follower.listeners) < 10:
                time.sleep(0.01)
            before = len(ledger.asked)
            time.sleep(0.3)
            assert len(ledger.asked) - before <= 8
            ledger.grow("board")
            assert [next(blocks(answer))["id"] for answer in answers] == ["1"] * 10
            for answer in answers:
                answer.close()
        for _ in range(200):
            if not follower.listeners:
                break
            time.sleep(0.01)
        assert not follower.listeners, "readers that left are still listed"


def test_who_may_not_listen_hears_nothing_and_who_no_longer_may_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.2)
    monkeypatch.setattr(live, "TURN", 0.05)
    barred: list[Problem | Exception | None] = [Problem(status=401, reason="SIGN_IN")]

    def may_listen() -> Problem | None:
        if isinstance(barred[0], Exception):
            raise barred[0]
        return barred[0]

    ledger = Ledger()
    with staff_server(ledger, may_listen) as (url, _):
        assert httpx.get(f"{url}/live").status_code == 401
        barred[0] = RuntimeError("who knows")
        assert httpx.get(f"{url}/live").status_code == 503
        barred[0] = None
        with httpx.stream("GET", f"{url}/live", timeout=10) as answer:
            events = blocks(answer)
            ledger.grow("board")
            assert next(events)["event"] == "hint"
            barred[0] = Problem(status=401, reason="SIGN_IN")
            assert [one["event"] for one in events] == ["closed"]


def test_a_quiet_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.1)
    with staff_server(Ledger()) as (url, _), httpx.stream("GET", f"{url}/live", timeout=10) as answer:
        lines = [line for line, _ in zip((line for line in answer.iter_lines() if line), range(6), strict=False)]
    assert lines[1:] == [": live", "event: beat", "data: {}", "event: beat", "data: {}"]


def test_readers_that_lost_their_streams_come_back_at_different_times() -> None:
    waits = set()
    with staff_server(Ledger()) as (url, _):
        for _ in range(8):
            with httpx.stream("GET", f"{url}/live", timeout=10) as answer:
                waits.add(int(next(answer.iter_lines()).removeprefix("retry: ")))
    assert len(waits) > 1
    assert all(live.RETRY_MS[0] <= wait <= live.RETRY_MS[1] for wait in waits)


def test_a_reader_who_stopped_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STALL", 0.3)
    ledger = Ledger()
    with staff_server(ledger) as (url, follower):
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = url.removeprefix("http://").split(":")
        raw.connect((host, int(port)))
        raw.sendall(b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n")
        while not follower.listeners:
            time.sleep(0.01)
        deadline = time.monotonic() + 30
        while follower.listeners and time.monotonic() < deadline:
            ledger.grow(*(f"a-long-topic-{place}-{'x' * 900}" for place in range(300)))
            time.sleep(0.02)
        raw.close()
        assert not follower.listeners


def test_the_streams_end_when_the_server_stops() -> None:
    ended: list[float] = []
    with staff_server(Ledger()) as (url, follower):

        def read() -> None:
            with httpx.stream("GET", f"{url}/live", timeout=10) as answer:
                list(answer.iter_lines())
            ended.append(time.monotonic())

        reader = threading.Thread(target=read)
        reader.start()
        while not follower.listeners:
            time.sleep(0.01)
    reader.join(10)
    assert ended


def test_a_listeners_bell_rings_only_for_news() -> None:
    async def main() -> None:
        follower = Follower(lambda _: (0, []))
        follower.learn(3, [])
        listener = follower.listen(3)
        assert not listener.bell.is_set()
        follower.learn(3, [])
        assert not listener.bell.is_set()
        follower.learn(4, [Hint(4, "board")])
        assert listener.bell.is_set()

    asyncio.run(main())
