"""The edge cases of an agreement and of a question under it, by their number in the field's list of fifty: if one is wrong, somebody
reads what nobody allowed. Each test fails when the guard it is about is taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pars.core import canonical
from pars.core.access.decision import Caller, Evidence, Permit, Question, decide
from pars.core.access.floor import floor
from pars.core.access.limits import Used
from pars.core.access.predicate import Is
from pars.core.agreements.agreement import Agreement, NameUser, standing
from pars.core.agreements.civil import END_OF_DAY
from pars.core.agreements.version import read_version
from pars.core.terms import DAY, HOUR, Instant, Refusal, instant
from tests.agreements import DOCUMENT, END, START, History, changed, in_force, version, vote

CALLER = Caller("sheriff", "deputy", "terminal-7")
BY_NAME = (Is("surname", "Doe"), Is("given", "Ann"))
ASKED = Question(
    purpose="warrant_service", evidence=Evidence("warrant_number", "W-1234"), columns=("surname", "record"), where=BY_NAME
)
AUGUST = {"civil": "2027-08-31", "zone": "America/New_York", "rule": END_OF_DAY}


def ask(
    question: Question = ASKED, under: Agreement | None = None, *, at: int = START + HOUR, used: int = 0, by: Caller = CALLER
) -> Permit | Refusal:
    return decide(by, question, [under or in_force()], used={"AGR-1": Used(questions=used)}, floor=floor, at=Instant(at))


def code(outcome: Permit | Refusal) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "PERMITTED"


def adopted() -> History:
    history = History()
    history.adopt(version())
    return history


# ---------------------------------------------------------------- 30: when a term ends


@pytest.mark.parametrize(
    ("ends", "good"),
    [
        (datetime(2027, 9, 1, 4, tzinfo=UTC), True),  # midnight after the day, in Philadelphia
        (datetime(2027, 8, 31, 4, tzinfo=UTC), False),  # the day's beginning
        (datetime(2027, 9, 1, 0, tzinfo=UTC), False),  # midnight in Greenwich
    ],
)
def test_edge_30_a_term_to_31_august_ends_with_that_day_at_its_place_and_at_no_other_instant(
    ends: datetime, good: bool
) -> None:
    text = canonical.write(changed(DOCUMENT, {"/term/end": {**AUGUST, "instant": instant(ends)}}))
    made = read_version(text)
    if good:
        assert not isinstance(made, Refusal), made
        assert (made.term.end, made.term.civil) == (instant(ends), date(2027, 8, 31))
    else:
        assert isinstance(made, Refusal)
        assert made.code == "WRONG_INSTANT"


# ---------------------------------------------------------------- 33: votes


def test_edge_33_votes_on_two_texts_are_not_added_up() -> None:
    history = History()
    other = version({"/limits/rows_per_reply": 10}, number=2)
    first, second = history.propose(version()), history.propose(other)
    history.must(vote("adopt", "city", version().hash, first))
    history.must(vote("adopt", "courts", other.hash, second))
    assert history.state(START) == "PROPOSED"


def test_edge_33_an_owner_votes_once_whoever_signs_for_it_and_takes_nothing_back() -> None:
    history = History()
    entry = history.propose(version())
    history.must(vote("adopt", "city", version().hash, entry))
    assert history.refused(vote("adopt", "city", version().hash, entry)) == "SECOND_VOTE"
    assert history.refused(vote("reject", "city", version().hash, entry)) == "SECOND_VOTE"
    assert history.state(START) == "PROPOSED"
    history.must(vote("adopt", "courts", version().hash, entry))
    assert history.refused(vote("reject", "city", version().hash, entry)) == "DECIDED"
    assert history.state(START) == "IN_FORCE"


def test_edge_33_who_holds_no_seat_or_another_one_does_not_vote() -> None:
    history = History()
    entry = history.propose(version())
    assert history.refused(vote("adopt", "city", version().hash, entry, by="courts")) == "FORGED"
    assert history.refused(replace(vote("adopt", "city", version().hash, entry), seat="mayor")) == "UNKNOWN_SEAT"


# ---------------------------------------------------------------- 34, 35: renewed late, narrowed meanwhile


def test_edge_34_a_renewal_voted_late_and_dated_back_makes_nothing_of_the_gap_lawful() -> None:
    history = adopted()
    history.must(NameUser("deputy", None, ("training_completed",)))
    renewed = Instant(END + 6 * HOUR)
    history.adopt(version(number=2, start=START, end=END + 9 * DAY), at=renewed)
    stands = standing(history.current(), renewed)
    assert (stands.state, stands.since) == ("IN_FORCE", renewed)
    assert history.state(renewed - 1) == "ENDED"
    assert code(ask(under=history.current(), at=renewed - HOUR)) == "AGREEMENT_ENDED"
    assert code(ask(under=history.current(), at=renewed + HOUR)) == "PERMITTED"


def test_edge_35_from_the_instant_of_an_amendment_the_old_columns_are_refused() -> None:
    history = adopted()
    history.must(NameUser("deputy", None, ("training_completed",)))
    narrower = {"/scope/columns": ["record"], "/scope/filters": ["surname", "given"], "/scope/masks": {}}
    history.adopt(version(narrower, number=2, start=START + DAY))
    assert code(ask(under=history.current(), at=START + DAY - HOUR)) == "PERMITTED"
    after = ask(under=history.current(), at=START + DAY + HOUR)
    assert isinstance(after, Refusal)
    assert (after.code, after.names) == ("NOT_GRANTED", ("surname",))
    before = ask(under=history.current(), at=START + DAY - HOUR)
    assert isinstance(before, Permit)
    assert before.until == START + DAY


# ---------------------------------------------------------------- 36, 37: for whom, and for what


def test_edge_36_nobody_asks_who_was_not_named_and_nobody_passes_anything_on() -> None:
    assert code(ask()) == "PERMITTED"
    assert code(ask(by=replace(CALLER, person="taskforce"))) == "NOT_NAMED"
    assert code(ask(by=replace(CALLER, agency="bureau"))) not in {"PERMITTED", "NOT_NAMED"}
    onward = read_version(canonical.write(changed(DOCUMENT, {"/onward": "allowed"})))
    assert isinstance(onward, Refusal)


def test_edge_37_each_question_names_what_it_is_for_and_a_day_has_so_many() -> None:
    assert code(ask(replace(ASKED, evidence=None))) == "NO_EVIDENCE"
    assert code(ask(replace(ASKED, evidence=Evidence("warrant_number", "official business")))) == "WRONG_EVIDENCE"
    assert code(ask(used=version().limits.questions_per_day - 1)) == "PERMITTED"
    assert code(ask(used=version().limits.questions_per_day)) == "LIMIT_REACHED"


@pytest.mark.parametrize("column", ["birthplace", "address"])
def test_edge_37_no_agreement_lets_anybody_be_looked_for_by_birthplace_or_address(column: str) -> None:
    made = read_version(canonical.write(changed(DOCUMENT, {"/scope/filters": [*DOCUMENT["scope"]["filters"], column]})))
    assert isinstance(made, Refusal)
    assert made.code == "NOT_FILTERABLE"


def test_edge_37_the_law_lets_nobody_be_looked_for_by_language_whatever_was_agreed() -> None:
    made = version({"/scope/filters": [*DOCUMENT["scope"]["filters"], "language"]})
    assert code(ask(replace(ASKED, where=(*BY_NAME, Is("language", "x"))), in_force(made))) == "NOT_LAWFUL"
