"""Checking an exported ledger offline, beside nothing but hashing its bytes."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bench.timing import Row, compared
from pars.actions import founding
from verify.__main__ import check_file
from verify.report import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable

SAYS = (
    "Ours reads a bundle and checks every entry, signature, authority, answer and commitment, in one process with the standard library "
    "alone. The floor hashes the same bytes once and understands nothing. Rates are whole bundles a second."
)


def rows(*, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Measure the bundle of the ledger as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle.pars"
        entries = founding.export(bundle)

        def ours() -> None:
            if check_file(bundle).status != VERIFIED:
                raise RuntimeError("the ledger that was measured doesn't verify")

        def floor() -> None:
            sha256(bundle.read_bytes()).hexdigest()

        return [compared(f"verify, {entries} entries", ours, floor, rounds=rounds, each=1, says=SAYS, say=say)]
