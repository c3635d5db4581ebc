"""The part of the fold that reads what passes between the agency and the owners: duties, acknowledgements,
inquiries and answers, outcomes, replies to reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.agreements.acts import Acknowledge, Answer, Inquire, MeetDuty, Reply
from pars.core.agreements.outcomes import OUTCOMES
from pars.core.ledger.fold_authority import apply_act
from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


def duty_met(step: Step) -> None:
    """A duty of the version that governs was met, as it was owed."""
    check_named(step)
    detail = step.entry.detail
    apply_act(step, MeetDuty(version=detail["version"], duty=detail["duty"], due=detail["due"], shown=detail["shown"]))


def acknowledged(step: Step) -> None:
    """A named person acknowledged what a version says, for nobody else."""
    check_named(step)
    detail = step.entry.detail
    if detail["person"] != step.entry.by.person:
        raise Impossible("OTHER_PERSON", "somebody acknowledges for another person")
    apply_act(step, Acknowledge(detail["person"], detail["version"]))


def inquired(step: Step) -> None:
    """An owner asked the agency something; the words are there to read."""
    detail = step.entry.detail
    step.text(detail["inquiry"], "the inquiry")
    apply_act(step, Inquire(detail["inquiry"], detail["due"]))


def answered(step: Step) -> None:
    """The agency answered an inquiry; the words are there to read."""
    check_named(step)
    detail = step.entry.detail
    step.text(detail["answer"], "the answer to an inquiry")
    apply_act(step, Answer(detail["inquiry"], detail["answer"]))


def outcome_reported(step: Step) -> None:
    """The agency said what came of an answer that it was given under this agreement."""
    check_named(step)
    detail = step.entry.detail
    if detail["outcome"] not in OUTCOMES:
        raise Impossible("UNKNOWN_OUTCOME", "the outcome is none that this program knows")
    given = step.state.given.get(detail["agreement"])
    if given is None or detail["answer"] not in given:
        raise Impossible("NO_SUCH_ENTRY", "it tells of an answer that was never given under this agreement")


def replied(step: Step) -> None:
    """The agency's reply to a use report of its own agreement."""
    detail = step.entry.detail
    if step.state.reports.get(detail["report"]) != detail["agreement"]:
        raise Impossible("NO_REPORT", "it replies to no use report of this agreement")
    check_named(step)
    apply_act(step, Reply(detail["report"], detail["reply"]))


def check_named(step: Step) -> None:
    """What rests on the agreement itself is by a person named under it, through a client that is bound to it, if any."""
    form, _, name = step.entry.by.authority.partition(":")
    if form != "agreement":
        return
    by = step.entry.by
    if step.agreement(name).user(by.person, step.entry.at) is None:
        raise Impossible("NOT_NAMED", "it is by a person who isn't named under the agreement")
    if by.client is not None and (by.client, name) not in step.state.clients:
        raise Impossible("CLIENT_NOT_BOUND", "the client through which it came was not bound to the agreement")
