"""Answers to emergency questions: each is named beside its entry with the instant by which the owners must have reviewed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.emergency import Emergency
from pars.core.terms import Instant
from pars.store.connections import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.access.permits import Permit
    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.store.connections import Named

TABLE = "emergency"
"""How `entry_row` calls an emergency answer: its row is the agreement, its version the instant of the review that it owes."""


def named(permit: Permit, version: Version, at: Instant) -> Sequence[Named]:
    """Return what the entry of an answer at `at` names, if it answers an emergency question."""
    if permit.emergency is None or version.emergency is None:
        return ()
    return ((TABLE, permit.authority.removeprefix("agreement:"), version.emergency.due(at)),)


def with_emergencies(agreement: Agreement) -> Agreement:
    """Return the agreement with its emergency answers and their reviews. They are answers, so they are no part of its acts."""
    if all(proposal.version.emergency is None for proposal in agreement.proposals):
        return agreement
    found = current().connection.execute(
        "select r.entry, e.person, e.at, r.version, "
        "(select min(w.at) from governance.emergency_reviewed v join ledger.entry w on w.id = v.entry where v.answer = r.entry) "
        'from ledger.entry_row r join ledger.entry e on e.id = r.entry where r.tbl = %s and r."row" = %s order by r.entry',
        [TABLE, agreement.id],
    )
    return replace(
        agreement,
        emergencies=tuple(
            Emergency(
                entry=entry,
                agreement=agreement.id,
                person=person,
                at=Instant(at),
                due=Instant(due),
                reviewed=None if reviewed is None else Instant(reviewed),
            )
            for entry, person, at, due, reviewed in found.fetchall()
        ),
    )
