"""A PARS_HOME with a database of its own, in which commands are run as a person types them."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions import founding
from pars.store import engine
from tests import databases
from tests.commands import forking

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from pars.store.engine import Engine


def opening(*, profile: str = "city", origin: str = "pars.test/log") -> tuple[str, ...]:
    """Return the words that open a ledger, with the owners' names that ship with PARS."""
    owners = founding.shipped(profile).charter["owners"]
    named = (word for seat, owner in owners.items() for word in ("--owner", f"{seat}={owner['name']}"))
    return ("init", "--origin", origin, "--profile", profile, *named)


@dataclass(frozen=True)
class Typed:
    """A home whose database runs, and what is typed there."""

    home: Path
    engine: Engine

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a command: nothing of the tests' own home or database."""
        given = {key: value for key, value in os.environ.items() if not key.startswith(("PARS_", "DJANGO_"))}
        return {**given, "PARS_HOME": str(self.home), "PYTHONUTF8": "1", **more}

    def argv(self, *words: object) -> list[str]:
        """Return the words that run `pars`."""
        return [sys.executable, "-m", "pars", *map(str, words)]

    def run(self, *words: object, put: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        return forking.run([*map(str, words)], self.environment(), put)


@contextmanager
def typed_in(home: Path) -> Iterator[Typed]:
    """Start a database for `home` (PARS_DATABASE_URL is put aside: it is another's), and delete it at the end."""
    named = os.environ.pop("PARS_DATABASE_URL", None)
    try:
        with engine.start(home, settings=databases.SETTINGS) as running:
            yield Typed(home, running)
        engine.remove(home)
    finally:
        if named is not None:
            os.environ["PARS_DATABASE_URL"] = named
