"""L7, with L2 and L6, as the ledger shows them: no silent renewal, the end is the end, nothing without a quorum.

The rules that the gate and the fold share are held here against a naive reading of the entries that shares nothing with them:
it knows votes, times and texts, and no `apply`, `standing` or `covers`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.ledger import drafts
from pars.core.ledger.entries import Kind, Violation
from pars.core.terms import DAY, HOUR, SECOND, Instant, moment
from tests.agreements import CHARTER_DOCUMENT, NOW, PUBLIC, verify
from tests.ledgers import AGREEMENT, HELD, PERSON, Ledger, histories, make_version, outsider, staff

W = 75_000
REGISTRAR = staff("registrar")


class Reading:
    """What the entries up to some point say, counted by hand."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.votes = []
        self.users = {}
        self.answers = Counter()

    def read(self, entry) -> None:
        detail = entry.detail
        if entry.kind is Kind.AGREEMENT_VOTED:
            self.votes.append(entry)
        elif entry.kind is Kind.USER_NAMED:
            self.users[detail["agreement"], detail["person"]] = detail.get("end", 2**60)
        elif entry.kind is Kind.USER_REMOVED:
            self.users[detail["agreement"], detail["person"]] = entry.at
        elif entry.kind is Kind.DISCLOSED:
            self.check(entry)

    def text(self, version: str):
        return json.loads(self.ledger.texts[version])

    def adopted(self, version: str) -> int | None:
        """Return when the second owner's adopting vote came, each checked as a signature over the version's hash."""
        seats = {}
        for vote in self.votes:
            detail = vote.detail
            if (detail["version"], detail["choice"]) == (version, "adopt"):
                message = canonical.write(
                    {
                        "t": "pars vote",
                        "v": 1,
                        "origin": self.ledger.origin,
                        **{name: detail[name] for name in ("agreement", "version", "choice", "seat", "answers")},
                    }
                )
                assert verify(PUBLIC[detail["seat"]], message, bytes.fromhex(detail["signature"]))
                seats.setdefault(detail["seat"], vote.at)
        return sorted(seats.values())[1] if len(seats) >= 2 else None

    def seats_after(self, place: int, version: str, choice: str) -> int:
        """Return how many seats made the choice after a place in the log, answering one act."""
        by_act = defaultdict(set)
        for vote in self.votes[place:]:
            if (vote.detail["version"], vote.detail["choice"]) == (version, choice):
                by_act[vote.detail["answers"]].add(vote.detail["seat"])
        return max(map(len, by_act.values()), default=0)

    def check(self, answer) -> None:
        name, version, at = answer.by.authority.partition(":")[2], answer.detail["version"], answer.at
        text, adopted = self.text(version), self.adopted(version)
        assert adopted is not None, "L6: an answer under a version that no quorum signed"
        assert max(adopted, text["term"]["start"]) <= at, "L7: an answer before the version came into force"
        assert at + W < text["term"]["end"]["instant"], "L2: an answer that could leave at or after the end"
        for other in {vote.detail["version"] for vote in self.votes} - {version}:
            since = self.adopted(other)
            newer = self.text(other)["agreement"] == name and self.text(other)["number"] > text["number"]
            if newer and since is not None and max(since, self.text(other)["term"]["start"]) <= at:
                assert self.seats_after(0, other, "revoke") >= 2, "L2: an answer under a version that a newer one replaced"
        assert self.seats_after(0, version, "revoke") < 2, "L2: an answer after a revocation"
        self.check_suspensions(version, at)
        assert at + W < self.users.get((name, answer.by.person), 0), "an answer to a person who wasn't named, or no more"
        day = (name, answer.by.person, moment(at, "America/New_York").date())
        self.answers[day] += 1
        assert self.answers[day] <= text["limits"]["questions_per_day"]
        in_all = sum(count for (under, _, on), count in self.answers.items() if (under, on) == (day[0], day[2]))
        assert in_all <= text["limits"].get("questions_per_day_in_all", in_all)

    def check_suspensions(self, version: str, at: int) -> None:
        for place, vote in enumerate(self.votes):
            detail = vote.detail
            if (detail["version"], detail["choice"]) != (version, "suspend"):
                continue
            holds = detail["seat"] in CHARTER_DOCUMENT["suspend_at_once"] and at < vote.at + CHARTER_DOCUMENT["confirm_us"]
            if holds:
                assert self.seats_after(place, version, "reinstate") >= 2, "L2: an answer while suspended"


@settings(max_examples=150)
@given(histories())
def test_every_answer_in_the_ledger_stands_by_a_naive_reading(ledger):
    reading = Reading(ledger)
    for entry in ledger.entries:
        reading.read(entry)
    assert ledger.state()


@settings(max_examples=60)
@given(histories(), st.integers(0, 20 * DAY), st.sampled_from((0, W, DAY)))
def test_no_answer_at_or_after_the_end_is_ever_covered(ledger, later, before):
    """Whatever else happened: put in behind it all, an answer so close to the end of its version's term is a violation."""
    for agreement in list(ledger.agreements.values()):
        for proposal in agreement.proposals:
            end = proposal.version.term.end
            at = Instant(max(ledger.at, end - min(before, W)) + later)
            ledger.disclose(proposal.version, at=at, by=outsider(PERSON, agreement.id, None), filters=())
            assert isinstance(ledger.folded(), Violation)
            ledger.entries.pop()
            del ledger.side[len(ledger.entries)]


@pytest.mark.parametrize("hours", [0, 1, 24, 24 * 30])
def test_a_late_renewal_covers_no_moment_of_the_gap(hours):
    ledger, end = Ledger(), NOW + DAY
    made = ledger.serve(make_version(end=end))
    ledger.disclose(made, at=end - 2 * W)
    ledger.at = Instant(end + hours * HOUR)
    newer = make_version(number=2, start=NOW, end=end + 90 * DAY)  # its text claims to run from long before
    ledger.adopt(newer)
    renewed = ledger.at
    ledger.disclose(newer, at=renewed)
    assert ledger.state()
    for at in (end - 1, end, end + 1, renewed - 1):
        ledger.disclose(newer, at=at)
        assert ledger.violation() == "OUT_OF_ORDER"  # the renewal itself was earlier in the log
        ledger.entries.pop()
    for made_of in (made, newer):
        early = Ledger()
        early.serve(make_version(end=end))
        early.keep(*ledger.texts.values())
        early.disclose(made_of, at=end)
        assert isinstance(early.folded(), Violation)


def test_without_a_decision_the_agreement_ends():
    """A proposal to renew, half of its votes, a report, a reply: none of them is a decision."""
    ledger, end = Ledger(), NOW + DAY
    made = ledger.serve(make_version(end=end))
    newer = make_version(number=2, start=NOW, end=end + 90 * DAY)
    proposal = ledger.propose(newer)
    ledger.vote("adopt", "city", newer, proposal.id)
    report = drafts.use_report_made(agreement=AGREEMENT, start=NOW, end=ledger.at, report=ledger.keep(b"report"))
    ledger.add(report, REGISTRAR)
    ledger.disclose(made, at=end - 2 * W)
    for version in (made, newer):
        ledger.disclose(version, at=end)
        assert isinstance(ledger.folded(), Violation)
        ledger.entries.pop()
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTRAR, at=end + SECOND)
    ledger.disclose(made, at=end + 2 * SECOND)
    assert ledger.violation() == "AGREEMENT_ENDED"
