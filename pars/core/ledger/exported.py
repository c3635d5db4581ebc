"""Checks a file that an export wrote: is it whole, was it stopped and why, was it cut, or changed?

Chunk after chunk, each in the chain of the one before it, up to the closing line, whose signature covers every byte. It needs the
file and the ledger's key, and no server. Whether the entries that it names are in the ledger, a bundle tells.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from pars.core.access.export_forms import FORMS, Form, note
from pars.core.ledger.closing import COMPLETE, signed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Verdict = Literal["WHOLE", "STOPPED", "CUT", "WRONG"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file came to. `after` is the mark from which an export that didn't come to its end goes on, `line` the line at fault."""

    verdict: Verdict
    says: str
    chunks: int = 0
    rows: int = 0
    why: str | None = None
    after: str | None = None
    line: int | None = None


class _Wrong(Exception):
    """The file isn't as it was sent."""


def check_export(pieces: Iterable[bytes], key: bytes, verify: Callable[[bytes, bytes, bytes], bool]) -> Checked:
    """Return what the file came to whose bytes are `pieces`, cut behind each line break."""
    reading = _Reading(key, verify)
    number = 0
    try:
        for number, line in enumerate(reading.lines(pieces), start=1):  # noqa: B007  it names the line at fault
            reading.take(line)
        return reading.outcome()
    except _Wrong as wrong:
        return Checked(verdict="WRONG", says=str(wrong), chunks=reading.chunks, rows=reading.rows, line=number)


@dataclass(slots=True)
class _Reading:
    """The file as far as it was read."""

    key: bytes
    verify: Callable[[bytes, bytes, bytes], bool]
    form: Form | None = None
    opening: dict[str, Any] | None = None
    closing: dict[str, Any] | None = None
    chunks: int = 0
    rows: int = 0
    last: int | None = None
    after: str | None = None
    begun: list[bytes] = field(default_factory=list)
    part: bool = False
    all: Any = field(default_factory=sha256)

    def lines(self, pieces: Iterable[bytes]) -> Iterable[bytes]:
        """Put the pieces together to lines, once the first tells the form."""
        rest = iter(pieces)
        first = next(rest, b"")
        self.form = FORMS["ndjson" if first.startswith(b"{") else "csv"]
        if self.form.quoted:
            self.all.update(first)  # the columns' names
        else:
            rest = chain((first,), rest)
        return self.form.lines(rest)

    def take(self, line: bytes) -> None:
        """Read one line."""
        assert self.form is not None
        if self.closing is not None:
            raise _Wrong("something stands behind the closing line")
        if self.part:
            raise _Wrong("a line has no end")
        said = _said(self.form.noted(line))
        about = said["pars"] if said else None
        self.part = not line.endswith(b"\n")
        if self.opening is None and not self.part:
            if said is None or about != "opening":
                raise _Wrong("it doesn't begin as an export does")
            self.opening, self.last = said, said.get("follows")
        elif said is None:
            self.begun.append(line)
        elif about == "chunk":
            self._chunk(said)
        elif about == "end":
            self._end(said, line)
            return
        else:
            raise _Wrong("a note is of no kind that is known here")
        self.all.update(line)

    def _chunk(self, said: dict[str, Any]) -> None:
        if said.get("follows") != self.last:
            raise _Wrong("a chunk follows another one than the one before it: something is missing between them")
        if (said.get("rows"), said.get("out")) != (len(self.begun), sha256(b"".join(self.begun)).hexdigest()):
            raise _Wrong("the rows of a chunk aren't those that were entered")
        self.chunks, self.rows = self.chunks + 1, self.rows + len(self.begun)
        self.last, self.after = said.get("entry"), said.get("next")
        self.begun.clear()

    def _end(self, said: dict[str, Any], line: bytes) -> None:
        assert self.form is not None
        assert self.opening is not None
        rest = {name: value for name, value in said.items() if name != "pars"}
        if line != self.form.note(note("end", rest)) or not signed_by(said, self.key, self.verify):
            raise _Wrong("the closing line isn't signed with this ledger's key")
        counted = (self.opening.get("export"), self.chunks, self.rows, self.last, self.all.hexdigest(), 0)
        last = said.get("last", self.opening.get("follows"))
        if counted != (said.get("export"), said.get("chunks"), said.get("rows"), last, said.get("out"), len(self.begun)):
            raise _Wrong("what stands here isn't what the closing line says was sent")
        self.closing = said

    def outcome(self) -> Checked:
        """Return what it came to."""
        counts: dict[str, Any] = {"chunks": self.chunks, "rows": self.rows}
        if self.closing is None:
            beyond = " What stands behind its last whole chunk counts for nothing." if self.begun else ""
            says = f"It has no closing line: it was cut.{beyond}"
            return Checked(verdict="CUT", says=says, after=self.after, **counts)
        why = self.closing.get("why")
        if why == COMPLETE:
            return Checked(verdict="WHOLE", says="It is whole, as it was sent.", why=why, **counts)
        says = f"All that was sent is here. It was stopped before its end: {self.closing.get('says', why)}"
        return Checked(verdict="STOPPED", says=says, why=why, after=self.closing.get("next"), **counts)


def _said(noted: bytes | None) -> dict[str, Any] | None:
    """Return what a note says, None for a row."""
    if noted is None:
        return None
    try:
        said: Any = json.loads(noted)
    except ValueError:
        said = None
    if not isinstance(said, dict) or "pars" not in said:
        raise _Wrong("a note can't be read")
    return said
