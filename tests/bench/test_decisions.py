"""Decisions beside other engines: what is installed is measured, what isn't is said, and each row tells what the other lacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_rows_for_programs() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARS_")}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "decisions", "--agreements", "1", "3", "--rounds", "1", "--json"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    cedar = [row for row in rows if "cedarpy" in row]
    assert [row["row"].split(", ")[1:3] for row in cedar] == [
        ["1 agreements", "sliced by agency"],
        ["3 agreements", "all at hand"],
        ["3 agreements", "sliced by agency"],
    ]
    for row in rows:
        assert row["ours"]["a_second"] > 0
        assert "It has no reason with a remedy" in row["says"]
    for name in ("casbin", "vakt", "py-abac"):
        assert any(name in row for row in rows) or f"{name} isn't installed: `make ready-bench` does it" in done.stderr


def test_decisions_are_measured_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "decisions", "verify"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "measured alone" in done.stderr
