"""Which cases were handed over at which desk, with what note, and who took them: rows beside the entries that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.handover import Handover
from pars.core.terms import Instant
from pars.store.connections import acting_now, current

if TYPE_CHECKING:
    from collections.abc import Iterable


def last_handovers(case_ids: Iterable[str], desk: str) -> dict[str, Handover]:
    """Return the last hand-over of each case at a desk; a case that was never handed over there isn't there."""
    rows = current().connection.execute(
        "select distinct on (h.case_id) h.case_id, h.note, h.entry, e.at, e.person, t.at, t.person from cases.handed_over h "
        "join ledger.entry e on e.id = h.entry left join cases.handover_taken k on k.handed = h.entry "
        "left join ledger.entry t on t.id = k.entry where h.case_id = any(%s::uuid[]) and h.desk = %s "
        "order by h.case_id, h.entry desc",
        [list(case_ids), desk],
    )
    return {
        str(case_id): Handover(
            case_id=str(case_id),
            desk=desk,
            note=note,
            entry=entry,
            at=Instant(at),
            person=person,
            taken_by=taker,
            taken_at=None if taken is None else Instant(taken),
        )
        for case_id, note, entry, at, person, taken, taker in rows.fetchall()
    }


def note_handed(case_id: str, desk: str, note: str) -> None:
    """Write a hand-over beside its entry."""
    here = acting_now()
    here.connection.execute(
        "insert into cases.handed_over (case_id, desk, note, entry) values (%s, %s, %s, %s)", [case_id, desk, note, here.entry]
    )


def note_taken(case_id: str, handed: int) -> None:
    """Write beside its entry that a hand-over was taken."""
    here = acting_now()
    here.connection.execute(
        "insert into cases.handover_taken (case_id, handed, entry) values (%s, %s, %s)", [case_id, handed, here.entry]
    )
