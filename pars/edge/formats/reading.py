"""Files in, received documents or rejections out, in the order in which they are to be applied.

A rejected file never stops the others, and nothing that reads a file raises: whatever the bytes are, the answer is a
`Reading` or a `Rejected`.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pars.core import canonical
from pars.core.terms import StatedTime
from pars.core.visible import hidden
from pars.edge.formats.families import READERS, Feed, family_of
from pars.edge.formats.paper import Paper
from pars.edge.formats.xml_reading import MAX_BYTES, Rejected, Unreadable, read_tree, too_large, unmapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.cases.received import Family, ProsecutionStatus, Received

_ORDER: Final[tuple[Family, ...]] = ("ARREST", "BOOKING", "CHARGE_REFERRAL", "PROSECUTION_DECISION", "CUSTODY")
_STEPS: Final[tuple[ProsecutionStatus, ...]] = ("RECEIVED", "CASE_CREATED", "DECIDED")
_NOT_KEPT: Final = frozenset({"feed", "owner", "digest", "dropped", "unmapped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file that was read: what is kept of it, and the line of its root for whoever has to look."""

    file: str
    line: int
    received: Received


def read_document(data: bytes, *, file: str, feeds: Mapping[Family, Feed]) -> Reading | Rejected:
    """Return what is kept of the document in `data`, or why it is not taken in. Never raises."""
    try:
        return _read(data, file, feeds)
    except Unreadable as why:
        return _rejected(file, why)
    except Exception:  # noqa: BLE001  a fault of ours in one document must not stop the others; tests hold that there is none
        return _rejected(
            file,
            Unreadable(
                "READER_FAILED",
                1,
                "PARS failed while reading this document: a fault of the program, not of the document",
                "Nothing was taken in. Report it to who runs PARS, with the file.",
            ),
        )


def read_file(path: str | Path, *, feeds: Mapping[Family, Feed]) -> Reading | Rejected:
    """Return what is kept of the document at `path`, or why it is not taken in. Never raises."""
    file = str(path)
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            return _rejected(file, _no_file("this is not a file"))
        if found.st_size > MAX_BYTES:
            return _rejected(file, too_large())
        with Path(path).open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return _rejected(file, _no_file("the file can't be opened"))
    return read_document(data, file=file, feeds=feeds)


def read_files(
    paths: Iterable[str | Path], *, feeds: Mapping[Family, Feed]
) -> tuple[tuple[Reading, ...], tuple[Rejected, ...]]:
    """Return the documents of these files in reading order, and the rejected ones as the files were named."""
    read = [read_file(path, feeds=feeds) for path in paths]
    readings = in_reading_order(each for each in read if isinstance(each, Reading))
    return readings, tuple(each for each in read if isinstance(each, Rejected))


def in_reading_order(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the documents by family and content, so that an arrest comes before what updates it, however files are named."""
    return tuple(sorted(readings, key=_place))


def _place(reading: Reading) -> tuple[int, bool, int, int, str, str]:
    received = reading.received
    time = -(2**63) if received.document_time is None else received.document_time.earliest
    step = 0 if received.prosecution is None else _STEPS.index(received.prosecution.status)
    return _ORDER.index(received.family), received.status_only, time, step, received.document_key, received.digest


def _read(data: bytes, file: str, feeds: Mapping[Family, Feed]) -> Reading:
    tree = read_tree(data)
    family = family_of(tree.root)
    feed = feeds.get(family)
    if feed is None:
        raise Unreadable(
            "NO_FEED",
            tree.root.line,
            "no feed takes documents of this family",
            "Send it through the feed of the office that owns it.",
        )
    paper = Paper(tree.root, feed.zone)
    received = READERS[family](paper, family, feed)
    # Names are kept as given, also with characters that can't be seen; somebody has to look at such a one.
    if unseen := [element for element in tree.root.walk() if element.read and hidden(element.long_text or "")]:
        paper.doubt("HIDDEN_CHARACTERS", *unseen)
    if broken := [element for element in tree.root.walk() if element.read and element.broken]:
        paper.doubt("TEXT_BROKEN", *broken)
    if not _is_numbered(received):
        # A message's own number is often a template's. Without a record's number beside it, only the content tells two apart.
        received = replace(received, document_id=None)
    received = replace(received, doubts=paper.doubts, dropped=tree.dropped, unmapped=unmapped(tree.root))
    return Reading(file=file, line=tree.root.line, received=replace(received, digest=digest_of(received)))


def _is_numbered(received: Received) -> bool:
    """Return whether the document carries a number under which an arrest or booking is known."""
    booked = received.booking is not None and received.booking.record_id is not None
    return booked or any(arrest.record_id or arrest.otn for arrest in received.arrests)


def digest_of(received: Received) -> str:
    """Return the sha256 of the canonical bytes of what is kept: of nothing that was dropped, left unmapped or sent by whom."""
    kept = {each.name: getattr(received, each.name) for each in fields(received) if each.name not in _NOT_KEPT}
    return hashlib.sha256(canonical.write(_plain(kept))).hexdigest()


def _plain(value: Any) -> Any:
    """Return the value as canonical JSON has it: what is absent is left out, yes is 1, a time is its text and zone."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, StatedTime):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if is_dataclass(value):
        return _plain({each.name: getattr(value, each.name) for each in fields(value)})
    return value


def _rejected(file: str, why: Unreadable) -> Rejected:
    return Rejected(code=why.code, file=file, line=why.line, what=why.what, remedy=why.remedy)


def _no_file(what: str) -> Unreadable:
    return Unreadable("NO_FILE", 1, what, "Name a file that can be read.")
