"""The charging queue that the attorney reads: which cases of their board wait for a decision, since when, and which went back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import board
from pars.core.cases.charging_queue import Turn, queue_order, queued
from pars.store import ledger, rows, taken, watched
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.cases.taking import Take
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A case in the queue: whose turn it is, since when, the 48-hour limit while one counts, and who has taken it."""

    row: Mapping[str, Any]
    turn: Turn
    since: Instant
    limit: Instant | None
    taken: Take | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingQueue:
    """What waits as of `at`, the nearest limit first. `more`: the board has more people than were looked at."""

    at: Instant
    cases: tuple[Deciding, ...]
    more: bool


def charging_queue(*, by: By, browser: str | None = None) -> ChargingQueue | Refused:
    """Answer which cases of the reader's board wait for a decision on a charge, or for what the police were asked."""
    answer = board(by=by, browser=browser)
    if isinstance(answer, Refused):
        return answer
    shown = {
        row["record"]: row for row in answer.rows if row["charges_undecided"] or row["charges_returned"] or row["cosign_owed"]
    }
    found = []
    with ledger.reading() as at:
        cases = rows.load_cases(shown)
        recorded, takes = watched.times_of(cases.values()), taken.last_takes(cases)
        for case_id, case in cases.items():
            place = queued(case, at)
            if place is None or place.since.entry is None:
                continue  # not sent yet, another path, or changed between the two looks
            since = recorded[place.since.entry]
            take = takes.get(case_id)
            found.append(
                Deciding(
                    row=shown[case_id],
                    turn=place.turn,
                    since=since,
                    limit=place.limit,
                    taken=take if take is not None and take.stands(at) else None,
                )
            )
    found.sort(key=lambda one: (queue_order(one.limit, one.since), one.row["record"]))
    return ChargingQueue(at=at, cases=tuple(found), more=answer.next_cursor is not None)
