"""Tries what nobody has done: a question on a version that need not be adopted, and a vote that isn't cast. Nothing is read or kept by it.

A question's trial answers only for the text: as if the version were in force, its agency asked through a person who is named and holds what is
demanded, nothing was owed and nothing had been asked that day. A trial is no disclosure, no vote and no promise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.decision import Caller, decide
from pars.core.access.floor import floor
from pars.core.agreements.acts import NOBODY, Agreement, Proposal, Turn, User, Vote
from pars.core.agreements.agreement import apply
from pars.core.owners.polling import answers_for
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.decision import Permit
    from pars.core.access.question import Question
    from pars.core.agreements.version import Version
    from pars.core.owners.charter import Charter
    from pars.core.terms import Instant

SOMEBODY = "trial"


def trial(version: Version, question: Question, at: Instant) -> Permit | Refusal:
    """Return what `decide` says of the question under this version alone: at `at` where its term holds that, else at its beginning."""
    start, end = version.term.start, version.term.end
    adopted = Turn(
        kind="adopted",
        version=version.hash,
        number=version.number,
        seats=frozenset(version.owners),
        entry=0,
        at=start,
        effect=start,
    )
    agreement = Agreement(
        id=version.agreement,
        agency=version.agency.id,
        last=start,
        proposals=(Proposal(replace(version, duties=(), acknowledge=False), 0, start, NOBODY),),
        turns=(adopted,),
        users=(User(SOMEBODY, 0, start, None, version.must),),
    )
    caller = Caller(version.agency.id, SOMEBODY)
    return decide(caller, question, (agreement,), used={}, floor=floor, at=at if start <= at < end else start)


def vote_trial(
    agreement: Agreement, proposal: Proposal, *, choice: str, seat: str, charter: Charter, at: Instant
) -> Turn | Refusal | None:
    """Return what this seat's vote on a proposal would decide at `at`, by the rules of the vote itself; None where it would decide nothing yet."""
    answers = answers_for(agreement.ballots, seat, proposal.entry)
    vote = Vote(choice=choice, seat=seat, version=proposal.version.hash, answers=answers, signature=b"")
    after = apply(agreement, vote, by=NOBODY, charter=charter, at=at, entry=proposal.entry, origin="", verify=lambda *_: True)
    if isinstance(after, Refusal):
        return after
    return after.turns[-1] if len(after.turns) > len(agreement.turns) else None
