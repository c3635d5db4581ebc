"""The second signature: a complaint that charges homicide doesn't stand until a supervisor, who isn't its signer, has signed it too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.board import now_row
from pars.core.cases.case import Case, Change, proposed_charges
from pars.core.cases.charging import (
    complaint_sha256,
    complaint_text,
    cosign_complaint,
    cosign_owed,
    decide_charges,
    sign_complaint,
    signed_complaint,
    standing_complaint,
)
from pars.core.cases.charging_queue import queued
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.cosigning import RULES
from pars.core.cases.facts import ComplaintSigned
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage
from pars.core.cases.waiting import waiting
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal
from tests.cases import NOW, done, sent


def charged(grade: str = "H1") -> Case:
    """Return a case whose first charge is filed with this grade, all decided."""
    case = sent()
    first, *rest = proposed_charges(case)
    choices = [ChargeChoice(decision="AMEND", proposed=first.n, reason="GRADE", grade=grade, grade_basis="STATUTE")]
    choices += [ChargeChoice(decision="APPROVE", proposed=charge.n) for charge in rest]
    return done(decide_charges(case, case.version, choices))


def signed(grade: str = "H1") -> Case:
    case = charged(grade)
    return done(sign_complaint(case, case.version, text_sha256=complaint_sha256(case), signer="p-attorney"))


def cosigned(case: Case, signer: str = "p-supervisor", **parts: str) -> Change | Refusal:
    return cosign_complaint(case, case.version, **{"text_sha256": complaint_sha256(case), "signer": signer, **parts})  # type: ignore[arg-type]


def code(outcome: Change | Refusal) -> str:
    assert isinstance(outcome, Refusal)
    return outcome.code


def test_a_complaint_of_homicide_stands_only_when_it_is_co_signed() -> None:
    case = signed()
    assert signed_complaint(case) is not None
    assert standing_complaint(case) is None
    assert cosign_owed(case) == RULES[0]
    assert "COSIGN" in {gap.code for gap in missing_for_arraignment(case, NOW)}
    assert "HEARING" not in {step.code for step in next_steps(case, NOW)}
    assert {step.act for step in next_steps(case, NOW) if step.code == "COSIGN"} == {"complaint:cosign"}
    assert stage(case, NOW) == "APPROVED"
    assert code(sign_complaint(case, case.version, text_sha256=complaint_sha256(case), signer="p-other")) == "ALREADY_SIGNED"
    change = cosigned(case)
    assert isinstance(change, Change)
    assert change.kind is Kind.COMPLAINT_COSIGNED
    after = change.case
    assert standing_complaint(after) == signed_complaint(case)
    assert complaint_text(after) == complaint_text(case), "both signed one text"
    assert "COSIGN" not in {gap.code for gap in missing_for_arraignment(after, NOW)}


def test_nobody_co_signs_their_own_nor_another_text_nor_what_needs_none() -> None:
    case = signed()
    assert code(cosigned(case, signer="p-attorney")) == "OWN_SIGNATURE"
    assert code(cosigned(case, text_sha256="0" * 64)) == "TEXT_CHANGED"
    assert code(cosign_complaint(case, case.version - 1, text_sha256="", signer="p-supervisor")) == "STALE"
    for other in (charged(), signed("F1"), done(cosigned(case))):
        assert cosign_owed(other) is None
        assert code(cosigned(other)) == "NO_COSIGNATURE_OWED"


@pytest.mark.parametrize("grade", ["F1", "M1", "S"])
def test_other_complaints_stand_when_they_are_signed(grade: str) -> None:
    assert standing_complaint(signed(grade)) is not None


def test_what_changes_after_it_needs_both_signatures_again() -> None:
    case = done(cosigned(signed()))
    first = proposed_charges(case)[0]
    choice = ChargeChoice(decision="AMEND", proposed=first.n, reason="GRADE", grade="H2", grade_basis="STATUTE")
    case = done(decide_charges(case, case.version, [choice]))
    assert standing_complaint(case) is None
    assert cosign_owed(case) is None, "first it is signed anew"
    case = done(sign_complaint(case, case.version, text_sha256=complaint_sha256(case), signer="p-attorney"))
    assert cosign_owed(case) is not None, "the earlier second signature is of the earlier version"


def test_what_a_feed_reported_or_the_police_sign_needs_no_second_signature() -> None:
    case = signed()
    facts = tuple(replace(fact, reported=True) if isinstance(fact, ComplaintSigned) else fact for fact in case.facts)
    assert cosign_owed(Case(case.id, case.version, facts, case.profile)) is None
    by_police = replace(case.profile, signed_by="police")
    assert cosign_owed(Case(case.id, case.version, case.facts, by_police)) is None


def test_it_waits_in_the_queue_and_on_the_board_under_its_own_words() -> None:
    case = signed()
    place = queued(case, NOW)
    assert place is not None
    assert (place.turn, place.since) == ("COSIGN", signed_complaint(case))
    assert waiting(now_row(case)).says == "Complaint to co-sign"
    assert queued(done(cosigned(case)), NOW) is None
