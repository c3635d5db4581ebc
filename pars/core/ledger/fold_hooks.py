"""The part of the fold that reads webhooks: registered by a named person for what they may ask, and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.decision import covers
from pars.core.access.floor import floor
from pars.core.access.hooks import MOST_HOOKS, refuse_end
from pars.core.ledger import fold_answers
from pars.core.ledger.fold_dealings import check_named
from pars.core.ledger.state import Hook, Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


def registered(step: Step) -> None:
    """A named person has an address told of what they could ask for as a stream, until an end within the version's."""
    entry, detail = step.entry, step.entry.detail
    agreement, facts = fold_answers.beginning(step, how="stream")
    if detail["agreement"] != agreement.id:
        raise Impossible("OTHER_AGREEMENT", "it names another agreement than the one it rests on")
    fold_answers.covered(covers(agreement, facts, entry.at, floor=floor))
    proposal = agreement.proposal(detail["version"])
    assert proposal is not None, "a version that was never proposed was refused above"
    refusal = refuse_end(agreement, proposal.version, entry.by.person, entry.at, detail["end"])
    if refusal is not None:
        raise Impossible(refusal.code, f"it could not be registered: {refusal.says}")
    open_ones = [one for one in step.state.hooks.values() if one.authority == entry.by.authority and one.end > entry.at]
    if len(open_ones) >= MOST_HOOKS:
        raise Impossible("TOO_MANY_HOOKS", "as many hooks as may be were open under the agreement")
    step.state.hooks[entry.id] = Hook(
        authority=entry.by.authority,
        person=entry.by.person,
        purpose=detail["purpose"],
        columns=facts.columns,
        filters=facts.filters,
        end=detail["end"],
    )


def removed(step: Step) -> None:
    """A hook of the agreement is open no longer."""
    check_named(step)
    detail = step.entry.detail
    hook = step.state.hooks.get(detail["hook"])
    if hook is None or hook.authority != f"agreement:{detail['agreement']}":
        raise Impossible("NO_SUCH_HOOK", "it removes no open hook of this agreement")
    del step.state.hooks[detail["hook"]]
