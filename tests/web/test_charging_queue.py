"""The charging queue: what waits for the prosecutor, in its order; what was returned apart; entered, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import charging, disclosing, intake
from pars.actions.beats import Done
from pars.core.cases.case import proposed_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.terms import Refusal
from pars.store import ledger
from tests.web import pages
from tests.web.test_journey import booked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

pytestmark = pytest.mark.database


def queue(town: Town) -> dict[str, disclosing.Deciding]:
    """Return what is in the queue, in its order, by case."""
    found = disclosing.charging_queue(by=town.by("charging"))
    assert isinstance(found, disclosing.ChargingQueue)
    return {one.row["record"]: one for one in found.cases}


def test_what_waits_is_there_in_its_order_and_what_was_returned_apart(seat: Callable[[str], Client], town: Town) -> None:
    found = queue(town)
    turns = {town.cases[name]: turn for name, turn in (("Jessamond", "DECIDE"), ("Ravenscombe", "RETURNED"))}
    assert {case_id: found[case_id].turn for case_id in turns} == turns
    for name in ("Unknown person", "Corvane", "Pellingham", "Thistlemark"):
        assert town.cases[name] not in found, f"{name} waits for no decision"
    limits = [one.limit for one in found.values()]
    assert None not in limits
    assert limits == sorted(limits, key=lambda limit: limit or 0)
    response = seat("charging").get("/charging")
    page = pages.read(response)
    assert pages.faults(page) == []
    for place, turn in (("waiting", "DECIDE"), ("returned", "RETURNED")):
        links = page.xpath(f"//section[@aria-labelledby='{place}']//tbody//a/@href")
        assert [link.removeprefix("/cases/").removesuffix("#step") for link in links] == [
            case_id for case_id, one in found.items() if one.turn == turn
        ]
    row = page.xpath(f"//tr[.//a[contains(@href, '{town.cases['Jessamond']}')]]")[0].text_content()
    case = town.case("Jessamond")
    assert proposed_charges(case)[0].description in row
    assert case.id in found
    assert page.xpath("//nav//a[@href='/charging']"), "the attorney's navigation leads here"


def test_a_case_comes_when_it_is_sent_and_goes_when_it_is_decided(seat: Callable[[str], Client], town: Town) -> None:
    booked(seat, town, "Queued")
    case = town.case("Queued")
    assert case.id not in queue(town)
    assert isinstance(intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking")), Done)
    assert queue(town)[case.id].row["charges_undecided"] == 2
    case = town.case("Queued")
    choices = [ChargeChoice(decision="APPROVE", proposed=charge.n) for charge in proposed_charges(case)]
    assert isinstance(
        charging.decide_charges(case_id=case.id, seen=case.version, choices=choices, by=town.by("charging")), Done
    )
    assert case.id not in queue(town)
    assert case.id not in seat("charging").get("/charging").content.decode()


@pytest.mark.parametrize("name", ["booking", "custodian", "bench", "supervision", "auditor"])
def test_the_queue_is_for_who_decides(name: str, seat: Callable[[str], Client]) -> None:
    client = seat(name)
    assert client.get("/charging").status_code == 403
    assert "/charging" not in client.get("/agreements").content.decode()


def test_who_holds_no_such_grant_gets_an_entry_and_no_queue(town: Town) -> None:
    answer = disclosing.charging_queue(by=town.by("auditor"))
    assert isinstance(answer, disclosing.Refused)
    assert isinstance(answer.refusal, Refusal)
    assert answer.entry is not None


@pytest.mark.usefixtures("town")
def test_an_empty_queue_says_so() -> None:
    from django.template.loader import render_to_string

    empty = {"waiting": [], "returned": [], "now": ledger.now(), "language": "en"}
    said = render_to_string("web/charging.html", {**empty, "more": False})
    assert "No case waits for a decision on a charge." in said
    assert "Nothing that was returned waits for the police." in said
    assert "Only the first 500" not in said
    assert "Only the first 500" in render_to_string("web/charging.html", {**empty, "more": True})
