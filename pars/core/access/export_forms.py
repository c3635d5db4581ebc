"""The forms in which an export is written, NDJSON and CSV: rows, and between them notes, the lines that say what the rows are.

A note is a JSON object that begins with `pars`: `opening`, then `chunk` behind the rows of each chunk, `end` as the last line. No
column is called `pars`. In CSV a note is one cell that begins with `# `, and no row's cell begins so.

A spreadsheet takes a cell for a formula that begins with one of = + - @, a tab or a line break. In CSV each such cell gets one
apostrophe in front; so does one that begins with an apostrophe or #. Who takes one leading apostrophe away has what was there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

MEANT = frozenset("=+-@\uff1d\uff0b\uff0d\uff20'#\t\r\n")
"""What a cell may not begin with, spaces aside: formulas (also in wide letters), the apostrophe that is put before them, notes."""

_NOTE, _CELL = b'{"pars":', b'"# '


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form: `head` is what stands before the rows, `row` one record, `note` a line of ours; `noted` what a line notes, or None.

    Where it is `quoted`, a line break may stand within quotation marks.
    """

    name: str
    media: str
    head: Callable[[Sequence[str]], bytes]
    row: Callable[[Mapping[str, Any]], bytes]
    note: Callable[[bytes], bytes]
    noted: Callable[[bytes], bytes | None]
    quoted: bool

    def rows(self, shown: Iterable[Mapping[str, Any]]) -> bytes:
        """Return records as they are sent."""
        return b"".join(map(self.row, shown))

    def lines(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Put pieces that were cut at each line break together to whole lines."""
        begun = b""
        for piece in pieces:
            begun += piece
            if not self.quoted or begun.count(b'"') % 2 == 0:
                yield begun
                begun = b""
        if begun:
            yield begun


# ---------------------------------------------------------------- cells


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ")[:1] in MEANT and cell.strip(" ") else cell


def original(cell: str) -> str:
    """Return the cell that `harmless` was given."""
    return cell.removeprefix("'")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return '"{}"'.format(harmless(said).replace('"', '""'))


def _csv(cells: Iterable[Any]) -> bytes:
    return ",".join(map(_cell, cells)).encode() + b"\r\n"


def _csv_note(said: bytes) -> bytes:
    return _CELL + said.replace(b'"', b'""') + b'"\r\n'


def _csv_noted(line: bytes) -> bytes | None:
    whole = line.startswith(_CELL) and line.endswith(b'"\r\n')
    return line[len(_CELL) : -3].replace(b'""', b'"') if whole else None


def _ndjson(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "ndjson": Form(
            name="ndjson",
            media="application/x-ndjson",
            head=lambda _: b"",
            row=_ndjson,
            note=lambda said: said + b"\n",
            noted=lambda line: line[:-1] if line.startswith(_NOTE) and line.endswith(b"\n") else None,
            quoted=False,
        ),
        "csv": Form(
            name="csv",
            media="text/csv; charset=utf-8; header=present",
            head=_csv,
            row=lambda row: _csv(row.values()),
            note=_csv_note,
            noted=_csv_noted,
            quoted=True,
        ),
    }
)
"""Every form, by the name that a question for an export gives."""


def note(about: str, said: Mapping[str, Any]) -> bytes:
    """Return the JSON of a note; what is None is left out."""
    known = {name: value for name, value in said.items() if value is not None}
    return json.dumps({"pars": about, **known}, ensure_ascii=False, separators=(",", ":")).encode()
