"""Checks a file that an export wrote, with the ledger's key: whole, stopped before its end, cut, or changed.

Status 0: whole. 1: changed. 2: it can't be checked. 3: as it was sent, as far as it goes, but not whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.core.ledger.exported import Checked, check_export
from verify.ed25519 import verify as verify_signature
from verify.report import UNUSABLE, VERIFIED, VIOLATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.ledger.bundle import Data
    from verify.trust import Trust

NOT_WHOLE = 3
STATUS = {"WHOLE": VERIFIED, "WRONG": VIOLATED, "STOPPED": NOT_WHOLE, "CUT": NOT_WHOLE}
BEGINS = (b'{"pars":"opening"', b'"# {""pars"":""opening""')
READ = 1 << 16
LONGEST = 1 << 20
"""Bytes of a line: a chunk is far shorter."""


def is_export(data: Data) -> bool:
    """Return whether a file begins as an export does: with its opening note, in CSV behind the columns' names."""
    first, _, second = bytes(data[0:READ]).partition(b"\n")
    return first.startswith(BEGINS[0]) or second.startswith(BEGINS[1])


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What came of it; None where there was no key to check it with."""

    checked: Checked | None

    @property
    def status(self) -> int:
        """The status that the command ends with."""
        return UNUSABLE if self.checked is None else STATUS[self.checked.verdict]

    def json(self) -> dict[str, Any]:
        """Return the report as values that JSON has."""
        found = self.checked
        if found is None:
            return {"verdict": "unusable"}
        said = {"why": found.why, "after": found.after, "line": found.line}
        return {"verdict": found.verdict.lower(), "says": found.says, "chunks": found.chunks, "rows": found.rows, **said}

    def words(self) -> str:
        """Return the report for people."""
        found = self.checked
        if found is None:
            return (
                "UNUSABLE: this is an export. To check it, give the ledger's key with --trust, as the owners gave it to you.\n"
            )
        lines = [f"{found.verdict}: {found.chunks:,} chunks with {found.rows:,} records. {found.says}"]
        if found.line is not None:
            lines.append(f"Line {found.line} is at fault. Rely on nothing in this file.")
        if found.after is not None:
            lines.append(
                f"To go on, ask the same question with this mark as `after`, while the agreement's version is in force:\n{found.after}"
            )
        if found.verdict in {"WHOLE", "STOPPED"}:
            lines.append("Each chunk names its entry: a bundle of the ledger shows that it is there.")
        return "\n".join(lines) + "\n"


def check(data: Data, trust: Trust | None) -> ExportReport:
    """Check an export against the log's keys from elsewhere: one of them signed its closing line."""
    if trust is None:
        return ExportReport(None)
    keys = tuple(dict.fromkeys(key for _, key in trust.logs))

    def by_one(_: bytes, message: bytes, signature: bytes) -> bool:
        return any(verify_signature(key, message, signature) for key in keys)

    return ExportReport(check_export(_pieces(data), keys[-1], by_one))


def _pieces(data: Data) -> Iterator[bytes]:
    """Cut a file behind each line break, without holding all of it."""
    begun = b""
    for at in range(0, len(data), READ):
        *whole, begun = (begun + bytes(data[at : at + READ])).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(begun) > LONGEST:
            yield begun  # a line without its end, with something behind it: no export has that
            begun = b""
    if begun:
        yield begun
