"""When somebody opened a case, read from the ledger's own entries: nobody's reading is kept anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.presence import Opening
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant
from pars.store.chunks import OPENED, PAPER, SHOWN
from pars.store.connections import current
from pars.store.governance import load_role

if TYPE_CHECKING:
    from collections.abc import Iterable


def last_opened(case_ids: Iterable[str], *, person: str, act: str) -> dict[str, int]:
    """Return for each case the newest version at which this person opened it by this act; a case never opened so isn't there.

    A list that shows the person of a case, and a paper of it, are no opening: neither says what changed.
    """
    found = current().connection.execute(
        'select r."row", max(r.version) from ledger.entry_row r join ledger.entry e on e.id = r.entry '
        'where r.tbl = %s and r."row" = any(%s) and e.person = %s and e.kind = %s '
        "and convert_from(e.body, 'UTF8')::jsonb #>> '{d,act}' = %s "
        "and not starts_with(convert_from(e.body, 'UTF8')::jsonb #>> '{d,purpose}', %s) group by 1",
        [OPENED, list(case_ids), person, int(Kind.SHOWN), act, PAPER],
    )
    return dict(found.fetchall())


def versions_shown(case_id: str, *, person: str) -> frozenset[int]:
    """Return every version of a case that this person was shown: the case itself, a list with it, or a paper of it."""
    found = current().connection.execute(
        "select distinct r.version from ledger.entry_row r join ledger.entry e on e.id = r.entry "
        'where r.tbl = %s and r."row" = %s and e.person = %s and e.kind = %s',
        [SHOWN, case_id, person, int(Kind.SHOWN)],
    )
    return frozenset(row[0] for row in found.fetchall())


def opened_since(case_id: str, when: Instant) -> list[Opening]:
    """Return who opened a case, the case itself and not a list with it, at or after an instant, each in their role."""
    found = current().connection.execute(
        "select e.person, g.role, e.at from ledger.entry_row r join ledger.entry e on e.id = r.entry "
        "join governance.grant_given g on e.authority = 'grant:' || g.grant_id "
        'where r.tbl = %s and r."row" = %s and e.at >= %s',
        [OPENED, case_id, when],
    )
    return [Opening(person, load_role(role), Instant(at)) for person, role, at in found.fetchall()]
