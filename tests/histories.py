"""Random histories of one agreement: proposals, votes, forgeries, replays, users, and time passing between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pars.core.agreements.acts import Act, Agreement, MeetDuty, NameUser, Propose, RemoveUser, Vote
from pars.core.agreements.standing import dues, standing
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import SEATS, History, charter, version, vote

if TYPE_CHECKING:
    from pars.core.agreements.agreement import Turn

PERSONS = ("deputy", "clerk")
OPENING = (DAY, 0, 3 * DAY, 12 * DAY)
LENGTH = (6 * DAY, DAY, 15 * DAY)
CHARTERS = (
    charter(),
    charter(notice_us=DAY // 2, suspend_at_once=["prosecutor"], confirm_us=DAY),
    charter(needs={"adopt": 3, "suspend": 2, "revoke": 1, "reinstate": 2}, suspend_at_once=[]),
    charter(consent={"next_hearing": "courts"}, needs={"adopt": 2, "suspend": 3, "revoke": 2, "reinstate": 2}),
)


@dataclass(frozen=True)
class Did:
    """One act that was accepted: when, the vote if it was one, and how the agreement stood just after."""

    at: Instant
    entry: int
    vote: Vote | None
    agreement: Agreement


@dataclass
class Told:
    """A whole history: what was accepted, in order, and how many tries were refused."""

    history: History
    did: list[Did] = field(default_factory=list)
    refused: int = 0

    def instants(self) -> list[Instant]:
        """Every instant at which something could change, and those just before and just after."""
        agreement = self.history.current()
        marks = {self.history.at, *(did.at for did in self.did)}
        for proposal in agreement.proposals:
            marks |= {proposal.version.term.start, proposal.version.term.end}
        marks |= {turn.effect for turn in agreement.turns if turn.effect is not None}
        marks |= {owed.due for at in sorted(marks) if at >= agreement.began for _, owed, _ in dues(agreement, at)}
        marks |= {user.end for user in agreement.users if user.end is not None}
        first = agreement.proposals[0].at
        return sorted({Instant(mark + step) for mark in marks for step in (-1, 0, 1) if mark + step >= first})

    def votes(self, choice: str, version: str, until: int) -> list[Did]:
        """The accepted votes of that choice on that text, up to and at an instant."""
        return [
            did for did in self.did if did.vote and (did.vote.choice, did.vote.version) == (choice, version) and did.at <= until
        ]

    def turns(self, kind: str, until: int) -> list[Turn]:
        """What votes decided, up to and at an instant."""
        return [turn for turn in self.history.current().turns if turn.kind == kind and turn.at <= until]


KINDS = ("suspend", "suspend", "suspend", "reinstate", "revoke", "adopt", "reject")
"""What a single vote chooses."""
CARRIED = ("reinstate", "adopt", "suspend", "reinstate", "revoke")
"""What all three seats choose together, in the step `carry`."""
STEPS = st.tuples(
    st.sampled_from(
        ("vote",) * 5 + ("carry",) * 3 + ("wait", "wait", "propose", "name", "remove", "stale", "forge", "replay", "meet")
    ),
    st.integers(0, 11),
    st.integers(0, 11),
    st.sampled_from((0, 1, HOUR, HOUR, HOUR, DAY)),
)


@st.composite
def histories(draw: st.DrawFn, most: int = 20) -> Told:
    """Tell a random history. Whatever is tried, only what `apply` accepts becomes part of it.

    Two of three begin with an adoption, a named person and the wait for the start, so that most steps find something to do.
    """
    told = Told(History(draw(st.sampled_from(CHARTERS))))
    _do(told, "propose", draw(st.integers(0, 3)), draw(st.integers(0, 2)), 0)
    if draw(st.integers(0, 2)):
        _do(told, "carry", 1, 0, 0)
        _do(told, "name", 0, 0, 0)
        _do(told, "wait", 0, 0, draw(st.sampled_from((DAY - 1, DAY, 2 * DAY))))
    for step in draw(st.lists(STEPS, min_size=min(most, 8), max_size=most)):
        _do(told, *step)
    return told


def _do(told: Told, kind: str, one: int, two: int, wait: int) -> None:
    history = told.history
    at = Instant(history.at + wait)
    if kind == "wait":
        history.at = at
    elif kind == "carry":
        for seat in SEATS:
            _try(told, _vote(history.current(), CARRIED[one % 5], seat, at, 0), at)
    else:
        _try(told, _act(told, kind, one, two, at), at)


def _act(told: Told, kind: str, one: int, two: int, at: Instant) -> Act:
    history = told.history
    if kind == "propose":
        number = len(history.agreement.proposals) + 1 if history.agreement else 1
        start = at + OPENING[one % 4]
        return Propose(version(_duties(one, start, LENGTH[two % 3]), number=number, start=start, end=start + LENGTH[two % 3]))
    if kind == "meet":
        found = [(made.hash, owed.duty.code, owed.due) for made, owed, _ in dues(history.current(), at)] or [
            ("0" * 64, "none", at)
        ]
        hashed, code, due = found[two % len(found)]
        return MeetDuty(version=hashed, duty=code, due=due, shown="0" * 64)
    if kind == "name":
        return NameUser(PERSONS[one % 2], Instant(at + (two + 1) * DAY) if two % 2 else None, ("training_completed",))
    if kind == "remove":
        return RemoveUser(PERSONS[one % 2])
    cast = [did.vote for did in told.did if did.vote]
    if kind == "replay" and cast:
        return cast[two % len(cast)]
    choice, seat = KINDS[one % len(KINDS)], SEATS[two % 3]
    made = _vote(history.current(), choice, seat, at, one + two)
    if kind == "forge":
        return vote(choice, seat, made.version, made.answers, by=SEATS[(two + 1) % 3])
    if kind == "stale":
        return vote(choice, seat, made.version, told.did[two % len(told.did)].entry)
    return made


def _duties(one: int, start: int, length: int) -> dict[str, Any]:
    """Every third version owes something half way, and every sixth something else a little later, or only after the end."""
    says = {"en": "What was agreed."}
    half = {"code": "half_way", "kind": "report", "says": says, "due": {"instant": start + length // 2}, "overdue": "suspends"}
    later = {**half, "code": "later", "due": {"instant": start + length // 2 + HOUR}}
    after = {**half, "code": "after", "kind": "purge", "due": {"days": 2, "after": "end"}, "overdue": "noted"}
    return {"/duties": ((), (), (half,), (), (), (half, later, after))[one % 6]}


def _vote(agreement: Agreement, choice: str, seat: str, at: Instant, back: int) -> Vote:
    """A good vote: on one of the proposals, counted from the latest, or on how the agreement stands."""
    if choice in {"adopt", "reject"}:
        proposal = agreement.proposals[-1 - back % len(agreement.proposals)]
        return vote(choice, seat, proposal.version.hash, proposal.entry)
    stands = standing(agreement, at)
    return vote(choice, seat, stands.version.hash, stands.answers)


def _try(told: Told, act: Act, at: Instant) -> None:
    made = told.history.add(act, at)
    if isinstance(made, Agreement):
        told.did.append(Did(at, told.history.entry, act if isinstance(act, Vote) else None, made))
    else:
        told.refused += 1
