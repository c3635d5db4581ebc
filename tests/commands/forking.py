"""Commands as they are typed, each a process of its own, that share what Python had to read: one process imports PARS and forks for each.

Started alone, a command is busy for a second and more with imports, and hundreds are typed. A fork has its own memory, environment,
descriptors and end, so nothing of one command is left for the next. `Typed.argv` still names the program itself, for tests of what runs
beside something else, is killed, or has an environment that Python reads as it starts.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
PATIENCE = 300
READ_LATE = (
    "django.contrib.auth.password_validation",
    "django.contrib.auth.hashers",
    "django.contrib.messages.apps",
    "django.contrib.staticfiles.apps",
    "django.core.management",
    "django.db.backends.postgresql.base",
    "django.template.loader",
)
"""What Django's setup imports, and what needs no settings for that."""


def run(words: Sequence[str], environment: Mapping[str, str], put: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `pars` with these words to its end, and return its status and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("in", "out", "err")]
        files[0].write_bytes(put)
        asked = {"words": words, "environment": {**environment}, "cwd": str(Path.cwd()), "files": [*map(str, files)]}
        with TURN:
            process = forker()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            status = int(process.stdout.readline())
        return subprocess.CompletedProcess(["pars", *words], status, files[1].read_bytes(), files[2].read_bytes())


TURN = Lock()


@cache
def forker() -> subprocess.Popen[bytes]:
    """Start the process that forks; it ends with this one, whose end of the pipe it reads."""
    given = {key: value for key, value in os.environ.items() if not key.startswith(("PARS_", "DJANGO_"))}
    argv = [sys.executable, "-m", __name__]
    return subprocess.Popen(argv, cwd=ROOT, env={**given, "PYTHONUTF8": "1"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def serve() -> None:
    """Fork once for each line that is read, and say how the command ended."""
    from pars.edge import commands

    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}")
    for name in READ_LATE:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(typed(**asked))
        _, ended = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)


def typed(words: list[str], environment: dict[str, str], cwd: str, files: list[str]) -> int:
    """Be the command: its words, environment, folder and files are this process's now."""
    from pars.edge.commands import main

    signal.alarm(PATIENCE)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    for number, (file, mode) in enumerate(zip(files, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2), strict=True)):
        os.dup2(os.open(file, mode), number)
    sys.argv = ["pars", *words]
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate("rww"))
    try:
        status = main()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  as the interpreter ends
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    serve()
