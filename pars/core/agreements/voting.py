"""Adds one seat's vote to an agreement, or refuses it: on a proposal while it is open, on how the agreement stands, or to take one back.

Votes on one matter (the proposal, or the act that set the standing) count together, by distinct seats. A vote can be withdrawn until its matter is
decided; the seat's next vote on the matter then answers that withdrawal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pars.core.agreements import one_off
from pars.core.agreements.acts import Turn
from pars.core.agreements.doubts import adopts
from pars.core.agreements.standing import lives, standing
from pars.core.owners.polling import answers_for, counted, refuse_over, refuse_vote, seats_for, vote_taken_back
from pars.core.owners.votes import decides, refuse_seat, refuse_signature
from pars.core.terms import Instant, Refusal
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.agreements.acts import Agreement, Ballot, Decided, Proposal, Vote
    from pars.core.agreements.standing import Life
    from pars.core.agreements.version import Version
    from pars.core.owners.charter import Charter
    from pars.core.owners.votes import Verify

MAKES: Mapping[str, frozenset[Decided]] = {
    "suspend": frozenset({"suspended", "confirmed"}),
    "reinstate": frozenset({"reinstated", "cleared"}),
    "revoke": frozenset({"revoked"}),
}
"""What votes on how an agreement stands decide, once there are enough of them."""


def cast(agreement: Agreement, ballot: Ballot, charter: Charter, origin: str, verify: Verify) -> Agreement | Refusal:
    """Return the agreement with the vote and what it decided, or why it doesn't count."""
    vote = ballot.vote
    refusal = refuse_seat(vote, charter)
    if refusal is not None:
        return refusal
    proposal = agreement.proposal(vote.version)
    if proposal is None:
        return _no("UNKNOWN_VERSION", "This agreement has no version with that hash.")
    refusal = refuse_signature(vote, agreement.id, charter, origin, verify)
    if refusal is not None:
        return refusal
    if vote.choice == "withdraw":
        return _withdraw(agreement, proposal, ballot)
    on_proposal = vote.choice in {"adopt", "reject"}
    found = _on_proposal(agreement, proposal, ballot, charter) if on_proposal else _on_standing(agreement, ballot, charter)
    if isinstance(found, Refusal):
        return found
    matter, turn = found
    turns = agreement.turns if turn is None else (*agreement.turns, turn)
    return replace(agreement, ballots=(*agreement.ballots, replace(ballot, matter=matter)), turns=turns)


def _on_proposal(
    agreement: Agreement, proposal: Proposal, ballot: Ballot, charter: Charter
) -> tuple[int, Turn | None] | Refusal:
    version, vote, at = proposal.version, ballot.vote, ballot.at
    fate = _not_open(agreement, proposal, at)
    if fate is not None:
        return fate
    effect = Instant(max(version.term.start, at + one_off.notice(version, charter)))
    if effect >= version.term.end:
        return _no("TOO_LATE", "Adopted now, this version would never be in force. A new version can be proposed.")
    refusal = refuse_vote(proposal, agreement.ballots, vote)
    if refusal is not None:
        return refusal
    if vote.seat not in one_off.voters(version, charter):
        return _no("NOT_YOURS_TO_GIVE", "The charter names other seats to give a grant on such a paper.")
    seats = seats_for(counted(agreement.ballots, proposal.entry), vote.choice) | {vote.seat}
    decided = _decides(version, charter, vote.choice, seats)
    turn = decided and _turn(decided, version, seats, ballot, effect if decided == "adopted" else None)
    return proposal.entry, turn


def _decides(version: Version, charter: Charter, choice: str, seats: frozenset[str]) -> Literal["adopted", "rejected"] | None:
    if version.paper is not None:
        return one_off.decides(version, charter, choice, seats)
    return decides(charter, choice, seats, charter.consents(version.scope.columns | version.scope.filters))


def _not_open(agreement: Agreement, proposal: Proposal, at: Instant) -> Refusal | None:
    version, became = proposal.version, agreement.fate(proposal, at)
    if became == "undecided" and (version.closing is None or at >= version.term.end):
        return None  # at its own end, `TOO_LATE` says why
    return refuse_over(became, when(version.closes, version.place))


def _on_standing(agreement: Agreement, ballot: Ballot, charter: Charter) -> tuple[int, Turn | None] | Refusal:
    vote, at = ballot.vote, ballot.at
    living = _alive(agreement, at)
    life = next((life for life in living if life.version.hash == vote.version), None)
    if life is None:
        return _no("NOT_ALIVE", "This version is neither in force nor waiting to be.")
    # A suspension holds the whole agreement, so it is voted on the version that governs now, or will first.
    # What is in doubt is the version itself: that one is voted on again.
    lifts = vote.choice == "reinstate" and life.doubt is not None
    if vote.choice != "revoke" and not lifts and life is not living[0]:
        return _no("WRONG_VERSION", "Another version governs before this one; vote on that.")
    if vote.answers != answers_for(agreement.ballots, vote.seat, life.answers):
        return _no("WRONG_ANSWER", "The vote answers another act than the one that set how the agreement stands now.")
    chose = seats_for(
        (one for one in counted(agreement.ballots, life.answers) if one.vote.version == vote.version), vote.choice
    )
    if vote.seat in chose:
        return _no("SECOND_VOTE", "This seat has made this choice already.")
    seats = chose | {vote.seat}
    if vote.choice == "suspend":
        turn = _suspend(life, seats, charter, ballot)
        return turn if isinstance(turn, Refusal) else (life.answers, turn)
    if lifts:
        return life.answers, _turn("cleared", life.version, seats, ballot) if adopts(life.version, charter, seats) else None
    if vote.choice == "reinstate" and life.suspended(at) is None:
        stands = standing(agreement, at)
        if stands.overdue:
            return _no("DUTY_OVERDUE", "No vote lifts this: a duty is overdue.", "It is answered again once the duty is met.")
        if stands.reviews:
            return _no("REVIEW_OVERDUE", "No vote lifts this: an emergency's review is overdue.", "Review it.")
        return _no("NOT_SUSPENDED", "The agreement isn't suspended.")
    if len(seats) < charter.needs[vote.choice] and not _takes_back(life.version, vote, charter):
        return life.answers, None
    return life.answers, _turn("revoked" if vote.choice == "revoke" else "reinstated", life.version, seats, ballot)


def _takes_back(version: Version, vote: Vote, charter: Charter) -> bool:
    """Return whether the seat revokes a one-off grant that it may give alone."""
    return vote.choice == "revoke" and version.paper is not None and vote.seat in one_off.givers(version, charter)


def _suspend(life: Life, seats: frozenset[str], charter: Charter, ballot: Ballot) -> Turn | Refusal | None:
    held = life.suspended(ballot.at)
    if held is not None:
        if held.effect is None:
            return _no("ALREADY_SUSPENDED", "The agreement is suspended already.")
        if ballot.vote.seat in held.seats:
            return _no("SECOND_VOTE", "This seat has suspended the agreement; the others may confirm that.")
        behind = held.seats | seats
        return _turn("confirmed", life.version, behind, ballot) if len(behind) >= charter.needs["suspend"] else None
    if len(seats) >= charter.needs["suspend"]:
        return _turn("suspended", life.version, seats, ballot)
    if seats & charter.suspend_at_once:
        return _turn("suspended", life.version, seats, ballot, Instant(ballot.at + charter.confirm_us))
    return None


def _withdraw(agreement: Agreement, proposal: Proposal, ballot: Ballot) -> Agreement | Refusal:
    """Take back the vote that this one answers, of the same seat on the same version, while it has decided nothing."""
    vote = ballot.vote
    back = vote_taken_back(agreement.ballots, vote)
    if isinstance(back, Refusal):
        return back
    if back.vote.choice in {"adopt", "reject"}:
        fate = _not_open(agreement, proposal, ballot.at)
        if fate is not None:
            return fate
    elif any(
        turn.kind in MAKES[back.vote.choice] and turn.entry >= back.entry and vote.seat in turn.seats
        for turn in agreement.turns
    ):
        return _no("DECIDED", "This vote has decided already. The owners can reinstate.")
    elif back.matter not in {life.answers for life in _alive(agreement, ballot.at) if life.version.hash == vote.version}:
        return _no("WRONG_ANSWER", "The agreement stands otherwise since that vote, so it counts no more.")
    return replace(agreement, ballots=(*agreement.ballots, replace(ballot, matter=back.matter)))


def _alive(agreement: Agreement, at: Instant) -> list[Life]:
    current, coming = lives(agreement, at)
    return [life for life in (current, *coming) if life is not None and life.revoked is None and at < life.version.term.end]


def _turn(kind: Decided, version: Version, seats: frozenset[str], ballot: Ballot, effect: Instant | None = None) -> Turn:
    return Turn(
        kind=kind, version=version.hash, number=version.number, seats=seats, entry=ballot.entry, at=ballot.at, effect=effect
    )


def _no(code: str, says: str, remedy: str = "", names: tuple[str, ...] = ()) -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=names)
