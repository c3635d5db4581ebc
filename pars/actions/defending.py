"""The defense's acts: an appearance entered or withdrawn, counsel's word that they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_case
from pars.core.cases import representation
from pars.store import rows

if TYPE_CHECKING:
    from pars.core.cases.case import Case, Change
    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once


def claim_representation(
    *, case_id: str, seen: int, basis: str, said: str | None = None, by: By, once: Once | None = None
) -> Done | Refused:
    """Enter an appearance as counsel; a possible conflict is asked about first."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        assert acting.grant is not None, "beats refuse an act without a grant"
        office = acting.grant.role.name
        together = () if case is None else rows.arrested_together({case.id: case})[case.id]
        warned = None if case is None else representation.conflict(case, together, person=by.person, office=office)
        return representation.claim_representation(
            case, seen, person=by.person, office=office, basis=basis, warned=warned, said=said
        )

    return on_case("defense:claim", case_id=case_id, by=by, once=once, rule=rule)


def end_representation(*, case_id: str, seen: int, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Withdraw one's own appearance, with the reason."""
    return on_case(
        "defense:claim",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: representation.end_representation(case, seen, person=by.person, reason=reason),
    )


def attend(*, case_id: str, seen: int, how: str, is_present: bool = True, by: By, once: Once | None = None) -> Done | Refused:
    """Say that counsel is there for the hearing, or isn't after all."""
    return on_case(
        "defense:attend",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: representation.attend(case, seen, person=by.person, how=how, is_present=is_present),
    )
