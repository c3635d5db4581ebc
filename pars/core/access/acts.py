"""What can be done about an agreement, and what was done about one: acts as they come, and as they were recorded.

Values only. `agreement.py` says which act an agreement takes, `standing.py` how it stands after those that it took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pars.core.access.version import Version
    from pars.core.terms import Instant

# ---------------------------------------------------------------- acts


@dataclass(frozen=True, slots=True)
class Propose:
    """Put a version before the owners."""

    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One seat's signed choice on one text. `answers` is the entry of the act that set what is being answered: the
    proposal, or the act after which the agreement stands as it does; so a signature is good once.
    """

    choice: str
    seat: str
    version: str
    answers: int
    signature: bytes


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


Act: TypeAlias = Propose | Vote | Reply | NameUser | RemoveUser | MeetDuty

# ---------------------------------------------------------------- what the acts made


@dataclass(frozen=True, slots=True)
class Proposal:
    """A version as it was put before the owners."""

    version: Version
    entry: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as it was recorded."""

    vote: Vote
    entry: int
    at: Instant


Decided: TypeAlias = Literal["adopted", "rejected", "suspended", "confirmed", "reinstated", "revoked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A vote that decided something. `seats` carried it; `number` is the version's.

    `effect` is when an adopted version comes into force; for a suspension, when it lapses unless it is confirmed.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All that was done about one agreement with one agency, in order. `last` is the time of the latest act."""

    id: str
    agency: str
    last: Instant
    proposals: tuple[Proposal, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    turns: tuple[Turn, ...] = ()
    users: tuple[User, ...] = ()
    replies: tuple[tuple[Reply, int, Instant], ...] = ()
    met: tuple[Met, ...] = ()

    @property
    def began(self) -> Instant:
        """When it was first proposed."""
        return self.proposals[0].at

    def open(self, at: Instant) -> tuple[Proposal, ...]:
        """Return the proposals that can still be voted on at `at`, the latest last."""
        decided = {turn.version for turn in self.turns if turn.kind in {"adopted", "rejected"} and turn.at <= at}
        return tuple(
            proposal
            for proposal in self.proposals
            if proposal.at <= at < proposal.version.term.end and proposal.version.hash not in decided
        )

    def proposal(self, version: str) -> Proposal | None:
        """Return the proposal of the version with that hash."""
        return next((proposal for proposal in self.proposals if proposal.version.hash == version), None)

    def user(self, person: str, at: Instant) -> User | None:
        """Return the person as named at `at`, or None where the person isn't."""
        return next((user for user in self.users if user.person == person and user.named(at)), None)
