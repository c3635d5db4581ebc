"""Outside agencies' webhooks: registered by a named person for a question of their own, listed, removed; removal is immediate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import on_agreement
from pars.actions.disclosing.beginning import covering, lasting
from pars.actions.disclosing.deciding import OVERTAKEN, TRIES
from pars.actions.disclosing.questions import Declined, by_of, permitted_now, refuse
from pars.core.access.decision import Caller, Question, read_question
from pars.core.access.hooks import read_address, refuse_end, refuse_host, refuse_question, secret_text
from pars.core.ledger import hook_drafts
from pars.core.terms import Instant, Refusal
from pars.store import governance, hooks, ledger
from pars.store.connections import Retry
from pars.store.hooks import Hook, Turn
from pars.store.ledger import Done, Refused

if TYPE_CHECKING:
    from pars.actions.disclosing.beginning import Covered
    from pars.core.access.hooks import Address, Network
    from pars.core.access.permits import Permit
    from pars.core.agreements.acts import Agreement
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Acting
    from pars.store.replays import Once

__all__ = ["Hook", "Registered", "Turn", "hooks_of", "register_hook", "remove_hook"]

ACT = "user:name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A hook that was registered. `secret` is told now and never again; None where a repeated request is answered."""

    done: Done
    secret: str | None
    end: Instant | None


def register_hook(
    *,
    caller: Caller,
    asked: object,
    address: object,
    until: Instant | None = None,
    also: tuple[Network, ...] = (),
    once: Once | None = None,
) -> Registered | Declined:
    """Have an address told when something changes that the question covers, until an end within the agreement's.

    `also`: networks that a demo on its own machine opens to hints; there, addresses without TLS or a public name will do.
    """
    question = read_question(asked)
    if isinstance(question, Refusal):
        return refuse(caller, question)
    where = read_address(address, plain=bool(also))
    wrong = where if isinstance(where, Refusal) else refuse_host(where, also) or refuse_question(question)
    if wrong is not None:
        return refuse(caller, wrong, question.purpose)
    assert not isinstance(where, Refusal), "refused above"
    for _ in range(TRIES):
        permitted = permitted_now(caller, question, how="stream")
        if isinstance(permitted, Refusal):
            return refuse(caller, permitted, question.purpose)
        permit, terms = permitted
        end = terms.until if until is None else until
        try:
            done = _entered(permit, question, where, end, by=by_of(caller, permit), once=once)
        except Retry:
            continue
        if isinstance(done, Refused):
            return Declined(refusal=done.refusal, entry=done.entry, leaf=done.leaf, at=done.at)
        return Registered(done=done, secret=None, end=None) if isinstance(done, Done) else done
    return refuse(caller, OVERTAKEN, question.purpose)


@ledger.retried
def _entered(
    permit: Permit, question: Question, address: Address, end: Instant, *, by: By, once: Once | None
) -> Registered | Refused:
    """Write the registration where a stream of the question would be covered at that very instant."""
    # One at a time, so that no two find room for the last one.
    with ledger.acting(by, exclusive=[f"hooks:{permit.authority}"], once=once) as acting:
        covered = _covering(permit, by, end, acting)
        refusal = covered(acting.at)
        if refusal is not None:
            refused = ledger.append(refusal, by=by, agency=permit.agency, purpose=permit.purpose)
            assert isinstance(refused, Refused)
            return refused
        done, secret = hooks.enter(permit, question, address, end)
        lasting(done, covered)
    return done if isinstance(done, Refused) else Registered(done=done, secret=secret_text(secret), end=end)


def _covering(permit: Permit, by: By, end: Instant, acting: Acting) -> Covered:
    covered, version = covering(permit, by, acting), governance.load_version(permit.version_hash)
    agreement = governance.load_agreement(permit.authority.removeprefix("agreement:"))
    assert agreement is not None, "what was permitted was permitted under it"
    return lambda at: covered(at) or refuse_end(agreement, version, by.person, at, end)


def remove_hook(*, hook: int, by: By, once: Once | None = None) -> Done | Refused:
    """Tell a hook's receiver nothing any more, from the moment that this returns on: for the agency's named people, and for owners."""
    with ledger.reading() as at:
        found = hooks.load(hook)
        under = None if found is None else governance.load_agreement(found[0].agreement)
    # Another agency's hook, and one that isn't there, look the same.
    outside = by.authority.startswith("agency:")
    if under is None or (outside and (by.authority != f"agency:{under.agency}" or under.user(by.person, at) is None)):
        return ledger.refuse(hooks.NO_HOOK, by=by, act=ACT)
    agreement = under.id

    def rule(_: Agreement, __: Acting) -> Draft | Refusal:
        if hook not in hooks.kept():
            return hooks.NO_HOOK
        hooks.forget(hook)
        return hook_drafts.hook_removed(agreement=agreement, hook=hook)

    done = on_agreement(ACT, agreement=agreement, by=by, rule=rule, once=once, agency=True)
    if isinstance(done, Done):
        ledger.drain(done)
    return done


def hooks_of(caller: Caller) -> tuple[Instant, tuple[tuple[Hook, Turn], ...]]:
    """Return the open hooks under the agreements that name a person, the oldest first."""
    with ledger.reading() as at:
        named = [one for one in governance.load_agreements(caller.agency) if one.user(caller.person, at) is not None]
        return at, tuple(pair for one in named for pair in hooks.of_agreement(one.id) if at < pair[0].end)


def simulated() -> bool:
    """Return whether the ledger is a demo's: there alone a setting may let hints stay on this machine."""
    with ledger.reading():
        return governance.must_be_open().simulated
