"""Loads every entry that showed cases to somebody, each with the commitment in its side row that proves which case it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.shown_to import ShownTo
from pars.core.ledger.entries import Entry, Kind, decode
from pars.store import governance, keys, withheld
from pars.store.chunks import SHOWN
from pars.store.connections import current
from pars.store.repeated import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.store.connections import Row


def cases_numbered(typed: str) -> tuple[str, ...]:
    """Return the cases that have exactly this number: their own id, a tracking number of an arrest, or a court's docket."""
    bare = "".join(typed.split()).replace("-", "")
    found = current().connection.execute(
        "select n.case_id::text from cases.case_now n where n.case_id::text = lower(%(typed)s) or n.otn in (%(typed)s, upper(%(bare)s)) "
        "union select d.case_id::text from cases.docket_given d where d.number = upper(%(typed)s) "
        "and not exists (select 1 from cases.docket_given c where c.case_id = d.case_id and c.corrects = d.n) order by 1",
        {"typed": typed, "bare": bare},
    )
    return tuple(row[0] for row in found if row[0] not in withheld.now().cases)


def load_shown(case_ids: Sequence[str]) -> tuple[ShownTo, ...]:
    """Return every entry that showed a version of these cases, in the order of the entries."""
    given = current().connection
    found = given.execute(
        'select r."row", r.version, e.body, l.index, c.list, g.role from ledger.entry_row r join ledger.entry e on e.id = r.entry '
        "left join ledger.leaf l on l.entry = e.id left join ledger.commitment c on c.entry = e.id "
        "left join governance.grant_given g on e.authority = 'grant:' || g.grant_id "
        'where r.tbl = %s and r."row" = any(%s) order by e.id, r."row"',
        [SHOWN, list(case_ids)],
    ).fetchall()
    held = keys.case_keys(given, case_ids)
    return tuple(_shown(row, held.get(row[0])) for row in found)


def _shown(row: Row, key: bytes | None) -> ShownTo:
    case_id, version, body, index, commitments, role = row
    entry = decode(body)
    if not isinstance(entry, Entry):
        raise Unreadable(entry.says)
    detail, disclosed = entry.detail, entry.kind is Kind.DISCLOSED
    made = None if key is None else keys.commit_case(key, entry=entry.id, case_id=case_id, version=version)
    kept = list(commitments or ())
    return ShownTo(
        case=case_id,
        version=version,
        entry=entry.id,
        at=entry.at,
        person=entry.by.person,
        authority=entry.by.authority,
        agency=detail["agency"] if disclosed else None,
        desk=governance.load_role(role).name if role is not None else None,
        act=detail.get("act"),
        purpose=detail.get("purpose", ""),
        columns=tuple(detail["columns"]),
        rows=detail["rows"],
        index=index,
        place=kept.index(made) + 1 if made in kept else None,
    )
