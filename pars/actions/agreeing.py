"""What the owners and the agencies do about agreements: propose, vote, name who may ask, report on use, publish.

Whatever may narrow an agreement locks its authority wholly, so that it comes before or after each disclosure and never beside
one; it is acknowledged only once nothing admitted before it can still leave.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import NO_AGREEMENT, Dealt, on_agreement, refused_act, refused_seat
from pars.core.access.use_text import report_text
from pars.core.agreements.acts import NOBODY, Withdraw
from pars.core.agreements.agreement import (
    NameUser,
    Propose,
    RemoveUser,
    Vote,
    conflicts,
    read_version,
    standing,
)
from pars.core.ledger import dealing_drafts, drafts
from pars.core.ledger.fold_authority import ABOUT
from pars.core.letters import printable
from pars.core.owners.ballot_paper import BallotPaper
from pars.core.owners.keyring import seat_use
from pars.core.owners.owners_text import lock_of
from pars.core.owners.polling import answers_for, counted
from pars.core.terms import Refusal
from pars.store import governance, ledger, usage, vault
from pars.store.keyring import load_keys
from pars.store.ledger import Done, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.agreements.agreement import Agreement, Ballot, Standing
    from pars.core.ledger.entries import By, Draft
    from pars.core.owners.owners_text import TextProposal, Texts
    from pars.core.terms import Instant
    from pars.store.ledger import Acting
    from pars.store.replays import Once

ALREADY_BOUND = Refusal(code="ALREADY_BOUND", says="This system is bound to the agreement already.", names=("client",))
ALREADY_NOTED = Refusal(code="ALREADY_NOTED", says="This end has been noted.")
NOT_OVER = Refusal(code="NOT_OVER", says="A use report is of a time that is over and not empty.", names=("start", "end"))
NOT_THE_RECORD = Refusal(
    code="NOT_THE_RECORD",
    says="The ledger gives another record of use for this time.",
    remedy="Make the report again, and put that one before the owners.",
    names=("text",),
)
OTHER_REASON = Refusal(
    code="OTHER_REASON",
    says="The vote signs another reason than the words that came with it.",
    remedy="Sign the sha256 of the reason's words, or send none.",
    names=("reason",),
)
MOST_REASON = 500
REASON_FORM = Refusal(
    code="REASON_FORM", says=f"A reason is a line of 1 to {MOST_REASON} printable characters.", names=("reason",)
)
NO_PROOF = Refusal(
    code="NO_PROOF",
    says="A notice is of a result, or that it won't be renewed: then with the sha256 of what proves the service.",
    remedy="Send the sha256 of the receipt, the signature or the message's headers.",
    names=("about", "proof"),
)
NO_VOTE = Refusal(code="NO_SUCH_VOTE", says="Your seat has no vote here that could be withdrawn.")
NARROWING = frozenset({"adopt", "suspend", "revoke"})
"""What a vote can narrow: to adopt may end the version before at once."""
NO_SEAT = Refusal(
    code="NO_SEAT_HERE",
    says="You hold no owner's seat.",
    remedy="A grant of a role that votes for an owner gives you one: `pars user roles`.",
)
KEY_ELSEWHERE = Refusal(
    code="KEY_ELSEWHERE",
    says="This home doesn't keep the key of your seat that is in force.",
    remedy="Owners who hold their key themselves vote with `--key FILE` at the terminal; on an agreement they sign a paper, too: `--paper`, `pars keys sign`, `--signed`.",
)
KEY_REVOKED = Refusal(
    code="SEAT_WITHOUT_KEY",
    says="The key of your seat was revoked, and it has no other.",
    remedy="The other owners give it one: docs/how-to/change-a-key.md.",
)


@ledger.retried
def propose(*, text: bytes, by: By, once: Once | None = None) -> Done | Refused:
    """Put a version, given as its canonical text, before the owners."""
    version = read_version(text)
    if isinstance(version, Refusal):
        return ledger.refuse(version, by=by, act="agreement:propose")
    authority = f"agreement:{version.agreement}"
    with ledger.acting(by, exclusive=[authority, "agreements"], once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "agreement:propose") or conflicts(
            version, governance.load_agreements(), acting.at
        )
        if outcome is None:
            governance.save_text(text)
            known = governance.load_agreement(version.agreement)
            applied = governance.applied(known, Propose(version), acting.entry, acting.at, governance.who(by, acting.grant))
            outcome = (
                applied
                if isinstance(applied, Refusal)
                else drafts.agreement_proposed(agreement=version.agreement, agency=version.agency.id, version=version.hash)
            )
        return ledger.append(outcome, by=by, act="agreement:propose")


def objection(text: bytes) -> Refusal | None:
    """Return why this text couldn't be proposed now, by the same rules as `propose`, which is the act; None where it could."""
    version = read_version(text)
    if isinstance(version, Refusal):
        return version
    with ledger.reading() as at:
        refusal = conflicts(version, governance.load_agreements(), at)
        if refusal is not None:
            return refusal
        known = governance.load_agreement(version.agreement)
        applied = governance.applied(known, Propose(version), 0, at, NOBODY)
    return applied if isinstance(applied, Refusal) else None


def vote(*, agreement: str, ballot: Vote, by: By, reason: str | None = None, once: Once | None = None) -> Done | Refused:
    """Record a seat's signed choice. The person's grant must be of the owner whose seat it is; `reason` are the words that `why` signs."""

    def rule(_: Agreement, acting: Acting) -> Dealt | Refusal:
        refusal = refused_seat(acting, ballot.seat)
        if refusal is not None:
            return refusal
        words = None if reason is None else reason.encode()
        if ballot.why != (None if words is None else sha256(words).hexdigest()):
            return OTHER_REASON
        if words is not None and not (reason and len(reason) <= MOST_REASON and printable(reason)):
            return REASON_FORM
        return Dealt(
            ballot,
            lambda: drafts.agreement_voted(
                agreement=agreement,
                version=ballot.version,
                choice=ballot.choice,
                seat=ballot.seat,
                answers=ballot.answers,
                signature=ballot.signature,
                why=ballot.why,
            ),
            words,
        )

    done = on_agreement("agreement:vote", agreement=agreement, by=by, rule=rule, once=once)
    if ballot.choice in NARROWING and not isinstance(done, Refused):
        ledger.drain(done)
    return done


def withdraw(*, agreement: str, version: str, by: By, once: Once | None = None) -> Done | Refused:
    """Take a proposal back while it is open; for the owner whose people made it."""

    def rule(_: Agreement, __: Acting) -> Dealt:
        return Dealt(Withdraw(version), lambda: dealing_drafts.proposal_withdrawn(agreement=agreement, version=version))

    return on_agreement("agreement:propose", agreement=agreement, by=by, rule=rule, once=once)


def sign_with_home_key(
    *, agreement: str, choice: str, version: str, answers: int, by: By, key: Path | None = None, reason: str | None = None
) -> Vote | Refusal:
    """Sign a choice for the seat of the person's grant, with the key that this home keeps or that of the file `key`.

    On a screen the password was given again before.
    """
    found = _paper(subject=agreement, choice=choice, version=version, answers=answers, by=by, reason=reason)
    return found if isinstance(found, Refusal) else sign(found, key)


def sign(paper: BallotPaper, key: Path | None = None) -> Vote | Refusal:
    """Return the vote of a paper, signed with the key of a file, or with the seat's in force where this home keeps it."""
    try:
        if key is not None:
            return paper.vote(vault.signing_key(key).sign(paper.message))
        with ledger.reading():
            now = load_keys(governance.must_be_open()).now(seat_use(paper.seat))
        if now is None:
            return KEY_REVOKED
        held = vault.signing_key_of(bytes.fromhex(now.key), vault.folder() / "seats", paper.seat)
    except vault.KeyLost:
        return KEY_ELSEWHERE
    return paper.vote(held.sign(paper.message))


def _paper(
    *, subject: str, choice: str, version: str, answers: int, by: By, reason: str | None = None
) -> BallotPaper | Refusal:
    with ledger.reading():
        seat, opening = _seat(by), governance.load_opening()
    if seat is None or opening is None:
        return NO_SEAT
    return BallotPaper(
        origin=opening.origin, subject=subject, version=version, choice=choice, seat=seat, answers=answers, reason=reason
    )


def _seat(by: By) -> str | None:
    """Return the owner's seat of the grant in hand; None where it is none's that votes."""
    grant, opening = governance.own_grant(by), governance.load_opening()
    if grant is None or opening is None or grant.role.acts.isdisjoint({"agreement:vote", "text:vote"}):
        return None
    return grant.role.owner if grant.role.owner in opening.charter.owners else None


def paper_for(
    agreement: Agreement, stands: Standing, *, choice: str, version: str | None, by: By, reason: str | None = None
) -> BallotPaper | Refusal:
    """Return the paper of a choice on an agreement as it stands, for the seat's key to sign.

    To adopt or reject answers the newest proposal, or that of `version`; to withdraw the seat's newest vote that counts; anything else
    what set the standing.
    """
    with ledger.reading():
        seat = _seat(by)
    if seat is None:
        return NO_SEAT
    if choice in {"adopt", "reject"}:
        proposal = agreement.proposals[-1] if version is None else agreement.proposal(version)
        if proposal is None:
            return NO_AGREEMENT
        meant, answers = proposal.version.hash, answers_for(agreement.ballots, seat, proposal.entry)
    elif choice == "withdraw":
        back = newest_of(agreement, seat, version)
        if back is None:
            return NO_VOTE
        meant, answers = back.vote.version, back.entry
    else:
        meant, answers = version or stands.version.hash, answers_for(agreement.ballots, seat, stands.answers)
    return _paper(subject=agreement.id, choice=choice, version=meant, answers=answers, by=by, reason=reason)


def ballot_on_text(texts: Texts, proposal: TextProposal, *, choice: str, by: By, key: Path | None = None) -> Vote | Refusal:
    """Sign a choice on a proposed text of the owners' own: with the seat's own key from a file, or with the one that this home keeps."""
    with ledger.reading():
        seat = _seat(by)
    if seat is None:
        return NO_SEAT
    answers = answers_for(texts.ballots, seat, proposal.entry)
    if choice == "withdraw":
        mine = [one.entry for one in counted(texts.ballots, proposal.entry) if one.vote.seat == seat]
        if not mine:
            return NO_VOTE
        answers = mine[0]
    return sign_with_home_key(
        agreement=lock_of(texts.about), choice=choice, version=proposal.text.hash, answers=answers, by=by, key=key
    )


def newest_of(agreement: Agreement, seat: str, version: str | None = None) -> Ballot | None:
    """Return the seat's newest vote that wasn't withdrawn, on one version if it is named; None where there is none."""
    for ballot in reversed(agreement.ballots):
        mine = ballot.vote.seat == seat and version in (None, ballot.vote.version)
        if mine and ballot in counted(agreement.ballots, ballot.matter):
            return ballot
    return None


def name_user(
    *,
    agreement: str,
    person: str,
    holds: tuple[str, ...] = (),
    end: Instant | None = None,
    by: By,
    once: Once | None = None,
) -> Done | Refused:
    """Let a person of the agency ask under the agreement."""

    def rule(_: Agreement, __: Acting) -> Dealt:
        return Dealt(
            NameUser(person, end, holds), lambda: drafts.user_named(agreement=agreement, person=person, end=end, holds=holds)
        )

    return on_agreement("user:name", agreement=agreement, by=by, rule=rule, once=once)


def remove_user(*, agreement: str, person: str, by: By, once: Once | None = None) -> Done | Refused:
    """Let a named person ask no longer, from this instant on."""

    def rule(_: Agreement, __: Acting) -> Dealt:
        return Dealt(RemoveUser(person), lambda: drafts.user_removed(agreement=agreement, person=person))

    done = on_agreement("user:name", agreement=agreement, by=by, rule=rule, once=once)
    if not isinstance(done, Refused):
        ledger.drain(done)
    return done


@ledger.retried
def bind_client(*, agreement: str, client: str, by: By, once: Once | None = None) -> Done | Refused:
    """Let an agency's system ask under the agreement, on behalf of the people named under it."""
    with ledger.acting(by, exclusive=[f"agreement:{agreement}"], once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "client:bind")
        if outcome is None:
            found = governance.load_agreement(agreement)
            if found is None:
                outcome = NO_AGREEMENT
            elif client in governance.clients_of(agreement):
                outcome = ALREADY_BOUND
            else:
                outcome = drafts.client_bound(client=client, agency=found.agency, agreement=agreement)
        return ledger.append(outcome, by=by, act="client:bind")


@ledger.retried
def put_report(
    *, agreement: str, start: Instant, end: Instant, text: bytes, by: By, once: Once | None = None
) -> Done | Refused:
    """Put the record of use of [start, end), as its canonical text, before the owners and the agency.

    It is made again here: nobody puts another one before them than the ledger gives.
    """
    usage.settle(agreement)
    with ledger.acting(by, once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "report:make")
        if outcome is None and governance.load_agreement(agreement) is None:
            outcome = NO_AGREEMENT
        if outcome is None and not start < end <= acting.at:
            outcome = NOT_OVER
        if outcome is None and ((made := usage.load_use(agreement, start, end)) is None or report_text(made) != text):
            outcome = NOT_THE_RECORD
        if outcome is None:
            report = governance.save_text(text)
            outcome = drafts.use_report_made(agreement=agreement, start=start, end=end, report=report)
        return ledger.append(outcome, by=by, act="report:make")


@ledger.retried
def serve_notice(
    *,
    agreement: str,
    version: str,
    text: bytes,
    channel: str,
    about: str = "result",
    proof: str | None = None,
    by: By,
    once: Once | None = None,
) -> Done | Refused:
    """Post the public notice of a result, or record that notice was served that it won't be renewed; `proof` is the sha256 of what proves that."""
    with ledger.acting(by, once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "notice:serve")
        if outcome is None:
            found = governance.load_agreement(agreement)
            if found is None or found.proposal(version) is None:
                outcome = NO_AGREEMENT
            elif about not in ABOUT or (about == "nonrenewal" and proof is None):
                outcome = NO_PROOF
            else:
                notice = governance.save_text(text)
                outcome = drafts.notice_served(
                    agreement=agreement,
                    version=version,
                    notice=notice,
                    channel=channel,
                    about=None if about == "result" else about,
                    proof=proof,
                )
        return ledger.append(outcome, by=by, act="notice:serve")


def note_ends(*, by: By) -> list[Done | Refused]:
    """Write one note for each version whose end has passed and wasn't noted yet. The end itself needs no act."""
    with ledger.reading() as at:
        noted = governance.noted_ends()
        due = [
            (agreement.id, stands.version.hash, stands.version.term.end)
            for agreement in governance.load_agreements()
            if (stands := standing(agreement, at)).state == "ENDED" and (agreement.id, stands.version.hash) not in noted
        ]
    return [_note_end(agreement, version, ended, by) for agreement, version, ended in due]


@ledger.retried
def _note_end(agreement: str, version: str, ended: Instant, by: By) -> Done | Refused:
    # One at a time, so that of two workers the second finds the first one's note.
    with ledger.acting(by, exclusive=["ends"]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "end:note")
        if outcome is None:
            noted = (agreement, version) in governance.noted_ends()
            outcome = ALREADY_NOTED if noted else drafts.agreement_end_noted(agreement=agreement, version=version, ended=ended)
        return ledger.append(outcome, by=by, act="end:note")
