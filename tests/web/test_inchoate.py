"""The police name the object of an attempt, a solicitation or a conspiracy: in a new arrest, and in a charge proposed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.core.cases.case import filed_charges, proposed_charges
from pars.core.cases.charges import inchoate
from tests.web import pages
from tests.web.test_journey import arrest, booked, decide, do, went_well

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

pytestmark = pytest.mark.database

ATTEMPT = {
    "charge_0_statute": "18 § 901 §§ A",
    "charge_0_description": "Criminal Attempt",
    "charge_0_grade": "F1",
    "charge_0_object_statute": "18 § 3502 §§ A2",
    "charge_0_object_description": "Burglary",
}


def test_the_object_goes_with_the_charge_to_the_prosecutor(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Attempter", **ATTEMPT)
    tried, assault = proposed_charges(town.case("Attempter"))
    assert (inchoate(tried), tried.object_statute, tried.object_description) == ("ATTEMPT", "18 § 3502 §§ A2", "Burglary")
    assert (inchoate(assault), assault.object_statute, assault.object_description) == (None, None, None)
    do(seat, "booking", place, "send")
    assert "Object: 18 § 3502 §§ A2 Burglary" in pages.text(seat("charging").get(place))
    went_well(decide(seat, place, town, "Attempter", decision="APPROVE"), "Decided")
    assert filed_charges(town.case("Attempter"))[0].object_description == "Burglary"


@pytest.mark.parametrize(
    ("typed_in", "at"),
    [
        ({"charge_1_object_description": "Burglary"}, "id_charge_1_object_description"),
        ({"charge_1_statute": "18 § 2701", "charge_1_object_statute": "18 § 3502"}, "id_charge_1_object_statute"),
        ({"charge_1_description": "", "charge_1_grade": "", "charge_1_object_statute": "18 § 3502"}, "id_charge_1_description"),
    ],
)
def test_an_object_without_its_offense_is_asked_about_at_its_own_row(typed_in: dict[str, str], at: str, seat: Seat) -> None:
    client = seat("booking")
    page = pages.read(client.get("/arrests/new"))
    answer = pages.read(pages.send(client, page, "/arrests/new", **arrest("Rowan", **typed_in)))
    assert [where for where, _ in pages.summary(answer)] == [at]
    assert pages.faults(answer) == []
    kept = pages.form(answer, "/arrests/new")
    assert all(kept[name] == value for name, value in typed_in.items() if value)
    opened = answer.xpath("//details[@open]//input/@name")
    assert opened == ["charge_1_object_statute", "charge_1_object_description"], "what is asked about isn't folded away"


def test_one_more_charge_keeps_the_object_that_was_typed(seat: Seat) -> None:
    client = seat("booking")
    page = pages.read(client.get("/arrests/new"))
    again = pages.read(pages.send(client, page, "/arrests/new", **arrest("Kept", another="1", **ATTEMPT)))
    assert pages.form(again, "/arrests/new")["charge_0_object_description"] == "Burglary"
    assert pages.faults(again) == []


def test_a_conspiracy_is_proposed_later_with_its_object(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Conspirer")
    values = {"statute": "18 § 903", "description": "Conspiracy", "reason": "Second statement", "object_description": "Theft"}
    went_well(do(seat, "booking", place, "charge", **values), "The charge was added")
    added = proposed_charges(town.case("Conspirer"))[-1]
    assert (inchoate(added), added.object_statute, added.object_description) == ("CONSPIRACY", None, "Theft")
    before = town.case("Conspirer").version
    wrong = do(seat, "booking", place, "charge", **{**values, "statute": "18 § 2701"})
    assert [where for where, _ in pages.summary(pages.read(wrong))] == ["id_charge-object_statute"]
    assert town.case("Conspirer").version == before
