"""The part of the fold that reads what passes between the agency and the owners: duties that were met, replies to reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.acts import MeetDuty, Reply
from pars.core.ledger.fold_authority import apply_act
from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


def duty_met(step: Step) -> None:
    """A duty of the version that governs was met, as it was owed."""
    check_named(step)
    detail = step.entry.detail
    apply_act(step, MeetDuty(version=detail["version"], duty=detail["duty"], due=detail["due"], shown=detail["shown"]))


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
