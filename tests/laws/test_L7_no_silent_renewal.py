"""L7: no silent renewal. No decision by the end instant means the end; a late renewal never covers the gap."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from pars.core.agreements.agreement import Agreement, Propose, standing
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import NOW, History, charter, version, vote
from tests.histories import Told, histories


@given(histories())
def test_silence_ends_it(told: Told) -> None:
    """Whatever happened, once nobody acts any more nothing is in force after the last adopted end."""
    agreement = told.history.current()
    ends = [proposal.version.term.end for proposal in agreement.proposals]
    adopted = {turn.version for turn in agreement.turns if turn.kind == "adopted"}
    last = max((p.version.term.end for p in agreement.proposals if p.version.hash in adopted), default=Instant(0))
    for at in [*told.instants(), *ends, Instant(max(ends) + 3650 * DAY)]:
        if at >= last and at >= agreement.last:
            assert standing(agreement, at).state != "IN_FORCE"


@given(
    start=st.integers(0, 10 * DAY),
    length=st.integers(1, 10 * DAY),
    voted=st.integers(0, 30 * DAY),
    notice=st.sampled_from((0, 1, DAY)),
    probe=st.integers(0, 40 * DAY),
)
def test_in_force_is_exactly_from_the_later_of_start_and_vote_to_the_end(
    start: int, length: int, voted: int, notice: int, probe: int
) -> None:
    history = History(charter(notice_us=notice))
    text = version(start=NOW + start, end=NOW + start + length)
    if isinstance(history.add(Propose(text), NOW), Refusal):
        assert NOW + notice >= text.term.end
        return
    history.add(vote("adopt", "city", text.hash, history.entry), NOW)
    history.add(vote("adopt", "courts", text.hash, history.entry - 1), NOW + voted)
    begins, at = max(text.term.start, NOW + voted + notice), NOW + probe
    event("adopted" if begins < text.term.end else "too late")
    for probed in {at, begins - 1, begins, text.term.end - 1, text.term.end} - {NOW - 1}:
        assert (history.state(probed) == "IN_FORCE") == (begins <= probed < text.term.end)


@given(
    proposed=st.integers(0, 20 * DAY),
    voted=st.integers(0, 20 * DAY),
    stated=st.integers(-10 * DAY, 30 * DAY),
    seats=st.sets(st.sampled_from(("city", "courts", "prosecutor")), max_size=3),
)
def test_a_renewal_needs_a_quorum_and_runs_only_from_its_vote(proposed: int, voted: int, stated: int, seats: set[str]) -> None:
    history = History()
    first = version(start=NOW + DAY, end=NOW + 10 * DAY)
    history.adopt(first, at=NOW)
    renewal = version(number=2, start=NOW + stated + 10 * DAY, end=NOW + 60 * DAY)
    made = history.add(Propose(renewal), NOW + proposed)
    assert isinstance(made, Agreement)
    entry = history.entry
    vote_at = NOW + proposed + voted
    for seat in sorted(seats):
        history.add(vote("adopt", seat, renewal.hash, entry), vote_at)
    begins = max(renewal.term.start, vote_at) if len(seats) >= 2 else NOW + 60 * DAY
    event("seamless" if begins <= first.term.end else "gap")
    for at in {first.term.end - 1, first.term.end, max(begins - 1, NOW), begins, vote_at, NOW + 59 * DAY}:
        expected = first.term.start <= at < first.term.end or begins <= at < renewal.term.end
        assert (history.state(at) == "IN_FORCE") == expected
        if at >= first.term.end:
            assert (history.state(at) == "IN_FORCE") == (begins <= at < renewal.term.end)


@given(st.integers(0, 23))
def test_neither_half_of_a_quorum_nor_a_proposal_extends(hours: int) -> None:
    history = History()
    first = version(start=NOW + DAY, end=NOW + 2 * DAY)
    history.adopt(first, at=NOW)
    entry = history.propose(version(number=2, start=NOW + 2 * DAY, end=NOW + 9 * DAY), at=NOW + DAY + hours * HOUR)
    history.must(vote("adopt", "city", history.current().proposals[1].version.hash, entry), at=history.at)
    assert history.state(NOW + 2 * DAY - 1) == "IN_FORCE"
    assert history.state(NOW + 2 * DAY) == "ENDED"
