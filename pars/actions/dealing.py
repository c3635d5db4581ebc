"""What passes between an agency and the owners while an agreement runs: duties that were met, replies to reports.

The agency's own people do it under the agreement that names them; whoever manages agreements records what came on paper.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import Dealt, on_agreement
from pars.core.access.acts import MeetDuty, Reply
from pars.core.ledger import drafts
from pars.core.terms import Refusal
from pars.store import governance

if TYPE_CHECKING:
    from pars.actions.beats import Done, Once, Refused
    from pars.core.access.acts import Agreement
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant
    from pars.store.ledger import Acting

NO_REPORT = Refusal(
    code="NO_SUCH_REPORT",
    says="That entry put no use report of this agreement before the owners.",
    remedy="Name the report's entry, as the agreement's page gives it.",
    names=("report",),
)
WORDS_NEEDED = Refusal(code="WORDS_NEEDED", says="This needs words, and at most 20,000 characters of them.", names=("text",))
MOST_WORDS = 20_000


def meet_duty(
    *, agreement: str, version: str, duty: str, due: Instant, shown: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Record that what a duty asks for by `due` was done. `shown` is the sha256 of what shows it, which stays with who has it."""

    def rule(_: Agreement, __: Acting) -> Dealt:
        draft = drafts.duty_met(agreement=agreement, version=version, duty=duty, due=due, shown=shown)
        return Dealt(MeetDuty(version=version, duty=duty, due=due, shown=shown), draft)

    return on_agreement("agreement:reply", agreement=agreement, by=by, rule=rule, once=once)


def reply(*, agreement: str, report: int, text: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record the agency's reply to the use report of entry `report`."""

    def rule(_: Agreement, __: Acting) -> Dealt | Refusal:
        if governance.agreement_of_report(report) != agreement:
            return NO_REPORT
        words = words_of(text)
        if isinstance(words, Refusal):
            return words
        hashed = sha256(words).hexdigest()
        return Dealt(Reply(report, hashed), drafts.agreement_replied(agreement=agreement, report=report, reply=hashed), words)

    return on_agreement("agreement:reply", agreement=agreement, by=by, rule=rule, once=once)


def words_of(text: str) -> bytes | Refusal:
    """Return what somebody wrote as it is kept beside the ledger, or why it won't do."""
    return text.encode() if text.strip() and len(text) <= MOST_WORDS else WORDS_NEEDED
