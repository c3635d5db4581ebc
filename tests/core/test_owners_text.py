"""The owners' own texts: read strictly, said in words, adopted by signed votes, in force by date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from pars.core.agreements.acts import Who, Withdraw
from pars.core.cases.detainer_rules import READINGS
from pars.core.owners import detainer_text
from pars.core.owners.owners_text import (
    OwnersText,
    ProposeText,
    Texts,
    apply_text,
    explain_text,
    lock_of,
    read_owners_text,
    subject_of,
    title_of,
)
from pars.core.owners.profile import Profile
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import CHARTER, NOW, OFFICER, ORIGIN, verify, vote
from tests.owners import profile, profile_text, rule, rule_text


class Table:
    """A subject's texts as acts are added to them, an hour apart."""

    def __init__(self, about: str = "detainers", charter: Any = CHARTER) -> None:
        self.texts = Texts(about=about)
        self.charter = charter
        self.at, self.entry = NOW, 100

    def add(self, act: Any, at: int | None = None, by: Who = OFFICER) -> Texts | Refusal:
        self.at = Instant(self.at + HOUR if at is None else at)
        self.entry += 1
        made = apply_text(
            self.texts, act, by=by, charter=self.charter, at=self.at, entry=self.entry, origin=ORIGIN, verify=verify
        )
        if isinstance(made, Texts):
            self.texts = made
        return made

    def propose(self, text: OwnersText) -> int:
        made = self.add(ProposeText(text))
        assert isinstance(made, Texts), made
        return self.entry

    def vote(self, choice: str, seat: str, text: OwnersText, answers: int, **options: Any) -> Texts | Refusal:
        at = options.pop("at", None)
        return self.add(vote(choice, seat, text.hash, answers, agreement=lock_of(self.texts.about), **options), at)

    def adopt(self, text: OwnersText, seats: tuple[str, ...] = ("city", "courts")) -> Instant:
        answers = self.propose(text)
        for seat in seats:
            made = self.vote("adopt", seat, text, answers)
            assert isinstance(made, Texts), made
        return self.at


def code(made: Texts | Refusal) -> str:
    assert isinstance(made, Refusal), made
    assert made.says.endswith("."), made
    return made.code


# ---------------------------------------------------------------- the text


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/mood": "fair"}, "UNKNOWN_FIELD", "/mood"),
        ({"/tests/hold": "SOMETIMES"}, "UNKNOWN_TEST", "/tests/hold"),
        ({"/tests/visit": "ALWAYS"}, "UNKNOWN_FIELD", "/tests/visit"),
        ({"/status": "rumored"}, "UNKNOWN_WORD", "/status"),
        ({"/binds": []}, "WRONG_LENGTH", "/binds"),
        ({"/binds": ["city", "city"]}, "TWICE", "/binds/1"),
        ({"/binds": ["The City"]}, "WRONG_FORM", "/binds/0"),
        ({"/reading": "LOOSE"}, "UNKNOWN_WORD", "/reading"),
        ({"/code": "lower"}, "WRONG_FORM", "/code"),
        ({"/citation": ""}, "WRONG_FORM", "/citation"),
        ({"/start": 9, "/end": 9}, "EMPTY_TERM", "/end"),
        ({"/vote": {}}, "MISSING_FIELD", "/vote/closes"),
        ({"/vote": {"closes": "soon"}}, "NOT_A_NUMBER", "/vote/closes"),
        ({"/vote": {"closes": 9, "quorum": 3}}, "UNKNOWN_FIELD", "/vote/quorum"),
        ({"/end": 9, "/vote": {"closes": 10}}, "CLOSES_TOO_LATE", "/vote"),
        ({"/about": "profile"}, "UNKNOWN_FIELD", "/binds"),
        ({"/about": "weather"}, "UNKNOWN_SUBJECT", "/about"),
    ],
)
def test_a_rule_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_owners_text(rule_text(changes))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_a_rule_that_says_it_is_about_something_else_is_none() -> None:
    found = detainer_text.read_detainer_text(profile_text())
    assert isinstance(found, Refusal)
    assert found.code == "UNKNOWN_FIELD"


def test_what_is_no_canonical_object_is_refused_before_anybody_asks_what_it_is_about() -> None:
    for none in (b"no json", b"[]", b'{"b":1, "a":2}'):
        found = read_owners_text(none)
        assert isinstance(found, Refusal)
        assert found.code in {"NOT_CANONICAL", "NOT_AN_OBJECT"}


def test_each_text_is_read_as_what_it_is_about() -> None:
    assert read_owners_text(rule_text()) == rule()
    assert read_owners_text(profile_text()) == profile()
    assert (subject_of(rule()), subject_of(profile())) == ("detainers", "profile")
    assert title_of(rule(), "en") == "INVENTED_ORDINANCE"
    assert title_of(profile(), "es") == "Decide una unidad de cargos"
    assert title_of(profile({"/name": {"en": "Only English"}}), "es") == "Only English"
    assert (rule({"/start": 5}).start, rule({"/end": 5}).end) == (5, 5)


def test_the_words_of_a_rule_are_those_that_the_cases_know() -> None:
    assert get_args(detainer_text.Test) == detainer_text.TESTS
    assert get_args(detainer_text.Status) == detainer_text.STATUSES
    assert set(READINGS) == set(detainer_text.READINGS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_thing_that_a_rule_says_changes_a_sentence(language: Any) -> None:
    said = explain_text(rule(), language, CHARTER)
    assert CHARTER.owners["city"].name in " ".join(said)
    assert explain_text(profile(), language, CHARTER)
    for changes in (
        {"/citation": "another"},
        {"/status": "draft"},
        {"/binds": ["courts"]},
        {"/tests/hold": "CONVICTION_AND_JUDICIAL_WARRANT"},
        {"/tests/notice": "JUDICIAL_WARRANT"},
        {"/tests/hand_over": "ALWAYS"},
        {"/tests/access": "ALWAYS"},
        {"/reading": "FORM"},
        {"/says": {"en": "Otherwise."}},
        {"/end": NOW},
        {"/vote": {"closes": NOW}},
    ):
        assert explain_text(rule(changes), language, CHARTER) != said, changes


# ---------------------------------------------------------------- votes


def test_two_of_three_seats_put_a_text_in_force_from_the_second_vote_on() -> None:
    table = Table()
    answers = table.propose(rule())
    assert [proposal.text for proposal in table.texts.open(table.at)] == [rule()]
    table.vote("adopt", "city", rule(), answers)
    assert table.texts.adopted == ()
    table.vote("adopt", "prosecutor", rule(), answers)
    assert table.texts.open(table.at) == ()
    assert table.texts.in_force(Instant(table.at - 1)) is None
    now = table.texts.in_force(table.at)
    assert now is not None
    assert (now.text, now.start, now.end, now.entry) == (rule(), table.at, None, table.entry)
    assert table.texts.turns[-1].seats == {"city", "prosecutor"}


def test_a_start_of_its_own_and_the_charters_notice_put_it_off_and_nothing_puts_it_back() -> None:
    later = rule({"/start": NOW + 9 * DAY})
    table = Table()
    table.adopt(later)
    assert table.texts.in_force(Instant(NOW + 9 * DAY - 1)) is None
    assert table.texts.changes_after(table.at) == NOW + 9 * DAY
    found = table.texts.in_force(Instant(NOW + 9 * DAY))
    assert found is not None
    slow = Table(charter=replace(CHARTER, notice_us=3 * DAY))
    voted = slow.adopt(rule({"/start": NOW - DAY}))
    assert slow.texts.in_force(Instant(voted + 3 * DAY - 1)) is None
    assert slow.texts.in_force(Instant(voted + 3 * DAY)) is not None


def test_the_last_to_begin_is_in_force_and_an_end_gives_way_to_what_began_before() -> None:
    table = Table("profile")
    first, second = profile(), profile({"/hours/unsent": 3})
    table.adopt(first)
    until = table.adopt(second)
    found = [table.texts.in_force(Instant(until - 1)), table.texts.in_force(until)]
    assert [one.text for one in found if one is not None] == [first, second]
    table.adopt(first)  # back to the first: a text may be voted again
    assert [one.text for one in table.texts.adopted] == [first, second, first]
    rules = Table()
    rules.adopt(rule())
    short = rule({"/code": "INVENTED_TRIAL", "/end": rules.at + 9 * HOUR})
    rules.adopt(short)
    assert rules.texts.changes_after(rules.at) == short.end
    for when, text in ((rules.at, short), (short.end, rule())):
        assert when is not None
        now = rules.texts.in_force(Instant(when))
        assert now is not None
        assert now.text == text


def test_two_seats_reject_one_and_it_may_be_proposed_anew() -> None:
    table = Table()
    answers = table.propose(rule())
    table.vote("reject", "city", rule(), answers)
    table.vote("reject", "courts", rule(), answers)
    assert table.texts.open(table.at) == ()
    assert table.texts.adopted == ()
    assert code(table.vote("adopt", "prosecutor", rule(), answers)) == "DECIDED"
    assert table.adopt(rule())


def test_a_vote_is_refused_that_is_forged_replayed_unknown_late_or_a_second_one() -> None:
    table = Table()
    answers = table.propose(rule({"/end": NOW + 12 * HOUR}))
    text = rule({"/end": NOW + 12 * HOUR})
    assert code(table.vote("adopt", "city", text, answers, by="courts")) == "FORGED"
    assert code(table.vote("adopt", "city", text, answers, origin="another/log")) == "FORGED"
    assert code(table.add(vote("adopt", "city", text.hash, answers, agreement="text:profile"))) == "FORGED"
    assert code(table.vote("suspend", "city", text, answers)) == "UNKNOWN_CHOICE"
    assert code(table.vote("adopt", "city", text, answers + 50)) == "WRONG_ANSWER"
    assert code(table.vote("adopt", "city", rule(), answers)) == "WRONG_ANSWER"
    assert isinstance(table.vote("adopt", "city", text, answers), Texts)
    assert code(table.vote("adopt", "city", text, answers)) == "SECOND_VOTE"
    assert code(table.vote("reject", "city", text, answers)) == "SECOND_VOTE"
    stranger = replace(vote("adopt", "city", text.hash, answers, agreement="text:detainers"), seat="mayor")
    assert code(table.add(stranger)) == "UNKNOWN_SEAT"
    assert code(table.vote("adopt", "courts", text, answers, at=text.end)) == "TOO_LATE"
    assert code(table.vote("adopt", "courts", text, answers, at=NOW)) == "OUT_OF_ORDER"


def test_a_proposal_is_refused_that_changes_nothing_or_could_not_be_in_force() -> None:
    table = Table()
    table.propose(rule())
    assert code(table.add(ProposeText(rule()))) == "ALREADY_PROPOSED"
    assert code(table.add(ProposeText(profile()))) == "OTHER_SUBJECT"
    assert code(table.add(ProposeText(rule({"/binds": ["city", "mayor"]})))) == "OTHER_OWNERS"
    assert code(table.add(ProposeText(rule({"/citation": "another text, the same code"})))) == "CODE_TAKEN"
    ended = rule({"/code": "INVENTED_TRIAL", "/end": NOW + 1})
    assert code(table.add(ProposeText(ended))) == "TOO_LATE"
    table = Table()
    table.adopt(rule())
    assert code(table.add(ProposeText(rule()))) == "SAME_TEXT"
    assert code(table.add(ProposeText(rule({"/citation": "another text, the same code"})))) == "CODE_TAKEN"
    table.adopt(rule({"/code": "INVENTED_NEXT", "/start": table.at + 30 * DAY}))
    assert table.propose(rule()), "with another one coming, the one in force may be voted anew"


def test_a_county_of_two_needs_both() -> None:
    two = {seat: CHARTER.owners[seat] for seat in ("city", "courts")}
    table = Table("profile", charter=replace(CHARTER, owners=two))
    answers = table.propose(profile())
    table.vote("adopt", "city", profile(), answers)
    assert table.texts.adopted == ()
    table.vote("adopt", "courts", profile(), answers)
    assert table.texts.adopted
    other = table.propose(profile({"/hours/unsent": 1}))
    table.vote("reject", "courts", profile({"/hours/unsent": 1}), other)
    assert table.texts.open(table.at) == (), "one no of two is enough"
    assert isinstance(table.texts.adopted[0].text, Profile)


# ---------------------------------------------------------------- the close, and what is taken back

CLOSES = Instant(NOW + 10 * HOUR)
PROSECUTION = Who("another", "grant:another", "prosecutor")


@pytest.mark.parametrize(
    ("about", "text"),
    [("detainers", rule({"/vote": {"closes": CLOSES}})), ("profile", profile({"/vote": {"closes": CLOSES}}))],
)
def test_after_the_close_nothing_counts_and_it_ends_without_a_decision(about: str, text: OwnersText) -> None:
    table = Table(about)
    entry = table.propose(text)
    assert isinstance(table.vote("adopt", "city", text, entry, at=CLOSES - 1), Texts)
    late = table.vote("adopt", "courts", text, entry, at=CLOSES)
    assert isinstance(late, Refusal)
    assert (late.code, late.says) == ("VOTE_CLOSED", "The vote on it closed at 18:00:00 UTC on January 15, 2027.")
    [proposal] = table.texts.proposals
    assert [table.texts.fate(proposal, Instant(at)) for at in (CLOSES - 1, CLOSES)] == ["open", "undecided"]
    assert (table.texts.open(CLOSES), table.texts.became("undecided", CLOSES)) == ((), (proposal,))
    assert table.texts.in_force(Instant(NOW + 90 * DAY)) is None
    assert code(table.vote("withdraw", "city", text, table.texts.ballots[0].entry)) == "VOTE_CLOSED"
    assert code(table.add(Withdraw(text.hash))) == "NOT_OPEN"
    passed = table.add(ProposeText(text))
    assert isinstance(passed, Refusal)
    assert (passed.code, passed.names) == ("TOO_LATE", ("/vote/closes",))


def test_what_is_decided_before_the_close_stays_decided() -> None:
    table = Table()
    text = rule({"/vote": {"closes": CLOSES}})
    entry = table.propose(text)
    for seat in ("city", "courts"):
        table.vote("adopt", seat, text, entry, at=CLOSES - 1)
    [proposal] = table.texts.proposals
    assert table.texts.fate(proposal, CLOSES) == "adopted"
    assert table.texts.in_force(CLOSES) is not None
    assert "The vote on it closes on January 15, 2027 at 18:00:00 UTC." in " ".join(explain_text(text, "en", CHARTER))
    assert "La votación se cierra el 15 de enero de 2027" in " ".join(explain_text(text, "es", CHARTER))
    assert "has no day on which it closes" in explain_text(rule(), "en", CHARTER)[-1]


def test_a_rule_with_an_end_closes_with_it_and_says_why() -> None:
    table = Table()
    text = rule({"/end": CLOSES})
    entry = table.propose(text)
    [proposal] = table.texts.proposals
    assert (proposal.closes, table.texts.fate(proposal, CLOSES)) == (CLOSES, "undecided")
    assert code(table.vote("adopt", "city", text, entry, at=CLOSES)) == "TOO_LATE"


def test_a_seat_takes_its_vote_back_and_votes_anew_and_nobody_replays_the_first() -> None:
    table = Table("profile")
    text = profile()
    entry = table.propose(text)
    first = vote("adopt", "city", text.hash, entry, agreement="text:profile")
    assert isinstance(table.add(first), Texts)
    cast = table.entry
    assert code(table.vote("withdraw", "courts", text, cast)) == "NO_SUCH_VOTE"
    assert code(table.vote("withdraw", "city", text, entry)) == "NO_SUCH_VOTE"
    assert isinstance(table.vote("withdraw", "city", text, cast), Texts)
    back = table.entry
    assert code(table.vote("withdraw", "city", text, cast)) == "SECOND_VOTE"
    assert code(table.vote("withdraw", "city", text, back)) == "NO_SUCH_VOTE"
    assert code(table.add(first)) == "WRONG_ANSWER"
    table.vote("adopt", "courts", text, entry)
    assert table.texts.adopted == (), "the vote that was taken back doesn't count"
    assert isinstance(table.vote("adopt", "city", text, back), Texts)
    assert [turn.seats for turn in table.texts.turns] == [{"city", "courts"}]
    assert code(table.vote("withdraw", "city", text, table.entry)) == "DECIDED"


def test_a_proposal_is_taken_back_by_the_owner_whose_people_made_it_and_may_be_made_anew() -> None:
    table = Table()
    entry = table.propose(rule())
    table.vote("adopt", "city", rule(), entry)
    assert code(table.add(Withdraw(rule().hash), by=PROSECUTION)) == "NOT_YOUR_PROPOSAL"
    assert code(table.add(Withdraw("0" * 64))) == "UNKNOWN_TEXT"
    assert isinstance(table.add(Withdraw(rule().hash)), Texts)
    assert code(table.add(Withdraw(rule().hash))) == "NOT_OPEN"
    assert code(table.vote("adopt", "courts", rule(), entry)) == "WITHDRAWN"
    [proposal] = table.texts.proposals
    assert table.texts.became("withdrawn", table.at) == (proposal,)
    again = table.propose(rule())
    table.vote("adopt", "courts", rule(), again)
    assert table.texts.adopted == (), "a vote on the proposal that was taken back isn't one on the new"
    table.vote("adopt", "city", rule(), again)
    assert [one.text for one in table.texts.adopted] == [rule()]
    assert code(table.add(Withdraw(rule().hash))) == "NOT_OPEN"
