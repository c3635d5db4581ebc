"""What every fact has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact has."""

    n: int = 0
    entry: int | None = None
    corrects: int | None = None
    why: str | None = None
    document: int | None = None
