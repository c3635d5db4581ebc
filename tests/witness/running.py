"""The witness as its owner runs it: its typed acts, and its process."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from witness.command import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def typed(*words: object) -> tuple[int, str, str]:
    """Run an act to its end; return its status and what it printed."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        status = main([*map(str, words)])
    return status, out.getvalue(), err.getvalue()


@contextmanager
def running(folder: Path, port: int = 0, log: Path | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the witness; give its process and its address. It is killed at the end, as it may be at any moment."""
    with (Path(os.devnull) if log is None else log).open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "witness", "serve", folder, "--port", str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("The witness listens at http://"), line
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
