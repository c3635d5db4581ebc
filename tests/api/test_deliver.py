"""Guarded answers and streams over real sockets, from a server in its own process, seen at send(2)."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.edge.wire import WINDOW
from tests import probes
from tests.api.delivery_stage import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Staged:
    """The stage's server process, seen from a test."""

    def __init__(self, sends: Path, *words: str) -> None:
        self.path, self.seen = sends, 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.probes", str(sends), MARK, "tests.api.delivery_stage", *words],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url: str = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rpartition(":")[2])
        self.client = httpx.Client(base_url=self.url, timeout=20)

    def close(self) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.status = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def post(self, path: str) -> Any:
        return self.client.post(path).json()

    def account(self) -> Any:
        return self.client.get("/account").json()

    def sends(self) -> list[probes.Send]:
        self.account()  # a send is written down after it was made: the server's loop must have come round
        return probes.sends(self.path)[self.seen :]

    def connect(self, request: str, *, receive: int | None = None) -> socket.socket:
        """Open a raw connection, with a receive buffer of that size, and send a request on it."""
        raw = socket.socket()
        if receive is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        raw.settimeout(20)
        raw.connect(("127.0.0.1", self.port))
        raw.sendall(request.replace("\n", "\r\n").encode())
        return raw

    def wait_for(self, what: str, count: int) -> Any:
        """Wait until so many of the account's things happened (drops and closings are recorded a moment later)."""
        for _ in range(200):
            account = self.account()
            number = sum(account["dropped"].values()) if what == "dropped" else len(account["closed"])
            if number >= count:
                return account
            time.sleep(0.02)
        raise AssertionError(f"{what} never reached {count}: {account}")

    def again(self) -> Staged:
        """Begin a new act, with nothing left of the one before."""
        self.client.post("/again")
        self.seen = len(probes.sends(self.path))
        return self


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Staged]]:
    """Run the stage on each of the two protocols."""
    with ExitStack() as stack:
        yield {
            protocol: stack.enter_context(closing(Staged(tmp_path_factory.mktemp(protocol) / "sends", protocol)))
            for protocol in ("httptools", "pure")
        }


@pytest.fixture(params=["httptools", "pure"])
def either(request: pytest.FixtureRequest, running: dict[str, Staged]) -> Staged:
    """Give the stage on each of the two protocols."""
    return running[request.param].again()


@pytest.fixture
def stage(running: dict[str, Staged]) -> Staged:
    """Give the stage on the protocol that `pars serve` takes."""
    return running["httptools"].again()


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[Staged]:
    """Give a stage of the test's own, to kill or stop."""
    with closing(Staged(tmp_path / "sends")) as staged:
        yield staged


def read_all(raw: socket.socket) -> tuple[bytes, bool]:
    """Read until the connection ends; return the bytes, and whether it ended by a reset."""
    collected = b""
    while True:
        try:
            piece = raw.recv(65536)
        except ConnectionResetError:
            return collected, True
        if not piece:
            return collected, False
        collected += piece


def lines_of(url: str, found: list[tuple[float, str]]) -> None:
    """Read a stream to its end, noting when each line came."""
    with (
        suppress(httpx.RemoteProtocolError, httpx.ReadError),
        httpx.Client(timeout=20) as own,
        own.stream("GET", url) as answer,
    ):
        found.extend((time.monotonic(), line) for line in answer.iter_lines() if line)


# One answer


@pytest.mark.parametrize("size", [0, 300, 32 * 1024, 200_000])
def test_an_answer_arrives_whole_and_the_connection_goes_on(either: Staged, size: int) -> None:
    for _ in range(3):
        answer = either.client.post(f"/ask/a?size={size}")
        assert answer.status_code == 200
        assert len(answer.content) == size
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-length"] == str(size)
    assert either.client.get("/page").text == "a page for GET"
    assert either.account() == {"appended": 3, "dropped": {}, "closed": []}
    assert len({send.connection for send in either.sends() if send.starts.startswith("HTTP/1.1")}) == 1


def test_head_and_a_chunk_leave_in_one_send(stage: Staged) -> None:
    stage.client.post(f"/ask/a?size={32 * 1024}")
    (only,) = probes.with_records(stage.sends())
    assert only.starts.startswith("HTTP/1.1 200 OK")
    assert only.taken > 32 * 1024


def test_an_answer_that_took_too_long_is_dropped_and_decided_anew_then_given_up(either: Staged) -> None:
    answer = either.client.post(f"/ask/a?after={WINDOW + 0.01}")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reason"] == "LATE"
    assert either.wait_for("dropped", 3) == {"appended": 3, "dropped": {"LATE": 3}, "closed": []}
    assert probes.with_records(either.sends()) == []


def test_a_stop_of_the_process_between_the_append_and_the_send_sends_nothing_old(either: Staged) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(either.client.post, "/ask/a?stop_first=1")
        for _ in range(500):
            time.sleep(0.01)
            if _state(either.process.pid) == "T":
                break
        else:
            raise AssertionError("the process did not stop")
        time.sleep(0.3)
        woken = time.monotonic()
        os.kill(either.process.pid, signal.SIGCONT)
        answer = asked.result()
    assert answer.status_code == 200
    account = either.wait_for("dropped", 1)
    assert account["appended"] == 2, "the first chunk was too old, so the question was decided anew"
    assert account["dropped"] == {"LATE": 1}
    records = probes.with_records(either.sends())
    assert len(records) == 1
    assert records[0].before > woken


def _state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as status:  # noqa: PTH123  a file of the kernel's, read in one go
        return status.read().rpartition(")")[2].split()[0]


def test_a_failure_while_deciding_refuses_and_its_words_stay_inside(stage: Staged) -> None:
    answer = stage.client.post("/ask/a?fails=1")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "UNAVAILABLE"
    assert MARK not in answer.text


def test_a_chunk_whose_t0_lies_ahead_of_the_clock_is_not_sent(stage: Staged) -> None:
    assert stage.client.post("/ask/a?skew=5").json()["reason"] == "LATE"
    assert probes.with_records(stage.sends()) == []


def test_head_decides_nothing(stage: Staged) -> None:
    answer = stage.client.head("/ask/a")
    assert answer.status_code == 405
    assert stage.client.head("/stream/a").status_code == 405
    assert stage.account()["appended"] == 0


def test_a_client_that_leaves_while_its_question_is_decided_gets_nothing(either: Staged) -> None:
    raw = either.connect("POST /ask/a?before=0.2 HTTP/1.1\nhost: x\ncontent-length: 0\n\n")
    time.sleep(0.05)
    raw.close()
    assert either.wait_for("dropped", 1)["dropped"] == {"GONE": 1}
    assert probes.with_records(either.sends()) == []


def test_a_client_that_says_it_is_done_before_it_has_its_answer_has_left(stage: Staged) -> None:
    raw = stage.connect("POST /ask/a?before=0.2 HTTP/1.1\nhost: x\ncontent-length: 0\n\n")
    raw.shutdown(socket.SHUT_WR)
    assert read_all(raw) == (b"", False)
    assert stage.wait_for("dropped", 1)["dropped"] == {"GONE": 1}
    raw.close()


def test_questions_sent_ahead_are_answered_one_after_the_other(either: Staged) -> None:
    asks = ["/ask/a?size=30000", "/ask/b?size=9", "/page", "/ask/a?size=31000"]
    last = "connection: close\n"
    raw = either.connect("".join(f"GET {ask} HTTP/1.1\nhost: x\n{last if ask == asks[-1] else ''}\n" for ask in asks))
    answer, reset = read_all(raw)
    raw.close()
    assert not reset
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    sizes = [int(head.rpartition(b"content-length: ")[2].split(b"\r\n")[0]) for head in answer.split(b"\r\n\r\n")[:2]]
    assert sizes[0] == 30000
    assert either.account()["appended"] == 3


def test_an_old_client_and_one_that_wants_the_connection_closed_get_all_of_it(either: Staged) -> None:
    for request in ("GET /ask/a?size=60000 HTTP/1.0\n\n", "GET /ask/a?size=60000 HTTP/1.1\nhost: x\nconnection: close\n\n"):
        with either.connect(request) as raw:
            answer, reset = read_all(raw)
        assert not reset
        assert len(answer.partition(b"\r\n\r\n")[2]) == 60000


def test_a_slow_reader_gets_all_of_it_though_the_connection_is_to_be_closed(either: Staged) -> None:
    """The close waits until the reader has everything: closing at once would reset what it hasn't taken."""
    with either.connect("GET /ask/a?size=32000 HTTP/1.1\nhost: x\nconnection: close\n\n", receive=4096) as raw:
        time.sleep(0.2)
        answer, reset = read_all(raw)
    assert not reset
    assert len(answer.partition(b"\r\n\r\n")[2]) == 32000


def test_what_a_client_sends_after_it_wanted_the_connection_closed_is_not_heard(either: Staged) -> None:
    with either.connect("GET /ask/a?size=32000 HTTP/1.1\nhost: x\nconnection: close\n\n", receive=4096) as raw:
        time.sleep(0.2)
        raw.sendall(b"GET /ask/a HTTP/1.1\r\nhost: x\r\n\r\n")
        time.sleep(0.2)
        assert read_all(raw)[0].count(b"HTTP/1.1 200 OK") == 1
    assert either.account()["appended"] == 1


def test_a_slow_reader_who_says_it_is_done_once_its_answer_has_begun_gets_all_of_it(either: Staged) -> None:
    with either.connect("GET /ask/a?size=32000 HTTP/1.1\nhost: x\n\n", receive=4096) as raw:
        first = raw.recv(1)
        raw.shutdown(socket.SHUT_WR)
        time.sleep(0.2)
        answer, reset = read_all(raw)
    assert not reset
    assert len((first + answer).partition(b"\r\n\r\n")[2]) == 32000


def test_a_reader_who_stopped_gets_no_further_decision(stage: Staged) -> None:
    """Its receive buffer fills; then nothing more is decided for it, so nothing is entered that it doesn't get."""
    asks = "GET /ask/a?size=32000 HTTP/1.1\nhost: x\n\n" * 30
    with stage.connect(asks, receive=4096) as raw:
        time.sleep(0.5)
        before = stage.account()["appended"]
        time.sleep(0.5)
        assert stage.account()["appended"] == before
        assert before <= 4
        assert raw.recv(1)


def test_what_the_kernel_does_not_take_in_time_never_leaves(either: Staged) -> None:
    """The reader has stopped, and the answer is larger than the kernel's buffer: the rest is cut when W has passed."""
    with either.connect("GET /ask/a?size=900000 HTTP/1.1\nhost: x\n\n", receive=4096) as raw:
        assert either.wait_for("dropped", 1)["dropped"] == {"CUT": 1}
        answer, reset = read_all(raw)
    assert reset
    assert len(answer) < 8 * 4096
    records = probes.with_records(either.sends())
    assert records[-1].before - records[0].before < WINDOW


def test_an_answer_that_the_reader_does_not_take_is_reset_at_the_end_instant(either: Staged) -> None:
    end = either.post("/end/a?in=0.6")["until"]
    with either.connect("GET /ask/a?size=32000 HTTP/1.1\nhost: x\nconnection: close\n\n", receive=4096) as raw:
        time.sleep(0.2)
        assert either.account()["appended"] == 1
        time.sleep(max(0.0, end - time.monotonic()) + 0.1)
        answer, reset = read_all(raw)
    assert reset, "it was closed in order, with bytes of a record still to come"
    assert len(answer) < 8 * 4096
    assert probes.late(either.sends(), end) == []


def test_a_reader_who_stopped_and_said_it_is_done_is_still_cut_at_the_end(stage: Staged) -> None:
    end = stage.post("/end/a?in=0.6")["until"]
    with stage.connect("GET /ask/a?size=32000 HTTP/1.1\nhost: x\n\n", receive=4096) as raw:
        time.sleep(0.2)
        raw.shutdown(socket.SHUT_WR)
        time.sleep(max(0.0, end - time.monotonic()) + 0.1)
        answer, reset = read_all(raw)
    assert reset
    assert len(answer) < 8 * 4096


def test_a_killed_server_leaves_nothing_in_the_kernel(doomed: Staged) -> None:
    """The reset is armed before the send, so that bytes the reader hasn't taken die with the process."""
    with doomed.connect("GET /ask/a?size=32000 HTTP/1.1\nhost: x\n\n", receive=4096) as raw:
        time.sleep(0.2)
        doomed.process.kill()
        doomed.process.wait(20)
        answer, reset = read_all(raw)
    assert reset
    assert len(answer) < 8 * 4096


# Streams


def test_a_stream_ends_at_its_instant_with_a_last_event_and_another_goes_on(either: Staged) -> None:
    seen_a: list[tuple[float, str]] = []
    seen_b: list[tuple[float, str]] = []
    readers = [
        threading.Thread(target=lines_of, args=(f"{either.url}/stream/{name}", seen))
        for name, seen in (("a", seen_a), ("b", seen_b))
    ]
    for reader in readers:
        reader.start()
    time.sleep(0.3)
    end = either.post("/end/a?in=0.5")["until"]
    readers[0].join(10)
    assert not readers[0].is_alive()
    told = json.loads(seen_a[-1][1].removeprefix("data: "))
    assert seen_a[-2][1] == "event: end"
    assert told["why"] == "ENDED"
    assert end <= told["at"] <= seen_a[-1][0] < end + 0.5
    assert MARK not in seen_a[-1][1]
    assert sum(line == "event: case" for _, line in seen_a) >= 5
    assert probes.late([send for send in either.sends() if f"{MARK}-a" in send.starts], end) == []

    time.sleep(0.3)
    assert seen_b[-1][0] > end + 0.2, "the other agreement's stream stood still"
    assert either.client.post("/ask/a").status_code == 403
    assert either.client.get("/stream/a").status_code == 403
    assert either.client.post("/ask/b").status_code == 200
    either.post("/end/b?in=0")
    readers[1].join(10)


def test_sixteen_streams_and_askers_end_at_one_instant_one_reader_stopped_and_another_agreement_is_undisturbed(
    stage: Staged,
) -> None:
    seen: list[list[tuple[float, str]]] = [[] for _ in range(16)]
    other: list[tuple[float, str]] = []
    end = stage.post("/end/a?in=3")["until"]
    asked: list[int] = []

    def ask() -> None:
        with httpx.Client(base_url=stage.url, timeout=20) as own:
            while time.monotonic() < end + 0.3:
                asked.append(own.post("/ask/a?size=8000").status_code)

    with ExitStack() as stack, ThreadPoolExecutor(24) as pool:
        stuck = stack.enter_context(stage.connect("GET /stream/a?size=20000 HTTP/1.1\nhost: x\n\n", receive=4096))
        running = [pool.submit(lines_of, f"{stage.url}/stream/a?size=3000&pace=0.1", one) for one in seen]
        running.append(pool.submit(lines_of, f"{stage.url}/stream/b?pace=0.1", other))
        running += [pool.submit(ask) for _ in range(3)]
        time.sleep(max(0.0, end + 0.6 - time.monotonic()))
        collected, reset = read_all(stuck)
        stage.post("/end/b?in=0")
        for one in running:
            one.result(20)
    assert probes.late([send for send in stage.sends() if f"{MARK}-b" not in send.starts], end) == []
    assert reset
    assert len(collected) < 16 * 4096
    account = stage.account()
    ended = [lines for lines in seen if lines[-2][1] == "event: end"]
    # On a machine with no time left, a stream may be cut when nobody can show that an event left in time.
    assert len(ended) + account["dropped"].get("CUT", 0) >= 16
    assert len(ended) >= 14
    assert all(end <= lines[-1][0] < end + 1.5 for lines in ended)
    assert 403 in asked
    assert 200 in asked
    gaps = [later[0] - sooner[0] for sooner, later in itertools.pairwise(other)]
    assert max(gaps) < 1.5
    assert sum(one["why"] == "ENDED" and one["agreement"] == "a" for one in account["closed"]) >= len(ended) + 1


def test_a_revocation_is_acknowledged_only_when_nothing_more_can_leave(stage: Staged) -> None:
    found: list[tuple[float, str]] = []
    reader = threading.Thread(target=lines_of, args=(f"{stage.url}/stream/a?pace=0.02", found))
    reader.start()
    time.sleep(0.3)
    acknowledged = stage.post("/revoke/a")["acknowledged"]
    reader.join(10)
    told = json.loads(found[-1][1].removeprefix("data: "))
    assert told["why"] == "REFUSED"
    assert probes.late(stage.sends(), acknowledged) == []
    assert stage.client.post("/ask/a").json()["reason"] == "REVOKED"


def test_an_end_comes_though_a_beat_is_still_being_decided_and_what_it_brings_is_dropped(stage: Staged) -> None:
    found: list[tuple[float, str]] = []
    end = stage.post("/end/a?in=0.4")["until"]
    lines_of(f"{stage.url}/stream/a?after=2", found)
    assert found[-2][1] == "event: end"
    assert found[-1][0] < end + 1.5
    assert stage.wait_for("dropped", 1)["dropped"] == {"LATE": 1}
    assert probes.with_records(stage.sends()) == []


def test_a_stopped_process_ends_its_streams_without_another_record(stage: Staged) -> None:
    """Stopped over the end instant, it finds the end, and not old chunks, when it goes on."""
    found: list[tuple[float, str]] = []
    reader = threading.Thread(target=lines_of, args=(f"{stage.url}/stream/a?pace=0.01&size=3000", found))
    reader.start()
    end = stage.post("/end/a?in=0.5")["until"]
    time.sleep(max(0.0, end - 0.05 - time.monotonic()))
    os.kill(stage.process.pid, signal.SIGSTOP)
    time.sleep(0.4)
    os.kill(stage.process.pid, signal.SIGCONT)
    reader.join(10)
    assert json.loads(found[-1][1].removeprefix("data: "))["why"] == "ENDED"
    assert probes.late(stage.sends(), end) == []


def test_a_late_event_is_dropped_and_the_stream_goes_on_from_what_the_reader_has(stage: Staged) -> None:
    """The first chunk is held up by a stop; the beat after it is told that the reader has nothing yet."""
    found: list[tuple[float, str]] = []
    reader = threading.Thread(target=lines_of, args=(f"{stage.url}/stream/a?stop_first=1", found))
    reader.start()
    while _state(stage.process.pid) != "T":
        time.sleep(0.01)
    time.sleep(0.2)
    os.kill(stage.process.pid, signal.SIGCONT)
    patience = time.monotonic() + 10
    while sum(line.startswith('data: {"rows') for _, line in found) < 3 and time.monotonic() < patience:
        time.sleep(0.01)
    stage.post("/end/a?in=0")
    reader.join(10)
    datas = [json.loads(line.removeprefix("data: ")) for _, line in found if line.startswith('data: {"rows')]
    assert [data["seen"] for data in datas[:3]] == [0, 2, 3], "event 1 was dropped, so event 2 is the first the reader has"
    assert stage.account()["dropped"] == {"LATE": 1}


def test_quiet_beats_send_nothing_and_are_counted(stage: Staged) -> None:
    found: list[tuple[float, str]] = []
    stage.post("/end/a?in=1.5")
    lines_of(f"{stage.url}/stream/a?quiet=1", found)
    assert [line for _, line in found if not line.startswith("data")] == [": open", "event: end"]
    (closed,) = stage.wait_for("closed", 1)["closed"]
    assert closed["sent"] == 0
    assert closed["quiet"] >= 3


def test_a_client_that_leaves_its_stream_is_noticed_and_entered(either: Staged) -> None:
    raw = either.connect("GET /stream/a HTTP/1.1\nhost: x\n\n")
    assert raw.recv(100)
    raw.close()
    (closed,) = either.wait_for("closed", 1)["closed"]
    assert closed["why"] == "GONE"


def test_a_server_that_stops_tells_its_streams_and_ends_with_status_zero(doomed: Staged) -> None:
    found: list[tuple[float, str]] = []
    reader = threading.Thread(target=lines_of, args=(f"{doomed.url}/stream/a", found))
    reader.start()
    time.sleep(0.3)
    doomed.process.terminate()
    reader.join(10)
    assert json.loads(found[-1][1].removeprefix("data: "))["why"] == "STOPPING"
    assert doomed.process.wait(20) == 0


def test_a_server_that_stops_does_not_wait_for_a_reader_who_stopped(doomed: Staged) -> None:
    with doomed.connect("GET /stream/a?size=20000 HTTP/1.1\nhost: x\n\n", receive=4096) as raw:
        time.sleep(0.3)
        doomed.process.terminate()
        assert doomed.process.wait(5) == 0
        collected, reset = read_all(raw)
    assert reset
    assert len(collected) < 8 * 4096


# The other probe


@pytest.mark.skipif(probes.STRACE is None, reason="strace is not installed")
def test_strace_sees_the_same_from_outside(stage: Staged, tmp_path: Path) -> None:
    found: list[tuple[float, str]] = []
    reader = threading.Thread(target=lines_of, args=(f"{stage.url}/stream/a?pace=0.01&size=2000", found))
    watched = probes.Strace(stage.process.pid, tmp_path / "strace", MARK)
    try:
        watched.__enter__()
    except PermissionError as refusal:
        pytest.skip(str(refusal))
    reader.start()
    end = stage.post("/end/a?in=0.8")["until"]
    time.sleep(max(0.0, end + 0.3 - time.monotonic()))
    reader.join(10)
    watched.__exit__(None, None, None)
    # The stage's own probe writes the first letters of each send to its log; only sends on sockets count.
    seen = [
        send for send in probes.with_records(watched.sends()) if send.starts.startswith('"') and "before" not in send.starts
    ]
    assert len(seen) >= 10
    assert probes.late(seen, end) == []
