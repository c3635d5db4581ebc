"""What the charging unit does: take a case, decide each charge, sign the complaint. And the offense table that it looks into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import on_case, refused_act
from pars.core.cases import charging, taking
from pars.core.cases.case import Change
from pars.core.cases.offenses import Offenses
from pars.core.terms import Refusal
from pars.store import ledger, loaded, rows, taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.cases.case import Case
    from pars.core.cases.choices import ChargeChoice
    from pars.core.cases.taking import Take
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once

DECIDE, COSIGN = "charge:decide", "complaint:cosign"


def decide_charges(
    *, case_id: str, seen: int, choices: Sequence[ChargeChoice], by: By, once: Once | None = None
) -> Done | Refused:
    """Approve, amend, add, decline, return or refer charges, each with its reason."""
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


def cosign_complaint(*, case_id: str, seen: int, text_sha256: str, by: By, once: Once | None = None) -> Done | Refused:
    """Co-sign the complaint that was signed. The caller has had the password given again."""
    return on_case(
        COSIGN,
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: charging.cosign_complaint(case, seen, text_sha256=text_sha256, signer=by.person),
    )


@ledger.retried
def take_case(*, case_id: str, by: By, once: Once | None = None) -> Done | Refused:
    """Take a case of the charging queue: under its lock, so that of two at once the first has it and the second is told so."""
    with ledger.acting(by, once=once) as acting:
        outcome: Change | Refusal | None = refused_act(acting, DECIDE)
        if outcome is None:
            case = rows.load_case(case_id, lock=True)
            outcome = taking.take(case, _last_take(case), person=by.person, at=acting.at)
        if isinstance(outcome, Change):
            taken.write_take(case_id, by.person, outcome.until)
        return ledger.append(outcome, by=by, act=DECIDE, case=case_id)


@ledger.retried
def give_case_back(*, case_id: str, by: By, once: Once | None = None) -> Done | Refused:
    """Give a case back to the queue. Who co-signs may do it for a colleague."""
    with ledger.acting(by, once=once) as acting:
        outcome: Change | Refusal | None = refused_act(acting, DECIDE)
        if outcome is None:
            case = rows.load_case(case_id, lock=True)
            for_others = acting.grant is not None and COSIGN in acting.grant.role.acts
            outcome = taking.give_back(case, _last_take(case), person=by.person, at=acting.at, for_others=for_others)
        if isinstance(outcome, Change):
            taken.write_take(case_id, by.person, None)
        return ledger.append(outcome, by=by, act=DECIDE, case=case_id)


def _last_take(case: Case | None) -> Take | None:
    return taken.last_takes([case.id]).get(case.id) if case is not None else None


def offense_table() -> Offenses | None:
    """Return the offense table that counts now, None where none was ever loaded."""
    with ledger.reading():
        return loaded.load_offenses()
