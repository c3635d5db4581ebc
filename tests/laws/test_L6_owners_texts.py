"""L6 and L7 for the owners' own texts: in force is what a quorum of distinct seats signed, from its vote on, and no longer than it says.

Random acts (proposals, votes, forged and repeated ones, in any order) are put to `apply_text`; what is in force afterwards is
compared with the signatures, counted apart from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from pars.core.agreements.acts import Vote, Who, Withdraw
from pars.core.owners.owners_text import ProposeText, Texts, apply_text, lock_of
from pars.core.owners.polling import answers_for
from pars.core.owners.votes import vote_message
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import CHARTER, NOW, OFFICER, ORIGIN, PUBLIC, SEATS, verify, vote
from tests.owners import rule

TEXTS = (
    rule(),
    rule({"/code": "INVENTED_LATER", "/start": NOW + 20 * HOUR}),
    rule({"/code": "INVENTED_TRIAL", "/end": NOW + 30 * HOUR}),
    rule({"/code": "INVENTED_TERM", "/start": NOW + 10 * HOUR, "/end": NOW + 40 * HOUR}),
    rule({"/code": "INVENTED_CLOSE", "/vote": {"closes": NOW + 6 * HOUR}}),
)
PEOPLE = {"city": OFFICER, "courts": Who("clerk", "grant:clerk", "courts")}
VOTED = st.tuples(
    st.sampled_from(["adopt", "adopt", "reject", "withdraw"]),
    st.integers(0, 4),
    st.sampled_from(sorted(SEATS)),
    st.sampled_from(["", "", "", "courts"]),
    st.integers(0, 2),
)
PROPOSED = st.tuples(st.sampled_from(["propose", "propose", "take back"]), st.integers(0, 4), st.sampled_from(sorted(PEOPLE)))
CARRIED = st.tuples(st.integers(0, 4), st.permutations(sorted(SEATS))).map(
    lambda of: [("propose", of[0], "city"), *(("adopt", of[0], seat, "", 0) for seat in of[1][:2])]
)
STEPPED_BACK = st.tuples(st.integers(0, 4), st.permutations(sorted(SEATS)), st.booleans()).map(
    lambda of: [
        ("propose", of[0], "city"),
        ("adopt", of[0], of[1][0], "", 0),
        ("take back", of[0], "city") if of[2] else ("withdraw", of[0], of[1][0], "", 0),
        ("adopt", of[0], of[1][1], "", 0),
    ]
)
STEPS = st.lists(
    st.one_of(PROPOSED.map(lambda one: [one]), VOTED.map(lambda one: [one]), CARRIED, STEPPED_BACK), min_size=2, max_size=10
).map(lambda groups: [step for group in groups for step in group])
"""Proposals, votes, and now and then a text that is proposed and carried, or would be if nothing had been taken back."""


def played(steps: list[Any], charter: Any) -> tuple[Texts, list[tuple[Instant, int, Any]]]:
    """Put the acts to the rule, an hour apart; return what it made of them, and every act that it took."""
    texts, told, entry, at = Texts(about="detainers"), [], 100, NOW
    for step in steps:
        entry, at = entry + 1, Instant(at + HOUR)
        text = TEXTS[step[1]]
        by = PEOPLE.get(step[2], OFFICER)
        if step[0] == "propose":
            act: Any = ProposeText(text)
        elif step[0] == "take back":
            act = Withdraw(text.hash)
        else:
            choice, _, seat, signer, back = step
            proposals = [one.entry for one in texts.proposals if one.text == text][-1 - back :]
            answers = answers_for(texts.ballots, seat, proposals[0]) if proposals and back < 2 else 100
            if choice == "withdraw":
                cast = [one.entry for one in texts.ballots if (one.vote.seat, one.vote.version) == (seat, text.hash)]
                answers = cast[-1 - back] if len(cast) > back else 100
            act = vote(choice, seat, text.hash, answers, agreement=lock_of("detainers"), by=signer)
        made = apply_text(texts, act, by=by, charter=charter, at=at, entry=entry, origin=ORIGIN, verify=verify)
        if isinstance(made, Texts):
            texts = made
            told.append((at, entry, act))
    return texts, told


@given(STEPS, st.sampled_from([0, 5 * HOUR]))
def test_nothing_is_in_force_without_a_quorum_of_distinct_seats_on_its_hash(steps: list[Any], notice: int) -> None:
    charter = replace(CHARTER, notice_us=notice)
    texts, told = played(steps, charter)
    for hour in range(60):
        at = Instant(NOW + hour * HOUR)
        now = texts.in_force(at)
        if now is None:
            event("nothing")
            continue
        event("in force")
        stood: dict[int, dict[str, Instant]] = {}
        gone: set[int] = set()
        quorums: list[Instant] = []
        for when, entry, act in told:
            if isinstance(act, ProposeText) and act.text == now.text:
                stood[entry] = {}
            elif isinstance(act, Withdraw) and act.version == now.text.hash:
                gone |= stood.keys()  # whatever of it is open, or was decided before
            elif isinstance(act, Vote) and act.version == now.text.hash and act.choice in {"adopt", "withdraw"}:
                message = vote_message(
                    origin=ORIGIN,
                    agreement="text:detainers",
                    version=act.version,
                    choice=act.choice,
                    seat=act.seat,
                    answers=act.answers,
                )
                assert verify(PUBLIC[act.seat], message, act.signature)
                assert now.text.closes is None or when < now.text.closes
                matter = next(one.matter for one in texts.ballots if one.entry == entry)
                assert matter in stood
                assert matter not in gone
                if act.choice == "withdraw":
                    stood[matter].pop(act.seat, None)
                else:
                    assert act.seat not in stood[matter]
                    stood[matter][act.seat] = when
                    quorums += [when] * (len(stood[matter]) == charter.needs["adopt"])
        assert any(quorum + notice <= at for quorum in quorums)
        # L7: its own start and end hold, and nothing that was adopted later covers what was before it.
        assert (now.text.start or 0) <= now.start <= at
        assert now.end is None or at < now.end
        assert now.start == max(now.text.start or 0, *(quorum + notice for quorum in quorums if quorum + notice <= now.start))


@given(STEPS, STEPS)
def test_what_was_in_force_at_an_instant_stays_so_whatever_is_voted_later(steps: list[Any], more: list[Any]) -> None:
    before, _ = played(steps, CHARTER)
    after, _ = played([*steps, *more], CHARTER)
    for hour in range(len(steps) + 1):
        at = Instant(NOW + hour * HOUR)
        assert before.in_force(at) == after.in_force(at), "a vote reaches back in time"


@given(STEPS)
def test_between_two_changes_nothing_changes(steps: list[Any]) -> None:
    texts, told = played(steps, CHARTER)
    last = max((at for at, _, _ in told), default=NOW)
    changes = texts.changes_after(last)
    for at in (last, Instant(last + HOUR), Instant(last + 3 * DAY)):
        if changes is None or at < changes:
            assert texts.in_force(at) == texts.in_force(last)
