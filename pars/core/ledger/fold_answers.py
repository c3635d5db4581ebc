"""The part of the fold that reads answers: each one is held against its authority as it stood at the entry's own time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.decision import Facts, covers, volume_day
from pars.core.access.floor import floor
from pars.core.ledger.state import Impossible, Step, Stream

if TYPE_CHECKING:
    from pars.core.terms import Refusal


def disclosed(step: Step) -> None:
    """An agency got records: under an agreement in force, for a purpose and columns it grants, within the day's limit."""
    entry, state = step.entry, step.state
    form, _, name = entry.by.authority.partition(":")
    if form != "agreement":
        raise Impossible("NO_AUTHORITY", "an agency's answer rests on an agreement, and this cites none")
    agreement = step.agreement(name)
    if entry.by.client is not None and (entry.by.client, name) not in state.clients:
        raise Impossible("CLIENT_NOT_BOUND", "the client that asked was not bound to the agreement")
    proposal = agreement.proposal(entry.detail["version"])
    if proposal is None:
        raise Impossible("UNKNOWN_VERSION", "it cites a version of the agreement that was never proposed")
    counter = (name, entry.by.person, volume_day(proposal.version, entry.at))
    facts = _facts(step, agency=entry.detail["agency"], version=entry.detail["version"], used=state.used[counter])
    _covered(covers(agreement, facts, entry.at, floor=floor))
    _given(step)
    state.used[counter] += 1


def shown(step: Step) -> None:
    """Staff saw records: under a grant in force whose role allows the act and the columns."""
    grant = step.grant()
    facts = _facts(step, agency=None, version=grant.role.hash, used=0)
    _covered(covers(grant, facts, step.entry.at, floor=floor, act=step.entry.detail["act"]))
    _given(step)


def _facts(step: Step, *, agency: str | None, version: str, used: int) -> Facts:
    detail = step.entry.detail
    return Facts(
        person=step.entry.by.person,
        agency=agency,
        version=version,
        purpose=detail.get("purpose", ""),
        evidence="evidence" in detail,
        columns=frozenset(detail["columns"]),
        filters=frozenset(detail["filters"]),
        rows=detail["rows"],
        used=used,
    )


def _covered(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Impossible(refusal.code, f"this answer was not covered by the authority it cites: {refusal.says}")


def _given(step: Step) -> None:
    """Count the answer, once what it refers to is seen to have come before it."""
    entry, state = step.entry, step.state
    follows, stream = entry.detail.get("follows"), entry.detail.get("stream")
    if follows is not None and follows not in state.answers:
        raise Impossible("NO_SUCH_ENTRY", "it follows an answer that was never given")
    _check_repeat(step)
    if stream is not None:
        if stream == entry.id:
            state.streams[stream] = Stream(entry.by.authority, entry.by.person)
        _open_stream(step).chunks += 1
    state.answers.add(entry.id)
    state.records[entry.kind] += entry.detail["rows"]


def _check_repeat(step: Step) -> None:
    repeats = step.entry.detail.get("repeats")
    if repeats is not None and (repeats == step.entry.id or repeats not in step.state.ids):
        raise Impossible("NO_SUCH_ENTRY", "it repeats an entry that was not there before it")


def _open_stream(step: Step) -> Stream:
    entry = step.entry
    stream = step.state.streams.get(entry.detail["stream"])
    if stream is None or (stream.authority, stream.person) != (entry.by.authority, entry.by.person):
        raise Impossible("NO_SUCH_STREAM", "it belongs to a stream that was never opened, is another's, or is closed")
    return stream


def refused(step: Step) -> None:
    """A no needs no authority."""
    _check_repeat(step)


def stream_closed(step: Step) -> None:
    """A stream ended, and says how many chunks it gave; one without `stream` gave none."""
    detail, chunks = step.entry.detail, 0
    if "stream" in detail:
        chunks = _open_stream(step).chunks
        del step.state.streams[detail["stream"]]
    if detail["chunks"] != chunks:
        raise Impossible("CHUNKS", f"the stream gave {chunks} chunks, not {detail['chunks']}")


def chunk_dropped(step: Step) -> None:
    """An answer was recorded and then not sent, or not wholly."""
    if step.entry.detail["chunk"] not in step.state.answers:
        raise Impossible("NO_SUCH_ENTRY", "it drops an answer that was never given")
