"""Acts on an agreement: what each one does, when it counts, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.access.purposes import listed
from pars.core.agreements.agreement import NameUser, Propose, RemoveUser, Reply, Vote, apply, conflicts, standing, vote_message
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import CHARTER, END, NOW, OFFICER, ORIGIN, START, History, charter, in_force, verify, version, vote

CONFIRM = CHARTER.confirm_us


def adopted(**options: object) -> History:
    history = History(**options)  # type: ignore[arg-type]
    history.adopt(version())
    return history


# ---------------------------------------------------------------- proposals


def test_a_proposal_stands_until_the_owners_decide() -> None:
    history = History()
    entry = history.propose(version())
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.answers, stands.until) == ("PROPOSED", entry, END)
    assert "proposed" in stands.says
    assert history.state(END) == "UNDECIDED"
    with pytest.raises(ValueError, match="not been proposed"):
        history.state(NOW)


@pytest.mark.parametrize(
    ("number", "changes", "code"),
    [
        (1, {}, "WRONG_NUMBER"),
        (3, {}, "WRONG_NUMBER"),
        (2, {"/agreement": "AGR-2"}, "OTHER_AGREEMENT"),
        (2, {"/parties/agency/id": "other"}, "OTHER_AGREEMENT"),
        (2, {"/parties/owners": ["city", "courts"]}, "OTHER_OWNERS"),
    ],
)
def test_a_proposal_that_does_not_fit_is_refused(number: int, changes: dict[str, object], code: str) -> None:
    history = History()
    history.propose(version())
    assert history.refused(Propose(version(changes, number=number))) == code


def test_a_proposal_whose_end_has_come_is_refused() -> None:
    assert History().refused(Propose(version()), at=END) == "TOO_LATE"
    assert History(charter(notice_us=DAY)).refused(Propose(version()), at=END - DAY) == "TOO_LATE"
    assert History().propose(version(), at=END - 1)


def test_only_a_proposal_can_come_first() -> None:
    history = History()
    assert history.refused(RemoveUser("deputy")) == "NO_AGREEMENT"
    assert history.refused(vote("adopt", "city", version().hash, 1)) == "NO_AGREEMENT"


def test_no_act_is_earlier_than_the_one_before() -> None:
    history = adopted()
    assert history.refused(RemoveUser("deputy"), at=history.at - 1) == "OUT_OF_ORDER"


# ---------------------------------------------------------------- adopting


def test_two_seats_on_one_hash_bring_it_into_force_at_its_start() -> None:
    history = History()
    entry = history.propose(version())
    history.must(vote("adopt", "prosecutor", version().hash, entry))
    assert history.state(START) == "PROPOSED"
    history.must(vote("adopt", "city", version().hash, entry))
    assert history.state(history.at) == "WAITING"
    assert history.state(START - 1) == "WAITING"
    assert history.state(START) == "IN_FORCE"
    assert history.state(END - 1) == "IN_FORCE"
    assert history.state(END) == "ENDED"
    # The past stays what it was.
    assert history.state(history.at - 1) == "PROPOSED"
    stands = standing(history.current(), START)
    assert (stands.since, stands.until, stands.answers, stands.next) == (START, END, history.entry, None)
    waiting = standing(history.current(), history.at)
    assert (waiting.until, waiting.next) == (START, (version(), START))
    assert "comes into force" in waiting.says


def test_a_late_adoption_runs_only_from_the_vote() -> None:
    history = History()
    entry = history.propose(version())
    history.must(vote("adopt", "city", version().hash, entry))
    late = START + 5 * DAY
    history.must(vote("adopt", "courts", version().hash, entry), at=late)
    assert history.state(late - 1) == "PROPOSED"
    assert history.state(late) == "IN_FORCE"
    assert standing(history.current(), Instant(late)).since == late


def test_notice_runs_from_the_vote() -> None:
    history = History(charter(notice_us=3 * DAY))
    history.adopt(version())
    assert history.state(history.at + 3 * DAY - 1) == "WAITING"
    assert history.state(history.at + 3 * DAY) == "IN_FORCE"


def test_adopted_after_the_end_is_never_in_force() -> None:
    history = History(charter(notice_us=DAY))
    entry = history.propose(version())
    history.must(vote("adopt", "city", version().hash, entry))
    assert history.refused(vote("adopt", "courts", version().hash, entry), at=END - DAY) == "TOO_LATE"
    assert history.state(END + DAY) == "UNDECIDED"


def test_rejected_as_soon_as_it_cannot_be_adopted() -> None:
    history = History()
    entry = history.propose(version())
    history.must(vote("reject", "city", version().hash, entry))
    assert history.state(history.at) == "PROPOSED"
    history.must(vote("reject", "courts", version().hash, entry))
    assert history.state(history.at) == "REJECTED"
    assert history.refused(vote("adopt", "prosecutor", version().hash, entry)) == "DECIDED"
    again = version(number=2)
    history.adopt(again)
    assert history.state(START) == "IN_FORCE"


def test_a_column_may_need_its_owners_consent() -> None:
    rule = charter(consent={"next_hearing": "courts"})
    history = History(rule)
    entry = history.propose(version())
    history.must(vote("adopt", "city", version().hash, entry))
    history.must(vote("adopt", "prosecutor", version().hash, entry))
    assert history.state(START) == "PROPOSED"
    history.must(vote("adopt", "courts", version().hash, entry))
    assert history.state(START) == "IN_FORCE"

    history = History(rule)
    entry = history.propose(version())
    history.must(vote("reject", "courts", version().hash, entry))
    assert history.state(history.at) == "REJECTED"


# ---------------------------------------------------------------- forged, replayed, misplaced


def test_forged_and_misplaced_votes_are_refused() -> None:
    history = History()
    entry = history.propose(version())
    text = version().hash
    good = vote("adopt", "city", text, entry)
    for forged in (
        vote("adopt", "city", text, entry, by="courts"),
        vote("adopt", "city", text, entry, origin="another/log"),
        vote("adopt", "city", text, entry, agreement="AGR-2"),
        replace(good, seat="courts"),
        replace(good, choice="reject"),
        replace(good, answers=entry + 1),
        replace(good, signature=b""),
        replace(good, signature=bytes(64)),
    ):
        assert history.refused(forged) == "FORGED"
    assert history.refused(replace(good, seat="mayor")) == "UNKNOWN_SEAT"
    assert history.refused(replace(good, choice="abstain")) == "UNKNOWN_CHOICE"
    assert history.refused(vote("adopt", "city", "0" * 64, entry)) == "UNKNOWN_VERSION"
    assert history.refused(vote("adopt", "city", text, entry + 1)) == "WRONG_ANSWER"
    history.must(good)
    assert history.refused(good) == "SECOND_VOTE"
    assert history.refused(vote("reject", "city", text, entry)) == "SECOND_VOTE"
    history.must(vote("adopt", "courts", text, entry))
    assert history.refused(vote("adopt", "prosecutor", text, entry)) == "DECIDED"


def test_votes_on_different_texts_are_not_added_up() -> None:
    history = History()
    first = history.propose(version())
    second = history.propose(version({"/limits/rows_per_reply": 10}, number=2))
    history.must(vote("adopt", "city", version().hash, first))
    history.must(vote("adopt", "courts", version({"/limits/rows_per_reply": 10}, number=2).hash, second))
    assert history.state(START) == "PROPOSED"


# ---------------------------------------------------------------- suspending


def test_one_seat_suspends_at_once_and_it_lapses_unless_confirmed() -> None:
    history = adopted()
    history.must(history.voted("suspend", "city", START + HOUR), at=START + HOUR)
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.since, stands.until) == ("SUSPENDED", START + HOUR, START + HOUR + CONFIRM)
    assert history.state(START + HOUR - 1) == "IN_FORCE"
    assert history.state(START + HOUR + CONFIRM - 1) == "SUSPENDED"
    lapsed = standing(history.current(), Instant(START + HOUR + CONFIRM))
    assert (lapsed.state, lapsed.since) == ("IN_FORCE", START + HOUR + CONFIRM)


def test_a_confirmed_suspension_stands_until_a_quorum_reinstates() -> None:
    history = adopted()
    history.must(history.voted("suspend", "city", START), at=START)
    answers = history.entry
    assert history.refused(history.voted("suspend", "city")) == "SECOND_VOTE"
    history.must(history.voted("suspend", "prosecutor"))
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.until, stands.answers) == ("SUSPENDED", END, answers)
    assert history.refused(history.voted("suspend", "courts")) == "ALREADY_SUSPENDED"
    history.must(history.voted("reinstate", "city"))
    assert history.refused(history.voted("reinstate", "city")) == "SECOND_VOTE"
    assert history.state(history.at) == "SUSPENDED"
    history.must(history.voted("reinstate", "prosecutor"))
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.since, stands.answers) == ("IN_FORCE", history.at, history.entry)
    assert history.refused(history.voted("reinstate", "courts")) == "NOT_SUSPENDED"


def test_an_old_suspension_vote_cannot_be_used_again() -> None:
    history = adopted()
    old = history.voted("suspend", "city", START)
    history.must(old, at=START)
    for seat in ("city", "prosecutor"):
        history.must(history.voted("reinstate", seat))
    assert history.refused(old) == "WRONG_ANSWER"
    # After a suspension lapses by time alone, the vote that made it is spent too.
    fresh = history.voted("suspend", "city")
    history.must(fresh)
    assert history.refused(fresh, at=history.at + CONFIRM) == "WRONG_ANSWER"
    history.must(history.voted("suspend", "city"))
    assert history.state(history.at) == "SUSPENDED"


def test_a_seat_that_may_not_suspend_alone_needs_another() -> None:
    history = adopted()
    history.must(history.voted("suspend", "prosecutor", START), at=START)
    assert history.state(history.at) == "IN_FORCE"
    history.must(history.voted("suspend", "courts"))
    stands = standing(history.current(), history.at)
    # Two seats stand behind it from the first: it needs no confirmation.
    assert (stands.state, stands.until) == ("SUSPENDED", END)


def test_three_needed_to_confirm() -> None:
    history = adopted(charter=charter(needs={"adopt": 3, "suspend": 3, "revoke": 2, "reinstate": 2}))
    assert history.state(START) == "PROPOSED"
    history.must(vote("adopt", "prosecutor", version().hash, 101))
    history.must(history.voted("suspend", "city", START), at=START)
    history.must(history.voted("suspend", "courts"))
    assert standing(history.current(), history.at).until == START + CONFIRM
    history.must(history.voted("suspend", "prosecutor"))
    assert standing(history.current(), history.at).until == END


def test_what_waits_for_its_start_can_be_suspended_and_reinstated() -> None:
    history = adopted()
    history.must(history.voted("suspend", "city"))
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.until) == ("SUSPENDED", START)
    assert history.state(START) == "SUSPENDED"
    history.must(history.voted("reinstate", "city"))
    history.must(history.voted("reinstate", "courts"))
    assert history.state(history.at) == "WAITING"
    assert history.state(START) == "IN_FORCE"


def test_a_suspension_reaches_what_was_adopted_before_it_and_not_what_is_adopted_after() -> None:
    history = adopted()
    amended = version({"/limits/rows_per_reply": 5}, number=2, start=START + 5 * DAY)
    history.adopt(amended)
    history.must(history.voted("suspend", "city", START), at=START)
    history.must(history.voted("suspend", "courts"))
    # The amendment that was waiting doesn't slip out of the suspension at its start.
    assert history.state(START + 6 * DAY) == "SUSPENDED"
    third = version({"/limits/rows_per_reply": 4}, number=3, start=START + 7 * DAY)
    history.adopt(third)
    assert history.state(START + 6 * DAY) == "SUSPENDED"
    assert history.state(START + 7 * DAY) == "IN_FORCE"


# ---------------------------------------------------------------- revoking


def test_two_seats_revoke_for_good() -> None:
    history = adopted()
    history.must(history.voted("revoke", "city", START), at=START)
    assert history.state(history.at) == "IN_FORCE"
    assert history.refused(history.voted("revoke", "city")) == "SECOND_VOTE"
    history.must(history.voted("revoke", "courts"))
    assert history.state(history.at) == "REVOKED"
    assert history.state(history.at - 1) == "IN_FORCE"
    assert history.state(END + DAY) == "REVOKED"
    assert history.refused(history.voted("reinstate", "city")) == "NOT_ALIVE"
    assert history.refused(NameUser("deputy", None, ("training_completed",))) == "AGREEMENT_OVER"


def test_revoked_before_its_start_it_never_was_in_force() -> None:
    history = adopted()
    history.must(history.voted("revoke", "city"))
    history.must(history.voted("revoke", "courts"))
    assert history.state(history.at) == "REVOKED"
    assert history.state(START) == "REVOKED"


def test_a_waiting_version_can_be_revoked_alone() -> None:
    history = adopted()
    renewal = version(number=2, start=END, end=END + 30 * DAY)
    history.adopt(renewal)
    answers = history.entry
    at = START
    for seat in ("city", "courts"):
        history.must(vote("revoke", seat, renewal.hash, answers), at=at)
    assert history.state(START) == "IN_FORCE"
    assert standing(history.current(), START).next is None
    assert history.state(END) == "ENDED"


def test_a_revocation_reaches_the_renewal_that_waits_and_not_one_adopted_since() -> None:
    history = adopted()
    history.adopt(version(number=2, start=END, end=END + 30 * DAY))
    for seat in ("city", "courts"):
        history.must(history.voted("revoke", seat, START), at=START)
    assert history.state(END) == "REVOKED"
    third = version(number=3, start=END + DAY, end=END + 30 * DAY)
    history.adopt(third)
    assert history.state(END) == "REVOKED"
    assert standing(history.current(), END).until == END + DAY
    assert history.state(END + DAY) == "IN_FORCE"


# ---------------------------------------------------------------- amending and renewing


def test_an_amendment_supersedes_at_its_start_and_the_old_text_never_comes_back() -> None:
    history = adopted()
    amended = version(
        {"/scope/columns": ["record"], "/scope/filters": [], "/scope/masks": {}}, number=2, start=START + DAY, end=END - DAY
    )
    history.adopt(amended)
    before = standing(history.current(), Instant(START + DAY - 1))
    assert (before.version.number, before.until, before.next) == (1, START + DAY, (amended, START + DAY))
    after = standing(history.current(), Instant(START + DAY))
    assert (after.version.number, after.since, after.until) == (2, START + DAY, END - DAY)
    assert history.state(END - DAY) == "ENDED"
    assert history.refused(vote("revoke", "city", version().hash, 103), at=START + 2 * DAY) == "NOT_ALIVE"


def test_a_later_version_that_starts_sooner_is_the_one_that_counts() -> None:
    history = adopted()
    history.adopt(version(number=2, start=START + 9 * DAY))
    history.adopt(version(number=3, start=START + 5 * DAY))
    assert standing(history.current(), Instant(START + 6 * DAY)).version.number == 3
    assert standing(history.current(), Instant(START + 10 * DAY)).version.number == 3


def test_a_renewal_leaves_the_gap_a_gap() -> None:
    history = adopted()
    history.adopt(version(number=2, start=END + DAY, end=END + 9 * DAY))
    assert history.state(END - 1) == "IN_FORCE"
    gap = standing(history.current(), END)
    assert (gap.state, gap.until) == ("ENDED", END + DAY)
    assert "It ended" in gap.says
    assert "Version 2 comes into force" in gap.says
    assert history.state(END + DAY) == "IN_FORCE"


def test_a_vote_on_a_version_that_governs_later_must_wait() -> None:
    history = adopted()
    renewal = version(number=2, start=END, end=END + 30 * DAY)
    history.adopt(renewal)
    assert history.refused(vote("suspend", "city", renewal.hash, history.entry), at=START) == "WRONG_VERSION"
    # Once the first has ended, the renewal is the one to vote on.
    history.must(vote("suspend", "city", renewal.hash, history.entry - 1), at=END)
    assert history.state(END) == "SUSPENDED"


# ---------------------------------------------------------------- users and replies


def test_a_person_is_named_until_removed() -> None:
    history = adopted()
    history.must(NameUser("deputy", None, ("training_completed", "terms_signed")))
    named = history.at
    assert history.refused(NameUser("deputy", None, ("training_completed",))) == "ALREADY_NAMED"
    history.must(RemoveUser("deputy"))
    assert history.current().user("deputy", Instant(named - 1)) is None
    assert history.current().user("deputy", named) is not None
    assert history.current().user("deputy", Instant(history.at - 1)) is not None
    assert history.current().user("deputy", history.at) is None
    assert history.refused(RemoveUser("deputy")) == "NOT_NAMED"
    history.must(NameUser("clerk", None, ("training_completed",)))
    history.must(NameUser("deputy", Instant(START), ("training_completed",)))
    history.must(RemoveUser("clerk"))
    user = history.current().user("deputy", history.at)
    assert user is not None
    assert (user.named(Instant(START - 1)), user.named(START)) == (True, False)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (NameUser("deputy", Instant(NOW), ("training_completed",)), "EMPTY_TERM"),
        (NameUser("deputy", None, ()), "MUST_HOLD"),
        (NameUser("deputy", None, ("oath", "training_completed")), "UNKNOWN_REQUIREMENT"),
    ],
)
def test_a_naming_that_does_not_fit_is_refused(act: NameUser, code: str) -> None:
    assert adopted().refused(act) == code


def test_persons_can_be_named_while_a_renewal_is_open() -> None:
    history = adopted()
    act = NameUser("deputy", None, ("training_completed",))
    assert history.refused(act, at=END) == "AGREEMENT_OVER"
    history.propose(version(number=2, start=END, end=END + 9 * DAY))
    history.must(act)


def test_a_reply_is_kept_by_its_hash() -> None:
    history = adopted()
    history.must(Reply(7, "0" * 64))
    assert history.current().replies == ((Reply(7, "0" * 64), history.entry, history.at),)


# ---------------------------------------------------------------- two at once


def other(start: int, end: int, **changes: object) -> Refusal | None:
    proposed = version({"/agreement": "AGR-2", **{f"/{k}": v for k, v in changes.items()}}, start=start, end=end)
    return conflicts(proposed, [in_force()], Instant(START - 1))


def test_two_agreements_at_once_for_one_purpose_are_refused() -> None:
    found = other(START - DAY, START + 1)
    assert found is not None
    assert (found.code, found.names) == ("TWO_AT_ONCE", ("court_administration", "warrant_service"))
    assert other(START - DAY, START) is None
    assert other(END, END + DAY) is None
    assert other(END - 1, END + DAY) is not None
    elsewhere = version({"/agreement": "AGR-2", "/parties/agency/id": "other"})
    assert conflicts(elsewhere, [in_force()], START) is None
    purpose = [listed("custody").demanding("docket")]
    assert conflicts(version({"/agreement": "AGR-2", "/purposes": purpose}), [in_force()], START) is None
    assert conflicts(version(number=2), [in_force()], START) is None


def test_what_may_yet_be_in_force_counts() -> None:
    proposed = version({"/agreement": "AGR-2"})
    history = History()
    entry = history.propose(version())
    assert conflicts(proposed, [history.current()], history.at) is not None
    assert conflicts(proposed, [history.current()], END) is None
    for seat in ("city", "courts"):
        history.must(vote("reject", seat, version().hash, entry))
    assert conflicts(proposed, [history.current()], history.at) is None

    history = adopted()
    history.must(history.voted("suspend", "city", START), at=START)
    assert conflicts(proposed, [history.current()], history.at) is not None
    for seat in ("city", "courts"):
        history.must(history.voted("revoke", seat))
    assert conflicts(proposed, [history.current()], history.at) is None


def test_a_stated_start_in_the_past_is_no_conflict_with_what_has_ended() -> None:
    assert conflicts(version({"/agreement": "AGR-2"}, end=END + 9 * DAY), [in_force()], END) is None


def test_the_same_acts_make_the_same_agreement() -> None:
    history = adopted()
    history.must(NameUser("deputy", None, ("training_completed",)))
    again = None
    for entry, act in enumerate(history.told, 101):
        at = Instant(NOW + (entry - 100) * HOUR)
        made = apply(again, act, by=OFFICER, charter=CHARTER, at=at, entry=entry, origin=ORIGIN, verify=verify)
        assert not isinstance(made, Refusal)
        again = made
    assert again == history.current()
    assert isinstance(history.told[1], Vote)


def test_what_has_ended_cannot_be_voted_on() -> None:
    history = adopted()
    for choice in ("suspend", "revoke", "reinstate"):
        assert history.refused(vote(choice, "city", version().hash, history.entry), at=END) == "NOT_ALIVE"
    assert not history.current().ballots[2:]


def test_a_signature_is_over_every_part_of_the_vote() -> None:
    parts = {"origin": "o", "agreement": "A", "version": "v", "choice": "adopt", "seat": "city", "answers": 1}
    said = vote_message(**parts)  # type: ignore[arg-type]
    others = {vote_message(**{**parts, name: 2 if name == "answers" else "x"}) for name in parts}  # type: ignore[arg-type]
    assert len({said, *others}) == len(parts) + 1
