"""Outside agencies' exports: one question's pages as one file, each chunk decided anew, the end entered and signed.

An export gives no more than asking page by page would: every chunk is an answer of its own, under the version that the export was
opened under, and counts in the day's volume. What narrows the agreement stops it before the next chunk.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pars.actions.disclosing.beginning import covering, lasting
from pars.actions.disclosing.deciding import OVERTAKEN, TRIES
from pars.actions.disclosing.questions import Declined, Told, by_of, permitted_now, refuse, told
from pars.core.access.decision import Caller, Permit, Question, read_question
from pars.core.access.export_forms import FORMS, Form
from pars.core.access.serving import Terms
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import DAY, MINUTE, Instant, Refusal
from pars.store import disclosure, governance, ledger, replays, tree
from pars.store.connections import Retry, acting_now
from pars.store.ledger import Done, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.store.replays import Once

UNKNOWN_FORM = Refusal(
    code="UNKNOWN_FORM", says="An export is written in one of two forms.", remedy=f"{' or '.join(FORMS)}.", names=("/form",)
)
OTHER_VERSION = Refusal(
    code="OTHER_VERSION",
    says="Another version of the agreement came into force.",
    remedy="Begin a new export under it: what it covers may be more or less.",
)
BACK = MINUTE
"""How far the clock may have gone back since an export began, so that its chunks are counted all the same: further than a jump."""
NOT_QUITE = frozenset({"ENDING", "AGREEMENT_ENDED"})
"""What a chunk meets at the very end: the export closes by itself then, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An open export: its question, its form, the entry that opened it, and the terms as they were last read.

    `t0` is a reading of `time.monotonic()` from before that. `columns` are in the order in which they are written.
    """

    caller: Caller
    question: Question
    form: Form
    columns: tuple[str, ...]
    done: Done
    follows: int | None
    t0: float
    terms: Terms


def open_export(*, caller: Caller, asked: object, form: str, once: Once | None = None) -> Export | Declined:
    """Begin an export of everything that a question asks for, from its mark on where it has one; the beginning is an entry.

    A repeated Idempotency-Key begins a new one, whose entry names the first.
    """
    question = read_question(asked)
    if isinstance(question, Refusal):
        return refuse(caller, question, once=once)
    if form not in FORMS:
        return refuse(caller, UNKNOWN_FORM, question.purpose, once)
    for _ in range(TRIES):
        with disclosure.in_turn():
            t0 = time.monotonic()
            permitted = permitted_now(caller, question, how="export")
        if isinstance(permitted, Refusal):
            return refuse(caller, permitted, question.purpose, once)
        permit, terms = permitted
        follows = disclosure.begins(permit, question)
        if isinstance(follows, Refusal):
            return refuse(caller, follows, question.purpose, once)
        try:
            outcome = _entered(permit, by_of(caller, permit), form, follows, once)
        except Retry:
            continue
        except replays.Misused:
            return refuse(caller, replays.MISUSED, question.purpose)
        if isinstance(outcome, Refused):
            return Declined(refusal=outcome.refusal, entry=outcome.entry, leaf=outcome.leaf, at=outcome.at)
        return Export(
            caller=caller,
            question=question,
            form=FORMS[form],
            columns=permit.columns,
            done=outcome,
            follows=follows,
            t0=t0,
            terms=terms,
        )
    return refuse(caller, OVERTAKEN, question.purpose, once)


def _entered(permit: Permit, by: By, form: str, follows: int | None, once: Once | None) -> Done | Refused:
    """Write down that an export begins, where it is covered at that very instant."""
    with ledger.acting(by) as acting:
        repeats = replays.first_answer(acting_now(), once) if once is not None else None
        covered = covering(permit, by, acting)
        refusal = covered(acting.at)
        if refusal is not None and refusal.code == OTHER_VERSION.code:
            raise Retry("another version came into force since it was decided")
        outcome = refusal or drafts.export_opened(
            agency=permit.agency or "",
            version=permit.version_hash,
            purpose=permit.purpose,
            form=form,
            columns=permit.columns,
            filters=permit.filters,
            follows=follows,
            repeats=repeats,
            approval=permit.approved,
        )
        done = ledger.append(outcome, by=by, agency=permit.agency, purpose=permit.purpose, repeats=repeats)
        return lasting(done, covered)


def next_chunk(export: Export, *, after: str | None) -> tuple[Export, Told | Declined | None]:
    """Return the export's next chunk, from a mark on, with the terms read anew; None where the end is too near for another.

    `after` is None for the first chunk: the question's own mark counts then.
    """
    question = export.question if after is None else replace(export.question, after=after)
    for _ in range(TRIES):
        with disclosure.in_turn():
            t0 = time.monotonic()
            permitted = permitted_now(export.caller, question, how="export")
        if isinstance(permitted, Refusal):
            return export, None if permitted.code in NOT_QUITE else refuse(export.caller, permitted, question.purpose)
        permit, terms = permitted
        if terms.version.hash != export.terms.version.hash:
            return export, refuse(export.caller, OTHER_VERSION, question.purpose)
        export = replace(export, t0=t0, terms=terms)
        try:
            outcome = disclosure.disclose(
                permit, question, by=by_of(export.caller, permit), export=export.done.entry, written=export.form.rows
            )
        except Retry:
            continue
        assert outcome is not None, "only a beat can be empty"
        if isinstance(outcome, Refusal):
            return export, None if outcome.code in NOT_QUITE else refuse(export.caller, outcome, question.purpose)
        return export, told(outcome, terms)
    return export, refuse(export.caller, OVERTAKEN, question.purpose)


def close_export(export: Export, *, reason: str, chunks: int, records: int, last: int | None, out: str) -> Done:
    """Write down that an export is over, why, and what left: what else of it is in the ledger was dropped."""
    by = By(export.caller.person, f"agreement:{export.terms.agreement}", export.caller.client)
    with ledger.acting(by):
        given = sum(
            entry.detail.get("export") == export.done.entry
            for entry in _under(export.terms.agreement, Kind.DISCLOSED, start=export.done.at - BACK)
        )
        done = ledger.append(
            drafts.export_closed(
                agency=export.caller.agency,
                export=export.done.entry,
                reason=reason,
                chunks=chunks,
                dropped=given - chunks,
                rows=records,
                out=out,
                last=last,
            ),
            by=by,
        )
    assert isinstance(done, Done)
    return done


# ---------------------------------------------------------------- how far they are


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far an export is, from the ledger's entries alone. `reason` is None while it is open."""

    entry: int
    at: Instant
    agreement: str
    purpose: str
    form: str
    columns: int
    chunks: int = 0
    records: int = 0
    dropped: int = 0
    last_at: Instant | None = None
    reason: str | None = None
    closing: int | None = None


def exports_of(caller: Caller, *, most: int = 20) -> tuple[Instant, tuple[Progress, ...]]:
    """Return a person's exports, newest first, as far as each has come."""
    with ledger.reading() as at:
        found = [
            Progress(
                entry=entry.id,
                at=entry.at,
                agreement=agreement.id,
                purpose=entry.detail["purpose"],
                form=entry.detail["form"],
                columns=len(entry.detail["columns"]),
            )
            for agreement in governance.load_agreements(caller.agency)
            for entry in _under(agreement.id, Kind.EXPORT_OPENED)
            if entry.by.person == caller.person
        ]
        newest = tuple(sorted(found, key=lambda one: -one.entry)[:most])
        for one in newest:
            _count(one)
    return at, newest


def _count(one: Progress) -> None:
    """Add up what an export has given: what its end says, or else its chunks."""
    for entry in _under(one.agreement, Kind.EXPORT_CLOSED, Kind.DISCLOSED, start=one.at, end=Instant(one.at + DAY)):
        if entry.detail.get("export") != one.entry:
            continue
        one.last_at = entry.at
        if entry.kind is Kind.EXPORT_CLOSED:
            one.chunks, one.records, one.dropped = (entry.detail[name] for name in ("chunks", "rows", "dropped"))
            one.reason, one.closing = entry.detail["reason"], entry.id
        else:
            one.chunks, one.records = one.chunks + 1, one.records + entry.detail["rows"]


def _under(agreement: str, *kinds: Kind, start: int = 0, end: int | None = None) -> Iterator[Entry]:
    for body in tree.entries_under(f"agreement:{agreement}", start=start, end=end, kinds=kinds):
        entry = decode(body)
        if isinstance(entry, Entry):
            yield entry
