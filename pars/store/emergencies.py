"""Answers to emergency questions: each is named beside its entry with the instant by which the owners must have reviewed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.emergency import Emergency
from pars.core.terms import Instant
from pars.store.connections import current
from pars.store.governance import load_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pars.core.access.permits import Permit
    from pars.core.agreements.acts import Agreement
    from pars.store.connections import Named

TABLE = "emergency"
"""How `entry_row` calls an emergency answer: its row is the agreement, its version the instant of the review that it owes."""

_OWED = "from ledger.entry_row r where r.tbl = %s and not exists (select 1 from governance.emergency_reviewed v where v.answer = r.entry)"


def named(permit: Permit, at: Instant) -> Sequence[Named]:
    """Return what the entry of an answer at `at` names, if it answers an emergency question."""
    rule = load_version(permit.version_hash).emergency
    if permit.emergency is None or rule is None:
        return ()
    return ((TABLE, permit.authority.removeprefix("agreement:"), rule.due(at)),)


def due(agreement: Agreement) -> Instant | None:
    """Return when the first review that is owed under the agreement is due."""
    if all(proposal.version.emergency is None for proposal in agreement.proposals):
        return None
    row = current().connection.execute(f'select min(r.version) {_OWED} and r."row" = %s', [TABLE, agreement.id]).fetchone()
    return Instant(row[0]) if row is not None and row[0] is not None else None


def reviews(agreements: Iterable[Agreement]) -> dict[str, Instant]:
    """Return the same for each agreement that owes one."""
    return {agreement.id: at for agreement in agreements if (at := due(agreement)) is not None}


def owed() -> dict[int, Instant]:
    """Return every answer that is to be reviewed yet, with the instant by which."""
    found = current().connection.execute(f"select r.entry, r.version {_OWED}", [TABLE])
    return {entry: Instant(at) for entry, at in found.fetchall()}


def waiting(agreement_id: str) -> tuple[Emergency, ...]:
    """Return the answers under an agreement that are to be reviewed yet, the first due first."""
    found = current().connection.execute(
        f"select r.entry, r.version, e.person {_OWED.replace('where', 'join ledger.entry e on e.id = r.entry where', 1)} "
        'and r."row" = %s order by r.version, r.entry',
        [TABLE, agreement_id],
    )
    return tuple(
        Emergency(entry=entry, agreement=agreement_id, person=person, due=Instant(at)) for entry, at, person in found.fetchall()
    )


def found_of(answer: int) -> str | None:
    """Return the agreement whose emergency answer an entry is and nobody reviewed yet; None where it isn't one."""
    row = current().connection.execute(f'select r."row" {_OWED} and r.entry = %s', [TABLE, answer]).fetchone()
    return row[0] if row is not None else None
