"""What the court asks of all cases at once: whom a session is about, which hearings are set, the numbers of dockets; its signed records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.dockets import dockets
from pars.core.cases.numbers import kept_number
from pars.core.terms import Instant, instant, moment
from pars.store.connections import current
from pars.store.rows import case_ids, load_cases, other_cases, uuid_of

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.terms import StatedTime


def hearings_set(first: Instant, last: Instant, *, but: str | None = None) -> dict[tuple[Instant, str], int]:
    """Return how many hearings are set in [first, last) by time and courtroom, over all cases but one. No case is named by it."""
    found = current().connection.execute(
        "select next_hearing, next_court, count(*) from cases.case_now where next_hearing >= %s and next_hearing < %s "
        "and case_id is distinct from %s group by next_hearing, next_court",
        [moment(first), moment(last), uuid_of(but) if but is not None else None],
    )
    return {(instant(time), court): count for time, court, count in found.fetchall()}


def cases_of_session(starts: StatedTime, begins: Instant, ends: Instant) -> tuple[str, ...]:
    """Return the cases that were called or passed in a session, or first heard while it ran."""
    return case_ids(
        "select case_id from cases.case_called where session = %(s)s union select case_id from cases.case_passed "
        "where session = %(s)s union select case_id from cases.case_now where arraigned_at >= %(b)s and arraigned_at < %(e)s",
        {"s": str(starts), "b": moment(begins), "e": moment(ends)},
    )


def cases_to_hear() -> tuple[str, ...]:
    """Return the open cases that were sent and wait for a hearing: the first, or another on what was filed since."""
    return case_ids("select case_id from cases.case_now where not closed and submitted and (not arraigned or unheard > 0)", {})


def last_docket(prefix: str, year: int) -> int:
    """Return the last number of the sequence of a civil year, whoever gave it; 0 where it hasn't begun.

    One that was typed wrongly, and put right, uses nothing up. One that was drawn was given out, whatever became of it.
    """
    row = (
        current()
        .connection.execute(
            "select max(substring(number from '-([0-9]{7})-[0-9]{4}$')::integer) from cases.docket_given d where number like %s "
            "and (drawn or not exists (select 1 from cases.docket_given c where c.case_id = d.case_id and c.corrects = d.n))",
            [f"{prefix}-%-{year}"],
        )
        .fetchone()
    )
    return 0 if row is None or row[0] is None else int(row[0])


def docket_elsewhere(number: str, case: Case) -> bool:
    """Return whether a docket number stands in a case of another person."""
    found = case_ids("select case_id from cases.docket_given where number = %(n)s", {"n": kept_number("docket", number)})
    own = {case.id, *(other.id for other in other_cases(case))}
    others = load_cases(case_id for case_id in found if case_id not in own).values()
    return any(docket.number == kept_number("docket", number) for other in others for docket in dockets(other))


def session_record(session: Instant) -> tuple[int, bytes] | None:
    """Return the record that stands for the session that began then, with its entry; None while it isn't closed."""
    row = (
        current()
        .connection.execute(
            "select r.entry, t.body from governance.session_record r join governance.text t on t.sha256 = r.record "
            "where r.session = %s order by r.entry desc limit 1",
            [session],
        )
        .fetchone()
    )
    return None if row is None else (row[0], row[1])


def session_entries() -> dict[int, int]:
    """Return the entry of the record that stands, for every session that was closed."""
    found = current().connection.execute("select session, max(entry) from governance.session_record group by session")
    return dict(found.fetchall())
