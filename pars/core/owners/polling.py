"""What befalls a proposal until it is decided, whatever it proposes: an agreement's version, or a text of the owners' own.

It is open until a quorum decides it, its vote closes, or the owner whose people made it takes it back. A seat votes once, and may take
its vote back while the proposal is open; its next vote then answers that withdrawal. `voting` and `owners_text` say what a quorum is and does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pars.core.agreements.acts import Ballot, Doubt, Turn, Vote, Who, Withdrawn
    from pars.core.terms import Instant

Fate: TypeAlias = Literal["open", "adopted", "rejected", "withdrawn", "undecided"]


class Put(Protocol):
    """A proposal as it was put before the owners: the number that turns name it by, and when its vote closes (None: time alone never does)."""

    @property
    def number(self) -> int:
        """Its place among the proposals on the same matter, from 1."""

    @property
    def entry(self) -> int:
        """The entry that made it, which votes answer."""

    @property
    def by(self) -> Who:
        """Who made it."""

    @property
    def closes(self) -> Instant | None:
        """The instant from which on no vote on it counts."""


def fate(put: Put, turns: Iterable[Turn], withdrawn: Iterable[Withdrawn], at: Instant) -> Fate:
    """Return what had become of a proposal at `at`: what wasn't decided when its vote closed ends without decision."""
    for turn in turns:
        if turn.number == put.number and turn.at <= at:
            return "rejected" if turn.kind == "rejected" else "adopted"  # whatever else befell it came after its adoption
    if any(act.number == put.number and act.at <= at for act in withdrawn):
        return "withdrawn"
    return "open" if put.closes is None or at < put.closes else "undecided"


def refuse_over(became: Fate, closed: str) -> Refusal | None:
    """Return why nothing more can be voted on a proposal of which that has become. `closed` says when its vote closed."""
    match became:
        case "adopted" | "rejected":
            return _no("DECIDED", "This proposal is decided already.")
        case "withdrawn":
            return _no("WITHDRAWN", "This proposal was withdrawn.")
        case "undecided":
            return _no("VOTE_CLOSED", f"The vote on it closed {closed}.", "It can be proposed anew, with another close.")
        case _:
            return None


def refuse_vote(put: Put, ballots: Sequence[Ballot], vote: Vote) -> Refusal | None:
    """Return why a seat's vote to adopt or reject isn't its first that counts on this proposal, answering what it must."""
    if vote.answers != answers_for(ballots, vote.seat, put.entry):
        return _no("WRONG_ANSWER", "The vote answers another act than this proposal, or than the seat's own withdrawal since.")
    if any(other.vote.seat == vote.seat for other in counted(ballots, put.entry)):
        return _no("SECOND_VOTE", "This seat has voted on this proposal.")
    return None


def vote_taken_back(ballots: Sequence[Ballot], vote: Vote) -> Ballot | Refusal:
    """Return the vote that a withdrawal takes back: of the same seat, on the same text, and not taken back yet."""
    back = next((one for one in ballots if one.entry == vote.answers), None)
    if back is None or (back.vote.seat, back.vote.version) != (vote.seat, vote.version) or back.vote.choice == "withdraw":
        return _no(
            "NO_SUCH_VOTE", "There is no such vote of this seat to withdraw.", "Name the entry of the vote.", ("answers",)
        )
    if back not in counted(ballots, back.matter):
        return _no("SECOND_VOTE", "This vote is withdrawn already.")
    return back


def refuse_withdrawal(put: Put, became: Fate, by: Who) -> Refusal | None:
    """Return why a proposal of which that has become can't be taken back by them."""
    if became != "open":
        return _no("NOT_OPEN", f"This proposal isn't open any more: {became}.")
    if by.owner != put.by.owner:
        return _no(
            "NOT_YOUR_PROPOSAL", "Another owner's people proposed this.", "Only they can withdraw it; your seat can vote."
        )
    return None


def counted(ballots: Iterable[Ballot], matter: int) -> tuple[Ballot, ...]:
    """Return the votes on one matter (a proposal, or how an agreement stands) that weren't withdrawn and aren't in doubt, oldest first."""
    cast = [ballot for ballot in ballots if ballot.matter == matter]
    # A withdrawal in doubt still takes back: it lets nobody see more.
    back = {ballot.vote.answers for ballot in cast if ballot.vote.choice == "withdraw"}
    return tuple(one for one in cast if one.vote.choice != "withdraw" and one.doubted is None and one.entry not in back)


def in_doubt(ballots: tuple[Ballot, ...], doubt: Doubt, entry: int) -> tuple[Ballot, ...]:
    """Return the votes with those marked that the revocation of that entry leaves in doubt."""
    return tuple(
        replace(one, doubted=entry)
        if one.vote.seat == doubt.seat and one.doubted is None and doubt.since <= one.entry < doubt.until
        else one
        for one in ballots
    )


def answers_for(ballots: Iterable[Ballot], seat: str, matter: int) -> int:
    """Return what the seat's next vote on the matter must answer: the act itself, or the seat's own withdrawal since.

    So a vote that was withdrawn can't be handed in again by somebody who kept its signature.
    """
    back = [b.entry for b in ballots if (b.matter, b.vote.seat, b.vote.choice) == (matter, seat, "withdraw")]
    return back[-1] if back else matter


def seats_for(ballots: Iterable[Ballot], choice: str) -> frozenset[str]:
    """Return the seats that made a choice in these votes."""
    return frozenset(ballot.vote.seat for ballot in ballots if ballot.vote.choice == choice)


def _no(code: str, says: str, remedy: str = "", names: tuple[str, ...] = ()) -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=names)
