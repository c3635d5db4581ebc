"""Reads a file that a command names, or says what is wrong with it; and lets the lines that it holds count."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pars.actions.beats import Refused
from pars.edge.commands import homes
from pars.edge.commands.people import acting, in_a_line, unable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pars.actions.beats import Done
    from pars.core.ledger.entries import By
    from pars.edge.formats.listed_lines import Fault

Load: TypeAlias = "Callable[[By], Done | Refused]"


class Listed(Protocol):
    """What a file gave: the lines that can be taken, what is wrong with the others, and the columns that nothing reads."""

    @property
    def lines(self) -> Sequence[Any]:
        """Return the lines that can be taken."""

    @property
    def faults(self) -> Sequence[Fault]:
        """Return what is wrong with the others."""

    @property
    def unread(self) -> Sequence[str]:
        """Return the columns that nothing reads."""


def json_of(text: str) -> Any:
    """Return the JSON value that a text holds. Raises ValueError, also where it is nested too deep to be read, that says the place."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as wrong:
        says = f"{wrong.msg[:1].lower()}{wrong.msg[1:]}".removesuffix(" at").removesuffix(" starting")
        raise ValueError(f"line {wrong.lineno}, column {wrong.colno}: {says}") from None
    except RecursionError:
        raise ValueError("nested too deep") from None


def text_of(file: Path) -> str | None:
    """Return the file's text; None after saying why it can't be read."""
    try:
        return file.read_bytes().decode()
    except OSError as wrong:
        print(f"{file} can't be read: {wrong.strerror}.", file=sys.stderr)
    except UnicodeDecodeError as wrong:
        line = wrong.object.count(b"\n", 0, wrong.start) + 1
        print(f"{file}, line {line}: it isn't UTF-8 text. Save the file as UTF-8 and load it again.", file=sys.stderr)
    return None


def load_lines(given: argparse.Namespace, home: Path, *, act: str, found: Listed, load: Load, called: str) -> int:
    """Let what could be read of the named file count, by the named account; say what was left out and why."""
    for fault in found.faults:
        print(f"{given.file}, {fault}", file=sys.stderr)
    if not found.lines:
        print("No line could be taken, so nothing was loaded.", file=sys.stderr)
        return 2
    with homes.begun(home):
        by = acting(given.by, act)
        if by is None:
            print(unable(given.by, act), file=sys.stderr)
            return 2
        done = load(by)
    if isinstance(done, Refused):
        print(in_a_line(done.refusal, done.entry), file=sys.stderr)
        return 2
    unread = f" Not read: the columns {', '.join(found.unread)}." if found.unread else ""
    print(f"{len(found.lines)} {called} loaded (entry {done.entry}), {len(found.faults)} lines left out.{unread}")
    return 3 if found.faults else 0
