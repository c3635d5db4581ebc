"""The edge cases of identity and of the record itself, by their number in the field's list of fifty: if one is wrong, somebody
answers for another, or is shown to whom they should not be. Each test fails when the guard it is about is taken away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.access.catalogue import CATALOGUE
from pars.core.cases.board import closed, now_row
from pars.core.cases.booking import cases_of_person, correct_facts
from pars.core.cases.case import Case, Change, interview, proposed_charges
from pars.core.cases.charging import decide_charges, shaken_grades, standing_complaint
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.custody import releasable
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.doubts import open_doubts, resolve_doubt
from pars.core.cases.facts import Arrested, PersonLinked
from pars.core.cases.holds import lodge_hold
from pars.core.cases.identity import identity_changed_since
from pars.core.cases.linking import confirm_link, link_person, standing_links, undo_link, waiting_links
from pars.core.cases.matching import match
from pars.core.cases.progress import stage
from pars.core.cases.received import ArrestGiven, CustodyGiven, Received
from pars.core.cases.receiving import receive
from pars.core.ledger.drafts import case_changed
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Refusal
from tests.cases import (
    ARREST,
    ARRESTED,
    ID,
    NOW,
    OTHER_ID,
    PERSON,
    ROR,
    asked,
    at,
    booked,
    by_prints,
    decided,
    done,
    heard,
    one_person,
    ordered,
    refused,
    sent,
    signed,
)

REPORT = Received(
    feed="police-feed",
    owner="police",
    family="ARREST",
    digest="a" * 64,
    document_id="99-9999",
    document_time=at("2026-11-20T04:00:00"),
    source="Invented Police",
    person=PERSON,
    arrests=(ARREST,),
)


def link(case: Case, other: Case | None, **changes: object) -> Change | Refusal:
    given = {"other": other, "basis": "FINGERPRINT", "reason": "compared", "linker": "ada", **changes}
    return link_person(case, case.version, **given)  # type: ignore[arg-type]


def held(case: Case) -> Case:
    """Return the case with a bench warrant lodged in it."""
    return done(
        lodge_hold(
            case,
            case.version,
            kind="BENCH_WARRANT",
            authority="Invented Court",
            lodged=at("2026-11-20T05:00:00-05:00"),
            at=NOW,
        )
    )


def received(case: Case | None, document: Received, case_id: str = ID) -> Change:
    outcome = receive(case, document, case_id=case_id, at=NOW)
    assert isinstance(outcome, Change), outcome
    return outcome


# ---------------------------------------------------------------- 1, 4: who is who


@pytest.mark.parametrize("basis", ["NAME_AND_BIRTH_DATE", "NAME", "", "fingerprint"])
def test_edge_01_one_name_and_one_birth_date_make_nobody_the_other(basis: str) -> None:
    refused(link(booked(), booked(OTHER_ID), basis=basis), "BASIS_NEEDED", "basis")


def test_edge_01_prints_join_two_cases_only_where_both_have_a_reply_that_gives_one_number() -> None:
    case, twin = by_prints(), by_prints(booked(OTHER_ID), sid="87654321")
    for other in (booked(OTHER_ID), by_prints(booked(OTHER_ID), sid=None, pid="123456"), twin):
        code = "PRINTS_DIFFER" if other is twin else "PRINTS_NEEDED"
        refused(link(case, other), code)
    refused(link(case, twin, basis="SECOND_PERSON"), "PRINTS_DIFFER", "other_case")
    refused(link(booked(), by_prints(booked(OTHER_ID), sid=None, pid="123456")), "PRINTS_NEEDED", "basis")


def test_edge_01_without_prints_a_link_holds_nobody_until_a_second_person_says_so() -> None:
    case, other = ordered(), held(booked(OTHER_ID))
    asked_for = done(link(case, other, basis="SECOND_PERSON"))
    (waits,) = waiting_links(asked_for)
    assert releasable(cases_of_person(asked_for, [other]), NOW).ok
    given = {"link": waits.n, "other": booked(OTHER_ID), "reason": "I compared both"}
    refused(confirm_link(asked_for, asked_for.version, **given, confirmer="ada"), "SECOND_PERSON_NEEDED", "confirmer")
    assert identity_changed_since(asked_for, waits) is None
    joined = done(confirm_link(asked_for, asked_for.version, **given, confirmer="ben"))
    assert not releasable(cases_of_person(joined, [other]), NOW).ok
    assert [link.confirmed_by for link in joined.current(PersonLinked)] == ["ben"]
    assert waiting_links(joined) == ()


def test_edge_01_a_twin_is_not_held_on_the_others_warrant() -> None:
    case, twin = by_prints(ordered()), by_prints(held(booked(OTHER_ID)))
    assert releasable(cases_of_person(case, [twin]), NOW).ok
    same = done(link(case, twin))
    assert not releasable(cases_of_person(same, [twin]), NOW).ok


def test_edge_04_a_link_is_undone_and_both_words_stay() -> None:
    case, other = by_prints(ordered()), by_prints(held(booked(OTHER_ID)))
    linked = done(link(case, other))
    undone = parted(linked)
    assert cases_of_person(linked, [other]) == (linked, other)
    assert cases_of_person(undone, [other]) == (undone,)
    assert releasable(cases_of_person(undone, [other]), NOW).ok
    assert [fact.linked for fact in undone.facts if isinstance(fact, PersonLinked)] == [True, False]


def test_edge_04_what_was_decided_on_a_wrong_link_is_looked_at_again() -> None:
    """The grade that rests on the other's convictions, the warrants, the interview: each from the link on, and again from its end."""
    linked = one_person(by_prints(), by_prints(booked(OTHER_ID)))
    theft, trespass = proposed_charges(linked)
    before = sent(settled(linked))
    graded = ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="F3", grade_basis="PRIORS")
    case = done(decide_charges(before, before.version, [graded, ChargeChoice(proposed=trespass.n, decision="APPROVE")]))
    case = asked(signed(case))
    taken = interview(case)
    assert taken is not None
    assert identity_changed_since(case, taken) is None
    assert standing_complaint(case) is not None
    undone = parted(case)
    assert [charge.grade for charge in shaken_grades(undone)] == ["F3"]
    assert standing_complaint(undone) is None
    assert identity_changed_since(undone, taken) == undone.latest(PersonLinked)
    assert "HOLDS_TO_LOOK_UP" in [doubt.code for doubt in open_doubts(undone)]


def parted(case: Case) -> Case:
    """Return the case with its one link undone."""
    (standing,) = standing_links(case)
    return done(undo_link(case, case.version, link=standing.n, reason="a wrong reply", linker="ada"))


def settled(case: Case) -> Case:
    """Return the case with its warrants looked up again."""
    doubt = next(doubt for doubt in open_doubts(case) if doubt.code == "HOLDS_TO_LOOK_UP")
    assert doubt.n is not None
    return done(resolve_doubt(case, case.version, doubt=doubt.n, reason="looked up", resolver="ada"))


# ---------------------------------------------------------------- 21, 22, 46: what a document is about


def test_edge_21_numbers_of_two_cases_are_one_cases_papers_for_nobody() -> None:
    one = received(None, REPORT).case
    other = received(None, replace(REPORT, arrests=(replace(ARREST, record_id="R-2", otn="T1111111"),)), OTHER_ID).case
    both = match(replace(REPORT, digest="e" * 64, arrests=(replace(ARREST, otn="T1111111"),)), [one, other])
    assert isinstance(both, Refusal)
    assert both.code == "CONFLICTING_MATCH"
    assert ID in both.says
    assert OTHER_ID in both.says


def test_edge_21_a_case_of_two_tracking_numbers_is_found_by_either() -> None:
    second = replace(ARREST, record_id="R-2", otn="T 111111-1", charges=())
    case = booked(arrests=[ARREST, second])
    for otn in ("Q333333-0", "T1111111"):
        paper = replace(REPORT, digest="e" * 64, arrests=(ArrestGiven(agency="Another", otn=otn),))
        assert match(paper, [case, booked(OTHER_ID, arrests=[replace(ARREST, record_id="R-9", otn="U2222222")])]) == case


def test_edge_22_a_shared_incident_makes_no_two_people_one_case() -> None:
    case = received(None, REPORT).case
    companion = replace(
        REPORT,
        digest="d" * 64,
        document_id="99-9998",
        person=replace(PERSON, given="Another"),
        arrests=(replace(ARREST, record_id="R-2", otn="T1111111"),),
    )
    assert companion.arrests[0].incident_number == case.current(Arrested)[0].incident_number
    assert match(companion, [case]) is None
    assert cases_of_person(case, [received(None, companion, OTHER_ID).case]) == (case,)


def test_edge_46_a_document_that_comes_again_is_nothing_new() -> None:
    first = received(None, REPORT)
    assert first.changed
    again = received(first.case, REPORT)
    assert not again.changed
    assert again.case == first.case


def test_edge_46_a_custody_that_ended_long_ago_is_history_and_no_new_arrest() -> None:
    old = replace(
        REPORT,
        family="CUSTODY",
        arrests=(replace(ARREST, time=at("2016-03-01T02:10:00-05:00")),),
        custody=(CustodyGiven(status="RELEASED", words="Release stated", time=at("2016-03-02")),),
    )
    case = received(None, old).case
    assert closed(case)
    assert stage(case, NOW) == "HISTORY"
    assert custody_limit(case) is None


# ---------------------------------------------------------------- 23, 41, 45: what is kept from outside


def test_edge_23_a_victims_name_in_the_account_or_in_a_condition_is_in_no_column() -> None:
    account = replace(ARREST, narrative="Zephyrine Quillfeather saw it.")
    terms = replace(
        ROR, types=("NONMONETARY",), conditions=("STAY_AWAY",), conditions_note="Stay away from Zephyrine Quillfeather."
    )
    before = booked(arrests=[account])
    case = ordered(heard(asked(signed(decided(sent(before))))), terms)
    assert "Zephyrine" in repr(case.facts)
    assert "Quillfeather" not in repr(now_row(case))


def test_edge_41_nobody_is_picked_by_where_others_live_too() -> None:
    column = next(column for column in CATALOGUE if column.name == "address")
    assert not column.filterable


@pytest.mark.parametrize("words", ["Marian Whitlock", "12 Invented Street", "Why so?", ""])
def test_edge_45_an_entry_of_a_case_holds_no_words(words: str) -> None:
    with pytest.raises(ValueError, match="not a value"):
        case_changed(Kind.ARREST_BOOKED, case="0" * 64, version=1, detail={"said": words})


# ---------------------------------------------------------------- 50: the time of the arrest


def test_edge_50_an_edit_of_the_arrests_time_has_its_reason_and_hides_nothing() -> None:
    case = booked()
    first = case.current(Arrested)[0]
    later = replace(first, corrects=first.n, time=at("2026-11-20T02:40:00-05:00"))
    refused(correct_facts(case, case.version, [later], why=" ", at=NOW), "REASON_NEEDED", "why")
    edited = done(correct_facts(case, case.version, [later], why="misread", at=NOW))
    assert custody_limit(edited) == Instant(ARRESTED.earliest + 48 * HOUR + HOUR // 2)
    assert edited.fact(first.n) == first, "what was said first stays"
    (stands,) = edited.current(Arrested)
    assert (stands.corrects, stands.why) == (first.n, "misread")


def test_edge_50_no_arrest_is_moved_into_the_future() -> None:
    case = booked()
    first = case.current(Arrested)[0]
    late = replace(first, corrects=first.n, time=at("2026-11-21T02:10:00-05:00"))
    refused(correct_facts(case, case.version, [late], why="misread", at=NOW), "TIME_IN_FUTURE", "time")
