"""L6: a version never changes. What is in force was signed by a quorum of distinct seats, each over the same hash."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import event, given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.agreements.agreement import standing, vote_message
from pars.core.agreements.version import Version, read_version
from pars.core.terms import Instant, Refusal
from tests.agreements import DOCUMENT, ORIGIN, PUBLIC, changed, verify
from tests.histories import Told, histories


def seats(told: Told, choice: str, text: str, until: int, answers: int | None = None) -> set[str]:
    """The seats whose key really signed that choice on that text for this log, counted apart from `apply`."""
    found = set()
    for did in told.votes(choice, text, until):
        assert did.vote is not None
        message = vote_message(
            origin=ORIGIN, agreement="AGR-1", version=text, choice=choice, seat=did.vote.seat, answers=did.vote.answers
        )
        assert verify(PUBLIC[did.vote.seat], message, did.vote.signature)
        if answers in (None, did.vote.answers):
            found.add(did.vote.seat)
    return found


@given(histories())
def test_nothing_is_in_force_without_a_quorum_of_distinct_seats_on_its_hash(told: Told) -> None:
    agreement, rule = told.history.current(), told.history.charter
    for at in told.instants():
        stands = standing(agreement, at)
        event(stands.state)
        if stands.state != "IN_FORCE":
            continue
        text = stands.version
        proposal = agreement.proposal(text.hash)
        assert proposal is not None
        assert text.term.start <= at < text.term.end
        signed = seats(told, "adopt", text.hash, at, answers=proposal.entry)
        assert len(signed) >= rule.needs["adopt"]
        assert rule.consents(text.scope.columns) <= signed
        quorum_at = sorted(did.at for did in told.votes("adopt", text.hash, at))[rule.needs["adopt"] - 1]
        assert quorum_at + rule.notice_us <= at


@given(histories())
def test_what_was_suspended_comes_back_only_by_a_quorum_a_lapse_or_a_later_adoption(told: Told) -> None:
    agreement, rule = told.history.current(), told.history.charter
    for at in told.instants():
        stands = standing(agreement, at)
        if stands.state != "IN_FORCE":
            continue
        adopted = max(turn.entry for turn in told.turns("adopted", at) if turn.version == stands.version.hash)
        after = [turn for turn in told.turns("suspended", at) if turn.entry > adopted]
        if not after:
            continue
        last = after[-1]
        back = [turn for turn in told.turns("reinstated", at) if turn.entry > last.entry]
        confirmed = [turn for turn in told.turns("confirmed", at) if turn.entry > last.entry]
        if back:
            event("reinstated")
            for_it = {seat for turn in back for seat in turn.seats}
            signed = {
                did.vote.seat
                for did in told.did
                if did.vote and did.vote.choice == "reinstate" and did.vote.answers == last.entry and did.at <= at
            }
            assert len(for_it & signed) >= rule.needs["reinstate"]
        else:
            event("lapsed")
            assert not confirmed
            assert last.effect is not None
            assert last.effect <= at
            assert len(last.seats) < rule.needs["suspend"]
            assert last.seats & rule.suspend_at_once


@given(histories())
def test_what_was_revoked_stays_revoked(told: Told) -> None:
    agreement = told.history.current()
    for at in told.instants():
        stands = standing(agreement, at)
        if stands.state == "IN_FORCE":
            adopted = next(turn for turn in told.turns("adopted", at) if turn.version == stands.version.hash)
            reached = [
                turn
                for turn in told.turns("revoked", at)
                if turn.entry > adopted.entry and turn.number <= stands.version.number
            ]
            assert not reached


@given(histories())
def test_nothing_is_in_force_while_a_duty_that_suspends_is_overdue(told: Told) -> None:
    agreement = told.history.current()
    for at in told.instants():
        stands = standing(agreement, at)
        began = [turn.effect for turn in told.turns("adopted", at) if turn.version == stands.version.hash]
        owed = {
            (duty.code, due)
            for duty in stands.version.duties
            for due in duty.due.at
            if duty.suspends and began and began[0] is not None and began[0] < due <= at
        }
        done = {(met.act.duty, met.act.due) for met in agreement.met if met.act.version == stands.version.hash and met.at <= at}
        event(f"owed {len(owed)}, done {len(owed & done)}")
        if stands.state == "IN_FORCE":
            assert owed <= done
        elif stands.overdue:
            assert {(one.duty.code, one.due) for one in stands.overdue} == owed - done


@given(histories())
def test_no_vote_counts_twice(told: Told) -> None:
    """Every accepted vote, handed in again at once or at the end, is refused and changes nothing."""
    history = told.history
    before = history.current()
    for did in list(told.did):
        if did.vote is not None:
            assert isinstance(history.add(did.vote, history.at), Refusal)
    assert history.current() is before


@given(histories())
def test_no_act_reaches_back_in_time(told: Told) -> None:
    """How it stood before an act, it still stands after all that followed."""
    final = told.history.current()
    marks = told.instants()
    for did, following in zip(told.did, [*told.did[1:], None], strict=True):
        until = following.at if following else marks[-1] + 1
        for at in marks:
            if did.at <= at < until:
                then, now = standing(did.agreement, at), standing(final, at)
                assert (then.state, then.version.hash, then.since) == (now.state, now.version.hash, now.since)


@given(histories())
def test_until_is_the_first_instant_at_which_time_alone_changes_it(told: Told) -> None:
    """Without another act, state and text hold up to `until`, and never longer than said."""
    agreement = told.history.current()
    marks = [at for at in told.instants() if at >= agreement.last]
    for at in marks:
        stands = standing(agreement, at)
        assert stands.since <= at
        assert stands.until is None or at < stands.until
        for later in marks:
            if later > at and (stands.until is None or later < stands.until):
                held = standing(agreement, later)
                assert (held.state, held.version.hash, held.answers) == (stands.state, stands.version.hash, stands.answers)


@given(st.sampled_from(sorted(DOCUMENT)), st.integers(0, 255), st.data())
def test_one_changed_byte_is_another_version_or_none(part: str, byte: int, data: st.DataObject) -> None:
    text = canonical.write(changed(DOCUMENT, {}))
    place = data.draw(st.integers(0, len(text) - 1), label=part)
    spoiled = text[:place] + bytes([byte]) + text[place + 1 :]
    read = read_version(spoiled)
    if isinstance(read, Version):
        assert read.hash == sha256(spoiled).hexdigest()
        assert (read.hash == sha256(text).hexdigest()) == (spoiled == text)


@given(histories(most=8), st.integers(1, 10**9))
def test_votes_for_another_log_are_worth_nothing(told: Told, number: int) -> None:
    history = told.history
    for did in list(told.did):
        if did.vote is not None:
            message = vote_message(
                origin=f"other.log/{number}",
                agreement="AGR-1",
                version=did.vote.version,
                choice=did.vote.choice,
                seat=did.vote.seat,
                answers=did.vote.answers,
            )
            assert not verify(PUBLIC[did.vote.seat], message, did.vote.signature)
    assert standing(history.current(), Instant(history.at)).since <= history.at
