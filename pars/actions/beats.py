"""The four beats of every act on a case: load, decide, save, append; in one durable transaction, with one entry.

An action is one call of `on_case` with its rule. What leaves it is ids, version, entry and refusal, never the case: the page
or document that follows is a question of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from pars.core.access.decision import may
from pars.core.cases.case import Case, Change
from pars.core.cases.paper_forms import FormNumber, read_number, refuse_form, with_form
from pars.core.ledger.entries import By
from pars.core.terms import Refusal
from pars.store import ledger, paper_forms, rows
from pars.store.ledger import Acting, Done, Refused
from pars.store.replays import Once

__all__ = ["NO_GRANT", "Done", "Once", "Refused", "Rule", "on_case", "refused_act", "refused_seat"]

Rule: TypeAlias = Callable[[Case | None, Acting], Change | Refusal]

NO_GRANT = Refusal(
    code="NO_GRANT",
    says="There is no such grant.",
    remedy="Sign in again and choose the capacity you act in.",
)


@ledger.retried
def on_case(
    act: str,
    *,
    case_id: str,
    by: By,
    rule: Rule,
    once: Once | None = None,
    with_linked: bool = False,
    beside: Iterable[str] = (),
    exclusive: Iterable[str] = (),
    form: str | None = None,
) -> Done | Refused:
    """Change a case by one rule, if the person's grant allows the act. A refusal is recorded like any act.

    `with_linked`: nobody else changes a linked case before this act ends either, for a rule that decides by all of them.
    `beside`: other cases for which the same goes, such as one that is about to be linked.
    `exclusive`: names of what only one act at a time may give out, like the last room of a courtroom's time.
    `form`: the number of the paper form on which it was first written, during an outage; each is entered once.
    """
    number = None if not (form or "").strip() else read_number(form or "")
    locks = {*exclusive, *((paper_forms.lock_of(number.site),) if isinstance(number, FormNumber) else ())}
    with ledger.acting(by, once=once, exclusive=locks) as acting:
        outcome: Change | Refusal | None = refused_act(acting, act) or _refused_form(act, number)
        if outcome is None:
            outcome = rule(_locked(case_id, beside, with_linked=with_linked), acting)
        if isinstance(outcome, Change) and isinstance(number, FormNumber):
            outcome = with_form(outcome, number)
        if isinstance(outcome, Change) and outcome.changed:
            rows.save_case(outcome.case, outcome.facts)
        return ledger.append(outcome, by=by, act=act, case=case_id)


def _refused_form(act: str, number: FormNumber | Refusal | None) -> Refusal | None:
    if number is None or isinstance(number, Refusal):
        return number
    return refuse_form(act, number, paper_forms.state_of(number))


def _locked(case_id: str, beside: Iterable[str] = (), *, with_linked: bool) -> Case | None:
    """Load the case, locked. Linked ones are locked with it in one order, so that no two acts wait for each other.

    One that was linked while this waited for the others is waited for, too.
    """
    if with_linked and rows.case_version(case_id) is not None:
        locked: frozenset[str] = frozenset()
        while not locked >= (wanted := frozenset((case_id, *beside, *rows.linked_cases(case_id)))):
            rows.load_cases(wanted, lock=True)
            locked |= wanted
    return rows.load_case(case_id, lock=True)


def refused_act(acting: Acting, act: str) -> Refusal | None:
    """Return why the grant in hand doesn't allow the act; None where it does."""
    return NO_GRANT if acting.grant is None else may(acting.grant, act, acting.at)


def refused_seat(acting: Acting, seat: str) -> Refusal | None:
    """Return why the grant in hand can't vote for the seat; None where it is of the seat's owner. An act that was allowed has one."""
    assert acting.grant is not None, "refused before"
    if acting.grant.role.owner == seat:
        return None
    return Refusal(
        code="NOT_YOUR_SEAT",
        says="Your grant is of another owner than the seat whose vote this is.",
        remedy="Vote for the seat that you hold.",
        names=("seat",),
    )
