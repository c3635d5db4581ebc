"""Processes that act at once: each waits for a word, does what it is told with its threads, and tells how long each act took.

`python -m bench.crew` is one of them. It reads a line of JSON with the home's facts, then one for each turn, and answers each with one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.timing import TRIES, Timed, in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.acts import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How much is measured: so many rounds, in each so many acts of each side; and who is told how far it is."""

    rounds: int
    each: int
    say: Callable[[str], None]


class Crew:
    """Some processes, ready to act."""

    def __init__(self, given: Given, processes: int) -> None:
        self._given = given
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.crew"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
            for _ in range(processes)
        ]
        for process in self._processes:
            self._say(process, asdict(given))
        for process in self._processes:
            self._hear(process)

    def turn(self, act: str, *, in_each: int, each: int = 0, seconds: float = 0.0) -> Timed:
        """Have each of them do an act, `in_each` of it at once, until it was done so often in all, or for so long."""
        threads = in_each * len(self._processes)
        for process in self._processes:
            self._say(process, {"act": act, "threads": in_each, "each": -(-each // threads), "seconds": seconds})
        told = [self._hear(process) for process in self._processes]
        taken = tuple(second for one in told for second in one["taken"])
        return Timed(seconds=taken, rate=sum(len(one["taken"]) / one["lasted"] for one in told))

    def turns(
        self, sides: Sequence[str], times: Times, *, in_each: int, seconds: float = 0.0, name: str
    ) -> dict[str, list[Timed]]:
        """Have all sides take turns, once all are warm: of so many acts, or for so long."""
        for side in sides:
            self.turn(side, in_each=in_each, each=TRIES * in_each * len(self._processes))
        acts = {side: partial(self.turn, side, in_each=in_each, each=times.each, seconds=seconds) for side in sides}
        return in_turns(acts, rounds=times.rounds, say=times.say, name=name)

    def end(self) -> None:
        """Let them go."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
        for process in self._processes:
            process.wait(30)

    @staticmethod
    def _say(process: subprocess.Popen[str], what: dict[str, Any]) -> None:
        assert process.stdin is not None
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()

    @staticmethod
    def _hear(process: subprocess.Popen[str]) -> Any:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError(f"a process that was measured ended with {process.wait()}")
        told = json.loads(said)
        if "failed" in told:
            raise RuntimeError(f"an act that was measured failed: {told['failed']}")
        return told


@contextmanager
def crew(given: Given, processes: int) -> Iterator[Crew]:
    """Give a crew, gone afterwards."""
    made = Crew(given, processes)
    try:
        yield made
    finally:
        made.end()


def done(act: Callable[[], object], *, threads: int, each: int, seconds: float) -> list[float]:
    """Do an act with some threads, each so many times or for so long, and return how long each took."""
    taken: list[float] = []
    failed: list[Exception] = []
    until = time.perf_counter() + seconds

    def run() -> None:
        number = 0
        try:
            while number < max(1, each) if not seconds else time.perf_counter() < until:
                began = time.perf_counter()
                act()
                taken.append(time.perf_counter() - began)
                number += 1
        except Exception as failure:  # noqa: BLE001  raised again below, in the thread that waits
            failed.append(failure)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failed:
        raise failed[0]
    return taken


def main() -> int:
    """Be one of the crew until nobody says anything any more."""
    from bench.acts import Given, acts

    known = acts(Given(**json.loads(sys.stdin.readline())))
    print("{}", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        try:
            began = time.perf_counter()
            taken = done(known[told["act"]], threads=told["threads"], each=told["each"], seconds=told["seconds"])
            print(json.dumps({"taken": taken, "lasted": time.perf_counter() - began}), flush=True)
        except Exception as failure:  # noqa: BLE001  told to whoever measures
            print(json.dumps({"failed": repr(failure)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
