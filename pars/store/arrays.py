"""Arrays as PostgreSQL writes them, for what goes to it many times or in hundreds: the driver's own way takes as long as the rest of a journey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_IDS = re.compile(r"[0-9a-f]+(?:[,-][0-9a-f]+)*")


def ids(known: Collection[str]) -> str:
    """Return case ids. Raises ValueError where one has other characters."""
    said = ",".join(known)
    if known and (_IDS.fullmatch(said) is None or said.count(",") >= len(known)):
        raise ValueError("a case's id has other characters")
    return f"{{{said}}}"


def numbers(known: Iterable[int]) -> str:
    """Return whole numbers."""
    return f"{{{','.join(map(str, known))}}}"


def words(known: Iterable[str]) -> str:
    """Return texts."""
    escaped = (word.replace("\\", "\\\\").replace('"', '\\"') for word in known)
    return "{" + ",".join(f'"{word}"' for word in escaped) + "}"


def pieces(known: Collection[bytes]) -> str:
    """Return pieces of bytes."""
    return "{" + ",".join(f'"\\\\x{piece.hex()}"' for piece in known) + "}"
