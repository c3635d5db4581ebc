"""Every read: outside questions and streams, the staff's board and cases. All of it goes through the one door.

Decide, then fetch and append at the door; what comes back is a chunk whose entry is committed, or a refusal with its receipt.
What time or another act overtook is decided anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pars.core.access.agreement import standing
from pars.core.access.decision import Caller, Permit, Question, decide, decide_staff, may, read_question, volume_day
from pars.core.access.floor import floor
from pars.core.access.serving import Terms, terms_of
from pars.core.cases import booking
from pars.core.cases.custody import Releasable, releasable
from pars.core.cases.parts import visible
from pars.core.cases.progress import Missing, Stage, Step, missing_for_arraignment, next_steps, stage
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import SECOND, Instant, Refusal, end_of_day, moment
from pars.store import disclosure, governance, ledger, replays, rows, tree
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, OpenedCase
from pars.store.ledger import Done, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.access.agreement import Agreement
    from pars.core.access.role import Grant, Role
    from pars.store.replays import Once

__all__ = [
    "CaseShown",
    "Chunk",
    "Declined",
    "OpenedCase",
    "Refused",
    "Stream",
    "Terms",
    "Told",
    "ask",
    "beat",
    "board",
    "close_stream",
    "dropped",
    "open_case",
    "open_stream",
]

TRIES = 8
"""How often a question is decided anew when an act or the time overtakes it; then it is refused, for doubt refuses."""

OVERTAKEN = Refusal(
    code="OVERTAKEN",
    says="The authority kept changing while this was decided, or deciding took too long for an answer to leave in time.",
    remedy="Ask again.",
)

ANOTHER = Refusal(
    code="OTHER_AGREEMENT",
    says="Another agreement serves this purpose now.",
    remedy="Open a new stream.",
)
NO_SUCH_EVENT = Refusal(
    code="NO_SUCH_EVENT",
    says="Last-Event-ID names no event that this agency was sent.",
    remedy="Open the stream without it, or with snapshot=1.",
    names=("/Last-Event-ID",),
)
NOT_QUITE = frozenset({"ENDING", "AGREEMENT_ENDED"})
"""What a beat meets at the very end: the stream closes by itself then, and says so."""

OVERLAP = 10 * SECOND
"""How far before its last event a stream begins again: what was being written meanwhile comes twice rather than never."""

T = TypeVar("T")


# ---------------------------------------------------------------- outside agencies


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Chunk):
    """A chunk with the terms that it was given under, which its reader is told."""

    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Refused):
    """A refused question. `again` is when time alone would let it be asked: the next day, where the day's volume is used up."""

    again: Instant | None = None


def ask(*, caller: Caller, asked: object, once: Once | None = None) -> Told | Declined:
    """Answer an outside agency's question with one chunk, or refuse it; either way with an entry.

    A repeated Idempotency-Key is decided anew; its entry names the first.
    """
    question = read_question(asked)
    if isinstance(question, Refusal):
        return _refuse(caller, question, once=once)
    for _ in range(TRIES):
        permitted = _permitted(caller, question)
        if isinstance(permitted, Refusal):
            return _refuse(caller, permitted, question.purpose, once)
        permit, terms = permitted
        try:
            outcome = disclosure.disclose(permit, question, by=_by(caller, permit), once=once)
        except Retry:
            continue
        except replays.Misused:
            return _refuse(caller, replays.MISUSED, question.purpose)
        assert outcome is not None, "only a beat can be empty"
        return _refuse(caller, outcome, question.purpose, once) if isinstance(outcome, Refusal) else _told(outcome, terms)
    return _refuse(caller, OVERTAKEN, question.purpose, once)


def dropped(caller: Caller, *, chunk: int, reason: str) -> None:
    """Write down that a chunk whose entry is in the ledger did not leave whole."""
    by = By(caller.person, f"agency:{caller.agency}", caller.client)
    with ledger.acting(by):
        ledger.append(drafts.chunk_dropped(chunk=chunk, reason=reason), by=by)


def _told(chunk: Chunk, terms: Terms) -> Told:
    return Told(**{part.name: getattr(chunk, part.name) for part in fields(chunk)}, terms=terms)


def _by(caller: Caller, permit: Permit) -> By:
    return By(caller.person, permit.authority, caller.client)


def _permitted(caller: Caller, question: Question) -> tuple[Permit, Terms] | Refusal:
    """Decide, in one snapshot, and return the terms with the permit."""
    with ledger.reading() as at:
        known = {agreement.id: agreement for agreement in governance.load_agreements(caller.agency)}
        used = {agreement.id: _used(agreement, caller.person, at) for agreement in known.values()}
        permit = decide(caller, question, known.values(), used=used, floor=floor, at=at)
        if isinstance(permit, Refusal):
            return permit
        agreement = known[permit.authority.removeprefix("agreement:")]
        if caller.client is not None and caller.client not in governance.clients_of(agreement.id):
            return disclosure.CLIENT_NOT_BOUND
        return permit, terms_of(agreement, caller.person, at)


def _used(agreement: Agreement, person: str, at: Instant) -> int:
    return rows.used(agreement.id, person, volume_day(standing(agreement, at).version, at))


def _refuse(caller: Caller, refusal: Refusal, purpose: str | None = None, once: Once | None = None) -> Declined:
    """Record a refusal under the agreement that has the purpose, else under the agency's own name."""
    with ledger.reading() as at:
        stands = {known.id: standing(known, at) for known in governance.load_agreements(caller.agency)}
    found = [name for name, known in stands.items() if purpose is not None and known.version.purpose(purpose) is not None]
    by = By(caller.person or "nobody", f"agreement:{found[0]}" if found else f"agency:{caller.agency}", caller.client)
    about: dict[str, Any] = {"by": by, "agency": caller.agency, "purpose": purpose if found else None}
    try:
        refused = ledger.refuse(refusal, once=once, **about)
    except replays.Misused:
        refused = ledger.refuse(replays.MISUSED, **about)
    again = None
    if refusal.code == "LIMIT_REACHED" and found:
        zone = stands[found[0]].version.place.zone
        again = end_of_day(moment(at, zone).date(), zone)
    return Declined(refusal=refused.refusal, entry=refused.entry, leaf=refused.leaf, at=refused.at, again=again)


# ---------------------------------------------------------------- streams


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An agency's open stream: its one question, under one agreement, and what its reader needn't be told (case → version).

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
        return _refuse(caller, question)
    t0 = time.monotonic()
    permitted = _permitted(caller, question)
    if isinstance(permitted, Refusal):
        return _refuse(caller, permitted, question.purpose)
    permit, terms = permitted
    since: Instant | None = None
    if last_event is not None:
        sent = _sent_at(caller, last_event)
        if sent is None:
            return _refuse(caller, NO_SUCH_EVENT, question.purpose)
        since = max(Instant(sent - OVERLAP), terms.since)
    known = {} if snapshot else disclosure.present(permit, before=since)
    return Stream(caller=caller, question=question, t0=t0, terms=terms, known=known)


def beat(stream: Stream) -> tuple[Stream, Told | Declined | None]:
    """Return the stream after one beat, with a chunk where a row in scope is new or changed; None where there is none.

    It is decided anew each time, and stays under the agreement that it was opened under. What overtakes it is left to the next.
    """
    for _ in range(TRIES):
        t0 = time.monotonic()
        permitted = _permitted(stream.caller, stream.question)
        if isinstance(permitted, Refusal):
            if permitted.code == "AGREEMENT_ENDED":  # also where a version that was to follow was revoked meanwhile
                stream = replace(stream, terms=replace(stream.terms, ends=stream.terms.until))
            if permitted.code in NOT_QUITE:
                break
            return stream, _refuse(stream.caller, permitted, stream.question.purpose)
        permit, terms = permitted
        if terms.agreement != stream.terms.agreement:
            return stream, _refuse(stream.caller, ANOTHER, stream.question.purpose)
        stream = replace(stream, t0=t0, terms=terms)
        try:
            outcome = disclosure.disclose(
                permit, stream.question, by=_by(stream.caller, permit), beat=True, stream=stream.entry, known=stream.known
            )
        except Retry:
            continue
        if outcome is None or (isinstance(outcome, Refusal) and outcome.code in NOT_QUITE):
            break
        if isinstance(outcome, Refusal):
            return stream, _refuse(stream.caller, outcome, stream.question.purpose)
        opened = stream.entry if stream.entry is not None else outcome.entry
        after = replace(stream, entry=opened, known=outcome.known, chunks=stream.chunks + 1)
        return after, _told(outcome, terms)
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


def _sent_at(caller: Caller, event: int) -> Instant | None:
    """Return when the agency was sent the event, or None where it wasn't."""
    with ledger.reading():
        body = tree.load_entry(event)
    entry = decode(body) if body is not None else None
    sent = isinstance(entry, Entry) and entry.kind is Kind.DISCLOSED and entry.detail["agency"] == caller.agency
    return entry.at if sent and isinstance(entry, Entry) else None


# ---------------------------------------------------------------- staff


def board(
    *,
    by: By,
    browser: str | None = None,
    where: Sequence[Mapping[str, Any]] = (),
    rows_wanted: int = 500,
    act: str = "case:read",
) -> Chunk | Refused:
    """Answer a staff list: the board or a queue. Each person newly shown to this browser session is entered first."""
    return _staff(
        by,
        act,
        where=where,
        rows_wanted=rows_wanted,
        through=lambda permit, question: disclosure.show(permit, question, by=by, act=act, browser=browser, board=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown(OpenedCase):
    """A case as a role sees it, with what its whole facts add up to: the role may see that an interview was taken, not its answers.

    `recorded` says for each fact's entry when it was written and by whom (a pseudonym). `free` is over all the person's cases
    for who decides on release, else over this one.
    """

    stage: Stage
    missing: tuple[Missing, ...]
    steps: tuple[Step, ...]
    free: Releasable
    recorded: Mapping[int, tuple[Instant, str]]


def open_case(*, case_id: str, by: By, act: str = "case:read") -> CaseShown | Refused:
    """Open one case, with the facts that the role's work needs; opening always enters."""
    grant: Grant | None = None

    def through(permit: Permit, question: Question) -> OpenedCase | Refusal:
        nonlocal grant
        with ledger.reading():
            grant = governance.load_grant(by.authority.removeprefix("grant:"))
        return disclosure.open_case(permit, question, case_id, by=by, act=act)

    opened = _staff(by, act, where=(), rows_wanted=1, through=through)
    if not isinstance(opened, OpenedCase):
        return opened
    assert grant is not None, "what was opened was opened under a grant"
    return _as_shown(opened, grant.role)


FREES = frozenset({"hearing:hold", "release:order", "release:acknowledge"})
"""Acts of who decides on a person's release, and so must know what holds them in their other cases."""


def _as_shown(opened: OpenedCase, role: Role) -> CaseShown:
    whole, at = opened.case, opened.at
    with ledger.reading():
        others = rows.load_cases(rows.linked_cases(whole.id)).values() if role.acts & FREES else ()
        recorded = ledger.recorded({fact.entry for fact in whole.facts if fact.entry is not None})
    return CaseShown(
        case=visible(whole, role),
        entry=opened.entry,
        leaf=opened.leaf,
        at=at,
        stage=stage(whole, at),
        missing=missing_for_arraignment(whole, at),
        steps=next_steps(whole, at),
        free=releasable(booking.cases_of_person(whole, others), at),
        recorded=recorded,
    )


def _staff(
    by: By,
    act: str,
    *,
    where: Sequence[Mapping[str, Any]],
    rows_wanted: int,
    through: Callable[[Permit, Question], T | Refusal],
) -> T | Refused:
    for _ in range(TRIES):
        with ledger.reading() as at:
            grant = governance.load_grant(by.authority.removeprefix("grant:"))
        if grant is None or grant.person != by.person:
            return ledger.refuse(NO_GRANT, by=by, act=act)
        refusal = may(grant, act, at)
        question = refusal or read_question(
            {
                "purpose": "duty",
                "columns": sorted(grant.role.scope.columns) or ["record"],
                "where": list(where),
                "rows": rows_wanted,
            }
        )
        permit = question if isinstance(question, Refusal) else decide_staff(grant, question, at, act)
        if isinstance(permit, Refusal):
            return ledger.refuse(permit, by=by, act=act)
        assert isinstance(question, Question)
        try:
            outcome = through(permit, question)
        except Retry:
            continue
        return ledger.refuse(outcome, by=by, act=act) if isinstance(outcome, Refusal) else outcome
    return ledger.refuse(OVERTAKEN, by=by, act=act)


NO_GRANT = Refusal(code="NO_GRANT", says="There is no such grant.", remedy="Sign in again and choose the capacity you act in.")
