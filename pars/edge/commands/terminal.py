"""What a command prints reaches the terminal only in characters that can be seen, whoever the words came from."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

from pars.core.visible import visible_lines, written_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Seen:
    """A stream of text that makes visible what is written to it; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text; a character that the stream's encoding doesn't have is written out as well."""
        shown = visible_lines(text)
        try:
            shown.encode(self._stream.encoding or "utf-8")
        except UnicodeEncodeError:
            shown = "".join(char if char.isascii() else written_out(char) for char in shown)
        self._stream.write(shown)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Let everything that is printed pass through `Seen`, error messages and tracebacks among it."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", Seen(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
