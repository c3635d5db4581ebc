"""Reads a text file that a command names, or says what is wrong with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


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
