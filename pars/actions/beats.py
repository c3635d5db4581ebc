"""The four beats of every act on a case or an agreement: load, decide, save, append; in one durable transaction, with one entry.

An action is one call of `on_case` or `on_agreement` with its rule. What leaves it is ids, version, entry and refusal, never the case: the page
or document that follows is a question of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pars.core.access.decision import may
from pars.core.agreements.acts import Act, Agreement
from pars.core.cases.case import Case, Change
from pars.core.cases.facts import Fact
from pars.core.cases.paper_forms import FormNumber, read_number, refuse_form, with_form
from pars.core.cases.striking import refuse_said_again, said_again
from pars.core.ledger.entries import By, Draft
from pars.core.owners.keyring import LOCK as KEYS
from pars.core.terms import Refusal
from pars.store import governance, ledger, paper_forms, rows, tombstones
from pars.store.ledger import Acting, Done, Refused
from pars.store.replays import Once

__all__ = [
    "NO_AGREEMENT", "NO_GRANT", "Dealt", "Done", "Once", "Refused", "Rule", "on_agreement", "on_case", "refuse_struck", "refused_act", "refused_party",
    "refused_seat", "under_agreement",
]  # fmt: skip

Rule: TypeAlias = Callable[[Case | None, Acting], Change | Refusal]


@dataclass(frozen=True, slots=True)
class Dealt:
    """What a rule makes of an agreement: the act, how the entry that records it is drafted once the act stands, and the
    words that are kept beside it.
    """

    act: Act
    draft: Callable[[], Draft]
    words: bytes | None = None


Dealing: TypeAlias = Callable[[Agreement, Acting], Dealt | Draft | Refusal]

NO_GRANT = Refusal(
    code="NO_GRANT",
    says="There is no such grant.",
    remedy="Sign in again and choose the capacity you act in.",
)
NO_AGREEMENT = Refusal(code="NO_SUCH_AGREEMENT", says="There is no such agreement.", remedy="See the list of agreements.")
NOT_YOURS = Refusal(
    code="NOT_YOUR_AGREEMENT",
    says="You aren't named under this agreement.",
    remedy="The agency's contact can ask the owners to name you.",
)
CLIENT_NOT_BOUND = Refusal(
    code="CLIENT_NOT_BOUND",
    says="This system isn't bound to the agreement.",
    remedy="The owners bind an agency's system to its agreement.",
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
        outcome = refuse_struck(outcome)
        if isinstance(outcome, Change) and isinstance(number, FormNumber):
            outcome = with_form(outcome, number)
        if isinstance(outcome, Change) and outcome.changed:
            rows.save_case(outcome.case, outcome.facts)
        return ledger.append(outcome, by=by, act=act, case=case_id)


def refuse_struck(outcome: Change | Refusal) -> Change | Refusal:
    """Return the outcome, or its refusal where it would say a charge again that a court ordered out of the case (law L14)."""
    if not isinstance(outcome, Change) or not any(type(fact) is Fact for fact in outcome.case.facts):
        return outcome
    again = said_again(outcome.case.id, outcome.facts)
    return refuse_said_again() if tombstones.buried(again) else outcome


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


@ledger.retried
def on_agreement(
    act: str, *, agreement: str, by: By, rule: Dealing, once: Once | None = None, agency: bool = False
) -> Done | Refused:
    """Do something about an agreement by one rule, under a grant that allows the act. A refusal is recorded like any act.

    With `agency`, the agency's own people may, too: under the agreement itself, if it names them.
    """
    by = under_agreement(agreement, by) if agency else by
    shared = [KEYS] if act == "agreement:vote" else []  # which key signed is certain at its place
    with ledger.acting(by, exclusive=[f"agreement:{agreement}"], shared=shared, once=once) as acting:
        found = governance.load_agreement(agreement)
        outcome: Dealt | Draft | Refusal | None = refused_party(acting, by, act, found)
        if outcome is None:
            outcome = NO_AGREEMENT if found is None else rule(found, acting)
        if isinstance(outcome, Dealt):
            outcome = _entered(outcome, found, acting, by)
        return ledger.append(outcome, by=by, act=act)


def _entered(dealt: Dealt, agreement: Agreement | None, acting: Acting, by: By) -> Draft | Refusal:
    applied = governance.applied(agreement, dealt.act, acting.entry, acting.at, governance.who(by, acting.grant))
    if isinstance(applied, Refusal):
        return applied
    if dealt.words is not None:
        governance.save_text(dealt.words)
    return dealt.draft()


def under_agreement(agreement: str, by: By) -> By:
    """Return who acts, under the agreement where they act for its agency."""
    if not by.authority.startswith("agency:"):
        return by
    with ledger.reading():
        found = governance.load_agreement(agreement)
    own = found is not None and by.authority == f"agency:{found.agency}"
    return By(by.person, f"agreement:{agreement}", by.client) if own else by


def refused_party(acting: Acting, by: By, act: str, agreement: Agreement | None) -> Refusal | None:
    if agreement is None or by.authority != f"agreement:{agreement.id}":
        return refused_act(acting, act)
    user = agreement.user(by.person, acting.at)
    if user is None:
        return NOT_YOURS
    ledger.lasts(user.end)
    bound = by.client is None or by.client in governance.clients_of(agreement.id)
    return None if bound else CLIENT_NOT_BOUND


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
