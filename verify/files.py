"""Reads what the command line names: a bundle part by part, however long it is, and a small file of keys."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from errno import EINVAL
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pars.core.ledger.bundle import Data

MOST_KEYS = 1 << 20
"""Bytes of a file of keys: a charter has 15 seats at most."""


class OnDisk:
    """The bytes of a file, read as they are asked for: not mapped, since a medium that fails would then end the program.

    Copies of this process, and its threads, may read at the same time: no place in the file is kept.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._number = file.fileno()
        self._size = os.fstat(self._number).st_size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        return os.pread(self._number, max(0, stop - start), start)


@contextmanager
def opened(path: Path) -> Iterator[Data]:
    """Give the bytes of a file, or all that comes through a pipe. Raises OSError where there is neither."""
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISREG(mode):
            yield OnDisk(file)
        elif stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            yield file.read()
        else:
            raise OSError(EINVAL, "it is a device, not a file")


def read_keys(path: Path) -> str:
    """Return the text of a file of keys. Raises ValueError, in plain words, where it is none, and OSError."""
    with path.open("rb") as file:
        data = file.read(MOST_KEYS + 1)
    if len(data) > MOST_KEYS:
        raise ValueError("it is far longer than keys are")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValueError("it isn't text in UTF-8") from None
