"""The part of the fold that reads the owners' own texts: proposals and votes, and what cites the text it goes by.

An act that goes by a text shares the lock that the acts on it take wholly, so at its place in the log everything that was in force
at its time is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.agreements.acts import Withdraw
from pars.core.ledger.fold_authority import who_in
from pars.core.ledger.state import Impossible, Step
from pars.core.owners.owners_text import SUBJECTS, ProposeText, Texts, apply_text, read_owners_text
from pars.core.owners.votes import vote_in
from pars.core.owners.witness_text import WitnessText, refuse_used
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.owners.owners_text import TextAct


def proposed(step: Step) -> None:
    """A text of the owners' own is put before them; it must be there and be readable."""
    text = read_owners_text(step.text(step.entry.detail["text"], "the proposed text"))
    if isinstance(text, Refusal):
        raise Impossible("TEXT_UNREADABLE", f"the proposed text is none: {text.says}")
    assert step.state.keys is not None, "the first entry names the first keys"
    if isinstance(text, WitnessText) and (refusal := refuse_used(text, step.state.keys)) is not None:
        raise Impossible(refusal.code, f"{step.entry.kind.dotted} could not be done: {refusal.says}")
    _apply(step, ProposeText(text))


def voted(step: Step) -> None:
    """A seat's signed choice, cast by a person of that seat's owner."""
    if step.grant().role.owner != step.entry.detail["seat"]:
        raise Impossible("OTHER_SEAT", "the vote was cast by somebody whose role is another owner's")
    _apply(step, vote_in(step.entry.detail, text="text"))


def withdrawn(step: Step) -> None:
    """A proposal was taken back by the owner whose people made it."""
    _apply(step, Withdraw(step.entry.detail["text"]))


def opened_under(step: Step) -> None:
    """A case that cites the profile it goes by was opened while that one was in force."""
    cited = step.entry.detail.get("profile")
    if cited is None:
        return
    force = texts_of(step, "profile").in_force(step.entry.at)
    if cited != (step.opening.profile.hash if force is None else force.text.hash):
        raise Impossible("OTHER_PROFILE", "it cites another profile than the one in force at its time")


def detainer_decided(step: Step) -> None:
    """A detainer is answered by the owners' rule while one is in force, and by none of theirs while none is."""
    texts, cited = texts_of(step, "detainers"), step.entry.detail.get("rules")
    force = texts.in_force(step.entry.at)
    if force is None:
        if any(cited == proposal.text.hash for proposal in texts.proposals):  # what is cited may be anything
            raise Impossible("OTHER_RULE", "it cites a rule of the owners that wasn't in force at its time")
    elif (cited, step.entry.detail.get("rule")) != (force.text.hash, getattr(force.text, "code", None)):
        raise Impossible("OTHER_RULE", "it cites another rule than the owners' one in force at its time")


def texts_of(step: Step, about: str) -> Texts:
    """Return all that was done about one subject so far."""
    return step.state.texts.get(about) or Texts(about=about)


def _apply(step: Step, act: TextAct) -> None:
    """Add the act as the gate did, through the same function."""
    about, opening = step.entry.detail["about"], step.opening
    if about not in SUBJECTS:
        raise Impossible("UNKNOWN_SUBJECT", "this program knows no owners' text on that subject")
    outcome = apply_text(
        texts_of(step, about),
        act,
        by=who_in(step),
        charter=step.charter,
        at=step.entry.at,
        entry=step.entry.id,
        origin=opening.origin,
        verify=step.verify,
    )
    if isinstance(outcome, Refusal):
        raise Impossible(outcome.code, f"{step.entry.kind.dotted} could not be done: {outcome.says}")
    step.state.texts[about] = outcome
