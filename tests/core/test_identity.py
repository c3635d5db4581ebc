"""Identity: claimed and verified apart; what a reply to prints must say, what it contradicts, and what a change of person shakes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.age import age
from pars.core.cases.board import now_row
from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, Change, display_name, interview, proposed_charges
from pars.core.cases.charging import decide_charges, shaken_grades, standing_complaint
from pars.core.cases.charging_queue import queued
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.doubts import open_doubts, resolve_doubt
from pars.core.cases.facts import IdentityClaimed, IdentityVerified, Interviewed
from pars.core.cases.finding import find_keys
from pars.core.cases.identity import (
    birth_date_claimed,
    differs,
    identity_changed,
    identity_changed_since,
    replies_apart,
    verified,
)
from pars.core.cases.numbers import kept_number, plain_number, refuse_number, shown_number
from pars.core.cases.progress import next_steps
from pars.core.cases.verifying import verify_identity
from pars.core.terms import Refusal
from tests.cases import NOW, PERSON, asked, at, booked, done, hear, refused, sent, signed

REPLY = IdentityVerified(
    source="Invented State Repository",
    stated=at("2026-11-20T05:00:00-05:00"),
    outcome="MATCH",
    reference="TCN-1",
    verifier="",
    sid="123-45-67-8",
    surname="WHITLOCK",
    given="Marian",
    birth_date=at("1990-06-01"),
)
OTHER = replace(REPLY, reference="TCN-2", sid="87654321", surname="Ashgrove", given="Odile")
NOBODY = replace(REPLY, outcome="NO_MATCH", sid=None, surname=None, given=None, birth_date=None)


def verify(case: Case, reply: IdentityVerified = REPLY, **changes: object) -> Change | Refusal:
    return verify_identity(case, case.version, reply, **{"verifier": "ada", "at": NOW, **changes})  # type: ignore[arg-type]


def put(case: Case, why: str, **changes: object) -> Case:
    """Return the case with the claimed identity corrected."""
    who = case.current(IdentityClaimed)[-1]
    return done(correct_facts(case, case.version, [replace(who, corrects=who.n, **changes)], why=why, at=NOW))  # type: ignore[arg-type]


def test_a_reason_is_the_birth_date_s_only_where_it_was_given_for_it() -> None:
    case = booked(person=replace(PERSON, birth_date=None), birth_date_reason="refused to say")
    assert birth_date_claimed(Case("case")) is None
    for corrected, reason in (
        (case, "refused to say"),
        (put(put(case, "misheard", given="Odile"), "moved", address="1 Quill Lane"), "refused to say"),
        (put(put(case, "a card was found", birth_date=at("1990-06-01")), "misheard", given="Odile"), "a card was found"),
    ):
        claimed = birth_date_claimed(corrected)
        assert claimed is not None
        assert claimed.why == reason


def known(case: Case, *replies: IdentityVerified) -> Case:
    """Return the case with these replies to prints."""
    for reply in replies:
        case = done(verify(case, reply))
    return case


def codes(case: Case) -> list[str]:
    return [doubt.code for doubt in open_doubts(case)]


# ---------------------------------------------------------------- the reply


def test_a_reply_stands_beside_the_claim_and_leaves_no_doubt_where_both_agree() -> None:
    case = known(booked(), REPLY)
    found = verified(case)
    assert found is not None
    assert (found.sid, found.verifier, found.stated) == ("12345678", "ada", REPLY.stated)
    assert differs(case) == ()
    assert codes(case) == []
    assert identity_changed(case) is None
    assert display_name(case) == "Whitlock, Marian", "the claim stays"


@pytest.mark.parametrize(
    ("reply", "code", "name"),
    [
        (replace(REPLY, source=" "), "SOURCE_NEEDED", "source"),
        (replace(REPLY, reference=""), "SOURCE_NEEDED", "reference"),
        (replace(REPLY, stated=at("2026-11-22")), "TIME_IN_FUTURE", "stated"),
        (replace(REPLY, outcome="LIKELY"), "NO_SUCH_OUTCOME", "outcome"),
        (replace(REPLY, outcome="SEVERAL", sid=None, given=None, birth_date=None), "NOBODY_FOUND", "surname"),
        (replace(REPLY, sid="1234"), "NUMBER_SHAPE", "sid"),
        (replace(REPLY, pid="12"), "NUMBER_SHAPE", "pid"),
        (replace(REPLY, ucn="1234567890"), "NUMBER_SHAPE", "ucn"),
        (replace(REPLY, surname="W" * 1201), "TOO_LONG", "surname"),
        (replace(REPLY, corrects=1), "NO_SUCH_FACT", "corrects"),
    ],
)
def test_a_reply_says_where_it_is_from_and_nothing_that_it_cannot_know(reply: IdentityVerified, code: str, name: str) -> None:
    refused(verify(booked(), reply), code, name)


def test_a_match_names_its_person_by_a_number() -> None:
    refused(verify(booked(), replace(REPLY, sid=None)), "NUMBER_NEEDED", "sid", "pid", "ucn")
    refused(verify_identity(None, 1, REPLY, verifier="ada", at=NOW), "NO_SUCH_CASE")
    case = booked()
    refused(verify_identity(case, case.version + 1, REPLY, verifier="ada", at=NOW), "STALE")


def test_nobody_on_file_verifies_nobody_and_raises_no_doubt() -> None:
    case = known(booked(), NOBODY)
    assert verified(case) is None
    assert codes(case) == []


def test_several_people_are_a_doubt_until_a_reply_tells_them_apart() -> None:
    several = known(booked(), replace(NOBODY, outcome="SEVERAL"))
    assert codes(several) == ["IDENTITY_SEVERAL"]
    assert codes(known(several, REPLY)) == []
    assert codes(known(booked(), REPLY, replace(NOBODY, outcome="SEVERAL", reference="TCN-3"))) == ["IDENTITY_SEVERAL"]


def test_a_reply_is_corrected_with_its_reason_and_both_stay() -> None:
    case = known(booked(), REPLY)
    first = case.current(IdentityVerified)[0]
    refused(verify(case, replace(OTHER, corrects=first.n)), "REASON_NEEDED", "why")
    right = done(verify(case, replace(REPLY, sid="12345679", corrects=first.n), why="misread"))
    assert [reply.sid for reply in right.facts if isinstance(reply, IdentityVerified)] == ["12345678", "12345679"]
    assert (one := verified(right)) is not None
    assert (one.sid, one.why) == ("12345679", "misread")
    refused(verify(right, replace(REPLY, corrects=first.n), why="again"), "NO_SUCH_FACT")


# ---------------------------------------------------------------- a mismatch


def test_a_mismatch_is_a_doubt_that_somebody_settles() -> None:
    case = known(booked(), OTHER)
    assert differs(case) == ("surname", "given")
    assert codes(case) == ["IDENTITY_MISMATCH", "HOLDS_TO_LOOK_UP"]
    assert "DOUBT" in {step.code for step in next_steps(case, NOW)}
    doubt = open_doubts(case)[0]
    assert doubt.n is not None
    settled = done(
        resolve_doubt(case, case.version, doubt=doubt.n, reason="A false name; the prints are hers.", resolver="ada")
    )
    assert codes(settled) == ["HOLDS_TO_LOOK_UP"]
    assert display_name(settled) == "Whitlock, Marian"


@pytest.mark.parametrize(
    ("stated", "found", "other"),
    [
        ("1990-06-01", "1990", False),
        ("1990-06", "1990-06-30", False),
        ("1990", "1991-01-01", True),
        ("1990-06-02", "1990-06-01", True),
        (None, "1990-06-01", False),
        ("1990-06-01", None, False),
    ],
)
def test_birth_dates_differ_only_where_no_day_can_be_both(stated: str | None, found: str | None, other: bool) -> None:
    born = {} if stated else {"birth_date_reason": "not said"}
    case = booked(person=replace(PERSON, birth_date=at(stated) if stated else None), **born)
    assert differs(known(case, replace(REPLY, birth_date=at(found) if found else None))) == (("birth_date",) if other else ())


def test_a_full_name_is_compared_with_a_full_name_only() -> None:
    case = booked(person=replace(PERSON, surname=None, given=None, full="Marian  WHITLOCK"))
    assert differs(known(case, REPLY)) == ()
    assert differs(known(case, replace(REPLY, full="marian whitlock"))) == ()
    assert differs(known(case, replace(REPLY, full="Odile Ashgrove"))) == ("full",)


def test_two_replies_that_name_two_people_are_a_doubt() -> None:
    case = known(booked(), REPLY, replace(REPLY, reference="TCN-9", ucn="1A"))
    assert replies_apart(case) == ()
    apart = known(case, OTHER)
    assert [reply.reference for reply in replies_apart(apart)] == ["TCN-1", "TCN-2"]
    assert "REPLIES_DIFFER" in codes(apart)


# ---------------------------------------------------------------- a change of person


def test_what_was_written_before_another_person_was_named_is_told_apart() -> None:
    case = known(asked(), REPLY)
    taken = interview(case)
    assert isinstance(taken, Interviewed)
    assert identity_changed_since(case, taken) is None
    other = known(case, OTHER)
    found = other.latest(IdentityVerified)
    assert identity_changed_since(other, taken) == found
    assert found is not None
    assert identity_changed_since(other, found) is None


@pytest.mark.parametrize(
    ("first", "then", "changed"),
    [
        (REPLY, replace(REPLY, reference="TCN-9"), False),
        (REPLY, replace(REPLY, reference="TCN-9", surname="Ashgrove"), False),  # one SID: one person by another name
        (REPLY, OTHER, True),
        (REPLY, replace(REPLY, reference="TCN-9", sid=None, ucn="1A"), False),
        (REPLY, replace(OTHER, sid=None, ucn="1A"), True),  # no number in common, and another name
        (REPLY, NOBODY, False),
        (NOBODY, REPLY, False),
        (NOBODY, OTHER, True),
    ],
)
def test_a_reply_changes_the_person_by_its_numbers_else_by_its_name(
    first: IdentityVerified, then: IdentityVerified, changed: bool
) -> None:
    before = known(booked(), first)
    assert (identity_changed(known(before, then)) is not None) is changed


@pytest.mark.parametrize(
    ("right", "changed"),
    [
        (replace(REPLY, confidence="high"), False),
        (replace(REPLY, ucn="1A"), False),
        (replace(REPLY, sid="12345679"), True),
        (replace(REPLY, sid=None, ucn="1A"), True),
        (NOBODY, True),
    ],
)
def test_a_corrected_reply_changes_the_person_where_a_number_was_wrong(right: IdentityVerified, changed: bool) -> None:
    case = known(booked(), REPLY)
    first = case.current(IdentityVerified)[0]
    after = done(verify(case, replace(right, corrects=first.n), why="of somebody else"))
    assert (identity_changed(after) is not None) is changed


def test_warrants_are_looked_up_again_once_for_the_last_change() -> None:
    case = known(booked(), OTHER, replace(REPLY, reference="TCN-3"))
    waits = [doubt for doubt in open_doubts(case) if doubt.code == "HOLDS_TO_LOOK_UP"]
    assert len(waits) == 1
    assert waits[0].n is not None
    settled = done(resolve_doubt(case, case.version, doubt=waits[0].n, reason="Looked up: none.", resolver="ada"))
    assert "HOLDS_TO_LOOK_UP" not in codes(settled)
    who = settled.current(IdentityClaimed)[0]
    again = done(correct_facts(settled, settled.version, [replace(who, corrects=who.n, given="Odile")], why="seen", at=NOW))
    assert "HOLDS_TO_LOOK_UP" in codes(again)


# ---------------------------------------------------------------- age, and numbers


def test_a_birth_date_that_prints_give_counts_beside_the_claimed_one() -> None:
    unknown = booked(person=replace(PERSON, birth_date=None), birth_date_reason="not said")
    assert age(unknown).adult is None
    assert age(known(unknown, REPLY)).adult is True
    young = known(booked(), replace(REPLY, birth_date=at("2009-11-19")))
    assert (age(young).adult, age(young).blocks) == (None, True), "one date says adult, the other doesn't"
    assert "POSSIBLE_MINOR" in codes(young)
    both = known(unknown, replace(REPLY, birth_date=at("2009-11-19")))
    assert (age(both).adult, age(both).blocks) == (False, True)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("otn", "Q333333-0", "Q3333330"),
        ("otn", "q 3333330", "Q3333330"),
        ("sid", "123-45-67-8", "12345678"),
        ("pid", "0123456", "0123456"),
        ("ucn", "123456ab7", "123456AB7"),
        ("docket", "MC-51-CR-0012345-2018", "MC-51-CR-0012345-2018"),
        ("docket", "", None),
        ("sid", " - ", None),
        ("sid", None, None),
    ],
)
def test_a_number_is_kept_in_its_exchanged_form(kind: str, text: str | None, kept: str | None) -> None:
    assert kept_number(kind, text) == kept


@pytest.mark.parametrize(
    ("kind", "text", "fits"),
    [
        ("docket", "MC-51-CR-0012345-2018", True),
        ("docket", "CP-51-CR-0012345-2018", True),
        ("docket", "MC-51-CR-12345-2018", False),
        ("docket", "MC51CR00123452018", False),
        ("otn", "T 111111-1", True),
        ("otn", "11111111", False),
        ("otn", None, True),
        ("pid", "٠١٢٣٤٥", False),
    ],
)
def test_a_numbers_shape_is_checked_and_nothing_more(kind: str, text: str | None, fits: bool) -> None:
    refusal = refuse_number(kind, text)
    assert (refusal is None) is fits
    if refusal is not None:
        refused(refusal, "NUMBER_SHAPE", kind)
        assert (text or "") not in f"{refusal.says} {refusal.remedy}"


def test_numbers_are_shown_as_they_are_printed() -> None:
    assert shown_number("sid", "12345678") == "123-45-67-8"
    assert shown_number("sid", "A1") == "A1"
    assert shown_number("ucn", "123456AB7") == "123456AB7"
    assert plain_number("q 333333-0") == "Q3333330"
    assert plain_number("-") is None
    assert plain_number(None) is None


# ---------------------------------------------------------------- 2, 3, 6: a false name, a wrong number, a typing error


def graded() -> Case:
    """Return a case sent, with a theft graded by earlier convictions, its complaint signed and its interview taken."""
    case = sent(known(booked(), replace(REPLY, pid="123456")))
    theft, trespass = proposed_charges(case)
    choices = [
        ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="F3", grade_basis="PRIORS"),
        ChargeChoice(proposed=trespass.n, decision="APPROVE"),
    ]
    return asked(signed(done(decide_charges(case, case.version, choices))))


def test_edge_02_a_false_name_is_kept_and_everything_that_rested_on_it_is_looked_at_again() -> None:
    case = graded()
    taken = interview(case)
    assert taken is not None
    other = known(case, OTHER)
    assert other.facts[: len(case.facts)] == case.facts, "no history is lost"
    assert display_name(other) == "Whitlock, Marian"
    assert {"w:whitlock", "w:ashgrove", "n:12345678", "n:87654321"} <= set(find_keys(other)), "found by either name and number"
    assert {"IDENTITY_MISMATCH", "REPLIES_DIFFER", "HOLDS_TO_LOOK_UP"} <= set(codes(other))
    assert [charge.grade for charge in shaken_grades(other)] == ["F3"]
    assert standing_complaint(other) is None
    assert identity_changed_since(other, taken) == other.latest(IdentityVerified)


def test_edge_02_what_prints_say_of_the_same_person_shakes_nothing() -> None:
    case = graded()
    same = known(case, replace(REPLY, reference="TCN-4"))
    assert shaken_grades(same) == ()
    assert standing_complaint(same) is not None
    assert codes(same) == codes(case)


def test_edge_03_another_persons_record_is_taken_off_and_what_it_drove_is_decided_again() -> None:
    case = graded()
    taken, reply = interview(case), case.latest(IdentityVerified)
    assert taken is not None
    assert reply is not None
    right = done(verify(case, replace(reply, n=0, entry=None, pid="654321", corrects=reply.n), why="the PID of another"))
    assert [charge.grade for charge in shaken_grades(right)] == ["F3"]
    assert identity_changed_since(right, taken) == right.latest(IdentityVerified)
    assert "HOLDS_TO_LOOK_UP" in codes(right)
    assert (old := right.fact(reply.n)) == reply, "what was wrong stays below its correction"
    assert isinstance(old, IdentityVerified)


def test_edge_06_prints_that_say_17_take_the_case_off_the_adult_path() -> None:
    case = sent(booked())
    assert queued(case, NOW) is not None
    young = known(case, replace(REPLY, birth_date=at("2009-11-19")))
    row = now_row(young)
    assert (row["adult"], row["age_blocks"]) == (None, True), "no outside scope admits an unknown age"
    refused(hear(young), "AGE_UNRESOLVED")
