"""Checking the ledger of an invented county offline, beside nothing but hashing its bytes.

`pars-verify` is started as whoever checks does it: its start, and all the memory that its processes have, are in the figures.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import county
from bench.timing import Row
from verify.cutting import COMPILED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

IN_TURN = 100_000
"""Up to how many entries are also read in turn, by one process: what whoever reads the program follows."""
SAYS = (
    f"Ours is `pars-verify` {'with the part of it that is compiled' if COMPILED else 'in Python alone'}, its start included: every "
    "entry, duty, authority, answer, commitment and signature (of the owners under votes, of the log and three witnesses under 64 "
    "checkpoints). The floor hashes the same bytes once and understands nothing. Rates are whole bundles a second."
)
_PIECE = 1 << 20
_LOOKS = 0.1


def rows(*, rounds: int, entries: Sequence[int], say: Callable[[str], None]) -> list[Row]:
    """Measure bundles of so many entries."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for count in entries:
            bundle = Path(folder) / f"{count}.pars"
            say(f"writing the ledger of a county, {count:,} entries")
            county.write(bundle, count)
            found.append(_row(f"verify, {count:,} entries", bundle, count, (), rounds, say))
            if count <= IN_TURN:
                found.append(_row(f"verify, {count:,} entries, in turn", bundle, count, ("--in-turn",), rounds, say))
            bundle.unlink()
    return found


def _row(name: str, bundle: Path, entries: int, more: Sequence[str], rounds: int, say: Callable[[str], None]) -> Row:
    ours: list[tuple[float, int]] = []
    floor: list[float] = []
    for number in range(rounds):
        say(f"{name}: round {number + 1} of {rounds}")
        for side in ("ours", "floor") if number % 2 else ("floor", "ours"):
            if side == "ours":
                ours.append(_checked(bundle, more))
            else:
                floor.append(_hashed(bundle))
    seconds = [took for took, _ in ours]
    return Row(
        name=name,
        ours={
            "seconds": median(seconds),
            "worst_seconds": max(seconds),
            "entries_a_second": entries / median(seconds),
            "memory_mb": max(memory for _, memory in ours) / 1e6,
        },
        floor={"seconds": median(floor)},
        ratios=tuple(base / took for took, base in zip(seconds, floor, strict=True)),
        says=SAYS,
    )


def _checked(bundle: Path, more: Sequence[str]) -> tuple[float, int]:
    """Return how many seconds a check took, and how many bytes its processes had at most."""
    began, most = time.perf_counter(), 0
    with subprocess.Popen([sys.executable, "-m", "verify", str(bundle), *more], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, _memory(process.pid))
            time.sleep(_LOOKS)
    if process.returncode:
        raise RuntimeError("the ledger that was measured doesn't verify")
    return time.perf_counter() - began, most


def _memory(process: int) -> int:
    """Return how many bytes a process and its children have, what they share counted once; 0 where this system doesn't tell."""
    found = 0
    with suppress(OSError):
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
        found += sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:"))
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            found += _memory(int(child))
    return found


def _hashed(bundle: Path) -> float:
    began, digest = time.perf_counter(), sha256()
    with bundle.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return time.perf_counter() - began
