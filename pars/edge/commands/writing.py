"""Writes the files that a command is told to write: new ones, never over what is there."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO


def is_new(file: Path) -> bool:
    """Return whether nothing has that name yet, a link to nowhere included; say so where something has."""
    if os.path.lexists(file):
        print(f"{file} is there already. Name another file.", file=sys.stderr)
        return False
    return True


@contextmanager
def new_private_file(file: Path) -> Iterator[TextIO]:
    """Give a new file that nobody else may read; none stays where the block doesn't come to its end. Raises OSError where there can be none."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as kept:
        try:
            yield kept
        except BaseException:
            file.unlink()
            raise
