"""Outside agencies' streams: one question, decided anew at each beat, closed with a word on why."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pars.actions.disclosing.deciding import TRIES
from pars.actions.disclosing.questions import Declined, Told, by_of, permitted_now, refuse, told
from pars.core.access.decision import Caller, Question, read_question
from pars.core.access.serving import Terms
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import SECOND, Instant, Refusal
from pars.store import disclosure, ledger, tree
from pars.store.connections import Retry
from pars.store.ledger import Done

if TYPE_CHECKING:
    pass

ANOTHER = Refusal(
    code="OTHER_AGREEMENT",
    says="Another agreement serves this purpose now.",
    remedy="Open a new stream.",
)
NO_SUCH_EVENT = Refusal(
    code="NO_SUCH_EVENT",
    says="Last-Event-ID names no event that this person was sent under this agreement.",
    remedy="Open the stream without it, or with snapshot=1.",
    names=("/Last-Event-ID",),
)
NOT_QUITE = frozenset({"ENDING", "AGREEMENT_ENDED"})
"""What a beat meets at the very end: the stream closes by itself then, and says so."""

OVERLAP = 10 * SECOND
"""How far before its last event a stream begins again: what was being written meanwhile comes twice rather than never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An agency's open stream: its one question, under one agreement, and what its reader needn't be told (case → mark).

    `t0` is a reading of `time.monotonic()` from before its terms were last read.
    """

    caller: Caller
    question: Question
    t0: float
    terms: Terms
    known: Mapping[str, int]
    entry: int | None = None
    chunks: int = 0
    empty: int = 0


def open_stream(*, caller: Caller, asked: object, last_event: int | None = None, snapshot: bool = False) -> Stream | Declined:
    """Open a stream with its one question, decided now and again at each beat.

    It tells what is new or changed from now on; with `snapshot`, first what is there; with `last_event`, what changed since
    that event, but never what changed before the agreement came into force (law L7).
    """
    question = read_question(asked)
    if isinstance(question, Refusal):
        return refuse(caller, question)
    with disclosure.in_turn():
        t0 = time.monotonic()
        permitted = permitted_now(caller, question, how="stream")
    if isinstance(permitted, Refusal):
        return refuse(caller, permitted, question.purpose)
    permit, terms = permitted
    since: Instant | None = None
    if last_event is not None:
        sent = _sent_at(by_of(caller, permit), last_event)
        if sent is None:
            return refuse(caller, NO_SUCH_EVENT, question.purpose)
        since = max(Instant(sent - OVERLAP), terms.since)
    known = {} if snapshot else disclosure.present(permit, before=since)
    return Stream(caller=caller, question=question, t0=t0, terms=terms, known=known)


def beat(stream: Stream) -> tuple[Stream, Told | Declined | None]:
    """Return the stream after one beat, with a chunk where a row in scope is new or changed; None where there is none.

    It is decided anew each time, and stays under the agreement that it was opened under. What overtakes it is left to the next.
    """
    for _ in range(TRIES):
        with disclosure.in_turn():
            t0 = time.monotonic()
            permitted = permitted_now(stream.caller, stream.question, how="stream")
        if isinstance(permitted, Refusal):
            if permitted.code == "AGREEMENT_ENDED":  # also where a version that was to follow was revoked meanwhile
                stream = replace(stream, terms=replace(stream.terms, ends=stream.terms.until))
            if permitted.code in NOT_QUITE:
                break
            return stream, refuse(stream.caller, permitted, stream.question.purpose)
        permit, terms = permitted
        if terms.agreement != stream.terms.agreement:
            return stream, refuse(stream.caller, ANOTHER, stream.question.purpose)
        stream = replace(stream, t0=t0, terms=terms)
        try:
            outcome = disclosure.disclose(
                permit, stream.question, by=by_of(stream.caller, permit), beat=True, stream=stream.entry, known=stream.known
            )
        except Retry:
            continue
        if outcome is None or (isinstance(outcome, Refusal) and outcome.code in NOT_QUITE):
            break
        if isinstance(outcome, Refusal):
            return stream, refuse(stream.caller, outcome, stream.question.purpose)
        opened = stream.entry if stream.entry is not None else outcome.entry
        after = replace(stream, entry=opened, known=outcome.known, chunks=stream.chunks + 1)
        return after, told(outcome, terms)
    return replace(stream, empty=stream.empty + 1), None


def close_stream(stream: Stream, *, reason: str, sure: bool = True) -> Done:
    """Write down that a stream is over and why. Where a beat broke (not `sure`), its chunks are counted in the ledger."""
    by = By(stream.caller.person, f"agreement:{stream.terms.agreement}", stream.caller.client)
    with ledger.acting(by):
        done = ledger.append(
            drafts.stream_closed(
                agency=stream.caller.agency,
                stream=stream.entry,
                reason=reason,
                chunks=stream.chunks if sure or stream.entry is None else _chunks(by.authority, stream.entry),
                empty=stream.empty,
            ),
            by=by,
        )
    assert isinstance(done, Done)
    return done


def _chunks(authority: str, stream: int) -> int:
    found = map(decode, tree.entries_under(authority, kinds=(Kind.DISCLOSED,)))
    return sum(isinstance(entry, Entry) and entry.detail.get("stream") == stream for entry in found)


def _sent_at(by: By, event: int) -> Instant | None:
    """Return when the event was sent to that person under that agreement, or None where it wasn't."""
    with ledger.reading():
        body = tree.load_entry(event)
    entry = decode(body) if body is not None else None
    if not isinstance(entry, Entry) or entry.kind is not Kind.DISCLOSED:
        return None
    return entry.at if (entry.by.person, entry.by.authority) == (by.person, by.authority) else None
