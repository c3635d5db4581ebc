"""What is handed over with a person and what they need; and a child's way out of the adult court."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core.cases import flags, juvenile

if TYPE_CHECKING:
    from pars.core.cases.case import Case, Change
    from pars.core.cases.facts import Fact
    from pars.core.ledger.entries import By
    from pars.core.terms import Refusal
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once


def record_flag(*, case_id: str, seen: int, fact: Fact, by: By, once: Once | None = None) -> Done | Refused:
    """Record a flag; a consular one only under a role that must give the notice."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        assert acting.grant is not None, "beats refuse an act without a grant"
        return flags.record_flag(case, seen, fact, consular="consular:record" in acting.grant.role.acts)

    return on_case("flag:record", case_id=case_id, by=by, once=once, rule=rule)


def charge_directly(*, case_id: str, seen: int, basis: str, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Charge a person under 18 as an adult, on one of the law's grounds."""
    return on_case(
        "charge:decide",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: juvenile.charge_directly(case, seen, basis=basis, reason=reason),
    )


def send_to_juvenile(*, case_id: str, seen: int, by: By, once: Once | None = None, **decision: Any) -> Done | Refused:
    """Record that the court sent the matter to the juvenile court."""
    return on_case(
        "juvenile:send",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: juvenile.send_to_juvenile(case, seen, at=acting.at, **decision),
    )
