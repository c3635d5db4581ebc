"""`pars demo` as a visitor runs it, with a small city: the story holds, it starts again after anything, and nothing stays behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.store import engine
from tests.commands.homes import opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.database
ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@pytest.fixture(scope="module", autouse=True)
def _embedded() -> None:
    if os.environ.get("PARS_DATABASE_URL"):
        pytest.skip("the demo's own database is what is tried here")


def command(home: Path, *words: str) -> dict[str, Any]:
    """Return how to run `pars` in a home, with a small city."""
    environment = {**os.environ, "PARS_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return {"args": [sys.executable, "-m", "tests.demo.small", *words], "env": environment, "cwd": ROOT, "text": True}


def pars(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(**command(home, *words), capture_output=True, timeout=PATIENCE, check=False)


def left(home: Path) -> list[str]:
    """Return the commands of the processes that still work in a home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")  # anybody's
            inside = f"PARS_HOME={home}\0" in (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if words and (inside or f"-D {home}/" in words) and folder.name != str(os.getpid()):
            found.append(words)
    return found


def children(process: int) -> dict[str, int]:
    """Return the demo's worker, server and database by their first telling word."""
    found = {}
    for started in Path(f"/proc/{process}/task").glob("*/children"):  # each thread has its own
        for number in started.read_text().split():
            words = Path(f"/proc/{number}/cmdline").read_bytes().decode().split("\0")
            if len(words) > 3:  # else it is dead, and not yet seen to be
                found["postgres" if "postgres" in words[0] else words[3]] = int(number)
    return found


def until(wanted: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + patience
    while not wanted():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@contextmanager
def staying(home: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run a demo that stays up; give it with what it said when it was ready. Whatever happens, nothing of it is left running."""
    with (home.parent / "words").open("w") as said:
        process = subprocess.Popen(
            **command(home, "demo", "--json", "--port", "0", *words), stdout=subprocess.PIPE, stderr=said
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, (home.parent / "words").read_text()[-3000:]
            yield process, json.loads(line)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(60)
            assert process.stdout.read() == "", "something stood beside the one line"
            process.stdout.close()


def call(told: dict[str, Any], path: str, who: str, body: object = None) -> tuple[int, Any]:
    """Call the demo's server as one of its accounts."""
    token = next(account["token"] for account in told["accounts"] if account["username"] == who)
    connection = http.client.HTTPConnection(told["url"].removeprefix("http://"), timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": os.urandom(8).hex()}
    try:
        connection.request("POST" if body is not None else "GET", path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


ASKED = {
    "purpose": "supervision",
    "columns": ["record", "surname"],
    "evidence": {"kind": "case_number", "value": "CN-2026-1"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a home whose first start was killed while the city was being invented."""
    made = tmp_path_factory.mktemp("demo") / "home"
    process = subprocess.Popen(
        **command(made, "demo", "--once", "--port", "0"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: (made / "demo.unfinished").exists() or process.poll() is not None)
    time.sleep(0.7)
    process.kill()
    process.wait()
    assert (made / "demo.unfinished").exists(), "it was finished before it could be killed"
    yield made
    engine.remove(made)
    assert left(made) == []


@pytest.fixture(scope="module")
def played(home: Path) -> tuple[Path, str]:
    """Give a home in which the whole story was played, and what that said."""
    done = pars(home, "demo", "--once", "--port", "0")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert left(home) == []
    return home, done.stdout


def test_every_beat_holds_also_after_a_start_that_was_killed(played: tuple[Path, str]) -> None:
    _, said = played
    assert "it is invented anew" in said
    assert said.count("   Done:   ") == said.count("   Proves: ") == 11
    assert "Every beat held." in said


def test_what_the_story_left_is_exported_and_verifies(played: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = played
    bundle, trusted = tmp_path / "B", tmp_path / "keys"
    assert pars(home, "ledger", "export", str(bundle)).returncode == 0
    keys = pars(home, "keys", "trust")
    trusted.write_text(keys.stdout)
    assert [line.split()[0] for line in keys.stdout.splitlines()] == ["log", "seat", "seat", "seat"]
    checked = [sys.executable, "-m", "verify", str(bundle), "--trust", str(trusted)]
    assert subprocess.run(checked, cwd=ROOT, capture_output=True, check=False).returncode == 0
    assert pars(home, "fsck").returncode == 0
    assert left(home) == []


def test_an_agency_asks_and_staff_open_a_case_from_the_command_line(played: tuple[Path, str]) -> None:
    home, _ = played
    answer = pars(home, "ask", json.dumps(ASKED), "--by", "supervision", "--json")
    assert answer.returncode == 0, answer.stderr
    said = json.loads(answer.stdout)
    assert {frozenset(record) for record in said["records"]} == {frozenset(ASKED["columns"])}
    assert said["entry"] > 0
    refused = pars(home, "ask", json.dumps({**ASKED, "columns": ["birthplace"]}), "--by", "supervision", "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["refused"]["names"] == ["birthplace"]
    assert pars(home, "ask", json.dumps(ASKED), "--by", "stranger").returncode == 2
    assert pars(home, "case", "show", "no-case", "--by", "booking").returncode == 2
    assert pars(home, "case", "show", "no-case", "--by", "stranger").returncode == 2
    report = json.loads(pars(home, "import", str(home / "story-booking.xml"), "--json").stdout)
    (item,) = report["accepted"]
    assert item["changed"] is False, "the story's document changed a case that it had made"
    shown = json.loads(pars(home, "case", "show", item["case_id"], "--by", "booking").stdout)
    assert shown["id"] == item["case_id"] != said["records"][0]["record"]
    described = json.loads(pars(home, "openapi").stdout)
    assert "/v1/questions" in described["paths"]


def test_it_starts_again_watches_over_its_processes_and_leaves_nothing(played: tuple[Path, str]) -> None:
    home, _ = played
    with staying(home, "--ends-in", "600s") as (process, told):
        ready = time.time()
        assert "Inventing" not in (home.parent / "words").read_text()
        assert all({"role", "username", "password", "token"} <= account.keys() for account in told["accounts"])
        assert [one["state"] for one in told["agreements"]] == ["IN_FORCE"] * 3
        first = told["agreements"][0]
        assert {"agency", "purposes", "columns", "ends_at"} <= first.keys()
        end = time.strptime(first["ends_at"][:19], "%Y-%m-%dT%H:%M:%S")
        assert abs(time.mktime(end) - time.timezone - ready - 600) < 15
        assert call(told, "/v1/questions", "supervision", ASKED)[0] == 200
        for name in ("work", "serve", "postgres"):
            before = children(process.pid)[name]
            os.kill(before, signal.SIGKILL)
            until(lambda name=name, before=before: children(process.pid).get(name, before) != before)
        until(lambda: _answers(told))
        second = pars(home, "demo", "--once", "--port", "0")
        assert second.returncode == 2
        assert "already" in second.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert left(home) == []


def _answers(told: dict[str, Any]) -> bool:
    try:
        return call(told, "/v1/questions", "supervision", ASKED)[0] == 200
    except (OSError, http.client.HTTPException, ValueError):
        return False


def test_when_the_demo_is_killed_what_served_ends_too_and_it_starts_again(played: tuple[Path, str]) -> None:
    home, _ = played
    with staying(home) as (process, _told):
        process.kill()
        process.wait()
        until(lambda: not [words for words in left(home) if " serve" in words or " work" in words], 30)
    with staying(home, "--still") as (process, told):
        assert call(told, "/v1/questions", "supervision", ASKED)[0] == 200
        process.terminate()
        assert process.wait(60) == 0
    assert left(home) == []


def test_an_interrupt_while_the_city_is_invented_leaves_nothing_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = subprocess.Popen(
        **command(home, "demo", "--once", "--port", "0"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: (home / "demo.unfinished").exists() or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert left(home) == []


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as theirs:
        theirs.bind(("127.0.0.1", 0))
        theirs.listen()
        done = pars(tmp_path / "home", "demo", "--port", str(theirs.getsockname()[1]))
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert not (tmp_path / "home" / "postgres").exists()


def test_a_real_ledger_is_no_place_for_a_demo_and_a_demo_is_served_on_loopback_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert pars(home, *opening()).returncode == 0
    (home / "demo.unfinished").touch()
    done = pars(home, "demo", "--once", "--port", "0")
    assert done.returncode == 2
    assert "real ledger" in done.stderr
    (home / "demo.json").write_text("{}")
    shown = pars(home, "serve", "--host", "0.0.0.0", "--port", "0")
    assert shown.returncode == 2
    assert "loopback" in shown.stderr
    engine.remove(home)


def test_an_agency_saves_a_whole_answer_as_a_file_and_a_stranger_checks_it(played: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = played
    file, trusted = tmp_path / "records.csv", tmp_path / "keys"
    asked = ("ask", json.dumps(ASKED), "--by", "supervision", "--export", str(file), "--form", "csv")
    made = pars(home, *asked)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("WHOLE: ")
    assert file.stat().st_mode & 0o777 == 0o600
    trusted.write_text(pars(home, "keys", "trust").stdout)
    check = [sys.executable, "-m", "verify", str(file), "--trust", str(trusted)]
    assert subprocess.run(check, cwd=ROOT, capture_output=True, check=False).returncode == 0
    again = pars(home, *asked)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    refused = pars(home, "ask", json.dumps({**ASKED, "columns": ["birthplace"]}), *asked[2:5], str(tmp_path / "none"))
    assert refused.returncode == 2
    assert not (tmp_path / "none").exists()
    file.write_bytes(file.read_bytes()[:-40])
    assert subprocess.run(check, cwd=ROOT, capture_output=True, check=False).returncode == 3
