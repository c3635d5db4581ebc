"""What passes between an agency and the owners while an agreement runs: duties, acknowledgements, inquiries and
their answers, what came of answers, replies to reports.

The agency's own people do it under the agreement that names them; whoever manages agreements records what came on paper.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import Dealt, on_agreement, refused_party, under_agreement
from pars.core.agreements.acts import Acknowledge, Answer, Inquire, MeetDuty, Reply
from pars.core.agreements.outcomes import OUTCOMES
from pars.core.ledger import dealing_drafts, drafts
from pars.core.terms import Refusal
from pars.core.visible import visible_lines
from pars.store import governance, ledger, published

if TYPE_CHECKING:
    from pars.actions.beats import Done, Once, Refused
    from pars.core.agreements.acts import Agreement
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant
    from pars.store.ledger import Acting

NO_REPORT = Refusal(
    code="NO_SUCH_REPORT",
    says="That entry put no use report of this agreement before the owners.",
    remedy="Name the report's entry, as the agreement's page gives it.",
    names=("report",),
)
WORDS_NEEDED = Refusal(
    code="WORDS_NEEDED", says="This needs words: at most 20,000 characters, each of which can be seen.", names=("text",)
)
SAID_ALREADY = Refusal(
    code="SAID_ALREADY",
    says="The very same words stand there already, so nothing was added.",
    remedy="See the agreement's page; to say something else, write it in other words.",
    names=("text",),
)
UNKNOWN_OUTCOME = Refusal(
    code="UNKNOWN_OUTCOME",
    says="That isn't an outcome that can be reported.",
    remedy=f"Known here: {', '.join(OUTCOMES)}.",
    names=("outcome",),
)
NO_ANSWER = Refusal(
    code="NO_SUCH_ANSWER",
    says="That entry is no answer that was given under this agreement.",
    remedy="Name the entry that the answer's receipt gave.",
    names=("receipt",),
)
MOST_WORDS = 20_000


def meet_duty(
    *, agreement: str, version: str, duty: str, due: Instant, shown: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Record that what a duty asks for by `due` was done. `shown` is the sha256 of what shows it, which stays with who has it."""

    def rule(_: Agreement, __: Acting) -> Dealt:
        return Dealt(
            MeetDuty(version=version, duty=duty, due=due, shown=shown),
            lambda: dealing_drafts.duty_met(agreement=agreement, version=version, duty=duty, due=due, shown=shown),
        )

    return on_agreement("agreement:reply", agreement=agreement, by=by, rule=rule, once=once, agency=True)


def reply(*, agreement: str, report: int, text: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record the agency's reply to the use report of entry `report`."""

    def rule(known: Agreement, _: Acting) -> Dealt | Refusal:
        if governance.agreement_of_report(report) != agreement:
            return NO_REPORT
        words = words_of(text)
        if isinstance(words, Refusal):
            return words
        hashed = sha256(words).hexdigest()
        if any(earlier == Reply(report, hashed) for earlier, *_ in known.replies):
            return SAID_ALREADY
        return Dealt(
            Reply(report, hashed), lambda: drafts.agreement_replied(agreement=agreement, report=report, reply=hashed), words
        )

    return on_agreement("agreement:reply", agreement=agreement, by=by, rule=rule, once=once, agency=True)


def acknowledge(*, agreement: str, version: str, by: By, once: Once | None = None) -> Done | Refused:
    """Acknowledge what a version says, as the person who is named and will ask under it. Nobody does it for another."""

    def rule(_: Agreement, __: Acting) -> Dealt:
        return Dealt(
            Acknowledge(by.person, version),
            lambda: dealing_drafts.terms_acknowledged(agreement=agreement, person=by.person, version=version),
        )

    return on_agreement("terms:acknowledge", agreement=agreement, by=by, rule=rule, once=once, agency=True)


def inquire(*, agreement: str, text: str, due: Instant, by: By, once: Once | None = None) -> Done | Refused:
    """Ask the agency something as an owner, to be answered by `due`. Question, answer or silence are public."""

    def rule(known: Agreement, _: Acting) -> Dealt | Refusal:
        words = words_of(text)
        if isinstance(words, Refusal):
            return words
        hashed = sha256(words).hexdigest()
        if any((one.words, one.by.authority, one.answer) == (hashed, by.authority, None) for one in known.inquiries):
            return SAID_ALREADY
        return Dealt(
            Inquire(hashed, due), lambda: dealing_drafts.inquiry_made(agreement=agreement, inquiry=hashed, due=due), words
        )

    return on_agreement("agreement:vote", agreement=agreement, by=by, rule=rule, once=once)


def answer(*, agreement: str, inquiry: int, text: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record the agency's answer to the inquiry of that entry."""

    def rule(_: Agreement, __: Acting) -> Dealt | Refusal:
        words = words_of(text)
        if isinstance(words, Refusal):
            return words
        hashed = sha256(words).hexdigest()
        return Dealt(
            Answer(inquiry, hashed),
            lambda: dealing_drafts.inquiry_answered(agreement=agreement, inquiry=inquiry, answer=hashed),
            words,
        )

    return on_agreement("agreement:reply", agreement=agreement, by=by, rule=rule, once=once, agency=True)


@ledger.retried
def report_outcome(*, agreement: str, receipt: int, outcome: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record what came of the answer whose receipt names that entry, as a person of the agency says."""
    by = under_agreement(agreement, by)
    with ledger.acting(by, once=once) as acting:
        refusal = refused_party(acting, by, "outcome:report", governance.load_agreement(agreement))
        if refusal is None and outcome not in OUTCOMES:
            refusal = UNKNOWN_OUTCOME
        if refusal is None and not published.was_answered(receipt, f"agreement:{agreement}"):
            refusal = NO_ANSWER
        if refusal is not None:
            return ledger.append(refusal, by=by, act="outcome:report")
        return ledger.append(dealing_drafts.outcome_reported(agreement=agreement, answer=receipt, outcome=outcome), by=by)


def words_of(text: str) -> bytes | Refusal:
    """Return what somebody wrote as it is kept beside the ledger, or why it won't do."""
    words = "\n".join(text.splitlines())
    return words.encode() if words.strip() and len(words) <= MOST_WORDS and visible_lines(words) == words else WORDS_NEEDED
