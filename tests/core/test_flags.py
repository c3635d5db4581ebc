"""Flags: what each must say, who reads it, and that silence takes none away."""

from __future__ import annotations

import pytest

from pars.core.access.catalogue import CATALOGUE
from pars.core.cases import facts
from pars.core.cases.board import now_row
from pars.core.cases.case import Case
from pars.core.cases.facts import (
    CompetencyRaised,
    ConsularNoted,
    Fact,
    ImageReferenced,
    InterpreterStated,
    MedicalHandedOver,
    PropertyRecorded,
)
from pars.core.cases.flags import FLAGS, competency_open, consular_open, interpreter_language, record_flag
from pars.core.cases.interview_queue import prepare_for
from pars.core.cases.parts import visible
from pars.core.cases.progress import missing_for_arraignment
from tests.cases import NOW, asked, booked, done, hear, refused, signed
from tests.core.test_parts import role

SPANISH = InterpreterStated(state="NEEDED", language="Spanish")
RAISED = CompetencyRaised(state="RAISED", note="Didn't know where he was.")
BAG = PropertyRecorded(state="TAKEN", reference="INV-1")
NOTE = ConsularNoted(state="REQUESTED", nationality="Freedonian")
ALL: tuple[Fact, ...] = (
    BAG,
    SPANISH,
    RAISED,
    NOTE,
    MedicalHandedOver(handed_to="Nurse Invented", reference="MED-1", urgent=True),
    ImageReferenced(kind="PHOTOGRAPH", system="Photo system", reference="P-1"),
)


def flagged(case: Case, *flags: Fact) -> Case:
    """Return the case with these flags."""
    for flag in flags:
        case = done(record_flag(case, case.version, flag, consular=True))
    return case


def codes(case: Case) -> list[str]:
    return [gap.code for gap in missing_for_arraignment(case, NOW)]


@pytest.mark.parametrize(
    ("fact", "code", "name"),
    [
        (InterpreterStated(state="MAYBE", language="x"), "NO_SUCH_STATE", "state"),
        (ImageReferenced(kind="VIDEO", system="x", reference="x"), "NO_SUCH_STATE", "kind"),
        (InterpreterStated(state="NEEDED", language=" "), "LANGUAGE_NEEDED", "language"),
        (InterpreterStated(state="NOT_NEEDED"), "REASON_NEEDED", "note"),
        (PropertyRecorded(state="TAKEN", reference=" "), "WORDS_NEEDED", "reference"),
        (PropertyRecorded(state="RETURNED", reference="INV-9"), "NOT_TAKEN", "reference"),
        (CompetencyRaised(state="RAISED", note=""), "WORDS_NEEDED", "note"),
        (CompetencyRaised(state="SETTLED", note="seen"), "NOTHING_RAISED", "state"),
        (MedicalHandedOver(handed_to=""), "WORDS_NEEDED", "handed_to"),
        (ConsularNoted(state="REQUESTED", nationality=""), "WORDS_NEEDED", "nationality"),
        (ImageReferenced(kind="PRINTS", system="x", reference=""), "WORDS_NEEDED", "reference"),
        (CompetencyRaised(state="RAISED", note="x" * 5000), "TOO_LONG", "note"),
        (facts.Submitted(), "NOT_A_FLAG", "fact"),
    ],
)
def test_a_flag_says_what_it_must(fact: Fact, code: str, name: str) -> None:
    case = booked()
    refused(record_flag(case, case.version, fact, consular=True), code, name)


def test_each_flag_is_recorded_trimmed_and_never_switched_off() -> None:
    refused(record_flag(None, 1, BAG), "NO_SUCH_CASE")
    case = flagged(booked(), *ALL, PropertyRecorded(state="RETURNED", reference=" INV-1 ", note=" "))
    assert {type(fact) for fact in case.facts} >= set(FLAGS)
    back = case.latest(PropertyRecorded)
    assert back is not None
    assert (back.state, back.reference, back.note) == ("RETURNED", "INV-1", None)
    assert len(case.current(PropertyRecorded)) == 2


# ---------------------------------------------------------------- 28: interpreter and competency


def test_edge_28_an_interpreter_needed_once_is_needed_until_somebody_says_why_not() -> None:
    case = asked(flagged(signed(), SPANISH))
    assert interpreter_language(case) == "Spanish", "an interview that names no language takes none away"
    assert now_row(case)["interpreter"] == "Spanish"
    refused(hear(case), "INTERPRETER_NEEDED", "interpreter")
    assert done(hear(case, interpreter="Ms. Invented")).version == case.version + 1
    other = asked(flagged(signed(), SPANISH), interpreter="Portuguese")
    assert interpreter_language(other) == "Portuguese"
    confirmed = flagged(other, InterpreterStated(state="CONFIRMED", language="Cape Verdean Creole"))
    assert interpreter_language(confirmed) == "Cape Verdean Creole"
    refused(record_flag(confirmed, confirmed.version, InterpreterStated(state="NOT_NEEDED")), "REASON_NEEDED", "note")
    none = flagged(confirmed, InterpreterStated(state="NOT_NEEDED", note="Spoke with her in English"))
    assert interpreter_language(none) is None
    assert done(hear(none)).version == none.version + 1
    assert interpreter_language(booked()) is None


def test_edge_28_a_concern_about_competency_stands_before_the_hearing_until_it_is_settled() -> None:
    case = flagged(asked(), RAISED)
    assert competency_open(case)
    assert codes(case) == ["COMPETENCY"]
    refused(hear(case), "REASON_NEEDED", "reason")
    settled = flagged(case, CompetencyRaised(state="SETTLED", note="Seen by a physician."))
    assert codes(settled) == []
    assert done(hear(settled)).version == settled.version + 1
    assert codes(done(hear(case, reason="Counsel asks to go on"))) == []


# ---------------------------------------------------------------- 38: nationality


WHO_NOTIFIES = {"booking_officer", "custodian"}


@pytest.mark.parametrize(
    "name",
    ["booking_officer", "custodian", "charging_attorney", "pretrial_interviewer", "magistrate", "court_clerk", "defender"],
)
def test_edge_38_nationality_is_read_by_who_must_inform_a_consulate_and_by_nobody_else(name: str) -> None:
    case = flagged(booked(), NOTE)
    shown = visible(case, role(name))
    assert (name in WHO_NOTIFIES) is ("Freedonian" in repr(shown.facts))


def test_edge_38_nationality_and_consulate_are_in_no_row_no_column_and_no_entry() -> None:
    note = ConsularNoted(state="NOTIFIED", nationality="Freedonian", consulate="Consulate of Freedonia")
    outcome = record_flag(booked(), booked().version, note, consular=True)
    case = done(outcome)
    assert "Freedoni" not in repr(now_row(case))
    assert now_row(case) == now_row(booked())
    assert not any(word in column.name for column in CATALOGUE for word in ("national", "citizen", "consul"))
    assert outcome.detail == {"flags": 1}  # type: ignore[union-attr]


def test_edge_38_who_need_not_notify_records_no_nationality() -> None:
    case = booked()
    refused(record_flag(case, case.version, NOTE), "NOT_YOUR_FLAG", "fact")
    assert consular_open(flagged(case, NOTE))
    assert not consular_open(flagged(case, NOTE, ConsularNoted(state="NOTIFIED", nationality="Freedonian")))
    assert not consular_open(case)


@pytest.mark.parametrize(
    ("kind", "readers"),
    [
        (PropertyRecorded, {"booking_officer", "custodian"}),
        (MedicalHandedOver, {"booking_officer", "custodian"}),
        (ImageReferenced, {"booking_officer", "custodian", "magistrate"}),
        (CompetencyRaised, {"booking_officer", "custodian", "pretrial_interviewer", "magistrate", "defender"}),
    ],
)
def test_each_flag_has_its_readers(kind: type[Fact], readers: set[str]) -> None:
    names = ("booking_officer", "custodian", "charging_attorney", "pretrial_interviewer", "magistrate", "defender")
    case = flagged(booked(), *ALL)
    assert {name for name in names if visible(case, role(name)).current(kind)} == readers


def test_the_interviewer_prepares_for_what_the_flags_say() -> None:
    assert prepare_for(flagged(signed(), SPANISH, RAISED)) == ("Interpreter: Spanish", "A concern about competency is open")
