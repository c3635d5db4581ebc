"""The interviewer's list: which cases of their board wait for an interview or a worksheet, since when, and what to prepare for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import board
from pars.core.cases.interview_queue import Queued, list_order, waits_for_interviewer
from pars.store import ledger, rows, watched
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewing:
    """A case on the list: how it stands there and since when."""

    row: Mapping[str, Any]
    place: Queued
    since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewList:
    """What waits as of `at`, the nearest limit first. `more`: the board has more people than were looked at."""

    at: Instant
    cases: tuple[Interviewing, ...]
    more: bool


def interviews(*, by: By, browser: str | None = None) -> InterviewList | Refused:
    """Answer which cases of the reader's board wait for pretrial services."""
    answer = board(by=by, browser=browser, act="interview:record")
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows if not row["arraigned"] or row["unheard"] or row["worksheet_in_doubt"]}
    found = []
    with ledger.reading() as at:
        cases = rows.load_cases(shown)
        recorded = watched.times_of(cases.values())
        for case_id, case in cases.items():
            place = waits_for_interviewer(case, at)
            if place is None or place.since.entry is None:
                continue  # nothing is owed, or it changed between the two looks
            found.append(Interviewing(row=shown[case_id], place=place, since=recorded[place.since.entry]))
    found.sort(key=lambda one: (list_order(one.place.limit, one.since), one.row["record"]))
    return InterviewList(at=at, cases=tuple(found), more=answer.next_cursor is not None)
