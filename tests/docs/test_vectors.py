"""The vectors of the ledger's specification are what our program says, and the second verifier holds to every one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verify.second import FOLDER as SECOND
from tests.verify.vectors import FOLDER, SUCCESSORS, VECTORS, written

CHECK = Path(__file__).parents[1] / "verify/vectors.mjs"


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_are_what_our_program_says(name: str) -> None:
    assert (FOLDER / name).read_text() == written(VECTORS[name]()), "write them anew: python -m tests.verify.vectors"


def test_the_vectors_hold_what_is_sound_and_what_is_not() -> None:
    entries = json.loads((FOLDER / "entries.json").read_text())["entries"]
    assert [one["name"] for one in entries if "leaf" in one and not one["name"].isdecimal()] == []
    assert len({one["what"] for one in entries if "what" in one}) == 5
    found = json.loads((FOLDER / "bundles.json").read_text())
    assert [one["name"] for one in found["bundles"] if one["verdict"] == "verified"] == [
        "one of everything", "an agreement's whole life", "court orders", "a log that changed its keys",
        "witnesses, a key and a successor", *(f"a successor, with keys of {name}" for name in SUCCESSORS),
        "voted again after a key was revoked", "with keys",
    ]  # fmt: skip
    assert {one["verdict"] for one in found["tampered"]["bundles"]} <= {"violated", "unusable"}


def test_the_second_verifier_holds_to_every_vector() -> None:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        pytest.skip("there is no node on this machine, so the second verifier is tried in the browser alone")
    done = subprocess.run([node, CHECK, SECOND, FOLDER], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert int(done.stderr.split()[0]) > 200
