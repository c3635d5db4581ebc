"""What passes between the owners and the agency while an agreement runs, or why it can't: duties that are met."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.acts import Met
from pars.core.access.duties import met
from pars.core.access.standing import lives
from pars.core.terms import Refusal
from pars.core.wording import when

if TYPE_CHECKING:
    from pars.core.access.acts import Agreement, MeetDuty
    from pars.core.terms import Instant


def meet_duty(agreement: Agreement, act: MeetDuty, at: Instant, entry: int) -> Agreement | Refusal:
    """Record that a duty was met: of the version that governs, once for each time that it falls due, and not before its time."""
    life, _ = lives(agreement, at)
    if life is None or life.version.hash != act.version:
        return Refusal(code="NOT_GOVERNING", says="That version doesn't govern, so none of its duties is owed.")
    one = next((one for one in life.owed if (one.duty.code, one.due) == (act.duty, act.due)), None)
    if one is None:
        return Refusal(
            code="NO_SUCH_DUTY",
            says="The version that governs has no such duty that falls due then.",
            remedy="The agreement's page lists what is owed, with the instants.",
            names=("duty", "due"),
        )
    if at < one.opens:
        says = f"That can be met {when(one.opens, life.version.place)} at the earliest."
        return Refusal(code="DUTY_NOT_OPEN", says=says, names=("due",))
    if met(agreement, life.version, one, at) is not None:
        return Refusal(code="ALREADY_MET", says="That was recorded as met already.", names=("due",))
    return replace(agreement, met=(*agreement.met, Met(act, entry, at)))
