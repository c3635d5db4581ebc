"""Puts a seeded mutant into a copy of the package and runs the tests that must notice it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
COPIED = ("pars", "verify", "tests")
FAILED, PASSED = 1, 0
"""What pytest's status means: some test failed; all passed. Anything else is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of our code, the failure elsewhere that it stands for, and the tests that must fail."""

    name: str
    incident: str
    file: str
    before: str
    after: str
    killers: tuple[str, ...]
    quick: bool = False
    also: tuple[dict[str, str], ...] = ()

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """Each change: where, from what, to what. Where two walls stand, both must fall for a test to notice."""
        more = tuple((one["file"], one["before"], one["after"]) for one in self.also)
        return ((self.file, self.before, self.after), *more)


def seeded() -> tuple[Mutant, ...]:
    """Return every seeded mutant."""
    told = tomllib.loads((Path(__file__).parent / "incidents.toml").read_text())["mutant"]
    return tuple(Mutant(**{**one, "killers": tuple(one["killers"]), "also": tuple(one.get("also", ()))}) for one in told)


def a_copy(folder: Path) -> Path:
    """Return a copy of the package and its tests in a folder of its own."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
    for name in ("pyproject.toml", "requirements", "docs", "README.md", "CHANGELOG.md"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@contextmanager
def put_in(mutant: Mutant, folder: Path) -> Iterator[None]:
    """Change the copy while the block runs. Raises ValueError where a text isn't there exactly once: the code has moved on."""
    as_it_was: dict[Path, str] = {}
    try:
        for file, before, after in mutant.changes:
            path = folder / file
            text = path.read_text()
            if (found := text.count(before)) != 1:
                raise ValueError(f"{mutant.name}: its text stands {found} times in {file}, and must stand there once")
            as_it_was.setdefault(path, text)
            path.write_text(text.replace(before, after))
        yield
    finally:
        for path, text in as_it_was.items():
            path.write_text(text)


def status(folder: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Run tests in the copy until the first fails; return pytest's status and what it said."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PARS_HOME", "COV_"))}
    environment = {**given, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:randomly", *tests],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    return done.returncode, done.stdout[-3000:] + done.stderr[-1000:]
