"""Which cases of the charging queue are taken, by whom and until when: rows beside the entries that say so, only ever added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.taking import Take
from pars.core.terms import Instant
from pars.store.connections import acting_now, current

if TYPE_CHECKING:
    from collections.abc import Iterable


def last_takes(case_ids: Iterable[str]) -> dict[str, Take]:
    """Return the last take of each case that wasn't given back, stands or not; a case without one isn't there."""
    rows = current().connection.execute(
        "select distinct on (c.case_id) c.case_id, c.person, c.until, e.at from cases.charging_claim c "
        "join ledger.entry e on e.id = c.entry where c.case_id = any(%s::uuid[]) order by c.case_id, c.n desc",
        [list(case_ids)],
    )
    return {
        str(case_id): Take(person=person, at=Instant(at), until=Instant(until))
        for case_id, person, until, at in rows.fetchall()
        if until is not None
    }


def write_take(case_id: str, person: str, until: Instant | None) -> None:
    """Write that somebody has a case until an instant, or (None) has given it back; the entry says it."""
    here = acting_now()
    here.connection.execute(
        "insert into cases.charging_claim (case_id, person, until, entry) values (%s, %s, %s, %s)",
        [case_id, person, until, here.entry],
    )
