"""The interview as it goes: begun, saved as it comes, put off, checked, ended; and its place on the interviewer's list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases import facts
from pars.core.cases.board import now_row
from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, identity, interview, release_order
from pars.core.cases.flags import record_flag
from pars.core.cases.interview_queue import language_needed, list_order, prepare_for, waits_for_interviewer
from pars.core.cases.papers import PAPERS, write
from pars.core.cases.pretrial import (
    CHANNELS,
    SCRIPT,
    begin_interview,
    name_reference,
    postpone_interview,
    progress_words,
    record_interview,
    save_answers,
    verify_answer,
)
from pars.core.cases.progress import missing_for_arraignment, next_steps
from pars.core.cases.waiting import flags, waiting
from pars.core.cases.worksheet import answers_of, last_worksheet, reopened, standing_worksheet, verified
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Refusal
from tests.cases import (
    ARRESTED,
    BORN,
    MONEY,
    NOW,
    PERSON,
    ROR,
    asked,
    at,
    booked,
    decided,
    done,
    heard,
    order,
    ordered,
    refused,
    sent,
    signed,
)
from tests.guidelines import sheeted, talked


def begun(case: Case | None = None) -> Case:
    before = case or booked()
    return done(begin_interview(before, before.version, channel="VIDEO", room=" B-08 ", told=True))


def test_an_interview_begins_when_it_was_said_that_nothing_need_be_answered() -> None:
    case = booked()
    assert any("need not answer any question" in line for line in SCRIPT)
    refused(begin_interview(case, case.version, channel="VIDEO", told=False), "NOT_TOLD", "told")
    refused(begin_interview(case, case.version, channel="LETTER", told=True), "NO_SUCH_CHANNEL", "channel")
    refused(begin_interview(None, 1, channel="VIDEO", told=True), "NO_SUCH_CASE")
    outcome = begin_interview(case, case.version, channel="VIDEO", room=" B-08 ", told=True)
    (fact,) = done(outcome).current(facts.InterviewBegun)
    assert (fact.channel, fact.room, fact.told) == ("VIDEO", "B-08", True)
    assert (outcome.kind, outcome.detail) == (Kind.INTERVIEW_SAVED, {"step": "BEGUN"})
    assert {"VIDEO", "IN_PERSON", "PHONE"} == set(CHANNELS)


def test_answers_are_saved_as_they_come_and_none_is_overwritten() -> None:
    case = booked()
    refused(save_answers(case, case.version, answers={"employed": "YES"}), "NOT_BEGUN")
    refused(save_answers(None, 1), "NO_SUCH_CASE")
    case = begun()
    refused(save_answers(case, case.version), "NOTHING_CHANGED")
    refused(save_answers(case, case.version, answers={"employed": None}), "NOTHING_CHANGED")
    refused(save_answers(case, case.version, answers={"offense": "YES"}), "NO_SUCH_QUESTION", "answers")
    refused(save_answers(case, case.version, answers={"employed": "MAYBE"}), "NO_SUCH_ANSWER", "employed")
    outcome = save_answers(case, case.version, answers={"employed": "YES", "phone": "NO"}, note="Speaks softly")
    case = done(outcome)
    assert outcome.detail == {"step": "ANSWERS", "answers": 2}
    assert progress_words(case) == "2 of 20 answered"
    case = done(save_answers(case, case.version, answers={"employed": "NO", "phone": "NO"}, note="Speaks softly"))
    assert [(fact.answer, fact.corrects) for fact in case.facts if getattr(fact, "question", "") == "employed"] == [
        ("YES", None),
        ("NO", answers_of(case)["employed"].corrects),
    ]
    case = done(save_answers(case, case.version, answers={"employed": None}, note="Speaks up"))
    assert answers_of(case)["employed"].answer is None
    assert progress_words(case) == "1 of 20 answered"
    assert [note.text for note in case.current(facts.InterviewNoted)] == ["Speaks up"]
    assert sum(isinstance(fact, facts.InterviewNoted) for fact in case.facts) == 2


def test_nothing_of_an_interview_is_in_words_in_the_ledger() -> None:
    case = begun()
    details = [
        save_answers(case, case.version, answers={"employed": "YES"}, note="A secret").detail,  # type: ignore[union-attr]
        name_reference(case, case.version, name="Ada Quill", relation="mother", phone="555-0100").detail,  # type: ignore[union-attr]
        postpone_interview(case, case.version, reason="Asleep").detail,  # type: ignore[union-attr]
        verify_answer(
            talked(), talked().version, question="employed", channel="CALL", result="CONFIRMED", says="Ada said so"
        ).detail,  # type: ignore[union-attr]
    ]
    said = str(details)
    assert all(word not in said for word in ("secret", "Ada", "Quill", "mother", "555", "Asleep", "employed"))


def test_it_is_put_off_with_a_reason_and_stays_owed() -> None:
    case = booked()
    refused(postpone_interview(case, case.version, reason=" "), "REASON_NEEDED", "reason")
    refused(postpone_interview(None, 1, reason="x"), "NO_SUCH_CASE")
    case = done(postpone_interview(case, case.version, reason="Asleep", until=at("2026-11-20T14:00")))
    place = waits_for_interviewer(case, NOW)
    assert place is not None
    assert (place.turn, place.put_off, place.until) == ("POSTPONED", "Asleep", at("2026-11-20T14:00"))
    assert isinstance(place.since, facts.InterviewPostponed)


def test_a_reference_is_somebody_with_a_relation() -> None:
    case = begun()
    refused(name_reference(case, case.version, name=" ", relation=None), "REFERENCE_INCOMPLETE", "name", "relation")
    refused(name_reference(None, 1, name="A", relation="b"), "NO_SUCH_CASE")
    case = done(name_reference(case, case.version, name="Ada Quill", relation="mother", phone=" "))
    (fact,) = case.current(facts.ReferenceNamed)
    assert (fact.name, fact.relation, fact.phone) == ("Ada Quill", "mother", None)


def test_a_check_names_what_was_checked_how_and_with_whom() -> None:
    case = talked()
    case = done(name_reference(case, case.version, name="Ada Quill", relation="mother"))
    (reference,) = case.current(facts.ReferenceNamed)

    def check(**changes: object) -> object:
        parts = {"question": "employed", "channel": "CALL", "result": "CONFIRMED", **changes}
        return verify_answer(case, case.version, **parts)  # type: ignore[arg-type]

    refused(check(question="phone"), "NO_SUCH_ANSWER", "question")
    refused(check(question="offense"), "NO_SUCH_ANSWER", "question")
    refused(check(channel="GUESS"), "NO_SUCH_CHECK", "channel")
    refused(check(result="MAYBE"), "NO_SUCH_CHECK", "result")
    refused(check(reference=reference.n + 1), "NO_SUCH_REFERENCE", "reference")
    refused(check(result="DIFFERENT"), "REASON_NEEDED", "says")
    refused(verify_answer(None, 1, question="employed", channel="CALL", result="CONFIRMED"), "NO_SUCH_CASE")
    outcome = check(reference=reference.n, time=at("2026-11-20T12:00"), says=" Works nights ")
    assert outcome.kind is Kind.ANSWER_VERIFIED  # type: ignore[attr-defined]
    after = done(outcome)  # type: ignore[arg-type]
    found = verified(after, answers_of(after)["employed"])
    assert found is not None
    assert (found.reference, found.says, found.time) == (reference.n, "Works nights", at("2026-11-20T12:00"))
    withdrawn = done(save_answers(after, after.version, answers={"employed": None}))
    refused(
        verify_answer(withdrawn, withdrawn.version, question="employed", channel="CALL", result="CONFIRMED"), "NO_SUCH_ANSWER"
    )


def test_the_end_counts_what_was_answered_before_and_last() -> None:
    case = begun()
    case = done(save_answers(case, case.version, answers={"employed": "YES", "phone": "NO"}))
    outcome = record_interview(
        case, case.version, outcome="TAKEN", answers={"phone": None, "transport": "YES"}, note="Calm", interpreter=" Spanish "
    )
    assert outcome.detail == {"outcome": "TAKEN", "answered": 2}
    after = done(outcome)
    ended = interview(after)
    assert ended is not None
    assert (ended.outcome, ended.interpreter) == ("TAKEN", "Spanish")
    assert [note.text for note in after.current(facts.InterviewNoted)] == ["Calm"]


# ---------------------------------------------------------------- the list


def turn(case: Case) -> str | None:
    place = waits_for_interviewer(case, NOW)
    return place.turn if place is not None else None


def test_a_case_is_on_the_list_while_something_is_owed() -> None:
    assert turn(booked()) == "TAKE"
    assert turn(begun()) == "UNDER_WAY"
    assert turn(talked()) == "WORKSHEET"
    assert turn(sheeted()) is None
    assert turn(heard(sheeted())) is None
    assert turn(done(record_interview(signed(), signed().version, outcome="DECLINED"))) is None
    assert turn(decided(sent(), "DECLINE", reason="EVIDENCE")) is None
    changed = sheeted()
    changed = done(save_answers(changed, changed.version, answers={"employed": "NO"}))
    assert turn(changed) == "REOPENED"
    again = begun(done(postpone_interview(booked(), 1, reason="Asleep")))
    assert turn(again) == "UNDER_WAY", "begun after it was put off"
    child = booked(person=replace(PERSON, birth_date=at("2012-01-01")))
    assert turn(child) is None, "off the adult path until that is settled"


def test_the_list_says_since_when_where_and_by_which_limit() -> None:
    place = waits_for_interviewer(begun(), NOW)
    assert place is not None
    assert place.room == "B-08"
    assert place.limit == ARRESTED.earliest + 48 * HOUR
    bare = waits_for_interviewer(booked(booking=None), NOW)
    assert bare is not None
    assert bare.since.n == 1
    assert list_order(Instant(5), Instant(9)) < list_order(Instant(6), Instant(1)) < list_order(None, Instant(0))


@pytest.mark.parametrize(
    ("claimed", "found", "needed"),
    [
        (None, None, None),
        ("English", None, None),
        (" eng ", None, None),
        ("Spanish", None, "Spanish"),
        ("English", "Twi", "Twi"),
    ],
)
def test_an_interpreter_is_prepared_for(claimed: str | None, found: str | None, needed: str | None) -> None:
    case = booked(person=replace(PERSON, language=claimed))
    if found is not None:
        case = asked(case, interpreter=found)
    assert language_needed(case) == needed
    assert prepare_for(case) == ((f"Interpreter: {needed}",) if needed else ())
    assert language_needed(Case("case")) is None


def test_what_was_stated_of_an_interpreter_or_of_competency_is_prepared_for() -> None:
    def flagged(case: Case, fact: facts.Fact) -> Case:
        return done(record_flag(case, case.version, fact))

    case = flagged(booked(), facts.InterpreterStated(state="NEEDED", language="Twi"))
    assert prepare_for(case) == ("Interpreter: Twi",)
    spanish = booked(person=replace(PERSON, language="Spanish"))
    none = flagged(spanish, facts.InterpreterStated(state="NOT_NEEDED", note="speaks English with the nurse"))
    assert prepare_for(none) == ()
    doubted = flagged(none, facts.CompetencyRaised(state="RAISED", note="doesn't know where she is"))
    assert prepare_for(doubted) == ("A concern about competency is open",)
    assert all("nurse" not in flag and "know" not in flag for flag in prepare_for(doubted))


# ---------------------------------------------------------------- edge 3


def another(case: Case) -> Case:
    """Return the case with who the person is corrected: it was another's record."""
    who = identity(case)
    assert who is not None
    assert who.birth_date == BORN
    other = replace(who, n=0, entry=None, corrects=who.n, given="Miriam", birth_date=at("1990-06-02"))
    return done(correct_facts(case, case.version, [other], why="prints name her sister", at=NOW))


def test_edge_03_another_person_s_history_reopens_the_worksheet_and_the_bail_set_beside_it() -> None:
    """Somebody else's convictions weighed in the worksheet: it no longer stands, and who set bail beside it is told to look again."""
    before = sheeted(talked(convictions="THREE_OR_MORE"))
    assert standing_worksheet(before) is not None
    corrected = another(before)
    why = reopened(corrected)
    assert why is not None
    assert why.because == "IDENTITY"
    assert "another person's record" in why.says
    assert standing_worksheet(corrected) is None
    assert last_worksheet(corrected) == last_worksheet(before), "what was signed stays to be read"
    assert [gap.says for gap in missing_for_arraignment(corrected, NOW) if gap.code == "WORKSHEET"] == [why.says]
    steps = {step.code: step.owed_by for step in next_steps(corrected, NOW)}
    assert steps["WORKSHEET"] == "pretrial"
    assert turn(corrected) == "REOPENED"
    assert "worksheet" in flags(now_row(corrected), NOW)
    assert "interview" in waiting(now_row(corrected)).desks, "the board says whose turn it is"
    refused_paper = write(corrected, PAPERS["worksheet"], recorded={})
    assert isinstance(refused_paper, Refusal)
    assert refused_paper.code == "WORKSHEET_REOPENED"
    # After the hearing: the order stays as it is, and the judge is told.
    set_bail = ordered(heard(before), MONEY)
    assert next_steps(set_bail, NOW)[0].code == "BAIL"
    shaken = another(set_bail)
    steps = {step.code: step.owed_by for step in next_steps(shaken, NOW)}
    assert (steps["REVIEW"], steps["WORKSHEET"], steps["BAIL"]) == ("court", "pretrial", "court")
    assert release_order(shaken) == release_order(set_bail)
    assert "worksheet" in flags(now_row(shaken), NOW)
    # The records are looked up again, the worksheet is made again, and the bench still has to look at its order.
    again = done(save_answers(shaken, shaken.version, answers={"convictions": "NONE"}))
    again = sheeted(again)
    steps = {step.code: step.owed_by for step in next_steps(again, NOW)}
    assert "WORKSHEET" not in steps
    assert steps["REVIEW"] == "court"
    changed = done(order(again, replace(ROR, reasons="The record was her sister's")))
    assert not {"REVIEW", "WORKSHEET"} & {step.code for step in next_steps(changed, NOW)}
    assert now_row(changed)["worksheet_in_doubt"] is False
