"""The page on a successor can be typed by whoever restored an old copy: real witnesses know more, and answer again once they are told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pars.core.ledger.checkpoint import read_verifier_key
from pars.store import engine
from pars.store.engine_cluster import Cluster
from pars.store.engine_places import base_of
from tests.commands.test_setting_up import environment, running, typed
from tests.docs.pages import ROOT, blocks
from tests.witness.running import running as witness_running
from tests.witness.running import typed as witness_typed

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs/how-to/open-a-successor.md"
PEOPLE = {"alice": "access_officer", "carol": "agreement_manager", "ada": "voter_city", "ben": "voter_courts"}
OWNERS = ("city=Elm City", "courts=The Courts of Elm", "prosecutor=The District Attorney of Elm")


def did(home: Path, *words: str, put: str = "") -> str:
    done = typed(home, *words, put=put)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


@contextmanager
def elm(home: Path) -> Iterator[None]:
    """Open a ledger of three owners; delete its database at the end."""
    named = os.environ.pop("PARS_DATABASE_URL", None)
    try:
        owners = [word for owner in OWNERS for word in ("--owner", owner)]
        did(home, "init", "--origin", "pars.elm.example/log", "--profile", "city", *owners)
        yield
    finally:
        engine.remove(home)
        if named is not None:
            os.environ["PARS_DATABASE_URL"] = named


def copied(home: Path, to: Path) -> None:
    """Copy a home with its database, which lies elsewhere where the server can't reach into the home."""
    subprocess.run(["cp", "-a", home, to], check=True)
    subprocess.run(["cp", "-a", base_of(Cluster.of(home).own) / "data", to / "data-of-the-server"], check=True)


def brought_back(copy: Path, home: Path) -> None:
    """Put the copy in the place of the home and of its database."""
    data = base_of(Cluster.of(home).own) / "data"
    shutil.rmtree(data)
    subprocess.run(["cp", "-a", copy / "data-of-the-server", data], check=True)
    for part in ("ledger", "keys"):
        shutil.rmtree(home / part)
        subprocess.run(["cp", "-a", copy / part, home / part], check=True)


def type_in(line: str, home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type a line into a shell. What it leaves running may hold its output open, so that goes to files."""
    given = {**environment(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    with (folder / ".out").open("w+") as out, (folder / ".err").open("w+") as err:
        status = subprocess.run(["sh", "-euc", line], check=False, cwd=folder, env=given, stdout=out, stderr=err, timeout=300)
    return subprocess.CompletedProcess(line, status.returncode, (folder / ".out").read_text(), (folder / ".err").read_text())


def until_sound(home: Path) -> None:
    """Wait until the doctor finds nothing that somebody must do."""
    until = time.monotonic() + 60
    while (done := typed(home, "doctor")).returncode:
        assert time.monotonic() < until, done.stdout
        time.sleep(0.3)


def until_told(home: Path) -> None:
    """Wait until the doctor finds something: the witness has to be asked first."""
    until = time.monotonic() + 30
    while not (done := typed(home, "doctor")).returncode:
        assert time.monotonic() < until, done.stdout
        time.sleep(0.3)


def cosigned(folder: Path) -> int:
    """Return how many entries the city's witness has signed."""
    size: int = json.loads(witness_typed("status", folder / "our-witness", "--json")[1])["logs"][0]["cosigned"]["size"]
    return size


def until_it_knows_more(folder: Path, *, than: int) -> int:
    """Wait until what was entered after the copy is signed too, and return how many entries that are."""
    until = time.monotonic() + 30
    before = than
    while (size := cosigned(folder)) <= than or size > before:  # and nothing more came for two seconds
        assert time.monotonic() < until
        before = size
        time.sleep(2)
    return size


def named(home: Path, folder: Path, stack: ExitStack, seats: tuple[str, ...]) -> None:
    """Run a witness for each seat, which knows the log, and let two owners name them."""
    line = did(home, "keys", "trust").splitlines()[0].removeprefix("log ")
    listed = []
    for seat in seats:
        place = folder / ("our-witness" if seat == "city" else f"witness-{seat}")
        key = witness_typed("init", place, "--name", f"witness.{seat}.example")[1].splitlines()[-1]
        assert witness_typed("log", place, line)[0] == 0
        _, url = stack.enter_context(witness_running(place))
        listed.append({"seat": seat, "key": key, "url": url})
    text = json.loads(did(home, "text", "draft", "witnesses"))
    (folder / "witnesses.json").write_text(json.dumps({**text, "witnesses": listed, "needs": len(listed)}))
    did(home, "text", "propose", str(folder / "witnesses.json"), "--by", "carol")
    for who in ("ada", "ben"):
        did(home, "text", "vote", "witnesses", "adopt", "--by", who)


@pytest.mark.database
def test_what_the_page_has_its_reader_type_brings_outsiders_their_answers_again(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "desk"
    folder.mkdir()
    (before, draft, propose, tell, after) = [block.lines for block in blocks(PAGE) if block.info == "sh successor"]
    with ExitStack() as stack:
        stack.enter_context(elm(home))
        with running(home, "work"):
            for who, role in PEOPLE.items():
                did(home, "user", "add", who, "--name", who.title(), put="a-long-invented-password\n")
                did(home, "user", "grant", who, role, *([] if role == "access_officer" else ["--by", "alice"]))
            named(home, folder, stack, ("city",))
            until_sound(home)
        knew = cosigned(folder)
        copied(home, tmp_path / "copy")
        with running(home, "work"):
            did(home, "user", "add", "dora", "--name", "Dora", put="a-long-invented-password\n")
            did(home, "user", "grant", "dora", "auditor", "--by", "alice")
            until_sound(home)
            knew = until_it_knows_more(folder, than=knew)
        brought_back(tmp_path / "copy", home)
        with running(home, "work"):
            until_told(home)
            for line in before:
                done = type_in(line, home, folder)
                assert (done.returncode, f"{knew} entries" in done.stdout) == (1, True), (line, done.stdout, done.stderr)
            said = type_in(draft[0], home, folder)
            assert f"holds {knew} entries" in said.stderr, said.stderr
            whole = json.loads((folder / "successor.json").read_text())
            assert whole["after"]["size"] == knew
            less = {
                **whole,
                "origin": "pars.elm.example/log2",
                "says": {"en": "Less."},
                "after": {**whole["after"], "size": knew - 1},
            }
            (folder / "less.json").write_text(json.dumps(less))
            refused = typed(home, "text", "propose", str(folder / "less.json"), "--by", "carol")
            assert (refused.returncode, f"the witness witness.city.example knows {knew} entries" in refused.stderr) == (2, True)
            proposed = [type_in(line, home, folder) for line in propose]
            assert [one.returncode for one in proposed] == [0] * len(propose), proposed
            assert "pars witness log FOLDER 'pars.elm.example/log2+" in proposed[-1].stdout
            told = [type_in(line, home, folder) for line in tell]
            assert [one.returncode for one in told] == [0, 0], [one.stderr for one in told]
            names = [
                read_verifier_key(line[4:])[0] for line in (folder / "keys.txt").read_text().splitlines() if line[:4] == "log "
            ]
            assert names == ["pars.elm.example/log", "pars.elm.example/log2"]
            until_sound(home)
            for line in after:
                done = type_in(line, home, folder)
                assert done.returncode == 0, (line, done.stdout, done.stderr)
            assert "log2" in did(home, "keys", "show")
