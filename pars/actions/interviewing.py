"""What pretrial services do: record the interview, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core.cases import pretrial

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once


def record_interview(*, case_id: str, seen: int, by: By, once: Once | None = None, **answers: Any) -> Done | Refused:
    """Record the outcome and the answers (`pretrial.record_interview` names them); an answer left out was not given."""
    return on_case(
        "interview:record",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: pretrial.record_interview(case, seen, **answers),
    )
