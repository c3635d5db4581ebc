"""Who the person is: a reply to prints recorded, beside what the person said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_case
from pars.core.cases import verifying

if TYPE_CHECKING:
    from pars.core.cases.facts import IdentityVerified
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once


def verify_identity(
    *, case_id: str, seen: int, reply: IdentityVerified, why: str | None = None, by: By, once: Once | None = None
) -> Done | Refused:
    """Record a reply to prints, or correct one with the reason."""
    return on_case(
        "identity:verify",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: verifying.verify_identity(case, seen, reply, verifier=by.person, at=acting.at, why=why),
    )
