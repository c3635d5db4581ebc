"""Refusals that stand alone: each is an entry, in a transaction that holds nothing else but others of the same authority."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import DatabaseError
from psycopg.errors import LockNotAvailable

from pars.core.ledger import drafts
from pars.core.owners.owners_text import GOVERNING, lock_of
from pars.core.terms import Refusal
from pars.store import keys, replays, rows
from pars.store.connections import Open, connection, opened
from pars.store.entering import Alone, Refused, Written, alone, begin_act, enter, waiting, write_entries
from pars.store.together import Apart, together

if TYPE_CHECKING:
    from pars.core.ledger.entries import By, Draft
    from pars.store.replays import Once


MOST = 64
"""How many share a transaction at most."""
ENOUGH = 4
"""How many don't wait for the transaction that is under way to end: they go beside it."""


@dataclass(slots=True, eq=False)
class _Refusing:
    """A refusal on its way into the ledger, and its receipt."""

    refusal: Refusal
    entry: Alone
    outcome: Refused | None = None


def refuse(
    refusal: Refusal,
    *,
    by: By,
    act: str | None = None,
    agency: str | None = None,
    purpose: str | None = None,
    case: str | None = None,
    once: Once | None = None,
) -> Refused:
    """Record a refusal in a transaction of its own: what was refused before an act began, or undone by an error.

    Refusals under one authority that come at once share the transaction. With `once`, a question's, it names the first answer under
    that Idempotency-Key; raises `replays.Misused` for another's key. Such a one, and one of a case, goes alone: what it says hangs on its number.
    """
    if case is not None or once is not None:
        return _refuse_by_number(refusal, by, once, act=act, agency=agency, purpose=purpose, case=case)
    draft = drafts.refused(code=refusal.code, act=act, agency=agency, purpose=purpose, names=refusal.names)
    refusing = _Refusing(refusal, alone(draft, by))
    together(("refuse", by.authority), refusing, _refuse_together, most=MOST, gated=False, enough=ENOUGH)
    assert refusing.outcome is not None
    return refusing.outcome


def _locks(by: By) -> Iterable[str]:
    return {by.authority, *map(lock_of, GOVERNING)}


def _refuse_together(crew: Sequence[_Refusing]) -> None:
    """Record the refusals in one transaction, which no other act is part of. Raises Apart where that fails for more than one."""
    by = crew[0].entry.by
    with connection("app") as given, waiting(by):
        try:
            receipts = enter(given, [one.entry for one in crew], shared=_locks(by))
        except DatabaseError as error:
            # A connection that is gone may have committed: nothing is done again. And a lock that is held is held for each of them.
            if len(crew) == 1 or given.closed or isinstance(error, LockNotAvailable):
                raise
            raise Apart from error
    for one, (entry, at, leaf) in zip(crew, receipts, strict=True):
        one.outcome = Refused(refusal=one.refusal, entry=entry, leaf=leaf, at=at)


def _refuse_by_number(refusal: Refusal, by: By, once: Once | None, **about: str | None) -> Refused:
    with connection("app") as given, waiting(by):
        entry, at, _ = begin_act(given, shared=_locks(by), exclusive=())
        here = Open(given, at, by, entry)
        with opened(here):
            repeats = replays.first_answer(here, once) if once is not None else None
            (leaf,) = write_entries([Written(here, refusal_draft(here, refusal, **about, repeats=repeats), at)])
        given.execute("commit")
    return Refused(refusal=refusal, entry=entry, leaf=leaf, at=at)


def refusal_draft(
    here: Open,
    refusal: Refusal,
    *,
    act: str | None,
    agency: str | None,
    purpose: str | None,
    case: str | None,
    repeats: int | None,
) -> Draft:
    commitment = None
    assert here.entry is not None
    version = rows.case_version(case) if case is not None else None  # None too for what isn't even an id
    if (
        case is not None and version is not None and (found := keys.case_keys(here.connection, [case]))
    ):  # under its id's one form
        commitment = keys.commit_case(*found.values(), entry=here.entry, case_id=case, version=version).hex()
    return drafts.refused(
        code=refusal.code, act=act, agency=agency, purpose=purpose, names=refusal.names, case=commitment, repeats=repeats
    )
