"""The record of a session: how many were called, heard, passed and left, and what was ordered; signed, and only ever amended.

It holds counts, no name and no case: what came of each case stands in the case, and anybody may read a ledger's entries of this kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pars.core import canonical
from pars.core.cases.bail import TYPES
from pars.core.cases.court_calendar import Session
from pars.core.cases.docket import UNSETTLED, Heard
from pars.core.terms import Instant, Refusal

FORMAT = "pars.session.1"

AMENDMENTS: Mapping[str, str] = MappingProxyType(
    {
        "LATE_ACT": "Something of this session was recorded after it was closed",
        "CORRECTED": "A fact of this session was corrected",
        "MISCOUNTED": "It was closed too early",
    }
)
"""Why the record of a session is amended: a code, since the record is public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What came of a session. `called` counts cases, however often each was called, and none that was heard or passed without a call;
    `types` counts orders by type, which combine.
    """

    called: int
    heard: int
    discharged: int
    passed: int
    unheard: int
    unsettled: int
    types: Mapping[str, int]


def count(found: Iterable[Heard], *, unheard: int) -> Counts:
    """Return the counts over the cases of a session; `unheard` are those who were ready and weren't called."""
    all_of_them = tuple(found)
    results = Counter(one.result for one in all_of_them)
    types = Counter(code for one in all_of_them if one.order is not None for code in one.order.types)
    return Counts(
        called=sum(one.called for one in all_of_them),
        heard=results["ORDERED"] + results["DISCHARGED"] + results["NO_ORDER"],
        discharged=results["DISCHARGED"],
        passed=results["PASSED"],
        unheard=unheard,
        unsettled=sum(results[result] for result in UNSETTLED),
        types={code: types[code] for code in TYPES if types[code]},
    )


def record_text(session: Session, counts: Counts, *, amended: str | None = None) -> bytes:
    """Return the canonical text of the record, which the clerk reads before signing."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "starts": session.begins,
        "session": str(session.starts),
        "called": counts.called,
        "heard": counts.heard,
        "discharged": counts.discharged,
        "passed": counts.passed,
        "unheard": counts.unheard,
        "orders": {code.lower(): number for code, number in counts.types.items()},
    }
    return canonical.write(said if amended is None else {**said, "amended": amended})


def refuse_close(
    session: Session, counts: Counts, *, at: Instant, standing: int | None, amends: int | None, amended: str | None
) -> Refusal | None:
    """Return why the session can't be closed, or its record amended; None where it can.

    `standing` is the entry of the record that stands, `amends` the one that was on the clerk's screen.
    """
    if at < session.begins:
        return Refusal(code="SESSION_AHEAD", says="The session hasn't begun.", remedy="Close it when it is over.")
    if standing != amends:
        return Refusal(
            code="SESSION_CLOSED",
            says="The session was closed, or its record amended, since you opened this page.",
            remedy="Look at the record that stands; amend it if it is wrong.",
        )
    if counts.unsettled:
        return Refusal(
            code="CASES_OPEN",
            says=f"{counts.unsettled} of the session's cases are called without a hearing or a pass, or heard without an order.",
            remedy="Settle each: a hearing, a pass with its reason, or the order.",
        )
    if standing is not None and amended not in AMENDMENTS:
        return Refusal(
            code="REASON_NEEDED",
            says="A closed session's record is only amended, and the amendment says why.",
            remedy=f"{', '.join(AMENDMENTS)}.",
            names=("amended",),
        )
    return None
