"""The known ways in which charging harms somebody, each held by a test that fails where its guard is taken away.

The numbers are those of the list of edge cases that the domain's people keep. Others of that list are in the tests of their subject.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from pars.core import canonical
from pars.core.access.catalogue import UNCHARGED
from pars.core.access.explain import LANGUAGES
from pars.core.access.predicate import matches
from pars.core.agreements.plain import explain
from pars.core.agreements.version import narrows, read_version
from pars.core.cases.age import age
from pars.core.cases.board import charge_status, now_row
from pars.core.cases.booking import correct_facts, submit_for_charging
from pars.core.cases.case import (
    Case,
    Change,
    declined,
    filed_charges,
    identity,
    proposed_charges,
    release_order,
    returned,
    unheard_charges,
)
from pars.core.cases.charges import NOT_THE_TABLES_GRADE, OBJECT_MISSING, basis_words, check, described, inchoate
from pars.core.cases.charging import (
    awaiting_decision,
    complaint_sha256,
    complaint_text,
    complaint_version,
    decide_charges,
    redecidable,
    shaken_grades,
    sign_complaint,
    signed_versions,
    standing_complaint,
)
from pars.core.cases.choices import ChargeChoice, added_charges
from pars.core.cases.custody import acknowledge_release, releasable, what_holds
from pars.core.cases.facts import Arrested, ChargeDecided, ChargeFiled, ChargeProposed, ComplaintSigned, CustodyStated
from pars.core.cases.offenses import FLAGS, Offense, Offenses
from pars.core.cases.progress import DECISIONS_STAND, missing_for_arraignment, next_steps, stage
from pars.core.cases.received import ChargeGiven
from pars.core.terms import HOUR, Instant, Refusal
from tests.agreements import DOCUMENT, changed, version
from tests.cases import (
    ARREST,
    NOW,
    OTHER_ID,
    PERSON,
    THEFT,
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
from tests.walks import cases

ATTEMPT = ChargeGiven(
    statute="18 § 901 §§ A",
    description="Criminal Attempt",
    grade="F1",
    object_statute="18 § 3502 §§ A2",
    object_description="Burglary",
    grade_basis="OBJECT",
    offense_date=at("2026-11-19"),
)


def choose(case: Case, *choices: ChargeChoice) -> Change | Refusal:
    return decide_charges(case, case.version, choices)


def added(case: Case, **said: object) -> ChargeChoice:
    given = {
        "decision": "ADD",
        "reason": "FACTS",
        "arrest": case.current(Arrested)[0].n,
        "statute": "18 § 5104",
        "description": "Resisting Arrest",
    }
    return ChargeChoice(**{**given, **said})  # type: ignore[arg-type]


def codes(case: Case) -> list[str]:
    return [gap.code for gap in missing_for_arraignment(case, NOW)]


def says(case: Case) -> list[str]:
    return [step.says for step in next_steps(case, NOW)]


# ---------------------------------------------------------------- 8: the offense date decides


def test_edge_08_an_act_at_17_stops_the_adult_path_though_the_arrest_came_at_20() -> None:
    then = replace(THEFT, offense_date=at("2023-11-19"))
    case = booked(person=replace(PERSON, birth_date=at("2006-06-01")), arrests=[replace(ARREST, charges=(then,))])
    assert age(case).adult is False
    ready = decided(sent(case))
    refused(sign_complaint(ready, ready.version, text_sha256=complaint_sha256(ready), signer="ada"), "CHILD")


def test_edge_08_a_charge_added_by_the_prosecutor_counts_with_its_own_date() -> None:
    case = decided(sent(booked(person=replace(PERSON, birth_date=at("2006-06-01")))))
    assert age(case).adult is True
    more = done(choose(case, added(case, offense_date=at("2023-11-19"))))
    assert age(more).adult is not True
    assert age(more).blocks


# ---------------------------------------------------------------- 13: when the complaint was signed


def test_edge_13_no_edit_moves_the_complaint() -> None:
    case = signed()
    moved = replace(case.current(ComplaintSigned)[0], corrects=case.current(ComplaintSigned)[0].n)
    refused(correct_facts(case, case.version, [moved], why="earlier", at=NOW), "NOT_CORRECTABLE")
    arrest = case.current(Arrested)[0]
    later = replace(arrest, corrects=arrest.n, time=at("2026-11-20T02:40:00-05:00"))
    edited = done(correct_facts(case, case.version, [later], why="misread", at=NOW))
    assert standing_complaint(edited) == standing_complaint(case)


# ---------------------------------------------------------------- 17: everything declined or referred


def test_edge_17_referring_everything_frees_here_and_says_to_whom() -> None:
    case = sent()
    theft, trespass = proposed_charges(case)
    refused(choose(case, ChargeChoice(proposed=theft.n, decision="REFER", reason="PROSECUTOR")), "NOTE_NEEDED", "note")
    refused(choose(case, ChargeChoice(proposed=theft.n, decision="REFER", note="Elsewhere")), "REASON_NEEDED", "reason")
    one = done(choose(case, ChargeChoice(proposed=theft.n, decision="REFER", reason="PROSECUTOR", note="Invented County")))
    assert not declined(one)
    assert what_holds((one,), NOW)
    both = done(choose(one, ChargeChoice(proposed=trespass.n, decision="DECLINE", reason="EVIDENCE")))
    assert declined(both)
    assert charge_status(both) == "DECLINED"
    assert what_holds((both,), NOW) == ()
    assert [step.act for step in next_steps(both, NOW)] == ["release:acknowledge"]
    assert next(d.note for d in both.current(ChargeDecided)) == "Invented County"


# ---------------------------------------------------------------- 19: a change after approval, after signing, after bail


def test_edge_19_a_charge_withdrawn_after_signing_needs_a_new_version() -> None:
    case = signed()
    theft = proposed_charges(case)[0]
    less = done(choose(case, ChargeChoice(proposed=theft.n, decision="DECLINE", reason="WITNESS")))
    assert standing_complaint(less) is None
    assert "COMPLAINT" in codes(less)
    assert now_row(less)["complaint_signed"] is False
    assert stage(less, NOW) == "APPROVED"
    assert "Read and sign version 2 of the complaint" in says(less)


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "AMEND", "reason": "GRADE", "grade": "M2"},
        {"decision": "AMEND", "reason": "COUNTS", "counts": 3},
        {"decision": "DECLINE", "reason": "EVIDENCE"},
        {"decision": "REFER", "reason": "DIVERSION", "note": "The invented program"},
        {"decision": "RETURN", "reason": "FACTS", "note": "Which door?"},
        {"decision": "APPROVE"},
    ],
)
def test_edge_19_no_decision_after_signing_is_covered_by_what_was_signed(change: dict[str, object]) -> None:
    case = signed()
    after = done(choose(case, ChargeChoice(proposed=proposed_charges(case)[0].n, **change)))  # type: ignore[arg-type]
    assert standing_complaint(case) is not None
    assert standing_complaint(after) is None


def test_edge_19_each_version_is_signed_over_its_own_text_and_all_stay() -> None:
    case = signed()
    first = complaint_text(case).decode()
    assert "Version" not in first
    assert complaint_version(case) == 1
    changed = done(choose(case, added(case)))
    assert complaint_version(changed) == 2
    assert "Version: 2, in the place of version 1\n" in complaint_text(changed).decode()
    refused(
        sign_complaint(changed, changed.version, text_sha256=signed_versions(case)[0].text_sha256, signer="ada"), "TEXT_CHANGED"
    )
    second = signed(changed)
    assert complaint_version(second) == 2
    back = done(choose(second, ChargeChoice(decision="DECLINE", reason="EVIDENCE", filed=added_charges(second)[0].n)))
    assert [c.statute for c in filed_charges(back)] == [c.statute for c in filed_charges(case)]
    third = signed(back)
    assert len({fact.text_sha256 for fact in signed_versions(third)}) == 3
    assert standing_complaint(third) == signed_versions(third)[2]


def test_edge_19_the_entry_of_a_signature_says_which_version_it_is() -> None:
    case = done(choose(signed(), added(signed())))
    outcome = sign_complaint(case, case.version, text_sha256=complaint_sha256(case), signer="ada")
    assert isinstance(outcome, Change)
    assert outcome.detail["complaint"] == 2
    assert outcome.detail["charges"] == 3


def test_edge_19_bail_does_not_silently_cover_a_charge_amended_after_it() -> None:
    case = ordered()
    assert stage(case, NOW) == "TO_RELEASE"
    theft = proposed_charges(case)[0]
    after = done(
        choose(case, ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="F3", grade_basis="VALUE"))
    )
    assert [charge.grade for charge in unheard_charges(after)] == ["F3"]
    assert "NEW_CHARGES" in [holding.code for holding in what_holds((after,), NOW)]
    assert not releasable((after,), NOW)
    refused(acknowledge_release(after, after.version, released=True, at=NOW, cases=(after,)), "STILL_HELD", "NEW_CHARGES")
    assert codes(after) == ["COMPLAINT"]
    assert "Read and sign version 2 of the complaint; a new arraignment may be needed" in says(after)
    again = signed(after)
    assert "Call the case again: a charge was filed after the hearing, and no order covers it" in says(again)
    assert release_order(heard(again)) is None


def test_edge_19_a_charge_withdrawn_after_bail_asks_for_a_new_version_and_holds_nobody() -> None:
    case = ordered()
    theft = proposed_charges(case)[0]
    after = done(choose(case, ChargeChoice(proposed=theft.n, decision="DECLINE", reason="EVIDENCE")))
    assert codes(after) == ["COMPLAINT"]
    assert "Read and sign version 2 of the complaint; a new arraignment may be needed" in says(after)
    assert what_holds((after,), NOW) == ()
    assert codes(signed(after)) == []


def test_edge_19_what_is_owed_after_the_hearing_is_not_late_by_the_48_hours() -> None:
    def late(case: Case) -> set[bool]:
        return {gap.late for gap in missing_for_arraignment(case, Instant(NOW + 60 * HOUR))}

    case = ordered()
    theft = proposed_charges(case)[0]
    less = done(choose(case, ChargeChoice(proposed=theft.n, decision="DECLINE", reason="EVIDENCE")))
    assert late(less) == {False}
    assert late(done(choose(case, added(case)))) == {True}
    assert late(decided()) == {True}


def test_edge_19_both_layers_stay_for_ever() -> None:
    case = sent()
    theft, trespass = proposed_charges(case)
    amended = done(
        choose(
            case,
            ChargeChoice(proposed=theft.n, decision="AMEND", reason="STATUTE", statute="18 § 3929 §§ A1", description="Retail"),
            ChargeChoice(proposed=trespass.n, decision="REFER", reason="DIVERSION", note="The invented program"),
        )
    )
    after = done(choose(amended, ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="M3")))
    assert proposed_charges(after) == (theft, trespass)
    layer = [fact for fact in after.facts if isinstance(fact, ChargeFiled)]
    assert [(fact.statute, fact.grade) for fact in layer] == [("18 § 3929 §§ A1", "M1"), ("18 § 3929 §§ A1", "M3")]
    assert filed_charges(after) == (layer[1],)


def test_edge_19_an_added_charge_is_amended_approved_again_and_referred() -> None:
    case = decided()
    more = done(choose(case, added(case)))
    number = added_charges(more)[0].n
    refused(choose(more, ChargeChoice(decision="RETURN", filed=number, reason="FACTS", note="why")), "NO_SUCH_CHARGE")
    refused(choose(more, ChargeChoice(decision="AMEND", filed=number, reason="GRADE")), "NOTHING_AMENDED")
    refused(
        choose(more, ChargeChoice(decision="AMEND", filed=filed_charges(case)[0].n, reason="GRADE", grade="S")),
        "NO_SUCH_CHARGE",
    )
    changed = done(choose(more, ChargeChoice(decision="AMEND", filed=number, reason="GRADE", grade="M2")))
    assert [(c.statute, c.grade) for c in added_charges(changed)] == [("18 § 5104", "M2")]
    same = done(choose(changed, ChargeChoice(decision="APPROVE", filed=added_charges(changed)[0].n)))
    assert [c.grade for c in added_charges(same)] == ["M2"]
    assert len(filed_charges(same)) == 3
    gone = done(
        choose(same, ChargeChoice(decision="REFER", filed=added_charges(same)[0].n, reason="PROSECUTOR", note="Elsewhere"))
    )
    assert added_charges(gone) == ()
    assert len(filed_charges(gone)) == 2


# ---------------------------------------------------------------- 20: a grade raised by somebody else's record


def graded_by_priors() -> Case:
    case = sent()
    theft, trespass = proposed_charges(case)
    return done(
        choose(
            case,
            ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="F3", grade_basis="PRIORS"),
            ChargeChoice(proposed=trespass.n, decision="APPROVE"),
        )
    )


def renamed(case: Case, **changes: object) -> Case:
    who = identity(case)
    assert who is not None
    return done(correct_facts(case, case.version, [replace(who, corrects=who.n, **changes)], why="prints", at=NOW))  # type: ignore[arg-type]


def test_edge_20_a_grade_by_priors_is_decided_again_when_the_person_turns_out_to_be_another() -> None:
    case = signed(graded_by_priors())
    assert shaken_grades(case) == ()
    other = renamed(case, given="Miriam")
    assert [charge.grade for charge in shaken_grades(other)] == ["F3"]
    assert standing_complaint(other) is None
    assert codes(other) == ["GRADE", "COMPLAINT", "INTERVIEW"]
    assert now_row(other)["charges_undecided"] == 1
    assert [step.act for step in next_steps(other, NOW)] == ["charge:decide", "interview:record", "case:correct"]
    refused(sign_complaint(other, other.version, text_sha256=complaint_sha256(other), signer="ada"), "GRADE_RESTS_ON_IDENTITY")
    theft = proposed_charges(other)[0]
    settled = done(choose(other, ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="M2")))
    assert shaken_grades(settled) == ()
    assert filed_charges(settled)[0].grade_basis is None
    assert standing_complaint(signed(settled)) is not None


def test_edge_20_a_grade_decided_again_as_it_was_holds_nobody() -> None:
    case = ordered(heard(asked(signed(graded_by_priors()))))
    assert stage(case, NOW) == "TO_RELEASE"
    other = renamed(case, given="Miriam")
    assert "GRADE" in codes(other)
    theft = proposed_charges(other)[0]
    same = ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="F3", grade_basis="PRIORS")
    again = done(choose(other, same))
    assert unheard_charges(again) == ()
    assert what_holds((again,), NOW) == ()
    assert stage(again, NOW) == "TO_RELEASE"
    assert codes(again) == ["COMPLAINT"]
    free = acknowledge_release(again, again.version, released=True, at=NOW, cases=(again,))
    assert isinstance(free, Change)
    higher = done(choose(again, replace(same, grade="F2")))
    assert "NEW_CHARGES" in [holding.code for holding in what_holds((higher,), NOW)]
    back = done(choose(higher, same))
    assert what_holds((back,), NOW) == ()


def test_edge_20_the_grade_alone_is_decided_again_and_the_amendment_stays() -> None:
    case = sent()
    theft = proposed_charges(case)[0]
    retail = ChargeChoice(
        proposed=theft.n, decision="AMEND", reason="STATUTE", statute="18 § 3929", description="Retail", grade="F3",
        grade_basis="PRIORS",
    )  # fmt: skip
    other = renamed(done(choose(case, retail)), given="Miriam")
    assert len(shaken_grades(other)) == 1

    def after(**said: object) -> tuple[object, ...]:
        choice = ChargeChoice(proposed=theft.n, **said)  # type: ignore[arg-type]
        settled = done(choose(other, choice))
        assert shaken_grades(settled) == ()
        (filed,) = filed_charges(settled)
        return filed.statute, filed.description, filed.grade, filed.grade_basis

    assert after(decision="AMEND", reason="GRADE", grade="M2") == ("18 § 3929", "Retail", "M2", None)
    assert after(decision="APPROVE") == ("18 § 3929", "Retail", "F3", "PRIORS")
    refused(choose(other, ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE")), "NOTHING_AMENDED")
    back = {"statute": theft.statute, "description": theft.description, "grade": "M1"}
    assert after(decision="AMEND", reason="GRADE", **back) == (theft.statute, theft.description, "M1", None)


def test_edge_19_an_approval_files_the_newer_of_the_two_layers() -> None:
    case = sent()
    theft = proposed_charges(case)[0]
    amend = ChargeChoice(proposed=theft.n, decision="AMEND", reason="STATUTE", statute="18 § 3929")
    case = done(choose(case, amend))
    again = done(choose(case, ChargeChoice(proposed=theft.n, decision="APPROVE")))
    assert [charge.statute for charge in filed_charges(again)] == ["18 § 3929"]
    twice = done(choose(again, ChargeChoice(proposed=theft.n, decision="APPROVE")))
    assert [charge.statute for charge in filed_charges(twice)] == ["18 § 3929"]
    fixed = done(correct_facts(case, case.version, [replace(theft, corrects=theft.n, counts=2)], why="two", at=NOW))
    now = proposed_charges(fixed)[0].n
    lower = done(choose(fixed, ChargeChoice(proposed=now, decision="AMEND", reason="GRADE", grade="M2")))
    assert [(charge.statute, charge.counts) for charge in filed_charges(lower)] == [("18 § 3929", 1)]
    theirs = done(choose(fixed, ChargeChoice(proposed=now, decision="APPROVE")))
    assert [(charge.statute, charge.counts) for charge in filed_charges(theirs)] == [(theft.statute, 2)]
    gone = done(choose(case, ChargeChoice(proposed=theft.n, decision="DECLINE", reason="EVIDENCE")))
    anew = done(choose(gone, ChargeChoice(proposed=theft.n, decision="APPROVE")))
    assert [charge.statute for charge in filed_charges(anew)] == [theft.statute]


def test_edge_20_a_charge_that_was_never_heard_stays_unheard_however_often_it_is_decided() -> None:
    more = done(choose(ordered(), added(ordered())))
    again = done(choose(more, ChargeChoice(decision="APPROVE", filed=added_charges(more)[0].n)))
    assert [charge.statute for charge in unheard_charges(again)] == ["18 § 5104"]
    second = replace(ARREST, record_id="R-2", charges=(), time=None)
    case = ordered(heard(asked(signed(decided(sent(booked(arrests=[ARREST, second])))))))
    theft, other = proposed_charges(case)[0], case.current(Arrested)[1]
    moved = done(correct_facts(case, case.version, [replace(theft, corrects=theft.n, arrest=other.n)], why="R-2", at=NOW))
    refiled = done(choose(moved, ChargeChoice(proposed=proposed_charges(moved)[0].n, decision="APPROVE")))
    assert [charge.statute for charge in unheard_charges(refiled)] == [theft.statute]


@given(cases())
def test_edge_19_each_charge_waits_for_one_desk_or_may_be_decided_again(case: Case) -> None:
    """What the desk offers is what the rule takes: nothing is offered that is refused, nothing refused is offered."""
    waits, again, back = awaiting_decision(case), redecidable(case), returned(case)
    numbers = [charge.n for charge in (*waits, *again, *back)]
    assert sorted(numbers) == sorted(charge.n for charge in (*proposed_charges(case), *added_charges(case)))
    for charge in (*waits, *again, *back):
        named = {"filed" if isinstance(charge, ChargeFiled) else "proposed": charge.n}
        outcome = choose(case, ChargeChoice(decision="DECLINE", reason="EVIDENCE", **named))  # type: ignore[arg-type]
        if stage(case, NOW) in DECISIONS_STAND:
            continue
        if charge in back:
            refused(outcome, "RETURNED_TO_POLICE", "proposed")
        else:
            assert isinstance(outcome, Change)


def test_edge_20_a_shaken_grade_is_decided_by_the_charge_that_it_stands_for() -> None:
    """The police's charge where there is one, else the charge that the prosecutor added."""
    case = graded_by_priors()
    theft, trespass = proposed_charges(case)
    case = done(choose(case, added(case, grade="F3", grade_basis="PRIORS")))
    assert awaiting_decision(case) == ()
    assert redecidable(case) == (theft, trespass, *added_charges(case))
    other = renamed(case, given="Miriam")
    assert awaiting_decision(other) == (theft, *added_charges(other))
    assert redecidable(other) == (trespass,)


def test_edge_20_a_link_to_another_case_shakes_the_grade_too() -> None:
    linked = one_person(by_prints(graded_by_priors()), by_prints(booked(OTHER_ID)))
    assert len(shaken_grades(linked)) == 1


def test_edge_20_an_address_or_another_basis_shakes_nothing() -> None:
    assert shaken_grades(renamed(graded_by_priors(), address="13 Invented Street")) == ()
    assert shaken_grades(renamed(decided(), given="Miriam")) == ()


# ---------------------------------------------------------------- 29: two at one case


def test_edge_29_who_decides_on_an_old_version_erases_no_charge() -> None:
    case = decided()
    seen = case.version
    theft = proposed_charges(case)[0]
    detective = ChargeProposed(arrest=theft.arrest, statute="18 § 5104", description="Resisting Arrest")
    changed = done(correct_facts(case, seen, [detective], why="omitted", at=NOW))
    attorney = ChargeChoice(proposed=theft.n, decision="DECLINE", reason="EVIDENCE")
    refused(decide_charges(changed, seen, [attorney]), "STALE")
    assert [c.statute for c in proposed_charges(changed)][-1] == "18 § 5104"
    assert len(filed_charges(changed)) == 2


def test_edge_29_the_police_never_write_over_what_the_prosecutor_files() -> None:
    case = decided()
    filed = filed_charges(case)[0]
    refused(
        correct_facts(case, case.version, [replace(filed, corrects=filed.n, grade="S")], why="lower", at=NOW),
        "NOT_CORRECTABLE",
    )
    theft = proposed_charges(case)[0]
    lower = done(correct_facts(case, case.version, [replace(theft, corrects=theft.n, grade="S")], why="value", at=NOW))
    assert filed_charges(lower) == filed_charges(case)


# ---------------------------------------------------------------- 40: arrested, never charged


def test_edge_40_a_person_never_charged_is_told_apart_from_one_charged() -> None:
    assert charge_status(decided(decision="DECLINE", reason="EVIDENCE")) == "DECLINED"
    assert charge_status(decided(decision="REFER", reason="DIVERSION", note="The invented program")) == "DECLINED"
    assert charge_status(decided()) == "FILED"
    assert now_row(decided(decision="REFER", reason="DIVERSION", note="There"))["filed_charges"] == ()


@pytest.mark.parametrize("state", ["PENDING", "RETURNED", "FILED", *UNCHARGED])
def test_edge_40_no_agreement_shows_who_was_never_charged_unless_its_text_says_so(state: str) -> None:
    record = {"adult": True, "charge_status": state}
    quiet, says_so = version({"/scope/rows": "always"}), version({"/scope/rows": "always", "/never_charged": "shown"})
    assert matches(quiet.scope.rows, record) is (state not in UNCHARGED)
    assert matches(says_so.scope.rows, record) is True
    # Only those words open it, the owners vote on them, and everybody reads them.
    for word in ("hidden", "yes", ""):
        assert isinstance(read_version(canonical.write(changed(DOCUMENT, {"/never_charged": word}))), Refusal)
    assert not narrows(says_so, quiet)
    assert narrows(quiet, says_so)
    for language in LANGUAGES:
        assert set(explain(quiet, language)) ^ set(explain(says_so, language))
    assert "Also shown: whoever was arrested and never charged, or was discharged by the court." in explain(says_so, "en")


def test_edge_40_who_was_let_go_unsent_or_discharged_counts_as_never_charged() -> None:
    gone = [CustodyStated(status="NOT_IN_CUSTODY", words="Not in custody", time=at("2026-11-20"))]
    unsent = done(correct_facts(booked(), 1, gone, why="told", at=NOW))
    assert charge_status(unsent) == "NOT_CHARGED"
    assert charge_status(sent(unsent)) == "PENDING"  # what was sent on waits for the prosecutor
    assert charge_status(heard(probable_cause=False, reason="No witness")) == "DISCHARGED"
    assert {"NOT_CHARGED", "DISCHARGED", "DECLINED"} == set(UNCHARGED)


# ---------------------------------------------------------------- 49: the statute table is updated

OLD = Offense(statute="18 § 3921 §§ A", title="Theft", grade="M1", last=date(2026, 11, 19))
NEW = Offense(statute="18 § 3921 §§ A", title="Unlawful taking", grade="F3", first=date(2026, 11, 20))
BURGLARY = Offense(statute="18 § 3502 §§ A2", title="Burglary", grade="F1")
ATTEMPTS = Offense(statute="18 § 901 §§ A", title="Criminal attempt")


def test_edge_49_the_day_of_the_offense_chooses_the_law_and_the_charge_keeps_its_words() -> None:
    table = Offenses((OLD, NEW))
    charge = filed_charges(decided())[0]
    assert check(charge, table).match.offense == OLD
    assert check(charge, table).flags == ()
    assert (charge.description, charge.grade) == ("Theft By Unlaw Taking-Movable Prop", "M1")
    later = replace(charge, offense_date=at("2026-11-20"))
    assert check(later, table).match.offense == NEW
    assert check(later, table).flags == (NOT_THE_TABLES_GRADE.format(grade="F3"),)
    assert check(replace(later, grade_basis="VALUE"), table).flags == ()
    unknown = check(replace(charge, offense_date=None), table)
    assert (unknown.match.offense, unknown.flags) == (None, (FLAGS["OFFENSE_DATE_NEEDED"],))


def test_edge_49_a_statute_that_the_table_does_not_know_is_kept_flagged_and_filed() -> None:
    strange = ChargeGiven(statute="99 § 1 §§ Z", description="Unknown Statute")
    unreadable = ChargeGiven(statute="local ordinance", description="Loitering")
    case = decided(sent(booked(arrests=[replace(ARREST, charges=(strange, unreadable))])))
    assert [(c.statute, c.description) for c in filed_charges(case)] == [
        ("99 § 1 §§ Z", "Unknown Statute"),
        ("local ordinance", "Loitering"),
    ]
    flags = [check(charge, Offenses((OLD,))).flags for charge in filed_charges(case)]
    assert flags == [(FLAGS["STATUTE_UNKNOWN"],), (FLAGS["STATUTE_UNREADABLE"],)]
    assert standing_complaint(signed(case)) is not None


# ---------------------------------------------------------------- inchoate offenses, and what a grade rests on


def test_an_attempt_keeps_its_object_in_both_layers_and_on_paper() -> None:
    case = sent(booked(arrests=[replace(ARREST, charges=(ATTEMPT,))]))
    (proposed,) = proposed_charges(case)
    (filed,) = filed_charges(decided(case))
    assert (filed.inchoate, inchoate(proposed)) == (None, "ATTEMPT")
    assert (inchoate(filed), filed.object_statute, filed.object_description) == ("ATTEMPT", "18 § 3502 §§ A2", "Burglary")
    assert described(filed) == "Criminal Attempt - 18 § 3502 §§ A2 Burglary"
    assert basis_words(filed) == "As the object offense (18 Pa.C.S. § 905)"
    text = complaint_text(decided(case)).decode()
    assert "  Inchoate offense: Criminal attempt (18 Pa.C.S. § 901)\n  Object: 18 § 3502 §§ A2 Burglary\n" in text
    assert "  Basis of the grade: As the object offense (18 Pa.C.S. § 905)\n" in text
    assert now_row(decided(case))["filed_charges"] == ("18 § 901 §§ A Criminal Attempt - 18 § 3502 §§ A2 Burglary (F1)",)
    assert check(filed, Offenses((ATTEMPTS, BURGLARY))).flags == ()
    assert check(filed, Offenses((ATTEMPTS,))).flags == (f"Object: {FLAGS['STATUTE_UNKNOWN']}",)


def test_an_attempt_at_nothing_is_kept_from_the_police_and_not_written_by_the_prosecutor() -> None:
    bare = ChargeGiven(statute="18 Pa.C.S. § 903(c)", description="Conspiracy - Robbery")
    case = sent(booked(arrests=[replace(ARREST, charges=(bare,))]))
    (filed,) = filed_charges(decided(case))
    assert inchoate(filed) == "CONSPIRACY"
    assert OBJECT_MISSING in check(filed, Offenses()).flags
    refused(choose(case, added(case, statute="18 § 901 §§ A", description="Criminal Attempt")), "OBJECT_NEEDED")
    named = done(choose(case, added(case, statute="18 § 901 §§ A", description="Criminal Attempt", object_description="Theft")))
    assert inchoate(filed_charges(named)[0]) == "ATTEMPT"


def test_a_statute_that_a_source_only_calls_attempted_is_its_own_object() -> None:
    called = ChargeGiven(statute="18 § 3502 §§ A2", description="Burglary", inchoate="ATTEMPT")
    (filed,) = filed_charges(decided(sent(booked(arrests=[replace(ARREST, charges=(called,))]))))
    assert filed.inchoate == "ATTEMPT"
    assert check(filed, Offenses((BURGLARY,))).flags == ()


BURGLARY_TRIED = ChargeGiven(
    statute="18 § 3502",
    description="Burglary",
    grade="F1",
    inchoate="ATTEMPT",
    object_description="A store",
    grade_basis="OBJECT",
)


@pytest.mark.parametrize("printed", ["18 § 3502", "18 Pa.C.S. § 3502"])
def test_a_statute_that_is_only_restated_turns_no_attempt_into_the_whole_offense(printed: str) -> None:
    case = sent(booked(arrests=[replace(ARREST, charges=(BURGLARY_TRIED,))]))
    one = ChargeChoice(proposed=proposed_charges(case)[0].n, decision="AMEND", reason="GRADE", statute=printed)
    (filed,) = filed_charges(done(choose(case, replace(one, grade="F2"))))
    assert (filed.statute, filed.inchoate, filed.object_description, filed.grade) == ("18 § 3502", "ATTEMPT", "A store", "F2")
    (kept,) = filed_charges(done(choose(case, replace(one, counts=2, grade="F1"))))
    assert (kept.counts, kept.grade_basis) == (2, "OBJECT")
    (other,) = filed_charges(done(choose(case, replace(one, grade="F2", grade_basis="OBJECT"))))
    assert (other.grade, other.grade_basis) == ("F2", "OBJECT")
    (robbery,) = filed_charges(done(choose(case, replace(one, statute="18 § 3701", inchoate="ATTEMPT"))))
    assert (robbery.inchoate, robbery.object_description) == ("ATTEMPT", "A store")
    for nothing in (one, replace(one, grade="F1", inchoate="ATTEMPT"), replace(one, grade_basis="OBJECT")):
        refused(choose(case, nothing), "NOTHING_AMENDED")


def test_what_the_statute_says_by_itself_is_said_of_a_charge_that_was_written_by_hand() -> None:
    case = booked()
    arrest = case.current(Arrested)[0].n
    said = {name: getattr(ATTEMPT, name) for name in ("statute", "description", "object_description")}
    more = done(correct_facts(case, case.version, [ChargeProposed(arrest=arrest, **said)], why="more", at=NOW))
    case = sent(more)
    assert "  Inchoate offense: Criminal attempt (18 Pa.C.S. § 901)\n" in complaint_text(decided(case)).decode()
    one = ChargeChoice(proposed=proposed_charges(case)[-1].n, decision="AMEND", reason="GRADE")
    refused(choose(case, one), "NOTHING_AMENDED")
    refused(choose(case, replace(one, inchoate="ATTEMPT")), "NOTHING_AMENDED")


def test_an_amendment_to_a_whole_offense_drops_the_object_and_a_new_grade_its_old_basis() -> None:
    case = sent(booked(arrests=[replace(ARREST, charges=(ATTEMPT,))]))
    (proposed,) = proposed_charges(case)
    one = {"proposed": proposed.n, "decision": "AMEND"}
    whole = done(choose(case, ChargeChoice(**one, reason="STATUTE", statute="18 § 3502 §§ A2", description="Burglary")))  # type: ignore[arg-type]
    (filed,) = filed_charges(whole)
    assert (inchoate(filed), filed.object_statute, filed.grade_basis) == (None, None, "OBJECT")
    other = done(choose(case, ChargeChoice(**one, reason="STATUTE", statute="18 § 903", description="Conspiracy")))  # type: ignore[arg-type]
    assert (inchoate(filed_charges(other)[0]), filed_charges(other)[0].object_description) == ("CONSPIRACY", "Burglary")
    lower = done(choose(case, ChargeChoice(**one, reason="GRADE", grade="F2")))  # type: ignore[arg-type]
    assert (filed_charges(lower)[0].grade, filed_charges(lower)[0].grade_basis) == ("F2", None)
    assert (proposed.grade, proposed.grade_basis) == ("F1", "OBJECT")


@pytest.mark.parametrize(
    ("said", "code", "name"),
    [
        ({"inchoate": "PLAN"}, "NO_SUCH_INCHOATE", "inchoate"),
        ({"statute": "18 § 901", "inchoate": "CONSPIRACY", "object_description": "Theft"}, "INCHOATE_CONTRADICTED", "inchoate"),
        ({"object_description": "Theft"}, "OBJECT_WITHOUT_INCHOATE", "object_statute"),
        ({"grade": "M1", "grade_basis": "MOOD"}, "NO_SUCH_BASIS", "grade_basis"),
        ({"grade": "M1", "grade_basis": "OTHER"}, "BASIS_NEEDED", "grade_note"),
        ({"grade_basis": "VALUE"}, "GRADE_NEEDED", "grade"),
    ],
)
def test_a_charge_that_contradicts_itself_is_not_written(said: dict[str, object], code: str, name: str) -> None:
    case = sent()
    assert name in refused(choose(case, added(case, **said)), code).names
    given = ChargeGiven(**{"statute": "18 § 5104", "description": "Resisting", **said})  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=code):
        booked(arrests=[replace(ARREST, charges=(given,))])
    fact = ChargeProposed(**{"arrest": 2, "statute": "18 § 5104", "description": "Resisting", **said})  # type: ignore[arg-type]
    refused(correct_facts(case, case.version, [fact], why="more", at=NOW), code)


def test_what_was_returned_comes_back_with_its_counts_and_object() -> None:
    case = sent(booked(arrests=[replace(ARREST, charges=(replace(ATTEMPT, counts=2),))]))
    (proposed,) = proposed_charges(case)
    back = done(choose(case, ChargeChoice(proposed=proposed.n, decision="RETURN", reason="FACTS", note="Which door?")))
    again = decided(done(submit_for_charging(back, back.version)))
    assert [(charge.counts, charge.object_description) for charge in filed_charges(again)] == [(2, "Burglary")]
