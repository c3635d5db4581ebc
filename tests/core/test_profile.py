"""Profiles: a text read strictly and said in words, and a case that goes by what its profile says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pars.core import canonical
from pars.core.cases import papers
from pars.core.cases.arraignment import hold_arraignment
from pars.core.cases.board import now_row
from pars.core.cases.case import Case
from pars.core.cases.limits import limit_words, limits
from pars.core.cases.papers.prosecution import COMPLAINT
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage, stage_words
from pars.core.cases.silence import SIGNS, signs_of
from pars.core.cases.waiting import DESKS, desks_of, waiting
from pars.core.ledger.entries import Kind
from pars.core.owners.profile import ORDINARY, Profile, explain_profile, read_profile
from pars.core.terms import HOUR, Instant, Refusal
from tests.agreements import changed
from tests.cases import HEARD, NOW, RIGHTS, asked, booked, decided, heard, ordered, refused, sent, signed

CITY: dict[str, Any] = json.loads((Path(__file__).parents[2] / "pars/config/city/profile.json").read_text())
COUNTY = replace(
    ORDINARY,
    decided_by="court",
    signed_by="police",
    interview="not_required",
    unsent=3,
    unanswered=12,
    unacknowledged=1,
    decider={"en": "the issuing authority", "es": "la autoridad emisora"},
    office={"en": "the issuing authority", "es": "la autoridad emisora"},
)


def profile(**changes: Any) -> Profile:
    found = read_profile(canonical.write(changed(CITY, changes)))
    assert isinstance(found, Profile), found
    return found


# ---------------------------------------------------------------- the text


def test_what_a_case_without_a_ledger_goes_by_is_what_the_citys_text_says() -> None:
    assert replace(profile(), hash="") == ORDINARY
    assert (profile().name, profile().decider, profile().office) == (ORDINARY.name, ORDINARY.decider, ORDINARY.office)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/quorum": 2}, "UNKNOWN_FIELD", "/quorum"),
        ({"/steps/fingerprints": "required"}, "UNKNOWN_FIELD", "/steps/fingerprints"),
        ({"/hours/unseen": 1}, "UNKNOWN_FIELD", "/hours/unseen"),
        ({"/v": 2}, "OUT_OF_RANGE", "/v"),
        ({"/about": "detainers"}, "UNKNOWN_WORD", "/about"),
        ({"/steps/decided_by": "mayor"}, "UNKNOWN_STEP", "/steps/decided_by"),
        ({"/steps/signed_by": "court"}, "UNKNOWN_STEP", "/steps/signed_by"),
        ({"/steps/interview": "sometimes"}, "UNKNOWN_STEP", "/steps/interview"),
        ({"/steps/decided_by": "court"}, "NO_SUCH_COURSE", "/steps/signed_by"),
        ({"/hours/unsent": 0}, "OUT_OF_RANGE", "/hours/unsent"),
        ({"/hours/unanswered": 745}, "OUT_OF_RANGE", "/hours/unanswered"),
        ({"/witnesses": 10}, "OUT_OF_RANGE", "/witnesses"),
        ({"/labels/office/en": ""}, "WRONG_FORM", "/labels/office/en"),
        ({"/start": -1}, "OUT_OF_RANGE", "/start"),
    ],
)
def test_a_profile_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_profile(canonical.write(changed(CITY, changes)))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_a_label_that_looks_like_a_blank_is_only_a_label() -> None:
    odd = profile(**{"/labels/office/en": "the {decider} office"})
    assert odd.fill("Sent to {office}") == "Sent to the {decider} office"


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_thing_that_a_profile_says_changes_a_sentence(language: Any) -> None:
    said = explain_profile(profile(), language)
    assert all(sentence.endswith(".") for sentence in said)
    for changes in (
        {"/steps/signed_by": "police"},
        {"/steps/signed_by": "police", "/steps/decided_by": "court"},
        {"/steps/interview": "required"},
        {"/steps/interview": "not_required"},
        {"/hours/unsent": 1},
        {"/hours/unanswered": 8},
        {"/hours/unacknowledged": 3},
        {"/witnesses": 2},
        {"/citation": "another rule"},
        {"/labels/office": {"en": "the night desk"}},
    ):
        assert explain_profile(profile(**changes), language) != said, changes
    assert profile(**{"/start": NOW}).start == NOW


def test_where_the_court_decides_the_charges_a_decision_is_a_sign_of_the_court() -> None:
    assert Kind.CHARGES_DECIDED in signs_of("court", COUNTY)
    assert Kind.CHARGES_DECIDED not in signs_of("court", ORDINARY)
    assert signs_of("charging", COUNTY) == SIGNS["charging"]


# ---------------------------------------------------------------- a case under it


def under(case: Case, profile: Profile = COUNTY) -> Case:
    return replace(case, profile=profile)


def test_a_case_keeps_its_profile_in_each_of_its_versions() -> None:
    case = done_under(COUNTY)
    assert case.profile is COUNTY
    assert case.before(case.facts[3]).profile is COUNTY
    assert case.at_version(case.version) is case


def done_under(profile: Profile) -> Case:
    return ordered(heard(signed(decided(sent(under(booked(), profile))))))


def test_in_a_county_without_a_charging_unit_the_court_decides_and_the_police_sign() -> None:
    case = under(booked())
    owed = [(gap.code, gap.owed_by) for gap in missing_for_arraignment(case, NOW)]
    assert owed == [("SUBMISSION", "police"), ("DECISION", "court"), ("COMPLAINT", "police")]
    said = [gap.says for gap in missing_for_arraignment(case, NOW)]
    assert said[:2] == [
        "The case hasn't been sent to the issuing authority.",
        "The issuing authority hasn't decided every charge.",
    ]
    assert [step.says for step in next_steps(case, NOW)] == ["Send the case to the issuing authority"]
    assert stage_words(stage(case, NOW), case.profile) == "Booked; not sent to the issuing authority"
    case = sent(case)
    assert [(step.act, step.owed_by) for step in next_steps(case, NOW)] == [("charge:decide", "court")]
    case = decided(case)
    assert [(step.act, step.owed_by) for step in next_steps(case, NOW)] == [("complaint:sign", "police")]
    case = signed(case)
    assert (missing_for_arraignment(case, NOW), stage(case, NOW)) == ((), "READY")
    assert stage(ordered(heard(case)), NOW) == "TO_RELEASE"


def test_its_board_names_only_desks_that_exist_there() -> None:
    there = desks_of(COUNTY)
    assert set(DESKS) - set(there) == {"charging", "interview"}
    assert desks_of(ORDINARY) == tuple(DESKS)
    assert "charging" in desks_of(replace(COUNTY, decided_by="prosecutor"))
    turns = []
    case = under(booked())
    for step in (lambda it: it, sent, decided, signed, heard, ordered):
        case = step(case)
        turns.append(waiting(now_row(case)))
    assert [turn.desk for turn in turns] == ["police", "court", "police", "court", "court", "release"]
    assert all(desk in there for turn in turns for desk in turn.desks)
    assert turns[0].says == "Not sent to the court"


def test_what_the_prosecutor_decides_the_police_may_sign() -> None:
    case = decided(sent(under(booked(), replace(ORDINARY, signed_by="police"))))
    assert [(gap.code, gap.owed_by) for gap in missing_for_arraignment(case, NOW)] == [
        ("COMPLAINT", "police"),
        ("INTERVIEW", "pretrial"),
    ]
    assert waiting(now_row(case)).desks == ("police", "interview")


def test_where_the_interview_is_required_no_reason_replaces_it() -> None:
    strict = replace(ORDINARY, interview="required")

    def call(case: Case) -> object:
        return hold_arraignment(
            case, case.version, time=HEARD, probable_cause=True, at=NOW, reason="The line was down.", **RIGHTS
        )

    assert not isinstance(call(signed(decided(sent(booked())))), Refusal)
    refused(call(signed(decided(sent(under(booked(), strict))))), "NOT_READY", "INTERVIEW")  # type: ignore[arg-type]
    tried = asked(signed(decided(sent(under(booked(), strict)))), outcome="DECLINED", answers=None)
    assert not isinstance(call(tried), Refusal), "declined is an outcome: nobody is kept by refusing to answer"


def test_hours_are_the_owners_own() -> None:
    written = Instant(NOW - 30 * HOUR)

    def due(case: Case, code: str) -> Instant:
        kept = replace(case, facts=tuple(replace(fact, entry=7) for fact in case.facts))
        return next(limit.due for limit in limits(kept, NOW, recorded={7: written}) if limit.code == code)

    back = decided(sent(under(booked())), "RETURN", reason="FACTS", note="Which door?")
    for case, code, hours in (
        (under(booked()), "UNSENT", 3),
        (back, "UNANSWERED", 12),
        (done_under(COUNTY), "UNACKNOWLEDGED", 1),
    ):
        assert due(case, code) == written + hours * HOUR
    assert limit_words("UNSENT", COUNTY) == "3 hours in custody, and the arrest wasn't sent to the issuing authority"
    assert limit_words("UNANSWERED", COUNTY) == "12 hours since the issuing authority asked the police for more"


def test_the_papers_of_a_complaint_name_who_signs_it() -> None:
    for profile, label, owes in (
        (ORDINARY, "Attorney for the Commonwealth", "The prosecutor signs"),
        (COUNTY, "Affiant", "The police officer whose complaint it is signs"),
    ):
        unsigned = decided(sent(under(booked(), profile)))
        refusal = COMPLAINT.refuse(unsigned)
        assert refusal is not None
        assert refusal.remedy.startswith(owes)
        written = papers.write(signed(unsigned), COMPLAINT, recorded={}, language="en", version=None)
        assert not isinstance(written, Refusal), written
        assert [signature.label for signature in written.body.signatures] == [label, "Issuing authority"]
