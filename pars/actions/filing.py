"""The release by the police before an arraignment, and the filing of the complaint that it makes due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core.cases import booking, filing, police_release
from pars.store import rows

if TYPE_CHECKING:
    from pars.core.cases.case import Case, Change
    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once


def release_by_police(*, case_id: str, seen: int, by: By, once: Once | None = None, **released: Any) -> Done | Refused:
    """Record that the police let the person go, pending a complaint; refused while anything but this arrest holds them anywhere."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        known = () if case is None else rows.load_cases(rows.linked_cases(case_id)).values()
        others = () if case is None else booking.cases_of_person(case, known)
        return police_release.release_by_police(case, seen, at=acting.at, cases=others, **released)

    # INVARIANT: a hold that is being lodged in a linked case is waited for, as before any release.
    return on_case("police:release", case_id=case_id, by=by, once=once, rule=rule, with_linked=True)


def file_complaint(*, case_id: str, seen: int, by: By, once: Once | None = None, **filed: Any) -> Done | Refused:
    """Record when the complaint was filed with the court, or put another time in its place, with the reason."""
    return on_case(
        "complaint:file",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: filing.file_complaint(case, seen, at=acting.at, **filed),
    )
