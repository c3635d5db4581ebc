"""Gives the one function that takes most of a check's time, `runs.cut`: compiled from C where that was done here, else as it stands there."""

from __future__ import annotations

from verify import runs

try:
    from verify import _cut
except ImportError:
    COMPILED = False
    cut = runs.cut
else:
    COMPILED = True

    def cut(data: bytes, start: int, until: int, likes: runs.Likes) -> runs.Run | None:
        """Cut as `runs.cut` does."""
        found = _cut.cut(data, start, until, likes)
        return None if found is None else runs.Run(*found)
