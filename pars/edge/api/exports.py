"""`POST /v1/exports`: everything that a question asks for as one file, chunk by chunk, each an answer of its own.

It begins with a note of what it is and ends with a signed one on all that was sent and why it ended; a file without that was cut.
A stopped or cut one goes on from the mark of its last chunk, in a new export, while the agreement still covers it.
"""

from __future__ import annotations

import threading
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from pars.actions import disclosing
from pars.core.access.export_forms import note
from pars.core.agreements.plain import end_said, never_shown
from pars.core.ledger.closing import COMPLETE
from pars.edge.api.answering import CallError, iso, receipt
from pars.edge.api.asking import Calling, said_of
from pars.edge.api.callers import repeatable
from pars.edge.api.reading import Unreadable, read_json
from pars.edge.deliver import TRIES, Chunk, Reply, Why, monotonic_end
from pars.edge.problems import Fault, Problem, malformed
from pars.edge.streams import Ending, GuardedStream, Lasting, Opened, Quiet, Tally, entry_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from pars.actions.disclosing import Export, Refused, Told

DEFAULT = "ndjson"

PACE = 0.02
"""Seconds between two chunks, at least: whoever asks one question beside an export isn't kept waiting."""

TOKEN_EVERY = 5.0
"""Seconds between two looks at whether who began the export may still go on."""

SAYS = {
    Why.COMPLETE: "That is all.",
    Why.GONE: "The connection was lost.",
    Why.STUCK: "The reader took nothing for too long.",
    Why.LATE: "The chunks could not leave in time. Go on from the mark later.",
    Why.STOPPING: "The server is going down. Go on from the mark.",
    Why.FAILED: "Something broke, and what is in doubt is refused. Go on from the mark.",
}


async def export(request: Request) -> GuardedStream:
    """Send an export."""
    calling = Calling(request.headers.get("authorization"))
    key, body = request.headers.get("idempotency-key"), await request.body()

    def begin() -> Export | Problem:
        caller = calling.caller()
        once = repeatable(key, method="POST", path=request.url.path, seen="", body=body)
        asked, form = _asked(body)
        outcome = disclosing.open_export(caller=caller, asked=asked, form=form, once=once)
        return calling.declined(outcome, asked) if isinstance(outcome, disclosing.Declined) else outcome

    return Exporting(begin=lambda: calling.guarded(begin), over=calling.over).stream()


class Exporting:
    """One export on its way. Chunks and the closing take turns, so that the closing entry counts every chunk.

    `begin` begins it; `over` says why whoever began it may not go on, if so.
    """

    def __init__(self, *, begin: Callable[[], Export | Problem], over: Callable[[], Refused | None]) -> None:
        self.begin, self.over = begin, over
        self.lock = threading.Lock()
        self.closed = False
        self.looked = time.monotonic()
        self.export: Export
        self.last: Reply | None = None
        self.records = 0
        self.tries = 0

    def stream(self) -> GuardedStream:
        """Return the export as guarded delivery takes it. Where its closing line can't be made, it is a cut file and looks like one."""
        return GuardedStream(
            opening=self.opening,
            beat=self.beat,
            closing=self.closing,
            dropped=self.dropped,
            pace=PACE,
            heartbeat=b"",
            unsaid=lambda _: b"",
        )

    # What delivery calls, in threads.

    def opening(self) -> Opened | Problem:
        """Begin; return the first bytes, which say what this file is."""
        found = self.begin()
        if isinstance(found, Problem):
            return found
        self.export = export = found
        version = export.terms.version
        said = {
            "export": export.done.entry,
            "form": export.form.name,
            "columns": export.columns,
            "agreement": said_of(export.terms),
            "as_of": iso(export.done.at),
            "follows": export.follows,
            "never_shown": never_shown(version, "en"),
        }
        name = f"export-{export.done.entry}.{export.form.name}"
        head = {
            "content-type": export.form.media,
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            "connection": "close",
            "x-accel-buffering": "no",
        }
        hello = export.form.head(export.columns) + export.form.note(note("opening", said))
        return Opened(until=_end(export), hello=hello, counted=True, head=head)

    def beat(self, last: Reply | None) -> Reply | Quiet | Ending:
        """Bring the next chunk behind the last one that left whole."""
        if time.monotonic() >= self.looked + TOKEN_EVERY:
            self.looked = time.monotonic()
            over = self.over()
            if over is not None:
                return Ending(why=Why.REFUSED, detail=over)
        with self.lock:
            if self.closed:
                return Ending(why=Why.STOPPING)
            after = self._took(last)
            if last is not None and after is None:
                return Ending(why=Why.COMPLETE)
            if self.tries == TRIES:
                return Ending(why=Why.LATE)
            self.tries += 1
            self.export, outcome = disclosing.next_chunk(self.export, after=after)
        if outcome is None:
            return Quiet(until=_end(self.export))
        if isinstance(outcome, disclosing.Declined):
            return Ending(why=Why.REFUSED, detail=outcome)
        return Reply(chunk=Lasting(outcome, self.export.terms.until), body=self._written(outcome, last))

    def _took(self, last: Reply | None) -> str | None:
        """Count what left whole; return the mark behind it."""
        if last is None:
            return None
        told = _told(last)
        if last is not self.last:
            self.last, self.tries = last, 0
            self.records += len(told.rows)
        return told.next_cursor

    def _written(self, told: Told, last: Reply | None) -> bytes:
        said = {
            **receipt(told),
            "rows": len(told.rows),
            "out": sha256(told.body).hexdigest(),
            "follows": self.export.follows if last is None else entry_of(last.chunk),
            "next": told.next_cursor,
        }
        return told.body + self.export.form.note(note("chunk", said))

    def closing(self, ending: Ending, tally: Tally) -> bytes:
        """Enter the end of the export and return its closing line, which holds no record."""
        refused = cast("Refused | None", ending.detail)
        with self.lock:
            self.closed = True
            after = self._took(tally.last)
            export, last, out = self.export, None if tally.last is None else entry_of(tally.last.chunk), tally.out.hexdigest()
            reason = refused.refusal.code if refused is not None else ending.why.value
            done = disclosing.close_export(export, reason=reason, chunks=tally.sent, records=self.records, last=last, out=out)
        said: dict[str, Any] = {
            "why": reason,
            "says": _says(ending, export, refused),
            "export": export.done.entry,
            "chunks": tally.sent,
            "rows": self.records,
            "last": last,
            "out": out,
            "next": after if tally.last is not None else export.question.after,
            "ended_at": iso(export.terms.until if ending.why is Why.ENDED else done.at),
            "agreement": said_of(export.terms),
            "receipt": receipt(done),
        }
        assert reason != COMPLETE or said["next"] is None, "what is complete has no next chunk"
        return export.form.note(note("end", disclosing.signed({"pars": "end", **said})))

    def dropped(self, chunk: Chunk, why: Why) -> None:
        """Enter that a chunk did not leave whole."""
        disclosing.dropped(self.export.caller, chunk=entry_of(chunk), reason=why.value)


def _told(reply: Reply) -> Told:
    return cast("Lasting", reply.chunk).told


def _asked(body: bytes) -> tuple[object, str]:
    """Return the question that the body asks, and the form beside it."""
    try:
        given = read_json(body)
    except Unreadable as unreadable:
        raise CallError(malformed([Fault(pointer="", says=unreadable.says)])) from None
    if not isinstance(given, dict):
        return given, DEFAULT
    form = given.get("form", DEFAULT)
    if not isinstance(form, str):
        raise CallError(malformed([Fault(pointer="/form", says="not a text")]))
    return {name: value for name, value in given.items() if name != "form"}, form


def _end(export: Export) -> float:
    """Return the monotonic reading that surely comes before the end of the version that the export is under."""
    return monotonic_end(t0=export.t0, at=export.terms.at, until=export.terms.until)


def _says(ending: Ending, export: Export, refused: Refused | None) -> str:
    if refused is not None:
        return f"{refused.refusal.says} {refused.refusal.remedy}".strip()
    if ending.why is not Why.ENDED:
        return SAYS[ending.why]
    terms = export.terms
    if terms.until < terms.ends:
        return f"Version {terms.version.number} of agreement {terms.agreement} is no longer in force. Begin a new export."
    return f"Agreement {terms.agreement} ended {end_said(terms.version, 'en')}. Without a new vote, that is the end."
