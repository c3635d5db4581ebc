"""The second signature on the screen: the supervisor finds it in the queue, reads the text, signs with their password; nobody else can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pars.actions import charging, intake, releasing
from pars.core.cases.case import proposed_charges
from pars.core.cases.charging import complaint_sha256, standing_complaint
from pars.core.cases.choices import ChargeChoice
from pars.core.terms import HOUR
from pars.store import ledger
from tests.web import pages
from tests.web.town import NIGHT, PASSWORD, book, done, stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

pytestmark = pytest.mark.database


def signed(town: Town, surname: str) -> str:
    """Book somebody who is charged with homicide, and let the attorney sign; return the case's id."""
    book(town, replace(NIGHT[0], surname=surname, given="Ida"), ledger.now() - HOUR)
    case = town.case(surname)
    done(intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking")))
    case = town.case(surname)
    first, *rest = proposed_charges(case)
    choices = [ChargeChoice(decision="AMEND", proposed=first.n, reason="GRADE", grade="H1", grade_basis="STATUTE")]
    choices += [ChargeChoice(decision="APPROVE", proposed=charge.n) for charge in rest]
    done(charging.decide_charges(case_id=case.id, seen=case.version, choices=choices, by=town.by("charging")))
    case = town.case(surname, "charging")
    done(
        charging.sign_complaint(case_id=case.id, seen=case.version, text_sha256=complaint_sha256(case), by=town.by("charging"))
    )
    return case.id


def test_a_supervisor_co_signs_what_they_read(seat: Callable[[str], Client], town: Town) -> None:
    case_id = signed(town, "Cosignby")
    attorney, supervisor = seat("charging"), seat("supervisor")
    queue = pages.read(supervisor.get("/charging"))
    assert pages.faults(queue) == []
    assert queue.xpath(f"//section[@aria-labelledby='cosign']//a[contains(@href, '{case_id}')]")
    assert "waits for a second signature" in attorney.get(f"/cases/{case_id}").content.decode()
    assert "Read the complaint to co-sign" not in attorney.get(f"/cases/{case_id}").content.decode()
    assert "Read the complaint to co-sign" in supervisor.get(f"/cases/{case_id}").content.decode()
    assert attorney.get(f"/cases/{case_id}/cosign").status_code == 403
    page = pages.read(supervisor.get(f"/cases/{case_id}/cosign"))
    assert pages.faults(page) == []
    form = {field.get("name"): field.get("value") for field in page.xpath("//main//input[@type='hidden']") if field.get("name")}
    wrong = supervisor.post(f"/cases/{case_id}/cosign", {**form, "cosign-password": "not it"})
    assert wrong.status_code == 422
    assert standing_complaint(town.case("Cosignby", "charging")) is None
    reply = supervisor.post(f"/cases/{case_id}/cosign", {**form, "cosign-password": PASSWORD}, follow=True)
    assert "Co-signed. The complaint stands." in reply.content.decode()
    assert standing_complaint(town.case("Cosignby", "charging")) is not None
    assert case_id not in str(pages.read(supervisor.get("/charging")).xpath("//section[@aria-labelledby='cosign']//@href"))
    assert "Complaint co-signed by a supervisor" in attorney.get(f"/cases/{case_id}").content.decode()


def test_what_others_changed_meanwhile_is_said_and_nothing_is_signed(seat: Callable[[str], Client], town: Town) -> None:
    case_id = signed(town, "Stalesign")
    supervisor = seat("supervisor")
    page = pages.read(supervisor.get(f"/cases/{case_id}/cosign"))
    form = {field.get("name"): field.get("value") for field in page.xpath("//main//input[@type='hidden']") if field.get("name")}
    case = town.case("Stalesign", "custodian")
    done(
        releasing.lodge_hold(
            case_id=case_id, seen=case.version, by=town.by("custodian"), kind="PROBATION_DETAINER", authority="A court",
            reference="CP-51-CR-0001111-2024", lodged=stated(ledger.now() - HOUR),
        )
    )  # fmt: skip
    reply = supervisor.post(f"/cases/{case_id}/cosign", {**form, "cosign-password": PASSWORD})
    assert reply.status_code == 422
    theirs = pages.read(reply).xpath("//section[@id='changed']")[0].text_content()
    assert "nothing was signed" in theirs
    assert "Marlo Saltmarch" in theirs
    assert standing_complaint(town.case("Stalesign", "charging")) is None


def test_a_supervisor_who_signed_it_can_not_co_sign_it_alone(town: Town) -> None:
    case_id = signed(town, "Alonely")
    case = town.case("Alonely", "charging")
    outcome = charging.cosign_complaint(
        case_id=case_id, seen=case.version, text_sha256=complaint_sha256(case), by=town.by("charging")
    )
    assert outcome.refusal.code == "NOT_YOUR_ACT"  # type: ignore[union-attr]
