"""A home in which the history was replayed, with a database of its own, for all that only looks at it or adds to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from pars.store import engine
from tests.commands.homes import Typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="package")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    """Replay the history as a person types it, with both pages; keep its database up for what follows."""
    home: Path = tmp_path_factory.mktemp("history") / "home"
    named = os.environ.pop("PARS_DATABASE_URL", None)
    try:
        with engine.start(home) as running:
            typed = Typed(home, running)
            done = typed.run("history", "philadelphia")
            assert done.returncode == 0, (done.stdout, done.stderr, sys.version)
            yield typed
        engine.remove(home)
    finally:
        if named is not None:
            os.environ["PARS_DATABASE_URL"] = named
