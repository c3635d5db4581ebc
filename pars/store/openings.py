"""When somebody last opened a case, read from the ledger's own entries: nobody's reading is kept anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.entries import Kind
from pars.store.admission import SHOWN
from pars.store.connections import current

if TYPE_CHECKING:
    from collections.abc import Iterable


def last_opened(case_ids: Iterable[str], *, person: str, act: str) -> dict[str, int]:
    """Return for each case the newest version that this person was shown by this act; a case never shown so isn't there."""
    found = current().connection.execute(
        'select r."row", max(r.version) from ledger.entry_row r join ledger.entry e on e.id = r.entry '
        'where r.tbl = %s and r."row" = any(%s) and e.person = %s and e.kind = %s '
        "and convert_from(e.body, 'UTF8')::jsonb #>> '{d,act}' = %s group by 1",
        [SHOWN, list(case_ids), person, int(Kind.SHOWN), act],
    )
    return dict(found.fetchall())
