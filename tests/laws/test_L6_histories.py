"""L6 and L7 on very many histories of one agreement: no activation without two distinct seats on the same hash, and none lost.

Between the votes the agency owes duties, is asked and answers, and texts carry fees and days by which notice is due: none of it carries a version, keeps
one from being carried, or outlasts an end.

The signatures are stand-ins that a forger can't make (a keyed hash for each seat), so that one history takes a millisecond. What counts is
told apart from `apply` by a ledger of its own, kept in plain sets.
"""

from __future__ import annotations

import hmac
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.agreements.acts import Act, Agreement, Answer, Inquire, MeetDuty, Propose, Vote, Who, Withdraw
from pars.core.agreements.agreement import apply
from pars.core.agreements.renewals import Notified, calendar
from pars.core.agreements.standing import standing
from pars.core.owners.votes import vote_message
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import CHARTER, NOW, ORIGIN, PUBLIC, SEATS, version

if TYPE_CHECKING:
    from pars.core.agreements.version import Version

LONG = 40 * DAY
OFFICERS = {seat: [Who(f"{seat}-{n}", f"grant:{seat}-{n}", seat) for n in range(2)] for seat in SEATS}
TEXTS: dict[tuple[int, int, str], Version] = {}
DUE = Instant(NOW + 2 * DAY + HOUR // 2)
DUTY = {"code": "use", "kind": "report", "says": {"en": "The uses."}, "due": {"instant": DUE}, "overdue": "suspends"}
PARTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "duty": {"/duties": [DUTY]},
    "fee": {
        "/fee": {"cents": 556_500, "per": "year", "says": {"en": "access to the system", "es": "el acceso al sistema"}},
        "/nonrenewal": {"notice_by": {"instant": NOW + 30 * DAY}},
    },
}
NOTIFIED = Notified(entry=1, at=NOW, proof="0" * 64)


def signed(seat: str, message: bytes) -> bytes:
    return hmac.digest(bytes.fromhex(CHARTER.owners[seat].key), message, "sha512")


SEAT_OF = {key: seat for seat, key in PUBLIC.items()}


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(signed(SEAT_OF[key], message), signature)


def text(number: int, closes: int, part: str) -> Version:
    """Return one of the versions that are proposed: they differ in number, in when their vote closes, and in what else they say."""
    known = TEXTS.get((number, closes, part))
    if known is None:
        said = {"/vote": {"closes": {"instant": closes}}, **PARTS[part]}
        known = TEXTS[number, closes, part] = version(said, number=number, start=NOW, end=NOW + LONG + number * DAY)
    return known


def ballot(seat: str, choice: str, hashed: str, answers: int, *, by: str = "", agreement: str = "AGR-1") -> Vote:
    message = vote_message(origin=ORIGIN, agreement=agreement, version=hashed, choice=choice, seat=seat, answers=answers)
    return Vote(choice=choice, seat=seat, version=hashed, answers=answers, signature=signed(by or seat, message))


@dataclass
class Counted:
    """What a careful clerk would keep of one proposal: who stands where, by what they last said while it was open."""

    version: Version
    entry: int
    by: str
    stands: dict[str, tuple[str, int]] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    over: str = ""
    adopted: int = 0
    met: bool = False

    @property
    def owes(self) -> bool:
        """Whether a duty of it falls due after it came into force."""
        return bool(self.version.duties) and self.adopted < DUE

    def seats(self, choice: str) -> set[str]:
        return {seat for seat, (chose, _) in self.stands.items() if chose == choice}

    def take(self, act: Vote, at: int, entry: int) -> bool:
        """Count a vote that is rightly signed; return whether it should be taken."""
        if self.over or at >= self.version.closes:
            return False
        held = self.stands.get(act.seat)
        if act.choice == "withdraw":
            if held is None or act.answers != held[1]:
                return False
            del self.stands[act.seat]
            self.back[act.seat] = entry
            return True
        if held is not None or act.answers != self.back.get(act.seat, self.entry):
            return False
        self.stands[act.seat] = (act.choice, entry)
        if len(self.seats("adopt")) >= 2:
            self.over, self.adopted = "adopted", at
        elif len(self.seats("reject")) >= 2:
            self.over = "rejected"
        return True


STEPS = (
    "vote",
    "vote",
    "vote",
    "vote",
    "forge",
    "replay",
    "other seat",
    "withdraw",
    "withdraw",
    "amend",
    "take back",
    "leave",
    "late",
    "meet",
    "meet",
    "inquire",
    "answer",
)


class Story:
    """One random history of proposals, told act by act to `apply` and to the clerk."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.agreement: Agreement | None = None
        self.at, self.entry = int(NOW), 100
        self.clerk: list[Counted] = []
        self.cast: list[Vote] = []
        self.gone: set[str] = set()
        self.asked: dict[int, bool] = {}
        self.seen: Counter[str] = Counter()

    def tell(self) -> None:
        """Tell it to its end, and compare after each act."""
        self.amend()
        for _ in range(self.chance.randint(4, 12)):
            self.at += self.chance.choice((0, 1, HOUR, HOUR, 9 * HOUR))
            self.step(self.chance.choice(STEPS))
            self.compare()
        self.end()

    def officer(self, seat: str) -> Who | None:
        """Return somebody of the owner who is still there; a grant that ended casts nothing."""
        here = [one for one in OFFICERS[seat] if one.person not in self.gone]
        return self.chance.choice(here) if here else None

    def add(self, act: Act, by: Who) -> bool:
        self.entry += 1
        made = apply(
            self.agreement, act, by=by, charter=CHARTER, at=Instant(self.at), entry=self.entry, origin=ORIGIN, verify=verify
        )
        if isinstance(made, Refusal):
            self.seen[made.code] += 1
            return False
        self.agreement = made
        return True

    def amend(self) -> None:
        """Propose another version, the newest of all."""
        seat = self.chance.choice(SEATS)
        officer = self.officer(seat)
        if officer is None:
            return
        closes = self.at - self.at % DAY + self.chance.choice((DAY, 2 * DAY, 5 * DAY))
        made = text(len(self.clerk) + 1, closes, self.chance.choice(tuple(PARTS)))
        if self.add(Propose(made), officer):
            self.clerk.append(Counted(made, self.entry, seat))

    def step(self, kind: str) -> None:
        if not self.clerk:
            return
        on, seat = self.chance.choice(self.clerk), self.chance.choice(SEATS)
        if kind == "amend":
            self.amend()
        elif kind == "leave":
            self.gone.add(self.chance.choice(OFFICERS[seat]).person)
        elif kind == "take back":
            self.take_back(on, seat)
        elif kind in {"meet", "inquire", "answer"}:
            self.deal(on, seat, kind)
        elif kind == "late":
            self.at = max(self.at, on.version.closes + self.chance.choice((-1, 0, 1)))
            self.vote(on, seat, kind)
        else:
            self.vote(on, seat, kind)

    def take_back(self, on: Counted, seat: str) -> None:
        officer = self.officer(seat)
        if officer is None:
            return
        right = not on.over and self.at < on.version.closes and seat == on.by
        assert self.add(Withdraw(on.version.hash), officer) is right
        if right:
            on.over = "withdrawn"

    @property
    def governing(self) -> Counted | None:
        """The newest version that was adopted: each is in force from its adoption on."""
        adopted = [each for each in self.clerk if each.over == "adopted"]
        return adopted[-1] if adopted else None

    def deal(self, on: Counted, seat: str, kind: str) -> None:
        """Do what passes beside the votes; `on` may be no version that governs, and the entry no inquiry."""
        officer = self.officer(seat)
        if officer is None:
            return
        if kind == "meet":
            act: Act = MeetDuty(version=on.version.hash, duty="use", due=DUE, shown="0" * 64)
            right = on is self.governing and on.owes and not on.met
            assert self.add(act, officer) is right, (on, act)
            on.met |= right
        elif kind == "inquire":
            due = Instant(self.at + self.chance.choice((-1, 0, 1, DAY)))
            assert self.add(Inquire("0" * 64, due), officer) is (due > self.at)
            if due > self.at:
                self.asked[self.entry] = False
        else:
            inquiry = self.chance.choice((*self.asked, on.entry))
            right = self.asked.get(inquiry) is False
            assert self.add(Answer(inquiry, "1" * 64), officer) is right
            self.asked |= {inquiry: True} if right else {}

    def vote(self, on: Counted, seat: str, kind: str) -> None:
        officer = self.officer(seat)
        if officer is None:
            return
        choice = self.chance.choice(("adopt", "adopt", "adopt", "reject"))
        act = ballot(seat, choice, on.version.hash, on.back.get(seat, on.entry))
        if kind == "withdraw" and seat in on.stands:
            act = ballot(seat, "withdraw", on.version.hash, on.stands[seat][1])
        elif kind == "withdraw" and on.stands:
            act = ballot(seat, "withdraw", on.version.hash, next(iter(on.stands.values()))[1])  # another's vote
        elif kind == "forge":
            other = SEATS[(SEATS.index(seat) + 1) % 3]
            wrong = self.chance.choice(({"by": other}, {"agreement": "AGR-2"}))
            act = ballot(seat, choice, on.version.hash, on.entry, **wrong)
            assert not self.add(act, officer)
            return
        elif kind == "other seat":
            # The signature of one text, put beside another's hash.
            act = Vote(
                choice=act.choice,
                seat=seat,
                version=self.chance.choice(self.clerk).version.hash,
                answers=act.answers,
                signature=act.signature,
            )
        elif kind == "replay" and self.cast:
            act = self.chance.choice(self.cast)
        meant = next(each for each in self.clerk if each.version.hash == act.version)
        message = vote_message(
            origin=ORIGIN, agreement="AGR-1", version=act.version, choice=act.choice, seat=act.seat, answers=act.answers
        )
        genuine = act.signature == signed(act.seat, message)
        taken = self.add(act, officer)
        assert taken is (genuine and meant.take(act, self.at, self.entry)), (kind, act, meant)
        if taken:
            self.cast.append(act)

    def compare(self) -> None:
        """What `apply` made of it is what the clerk counted: nothing more was activated, and nothing was lost."""
        if self.agreement is None:
            return
        adopted = {turn.version: turn for turn in self.agreement.turns if turn.kind == "adopted"}
        assert set(adopted) == {each.version.hash for each in self.clerk if each.over == "adopted"}
        for each in self.clerk:
            if (turn := adopted.get(each.version.hash)) is not None:
                assert turn.seats == each.seats("adopt")
                assert len(turn.seats) >= 2
        now = Instant(self.at)
        self.compare_standing(now)
        for each, proposal in zip(self.clerk, self.agreement.proposals, strict=True):
            closed = "undecided" if self.at >= each.version.closes else "open"
            assert self.agreement.fate(proposal, now) == (each.over or closed)
            self.seen[each.over or closed] += 1

    def compare_standing(self, now: Instant) -> None:
        """How it stands is what the clerk says: suspended exactly while a duty is overdue, and no inquiry, fee or notice is a reason."""
        assert self.agreement is not None
        assert {one.entry: one.answer is not None for one in self.agreement.inquiries} == self.asked
        lines = calendar([self.agreement], {each.version.hash: NOTIFIED for each in self.clerk}, now)
        governs = self.governing
        if governs is None or self.at >= governs.version.term.end:
            assert lines == (), "nothing in force ends, whatever notice was served"
            return
        overdue = governs.owes and self.at >= DUE and not governs.met
        stands = standing(self.agreement, now)
        assert (stands.state, stands.version.hash) == ("SUSPENDED" if overdue else "IN_FORCE", governs.version.hash)
        assert [one.due for one in stands.overdue] == [DUE] * overdue
        self.seen[stands.state] += 1
        [line] = lines
        waiting = [each for each in self.clerk if not each.over and self.at < each.version.closes]
        later = [each for each in waiting if each.version.number > governs.version.number]
        assert line.decision == ("open" if later else "nothing")
        assert line.have == (len(later[-1].seats("adopt")) if later else 0)
        assert line.notice_by == (NOW + 30 * DAY if governs.version.fee is not None else None)
        self.seen[f"follows: {line.decision}"] += 1

    def end(self) -> None:
        """Let every term pass: what was in force has ended, and neither silence nor a notice renewed it."""
        if self.agreement is None:
            return
        self.at = NOW + LONG + 99 * DAY
        self.compare()
        state = standing(self.agreement, Instant(self.at)).state
        assert (state == "ENDED") is (self.governing is not None)
        self.seen[f"at last {state}"] += 1


def told(seeds: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        story = Story(seed)
        story.tell()
        seen += story.seen
    return seen


WANTED = {
    "IN_FORCE", "SUSPENDED", "follows: open", "follows: nothing", "at last ENDED", "at last UNDECIDED", "NOT_GOVERNING", "NO_SUCH_DUTY", "ALREADY_MET",
    "DUE_PASSED", "NO_SUCH_INQUIRY", "ALREADY_ANSWERED", "adopted", "rejected", "withdrawn", "undecided", "open", "FORGED", "SECOND_VOTE", "WRONG_ANSWER", "VOTE_CLOSED", "DECIDED",
    "WITHDRAWN", "NOT_YOUR_PROPOSAL", "NOT_OPEN", "NO_SUCH_VOTE",
}  # fmt: skip


def test_a_thousand_histories() -> None:
    seen = told(range(1_000))
    assert seen.keys() >= WANTED, WANTED - seen.keys()


@pytest.mark.soak
def test_a_hundred_thousand_histories() -> None:
    seen = told(range(1_000, 101_000))
    command = "python -m pytest -m soak -s tests/laws/test_L6_histories.py"
    print(f"100,000 histories, seeds 1,000 to 100,999 ({command}): {dict(seen.most_common())}")
    assert seen.keys() >= WANTED
