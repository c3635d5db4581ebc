"""Looks up evidence where something here can: a docket number among those that this record system holds, within an agreement's reach.

The reach is the guest's own view under the version's conditions and law's, so that a number of somebody whom the agreement can't show is as
unknown as one that nobody has (law L4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from pars.core.access.floor import floor
from pars.core.access.scope import meet
from pars.store import predicate
from pars.store.connections import connection, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.access.question import Evidence
    from pars.core.agreements.version import Version


def known(version: Version, evidence: Evidence) -> bool | None:
    """Return whether the evidence is known; None where nothing here can look up its kind. Inside `reading`."""
    checker = CHECKERS.get(evidence.kind)
    return checker(version, evidence.value) if checker is not None else None


def _docket(version: Version, number: str) -> bool:
    here = current()
    assert here.at is not None, "a transaction has its time"
    found = here.connection.execute(
        "select distinct d.case_id::text from cases.docket_given d where d.number = %s "
        "and not exists (select 1 from cases.docket_given c where c.case_id = d.case_id and c.corrects = d.n)",
        [number],
    ).fetchall()
    reach = meet(version.scope, floor(version.agency.kind, here.at))
    condition, values = predicate.where(reach.rows)
    query = sql.SQL('select exists (select 1 from disclosable."case" where record = any(%s) and ({}))').format(condition)
    with connection("guest") as given:
        row = given.execute(query, [[case_id for (case_id,) in found], *values]).fetchone()
        given.commit()
    return row is not None and bool(row[0])


CHECKERS: dict[str, Callable[[Version, str], bool]] = {"docket": _docket}
"""What looks up each kind of evidence. A site that can ask the system which gives its case or warrant numbers adds its own."""
