"""What a stream's reader needn't be told when it opens: the cases in scope of which they are shown nothing else than they have.

None of it leaves the process. An act on a case that changes nothing of what the agreement shows is no news: that there was an act
at all is a fact that nobody granted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pars.core.access.predicate import Predicate, matches
from pars.core.access.scope import apply_masks
from pars.core.cases.board import now_row
from pars.store import fetching, ledger, rows
from pars.store.connections import current

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pars.core.access.decision import Permit
    from pars.core.cases.case import Case
    from pars.core.terms import Instant

Was: TypeAlias = Literal["same", "other", "absent"]
"""What was shown of a case, beside what is: the same, something else, nothing."""


def present(permit: Permit, *, before: Instant | None = None) -> Mapping[str, int]:
    """Return the cases in scope now, each with its mark; with `before`, as its reader had them at that instant.

    What wasn't shown then is left out; what showed otherwise has another mark than now: its reader knows it, and its change is news.
    """
    where = fetching.with_cases(permit)
    found = fetching.marks(permit, where)
    if before is None or not found:
        return found
    was = _shown_before(permit, where, found, before)
    return {case_id: _mark(mark, was.get(case_id, "same")) for case_id, mark in found.items() if was.get(case_id) != "absent"}


def _mark(mark: int, was: Was) -> int:
    return mark if was == "same" else mark ^ 1


def _shown_before(permit: Permit, where: Predicate, cases: Collection[str], before: Instant) -> dict[str, Was]:
    """Return, of the cases that were acted on since an instant, what was shown of each before."""
    with ledger.reading():
        acted_on = rows.load_cases(_acted_on_since(cases, before))
        then = _versions_before(acted_on, before)
    return {case_id: _was(permit, where, case, then.get(case_id, 0)) for case_id, case in acted_on.items()}


def _was(permit: Permit, where: Predicate, case: Case, version: int) -> Was:
    earlier = case.at_version(version)
    shown = None if earlier is None else _shown(permit, where, earlier)
    return "absent" if shown is None else "same" if shown == _shown(permit, where, case) else "other"


def _acted_on_since(cases: Collection[str], when: Instant) -> list[str]:
    found = current().connection.execute(
        "select n.case_id::text from cases.case_now n "
        'join ledger.entry_row r on (r.tbl, r."row", r.version) = (%s, n.case_id::text, n.version) join ledger.entry e on e.id = r.entry '
        "where n.case_id = any(%s::uuid[]) and e.at >= %s",
        [ledger.CASE, list(cases), when],
    )
    return [row[0] for row in found.fetchall()]


def _versions_before(cases: Collection[str], when: Instant) -> dict[str, int]:
    found = current().connection.execute(
        'select r."row", max(r.version) from ledger.entry_row r join ledger.entry e on e.id = r.entry '
        'where r.tbl = %s and r."row" = any(%s) and e.at < %s group by 1',
        [ledger.CASE, list(cases), when],
    )
    return dict(found.fetchall())


def _shown(permit: Permit, where: Predicate, case: Case) -> dict[str, Any] | None:
    """Return what the permit shows of a case, None where it is out of scope."""
    record = {**now_row(case), "record": case.id}
    if matches(where, record) is not True:
        return None
    return apply_masks({name: record[name] for name in permit.columns}, permit.masks)
