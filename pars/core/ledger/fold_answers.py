"""The part of the fold that reads answers: each one is held against its authority as it stood at the entry's own time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.behalf import looked_up
from pars.core.access.decision import Facts, covers, volume_day
from pars.core.access.emergency import Emergency
from pars.core.access.floor import floor, names_a_person
from pars.core.access.limits import UNUSED, Used
from pars.core.access.predicate import Is
from pars.core.agreements.one_off import paper_of
from pars.core.ledger.state import Export, Ids, Impossible, Step, Stream
from pars.core.terms import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from pars.core.access.approvals import Approval, How
    from pars.core.agreements.agreement import Agreement
    from pars.core.agreements.version import Version
    from pars.core.terms import Refusal

BACK_US = SECOND
"""By how much an answer's time may be behind that of the answers before it in the log. The gate keeps half of it."""


def disclosed(step: Step) -> None:
    """An agency got records: under an agreement in force, for a purpose and columns it grants, within the day's limit."""
    entry, state = step.entry, step.state
    agreement, version, counter = _agreement(step)
    facts = facts_in(step, agency=entry.detail["agency"], version=entry.detail["version"], used=_used(step, counter))
    covered(covers(agreement, facts, entry.at, floor=floor))
    _keeps_time(step)
    _given(step)
    state.used[counter] += 1
    state.given.setdefault(counter[0], Ids()).add(entry.id)
    state.used_in_all[counter[0], counter[2]] += 1
    if "emergency" in entry.detail and version.emergency is not None:
        due = version.emergency.due(entry.at)
        found = Emergency(entry=entry.id, agreement=agreement.id, person=entry.by.person, at=entry.at, due=due)
        kept = sorted((*agreement.emergencies, found), key=lambda one: one.entry)
        state.agreements[agreement.id] = replace(agreement, emergencies=tuple(kept))


def _keeps_time(step: Step) -> None:
    """An answer isn't earlier than the answers before it, but for what was admitted beside it: a clock that was set back shows.

    An admission takes W at most from its time to its entry, so an honest answer is hardly behind one that is before it in the log. An
    act may take longer, and is no measure. A simulated clock leaps, and is held to nothing.
    """
    state, at = step.state, step.entry.at
    if not step.opening.simulated and at < state.answered - BACK_US:
        raise Impossible("CLOCK_BACK", "its time is before that of answers which were given already: the clock was set back")
    state.answered = max(state.answered, at)


def _used(step: Step, counter: tuple[str, str, str]) -> Used:
    name, _, day = counter
    return Used(questions=step.state.used[counter], in_all=step.state.used_in_all[name, day])


def _agreement(step: Step) -> tuple[Agreement, Version, tuple[str, str, str]]:
    """Return the agreement and version that an answer rests on, and what counts its person's answers of the day."""
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
    return agreement, proposal.version, (name, entry.by.person, volume_day(proposal.version, entry.at))


def shown(step: Step) -> None:
    """Staff saw records: under a grant in force whose role allows the act and the columns."""
    grant = step.grant()
    facts = facts_in(step, agency=None, version=grant.role.hash, used=UNUSED)
    covered(covers(grant, facts, step.entry.at, floor=floor, act=step.entry.detail["act"]))
    _given(step)


def facts_in(step: Step, *, agency: str | None, version: str, used: Used) -> Facts:
    """Return what an answer's entry states, for `covers`."""
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
        named=_names_a_person(detail["filters"]),
        paper=detail.get("paper"),
        how=_how(detail),
        approval=_approval(step),
        emergency=detail.get("emergency"),
        behalf=detail.get("behalf"),
        checked=detail["checked"] == 1 if "checked" in detail else None,
    )


def _names_a_person(filters: Iterable[str]) -> bool:
    """Return whether what was compared can name a person: the entry doesn't say whether each was compared with one value."""
    return names_a_person(Is(name, "") for name in filters)


def covered(refusal: Refusal | None) -> None:
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
    if "export" in entry.detail:
        _exported(step)
    if "hook" in entry.detail:
        _hinted(step)
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


def _exported(step: Step) -> None:
    """Count a chunk of an export: under its version, and in the chain of its chunks."""
    entry = step.entry
    export = _open_export(step, entry.detail["export"])
    if entry.detail["version"] != export.version:
        raise Impossible("OTHER_VERSION", "it belongs to an export under another version")
    follows = entry.detail.get("follows")
    # A chunk that was dropped is given anew, so two may follow the same one.
    if follows != export.begins and follows not in export.given:
        raise Impossible("CHAIN", "it follows no chunk of its export")
    export.given[entry.id] = follows, entry.detail["rows"]


def _hinted(step: Step) -> None:
    """A hint of an open hook: of its person's, for what it was registered for, before its end, and without a record."""
    entry, detail = step.entry, step.entry.detail
    hook = step.state.hooks.get(detail["hook"])
    if hook is None or (hook.authority, hook.person) != (entry.by.authority, entry.by.person):
        raise Impossible("NO_SUCH_HOOK", "it belongs to a hook that was never registered, is another's, or was removed")
    if (hook.purpose, hook.columns, hook.filters) != (
        detail["purpose"],
        frozenset(detail["columns"]),
        frozenset(detail["filters"]),
    ):
        raise Impossible("OTHER_QUESTION", "the hook was registered for another question")
    if entry.at >= hook.end:
        raise Impossible("HOOK_ENDED", "the hook had ended")
    if detail["rows"]:
        raise Impossible("RECORDS", "a hint holds no record")


def _open_export(step: Step, number: int) -> Export:
    export = step.state.exports.get(number)
    if export is None or (export.authority, export.person) != (step.entry.by.authority, step.entry.by.person):
        raise Impossible("NO_SUCH_EXPORT", "it belongs to an export that was never opened, is another's, or is closed")
    return export


def export_opened(step: Step) -> None:
    """An export begins: asked as each of its chunks will be."""
    entry, follows = step.entry, step.entry.detail.get("follows")
    agreement, facts = beginning(step, how="export")
    covered(covers(agreement, facts, entry.at, floor=floor))
    if follows is not None and follows not in step.state.answers:
        raise Impossible("NO_SUCH_ENTRY", "it follows an answer that was never given")
    _check_repeat(step)
    step.state.exports[entry.id] = Export(entry.by.authority, entry.by.person, entry.detail["version"], follows)


def beginning(step: Step, *, how: How) -> tuple[Agreement, Facts]:
    """Return what a question that gives no record yet rests on, and its facts: each answer to it says whether evidence was brought.

    It uses nothing up, and may be sealed after an answer that it came before: so the day's limits are for the answers to keep.
    """
    entry, detail = step.entry, step.entry.detail
    agreement, version, _ = _agreement(step)
    return agreement, Facts(
        person=entry.by.person,
        agency=detail["agency"],
        version=detail["version"],
        purpose=detail["purpose"],
        evidence=True,
        columns=frozenset(detail["columns"]),
        filters=frozenset(detail["filters"]),
        rows=0,
        named=_names_a_person(detail["filters"]),
        paper=paper_of(version),
        how=how,
        checked=True if how != "asks" and looked_up(version, detail["purpose"]) else None,
        approval=_approval(step),
    )


def _approval(step: Step) -> Approval | None:
    """Return the approval that an entry cites."""
    cited = step.entry.detail.get("approval")
    approval = step.state.approvals.get(cited) if cited is not None else None
    if cited is not None and approval is None:
        raise Impossible("NOT_APPROVED", "it cites a request for approval that nobody approved")
    return approval


def _how(detail: Mapping[str, Any]) -> How:
    going_on = "stream" in detail or "hook" in detail
    return "export" if "export" in detail else "stream" if going_on else "more" if "follows" in detail else "once"


def export_closed(step: Step) -> None:
    """An export ended, and says how many chunks left and with how many records, how many didn't, and which was the last."""
    detail = step.entry.detail
    export = _open_export(step, detail["export"])
    if detail["chunks"] + detail["dropped"] != len(export.given):
        raise Impossible("CHUNKS", f"the export has {len(export.given)} chunks in the ledger, not as many as it says")
    if ("last" in detail) != (detail["chunks"] > 0) or ("last" in detail and detail["last"] not in export.given):
        raise Impossible("CHUNKS", "the last chunk that it names isn't one of its own")
    if (detail["chunks"], detail["rows"]) != export.until(detail.get("last")):
        raise Impossible("CHUNKS", "the chunks up to the last one are other than it says, or hold another number of records")
    del step.state.exports[detail["export"]]


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
