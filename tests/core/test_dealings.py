"""What passes between an agency and the owners: acknowledgements, inquiries, and what came of answers."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core.access.decision import Caller, Permit, Question, decide
from pars.core.access.floor import floor
from pars.core.access.question import Evidence
from pars.core.access.use_words import words
from pars.core.agreements.acts import Acknowledge, Answer, Inquire, NameUser, RemoveUser, Who
from pars.core.agreements.differences import differences
from pars.core.agreements.notice import result_notice
from pars.core.agreements.outcomes import OUTCOMES
from pars.core.agreements.plain import explain
from pars.core.agreements.trial import trial
from pars.core.agreements.version import Version, narrows
from pars.core.ledger import dealing_drafts
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import END, START, History, version
from tests.core.test_use import report_on
from tests.ledgers import HELD, PERSON, Ledger, hashed, make_version, outsider, staff

MUST = ["training_completed", "terms_acknowledged"]
QUESTION = Question(
    purpose="warrant_service", columns=("surname",), evidence=Evidence("warrant_number", "MC-51-CR-0000001-2027")
)
COURTS = Who("clerk", "grant:clerk", "courts")
ASKED, SAID = hashed(b"Whom did you arrest?"), hashed(b"Nobody.")
WRITTEN = {ASKED: "Whom did you arrest?", SAID: "Nobody."}


def demanding(**more: Any) -> Version:
    return version({"/users/must": MUST}, **more)


def served() -> History:
    history = History()
    history.adopt(demanding())
    history.must(NameUser(PERSON, None, HELD))
    return history


def ask(history: History, at: int) -> Permit | Refusal:
    return decide(Caller("sheriff", PERSON), QUESTION, [history.current()], used={}, floor=floor, at=Instant(at))


# ---------------------------------------------------------------- acknowledgement


def test_nothing_is_answered_to_who_has_not_acknowledged_the_version() -> None:
    history = served()
    made = demanding()
    refused = ask(history, START)
    assert isinstance(refused, Refusal)
    assert (refused.code, bool(refused.remedy)) == ("NOT_ACKNOWLEDGED", True)
    history.must(Acknowledge(PERSON, made.hash))
    assert isinstance(ask(history, START), Permit)
    assert history.refused(Acknowledge(PERSON, made.hash)) == "ALREADY_ACKNOWLEDGED"


def test_it_is_acknowledged_anew_for_each_version_and_each_naming() -> None:
    history = served()
    history.must(Acknowledge(PERSON, demanding().hash))
    newer = demanding(number=2, start=START + DAY)
    history.adopt(newer)
    history.must(Acknowledge(PERSON, newer.hash))  # before it begins, so that nothing is interrupted
    assert isinstance(ask(history, START + DAY), Permit)
    history.must(RemoveUser(PERSON))
    history.must(NameUser(PERSON, None, HELD))
    refused = ask(history, START + DAY)
    assert isinstance(refused, Refusal)
    assert refused.code == "NOT_ACKNOWLEDGED"
    history.must(Acknowledge(PERSON, newer.hash))


@pytest.mark.parametrize(
    ("person", "which", "at", "code"),
    [("stranger", 1, START, "NOT_NAMED"), (PERSON, 2, START, "NOT_ALIVE"), (PERSON, 1, END, "NOT_ALIVE")],
)
def test_only_who_is_named_acknowledges_and_only_what_is_alive(person: str, which: int, at: int, code: str) -> None:
    history = served()
    assert history.refused(Acknowledge(person, demanding(number=which).hash), at=at) == code


def test_the_demand_is_said_compared_and_narrows() -> None:
    plain, made = version(), demanding()
    assert any(said.startswith("Each of them must acknowledge what this version says") for said in explain(made, "en"))
    assert any(said.startswith("Cada una debe reconocer") for said in explain(made, "es"))
    assert [one.kind for one in differences(made, plain)] == ["removed"]
    assert [one.kind for one in differences(plain, made)] == ["added"]
    assert narrows(made, plain)
    assert not narrows(plain, made)
    assert isinstance(trial(made, QUESTION, START), Permit)


def test_the_ledger_refuses_an_answer_to_who_has_not_acknowledged() -> None:
    ledger = Ledger()
    made = ledger.serve(make_version({"/users/must": MUST}))
    ledger.disclose(made)
    assert ledger.violation() == "NOT_ACKNOWLEDGED"
    ledger.entries.pop()
    ledger.add(dealing_drafts.terms_acknowledged(agreement="AGR-1", person=PERSON, version=made.hash), outsider())
    ledger.disclose(made)
    assert ledger.state().agreements["AGR-1"].acknowledged[0].person == PERSON


@pytest.mark.parametrize(
    ("by", "person", "code"),
    [
        (staff("registrar"), PERSON, "NO_AUTHORITY"),
        (outsider(), "sergeant", "OTHER_PERSON"),
        (outsider("sergeant"), "sergeant", "NOT_NAMED"),
    ],
)
def test_nobody_acknowledges_for_another(by: Any, person: str, code: str) -> None:
    ledger = Ledger()
    made = ledger.serve(make_version({"/users/must": MUST}))
    ledger.add(dealing_drafts.terms_acknowledged(agreement="AGR-1", person=person, version=made.hash), by)
    assert ledger.violation() == code


# ---------------------------------------------------------------- inquiries


def test_an_inquiry_is_answered_once_in_time_or_late() -> None:
    history = served()
    assert history.refused(Inquire(ASKED, history.at)) == "DUE_PASSED"
    due = Instant(history.at + DAY)
    history.must(Inquire(ASKED, due), by=COURTS)
    entry = history.entry
    assert history.refused(Answer(entry + 5, SAID)) == "NO_SUCH_INQUIRY"
    told = lambda at: result_notice(history.current(), Instant(at), {"courts": "The Courts"}, WRITTEN).decode()  # noqa: E731
    assert "The Courts asked" in told(due - 1)
    assert "Whom did you arrest?\nNot answered yet." in told(due - 1)
    assert "The agency did not answer by then." in told(due)
    assert "La agencia no respondió en el plazo." in told(due)
    history.must(Answer(entry, SAID), at=due + HOUR)
    assert ", late: Nobody." in told(due + HOUR)
    assert "The agency did not answer by then." in told(due)
    assert history.refused(Answer(entry, SAID)) == "ALREADY_ANSWERED"
    history.must(Inquire(ASKED, Instant(history.at + DAY)), by=COURTS)
    history.must(Answer(history.entry, SAID))
    assert "The agency answered" in told(history.at)
    assert [one.by.owner for one in history.current().inquiries] == ["courts", "courts"]


def inquired(ledger: Ledger) -> Any:
    ledger.serve()
    return ledger.add(
        dealing_drafts.inquiry_made(agreement="AGR-1", inquiry=ledger.keep(b"Whom?"), due=Instant(ledger.at + DAY)),
        staff("voter-courts"),
    )


def test_the_ledger_holds_what_was_asked_and_answered() -> None:
    ledger = Ledger()
    asked = inquired(ledger)
    ledger.add(dealing_drafts.inquiry_answered(agreement="AGR-1", inquiry=asked.id, answer=ledger.keep(b"Nobody.")), outsider())
    [held] = ledger.state().agreements["AGR-1"].inquiries
    assert (held.by.owner, held.answer is not None) == ("courts", True)
    ledger.add(
        dealing_drafts.inquiry_answered(agreement="AGR-1", inquiry=asked.id, answer=ledger.keep(b"No.")), staff("registrar")
    )
    assert ledger.violation() == "ALREADY_ANSWERED"


@pytest.mark.parametrize("which", [b"Whom?", b"Nobody."])
def test_the_words_are_there_to_read(which: bytes) -> None:
    ledger = Ledger()
    asked = inquired(ledger)
    ledger.add(dealing_drafts.inquiry_answered(agreement="AGR-1", inquiry=asked.id, answer=ledger.keep(b"Nobody.")), outsider())
    del ledger.texts[hashed(which)]
    if which == b"Whom?":
        ledger.entries.pop()
    assert ledger.violation() == "TEXT_MISSING"


def test_only_an_owners_voter_asks() -> None:
    ledger = Ledger()
    ledger.serve()
    due = Instant(ledger.at + DAY)
    ledger.add(dealing_drafts.inquiry_made(agreement="AGR-1", inquiry=ledger.keep(b"Whom?"), due=due), staff("clerk"))
    assert ledger.violation() == "NOT_YOUR_ACT"


# ---------------------------------------------------------------- outcomes


def outcome(answer: int, said: str = "cleared") -> Any:
    return dealing_drafts.outcome_reported(agreement="AGR-1", answer=answer, outcome=said)


def test_outcomes_are_counted_in_the_record_of_use_the_last_word_on_each() -> None:
    ledger = Ledger()
    made = ledger.serve()
    first, second = ledger.disclose(made), ledger.disclose(made)
    for answer, said in ((first, "open"), (second, "acted"), (first, "cleared")):
        ledger.add(outcome(answer.id, said), outsider())
    ledger.state()
    report = report_on(ledger)
    assert report.outcomes == (("acted", 1), ("cleared", 1))
    said = "\n".join(words(report))
    assert (
        "The agency said what came of 2 answers. something was done that the purpose allows: 1; the record cleared us" in said
    )
    assert {language for one in OUTCOMES.values() for language in one} == {"en", "es"}


@pytest.mark.parametrize(
    ("said", "back", "by", "code"),
    [
        ("guilty", 1, outsider(), "UNKNOWN_OUTCOME"),
        ("cleared", 2, outsider(), "NO_SUCH_ENTRY"),
        ("cleared", 1, outsider("stranger"), "NOT_NAMED"),
        ("cleared", 1, staff("registrar"), "NO_AUTHORITY"),
    ],
)
def test_an_outcome_is_of_an_answer_under_the_agreement_by_its_people(said: str, back: int, by: Any, code: str) -> None:
    ledger = Ledger()
    ledger.disclose(ledger.serve())
    ledger.add(outcome(ledger.entries[-back].id, said), by)
    assert ledger.violation() == code


def test_an_outcome_before_any_answer_tells_of_none() -> None:
    ledger = Ledger()
    ledger.serve()
    ledger.add(outcome(1), outsider())
    assert ledger.violation() == "NO_SUCH_ENTRY"


def test_an_unknown_code_in_an_old_report_is_told_as_it_is() -> None:
    from dataclasses import replace

    ledger = Ledger()
    ledger.serve()
    report = replace(report_on(ledger), outcomes=(("ancient", 1),))
    assert "came of 1 answer. ancient: 1." in "\n".join(words(report))
