"""What can be done about an agreement, and what was done about one: acts as they come, and as they were recorded.

Values only. `agreement.py` says which act an agreement takes, `standing.py` how it stands after those that it took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.owners import polling

if TYPE_CHECKING:
    from pars.core.access.emergency import Emergency
    from pars.core.access.purges import Purge
    from pars.core.agreements.version import Version
    from pars.core.owners.polling import Fate
    from pars.core.terms import Instant

# ---------------------------------------------------------------- acts


@dataclass(frozen=True, slots=True)
class Who:
    """Who did an act: a person by pseudonym, under one authority. `owner` is whose people hold the role; empty for an agency's person."""

    person: str
    authority: str
    owner: str = ""


NOBODY = Who("", "")
"""Who stands behind an act that is only thought of: a trial, a draft."""


@dataclass(frozen=True, slots=True)
class Propose:
    """Put a version before the owners."""

    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One seat's signed choice on one text. `answers` is the entry of the act that set what is being answered: the
    proposal, or the act after which the agreement stands as it does; so a signature is good once. To withdraw answers the vote
    that is withdrawn. `why` is the sha256 of the seat's reason, where it gave one.
    """

    choice: str
    seat: str
    version: str
    answers: int
    signature: bytes
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take a proposal back: what the owner who made it may do while it is open."""

    version: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The agency's reply to the use report of entry `report`: the hash of its text."""

    report: int
    text: str


@dataclass(frozen=True, slots=True)
class NameUser:
    """Let a person of the agency ask, until `end` if there is one. `holds` is what has been seen that the person holds."""

    person: str
    end: Instant | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveUser:
    """Let a named person ask no longer."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetDuty:
    """What a duty of the version that governs asked for by `due` was done. `shown` is the sha256 of what shows it."""

    version: str
    duty: str
    due: Instant
    shown: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A named person acknowledges what a version says."""

    person: str
    version: str


@dataclass(frozen=True, slots=True)
class Inquire:
    """An owner asks the agency something, to be answered by `due`: the sha256 of the words."""

    words: str
    due: Instant


@dataclass(frozen=True, slots=True)
class Answer:
    """The agency's answer to the inquiry of that entry: the sha256 of the words."""

    inquiry: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A seat's key was revoked: what it signed in the entries [since, until) is in doubt."""

    seat: str
    since: int
    until: int


Act: TypeAlias = (
    Propose | Withdraw | Vote | Reply | NameUser | RemoveUser | MeetDuty | Acknowledge | Inquire | Answer | Doubt
)  # fmt: skip

# ---------------------------------------------------------------- what the acts made


@dataclass(frozen=True, slots=True)
class Proposal:
    """A version as it was put before the owners, and by whom."""

    version: Version
    entry: int
    at: Instant
    by: Who

    @property
    def number(self) -> int:
        """The version's number."""
        return self.version.number

    @property
    def closes(self) -> Instant:
        """The instant from which on no vote on it counts."""
        return self.version.closes


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A proposal that was taken back, as it was recorded: by the text's hash and the proposal's number."""

    version: str
    number: int
    entry: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as it was recorded: who cast it for the seat, and the act that it is about (`matter`, an entry).

    `doubted` is the entry by which the key that signed it was revoked, where that leaves this vote in doubt.
    """

    vote: Vote
    entry: int
    at: Instant
    by: Who
    matter: int
    doubted: int | None = None


Decided: TypeAlias = Literal["adopted", "rejected", "suspended", "confirmed", "reinstated", "revoked", "doubted", "cleared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A vote that decided something. `seats` carried it; `number` is the version's.

    A version is `doubted` by no vote but by a key's revocation, and `cleared` by votes on it with keys that are good. `effect` is when an adopted version comes into force; for a suspension, when it lapses unless it is confirmed.
    """

    kind: Decided
    version: str
    number: int
    seats: frozenset[str]
    entry: int
    at: Instant
    effect: Instant | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person who may ask during [start, end)."""

    person: str
    entry: int
    start: Instant
    end: Instant | None
    holds: tuple[str, ...]

    def named(self, at: Instant) -> bool:
        """Return whether the person may ask at `at`."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Met:
    """A duty that was met, as it was recorded."""

    act: MeetDuty
    entry: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An acknowledgement, as it was recorded."""

    person: str
    version: str
    entry: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Answered:
    """The agency's answer to an inquiry, as it was recorded."""

    words: str
    entry: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an owner asked the agency, with the answer once there is one. No answer by `due` is silence, and told as that."""

    words: str
    due: Instant
    entry: int
    at: Instant
    by: Who
    answer: Answered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All that was done about one agreement with one agency, in order. `last` is the time of the latest act.

    `emergencies` are the answers under it that the owners review afterwards, by their entries; each is an answer, and no act. `purges` are
    the records that a court ordered away and the agency was told to destroy its copies of.
    """

    id: str
    agency: str
    last: Instant
    proposals: tuple[Proposal, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    turns: tuple[Turn, ...] = ()
    users: tuple[User, ...] = ()
    replies: tuple[tuple[Reply, int, Instant], ...] = ()
    met: tuple[Met, ...] = ()
    acknowledged: tuple[Acknowledged, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    purges: tuple[Purge, ...] = ()

    @property
    def began(self) -> Instant:
        """When it was first proposed."""
        return self.proposals[0].at

    def open(self, at: Instant) -> tuple[Proposal, ...]:
        """Return the proposals that can still be voted on at `at`, the latest last."""
        return tuple(proposal for proposal in self.proposals if proposal.at <= at and self.fate(proposal, at) == "open")

    def fate(self, proposal: Proposal, at: Instant) -> Fate:
        """Return what had become of a proposal at `at`: what wasn't decided when its vote closed ends without decision."""
        return polling.fate(proposal, self.turns, self.withdrawn, at)

    def proposal(self, version: str) -> Proposal | None:
        """Return the proposal of the version with that hash."""
        return next((proposal for proposal in self.proposals if proposal.version.hash == version), None)

    def user(self, person: str, at: Instant) -> User | None:
        """Return the person as named at `at`, or None where the person isn't."""
        return next((user for user in self.users if user.person == person and user.named(at)), None)

    def acknowledges(self, user: User, version: str, at: Instant) -> bool:
        """Return whether a named person had acknowledged the version at `at`, since they were named."""
        return any(
            (act.person, act.version) == (user.person, version) and user.start <= act.at <= at for act in self.acknowledged
        )
