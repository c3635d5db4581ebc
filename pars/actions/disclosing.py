"""Every read: outside questions and streams, the staff's board and cases. All of it goes through the one door.

Decide, then fetch and append at the door; what comes back is a chunk whose entry is committed, or a refusal with its receipt.
What time or another act overtook is decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pars.core import booking, drafts
from pars.core.access import Caller, Permit, Question, decide, decide_staff, may, read_question, volume_day
from pars.core.agreement import standing
from pars.core.custody import Releasable, releasable
from pars.core.entries import By
from pars.core.floor import floor
from pars.core.parts import visible
from pars.core.progress import Missing, Stage, Step, missing_for_arraignment, next_steps, stage
from pars.core.terms import Refusal
from pars.store import disclosure, governance, ledger, rows
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, OpenedCase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.agreement import Agreement
    from pars.core.role import Grant, Role
    from pars.core.terms import Instant
    from pars.store.ledger import Refused
    from pars.store.replays import Once

__all__ = [
    "CaseShown",
    "Chunk",
    "OpenedCase",
    "Refused",
    "Stream",
    "ask",
    "beat",
    "board",
    "close_stream",
    "dropped",
    "open_case",
    "open_stream",
]

TRIES = 4
"""How often a question is decided anew when an act or the time overtakes it; then it is refused, for doubt refuses."""

OVERTAKEN = Refusal(
    code="OVERTAKEN",
    says="The authority kept changing while this was decided.",
    remedy="Ask again.",
)

Answer: TypeAlias = "Chunk | Refused"
T = TypeVar("T")


# ---------------------------------------------------------------- outside agencies


def ask(*, caller: Caller, asked: object, once: Once | None = None) -> Answer:
    """Answer an outside agency's question with one chunk, or refuse it; either way with an entry."""
    question = read_question(asked)
    if isinstance(question, Refusal):
        return _refuse(caller, question)
    outcome = _decided(caller, question, lambda permit, by: disclosure.disclose(permit, question, by=by, once=once))
    assert outcome is not None, "only a beat can be empty"
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An agency's open stream: its one question, and what it has been shown so far (record handle → version)."""

    caller: Caller
    question: Question
    entry: int | None = None
    known: Mapping[str, int] = field(default_factory=dict)
    chunks: int = 0
    empty: int = 0


def open_stream(*, caller: Caller, asked: object) -> Stream | Refused:
    """Open a stream with its one question, decided now and again at each beat."""
    question = read_question(asked)
    if isinstance(question, Refusal):
        return _refuse(caller, question)
    with ledger.reading() as at:
        permit = _permit(caller, question, at)
    if isinstance(permit, Refusal):
        return _refuse(caller, permit, question.purpose)
    return Stream(caller=caller, question=question)


def beat(stream: Stream) -> tuple[Stream, Answer | None]:
    """Return the stream after one beat, with a chunk where a row in scope is new or changed; None where there is none."""
    outcome = _decided(
        stream.caller,
        stream.question,
        lambda permit, by: disclosure.disclose(
            permit, stream.question, by=by, beat=True, stream=stream.entry, known=stream.known
        ),
    )
    if outcome is None:
        return replace(stream, empty=stream.empty + 1), None
    if not isinstance(outcome, Chunk):
        return stream, outcome
    opened = stream.entry if stream.entry is not None else outcome.entry
    return replace(stream, entry=opened, known=outcome.known, chunks=stream.chunks + 1), outcome


def close_stream(stream: Stream, *, reason: str) -> int | None:
    """Write down that a stream that gave something is over, and why; return the entry."""
    if stream.entry is None:
        return None
    by = _by(stream.caller, stream.question.purpose)
    with ledger.acting(by):
        done = ledger.append(
            drafts.stream_closed(
                agency=stream.caller.agency,
                stream=stream.entry,
                reason=reason,
                chunks=stream.chunks,
                empty=stream.empty,
            ),
            by=by,
        )
    return done.entry


def dropped(caller: Caller, *, chunk: int, reason: str) -> None:
    """Write down that a chunk whose entry is in the ledger did not leave whole."""
    by = By(caller.person, f"agency:{caller.agency}", caller.client)
    with ledger.acting(by):
        ledger.append(drafts.chunk_dropped(chunk=chunk, reason=reason), by=by)


def _decided(caller: Caller, question: Question, disclose: Callable[[Permit, By], Chunk | Refusal | None]) -> Answer | None:
    """Decide, go through the door, and decide anew as long as something overtakes it."""
    for _ in range(TRIES):
        with ledger.reading() as at:
            permit = _permit(caller, question, at)
        if isinstance(permit, Refusal):
            return _refuse(caller, permit, question.purpose)
        try:
            outcome = disclose(permit, By(caller.person, permit.authority, caller.client))
        except Retry:
            continue
        return _refuse(caller, outcome, question.purpose) if isinstance(outcome, Refusal) else outcome
    return _refuse(caller, OVERTAKEN, question.purpose)


def _permit(caller: Caller, question: Question, at: Instant) -> Permit | Refusal:
    agreements = governance.load_agreements(caller.agency)
    used = {agreement.id: _used(agreement, caller.person, at) for agreement in agreements}
    return decide(caller, question, agreements, used=used, floor=floor, at=at)


def _used(agreement: Agreement, person: str, at: Instant) -> int:
    return rows.used(agreement.id, person, volume_day(standing(agreement, at).version, at))


def _by(caller: Caller, purpose: str | None) -> By:
    """Return under which authority a refusal or a closing is entered: the agreement that has the purpose, else the agency's own name."""
    with ledger.reading() as at:
        found = [
            agreement.id
            for agreement in governance.load_agreements(caller.agency)
            if purpose is not None and standing(agreement, at).version.purpose(purpose) is not None
        ]
    authority = f"agreement:{found[0]}" if found else f"agency:{caller.agency}"
    return By(caller.person or "nobody", authority, caller.client)


def _refuse(caller: Caller, refusal: Refusal, purpose: str | None = None) -> Refused:
    by = _by(caller, purpose)
    known = purpose if by.authority.startswith("agreement:") else None
    return ledger.refuse(refusal, by=by, agency=caller.agency, purpose=known)


# ---------------------------------------------------------------- staff


def board(
    *,
    by: By,
    browser: str | None = None,
    where: Sequence[Mapping[str, Any]] = (),
    rows_wanted: int = 500,
    act: str = "case:read",
) -> Answer:
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
