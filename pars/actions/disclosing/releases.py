"""The release list that the custodian reads: who may go, since when, and what still holds the others, in all their cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import board
from pars.core.cases.custody import Basis, Holding, releasable, release_basis
from pars.core.cases.facts import ReleaseAcknowledged
from pars.core.cases.limits import free_since
from pars.store import ledger, rows, watched
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Somebody whose case lets them go: on which basis, since when nothing holds them (None: something does), and what does.

    `undecided` counts the papers that delay nothing; `said` is the custodian's last word on why it wasn't possible yet; `hours` is
    what the owners give for it.
    """

    row: Mapping[str, Any]
    basis: Basis
    since: Instant | None
    holding: tuple[Holding, ...]
    undecided: int
    said: str | None
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """Who is to be released as of `at`: first whom nothing holds, the longest waiting before all; then by when the last hold ends."""

    at: Instant
    people: tuple[Leaving, ...]
    more: bool


def releases(*, by: By, browser: str | None = None) -> Releases | Refused:
    """Answer who of the reader's board is to be released, and what still keeps them."""
    answer = board(by=by, browser=browser)
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows if _lets_go(row)}
    found = []
    with ledger.reading() as at:
        cases = rows.load_cases(shown)
        linked = rows.others_of(cases)
        recorded = watched.times_of([*cases.values(), *(one for others in linked.values() for one in others)])
        for case_id, case in cases.items():
            others = linked[case_id]
            basis = release_basis(case)
            if basis is None:
                continue  # it changed between the two looks; the next one is right
            free = releasable((case, *others), at)
            last = case.latest(ReleaseAcknowledged)
            found.append(
                Leaving(
                    row=shown[case_id],
                    basis=basis,
                    since=free_since(case, at, recorded=recorded, others=others),
                    holding=free.reasons,
                    undecided=len(free.undecided),
                    said=last.reason if last is not None and not last.released else None,
                    hours=case.profile.unacknowledged,
                )
            )
    found.sort(key=_order)
    return Releases(at=at, people=tuple(found), more=answer.next_cursor is not None)


def _lets_go(row: Mapping[str, Any]) -> bool:
    return bool(row["discharged"] or row["ordered"] or row.get("charge_status") == "DECLINED")


def _order(one: Leaving) -> tuple[bool, int, str]:
    ends = max((holding.ends for holding in one.holding), default=0)
    return one.since is None, ends if one.since is None else one.since, one.row["record"]
