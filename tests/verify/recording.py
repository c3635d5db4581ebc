"""Keeps the bundle of every ledger that a test of this process folds, writes or checks: `-p tests.verify.recording` with a folder in PARS_LEDGERS."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import verify.checks
from tests import ledgers

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1 << 18
"""Bytes from which on a bundle is made to be long, and not to say something."""


def pytest_configure() -> None:
    """Let each ledger be kept before it is folded, and each bundle before it is checked."""
    folder, bundle, check = Path(os.environ["PARS_LEDGERS"]), ledgers.Ledger.bundle, verify.checks.Check.__init__

    def keep(data: bytes) -> None:
        if len(data) < LONGEST:
            (folder / sha256(data).hexdigest()).write_bytes(data)

    def folded(fold: Callable[[Any], object]) -> Callable[[Any], object]:
        def kept(ledger: ledgers.Ledger) -> object:
            keep(bundle(ledger))
            return fold(ledger)

        return kept

    def checked(self: Any, data: Any, trust: Any) -> None:
        if trust is None and isinstance(data, bytes):
            keep(data)
        check(self, data, trust)

    ledgers.Ledger.folded = folded(ledgers.Ledger.folded)  # type: ignore[method-assign,assignment]
    verify.checks.Check.__init__ = checked  # type: ignore[method-assign]
