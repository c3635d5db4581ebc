"""The custody lists that each site keeps for an outage: who is there, what holds them, and their next limit.

They are read through the door like any list, under a grant of their own, and everybody newly on one, or in a new version, is entered
before the list is given. What is given is for a file on a machine: no more of anybody than whoever opens the door reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import board
from pars.core.cases.custody import Holding, releasable
from pars.core.cases.limits import Limit
from pars.store import ledger, rows, watched
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant

SESSION = "custody-lists"
"""The one session in which the lists are shown: what stays as it was is entered once."""

NOWHERE = "Place not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody in custody: their row, everything that holds them (nothing: they are to be released), and the next limit that is open."""

    row: Mapping[str, Any]
    holding: tuple[Holding, ...]
    undecided: int
    limit: Limit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLists:
    """Who is where as of `at`, by site, the longest held first. `more`: there are more people than one list holds."""

    at: Instant
    sites: Mapping[str, tuple[Held, ...]]
    more: bool


def custody_lists(*, by: By) -> CustodyLists | Refused:
    """Answer who is in custody at each site."""
    answer = board(by=by, browser=SESSION)
    if isinstance(answer, Refused):
        return answer
    there = {row["record"]: row for row in answer.rows if not row["custody_ended"]}
    found: dict[str, list[Held]] = {}
    with ledger.reading() as at:
        for case_id, case in rows.load_cases(there).items():
            others = rows.other_cases(case)
            free = releasable((case, *others), at)
            limits = [limit for limit in watched.limits_of(case, at, others) if limit.open and limit.code != "HOLD_LAPSED"]
            one = Held(row=there[case_id], holding=free.reasons, undecided=len(free.undecided), limit=next(iter(limits), None))
            found.setdefault(site_of(one.row), []).append(one)
    for people in found.values():
        people.sort(key=_longest_first)
    return CustodyLists(at=at, sites={site: tuple(found[site]) for site in sorted(found)}, more=answer.next_cursor is not None)


def site_of(row: Mapping[str, Any]) -> str:
    """Return where somebody is kept: the facility that was last stated, else the district of the arrest, else its agency."""
    district = row.get("district")
    return row.get("facility") or (f"{district} District" if district else None) or row.get("arrest_agency") or NOWHERE


def _longest_first(one: Held) -> tuple[bool, str, str]:
    began = one.row.get("custody_began")
    return began is None, began or "", one.row["record"]
