"""A trial says of a question what the one decision would say under that version: allowed, or the same refusal."""

from __future__ import annotations

from pars.core.access.decision import Permit
from pars.core.access.question import Question, read_question
from pars.core.agreements.acts import Turn
from pars.core.agreements.trial import trial, vote_trial
from pars.core.terms import DAY, Instant, Refusal
from tests.agreements import CHARTER, END, NOW, START, History, version, vote

ASKED = {
    "purpose": "warrant_service",
    "evidence": {"kind": "warrant_number", "value": "W-2026-0001"},
    "columns": ["surname", "given"],
    "where": [{"column": "surname", "is": "Corvane"}],
}


def question(**changes: object) -> Question:
    read = read_question({**ASKED, **changes})
    assert isinstance(read, Question), read
    return read


def test_what_a_version_grants_is_allowed_before_during_and_after_its_term() -> None:
    one = version()
    for at in (NOW, START, Instant(END - DAY), END, Instant(END + DAY)):
        outcome = trial(one, question(), at)
        assert isinstance(outcome, Permit), outcome
        assert outcome.columns == ("surname", "given")


def test_the_refusals_are_those_of_the_decision() -> None:
    one = version()
    for changes, code in (
        ({"columns": ["birthplace"]}, "NOT_GRANTED"),
        ({"where": [{"column": "sex", "is": "F"}]}, "NOT_GRANTED"),
        ({"purpose": "victim_notice"}, "UNKNOWN_PURPOSE"),
        ({"evidence": {"kind": "case_number", "value": "P-2026-0417"}}, "WRONG_EVIDENCE"),
        ({"columns": ["incident_number"], "where": []}, "NOT_LAWFUL"),
    ):
        outcome = trial(one, question(**changes), START)
        assert isinstance(outcome, Refusal)
        assert outcome.code == code
    narrower = version({"/scope/columns": ["surname"]}, number=2)
    assert isinstance(trial(narrower, question(), START), Refusal)


def test_what_a_vote_would_do_is_what_it_does() -> None:
    history = History()
    entry = history.propose(version())

    def does(choice: str, seat: str) -> object:
        [proposal] = history.current().proposals
        outcome = vote_trial(history.current(), proposal, choice=choice, seat=seat, charter=CHARTER, at=history.at)
        return outcome.kind if isinstance(outcome, Turn) else outcome.code if isinstance(outcome, Refusal) else None

    assert [does("adopt", "city"), does("reject", "city")] == [None, None]
    history.must(vote("adopt", "city", version().hash, entry))
    before = history.current()
    assert [does("adopt", "courts"), does("reject", "courts"), does("adopt", "city")] == ["adopted", None, "SECOND_VOTE"]
    assert history.current() is before
    history.must(vote("reject", "courts", version().hash, entry))
    assert [does("adopt", "prosecutor"), does("reject", "prosecutor")] == ["adopted", "rejected"]
