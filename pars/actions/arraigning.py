"""What the bench does: hold the preliminary arraignment, sign the release order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core.cases import arraignment, release

if TYPE_CHECKING:
    from pars.core.cases.bail import OrderTerms
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once


def hold_hearing(*, case_id: str, seen: int, by: By, once: Once | None = None, **hearing: Any) -> Done | Refused:
    """Record the hearing: its time, the advisals, the finding (`arraignment.hold_arraignment` names them)."""
    return on_case(
        "hearing:hold",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: arraignment.hold_arraignment(case, seen, at=acting.at, **hearing),
    )


def order_release(
    *, case_id: str, seen: int, terms: OrderTerms, text_sha256: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Sign the release order whose canonical text has this hash. The caller has had the password given again."""
    return on_case(
        "release:order",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: release.order_release(case, seen, terms=terms, text_sha256=text_sha256, signer=by.person),
    )
