"""The bench takes turns, tells ratios by round, and never hides a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.timing import Timed, compared, in_turns, row_of
from pars.edge.commands import main

if TYPE_CHECKING:
    from collections.abc import Callable

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


def test_ours_stands_beside_a_floor_and_peers_that_took_their_turns_in_the_same_rounds() -> None:
    def side(milliseconds: float) -> Callable[[], Timed]:
        return lambda: Timed(seconds=(milliseconds / 1000,) * 4, rate=1000 / milliseconds)

    sides = {"ours": side(2), "floor": side(1), "chain": side(8)}
    found = in_turns(sides, rounds=3, say=lambda text: None, name="name")
    told = json.loads(row_of("name", found, floor="floor", says="", more={"lag_s": 0.5}).json())
    assert told["ratio"] == {"median": 0.5, "least": 0.5, "most": 0.5}
    assert told["spread"] == 0
    assert told["peers"]["chain"]["ratio"]["median"] == 4
    assert (told["floor"]["median_ms"], told["peers"]["chain"]["median_ms"], told["lag_s"]) == (1, 8, 0.5)


def test_the_command_measures_nothing_that_it_does_not_know(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "nonsense"]) == 2
    assert "there is no nonsense: name any of question, appends, verify" in capfd.readouterr().err


@pytest.mark.soak
@pytest.mark.database
def test_the_bench_runs_whole() -> None:
    if os.environ.get("PARS_DATABASE_URL"):
        pytest.skip("the bench makes a database of its own")
    words = ["--cases", "60", "--rounds", "1", "--each", "16", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "pars", "bench", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["row"].split(",")[0] for row in rows} == {"question", "append", "disclosure entry", "seal lag", "verify"}
    assert all(row["ratio"]["median"] > 0 for row in rows)
    assert all(row["spread"] >= 0 and row["machine"]["processors"] > 0 for row in rows)
    appends = [row for row in rows if row["row"].startswith("append")]
    assert all(row["disk_fsyncs_a_second"] > 0 and "peers" in row for row in appends)
    assert any("chain" in row["peers"] for row in appends)
    (lag,) = (row for row in rows if row["row"].startswith("seal lag"))
    assert 0 <= lag["lag_median_s"] <= lag["lag_p99_s"] <= lag["lag_most_s"]
    assert all("added_median_ms" in row for row in rows if row["row"].startswith("question"))
