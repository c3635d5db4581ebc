"""The county whose ledger is measured: it verifies by both ways alike, has something of everything, and the table says what a check took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench import county
from pars.core.ledger.entries import Kind
from tests.verify.test_fast import states

ROOT = Path(__file__).parents[2]


def test_a_county_is_checked_alike_and_mostly_together(tmp_path):
    county.write(tmp_path / "county.pars", 3_000)
    slow, quick, together = states((tmp_path / "county.pars").read_bytes())
    assert slow == quick
    assert together > 2_400
    assert slow["kinds"].keys() >= {
        *(
            Kind.DISCLOSED,
            Kind.SHOWN,
            Kind.REFUSED,
            Kind.ARREST_BOOKED,
            Kind.HEARING_HELD,
            Kind.AGREEMENT_VOTED,
            Kind.GRANT_GIVEN,
        ),
        *(Kind.USER_NAMED, Kind.CLIENT_BOUND, Kind.SEALER_STARTED),
    }


def test_rows_for_programs() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARS_")}
    command = [sys.executable, "-m", "bench", "verify", "--entries", "600", "--rounds", "1", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    together, in_turn = (json.loads(line) for line in done.stdout.splitlines())
    assert (together["row"], in_turn["row"]) == ("verify, 600 entries", "verify, 600 entries, in turn")
    for row in (together, in_turn):
        assert row["ours"]["seconds"] > row["floor"]["seconds"] >= 0
        assert 0 < row["ours"]["memory_mb"] < 500
        assert row["ours"]["entries_a_second"] > 0
        assert row["machine"]["processors"]
