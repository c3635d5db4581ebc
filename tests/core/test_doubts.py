"""A key that voted is revoked: its votes are in doubt, and what rests on them is suspended until it is voted on again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.agreements.acts import Doubt
from pars.core.agreements.agreement import Propose
from pars.core.agreements.pending import pending
from pars.core.agreements.standing import standing
from pars.core.owners.owners_text import ProposeText, TextAct, Texts, apply_text
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import CHARTER, END, OFFICER, ORIGIN, START, History, charter, verify, version, vote
from tests.core.test_one_off import given
from tests.ledgers import hashed
from tests.owners import profile, profile_text

NO_MORE = 10_000
"""A number above every entry of these histories."""


def doubt(history: History, seat: str, since: int = 0, until: int = NO_MORE) -> None:
    """Revoke the key of a seat from an entry on, as an act of its own."""
    history.must(Doubt(seat=seat, since=since, until=min(until, history.entry + 1)))


def adopted(seats: tuple[str, ...] = ("city", "courts"), **options: object) -> History:
    history = History(**options)  # type: ignore[arg-type]
    history.adopt(version(), seats)
    history.at = START
    return history


def again(history: History, *seats: str) -> None:
    for seat in seats:
        history.must(history.voted("reinstate", seat))


def test_what_rests_on_votes_in_doubt_is_suspended_with_its_reason() -> None:
    history = adopted()
    assert history.state(history.at) == "IN_FORCE"
    before = history.entry
    doubt(history, "city")
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.doubted, stands.since, stands.until) == ("SUSPENDED", True, history.at, END)
    assert stands.answers == before + 1
    assert "key that voted for it was revoked" in stands.says
    assert "clave" in stands.said("es")
    assert history.state(START + HOUR - 1) == "IN_FORCE"  # nothing is taken back for the time before


def test_it_is_in_force_again_once_enough_seats_voted_again() -> None:
    history = adopted()
    doubt(history, "city")
    again(history, "courts")
    assert history.state(history.at) == "SUSPENDED"
    (waits,) = [one for one in pending(history.current(), CHARTER, history.at) if one.what == "doubt"]
    assert (waits.seats, waits.have, waits.needs, waits.by) == (("city", "prosecutor"), 1, 2, END)
    assert "voted for it was revoked" in waits.said({"city": "The City"})
    assert "clave" in waits.said({}, "es")
    assert history.refused(history.voted("reinstate", "courts")) == "SECOND_VOTE"
    again(history, "prosecutor")
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.doubted, stands.since) == ("IN_FORCE", False, history.at)
    assert not [one for one in pending(history.current(), CHARTER, history.at) if one.what == "doubt"]


def test_votes_of_other_seats_and_times_are_not_in_doubt() -> None:
    for seat, since, until in (("prosecutor", 0, NO_MORE), ("city", 104, NO_MORE), ("city", 0, 102)):
        history = adopted()
        before = history.current()
        doubt(history, seat, since, until)
        assert history.current() is before


def test_where_the_other_votes_carry_it_it_is_only_marked() -> None:
    history = adopted(("city", "courts"))
    history.charter = charter(needs={"adopt": 2, "suspend": 1, "revoke": 1, "reinstate": 2})
    # A third seat voted before the other two decided: it stands behind the version, too.
    three = History(charter=charter(needs={"adopt": 3, "suspend": 1, "revoke": 1, "reinstate": 2}))
    three.adopt(version(), ("city", "courts", "prosecutor"))
    three.charter = CHARTER
    three.at = START
    doubt(three, "city")
    assert three.state(three.at) == "IN_FORCE"
    assert [one.doubted for one in three.current().ballots] == [three.entry, None, None]
    doubt(three, "courts")
    assert three.state(three.at) == "SUSPENDED"


def test_an_open_proposals_vote_in_doubt_no_longer_counts_and_can_be_cast_again() -> None:
    history = History()
    made = version()
    proposal = history.propose(made)
    history.must(vote("adopt", "city", made.hash, proposal))
    doubt(history, "city")
    history.must(vote("adopt", "courts", made.hash, proposal))
    assert history.state(history.at) == "PROPOSED"
    history.must(vote("adopt", "city", made.hash, proposal))
    assert history.state(history.at) == "WAITING"


def test_a_version_that_waits_is_suspended_too_and_lifted_by_votes_on_itself() -> None:
    history = History()
    history.adopt(version())
    doubt(history, "courts")
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.doubted, stands.until, stands.since) == ("SUSPENDED", True, START, history.at)
    again(history, "city", "prosecutor")
    assert history.state(history.at) == "WAITING"


def test_doubt_about_a_version_to_come_leaves_the_one_in_force_alone() -> None:
    history = adopted()
    later = version(number=2, start=START + 10 * DAY)
    history.adopt(later, ("city", "prosecutor"))
    first = history.entry - 2
    doubt(history, "city", since=first)
    assert history.state(history.at) == "IN_FORCE"
    assert history.state(START + 10 * DAY) == "SUSPENDED"
    coming = standing(history.current(), Instant(START + 10 * DAY))
    # It is voted on by its own hash, though another governs until then.
    for seat in ("courts", "prosecutor"):
        history.must(vote("reinstate", seat, later.hash, coming.answers))
    assert history.state(START + 10 * DAY) == "IN_FORCE"


def test_what_narrowed_stays_narrowed() -> None:
    history = adopted()
    history.must(history.voted("suspend", "courts"))
    history.must(history.voted("suspend", "city"))
    suspended = history.entry
    doubt(history, "courts", since=suspended - 1)
    assert history.state(history.at) == "SUSPENDED"
    assert not standing(history.current(), history.at).doubted  # the adoption is older than the doubt

    revoked = adopted()
    for seat in ("courts", "city"):
        revoked.must(revoked.voted("revoke", seat))
    doubt(revoked, "courts")
    assert revoked.state(revoked.at) == "REVOKED"


def test_a_vote_taken_back_in_doubt_stays_taken_back() -> None:
    history = History()
    made = version()
    proposal = history.propose(made)
    history.must(vote("adopt", "city", made.hash, proposal))
    history.must(vote("withdraw", "city", made.hash, history.entry))
    doubt(history, "city", since=history.entry)
    history.must(vote("adopt", "courts", made.hash, proposal))
    assert history.state(history.at) == "PROPOSED"


def test_a_reinstatement_in_doubt_lifts_nothing() -> None:
    history = adopted()
    for seat in ("courts", "city"):
        history.must(history.voted("suspend", seat))
    again(history, "city", "prosecutor")
    lifted = history.entry
    assert history.state(history.at) == "IN_FORCE"
    doubt(history, "prosecutor", since=lifted)
    assert standing(history.current(), history.at).doubted
    again(history, "city", "courts")
    assert history.state(history.at) == "IN_FORCE"


def test_what_lifted_a_doubt_can_be_in_doubt_itself() -> None:
    history = adopted()
    doubt(history, "city")
    again(history, "courts", "prosecutor")
    lifted = history.entry
    # The first adoption rests on one good vote now, but the version was voted on again: that is what it rests on.
    doubt(history, "courts", until=lifted - 2)
    assert history.state(history.at) == "IN_FORCE"
    doubt(history, "prosecutor", since=lifted)
    assert history.state(history.at) == "SUSPENDED"


def test_a_doubt_beside_a_suspension_is_lifted_by_itself() -> None:
    history = adopted()
    history.must(history.voted("suspend", "courts"))
    doubt(history, "city")
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.doubted, stands.lapses is not None) == ("SUSPENDED", True, True)
    again(history, "courts", "prosecutor")
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.doubted) == ("SUSPENDED", False)
    again(history, "courts", "prosecutor")
    assert history.state(history.at) == "IN_FORCE"


def test_a_second_doubt_suspends_nothing_twice() -> None:
    history = adopted()
    doubt(history, "city")
    first = standing(history.current(), history.at)
    doubt(history, "courts")
    assert standing(history.current(), history.at).answers == first.answers


def test_who_must_consent_to_a_column_consents_again() -> None:
    consenting = charter(consent={"birth_date": "courts"})
    history = adopted(charter=consenting)
    doubt(history, "courts")
    again(history, "city", "prosecutor")
    assert history.state(history.at) == "SUSPENDED"
    again(history, "courts")
    assert history.state(history.at) == "IN_FORCE"


def test_a_one_off_grant_is_voted_on_again_by_who_may_give_it() -> None:
    history = given("courts")
    history.at = START
    assert history.state(history.at) == "IN_FORCE"
    doubt(history, "courts")
    (waits,) = [one for one in pending(history.current(), history.charter, history.at) if one.what == "doubt"]
    assert (waits.seats, waits.needs) == (("courts",), 1)
    again(history, "courts")
    assert history.state(history.at) == "IN_FORCE"


def test_a_text_of_the_owners_stays_in_force_and_its_votes_are_marked() -> None:
    texts, at, entry = Texts(about="profile"), START, 10

    def add(act: TextAct) -> None:
        nonlocal texts, at, entry
        at, entry = Instant(at + HOUR), entry + 1
        made = apply_text(texts, act, by=OFFICER, charter=CHARTER, at=at, entry=entry, origin=ORIGIN, verify=verify)
        assert isinstance(made, Texts), made
        texts = made

    add(ProposeText(profile()))
    for seat in ("city", "courts"):
        add(vote("adopt", seat, hashed(profile_text()), 11, agreement="text:profile"))
    before = texts
    add(Doubt(seat="prosecutor", since=0, until=entry + 1))
    assert texts is before
    add(Doubt(seat="city", since=0, until=entry + 1))
    assert [one.doubted for one in texts.ballots] == [entry, None]
    assert texts.in_force(at) is not None


def test_a_seat_without_a_key_votes_no_more() -> None:
    history = adopted()
    keyless = {seat: replace(owner, key="") if seat == "city" else owner for seat, owner in CHARTER.owners.items()}
    history.charter = replace(CHARTER, owners=keyless)
    assert history.refused(history.voted("suspend", "city")) == "NO_KEY"
    history.must(Propose(version(number=2)))


@pytest.mark.parametrize("seat", ["city", "courts"])
def test_doubt_changes_nothing_after_the_end(seat: str) -> None:
    history = adopted()
    history.at = END
    doubt(history, seat)
    assert history.state(history.at) == "ENDED"
