"""Until when a proposal can be voted on, votes and proposals that are taken back, who cast a vote and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pars.core import canonical
from pars.core.agreements.acts import Propose, Who, Withdraw
from pars.core.agreements.agreement import conflicts
from pars.core.agreements.differences import differences
from pars.core.agreements.notice import result_notice, votes
from pars.core.agreements.pending import pending
from pars.core.agreements.plain import explain
from pars.core.agreements.renewal import renewed
from pars.core.agreements.standing import standing
from pars.core.agreements.version import Closing, Version, read_version
from pars.core.ledger import dealing_drafts, drafts
from pars.core.terms import DAY, HOUR, Instant, Refusal, end_of_day
from tests.agreements import CHARTER, DOCUMENT, END, NOW, OFFICER, START, History, changed, charter, version, vote
from tests.ledgers import Ledger, hashed, make_version, staff

ZONE = "America/New_York"
CLOSES = Instant(NOW + 10 * HOUR)
PROSECUTION = Who("another", "grant:another", "prosecutor")


def closing(at: int = CLOSES, **more: Any) -> Version:
    return version({"/vote": {"closes": {"instant": at}}}, **more)


def proposed(made: Version | None = None) -> tuple[History, Version, int]:
    history = History()
    text = made or closing()
    return history, text, history.propose(text, at=NOW)


# ---------------------------------------------------------------- the close


@pytest.mark.parametrize(
    ("vote_part", "code", "place"),
    [
        ({}, "MISSING_FIELD", "/vote/closes"),
        ({"closes": {"instant": END + 1}}, "CLOSES_TOO_LATE", "/vote/closes"),
        ({"closes": {"instant": CLOSES}, "quorum": 3}, "UNKNOWN_FIELD", "/vote/quorum"),
        ({"closes": {"civil": "2027-01-20", "zone": ZONE, "rule": "end of day", "instant": CLOSES}}, "WRONG_INSTANT", "/vote/closes/instant"),
    ],
)  # fmt: skip
def test_a_close_that_cannot_be_is_refused_with_its_place(vote_part: dict[str, Any], code: str, place: str) -> None:
    found = read_version(canonical.write(changed(DOCUMENT, {"/vote": vote_part})))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_the_close_is_said_and_compared() -> None:
    day = {"civil": "2027-01-20", "zone": ZONE, "rule": "end of day", "instant": end_of_day(date(2027, 1, 20), ZONE)}
    civil, plain = version({"/vote": {"closes": day}}), version()
    assert civil.closing == Closing(Instant(day["instant"]), date(2027, 1, 20))
    assert (
        "The vote on it closes at the end of January 20, 2027, Philadelphia time. What isn't decided by then ends without a decision."
        in explain(civil, "en")
    )
    assert any(said.startswith("The vote on it closes on January 15, 2027 at 13:00:00") for said in explain(closing(), "en"))
    assert any(said.startswith("La votación se cierra el 14 de febrero de 2027") for said in explain(plain, "es"))
    [change] = differences(civil, plain)
    assert (change.kind, change.says) == (
        "changed",
        "The vote on it closes: the end of January 20, 2027, Philadelphia time. On the version before: with its end.",
    )


def test_after_the_close_nothing_counts_and_it_ends_without_a_decision() -> None:
    history, text, entry = proposed()
    history.must(vote("adopt", "city", text.hash, entry), at=CLOSES - 1)
    assert standing(history.current(), Instant(CLOSES - 1)).until == CLOSES
    assert history.refused(vote("adopt", "courts", text.hash, entry), at=CLOSES) == "VOTE_CLOSED"
    stands = standing(history.current(), CLOSES)
    assert (stands.state, stands.since, stands.until) == ("UNDECIDED", CLOSES, None)
    assert stands.says == "The vote closed on January 15, 2027 at 13:00:00, Philadelphia time without a decision."
    assert "sin decisión" in stands.said("es")
    assert history.state(START + DAY) == "UNDECIDED"
    assert history.current().fate(history.current().proposals[0], CLOSES) == "undecided"
    assert history.refused(vote("withdraw", "city", text.hash, history.current().ballots[0].entry)) == "VOTE_CLOSED"
    other = version({"/agreement": "AGR-2"})
    assert conflicts(other, [history.current()], CLOSES) is None
    assert conflicts(other, [history.current()], Instant(CLOSES - 1)) is not None


def test_no_silence_renews_what_is_in_force() -> None:
    history = History()
    history.adopt(version())
    entry = history.propose(closing(END - DAY, number=2, start=END, end=END + 30 * DAY), at=END - 2 * DAY)
    history.must(vote("adopt", "city", history.current().proposals[1].version.hash, entry), at=END - 2 * DAY)
    [open_one] = [one for one in pending(history.current(), CHARTER, Instant(END - 2 * DAY)) if one.what == "vote"]
    assert open_one.by == END - DAY
    assert [one for one in pending(history.current(), CHARTER, Instant(END - DAY)) if one.what == "vote"] == []
    assert (history.state(END - 1), history.state(END)) == ("IN_FORCE", "ENDED")


def test_a_vote_that_has_closed_cannot_be_proposed() -> None:
    assert History().refused(Propose(closing()), at=CLOSES) == "TOO_LATE"


def test_a_renewal_leaves_the_old_close_behind_and_may_have_its_own() -> None:
    text = canonical.write(changed(DOCUMENT, {"/vote": {"closes": {"instant": CLOSES}}}))
    without = read_version(renewed(text, number=2, start=END, last_day=date(2027, 8, 31)))
    with_own = read_version(renewed(text, number=2, start=END, last_day=date(2027, 8, 31), last_vote=date(2027, 2, 1)))
    assert isinstance(without, Version)
    assert isinstance(with_own, Version)
    assert without.closing is None
    assert with_own.closing == Closing(end_of_day(date(2027, 2, 1), ZONE), date(2027, 2, 1))


# ---------------------------------------------------------------- a vote taken back


def test_a_vote_is_withdrawn_and_the_seat_votes_again_answering_that() -> None:
    history, text, entry = proposed()
    first = vote("adopt", "city", text.hash, entry)
    history.must(first)
    ballot = history.entry
    history.must(vote("withdraw", "city", text.hash, ballot))
    back = history.entry
    assert history.refused(first) == "WRONG_ANSWER"  # a signature that somebody kept is worth nothing
    assert history.refused(vote("withdraw", "city", text.hash, ballot)) == "SECOND_VOTE"
    history.must(vote("adopt", "courts", text.hash, entry))
    assert history.state(history.at) == "PROPOSED"  # one seat is behind it, not two
    history.must(vote("reject", "city", text.hash, back))
    history.must(vote("reject", "prosecutor", text.hash, entry))
    assert history.state(history.at) == "REJECTED"


@pytest.mark.parametrize(
    ("seat", "which", "code"),
    [("courts", 0, "NO_SUCH_VOTE"), ("city", -1, "NO_SUCH_VOTE"), ("city", 7, "NO_SUCH_VOTE")],
)
def test_only_an_own_vote_is_withdrawn(seat: str, which: int, code: str) -> None:
    history, text, entry = proposed()
    history.must(vote("adopt", "city", text.hash, entry))
    assert history.refused(vote("withdraw", seat, text.hash, history.entry + which)) == code


def test_a_vote_on_another_version_or_a_withdrawal_is_no_vote_to_withdraw() -> None:
    history, text, entry = proposed()
    history.must(vote("adopt", "city", text.hash, entry))
    ballot = history.entry
    history.propose(closing(number=2))
    other = history.current().proposals[1].version
    assert history.refused(vote("withdraw", "city", other.hash, ballot)) == "NO_SUCH_VOTE"
    history.must(vote("withdraw", "city", text.hash, ballot))
    assert history.refused(vote("withdraw", "city", text.hash, history.entry)) == "NO_SUCH_VOTE"


def test_what_was_decided_stays_decided() -> None:
    history, text, entry = proposed()
    history.must(vote("adopt", "city", text.hash, entry))
    ballot = history.entry
    history.must(vote("adopt", "courts", text.hash, entry))
    assert history.refused(vote("withdraw", "city", text.hash, ballot)) == "DECIDED"


def test_a_vote_to_revoke_is_withdrawn_while_it_has_decided_nothing() -> None:
    history = History()
    history.adopt(version())
    matter = history.current().turns[-1].entry
    text = history.current().proposals[0].version
    history.must(vote("revoke", "city", text.hash, matter))
    ballot = history.entry
    history.must(vote("withdraw", "city", text.hash, ballot))
    back = history.entry
    history.must(vote("revoke", "courts", text.hash, matter))
    assert history.state(history.at) == "WAITING"
    assert history.refused(vote("revoke", "city", text.hash, matter)) == "WRONG_ANSWER"
    history.must(vote("revoke", "city", text.hash, back))
    assert history.state(history.at) == "REVOKED"
    assert history.refused(vote("withdraw", "city", text.hash, history.entry)) == "DECIDED"


def test_a_vote_to_revoke_is_withdrawn_though_the_seat_has_decided_something_else_since() -> None:
    history = History()
    history.adopt(version())
    text, matter = history.current().proposals[0].version, history.current().turns[-1].entry
    history.must(vote("revoke", "city", text.hash, matter))
    ballot = history.entry
    history.adopt(version(number=2, start=START + DAY))
    history.must(vote("withdraw", "city", text.hash, ballot))
    history.must(vote("revoke", "prosecutor", text.hash, matter))
    assert [turn.kind for turn in history.current().turns] == ["adopted", "adopted"]


def test_a_suspension_is_not_taken_back_by_a_withdrawal() -> None:
    history = History()
    history.adopt(version())
    history.must(history.voted("suspend", "city"))
    text = history.current().proposals[0].version
    assert history.refused(vote("withdraw", "city", text.hash, history.entry)) == "DECIDED"


def test_a_vote_on_how_it_stood_before_counts_no_more_and_needs_no_withdrawal() -> None:
    history = History()
    history.adopt(version())
    text, matter = history.current().proposals[0].version, history.current().turns[-1].entry
    history.must(vote("revoke", "prosecutor", text.hash, matter))
    ballot = history.entry
    history.must(vote("suspend", "city", text.hash, matter))
    assert history.refused(vote("withdraw", "prosecutor", text.hash, ballot)) == "WRONG_ANSWER"


def test_a_seat_that_helped_to_confirm_cannot_step_back() -> None:
    history = History(charter(needs={"adopt": 2, "suspend": 3, "revoke": 2, "reinstate": 2}))
    history.adopt(version())
    text = history.current().proposals[0].version
    history.must(history.voted("suspend", "city"))
    suspension = history.entry
    history.must(vote("suspend", "courts", text.hash, suspension))
    ballot = history.entry
    history.must(vote("suspend", "prosecutor", text.hash, suspension))
    assert [turn.kind for turn in history.current().turns] == ["adopted", "suspended", "confirmed"]
    assert history.refused(vote("withdraw", "courts", text.hash, ballot)) == "DECIDED"


# ---------------------------------------------------------------- a proposal taken back


def test_a_proposal_is_withdrawn_by_the_owner_whose_people_made_it() -> None:
    history, text, entry = proposed()
    assert history.refused(Withdraw("0" * 64)) == "UNKNOWN_VERSION"
    assert history.refused(Withdraw(text.hash), by=PROSECUTION) == "NOT_YOUR_PROPOSAL"
    colleague = replace(OFFICER, person="colleague", authority="grant:colleague")
    history.must(vote("adopt", "city", text.hash, entry))
    ballot = history.entry
    history.must(Withdraw(text.hash), by=colleague)
    withdrawn = history.at
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.answers) == ("WITHDRAWN", history.entry)
    assert "withdrawn" in stands.says
    assert "se retiró" in stands.said("es")
    assert history.refused(vote("adopt", "courts", text.hash, entry)) == "WITHDRAWN"
    assert history.refused(vote("withdraw", "city", text.hash, ballot)) == "WITHDRAWN"
    assert history.refused(Withdraw(text.hash)) == "NOT_OPEN"
    assert history.current().fate(history.current().proposals[0], Instant(withdrawn - 1)) == "open"
    history.propose(closing(number=2))
    assert history.state(history.at) == "PROPOSED"


def test_what_was_adopted_is_not_withdrawn() -> None:
    history = History()
    history.adopt(version())
    assert history.refused(Withdraw(version().hash)) == "NOT_OPEN"


# ---------------------------------------------------------------- who and why


def test_a_vote_keeps_who_cast_it_and_signs_its_reason() -> None:
    history, text, entry = proposed()
    given = vote("adopt", "city", text.hash, entry, reason="It helps victims.")
    assert history.refused(replace(given, why=hashed(b"Another reason."))) == "FORGED"
    assert history.refused(replace(given, why=None)) == "FORGED"
    history.must(given, by=OFFICER)
    [cast] = votes(history.current(), {"city": "The City"})
    assert (cast.by, cast.why) == (OFFICER, hashed(b"It helps victims."))
    notice = result_notice(history.current(), history.at, {}, {cast.why: "It helps victims."}).decode()
    assert "Its reason: It helps victims." in notice
    assert "Su razón: It helps victims." in notice
    assert "reason" not in result_notice(history.current(), history.at, {}, {}).decode()


def test_a_withdrawal_is_told_in_the_notice() -> None:
    history, text, entry = proposed()
    history.must(vote("adopt", "city", text.hash, entry))
    history.must(vote("withdraw", "city", text.hash, history.entry))
    notice = result_notice(history.current(), history.at, {"city": "The City"}, {}).decode()
    assert "The City withdrew its vote" in notice
    assert "The City retiró su voto" in notice


def test_the_ledger_holds_the_reason_the_close_and_whose_proposal_it_is() -> None:
    ledger = Ledger()
    made = make_version({"/vote": {"closes": {"instant": NOW + DAY}}})
    proposal = ledger.propose(made)
    words = b"It helps victims."
    signed = vote("adopt", "city", made.hash, proposal.id, reason=words.decode())
    draft = drafts.agreement_voted(
        agreement="AGR-1",
        version=made.hash,
        choice="adopt",
        seat="city",
        answers=proposal.id,
        signature=signed.signature,
        why=ledger.keep(words),
    )
    cast = ledger.add(draft, staff("voter-city"))
    state = ledger.state()
    assert state.agreements["AGR-1"].ballots[0].by == Who("voter-city", "grant:voter-city", "city")
    assert state.agreements["AGR-1"].proposals[0].by == Who("registrar", "grant:registrar", "city")
    late = vote("adopt", "courts", made.hash, proposal.id)
    ledger.vote("adopt", "courts", made, proposal.id, at=NOW + DAY)
    assert late.why is None
    assert ledger.violation() == "VOTE_CLOSED"
    ledger.entries.pop()
    del ledger.texts[cast.detail["why"]]
    assert ledger.violation() == "TEXT_MISSING"


def test_a_proposal_withdrawn_by_another_owner_is_a_violation() -> None:
    ledger = Ledger()
    made = make_version()
    ledger.propose(made)
    ledger.add(dealing_drafts.proposal_withdrawn(agreement="AGR-1", version=made.hash), staff("registrar"))
    assert [one.version for one in ledger.state().agreements["AGR-1"].withdrawn] == [made.hash]
    ledger.vote("adopt", "city", made, ledger.entries[-2].id)
    assert ledger.violation() == "WITHDRAWN"


def test_what_an_officer_cast_stands_after_they_left_and_nothing_more_counts() -> None:
    ledger = Ledger()
    made = make_version()
    proposal = ledger.propose(made)
    ledger.vote("adopt", "city", made, proposal.id)
    ledger.add(drafts.grant_removed(grant="voter-city"), staff("registrar"))
    ledger.vote("adopt", "courts", made, proposal.id)
    assert [turn.kind for turn in ledger.state().agreements["AGR-1"].turns] == ["adopted"]
    ledger.vote("withdraw", "city", made, ledger.entries[-3].id)
    assert ledger.violation() == "GRANT_ENDED"
