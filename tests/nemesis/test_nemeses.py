"""Whatever is killed, stopped or starved: nothing was given or promised that isn't in the ledger, nothing left after an acknowledged
suspension, and from booking to release everything goes on. A database that was taken back answers no outsider.

The short version runs with every test and takes longer than most, since whole programs are killed and started. The soak kills a hundred times and
restores twenty; its chance is seeded, and printed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from pars.store.fsck import fsck
from tests.api.test_v1_cases import booked
from tests.nemesis.history import check, offset
from tests.nemesis.stage import KILLS, NEMESES, Stage, asking, covered, restore, set_up, snapshot, until
from verify.__main__ import check_file

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(bool(os.environ.get("PARS_DATABASE_URL")), reason="what is killed here is a database of its own"),
]
SEED = int(os.environ.get("PARS_NEMESIS_SEED", "5"))


@contextmanager
def staged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give a stage in a folder whose path is short enough for a socket."""
    monkeypatch.setattr("pars.store.connections.SECONDS_TO_WAIT", 2.0)
    folder = Path(tempfile.mkdtemp(prefix="pars-nemesis-"))
    try:
        with set_up(folder) as stage:
            yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def released(stage: Stage) -> None:
    """See that a person goes the whole way, from booking to the door."""
    drive = booked(stage.house)
    drive.charge()
    drive.interview()
    drive.hear()
    drive.order()
    drive.act("custodian", "release-acknowledgements", {"released": True})
    assert drive.stage("custodian") == "RELEASED"


def holds(stage: Stage, bundle: Path) -> None:
    """Hold what was seen to the ledger, and the ledger to its own rules."""
    from pars.store import export

    found = check(stage.seen, stage.looks, stage.kept())
    assert found == [], found[:5]
    export.export(bundle, patience=20)
    report = check_file(bundle)
    assert report.status == 0, report.words()
    assert fsck() == ()


@pytest.mark.parametrize("rounds", [1, pytest.param(25, marks=pytest.mark.soak)])
def test_nothing_is_released_but_unlogged_whatever_is_killed_stopped_or_full(monkeypatch, tmp_path, rounds):
    """Each round kills a server, who seals, the database and a witness, stops a server and the database, and fills the disk."""
    chance = Random(SEED)
    with staged(monkeypatch) as stage:
        with asking(stage, chance, name="sheriff"), asking(stage, chance, name="night", slow=0):
            time.sleep(0.5)
            for _ in range(rounds):
                for nemesis in chance.sample(NEMESES, len(NEMESES)):
                    nemesis(stage, chance)
                    stage.tried(stage.book)
                    stage.tried(stage.suspend)
                stage.tried(lambda: released(stage))
            time.sleep(0.5)
        figures = {
            what: sum(one.what == what for one in stage.seen) for what in ("delivered", "refused", "suspended", "unknown")
        }
        print(f"seed {SEED}: {rounds * len(KILLS)} kills, {figures}")
        assert figures["delivered"] > 4 * rounds
        assert figures["suspended"] > 3 * rounds
        assert figures["unknown"] > 0, "nobody noticed"
        holds(stage, tmp_path / "bundle")


def said_so(stage: Stage) -> None:
    """See that the outsider is told why; who asks without a pause is told for the rest of a minute only that they were refused too often."""
    until(lambda: stage.refusal() == "LEDGER_ROLLED_BACK", patience=90.0)


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.soak)])
def test_a_database_that_was_taken_back_answers_no_outsider_and_holds_nobody(monkeypatch, times):
    """Also in the second before anybody seals again, on servers that never stopped."""
    chance = Random(SEED)
    with staged(monkeypatch) as stage:
        old = snapshot(stage, "old")
        with asking(stage, chance):
            until(lambda: stage.refusal() is None)
            before = covered()
            stage.tried(stage.book)
            until(lambda: covered() > before)
            taken_back = float("inf")
            for _ in range(times):
                taken_back = min(taken_back, restore(stage, old))
                said_so(stage)
                stage.tried(lambda: released(stage))
                said_so(stage)
        least, most = offset(stage.looks["sheriff"]) or (0.0, 0.0)
        given = [one for one in stage.seen if one.client == "sheriff" and one.what == "delivered"]
        assert any(one.told + most < taken_back for one in given), "nobody was ever answered"
        assert [one for one in given if one.asked + least > taken_back] == []
