"""What passes between the owners and the agency while an agreement runs, or why it can't: duties, acknowledgements, inquiries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from pars.core.agreements.acts import Acknowledge, Acknowledged, Answer, Answered, Inquire, Inquiry, MeetDuty, Met
from pars.core.agreements.duties import met
from pars.core.agreements.standing import lives
from pars.core.terms import Refusal
from pars.core.wording import when

if TYPE_CHECKING:
    from pars.core.agreements.acts import Agreement, Who
    from pars.core.terms import Instant


def deal(
    agreement: Agreement, act: MeetDuty | Acknowledge | Inquire | Answer, by: Who, at: Instant, entry: int
) -> Agreement | Refusal:
    """Return the agreement with the act added, or why it can't be."""
    match act:
        case MeetDuty():
            return meet_duty(agreement, act, at, entry)
        case Acknowledge():
            return acknowledge(agreement, act, at, entry)
        case Inquire(words, due):
            return inquire(agreement, Inquiry(words, due, entry, at, by))
        case Answer():
            return answer(agreement, act, at, entry)
    assert_never(act)


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


def acknowledge(agreement: Agreement, act: Acknowledge, at: Instant, entry: int) -> Agreement | Refusal:
    """Record that a named person acknowledges the version that governs, or one that is to follow: once since they were named."""
    user = agreement.user(act.person, at)
    if user is None:
        return Refusal(code="NOT_NAMED", says="Only who is named under the agreement acknowledges what it says.")
    current, coming = lives(agreement, at)
    if act.version not in {life.version.hash for life in (current, *coming) if life is not None and at < life.over}:
        return Refusal(code="NOT_ALIVE", says="This version is neither in force nor waiting to be.", names=("version",))
    if agreement.acknowledges(user, act.version, at):
        return Refusal(code="ALREADY_ACKNOWLEDGED", says="You have acknowledged this version.")
    made = Acknowledged(act.person, act.version, entry, at)
    return replace(agreement, acknowledged=(*agreement.acknowledged, made))


def inquire(agreement: Agreement, inquiry: Inquiry) -> Agreement | Refusal:
    """Record what an owner asks the agency, to be answered by an instant that is still to come."""
    if inquiry.due <= inquiry.at:
        return Refusal(code="DUE_PASSED", says="The agency must have some time to answer.", names=("due",))
    return replace(agreement, inquiries=(*agreement.inquiries, inquiry))


def answer(agreement: Agreement, act: Answer, at: Instant, entry: int) -> Agreement | Refusal:
    """Record the agency's one answer to an inquiry, in time or late."""
    asked = next((one for one in agreement.inquiries if one.entry == act.inquiry), None)
    if asked is None:
        return Refusal(code="NO_SUCH_INQUIRY", says="That entry made no inquiry under this agreement.", names=("inquiry",))
    if asked.answer is not None:
        return Refusal(code="ALREADY_ANSWERED", says="This inquiry was answered already.", names=("inquiry",))
    given = replace(asked, answer=Answered(act.words, entry, at))
    return replace(agreement, inquiries=tuple(given if one is asked else one for one in agreement.inquiries))
