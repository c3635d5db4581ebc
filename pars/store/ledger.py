"""Acts and their entries: no change of a case, an agreement, a grant or a key commits without the entry that says so.

`acting` opens one durable transaction: authority locks first, then the database's time, then the entry's number. `append` is
its last write: it puts the outcome, a refusal too, into the ledger, with the governance rows that repeat it. sealer.py gives
entries their place in the tree, receipts.py proves it; refusals.py and admission.py are the other writers of entries.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, assert_never

from pars.core.access.decision import GUARD
from pars.core.cases.case import Change
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Draft
from pars.core.ledger.fold import AFTERTHOUGHTS, OF_THE_FLOOR
from pars.core.owners.owners_text import GOVERNING, lock_of
from pars.core.terms import Instant, Refusal
from pars.store import connections, keys, recording, replays, rows
from pars.store.connections import Named, Open, Retry, acting_now, connection, opened
from pars.store.entering import (
    HELD,
    Done,
    Held,
    Refused,
    Written,
    authority_key,
    begin_act,
    waiting,
    write_entries,
)
from pars.store.refusals import refusal_draft, refuse

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

    from pars.core.access.role import Grant
    from pars.store.connections import Login, Row
    from pars.store.replays import Once

P = ParamSpec("P")
T = TypeVar("T")

CASE = "case_file"
"""How `entry_row` calls a change of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What an act is given: the database's time under the locks, its entry's number, and the grant it is done under."""

    at: Instant
    entry: int
    grant: Grant | None


Outcome: TypeAlias = Change | Draft | Refusal

__all__ = [
    "CASE", "HELD", "Acting", "Done", "Held", "Outcome", "Refused", "acting", "append", "authority_key", "begin_act", "drain", "lasts", "now",
    "reading", "recorded", "refuse", "retried",
]  # fmt: skip


# ---------------------------------------------------------------- transactions


@contextmanager
def acting(
    by: By, *, exclusive: Iterable[str] = (), shared: Iterable[str] = (), once: Once | None = None, login: Login = "app"
) -> Iterator[Acting]:
    """Open the one durable transaction of an act: locks on authorities, the time, the entry's number, in this order.

    Its own authority is locked shared, and so are the owners' texts, by which everything is done; those in `exclusive`
    exclusively: whatever narrows an authority, or acts on an agreement or on such a text, names it there. Nothing commits unless `append` came last. With `once`, a repeat raises `replays.Replayed`.
    `login`: `sealed` for what carries a court's order out, and for nothing else.
    """
    wholly = frozenset(exclusive)
    with connection(login) as given, waiting(by, wholly):
        partly = {by.authority, *shared, *map(lock_of, GOVERNING)} - wholly
        entry, at, _ = begin_act(given, shared=partly, exclusive=wholly)
        transaction = Open(given, at, by, entry, wholly, held=time.monotonic())
        with opened(transaction):
            if once is not None:
                replays.claim(transaction, once)
            # INVARIANT: nobody acts under another's grant, nor under one that has ended when the entry is written.
            grant = rows.own_grant(by)
            transaction.lasts(grant.period.end if grant is not None and grant.period.covers(at) else None)
            yield Acting(at=at, entry=entry, grant=grant)
        if not transaction.appended:
            raise RuntimeError("an act ends with append: nothing was committed")
        given.execute("commit")


@contextmanager
def reading() -> Iterator[Instant]:
    """Open a transaction that only reads, one snapshot of everything, and give the database's time."""
    with connection("app") as given:
        with given.pipeline():
            given.execute("begin isolation level repeatable read read only")
            asked = given.execute("select ledger.pars_now()")
        transaction = Open(given, _only(asked))
        with opened(transaction):
            yield transaction.at
        given.execute("commit")  # a rollback would make the driver forget every statement that it has prepared


def now() -> Instant:
    """Return the database's time (a simulated ledger's is shifted)."""
    if (here := connections.open_here()) is not None:
        return _now(here.connection)
    with connection("app") as given:
        return _now(given)


def recorded(entries: Iterable[int]) -> dict[int, tuple[Instant, str]]:
    """Return when each entry was written and by whom (a pseudonym). Inside `reading` or `acting`."""
    found = connections.current().connection.execute(
        "select id, at, person from ledger.entry where id = any(%s)", [list(entries)]
    )
    return {entry: (Instant(at), person) for entry, at, person in found.fetchall()}


def lasts(until: Instant | None) -> None:
    """Keep, inside `acting`, that what the act rests on ends then: an entry that came later would raise Retry instead."""
    acting_now().lasts(until)


def drain(done: Done) -> None:
    """Wait out W: what was admitted before a narrowing act has left, or will not, when this returns.

    Whoever was admitted before it read the clock that their W counts from while they shared the lock, and had let go of it when the act got it
    wholly; whoever comes after it finds the stamp moved. So W counts from when the act held its locks, and its own work is part of the wait.
    """
    since = time.monotonic() if done.held is None else done.held
    time.sleep(max(0.0, since + GUARD / 1_000_000 - time.monotonic()))


def retried(act: Callable[P, T]) -> Callable[P, T | Done | Refused]:
    """Run an action once more when time or another act overtook it; answer a repeated Idempotency-Key as the first time.

    What couldn't get its lock in time is refused, and that is entered; Held is raised where not even that can be, for the same lock.
    """

    @functools.wraps(act)
    def again(*args: P.args, **kwargs: P.kwargs) -> T | Done | Refused:
        try:
            try:
                return act(*args, **kwargs)
            except Retry:
                return act(*args, **kwargs)
        except replays.Replayed as replayed:
            return _as_before(replayed)
        except replays.Misused as misused:
            return refuse(replays.MISUSED, by=misused.by)
        except Held as held:
            if held.own:
                raise
            return refuse(HELD, by=held.by)

    return again


def _as_before(replayed: replays.Replayed) -> Done | Refused:
    found = replayed.outcome
    receipt = {"entry": replayed.entry, "leaf": found["leaf"], "at": Instant(found["at"])}
    if (refusal := found.get("refusal")) is not None:
        return Refused(refusal=Refusal(**{**refusal, "names": tuple(refusal["names"])}), **receipt)
    return Done(case_id=found["case_id"], version=found["version"], **receipt)


def _now(given: Connection[Row]) -> Instant:
    return _only(given.execute("select ledger.pars_now()"))


def _only(asked: Cursor[Row]) -> Instant:
    found = asked.fetchone()
    assert found is not None, "the function returns one row"
    return Instant(found[0])


# ---------------------------------------------------------------- append


def append(
    outcome: Outcome,
    *,
    by: By,
    act: str | None = None,
    agency: str | None = None,
    purpose: str | None = None,
    case: str | None = None,
    repeats: int | None = None,
    beside: Iterable[Named] = (),
) -> Done | Refused:
    """Put the outcome into the ledger, the last write of an act. What time has overtaken raises Retry.

    A Change must have been saved; a Draft brings its governance rows along; a Refusal is recorded with what it was about
    (`act`, `agency`, `purpose`, `case`: an id, which only a commitment keeps). `beside` is what its entry names besides.
    """
    here = acting_now()
    if by != here.by or here.entry is None:
        raise ValueError("an entry is by whoever the act was opened for")
    about: list[Named] = []
    match outcome:
        case Change():
            draft, about = _change(here, outcome)
        case Refusal():
            draft = refusal_draft(here, outcome, act=act, agency=agency, purpose=purpose, case=case, repeats=repeats)
        case Draft():
            draft = outcome
            recording.shift_clock(here, draft)
        case _:
            assert_never(outcome)
    at = _now(here.connection)
    # What records that nothing was given rests on nothing that was read for the act.
    read = None if draft.kind in AFTERTHOUGHTS else here.until
    if any(until is not None and at >= until for until in (draft.until, read)):
        raise Retry(f"{draft.kind.dotted}: time has overtaken the decision")
    if isinstance(outcome, Draft):
        about = [*recording.record(here, draft, at), *beside]
    elif draft.kind in OF_THE_FLOOR:
        about += recording.record(here, draft, at)
    (leaf,) = write_entries([Written(here, draft, at, about)])
    done = _receipt(outcome, here, leaf, at)
    replays.keep(here, _to_keep(done))
    here.appended = True
    return done


def _receipt(outcome: Outcome, here: Open, leaf: str, at: Instant) -> Done | Refused:
    assert here.entry is not None
    match outcome:
        case Refusal():
            return Refused(refusal=outcome, entry=here.entry, leaf=leaf, at=at)
        case Change():
            case = outcome.case
            return Done(entry=here.entry, leaf=leaf, at=at, case_id=case.id, version=case.version, held=here.held)
        case Draft():
            return Done(entry=here.entry, leaf=leaf, at=at, held=here.held)


def _to_keep(done: Done | Refused) -> dict[str, Any]:
    return {name: value for name, value in asdict(done).items() if name not in {"entry", "held"}}


def _change(here: Open, change: Change) -> tuple[Draft, list[Named]]:
    case = change.case
    assert here.entry is not None
    if change.changed and here.saved.get(case.id) != case.version:
        raise RuntimeError("a change is saved before it is appended")
    key = keys.case_key_for_change(here, case.id)
    commitment = keys.commit_case(key, entry=here.entry, case_id=case.id, version=case.version)
    detail = {**change.detail, "profile": here.opened[case.id]} if here.opened.get(case.id) else change.detail
    draft = drafts.case_changed(change.kind, case=commitment.hex(), version=case.version, detail=detail, until=change.until)
    return draft, [(CASE, case.id, case.version)]
