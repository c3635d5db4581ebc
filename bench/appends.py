"""Durable entries in the ledger, beside a plain insert, the chain that most audit tables keep, and another library's tree."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bench.acts import RECORDS, SIZE, pymerkle
from bench.crew import crew
from bench.timing import Row, Timed, in_turns, row_of, summary
from pars.store import connections, sealing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.acts import Given
    from bench.crew import Crew, Times

PROCESSES = (1, 2, 4)
IN_FLIGHT = (1, 8, 64)
"""In each process."""
TURN_S = 0.5
"""Seconds of one side's turn: long enough for some hundred acts of the slowest."""
LAG_EVERY_S = 0.01
AT_ONCE = (
    f"In flight are so many in each process, on every side. A process has {connections.POOL_SIZE} connections for it, on every side: of those that "
    "are more, the others wait for one, or share what another writes."
)
OURS = (
    "Ours takes its authority's lock, the database's time and a number, checks the entry's bytes in the table's own guards, and commits; those "
    "of one process that come at once share a transaction. "
)
FLOOR = (
    "The floor inserts as many bytes into a bare table and commits: no order, no proof, no guard. The chain has one head row: ordered, but one "
    "writer at a time and no proof of a part."
)
SIDE_ROW = (
    f"Ours enters a disclosure of {RECORDS} records that were looked for, and their keys read, before: decided again under the lock, with the side row of their "
    "commitments, an index row for each, the question's key and the dissemination record. The floor inserts the same rows with the same indexes "
    "into bare tables, in one transaction: no decision, no order, no proof, no guard. Plain and chain insert one row alone."
)
MEASURED = (
    ("append", ("append", "plain", "chain"), "plain", OURS + FLOOR),
    ("disclosure entry", ("disclosure", "same rows", "plain", "chain"), "same rows", SIDE_ROW),
)
LIBRARY = "pymerkle keeps a tree in an SQLite file of its own, one writer, without order of authority, guards or readers. The floor is a plain insert."
LAG = (
    "The oldest committed entry that has no place in the tree yet, looked at every 10 ms while all append as fast as they can."
)


def rows(given: Given, times: Times, *, lasts: float) -> list[Row]:
    """Measure entries that stand alone (refusals) and disclosures, with 1, 8 and 64 in flight in each of 1, 2 and 4 processes."""
    disk = {"disk_fsyncs_a_second": fsyncs(connections.home())}
    times.say(f"The disk: {disk['disk_fsyncs_a_second']:,.0f} fsyncs a second")
    found = []
    for processes in PROCESSES:
        with crew(given, processes) as made:
            for in_each in IN_FLIGHT:
                for what, sides, floor, says in MEASURED:
                    name = f"{what}, {_load(in_each, processes)}"
                    taken = made.turns(sides, times, in_each=in_each, seconds=TURN_S, name=name)
                    found.append(row_of(name, taken, floor=floor, says=f"{says} {AT_ONCE}", more=disk))
            if processes == PROCESSES[0]:
                found += _beside_library(made, times, disk)
            if processes == PROCESSES[-1]:
                found.append(_lag(made, lasts, disk, times.say))
    return found


def _load(in_each: int, processes: int) -> str:
    return f"{in_each} in flight in {'1 process' if processes == 1 else f'each of {processes} processes'}"


def fsyncs(folder: Path, *, seconds: float = 0.5) -> float:
    """Return how often a second a small write reaches the disk that the database lies on."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            os.pwrite(file.fileno(), bytes(SIZE), 0)
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - began)


def _beside_library(made: Crew, times: Times, more: dict[str, float]) -> list[Row]:
    with tempfile.TemporaryDirectory(dir=connections.home()) as folder:
        act = pymerkle(Path(folder))
        if act is None:
            times.say("pymerkle isn't installed: `make ready-bench` does it")
            return []

        def library() -> Timed:
            marks = [time.perf_counter()]
            while marks[-1] - marks[0] < TURN_S:
                act()
                marks.append(time.perf_counter())
            return Timed(seconds=tuple(b - a for a, b in pairwise(marks)), rate=(len(marks) - 1) / (marks[-1] - marks[0]))

        turns = {
            "append": lambda: made.turn("append", in_each=1, seconds=TURN_S),
            "plain": lambda: made.turn("plain", in_each=1, seconds=TURN_S),
            "pymerkle": library,
        }
        name = f"append, {_load(1, 1)}, beside pymerkle"
        return [
            row_of(name, in_turns(turns, rounds=times.rounds, say=times.say, name=name), floor="plain", says=LIBRARY, more=more)
        ]


def _lag(made: Crew, seconds: float, more: dict[str, float], say: Callable[[str], None]) -> Row:
    name = f"seal lag, {_load(IN_FLIGHT[-1], PROCESSES[-1])}"
    say(f"{name}: {seconds:.0f} s")
    with _lags() as lags:
        ours = made.turn("append", in_each=IN_FLIGHT[-1], seconds=seconds)
    plain = made.turn("plain", in_each=IN_FLIGHT[-1], seconds=min(seconds, 5.0))
    ordered = sorted(lags)
    told = {
        "lag_median_s": statistics.median(ordered),
        "lag_p99_s": ordered[int(len(ordered) * 0.99)],
        "lag_most_s": ordered[-1],
    }
    return Row(
        name=name,
        ours=summary([ours]),
        floor=summary([plain]),
        ratios=(ours.rate / plain.rate,),
        says=LAG,
        more={**told, **more},
    )


@contextmanager
def _lags() -> Iterator[list[float]]:
    """Look at the seal's lag while the block runs."""
    found: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(LAG_EVERY_S):
            found.append(sealing.lag() / 1e6)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        over.set()
        looking.join()
