"""The live board under load, in small and in full: no update is lost, and no page asks more than once a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.database, pytest.mark.browser, pytest.mark.soak]

ROOT = Path(__file__).parents[2]
SMALL = ("--people", "40", "--watchers", "5", "--browsers", "1", "--changes", "4", "--seconds", "6")


@pytest.mark.parametrize("wanted", [SMALL, ()], ids=["small", "full"])
def test_no_update_is_lost_and_questions_are_coalesced(wanted: tuple[str, ...]) -> None:
    """The times are for a quiet machine and are only printed; what is lost, and how often a page asks, hold on any."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARS_")}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "board", *wanted], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout)
    print(done.stdout)
    assert figures["changes"] > 0
    assert figures["lost"] == 0
    assert figures["failed"] == 0
    assert figures["closest_asks_s"] >= 0.9
    assert figures["asks_a_watcher_a_second"] <= 1.05
    assert figures["rows_an_ask"] < figures["people"] / 2, "only what changed is asked for"
