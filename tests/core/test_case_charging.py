"""The prosecutor's decisions and the complaint. Names of tests cite the edge cases they hold."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pars.core.cases.board import charge_status
from pars.core.cases.booking import correct_facts, submit_for_charging
from pars.core.cases.case import Case, decision_on, declined, filed_charges, proposed_charges, returned, undecided
from pars.core.cases.charging import complaint_text, decide_charges, sign_complaint, standing_complaint
from pars.core.cases.choices import DECISIONS, REASONS, ChargeChoice
from pars.core.cases.custody import what_holds
from pars.core.cases.facts import Arrested, ChargeDecided, ChargeFiled, ChargeProposed, IdentityClaimed
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage
from pars.core.cases.received import ArrestGiven, ChargeGiven, PersonStated
from tests.cases import ARREST, NOW, PERSON, THEFT, at, booked, decided, done, heard, refused, sent, signed


def choose(case: Case, *choices: ChargeChoice) -> object:
    return decide_charges(case, case.version, choices)


def test_each_decision_stands_beside_what_the_police_proposed() -> None:
    case = sent()
    theft, trespass = proposed_charges(case)
    arrest = case.current(Arrested)[0].n
    after = done(
        choose(
            case,
            ChargeChoice(proposed=theft.n, decision="AMEND", reason="GRADE", grade="M2"),
            ChargeChoice(proposed=trespass.n, decision="DECLINE", reason="EVIDENCE"),
            ChargeChoice(
                decision="ADD", reason="FACTS", arrest=arrest, statute="18 § 3925 §§ A", description="Receiving Stolen Prop"
            ),
        )
    )
    assert proposed_charges(after) == (theft, trespass)
    assert [(c.statute, c.grade) for c in filed_charges(after)] == [("18 § 3921 §§ A", "M2"), ("18 § 3925 §§ A", None)]
    assert filed_charges(after)[0].offense_date == theft.offense_date
    decision = decision_on(after, trespass.n)
    assert decision is not None
    assert (decision.decision, decision.reported) == ("DECLINE", False)
    assert undecided(after) == ()
    assert charge_status(after) == "FILED"


def test_a_choice_is_refused_by_name() -> None:
    case = sent()
    theft = proposed_charges(case)[0]
    arrest = case.current(Arrested)[0].n
    added = {"decision": "ADD", "reason": "FACTS", "arrest": arrest, "statute": "18 § 1", "description": "Something"}

    def one(**choice: object) -> object:
        return choose(case, ChargeChoice(**choice))

    refused(decide_charges(None, 1, []), "NO_SUCH_CASE")
    refused(choose(case), "NO_CHOICES", "choices")
    refused(one(proposed=theft.n, decision="MAYBE"), "NO_SUCH_DECISION", "decision")
    refused(one(decision="APPROVE"), "NO_SUCH_CHARGE", "proposed")
    refused(one(proposed=99, decision="APPROVE"), "NO_SUCH_CHARGE", "proposed")
    refused(one(decision="DECLINE", reason="EVIDENCE", filed=1), "NO_SUCH_CHARGE", "filed")
    refused(one(proposed=theft.n, decision="DECLINE"), "REASON_NEEDED", "reason")
    refused(one(proposed=theft.n, decision="DECLINE", reason="OTHER"), "NOTE_NEEDED", "note")
    refused(one(proposed=theft.n, decision="RETURN", reason="FACTS"), "NOTE_NEEDED", "note")
    refused(one(proposed=theft.n, decision="AMEND", reason="GRADE"), "NOTHING_AMENDED")
    refused(one(proposed=theft.n, decision="AMEND", reason="COUNTS", counts=0), "NOTHING_AMENDED")
    refused(one(proposed=theft.n, decision="APPROVE", counts=0), "NO_COUNTS", "counts")
    refused(one(**{**added, "proposed": theft.n}), "ADDED_NOT_PROPOSED", "proposed")
    refused(one(**{**added, "statute": " "}), "EMPTY_CHARGE")
    refused(one(**{**added, "description": None}), "EMPTY_CHARGE")
    refused(one(**{**added, "arrest": theft.n}), "NO_SUCH_ARREST", "arrest")
    refused(one(**{**added, "reason": None}), "REASON_NEEDED", "reason")
    twice = ChargeChoice(proposed=theft.n, decision="APPROVE")
    refused(choose(case, twice, twice), "DECIDED_TWICE", "choices")
    unsent = booked()
    refused(choose(unsent, twice), "NOT_SUBMITTED")


def test_every_decision_but_an_approval_has_reasons() -> None:
    assert set(REASONS) == set(DECISIONS) - {"APPROVE"}
    assert all("OTHER" in reasons for reasons in REASONS.values())


def test_edge_16_a_returned_charge_waits_for_the_police_and_then_for_the_prosecutor() -> None:
    case = sent()
    theft, trespass = proposed_charges(case)
    back = done(
        choose(
            case,
            ChargeChoice(proposed=theft.n, decision="RETURN", reason="FACTS", note="Which door was forced?"),
            ChargeChoice(proposed=trespass.n, decision="APPROVE"),
        )
    )
    assert returned(back) == (theft,)
    assert charge_status(back) == "RETURNED"
    assert stage(back, NOW) == "RETURNED"
    assert next(step.act for step in next_steps(back, NOW)) == "case:submit"
    refused(choose(back, ChargeChoice(proposed=theft.n, decision="APPROVE")), "RETURNED_TO_POLICE", "proposed")
    refused(sign_complaint(back, back.version, text_sha256="", signer="ada"), "CHARGES_UNDECIDED")
    answered = done(submit_for_charging(back, back.version))
    assert undecided(answered) == (theft,)
    assert returned(answered) == ()
    after = done(choose(answered, ChargeChoice(proposed=theft.n, decision="APPROVE")))
    assert len(filed_charges(after)) == 2


def test_edge_17_declining_everything_frees_and_the_custodian_must_say_so() -> None:
    case = decided(decision="DECLINE", reason="EVIDENCE")
    assert declined(case)
    assert charge_status(case) == "DECLINED"
    assert stage(case, NOW) == "DECLINED"
    assert what_holds((case,), NOW) == ()
    assert missing_for_arraignment(case, NOW) == ()
    assert [step.act for step in next_steps(case, NOW)] == ["release:acknowledge"]
    refused(sign_complaint(case, case.version, text_sha256="", signer="ada"), "NOTHING_APPROVED")


def test_a_later_decision_replaces_an_earlier_one_and_both_stay() -> None:
    case = decided()
    theft = proposed_charges(case)[0]
    after = done(choose(case, ChargeChoice(proposed=theft.n, decision="AMEND", reason="STATUTE", statute="18 § 3929")))
    assert [charge.statute for charge in filed_charges(after)] == ["18 § 3929", "18 § 3503 §§ B1i"]
    assert len([fact for fact in after.facts if isinstance(fact, ChargeFiled)]) == 3
    gone = done(choose(after, ChargeChoice(proposed=theft.n, decision="DECLINE", reason="WITNESS")))
    assert [charge.statute for charge in filed_charges(gone)] == ["18 § 3503 §§ B1i"]
    again = done(choose(gone, ChargeChoice(proposed=theft.n, decision="APPROVE")))
    assert len(filed_charges(again)) == 2
    assert len(again.current(ChargeDecided)) == 2


def test_an_added_charge_can_be_withdrawn() -> None:
    case = sent()
    arrest = case.current(Arrested)[0].n
    add = ChargeChoice(
        decision="ADD", reason="FACTS", arrest=arrest, statute="18 § 5104", description="Resisting Arrest", counts=2
    )
    more = done(choose(case, add, *(ChargeChoice(proposed=c.n, decision="APPROVE") for c in proposed_charges(case))))
    added = filed_charges(more)[0]
    assert (added.statute, added.counts) == ("18 § 5104", 2)
    less = done(choose(more, ChargeChoice(decision="DECLINE", reason="EVIDENCE", filed=added.n)))
    assert added not in filed_charges(less)
    assert len(filed_charges(less)) == 2
    assert not declined(less)


def test_a_decision_on_a_corrected_charge_stands() -> None:
    case = decided()
    theft = proposed_charges(case)[0]
    fixed = done(correct_facts(case, case.version, [replace(theft, corrects=theft.n, counts=2)], why="two", at=NOW))
    now = next(charge for charge in proposed_charges(fixed) if charge.statute == theft.statute)
    assert decision_on(fixed, now.n) is not None
    refused(choose(fixed, ChargeChoice(proposed=theft.n, decision="APPROVE")), "NO_SUCH_CHARGE")
    again = done(choose(fixed, ChargeChoice(proposed=now.n, decision="APPROVE")))
    assert [charge.counts for charge in filed_charges(again)] == [2, 1]


# ---------------------------------------------------------------- the complaint


def test_the_complaint_is_signed_over_one_text() -> None:
    case = decided()
    text = hashlib.sha256(complaint_text(case)).hexdigest()
    refused(sign_complaint(None, 1, text_sha256=text, signer="ada"), "NO_SUCH_CASE")
    refused(sign_complaint(case, case.version, text_sha256="0" * 64, signer="ada"), "TEXT_CHANGED", "text_sha256")
    after = done(sign_complaint(case, case.version, text_sha256=text, signer="ada"))
    signed_one = standing_complaint(after)
    assert signed_one is not None
    assert (signed_one.text_sha256, signed_one.signer, signed_one.reported) == (text, "ada", False)
    refused(sign_complaint(after, after.version, text_sha256=text, signer="ada"), "ALREADY_SIGNED")


def test_edge_19_a_charge_filed_after_the_complaint_needs_a_new_one() -> None:
    case = signed()
    arrest = case.current(Arrested)[0].n
    resisting = ChargeProposed(arrest=arrest, statute="18 § 5104", description="Resisting Arrest")
    more = done(correct_facts(case, case.version, [resisting], why="omitted", at=NOW))
    assert standing_complaint(more) is not None
    refused(sign_complaint(more, more.version, text_sha256="", signer="ada"), "CHARGES_UNDECIDED")
    filed = done(choose(more, ChargeChoice(proposed=proposed_charges(more)[-1].n, decision="APPROVE")))
    assert standing_complaint(filed) is None
    assert stage(filed, NOW) == "APPROVED"
    assert standing_complaint(signed(filed)) is not None


def test_edge_19_a_charge_filed_after_the_hearing_needs_a_new_one_too() -> None:
    case = heard()
    arrest = case.current(Arrested)[0].n
    add = ChargeChoice(decision="ADD", reason="FACTS", arrest=arrest, statute="18 § 5104", description="Resisting Arrest")
    more = done(choose(case, add))
    assert [gap.code for gap in missing_for_arraignment(more, NOW)] == ["COMPLAINT"]
    acts = [step.act for step in next_steps(more, NOW)]
    assert acts == ["complaint:sign", "release:order"]
    again = signed(more)
    assert [step.act for step in next_steps(again, NOW)] == ["hearing:hold", "release:order"]


def test_the_complaint_has_one_form_and_no_number_of_the_person() -> None:
    case = decided()
    text = complaint_text(case).decode()
    assert text == complaint_text(Case(case.id, 9, case.facts)).decode()
    assert "Defendant: Marian Whitlock\n" in text
    assert "Offense tracking number: Q3333330\n" in text
    assert "Charge 1: 18 § 3921 §§ A Theft By Unlaw Taking-Movable Prop\n" in text
    assert text.count("  Counts: 1\n") == 2
    assert "account" not in text
    for name in ("ssn", "sid", "license"):
        assert name not in {field for kind in (IdentityClaimed, Arrested) for field in kind.__dataclass_fields__}
        assert f"{name}:" not in text.lower()


def test_no_value_can_pose_as_another_line() -> None:
    sly = PersonStated(full="A\nCharge 9: Murder\u202e\x00 B", birth_date=at("1990"))
    case = decided(sent(booked(person=sly, arrests=[replace(ARREST, otn=None)])))
    text = complaint_text(case).decode()
    assert "\nCharge 9" not in text
    assert "Defendant: A Charge 9: Murder B\n" in text
    assert "Offense tracking number: not stated\n" in text
    assert "Born: 1990 (America/New_York)\n" in text


def test_a_complaint_names_each_arrest_with_its_own_charges() -> None:
    second = ArrestGiven(agency="Transit Police", charges=(ChargeGiven(statute="18 § 5503", description="Disorderly"),))
    case = decided(sent(booked(arrests=[replace(ARREST, charges=(THEFT,)), second])))
    text = complaint_text(case).decode()
    assert text.index("Invented Police") < text.index("3921") < text.index("Transit Police") < text.index("5503")
    assert "Arrested: not stated\n" in text
    assert complaint_text(Case(case.id)).decode().count("\n") == 3


def test_a_possible_minor_signs_nobody_in() -> None:
    young = booked(person=replace(PERSON, birth_date=at("2008-11-20")))
    case = decided(sent(young))
    refused(sign_complaint(case, case.version, text_sha256="", signer="ada"), "CHILD")
