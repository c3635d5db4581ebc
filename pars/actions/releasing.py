"""What frees a person or keeps them: bail put down, holds, detainers and their answers, the custodian's acknowledgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core.cases import booking, custody, detainers, holds, release
from pars.store import rows

if TYPE_CHECKING:
    from pars.core.cases.case import Case, Change
    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal, StatedTime
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once


def post_bail(*, case_id: str, seen: int, by: By, once: Once | None = None, **posted: Any) -> Done | Refused:
    """Record that money was put down for one order."""
    return on_case("bail:post", case_id=case_id, by=by, once=once, rule=lambda case, _: release.post_bail(case, seen, **posted))


def lodge_hold(*, case_id: str, seen: int, by: By, once: Once | None = None, **hold: Any) -> Done | Refused:
    """Lodge what may keep the person besides this case, with its authority."""
    return on_case(
        "hold:lodge",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: holds.lodge_hold(case, seen, at=acting.at, **hold),
    )


def lift_hold(*, case_id: str, seen: int, hold: int, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Lift a hold, with the reason."""
    return on_case(
        "hold:lift",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: holds.lift_hold(case, seen, hold=hold, reason=reason, at=acting.at),
    )


def receive_detainer(*, case_id: str, seen: int, by: By, once: Once | None = None, **paper: Any) -> Done | Refused:
    """Record an immigration detainer or notice request and the paper that came with it. It holds nobody by itself."""
    return on_case(
        "detainer:receive",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: detainers.receive_detainer(case, seen, received_by=by.person, at=acting.at, **paper),
    )


def decide_detainer(*, case_id: str, seen: int, by: By, once: Once | None = None, **answers: Any) -> Done | Refused:
    """Answer hold, notice, hand-over and access, each as the rule in force at this instant says."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        assert acting.grant is not None, "beats refuse an act without a grant"
        return detainers.decide_detainer(case, seen, owner=acting.grant.role.owner, decider=by.person, at=acting.at, **answers)

    return on_case("detainer:decide", case_id=case_id, by=by, once=once, rule=rule)


def acknowledge_release(
    *,
    case_id: str,
    seen: int,
    released: bool,
    reason: str | None = None,
    time: StatedTime | None = None,
    form: str | None = None,
    by: By,
    once: Once | None = None,
) -> Done | Refused:
    """Record that the person went free, or why not yet; refused while anything in any of the person's cases holds them."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        # Links count from either side: bail posted on one docket frees nobody whom another linked one still holds.
        known = () if case is None else rows.load_cases(rows.linked_cases(case_id)).values()
        others = () if case is None else booking.cases_of_person(case, known)
        return custody.acknowledge_release(case, seen, released=released, at=acting.at, cases=others, reason=reason, time=time)

    # INVARIANT: a hold that is being lodged in a linked case is waited for: lodged a moment before, it wins.
    return on_case("release:acknowledge", case_id=case_id, by=by, once=once, rule=rule, with_linked=True, form=form)
