"""Adds an act to an agreement, or refuses it. The run-time gate, the verifier and every reload go through `apply` alone.

A version comes into force only when enough distinct seats signed the same hash, each answering the same act. A vote is
refused when it is forged, replayed, on another text or another standing than the one it answers, too late, or a second one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from pars.core.agreements import one_off
from pars.core.agreements.acts import (
    Acknowledge,
    Act,
    Agreement,
    Answer,
    Ballot,
    Doubt,
    Inquire,
    MeetDuty,
    NameUser,
    Proposal,
    Propose,
    RemoveUser,
    Reply,
    Turn,
    User,
    Vote,
    Who,
    Withdraw,
    Withdrawn,
)
from pars.core.agreements.dealings import deal
from pars.core.agreements.doubts import doubted
from pars.core.agreements.standing import Standing, State, lives, standing
from pars.core.agreements.version import MUST, Version, narrows, read_version
from pars.core.agreements.voting import cast
from pars.core.owners.charter import CHOICES
from pars.core.owners.polling import refuse_withdrawal
from pars.core.owners.votes import Verify, vote_message
from pars.core.terms import Instant, Refusal
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.owners.charter import Charter

__all__ = [
    "CHOICES", "Act", "Agreement", "Ballot", "MeetDuty", "NameUser", "Proposal", "Propose", "RemoveUser", "Reply", "Standing", "State", "Turn", "User", "Verify",
    "Version", "Vote", "apply", "conflicts", "narrows", "read_version", "standing", "vote_message",
]  # fmt: skip


def apply(
    agreement: Agreement | None, act: Act, *, by: Who, charter: Charter, at: Instant, entry: int, origin: str, verify: Verify
) -> Agreement | Refusal:
    """Return the agreement with the act added, or why it can't be. `entry` is the id of the entry that records the act.

    Whether `by` may do it at all is the grant's to say, and is asked before.
    """
    if agreement is None:
        if not isinstance(act, Propose):
            return _no("NO_AGREEMENT", "There is no such agreement.")
        agreement = Agreement(id=act.version.agreement, agency=act.version.agency.id, last=at)
    if isinstance(act, Doubt):
        return doubted(agreement, act, charter, at, entry)
    if at < agreement.last:
        return _no("OUT_OF_ORDER", "The act is earlier than the one before it.")
    outcome: Agreement | Refusal
    match act:
        case Propose(version):
            outcome = _propose(agreement, Proposal(version, entry, at, by), charter)
        case Withdraw(hashed):
            outcome = _withdraw(agreement, hashed, by, at, entry)
        case Vote():
            outcome = cast(agreement, Ballot(act, entry, at, by, matter=act.answers), charter, origin, verify)
        case NameUser():
            outcome = _name(agreement, act, at, entry)
        case RemoveUser(person):
            outcome = _remove(agreement, person, at)
        case MeetDuty() | Acknowledge() | Inquire() | Answer():
            outcome = deal(agreement, act, by, at, entry)
        case Reply():
            outcome = replace(agreement, replies=(*agreement.replies, (act, entry, at)))
        case _:
            assert_never(act)
    return outcome if isinstance(outcome, Refusal) else replace(outcome, last=at)


def conflicts(proposed: Version, others: Iterable[Agreement], at: Instant) -> Refusal | None:
    """Return the refusal of a version that could be in force beside another agreement's, for one agency and one purpose, or on one paper.

    What is suspended counts, since it may be reinstated; so does an open proposal, since it may be adopted; and a version
    that another will supersede counts until that has happened.
    """
    codes = {purpose.code for purpose in proposed.purposes}
    for other in others:
        if other.agency != proposed.agency.id or other.id == proposed.agreement:
            continue
        if (refusal := one_off.refuse_again(other, proposed, at)) is not None:
            return refusal
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


def _propose(agreement: Agreement, proposal: Proposal, charter: Charter) -> Agreement | Refusal:
    version, at = proposal.version, proposal.at
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
    if version.closes <= at:
        return _no(
            "TOO_LATE", f"Its vote closes {when(version.closes, version.place)}, which has passed.", names=("/vote/closes",)
        )
    return replace(agreement, proposals=(*agreement.proposals, proposal))


def _withdraw(agreement: Agreement, hashed: str, by: Who, at: Instant, entry: int) -> Agreement | Refusal:
    proposal = agreement.proposal(hashed)
    if proposal is None:
        return _no("UNKNOWN_VERSION", "This agreement has no version with that hash.")
    refusal = refuse_withdrawal(proposal, agreement.fate(proposal, at), by)
    if refusal is not None:
        return refusal
    return replace(agreement, withdrawn=(*agreement.withdrawn, Withdrawn(hashed, proposal.number, entry, at)))


def _name(agreement: Agreement, act: NameUser, at: Instant, entry: int) -> Agreement | Refusal:
    stands = standing(agreement, at)
    if (
        stands.state in {"REVOKED", "ENDED", "REJECTED", "WITHDRAWN", "UNDECIDED"}
        and stands.next is None
        and not agreement.open(at)
    ):
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
