"""Adds an act to an agreement, or refuses it. The run-time gate, the verifier and every reload go through `apply` alone.

A version comes into force only when enough distinct seats signed the same hash, each answering the same act. A vote is
refused when it is forged, replayed, on another text or another standing than the one it answers, too late, or a second one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from pars.core.access import one_off
from pars.core.access.acts import (
    Act,
    Agreement,
    Ballot,
    Decided,
    MeetDuty,
    NameUser,
    Proposal,
    Propose,
    RemoveUser,
    Reply,
    Turn,
    User,
    Vote,
)
from pars.core.access.charter import CHOICES
from pars.core.access.dealings import meet_duty
from pars.core.access.standing import Life, Standing, State, lives, standing
from pars.core.access.version import MUST, Version, narrows, read_version
from pars.core.access.votes import Verify, decides, refuse_seat, refuse_signature, seats_that_chose, vote_message
from pars.core.terms import Instant, Refusal
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.access.charter import Charter

__all__ = [
    "CHOICES", "Act", "Agreement", "Ballot", "MeetDuty", "NameUser", "Proposal", "Propose", "RemoveUser", "Reply", "Standing", "State", "Turn", "User", "Verify",
    "Version", "Vote", "apply", "conflicts", "narrows", "read_version", "standing", "vote_message",
]  # fmt: skip


def apply(
    agreement: Agreement | None, act: Act, *, charter: Charter, at: Instant, entry: int, origin: str, verify: Verify
) -> Agreement | Refusal:
    """Return the agreement with the act added, or why it can't be. `entry` is the id of the entry that records the act."""
    if agreement is None:
        if not isinstance(act, Propose):
            return _no("NO_AGREEMENT", "There is no such agreement.")
        agreement = Agreement(id=act.version.agreement, agency=act.version.agency.id, last=at)
    if at < agreement.last:
        return _no("OUT_OF_ORDER", "The act is earlier than the one before it.")
    outcome: Agreement | Refusal
    match act:
        case Propose(version):
            outcome = _propose(agreement, version, charter, at, entry)
        case Vote():
            outcome = _vote(agreement, act, charter, at, entry, origin, verify)
        case NameUser():
            outcome = _name(agreement, act, at, entry)
        case RemoveUser(person):
            outcome = _remove(agreement, person, at)
        case MeetDuty():
            outcome = meet_duty(agreement, act, at, entry)
        case Reply():
            outcome = replace(agreement, replies=(*agreement.replies, (act, entry, at)))
        case _:
            assert_never(act)
    return outcome if isinstance(outcome, Refusal) else replace(outcome, last=at)


def conflicts(proposed: Version, others: Iterable[Agreement], at: Instant) -> Refusal | None:
    """Return the refusal of a version that could be in force beside another agreement's, for one agency and one purpose.

    What is suspended counts, since it may be reinstated; so does an open proposal, since it may be adopted; and a version
    that another will supersede counts until that has happened.
    """
    codes = {purpose.code for purpose in proposed.purposes}
    for other in others:
        if other.agency != proposed.agency.id or other.id == proposed.agreement:
            continue
        for version in _possible(other, at):
            shared = codes & {purpose.code for purpose in version.purposes}
            if shared and max(proposed.term.start, at) < version.term.end and version.term.start < proposed.term.end:
                return Refusal(
                    code="TWO_AT_ONCE",
                    says=f"Agreement {other.id} already serves this agency for the same purpose in the same time.",
                    remedy="Amend that agreement, or choose a term after its end.",
                    names=tuple(sorted(shared)),
                )
    return None


def _possible(agreement: Agreement, at: Instant) -> list[Version]:
    current, coming = lives(agreement, at)
    living = [life.version for life in (current, *coming) if life is not None and life.revoked is None]
    return living + [proposal.version for proposal in agreement.open(at)]


def _no(code: str, says: str, remedy: str = "", names: tuple[str, ...] = ()) -> Refusal:
    return Refusal(code=code, says=says, remedy=remedy, names=names)


# ---------------------------------------------------------------- proposals and users


def _propose(agreement: Agreement, version: Version, charter: Charter, at: Instant, entry: int) -> Agreement | Refusal:
    if (version.agreement, version.agency.id) != (agreement.id, agreement.agency):
        return _no("OTHER_AGREEMENT", "The text names another agreement or another agency.")
    if version.number != len(agreement.proposals) + 1:
        return _no(
            "WRONG_NUMBER", f"The next version of this agreement is number {len(agreement.proposals) + 1}.", names=("/number",)
        )
    if set(version.owners) != charter.owners.keys():
        return _no("OTHER_OWNERS", "The text names other owners than the charter.", names=("/parties/owners",))
    refusal = one_off.refuse(agreement, version, charter)
    if refusal is not None:
        return refusal
    if max(version.term.start, at + one_off.notice(version, charter)) >= version.term.end:
        return _no(
            "TOO_LATE", f"Its end, {when(version.term.end, version.place)}, leaves no time in which it could be in force."
        )
    return replace(agreement, proposals=(*agreement.proposals, Proposal(version, entry, at)))


def _name(agreement: Agreement, act: NameUser, at: Instant, entry: int) -> Agreement | Refusal:
    stands = standing(agreement, at)
    if stands.state in {"REVOKED", "ENDED", "REJECTED"} and stands.next is None and not agreement.open(at):
        return _no("AGREEMENT_OVER", f"Nobody can be named under this agreement. {stands.says}")
    if agreement.user(act.person, at) is not None:
        return _no("ALREADY_NAMED", "This person is named already.", "Remove the person first.")
    if act.end is not None and act.end <= at:
        return _no("EMPTY_TERM", "The person's end must come after now.")
    if unknown := sorted(set(act.holds) - set(MUST)):
        return _no("UNKNOWN_REQUIREMENT", f"Only these can be held: {', '.join(MUST)}.", names=tuple(unknown))
    if missing := tuple(sorted(set(stands.version.must) - set(act.holds))):
        return _no("MUST_HOLD", f"The agreement demands that a named person holds: {', '.join(missing)}.", names=missing)
    user = User(act.person, entry, at, act.end, tuple(sorted(act.holds)))
    return replace(agreement, users=(*agreement.users, user))


def _remove(agreement: Agreement, person: str, at: Instant) -> Agreement | Refusal:
    named = agreement.user(person, at)
    if named is None:
        return _no("NOT_NAMED", "This person isn't named under the agreement.")
    return replace(agreement, users=tuple(replace(user, end=at) if user is named else user for user in agreement.users))


# ---------------------------------------------------------------- votes


def _vote(
    agreement: Agreement, vote: Vote, charter: Charter, at: Instant, entry: int, origin: str, verify: Verify
) -> Agreement | Refusal:
    refusal = refuse_seat(vote, charter)
    if refusal is not None:
        return refusal
    proposal = agreement.proposal(vote.version)
    if proposal is None:
        return _no("UNKNOWN_VERSION", "This agreement has no version with that hash.")
    refusal = refuse_signature(vote, agreement.id, charter, origin, verify)
    if refusal is not None:
        return refusal
    if vote.choice in {"adopt", "reject"}:
        turn = _on_proposal(agreement, proposal, vote, charter, at, entry)
    else:
        turn = _on_standing(agreement, vote, charter, at, entry)
    if isinstance(turn, Refusal):
        return turn
    turns = agreement.turns if turn is None else (*agreement.turns, turn)
    return replace(agreement, ballots=(*agreement.ballots, Ballot(vote, entry, at)), turns=turns)


def _on_proposal(
    agreement: Agreement, proposal: Proposal, vote: Vote, charter: Charter, at: Instant, entry: int
) -> Turn | Refusal | None:
    version = proposal.version
    if any(turn.version == version.hash for turn in agreement.turns if turn.kind in {"adopted", "rejected"}):
        return _no("DECIDED", "This proposal is decided already.")
    effect = Instant(max(version.term.start, at + one_off.notice(version, charter)))
    if effect >= version.term.end:
        return _no("TOO_LATE", "Adopted now, this version would never be in force. A new version can be proposed.")
    if vote.answers != proposal.entry:
        return _no("WRONG_ANSWER", "The vote answers another act than this proposal.")
    if vote.seat not in one_off.voters(version, charter):
        return _no("NOT_YOURS_TO_GIVE", "The charter names other seats to give a grant on such a paper.")
    if vote.seat in _seats(agreement, vote, "adopt") | _seats(agreement, vote, "reject"):
        return _no("SECOND_VOTE", "This seat has voted on this proposal.")
    seats = _seats(agreement, vote, vote.choice) | {vote.seat}
    if version.paper is not None:
        decided = one_off.decides(version, charter, vote.choice, seats)
    else:
        consents = charter.consents(version.scope.columns | version.scope.filters)
        decided = decides(charter, vote.choice, seats, consents)
    return decided and _turn(decided, version, seats, entry, at, effect if decided == "adopted" else None)


def _on_standing(agreement: Agreement, vote: Vote, charter: Charter, at: Instant, entry: int) -> Turn | Refusal | None:
    current, coming = lives(agreement, at)
    living = [life for life in (current, *coming) if life is not None and life.revoked is None and at < life.version.term.end]
    life = next((life for life in living if life.version.hash == vote.version), None)
    if life is None:
        return _no("NOT_ALIVE", "This version is neither in force nor waiting to be.")
    # A suspension holds the whole agreement, so it is voted on the version that governs now, or will first.
    if vote.choice != "revoke" and life is not living[0]:
        return _no("WRONG_VERSION", "Another version governs before this one; vote on that.")
    if vote.answers != life.answers:
        return _no("WRONG_ANSWER", "The vote answers another act than the one that set how the agreement stands now.")
    if vote.seat in _seats(agreement, vote, vote.choice):
        return _no("SECOND_VOTE", "This seat has made this choice already.")
    seats = _seats(agreement, vote, vote.choice) | {vote.seat}
    if vote.choice == "suspend":
        return _suspend(life, vote.seat, seats, charter, at, entry)
    if vote.choice == "reinstate" and life.suspended(at) is None:
        if standing(agreement, at).overdue:
            return _no("DUTY_OVERDUE", "No vote lifts this: a duty is overdue.", "It is answered again once the duty is met.")
        return _no("NOT_SUSPENDED", "The agreement isn't suspended.")
    withdrawn = (
        vote.choice == "revoke" and life.version.paper is not None and vote.seat in one_off.givers(life.version, charter)
    )
    if len(seats) < charter.needs[vote.choice] and not withdrawn:
        return None
    return _turn("revoked" if vote.choice == "revoke" else "reinstated", life.version, seats, entry, at)


def _suspend(life: Life, seat: str, seats: frozenset[str], charter: Charter, at: Instant, entry: int) -> Turn | Refusal | None:
    held = life.suspended(at)
    if held is not None:
        if held.effect is None:
            return _no("ALREADY_SUSPENDED", "The agreement is suspended already.")
        if seat in held.seats:
            return _no("SECOND_VOTE", "This seat has suspended the agreement; the others may confirm that.")
        behind = held.seats | seats
        return _turn("confirmed", life.version, behind, entry, at) if len(behind) >= charter.needs["suspend"] else None
    if len(seats) >= charter.needs["suspend"]:
        return _turn("suspended", life.version, seats, entry, at)
    if seats & charter.suspend_at_once:
        return _turn("suspended", life.version, seats, entry, at, Instant(at + charter.confirm_us))
    return None


def _seats(agreement: Agreement, vote: Vote, choice: str) -> frozenset[str]:
    """Return the seats that made the choice on the same text, answering the same act."""
    return seats_that_chose(agreement.ballots, vote, choice)


def _turn(
    kind: Decided, version: Version, seats: frozenset[str], entry: int, at: Instant, effect: Instant | None = None
) -> Turn:
    return Turn(kind=kind, version=version.hash, number=version.number, seats=seats, entry=entry, at=at, effect=effect)
