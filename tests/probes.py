"""Probes at send(2): when did bytes of a record reach the kernel? Two independent ways, for any process that serves.

`install` wraps every socket of the process it runs in; to probe a server, start it by `python -m tests.probes LOG MARK PROGRAM …`,
which wraps and then runs PROGRAM: a module, or a function of one (`pars.edge.commands:main serve --port 0`). `Strace` watches another process from outside. Both write `Send`s that carry
CLOCK_MONOTONIC (the same for all processes of a machine) and wall-clock times.

MARK is text that every record of the test holds and nothing else does; pieces may be cut anywhere, so records should repeat it.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Send:
    """One send(2) that the kernel accepted bytes from."""

    before: float  # CLOCK_MONOTONIC seconds just before the call
    after: float  # and just after it
    wall: float  # CLOCK_REALTIME seconds just before the call
    connection: str  # which connection: peer's port, or descriptor where only that is known
    taken: int  # bytes that the kernel took
    marks: int  # how often the mark stands in them
    starts: str  # their first characters


def install(path: Path, mark: bytes) -> None:
    """Record every send of this process's sockets in `path`, one JSON line each, written at once."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def recorded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, data: Any, *rest: Any) -> Any:
            wall, before = time.time(), time.monotonic()
            answer = original(self, data, *rest)
            after = time.monotonic()
            whole = b"".join(data) if name == "sendmsg" else bytes(data)
            sent = whole if answer is None else whole[:answer]
            try:
                connection = str(self.getpeername()[1])
            except (OSError, IndexError):
                connection = f"fd {self.fileno()}"
            send = Send(before, after, wall, connection, len(sent), sent.count(mark), sent[:60].decode("latin-1"))
            os.write(log, json.dumps(asdict(send)).encode() + b"\n")
            return answer

        return call

    for name in ("send", "sendall", "sendmsg"):
        setattr(socket.socket, name, recorded(name))


def sends(path: Path) -> list[Send]:
    """Return what `install` has recorded so far, in order."""
    if not path.exists():
        return []
    return [Send(**json.loads(line)) for line in path.read_text().splitlines() if line.endswith("}")]


def with_records(all_sends: Iterable[Send]) -> list[Send]:
    """Return the sends whose bytes hold the mark."""
    return [send for send in all_sends if send.marks]


def late(all_sends: Iterable[Send], end: float) -> list[Send]:
    """Return the sends of records that began at or after `end` on CLOCK_MONOTONIC: law L2 says there are none."""
    return [send for send in with_records(all_sends) if send.before >= end]


STRACE = shutil.which("strace")

_LINE = re.compile(r"^(?:\d+ +)?(\d+\.\d+) (sendto|sendmsg|write|writev)\((\d+), (.*) = (\d+)$")


class Strace:
    """Watches a process's sends from outside, while entered. Times are the kernel's entry into the call, to the microsecond."""

    def __init__(self, pid: int, path: Path, mark: str) -> None:
        self.pid, self.path, self.mark = pid, path, mark

    def __enter__(self) -> Strace:
        assert STRACE is not None
        self.shift = time.time() - time.monotonic()
        arguments = ["-f", "-ttt", "-qq", "-s", "70000", "-e", "trace=sendto,sendmsg,write,writev", "-e", "signal=none"]
        self.process = subprocess.Popen(
            [STRACE, *arguments, "-o", str(self.path), "-p", str(self.pid)], stderr=subprocess.PIPE, text=True
        )
        for _ in range(100):
            if f"TracerPid:\t{self.process.pid}" in Path(f"/proc/{self.pid}/status").read_text():
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.process.kill()
        raise PermissionError(f"strace could not attach: {self.process.communicate()[1]}")

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=20)

    def sends(self) -> list[Send]:
        """Return what was seen; call it after leaving."""
        seen = []
        for line in _joined(self.path.read_text(errors="replace").splitlines()):
            match = _LINE.match(line)
            if match:
                wall, taken = float(match[1]), int(match[5])
                # strace shows what was offered: a piece that was cut counts in full, which errs to the strict side.
                marks = match[4].count(self.mark)
                at = wall - self.shift
                seen.append(Send(at, at, wall, f"fd {match[3]}", taken, marks, match[4][:60]))
        return seen


def _joined(lines: Iterable[str]) -> Iterable[str]:
    """Put `… <unfinished ...>` and `<... resumed>` lines of one thread together; the first has the time."""
    open_calls: dict[str, str] = {}
    for line in lines:
        thread = line.partition(" ")[0]
        if line.endswith("<unfinished ...>"):
            open_calls[thread] = line.removesuffix("<unfinished ...>").rstrip()
        elif "resumed>" in line and thread in open_calls:
            yield open_calls.pop(thread) + line.partition("resumed>")[2]
        else:
            yield line


def main() -> None:
    """Wrap this process's sockets, then run a program in it."""
    _, path, mark, program, *rest = sys.argv
    install(Path(path), mark.encode())
    sys.argv = [program, *rest]
    module, _, function = program.partition(":")
    if function:
        sys.exit(getattr(import_module(module), function)())
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
