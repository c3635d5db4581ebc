"""The worksheet: what isn't known adds nothing and is said; what is signed stays as it was signed; it decides nothing."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases import facts
from pars.core.cases.board import now_row
from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, identity
from pars.core.cases.guidelines import RECOMMENDATIONS
from pars.core.cases.papers import PAPERS, Paper, write
from pars.core.cases.pretrial import record_interview, save_answers
from pars.core.cases.progress import missing_for_arraignment, next_steps
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.release import release_order_text
from pars.core.cases.worksheet import (
    factors_of,
    last_worksheet,
    order_to_review,
    reopened,
    standing_worksheet,
    work_out,
    worksheet_owed,
)
from pars.core.cases.worksheet_signing import Choice, sign_worksheet, worksheet_sha256, worksheet_text
from pars.core.ledger.entries import Kind
from tests.cases import NOW, ROR, asked, at, booked, done, heard, order, ordered, refused, signed
from tests.guidelines import SAID, checked, choice, guideline, sheeted, sign, talked

CORE = Path(__file__).parents[2] / "pars/core/cases"


def line(case: Case, factor: str) -> tuple[str, int, int, int]:
    """Return one factor's state, points, least and most."""
    (found,) = [one for one in work_out(case, guideline()).lines if one.factor.code == factor]
    return found.state, found.points, found.low, found.high


def another(case: Case) -> Case:
    """Return the case with who the person is corrected."""
    who = identity(case)
    assert who is not None
    other = replace(who, n=0, entry=None, corrects=who.n, given="Miriam", birth_date=at("1990-06-02"))
    return done(correct_facts(case, case.version, [other], why="prints say so", at=NOW))


# ---------------------------------------------------------------- arithmetic


def test_each_input_counts_by_its_state() -> None:
    case = talked()
    assert line(case, "time_there") == ("COUNTED", 2, 2, 2)
    assert line(case, "missed") == ("COUNTED", -2, -2, -2)
    assert line(case, "residence") == ("NOT_CONFIRMED", 0, 0, 2)
    assert line(case, "reminder") == ("NOT_ANSWERED", 0, 0, 1)
    assert line(checked(case, "local_residence"), "residence") == ("COUNTED", 2, 2, 2)
    assert line(checked(case, "local_residence", "UNREACHED"), "residence") == ("NOT_CONFIRMED", 0, 0, 2)
    assert line(checked(case, "residence_length", "DIFFERENT", says="a month"), "time_there") == ("CONTRADICTED", 0, 0, 2)


def test_a_check_of_an_earlier_answer_says_nothing_of_a_later_one() -> None:
    case = checked(talked(), "employed")
    assert line(case, "work") == ("COUNTED", 2, 2, 2)
    for answer in ("NO", None):
        case = done(save_answers(case, case.version, answers={"employed": answer}))
        assert line(case, "work")[1] == 0
    case = done(save_answers(case, case.version, answers={"employed": "YES"}))
    assert line(case, "work")[0] == "NOT_CONFIRMED"


def test_the_sum_and_what_it_could_be() -> None:
    sheet = work_out(talked(), guideline())
    assert (sheet.points, sheet.low, sheet.high) == (2, 1, 8)
    assert sheet.recommended == "CONDITIONS"
    assert sheet.could == ("ROR", "CONDITIONS")
    known = work_out(checked(talked(), "employed"), guideline())
    assert known.points == 4
    assert [one.criterion for one in sheet.lines[:2]] == ["523(A)(4)", "523(A)(4)"]


ANSWERS = st.fixed_dictionaries({code: st.sampled_from([None, *question.answers]) for code, question in QUESTIONS.items()})


@given(ANSWERS, st.sets(st.sampled_from(sorted(QUESTIONS))))
def test_whatever_was_not_answered_the_true_sum_lies_between_the_two(
    given_: dict[str, str | None], confirmed: set[str]
) -> None:
    """Fill in every missing answer in any way: the sum never leaves the bounds that the worksheet stated."""
    case = talked(**{**dict.fromkeys(SAID), **given_})
    for question in sorted(confirmed):
        if given_[question] is not None:
            case = checked(case, question)
    sheet = work_out(case, guideline())
    assert sheet.low <= sheet.points <= sheet.high
    assert sheet.recommended in sheet.could
    for one in sheet.lines:
        every = one.factor.points.values()
        if one.state == "NOT_ANSWERED":
            assert (one.points, one.low, one.high) == (0, min(every), max(every))
            assert one.source is None
        elif one.state == "COUNTED":
            assert one.points in every
            assert one.source is not None


# ---------------------------------------------------------------- signing


def test_what_is_signed_keeps_its_working() -> None:
    case = checked(talked(), "employed")
    outcome = sign(case, choice(case, conditions=("REPORT",), conditions_note=" weekly "))
    after = done(outcome)
    assert outcome.kind is Kind.WORKSHEET_SIGNED
    assert set(outcome.detail) == {"text", "guideline", "factors"}
    found = standing_worksheet(after)
    assert found is not None
    assert (found.points, found.low, found.high, found.recommended, found.recommendation) == (
        4,
        3,
        8,
        "CONDITIONS",
        "CONDITIONS",
    )
    assert (found.conditions, found.conditions_note, found.reason, found.signer) == (("REPORT",), "weekly", None, "sol")
    assert found.guideline_sha256 == guideline().sha256
    lines = factors_of(after, found)
    assert sum(one.points for one in lines) == found.points
    (work,) = [one for one in lines if one.factor == "work"]
    assert isinstance(after.fact(work.source or 0), facts.InterviewAnswered)
    assert isinstance(after.fact(work.verified or 0), facts.AnswerVerified)
    assert worksheet_owed(after) is None


def test_the_text_says_each_step_and_what_it_rests_on() -> None:
    case = checked(talked(), "employed")
    text = worksheet_text(
        case,
        work_out(case, guideline()),
        Choice(recommendation="ROR", reason="Works nights", conditions=("REPORT",), conditions_note="weekly"),
    ).decode()
    for says in (
        "Status: Illustrative: invented to show how a worksheet works.",
        "Points: +2, so far +2",
        "Points: 0, so far 0; were it known, 0 to +2",
        "From: no source",
        "checked in fact",
        "Sum: +4",
        "Were all known: +3 to +8: Release on recognizance or Release on nonmonetary conditions",
        "Departs from the sum: Works nights",
        "Conditions in words: weekly",
        "It decides nothing.",
    ):  # fmt: skip
        assert says in text, says
    plain = worksheet_text(case, work_out(case, guideline()), choice(case)).decode()
    assert "Departs" not in plain
    assert "Condition:" not in plain


def test_where_all_is_known_nothing_is_said_of_bounds() -> None:
    case = talked(family_contact="YES", phone="NO", open_case="NO", **SAID)
    for question in ("local_residence", "family_contact", "employed"):
        case = checked(case, question)
    sheet = work_out(case, guideline())
    assert sheet.low == sheet.high == sheet.points
    assert "Were all known" not in worksheet_text(case, sheet, choice(case)).decode()


def test_departing_needs_a_reason_and_nothing_unknown_is_recommended() -> None:
    case = talked()
    refused(sign(case, Choice(recommendation="ROR")), "REASON_NEEDED", "reason")
    refused(sign(case, Choice(recommendation="ROR", reason="  ")), "REASON_NEEDED", "reason")
    refused(sign(case, Choice(recommendation="DETAIN")), "NO_SUCH_RECOMMENDATION", "recommendation")
    refused(sign(case, choice(case, conditions=("JAIL",))), "NO_SUCH_CONDITION", "conditions")
    departed = last_worksheet(sheeted(case, Choice(recommendation="COURT", reason="The employer wasn't reached")))
    assert departed is not None
    assert (departed.recommended, departed.recommendation, departed.reason) == (
        "CONDITIONS",
        "COURT",
        "The employer wasn't reached",
    )
    same = last_worksheet(sheeted(case, choice(case, reason="not needed")))
    assert same is not None
    assert same.reason is None


def test_who_signs_what_and_when() -> None:
    case = talked()
    refused(sign(case, guideline=None), "NO_GUIDELINE")
    refused(sign(case, text_sha256="0" * 64), "TEXT_CHANGED", "text_sha256")
    refused(sign(signed()), "NO_INTERVIEW")
    none = done(record_interview(signed(), signed().version, outcome="DECLINED"))
    refused(sign(none), "NO_INTERVIEW")
    assert worksheet_owed(none) is None
    refused(sign(sheeted()), "ALREADY_SIGNED")
    refused(sign(heard(talked())), "HEARING_HELD")
    read = worksheet_sha256(case, work_out(case, guideline()), choice(case))
    changed = done(save_answers(case, case.version, answers={"residence_length": "UNDER_2_YEARS"}))
    refused(sign(changed, choice(case), text_sha256=read), "TEXT_CHANGED", "text_sha256")
    refused(sign_worksheet(None, 1, guideline=None, choice=choice(case), text_sha256="", signer="sol"), "NO_SUCH_CASE")


def test_a_worksheet_is_owed_after_an_interview_and_again_when_an_answer_changes() -> None:
    def owes(case: Case) -> list[str]:
        return [step.says for step in next_steps(case, NOW) if step.code == "WORKSHEET"]

    assert worksheet_owed(booked()) is None
    assert owes(talked()) == ["Work out the worksheet and sign it"]
    case = sheeted()
    assert owes(case) == []
    assert standing_worksheet(case) is not None
    changed = done(save_answers(case, case.version, answers={"employed": "NO"}))
    why = reopened(changed)
    assert why is not None
    assert why.because == "ANSWERS"
    assert "changed after the worksheet was signed" in why.says
    assert standing_worksheet(changed) is None
    assert [gap.code for gap in missing_for_arraignment(changed, NOW)] == ["WORKSHEET"]
    assert owes(changed) == ["Make the worksheet again: it no longer stands"]
    assert next_steps(changed, NOW)[-1].code == "HEARING", "the bench may call the case all the same, with a reason"
    assert now_row(changed)["worksheet_in_doubt"] is True
    again = sheeted(changed)
    assert reopened(again) is None
    assert len(again.current(facts.WorksheetSigned)) == 2, "both stay"


def test_an_answer_changed_after_the_hearing_is_no_longer_taken() -> None:
    case = heard(sheeted())
    refused(save_answers(case, case.version, answers={"employed": "NO"}), "HEARING_HELD")


# ---------------------------------------------------------------- it decides nothing


@given(ANSWERS, st.sampled_from([*RECOMMENDATIONS, None]))
def test_no_answer_and_no_recommendation_changes_the_order(given_: dict[str, str | None], recommended: str | None) -> None:
    """The same terms give the same order, whatever was said and recommended: its text, its facts and the row."""
    plain = ordered(heard(asked()))
    case = talked(**{**dict.fromkeys(SAID), **given_})
    if recommended is not None:
        case = sheeted(case, Choice(recommendation=recommended, reason="as it is"))
    case = heard(case)
    assert release_order_text(case, ROR).split(b"\n", 2)[2:] == release_order_text(heard(asked()), ROR).split(b"\n", 2)[2:]
    after = ordered(case)
    names = ("release_types", "amount_cents", "next_hearing", "ordered", "order_keeps")
    assert {name: now_row(after)[name] for name in names} == {name: now_row(plain)[name] for name in names}


@pytest.mark.parametrize("module", ["release", "bail", "custody", "holds", "next_hearing", "arraignment", "detainers"])
def test_no_rule_of_release_names_an_interview_s_fact_but_the_interpreter(module: str) -> None:
    named = {node.id for node in ast.walk(ast.parse((CORE / f"{module}.py").read_text())) if isinstance(node, ast.Name)}
    named |= {node.name for node in ast.walk(ast.parse((CORE / f"{module}.py").read_text())) if isinstance(node, ast.alias)}
    assert not named & {
        "WorksheetSigned",
        "WorksheetFactor",
        "InterviewAnswered",
        "AnswerVerified",
        "standing_worksheet",
        "work_out",
    }


def test_an_order_made_after_a_change_of_identity_was_looked_at() -> None:
    case = another(ordered(heard(sheeted())))
    assert order_to_review(case) is not None
    again = done(order(case, replace(ROR, reasons="Looked at again")))
    assert order_to_review(again) is None
    assert "REVIEW" not in {step.code for step in next_steps(again, NOW)}
    bare = another(ordered(heard(asked())))
    assert order_to_review(bare) is None, "no worksheet, nothing to look at again"


# ---------------------------------------------------------------- on paper


def test_the_paper_shows_the_working_as_it_was_signed() -> None:
    case = checked(checked(talked(), "employed"), "residence_length", "DIFFERENT", says="a month")
    case = sheeted(
        case,
        Choice(recommendation="COURT", reason="The employer\nwasn't sure", conditions=("REPORT",), conditions_note="weekly"),
    )
    kept = replace(case, facts=tuple(replace(fact, entry=7) if fact.n > 8 else fact for fact in case.facts))
    written = write(kept, PAPERS["worksheet"], recorded={7: (NOW, "sol")})
    assert isinstance(written, Paper)
    parts = {part.heading: part for part in written.body.parts}
    assert ("Employed or at school", "yes (confirmed, by call)") in parts["Answers"].rows
    assert ("Time at the address", "over 2 years (said otherwise, by call)") in parts["Answers"].rows
    working = dict(zip((row[1] for row in parts["Worksheet"].table), parts["Worksheet"].table, strict=True))
    asked_at = "asked, November 20, 2026 at 12:10 EST"
    assert working[f"Employed or at school (523(A)(2)): Yes; counted. Source: {asked_at}; checked"][2:] == ("+2", "+4")
    assert (
        f"Time at the address (523(A)(4)): Over 2 years; contradicted when it was checked, so not counted. Source: {asked_at}; checked"
        in working
    )
    assert working["Can be reminded by phone (523(A)(5)): not answered; not counted. Source: none"][2:] == (
        "0; could be 0 to +1",
        "+4",
    )
    assert any(said.startswith("Earlier convictions") and "Source: records" in said for said in working)
    assert "Illustrative" in parts["Worksheet"].says[1]
    assert "would be" in parts["Worksheet"].after[1]
    assert parts["Recommendation"].says[:4] == (
        "No recommendation: left to the court.", "This departs from the sum.", "The employer", "wasn't sure"
    )  # fmt: skip
    assert len(parts["Recommendation"].items) == 1
    assert written.body.signatures[0].signer == "sol"
    signed_fact = last_worksheet(case)
    assert signed_fact is not None
    assert written.body.sha256 == signed_fact.text_sha256


def test_where_all_is_known_the_paper_says_no_bounds() -> None:
    case = talked(**{**SAID, "family_contact": "YES", "phone": "NO", "open_case": "NO"})
    for question in ("local_residence", "family_contact", "employed"):
        case = checked(case, question)
    written = write(sheeted(case), PAPERS["worksheet"], recorded={})
    assert isinstance(written, Paper)
    (working,) = [part for part in written.body.parts if part.heading == "Worksheet"]
    assert len(working.after) == 1
    assert "departs" not in str(written.body)
