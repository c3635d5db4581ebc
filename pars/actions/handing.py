"""Handing over at the end of a shift, and taking over at the beginning of the next: one act and one entry for each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.cases import handover as rules
from pars.core.cases.case import Change
from pars.store import handovers, ledger, rows

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal
    from pars.store.ledger import Acting, Done, Refused

ACT = "shift:hand"


def _desk(acting: Acting) -> str | None:
    return rules.desk_of(acting.grant.role.acts) if acting.grant is not None else None


@ledger.retried
def hand_over(*, case_id: str, note: str, by: By) -> Done | Refused:
    """Hand a case over at the desk of the person's role, with a note."""
    with ledger.acting(by) as acting:
        desk, said = _desk(acting), note.strip()
        outcome: Change | Refusal = refused_act(acting, ACT) or rules.hand_over(rows.load_case(case_id, lock=True), desk, said)
        if isinstance(outcome, Change):
            handovers.note_handed(outcome.case.id, desk or "", said)
        return ledger.append(outcome, by=by, act=ACT, case=case_id)


@ledger.retried
def take_over(*, case_id: str, handed: int, by: By) -> Done | Refused:
    """Take over what was handed over by the entry `handed`."""
    with ledger.acting(by) as acting:
        desk = _desk(acting)
        case = rows.load_case(case_id, lock=True)
        last = handovers.last_handovers([case.id], desk or "").get(case.id) if case is not None else None
        outcome: Change | Refusal = refused_act(acting, ACT) or rules.take_over(
            case, desk, last, entry=handed, person=by.person
        )
        if isinstance(outcome, Change):
            handovers.note_taken(outcome.case.id, handed)
        return ledger.append(outcome, by=by, act=ACT, case=case_id)
