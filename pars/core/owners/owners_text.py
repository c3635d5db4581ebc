"""The owners' own texts, and the votes that put them in force: the profile, and the rule on detainers. One mechanism for all.

A text is proposed by its hash and adopted by the charter's quorum with signed votes, as an agreement's version is. It is in force
from its own start or from its adoption and the charter's notice, whichever is later, never before; until another on the same
subject begins, or its own end. Gate, verifier and every reload add acts through `apply_text` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from pars.core import canonical
from pars.core.agreements.acts import Ballot, Turn, Vote
from pars.core.owners.detainer_text import DetainerText, explain_detainers, read_detainer_text
from pars.core.owners.profile import Profile, explain_profile, read_profile
from pars.core.owners.votes import Verify, decides, refuse_seat, refuse_signature, seats_that_chose
from pars.core.terms import Instant, Refusal

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.owners.charter import Charter

SUBJECTS = ("detainers", "profile")
"""What an owners' text can be about."""
CHOICES = ("adopt", "reject")
BEFORE_ALL = Instant(0)

OwnersText: TypeAlias = Profile | DetainerText


@dataclass(frozen=True, slots=True)
class ProposeText:
    """Put a text before the owners."""

    text: OwnersText


@dataclass(frozen=True, slots=True)
class TextProposal:
    """A text as it was put before the owners."""

    text: OwnersText
    entry: int
    at: Instant


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
    ballots: tuple[Ballot, ...] = ()
    turns: tuple[Turn, ...] = ()

    def proposal(self, entry: int) -> TextProposal | None:
        """Return the proposal of that entry."""
        return next((proposal for proposal in self.proposals if proposal.entry == entry), None)

    def decided(self, proposal: TextProposal) -> Turn | None:
        """Return the vote that decided a proposal; None while it is open. Turns name a proposal by its number."""
        number = self.proposals.index(proposal) + 1
        return next((turn for turn in self.turns if turn.number == number), None)

    @property
    def open(self) -> tuple[TextProposal, ...]:
        """Return the proposals that can still be voted on, the latest last."""
        return tuple(proposal for proposal in self.proposals if self.decided(proposal) is None)

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


def subject_of(text: OwnersText) -> str:
    """Return what the text is about."""
    return "profile" if isinstance(text, Profile) else "detainers"


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
    return read_detainer_text(text) if about == "detainers" else read_profile(text)


def explain_text(text: OwnersText, language: Language, charter: Charter) -> tuple[str, ...]:
    """Return what an owners' text says, in plain sentences."""
    if isinstance(text, Profile):
        return explain_profile(text, language)
    return explain_detainers(text, language, {seat: owner.name for seat, owner in charter.owners.items()})


def title_of(text: OwnersText, language: Language) -> str:
    """Return how a text is called in a list."""
    return text.name.get(language, text.name["en"]) if isinstance(text, Profile) else text.code


def apply_text(
    texts: Texts, act: ProposeText | Vote, *, charter: Charter, at: Instant, entry: int, origin: str, verify: Verify
) -> Texts | Refusal:
    """Return the subject's texts with the act added, or why it can't be. `entry` is the id of the entry that records the act."""
    if at < texts.last:
        return _no("OUT_OF_ORDER", "The act is earlier than the one before it.")
    outcome = (
        _propose(texts, act.text, charter, at, entry)
        if isinstance(act, ProposeText)
        else _vote(texts, act, charter, at, entry, origin, verify)
    )
    return outcome if isinstance(outcome, Refusal) else replace(outcome, last=at)


def _propose(texts: Texts, text: OwnersText, charter: Charter, at: Instant, entry: int) -> Texts | Refusal:
    if subject_of(text) != texts.about:
        return _no("OTHER_SUBJECT", "The text is about something else than the entry says.", "/about")
    if any(proposal.text.hash == text.hash for proposal in texts.open):
        return _no("ALREADY_PROPOSED", "This text is before the owners already; they can vote on it.")
    standing = texts.in_force(at)
    if standing is not None and standing.text.hash == text.hash and texts.changes_after(at) is None:
        return _no("SAME_TEXT", "This is the text that is in force already.")
    if isinstance(text, DetainerText):
        if unknown := tuple(seat for seat in text.binds if seat not in charter.owners):
            return _no("OTHER_OWNERS", f"The charter has no such owner: {', '.join(unknown)}.", "/binds")
        held = [*(one.text for one in texts.adopted), *(one.text for one in texts.open)]
        others = [other for other in held if other.hash != text.hash]
        if text.code in {other.code for other in others if isinstance(other, DetainerText)}:
            return _no("CODE_TAKEN", "Another rule was adopted under this code; decisions name a rule by its code.", "/code")
    if _too_late(text, at, charter) is not None:
        return _no("TOO_LATE", "Its end leaves no time in which it could be in force.", "/end")
    return replace(texts, proposals=(*texts.proposals, TextProposal(text, entry, at)))


def _vote(texts: Texts, vote: Vote, charter: Charter, at: Instant, entry: int, origin: str, verify: Verify) -> Texts | Refusal:
    refusal = refuse_seat(vote, charter, CHOICES) or refuse_signature(vote, lock_of(texts.about), charter, origin, verify)
    if refusal is not None:
        return refusal
    proposal = texts.proposal(vote.answers)
    if proposal is None or proposal.text.hash != vote.version:
        return _no("WRONG_ANSWER", "The vote answers no proposal of this text.")
    if texts.decided(proposal) is not None:
        return _no("DECIDED", "This proposal is decided already.")
    if (late := _too_late(proposal.text, at, charter)) is not None:
        return late
    if vote.seat in seats_that_chose(texts.ballots, vote, "adopt") | seats_that_chose(texts.ballots, vote, "reject"):
        return _no("SECOND_VOTE", "This seat has voted on this proposal.")
    seats = seats_that_chose(texts.ballots, vote, vote.choice) | {vote.seat}
    ballots = (*texts.ballots, Ballot(vote, entry, at))
    decided = decides(charter, vote.choice, seats)
    if decided is None:
        return replace(texts, ballots=ballots)
    turn = Turn(
        kind=decided,
        version=proposal.text.hash,
        number=texts.proposals.index(proposal) + 1,
        seats=seats,
        entry=entry,
        at=at,
        effect=_effect(proposal.text, at, charter) if decided == "adopted" else None,
    )
    return replace(texts, ballots=ballots, turns=(*texts.turns, turn))


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
