"""`GET /v1/events`: an agency's stream. One question at its opening; each event is an answer of its own, decided anew.

An event's id is its entry. The stream tells what is new or changed since it was opened; with `snapshot=1`, first what is there;
with Last-Event-ID, what changed since that event. It closes by itself at the agreement's end, with a last event that says why.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from pars.actions import disclosing
from pars.core.agreements.plain import end_said
from pars.edge.api.answering import CallError, iso, receipt
from pars.edge.api.asking import Calling, answer_body, said_of
from pars.edge.deliver import Chunk, Reply, Why, monotonic_end
from pars.edge.problems import Fault, Problem, malformed
from pars.edge.sse import event
from pars.edge.streams import Ending, GuardedStream, Lasting, Opened, Quiet, Tally, entry_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from pars.actions.disclosing import Refused, Stream, Told

NUMBERS = frozenset({"rows", "approval"})
KNOWN = NUMBERS | {"purpose", "columns", "snapshot"}
NUMBER = re.compile(r"[0-9]{1,15}")

TOKEN_EVERY = 5.0
"""Seconds between two looks at whether the token that opened a stream is still good."""

SAYS = {
    Why.GONE: "The connection was lost.",
    Why.STUCK: "The reader took nothing for too long.",
    Why.STOPPING: "The server is going down. Open the stream again, with Last-Event-ID.",
    Why.FAILED: "Something broke, and what is in doubt is refused. Open the stream again, with Last-Event-ID.",
}


async def events(request: Request) -> GuardedStream:
    """Open a stream."""
    headers = request.headers
    listening = Listening(
        authorization=headers.get("authorization"),
        evidence=headers.get("pars-evidence"),
        last_event=headers.get("last-event-id"),
        query=request.query_params.multi_items(),
    )
    return GuardedStream(opening=listening.opening, beat=listening.beat, closing=listening.closing, dropped=listening.dropped)


class Listening:
    """One call of `GET /v1/events`. Beats and the closing take turns, so that the closing entry counts every chunk."""

    def __init__(
        self, *, authorization: str | None, evidence: str | None, last_event: str | None, query: Sequence[tuple[str, str]]
    ) -> None:
        self.calling = Calling(authorization)
        self.evidence, self.last_event, self.query = evidence, last_event, query
        self.lock = threading.Lock()
        self.stream: Stream | None = None
        self.told: tuple[Reply, Mapping[str, int]] | None = None
        """The last event that was made, and what its reader knew before it."""
        self.closed = False
        self.sure = True
        self.looked = time.monotonic()

    # What delivery calls, in threads.

    def opening(self) -> Opened | Problem:
        """Decide whether there is a stream."""
        return self.calling.guarded(self._open)

    def beat(self, last: Reply | None) -> Reply | Quiet | Ending:
        """Decide anew, and bring what is new beside what left: an event that was dropped is told again."""
        over = self._over()
        if over is not None:
            return Ending(why=Why.REFUSED, detail=over)
        with self.lock:
            if self.closed or self.stream is None:
                return Ending(why=Why.STOPPING)
            if self.told is not None and self.told[0] is not last:
                self.stream = replace(self.stream, known=self.told[1])
            self.sure, before, known = False, self.sure, self.stream.known
            self.stream, outcome = disclosing.beat(self.stream)
            self.sure = before
            stream = self.stream
        if outcome is None:
            return Quiet(until=_end(stream))
        if isinstance(outcome, disclosing.Declined):
            return Ending(why=Why.REFUSED, detail=outcome)
        reply = Reply(chunk=Lasting(outcome, outcome.terms.ends), body=_event("records", outcome))
        self.told = reply, known
        return reply

    def closing(self, ending: Ending, tally: Tally) -> bytes:
        """Enter the end of the stream and return its last event, which holds no record and is signed over all that left."""
        refused = cast("Refused | None", ending.detail)
        with self.lock:
            self.closed = True
            assert self.stream is not None, "only what was opened closes"
            reason = refused.refusal.code if refused is not None else ending.why.value
            done = disclosing.close_stream(self.stream, reason=reason, sure=self.sure)
            stream = self.stream
        ended = stream.terms.ends if ending.why is Why.ENDED else done.at
        said = {
            "pars": "end",
            "why": reason,
            "says": _says(ending, stream, refused),
            "ended_at": iso(ended),
            "agreement": said_of(stream.terms),
            "chunks": tally.sent,
            "last": entry_of(tally.last.chunk) if tally.last is not None else None,
            "out": tally.out.hexdigest(),
            "receipt": receipt(done),
        }
        return event("end", disclosing.signed(said))

    def dropped(self, chunk: Chunk, why: Why) -> None:
        """Enter that an event did not leave whole."""
        assert self.stream is not None
        disclosing.dropped(self.stream.caller, chunk=entry_of(chunk), reason=why.value)

    def _over(self) -> Refused | None:
        if time.monotonic() < self.looked + TOKEN_EVERY:
            return None
        self.looked = time.monotonic()
        return self.calling.over()

    # Opening.

    def _open(self) -> Opened | Problem:
        caller = self.calling.caller()
        asked, snapshot = self._asked()
        outcome = disclosing.open_stream(caller=caller, asked=asked, last_event=self._last_event(), snapshot=snapshot)
        if isinstance(outcome, disclosing.Declined):
            return self.calling.declined(outcome, asked)
        self.stream = outcome
        told = {"agreement": said_of(outcome.terms), "as_of": iso(outcome.terms.at)}
        return Opened(until=_end(outcome), hello=b"retry: 2000\n" + event("open", told))

    def _asked(self) -> tuple[dict[str, object], bool]:
        """Return the question that the query and the evidence header ask, and whether what is there is wanted first."""
        given = dict(self.query)
        faults = [Fault(pointer="", says="an unknown or repeated query parameter; conditions go to POST /v1/questions")]
        if len(given) != len(self.query) or not given.keys() <= KNOWN or given.get("snapshot", "0") not in {"0", "1"}:
            raise CallError(malformed(faults))
        asked: dict[str, object] = {"columns": [name for name in given.get("columns", "").split(",") if name]}
        if "purpose" in given:
            asked["purpose"] = given["purpose"]
        for name in NUMBERS & given.keys():
            asked[name] = int(given[name]) if NUMBER.fullmatch(given[name]) else given[name]
        if self.evidence is not None:
            kind, _, value = self.evidence.partition(" ")
            asked["evidence"] = {"kind": kind, "value": value.strip()}
        return asked, given.get("snapshot") == "1"

    def _last_event(self) -> int | None:
        if not self.last_event:
            return None
        if NUMBER.fullmatch(self.last_event) is None:
            raise CallError(malformed([Fault(pointer="/Last-Event-ID", says="not the id of an event")]))
        return int(self.last_event)


def _end(stream: Stream) -> float:
    """Return the monotonic reading that surely comes before the end of what the stream is under."""
    return monotonic_end(t0=stream.t0, at=stream.terms.at, until=stream.terms.ends)


def _event(name: str, told: Told) -> bytes:
    """Return the event of one answer: its data is one line, since JSON writes no line break."""
    return f"id: {told.entry}\nevent: {name}\ndata: ".encode() + answer_body(told, page=False) + b"\n\n"


def _says(ending: Ending, stream: Stream, refused: Refused | None) -> str:
    if refused is not None:
        return f"{refused.refusal.says} {refused.refusal.remedy}".strip()
    if ending.why is Why.ENDED:
        version = stream.terms.version
        return f"Agreement {stream.terms.agreement} ended {end_said(version, 'en')}. Without a new vote, that is the end."
    return SAYS.get(ending.why, "The stream is over.")
