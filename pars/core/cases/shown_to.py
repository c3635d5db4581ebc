"""Who has been shown a person: every entry by which a version of their cases left, to an agency or to a desk, with where its proof lies.

The list is for the owners' reviewers, for the auditor, and for the person's own request; to read it is a disclosure like any other, and
stands in the next list. It says nothing of what the record said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.terms import Instant

ACT = "recipient:list"
WHY: Mapping[str, str] = {
    "audit": "an audit of who was shown records",
    "review": "the owners' review of use",
    "own_request": "the person's own request",
}
"""What the list may be read for."""
NUMBERED = frozenset({"own_request"})
"""What needs the number under which the request was received: nobody asks in a person's name without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTo:
    """One entry that showed a version of a case: who got it under which authority, for what, which columns, and what was asked by.

    `index` is the entry's place in the log, None before it is sealed. `place` is the number, from 1, of the commitment in the entry's
    side row that was made anew with the record's key and found there; None where the key that made it is lost, so that only the index
    beside the ledger says that the entry showed this case. `rows` are the records that the entry showed in all.
    """

    case: str
    version: int
    entry: int
    at: Instant
    person: str
    authority: str
    agency: str | None
    desk: str | None
    act: str | None
    purpose: str
    columns: tuple[str, ...]
    rows: int
    index: int | None
    place: int | None


def refuse_reason(why: str, number: str) -> Refusal | None:
    """Return why the list can't be read for this."""
    if why not in WHY:
        return Refusal(
            code="UNKNOWN_PURPOSE", says="The list isn't read for that.", remedy=f"One of {', '.join(WHY)}.", names=("purpose",)
        )
    if why in NUMBERED and not number:
        return Refusal(
            code="NO_EVIDENCE",
            says="A person's own request has a number, under which it was received.",
            remedy="Write the number of the request.",
            names=("evidence",),
        )
    return None
