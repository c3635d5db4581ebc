"""The live board under load: people in custody, watchers beside browsers, changes a second; what the server did and what was seen.

The server, the sealer and the watchers are processes of their own; the changes are real acts. This machine runs all of it, so watchers and
browsers, which elsewhere have machines of their own, give way to the rest. Server time is taken in the server (serving.py); what a
watcher waits for its answer, and when it sees a change, is taken where it watches.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.timing import machine
from pars.actions import disclosing, releasing
from pars.actions.beats import Done
from pars.core.ledger.entries import Kind
from pars.core.terms import StatedTime, moment
from pars.edge.city.pulse import AT_ONCE, Pulse
from pars.edge.web.seat import CHOSEN
from pars.store import ledger, watched
from pars.store.connections import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pars.edge.city.founded import City

SEATS = ("booking", "charging", "interview", "clerk", "bench", "custodian")
SETTLE_S = 3.0
"""Seconds after the last change in which everybody must have caught up."""
HANDS = 5
"""How many change something at once."""
A_TURN = 1.2
"""Changes that a turn of theirs makes on average: an arrest, or a hearing, is more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much of everything."""

    people: int = 500
    watchers: int = 50
    browsers: int = 3
    changes: float = 20.0
    seconds: float = 60.0


def measure(city: City, wanted: Wanted, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Run it once and return the figures."""
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder) / "taken") as (url, server, times):
        sessions = [_session(city, SEATS[n % len(SEATS)]) for n in range(wanted.watchers)]
        plain = wanted.watchers - wanted.browsers
        say(f"{wanted.people} people, {wanted.watchers} watchers at {url} …")
        with (
            _watching("bench.watching", url, sessions[:plain]) as tell,
            _watching("bench.looking", url, sessions[plain:]) as look,
        ):
            began, used = time.time(), _cpu(server)
            made = _change(city, wanted)
            ended, used = time.time(), _cpu(server) - used
            time.sleep(SETTLE_S)
            watchers, browsers = tell(), look()
        taken = [ms for at, ms in times() if began <= at < ended]
        changes = _changes(began, ended)
        board = _board(city)
        return {
            "bench": "board",
            "people": len(board),
            "watchers": len(watchers),
            "browsers": len(browsers),
            "seconds": round(ended - began, 1),
            "changes": len(changes),
            "changes_a_second": round(len(changes) / (ended - began), 1),
            "refused": made,
            "asks_a_watcher_a_second": _rate(watchers, began, ended),
            "closest_asks_s": _closest([*watchers, *browsers]),
            "rows_an_ask": round(statistics.fmean([rows for one in watchers for *_, rows in one["asked"]]), 1),
            "server_ms": _spread(taken),
            "answered_ms": _spread([ms for one in watchers for at, ms, _ in one["asked"] if at < ended]),
            "server_cpu_ms_an_ask": round(used * 1000 / max(1, sum(len(one["asked"]) for one in [*watchers, *browsers])), 1),
            "visible_s": _spread(_delays(watchers, changes), 2),
            "visible_in_browsers_s": _spread(_delays(browsers, changes), 2),
            "failed": sum(one["failed"] for one in watchers),
            "lost": sum(_lost(one, board) for one in [*watchers, *browsers]),
            **_growth(began, ended, len(watchers) + len(browsers)),
            "machine": machine(),
        }


# ---------------------------------------------------------------- processes


@contextmanager
def _served(file: Path) -> Iterator[tuple[str, int, Callable[[], list[tuple[float, float]]]]]:
    """Serve; give the address, the process, and what ends it and tells how long each answer took and when it began."""
    env = {**os.environ, "PARS_INSECURE_HTTP": "1"}
    process = subprocess.Popen([sys.executable, "-m", "bench.serving", str(file)], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None

    def times() -> list[tuple[float, float]]:
        process.terminate()
        process.wait(20)
        found: list[tuple[float, float]] = json.loads(file.read_text())
        return found

    try:
        yield process.stdout.readline().rpartition(" ")[2].strip(), process.pid, times
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _watching(module: str, url: str, sessions: Sequence[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    if not sessions:
        yield list
        return
    process = subprocess.Popen(
        ["nice", "-n", "10", sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    into, out = process.stdin, process.stdout

    def tell() -> list[dict[str, Any]]:
        into.write("\n")
        into.flush()
        found: list[dict[str, Any]] = json.loads(out.readline())
        return found

    try:
        into.write(json.dumps({"url": url, "sessions": list(sessions)}) + "\n")
        into.flush()
        assert out.readline().strip() == "ready", f"{module} did not come up"
        yield tell
    finally:
        process.terminate()
        process.wait(20)


def _session(city: City, username: str) -> str:
    """Return the key of a new signed-in session, as signing in makes one."""
    auth, store = import_module("django.contrib.auth"), import_module("django.contrib.sessions.backends.db").SessionStore()
    account = auth.get_user_model().objects.get(username=username)
    store[auth.SESSION_KEY] = str(account.pk)
    store[auth.BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[auth.HASH_SESSION_KEY] = account.get_session_auth_hash()
    store[CHOSEN] = city.by(username).authority
    store.save()
    return str(store.session_key)


def _cpu(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123  not a file of anybody's
        parts = file.read().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


# ---------------------------------------------------------------- changes


def _change(city: City, wanted: Wanted) -> int:
    """Change cases at the pace that is wanted, half of them of people who stay; return how often an act was refused."""
    end, pace = time.monotonic() + wanted.seconds, HANDS * A_TURN / wanted.changes
    with ledger.reading():
        standing = sorted(watched.open_cases().items())
    refused = [0]
    threads = [threading.Thread(target=_hand, args=(city, n, standing[n::HANDS], end, pace, refused)) for n in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused[0]


def _hand(city: City, n: int, standing: list[tuple[str, int]], end: float, pace: float, refused: list[int]) -> None:
    draw, versions, pulse = random.Random(n), dict(standing), Pulse(city, seed=n)
    due, turn = time.monotonic() + pace * n / HANDS, 0
    while (due := due + pace) < end:
        time.sleep(max(0.0, due - time.monotonic()))
        turn += 1
        if turn % 2:
            pulse.beat()
            continue
        case_id = draw.choice(list(versions))
        done = releasing.lodge_hold(
            case_id=case_id, seen=versions[case_id], by=city.by("custodian"), kind="PROBATION_DETAINER",
            authority="Court of Common Pleas, supervising judge", reference=f"CP-51-CR-{turn:07}-2024",
            lodged=StatedTime(moment(ledger.now()).replace(microsecond=0).isoformat(), "UTC"),
        )  # fmt: skip
        if isinstance(done, Done) and done.version is not None:
            versions[case_id] = done.version
        else:
            refused[0] += 1
            del versions[case_id]


def room_for_arrivals(people: int) -> int:
    """Return how many people stand on the board before anybody comes, so that no more than `people` ever do."""
    return people - HANDS * AT_ONCE


# ---------------------------------------------------------------- figures


def _changes(began: float, ended: float) -> list[tuple[str, int, float]]:
    """Return what the ledger says was changed meanwhile: case, version, when."""
    with connection("app") as given:
        found = given.execute(
            'select r."row", r.version, e.at from ledger.entry_row r join ledger.entry e on e.id = r.entry '
            "where r.tbl = %s and e.at between %s and %s order by e.at",
            [ledger.CASE, int(began * 1e6), int(ended * 1e6)],
        ).fetchall()
    return [(case_id, version, at / 1e6) for case_id, version, at in found]


def _board(city: City) -> dict[str, int]:
    answer = disclosing.board(by=city.by("clerk"))
    assert isinstance(answer, disclosing.Chunk)
    return {row["record"]: answer.known[row["record"]] for row in answer.rows}


def _lost(watcher: dict[str, Any], board: dict[str, int]) -> int:
    """Return about how many people a watcher is wrong in the end."""
    known = watcher["known"]
    return sum(known.get(name) != board.get(name) for name in known.keys() | board.keys())


def _delays(watchers: Sequence[dict[str, Any]], changes: Sequence[tuple[str, int, float]]) -> list[float]:
    """Return for each watcher and change how long it took until that version, or a later one, was there; endless where it never came.

    In browsers only of people whose row was on the page from the beginning: newcomers wait behind "show".
    """
    found = []
    for one in watchers:
        came: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for name, version, at in one["seen"]:
            came[name].append((version, at))
        for name, version, at in changes:
            if "had" in one and name not in one["had"]:
                continue
            found.append(min((seen - at for held, seen in came[name] if held >= version), default=float("inf")))
    return found


def _rate(watchers: Sequence[dict[str, Any]], began: float, ended: float) -> float:
    asks = sum(began <= at < ended for one in watchers for at, *_ in one["asked"])
    return float(round(asks / max(1, len(watchers)) / (ended - began), 2))


def _closest(watchers: Sequence[dict[str, Any]]) -> float:
    """Return the shortest time between two questions of one watcher, the last one aside, which the measurement asks."""
    times: list[list[float]] = [[at for at, *_ in one["asked"][:-1]] for one in watchers]
    gaps: list[float] = [later - earlier for one in times for earlier, later in pairwise(one)]
    return round(min(gaps, default=0.0), 3)


def _spread(values: Sequence[float], digits: int = 1) -> dict[str, float]:
    if not values:
        return {}
    found = sorted(values)
    shares = {"median": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}
    return {name: round(found[min(len(found) - 1, int(len(found) * share))], digits) for name, share in shares.items()}


def _growth(began: float, ended: float, watchers: int) -> dict[str, Any]:
    """Return how much the ledger grew by what was shown, for each watcher's hour at this pace."""
    with connection("app") as given:
        row = given.execute(
            "select count(*), coalesce(sum(octet_length(e.body) + coalesce(octet_length(d.ciphertext), 0) "
            "+ coalesce(pg_column_size(c.list), 0) + (select coalesce(sum(pg_column_size(r.*)), 0) from ledger.entry_row r "
            "where r.entry = e.id)), 0) from ledger.entry e left join ledger.dissemination d on d.entry = e.id "
            "left join ledger.commitment c on c.entry = e.id where e.kind = %s and e.at between %s and %s",
            [int(Kind.SHOWN), int(began * 1e6), int(ended * 1e6)],
        ).fetchone()
    assert row is not None
    hours = watchers * (ended - began) / 3600
    return {
        "entries_a_watcher_hour": round(int(row[0]) / hours),
        "ledger_mb_a_watcher_hour": round(int(row[1]) / hours / 1e6, 2),
    }
