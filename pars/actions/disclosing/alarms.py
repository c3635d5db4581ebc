"""The alarms that staff read: limits that have passed and aren't met yet, of the people whom the reader's board shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import board
from pars.core.cases.limits import Limit, Noted, passed
from pars.store import ledger, rows, watched
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A limit that has passed in a case and is still owed. `noted` is the entry that says so; None until the worker wrote it."""

    row: Mapping[str, Any]
    limit: Limit
    noted: Noted | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """What is overdue at `at`, the longest overdue first. `more`: the board has more people than were looked at."""

    at: Instant
    overdue: tuple[Alarm, ...]
    more: bool


def alarms(*, by: By, browser: str | None = None) -> Alarms | Refused:
    """Answer what is overdue on the reader's board: whom they may not be shown is not in it."""
    answer = board(by=by, browser=browser)
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows}
    found = []
    with ledger.reading() as at:
        noted = watched.noted(shown)
        for case_id, limits in watched.limits_of_all(rows.load_cases(shown), at).items():
            for limit in passed(limits, at):
                if limit.open:
                    said = next((one for one in noted.get(case_id, ()) if limit.among((one,))), None)
                    found.append(Alarm(row=shown[case_id], limit=limit, noted=said))
    found.sort(key=lambda alarm: (alarm.limit.due, alarm.row["record"]))
    return Alarms(at=at, overdue=tuple(found), more=answer.next_cursor is not None)
