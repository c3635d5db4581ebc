"""What the charging unit does: decide each charge, sign the complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_case
from pars.core.cases import charging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.cases.charging import ChargeChoice
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once


def decide_charges(
    *, case_id: str, seen: int, choices: Sequence[ChargeChoice], by: By, once: Once | None = None
) -> Done | Refused:
    """Approve, amend, add, decline or return charges, each with its reason."""
    return on_case(
        "charge:decide", case_id=case_id, by=by, once=once, rule=lambda case, _: charging.decide_charges(case, seen, choices)
    )


def sign_complaint(*, case_id: str, seen: int, text_sha256: str, by: By, once: Once | None = None) -> Done | Refused:
    """Sign the complaint whose canonical text has this hash. The caller has had the password given again."""
    return on_case(
        "complaint:sign",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: charging.sign_complaint(case, seen, text_sha256=text_sha256, signer=by.person),
    )
