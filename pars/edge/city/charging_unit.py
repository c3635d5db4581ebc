"""What the charging unit does in an invented life: take a case and give it back, decide each charge, sign and co-sign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.actions import charging, filing, flagging
from pars.core.cases.case import custody_began, filed_charges, proposed_charges
from pars.core.cases.charging import complaint_sha256
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.cosigning import rule_for
from pars.edge.city.founded import played
from pars.edge.city.life import stated_now

if TYPE_CHECKING:
    from pars.edge.city.life import Life


def give_back(life: Life) -> None:
    """Return the charges to the police for information."""
    choices = tuple(
        ChargeChoice(decision="RETURN", proposed=charge.n, reason="FACTS", note="Say who saw it.")
        for charge in proposed_charges(life.opened("charging"))
    )
    life.after(charging.decide_charges(case_id=life.case_id, seen=life.seen, choices=choices, by=life.by("charging")))


def take_in_vain(life: Life) -> None:
    """Take the case from the queue and give it back, called away."""
    take(life)
    played(charging.give_case_back(case_id=life.case_id, by=life.by("charging")))


def take(life: Life) -> None:
    """Take the case from the queue."""
    played(charging.take_case(case_id=life.case_id, by=life.by("charging")))


def decide(life: Life) -> None:
    """Decide each charge and sign the complaint; a supervisor signs it too where the office's policy says so."""
    if life.takes("TAKEN"):
        take(life)
    proposed = proposed_charges(life.opened("charging"))
    choices = tuple(replace(_choice(life), proposed=charge.n) for charge in proposed)
    life.after(charging.decide_charges(case_id=life.case_id, seen=life.seen, choices=choices, by=life.by("charging")))
    if life.takes("DECERTIFIED"):
        life.after(
            flagging.charge_directly(
                case_id=life.case_id,
                seen=life.seen,
                by=life.by("charging"),
                basis="CONVICTED_BEFORE",
                reason="The record of the earlier proceeding.",
            )
        )
    if not life.plan.declined:
        _sign(life)


def _sign(life: Life) -> None:
    case = life.opened("charging")
    text, began = complaint_sha256(case), custody_began(case)
    life.after(charging.sign_complaint(case_id=life.case_id, seen=life.seen, text_sha256=text, by=life.by("charging")))
    if began is not None and rule_for(filed_charges(case), began.earliest) is not None:
        supervisor = life.by("charging-supervisor")
        life.after(charging.cosign_complaint(case_id=life.case_id, seen=life.seen, text_sha256=text, by=supervisor))


def _choice(life: Life) -> ChargeChoice:
    if life.takes("CHILD"):
        return ChargeChoice(decision="REFER", reason="FAMILY_COURT", note="A child in law: to Family Court.")
    return ChargeChoice(decision="DECLINE", reason="EVIDENCE") if life.plan.declined else ChargeChoice(decision="APPROVE")


def file_complaint(life: Life) -> None:
    """Have the clerk record the filing of the complaint against somebody whom the police let go."""
    life.after(
        filing.file_complaint(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("clerk"),
            time=stated_now(),
            court="Riverhaven Municipal Court",
        )
    )
