"""Refusals that stand alone: each is an entry, in a transaction that holds nothing else but others of the same authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import DatabaseError

from pars.core.ledger import drafts
from pars.core.owners.owners_text import GOVERNING, lock_of
from pars.core.terms import Instant, Refusal
from pars.store import keys, replays, rows
from pars.store.connections import Open, connection, opened
from pars.store.entering import Refused, Written, begin_entries, waiting, write_entries
from pars.store.together import Apart, together

if TYPE_CHECKING:
    from pars.core.ledger.entries import By, Draft
    from pars.store.replays import Once


MOST = 64
"""How many share a transaction at most."""


@dataclass(slots=True, eq=False)
class _Refusing:
    """A refusal on its way into the ledger: what it was about, and its receipt or why there is none."""

    refusal: Refusal
    by: By
    about: Mapping[str, str | None]
    once: Once | None
    outcome: Refused | replays.Misused | None = None


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
    that Idempotency-Key; raises `replays.Misused` for another's key.
    """
    refusing = _Refusing(refusal, by, {"act": act, "agency": agency, "purpose": purpose, "case": case}, once)
    together(("refuse", by.authority), refusing, _refuse_together, most=MOST, gated=False)
    if not isinstance(refusing.outcome, Refused):
        assert refusing.outcome is not None
        raise refusing.outcome
    return refusing.outcome


def _refuse_together(crew: Sequence[_Refusing]) -> None:
    """Record the refusals in one transaction, which no other act is part of. Raises Apart where that fails for more than one."""
    by = crew[0].by
    with connection("app") as given, waiting(by):
        there = begin_entries(given, shared=[by.authority, *map(lock_of, GOVERNING)], members=len(crew))
        at, written = Instant(there.at), []
        try:
            for one, entry in sorted(zip(crew, there.entries, strict=True), key=lambda pair: pair[0].once is not None):
                here = Open(given, at, one.by, entry)
                with opened(here):
                    written += _as_written(here, one)
            leaves = write_entries([what for _, what in written]) if written else []
        except DatabaseError as error:
            if len(crew) > 1:
                raise Apart from error
            raise
        given.execute("commit")
    for (one, what), leaf in zip(written, leaves, strict=True):
        assert what.here.entry is not None
        one.outcome = Refused(refusal=one.refusal, entry=what.here.entry, leaf=leaf, at=at)


def _as_written(here: Open, one: _Refusing) -> list[tuple[_Refusing, Written]]:
    """Return what is to be written of a refusal; nothing where its Idempotency-Key is another request's."""
    try:
        repeats = replays.first_answer(here, one.once) if one.once is not None else None
    except replays.Misused as misused:
        one.outcome = misused
        return []
    return [(one, Written(here, refusal_draft(here, one.refusal, **one.about, repeats=repeats), here.at))]


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
