"""The second verifier, the one of the public page, run in node beside ours: the same bundles go in, and the same findings must come out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.access.catalogue import catalogue_text
from pars.core.access.floor import floor_text
from verify.checks import verify
from verify.report import WORDS
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "pars/edge/web/static/pars/verify"
RUNNER = Path(__file__).with_name("second.mjs")
RULES = {"catalogue": sha256(catalogue_text()).hexdigest(), "floor": sha256(floor_text()).hexdigest()}
"""What the page hands its verifier: the rules that this program carries."""


class Second:
    """The verifier, waiting for bundles."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._put(json.dumps(RULES).encode())

    def _put(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(len(data).to_bytes(4) + data)
        self.process.stdin.flush()

    def report(self, data: bytes, keys: str = "") -> dict[str, Any]:
        """Return what it says of a bundle."""
        self._put(data)
        self._put(keys.encode())
        assert self.process.stdout is not None
        report: dict[str, Any] = json.loads(self.process.stdout.readline())
        return report

    def agrees(self, data: bytes, how: object = "", keys: str = "") -> str:
        """Assert that it says of a bundle what ours says, to the place, and return the verdict."""
        ours, theirs = verify(data, read_trust(keys) if keys else None), self.report(data, keys)
        assert theirs["verdict"] == WORDS[ours.status], (how, theirs, ours.words())
        said = [(one["what"], one["place"], one["offset"], one["index"], one["entry"]) for one in theirs["findings"]]
        expected = [(one.what, one.place, one.offset, one.index, one.entry) for one in ours.findings]
        assert said == expected, how
        assert theirs["more"] == ours.more, how
        if ours.told is not None:
            assert (theirs["size"], theirs["root"]) == (ours.told.size, ours.told.root.hex()), how
            assert theirs["witnessed"] == (asdict(ours.told.witnessed) if ours.told.witnessed is not None else None), how
            happened = ours.told.successors, ours.told.revoked, ours.told.doubted
            assert (tuple(theirs["successors"]), tuple(theirs["revoked"]), theirs["doubted"]) == happened, how
        assert theirs["trusted"] == ours.trusted, how
        verdict: str = theirs["verdict"]
        return verdict


@contextmanager
def second() -> Iterator[Second]:
    """Start it, or skip in words."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        pytest.skip("there is no node on this machine, so the second verifier is tried in the browser alone")
    with subprocess.Popen([node, RUNNER, FOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Second(process)
        finally:
            process.kill()
