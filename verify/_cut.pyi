"""What cut.c gives, where it was compiled."""

from collections.abc import Sequence

from verify.runs import Columns, Likes

def cut(
    data: bytes, start: int, until: int, likes: Likes, /
) -> tuple[int, bytes, Sequence[int], Columns, Columns, Sequence[tuple[int, int]], Sequence[int], bool] | None: ...
