"""What a desk hands over: what is open there, what each lacks and by when, and what was handed over and not taken yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import board
from pars.core.cases.handover import WORK, Handover, desk_of
from pars.core.cases.progress import Missing, missing_for_arraignment
from pars.core.cases.waiting import waiting
from pars.core.terms import Instant, Refusal
from pars.store import governance, handovers, ledger, rows, watched
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.cases.limits import Limit
    from pars.core.ledger.entries import By

NO_DESK = Refusal(code="NO_DESK", says="Your role works at no desk that hands over.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A case that is open at the desk, or was handed over there: what it lacks, its next limit, the last hand-over."""

    row: Mapping[str, Any]
    says: str
    missing: tuple[Missing, ...]
    limit: Limit | None
    last: Handover | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What a desk has as of `at`: handed over and not taken first of all, each part by the nearest limit."""

    at: Instant
    desk: str
    untaken: tuple[Open, ...]
    cases: tuple[Open, ...]
    more: bool


def shift(*, by: By, browser: str | None = None) -> Shift | Refused:
    """Answer what is open at the desk of the reader's role; other desks' notes aren't theirs."""
    answer = board(by=by, browser=browser)
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows}
    untaken: list[Open] = []
    found: list[Open] = []
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        desk = desk_of(grant.role.acts) if grant is not None else None
        if desk is not None:
            turns = WORK[desk][1]
            last = handovers.last_handovers(shown, desk)
            waits = {name for name, row in shown.items() if set(turns) & set(waiting(row).desks)}
            left = {name for name, one in last.items() if one.taken_by is None}
            cases = rows.load_cases(waits | left)
            limits = watched.limits_of_all(cases, at)
            for name, case in cases.items():
                one = Open(
                    row=shown[name],
                    says=waiting(shown[name]).says,
                    missing=missing_for_arraignment(case, at),
                    limit=next((limit for limit in limits[name] if limit.open), None),
                    last=last.get(name),
                )
                (untaken if name in left else found).append(one)
    if desk is None:
        return ledger.refuse(NO_DESK, by=by, act="shift:hand")
    order = lambda one: (one.limit.due if one.limit is not None else 2**62, one.row["record"])  # noqa: E731  beside its use
    return Shift(
        at=at,
        desk=desk,
        untaken=tuple(sorted(untaken, key=order)),
        cases=tuple(sorted(found, key=order)),
        more=answer.next_cursor is not None,
    )
