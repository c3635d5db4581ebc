"""The bench takes turns, tells ratios by round, and never hides a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.timing import compared

ROOT = Path(__file__).parents[2]


def row(ours: object, floor: object, **more: int) -> object:
    return compared("name", ours, floor, says="", say=lambda text: None, **{"rounds": 3, "each": 4, **more})  # type: ignore[arg-type]


def test_the_sides_take_turns_and_neither_is_always_first() -> None:
    done: list[str] = []
    row(lambda: done.append("ours"), lambda: done.append("floor"))
    rounds = [done[6:][n : n + 4] for n in range(0, 24, 4)]
    assert [one[0] for one in rounds] == ["floor", "ours", "ours", "floor", "floor", "ours"]
    assert all(len(set(one)) == 1 for one in rounds)


def test_what_takes_twice_as_long_is_half_as_fast() -> None:
    found = json.loads(row(lambda: time.sleep(0.02), lambda: time.sleep(0.01)).json())  # type: ignore[attr-defined]
    assert found["ratio"]["median"] == pytest.approx(0.5, abs=0.1)
    assert found["ours"]["median_ms"] == pytest.approx(20, abs=5)


def test_an_act_that_fails_ends_the_run() -> None:
    calls: list[int] = []

    def failing() -> None:
        calls.append(1)
        if len(calls) > 5:
            raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        row(failing, lambda: None, in_flight=2)


@pytest.mark.soak
@pytest.mark.database
def test_the_bench_runs_whole() -> None:
    if os.environ.get("PARS_DATABASE_URL"):
        pytest.skip("the bench makes a database of its own")
    words = ["--cases", "60", "--rounds", "1", "--each", "16", "--json"]
    done = subprocess.run([sys.executable, "-m", "bench", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["row"].split(",")[0] for row in rows} == {"question", "append", "verify"}
    assert all(row["ratio"]["median"] > 0 for row in rows)
