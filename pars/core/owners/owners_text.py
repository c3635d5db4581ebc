"""The owners' own texts, and the votes that put them in force: the profile, the rule on detainers, the witnesses. One mechanism for all.

A text is proposed by its hash and adopted by the charter's quorum with signed votes, as an agreement's version is: until its vote closes,
unless it is taken back, by the same rules (`polling`). It is in force
from its own start or from its adoption and the charter's notice, whichever is later, never before; until another on the same
subject begins, or its own end. Gate, verifier and every reload add acts through `apply_text` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from pars.core import canonical
from pars.core.agreements.acts import Ballot, Doubt, Turn, Vote, Who, Withdraw, Withdrawn
from pars.core.owners import polling
from pars.core.owners.detainer_text import DetainerText, explain_detainers, read_detainer_text
from pars.core.owners.polling import (
    Fate,
    answers_for,
    counted,
    in_doubt,
    refuse_over,
    refuse_vote,
    refuse_withdrawal,
    seats_for,
    vote_taken_back,
)
from pars.core.owners.profile import Profile, explain_profile, read_profile
from pars.core.owners.successor_text import SuccessorText, explain_successor, read_successor_text
from pars.core.owners.votes import Verify, decides, refuse_seat, refuse_signature
from pars.core.owners.witness_text import WitnessText, explain_witnesses, read_witness_text, witnesses_title
from pars.core.terms import Instant, Refusal, moment
from pars.core.wording import day_said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.owners.charter import Charter

SUBJECTS = ("detainers", "profile", "successor", "witnesses")
"""What an owners' text can be about."""
GOVERNING = ("detainers", "profile")
"""The subjects by whose texts acts go: each act shares their locks. No act goes by who watches the ledger."""
CHOICES = ("adopt", "reject", "withdraw")
BEFORE_ALL = Instant(0)

OwnersText: TypeAlias = Profile | DetainerText | SuccessorText | WitnessText


@dataclass(frozen=True, slots=True)
class ProposeText:
    """Put a text before the owners."""

    text: OwnersText


TextAct: TypeAlias = ProposeText | Withdraw | Vote | Doubt


@dataclass(frozen=True, slots=True)
class TextProposal:
    """A text as it was put before the owners, by whom, and its number among the proposals on its subject."""

    text: OwnersText
    number: int
    entry: int
    at: Instant
    by: Who

    @property
    def closes(self) -> Instant | None:
        """The instant from which on no vote on it counts; None: time alone never closes it."""
        return self.text.closes if self.text.closes is not None else _end(self.text)


@dataclass(frozen=True, slots=True)
class InForce:
    """A text that was adopted, and the time [start, end) in which it is in force; `end` None means until another begins."""

    text: OwnersText
    start: Instant
    end: Instant | None
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """All that was done about one subject, in order. `last` is the time of the latest act."""

    about: str
    last: Instant = BEFORE_ALL
    proposals: tuple[TextProposal, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    turns: tuple[Turn, ...] = ()

    def proposal(self, entry: int) -> TextProposal | None:
        """Return the proposal of that entry."""
        return next((proposal for proposal in self.proposals if proposal.entry == entry), None)

    def fate(self, proposal: TextProposal, at: Instant) -> Fate:
        """Return what had become of a proposal at `at`."""
        return polling.fate(proposal, self.turns, self.withdrawn, at)

    def became(self, fate: Fate, at: Instant) -> tuple[TextProposal, ...]:
        """Return the proposals of which that had become at `at`, the latest last."""
        return tuple(proposal for proposal in self.proposals if proposal.at <= at and self.fate(proposal, at) == fate)

    def open(self, at: Instant) -> tuple[TextProposal, ...]:
        """Return the proposals that can still be voted on at `at`, the latest last."""
        return self.became("open", at)

    @property
    def adopted(self) -> tuple[InForce, ...]:
        """Return what was adopted, in the order in which it begins; of two that begin together the later adopted is the later."""
        found = [
            InForce(self.proposals[turn.number - 1].text, turn.effect, _end(self.proposals[turn.number - 1].text), turn.entry)
            for turn in self.turns
            if turn.effect is not None
        ]
        return tuple(sorted(found, key=lambda one: (one.start, one.entry)))

    def in_force(self, at: Instant) -> InForce | None:
        """Return what is in force at `at`: the last to begin of those that have begun and not ended. None: nothing adopted is."""
        return next((one for one in reversed(self.adopted) if one.start <= at and (one.end is None or at < one.end)), None)

    def changes_after(self, at: Instant) -> Instant | None:
        """Return the first instant after `at` at which time alone puts something in force or ends it."""
        instants = [when for one in self.adopted for when in (one.start, one.end) if when is not None and when > at]
        return min(instants, default=None)


def witness_keys(texts: Texts | None) -> frozenset[str]:
    """Return the keys of every witness that a text named which was ever put before the owners."""
    found = () if texts is None else (one.text for one in texts.proposals)
    return frozenset(named.key.hex() for text in found if isinstance(text, WitnessText) for named in text.witnesses)


def subject_of(text: OwnersText) -> str:
    """Return what the text is about."""
    match text:
        case Profile():
            return "profile"
        case DetainerText():
            return "detainers"
        case SuccessorText():
            return "successor"
        case _:
            return "witnesses"


def lock_of(about: str) -> str:
    """Return the authority that acts on a subject's texts take wholly, and that what goes by them shares; votes name it too."""
    return f"text:{about}"


def read_owners_text(text: bytes) -> OwnersText | Refusal:
    """Return the owners' text whose canonical form this is, or what is wrong and where. Its field `about` says what it is."""
    try:
        value: Any = canonical.read(text)
    except ValueError:
        value = None
    about = value.get("about") if isinstance(value, dict) else None
    if isinstance(value, dict) and about not in SUBJECTS:
        return _no("UNKNOWN_SUBJECT", "/about: this isn't what an owners' text can be about.", "/about", ", ".join(SUBJECTS))
    readers = {"detainers": read_detainer_text, "successor": read_successor_text, "witnesses": read_witness_text}
    return readers.get(str(about), read_profile)(text)


_CLOSES: Mapping[Language, tuple[str, str]] = {
    "en": (
        "The vote on it closes on {} at {} UTC. What isn't decided by then ends without a decision.",
        "A vote on it has no day on which it closes: it ends when it is decided, or when whoever proposed it takes it back.",
    ),
    "es": (
        "La votación se cierra el {} a las {} UTC. Lo que no se haya decidido hasta entonces termina sin decisión.",
        "Una votación sobre él no tiene fecha de cierre: termina cuando se decide, o cuando quien lo propuso lo retira.",
    ),
}


def explain_text(text: OwnersText, language: Language, charter: Charter) -> tuple[str, ...]:
    """Return what an owners' text says, in plain sentences."""
    closes, stays_open = _CLOSES[language]
    until = text.closes if text.closes is not None else _end(text)
    return (*_sentences(text, language, charter), stays_open if until is None else closes.format(*_told(until, language)))


def _sentences(text: OwnersText, language: Language, charter: Charter) -> tuple[str, ...]:
    names = {seat: owner.name for seat, owner in charter.owners.items()}
    match text:
        case Profile():
            return explain_profile(text, language)
        case DetainerText():
            return explain_detainers(text, language, names)
        case SuccessorText():
            return explain_successor(text, language)
        case _:
            return explain_witnesses(text, language, names)


def _told(at: Instant, language: Language) -> tuple[str, str]:
    local = moment(at)
    return day_said(local.date(), language), local.strftime("%H:%M:%S")


def title_of(text: OwnersText, language: Language) -> str:
    """Return how a text is called in a list."""
    match text:
        case Profile():
            return text.name.get(language, text.name["en"])
        case DetainerText():
            return text.code
        case SuccessorText():
            return text.origin
        case _:
            return witnesses_title(text, language)


def apply_text(
    texts: Texts, act: TextAct, *, by: Who, charter: Charter, at: Instant, entry: int, origin: str, verify: Verify
) -> Texts | Refusal:
    """Return the subject's texts with the act added, or why it can't be. `entry` is the id of the entry that records the act."""
    if isinstance(act, Doubt):
        return texts_in_doubt(texts, act, at, entry)
    if at < texts.last:
        return _no("OUT_OF_ORDER", "The act is earlier than the one before it.")
    outcome: Texts | Refusal
    match act:
        case ProposeText(text):
            outcome = _propose(texts, TextProposal(text, len(texts.proposals) + 1, entry, at, by), charter, origin)
        case Withdraw(hashed):
            outcome = _withdraw(texts, hashed, by, at, entry)
        case Vote():
            outcome = _vote(texts, Ballot(act, entry, at, by, matter=act.answers), charter, origin, verify)
        case _:
            assert_never(act)
    return outcome if isinstance(outcome, Refusal) else replace(outcome, last=at)


def texts_in_doubt(texts: Texts, doubt: Doubt, at: Instant, entry: int) -> Texts:
    """Return the texts with the votes marked that a key's revocation leaves in doubt; the same ones where none is.

    What is in force stays: people are booked and released by it. The owners adopt another in its place.
    """
    ballots = in_doubt(texts.ballots, doubt, entry)
    return texts if ballots == texts.ballots else replace(texts, ballots=ballots, last=max(texts.last, at))


def _propose(texts: Texts, proposal: TextProposal, charter: Charter, origin: str) -> Texts | Refusal:
    text, at = proposal.text, proposal.at
    if subject_of(text) != texts.about:
        return _no("OTHER_SUBJECT", "The text is about something else than the entry says.", "/about")
    if any(other.text.hash == text.hash for other in texts.open(at)):
        return _no("ALREADY_PROPOSED", "This text is before the owners already; they can vote on it.")
    standing = texts.in_force(at)
    if standing is not None and standing.text.hash == text.hash and texts.changes_after(at) is None:
        return _no("SAME_TEXT", "This is the text that is in force already.")
    if isinstance(text, DetainerText):
        if unknown := tuple(seat for seat in text.binds if seat not in charter.owners):
            return _no("OTHER_OWNERS", f"The charter has no such owner: {', '.join(unknown)}.", "/binds")
        held = [*(one.text for one in texts.adopted), *(one.text for one in texts.open(at))]
        others = [other for other in held if other.hash != text.hash]
        if text.code in {other.code for other in others if isinstance(other, DetainerText)}:
            return _no("CODE_TAKEN", "Another rule was adopted under this code; decisions name a rule by its code.", "/code")
    if isinstance(text, WitnessText) and (refusal := _refuse_witnesses(text, charter)) is not None:
        return refusal
    if isinstance(text, SuccessorText) and text.origin in {
        origin,
        *(one.text.origin for one in texts.proposals if isinstance(one.text, SuccessorText)),
    }:
        return _no("NAME_TAKEN", "A log of that name is, or was proposed: a successor has a name of its own.", "/origin")
    if _too_late(text, at, charter) is not None:
        return _no("TOO_LATE", "Its end leaves no time in which it could be in force.", "/end")
    if text.closes is not None and text.closes <= at:
        return _no("TOO_LATE", "Its vote closes at an instant that has passed.", "/vote/closes")
    return replace(texts, proposals=(*texts.proposals, proposal))


def _refuse_witnesses(text: WitnessText, charter: Charter) -> Refusal | None:
    if unknown := tuple(one.seat for one in text.witnesses if one.seat is not None and one.seat not in charter.owners):
        return _no("OTHER_OWNERS", f"The charter has no such owner: {', '.join(unknown)}.", "/witnesses")
    # INVARIANT: never one key for two uses.
    if {one.key.hex() for one in text.witnesses} & {owner.key for owner in charter.owners.values()}:
        return _no("KEY_USED", "A witness has the key of a seat: each key has one use.", "/witnesses")
    return None


def _withdraw(texts: Texts, hashed: str, by: Who, at: Instant, entry: int) -> Texts | Refusal:
    """Take back the newest proposal of a text: before it is decided or its vote closed, at most one of a text is open."""
    proposal = next((one for one in reversed(texts.proposals) if one.text.hash == hashed), None)
    if proposal is None:
        return _no("UNKNOWN_TEXT", "No text with that hash was proposed on this subject.", "/text")
    refusal = refuse_withdrawal(proposal, texts.fate(proposal, at), by)
    if refusal is not None:
        return refusal
    return replace(texts, withdrawn=(*texts.withdrawn, Withdrawn(hashed, proposal.number, entry, at)))


def _vote(texts: Texts, ballot: Ballot, charter: Charter, origin: str, verify: Verify) -> Texts | Refusal:
    vote = ballot.vote
    refusal = refuse_seat(vote, charter, CHOICES) or refuse_signature(vote, lock_of(texts.about), charter, origin, verify)
    if refusal is not None:
        return refusal
    proposal = _voted_on(texts, vote)
    if isinstance(proposal, Refusal):
        return proposal
    refusal = _over(texts, proposal, ballot.at) or _too_late(proposal.text, ballot.at, charter)
    if refusal is not None:
        return refusal
    cast = replace(texts, ballots=(*texts.ballots, replace(ballot, matter=proposal.entry)))
    if vote.choice == "withdraw":
        return cast
    refusal = refuse_vote(proposal, texts.ballots, vote)
    if refusal is not None:
        return refusal
    seats = seats_for(counted(texts.ballots, proposal.entry), vote.choice) | {vote.seat}
    decided = decides(charter, vote.choice, seats)
    if decided is None:
        return cast
    turn = Turn(
        kind=decided,
        version=proposal.text.hash,
        number=proposal.number,
        seats=seats,
        entry=ballot.entry,
        at=ballot.at,
        effect=_effect(proposal.text, ballot.at, charter) if decided == "adopted" else None,
    )
    return replace(cast, turns=(*texts.turns, turn))


def _voted_on(texts: Texts, vote: Vote) -> TextProposal | Refusal:
    """Return the proposal that a vote is about: a text may be proposed again, so it is told by what the vote answers."""
    entries = [one.entry for one in texts.proposals if one.text.hash == vote.version]
    if vote.choice == "withdraw":
        back = vote_taken_back(texts.ballots, vote)
        if isinstance(back, Refusal):
            return back
        entries = [back.matter]
    else:
        entries = [entry for entry in entries if vote.answers in {entry, answers_for(texts.ballots, vote.seat, entry)}]
    proposal = texts.proposal(entries[-1]) if entries else None
    return proposal or _no("WRONG_ANSWER", "The vote answers no proposal of this text.")


def _over(texts: Texts, proposal: TextProposal, at: Instant) -> Refusal | None:
    became = texts.fate(proposal, at)
    if became == "undecided" and proposal.text.closes is None:
        return None  # at its own end, `TOO_LATE` says why
    return refuse_over(became, "at {1} UTC on {0}".format(*_told(proposal.closes or at, "en")))


def _effect(text: OwnersText, at: Instant, charter: Charter) -> Instant:
    """Return when a text adopted at `at` is in force: its own start, or after the charter's notice; never before either."""
    return Instant(max(text.start or 0, at + charter.notice_us))


def _too_late(text: OwnersText, at: Instant, charter: Charter) -> Refusal | None:
    end = _end(text)
    if end is None or _effect(text, at, charter) < end:
        return None
    return _no("TOO_LATE", "Adopted now, this text would never be in force.", "/end")


def _end(text: OwnersText) -> Instant | None:
    return text.end if isinstance(text, DetainerText) else None


def _no(code: str, says: str, name: str = "", remedy: str = "") -> Refusal:
    return Refusal(code=code, says=says, remedy=f"Known here: {remedy}." if remedy else "", names=(name,) if name else ())
