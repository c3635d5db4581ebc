"""Paper forms on the screens: an arrest entered from its form, the same form refused with its case, what is out, one made void."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import numbering
from pars.actions.numbering import Printed
from tests.web import pages
from tests.web.test_journey import arrest, booked, decide, do, typed, went_well

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

pytestmark = pytest.mark.database


def printed(town: Town, site: str, form: str = "ARREST", count: int = 1) -> list[str]:
    found = numbering.print_forms(site=site, form=form, count=count, by=town.by("clerk"))
    assert isinstance(found, Printed), found
    return [str(number) for number in found.numbers]


def test_an_arrest_is_entered_from_its_form_once(seat: Seat, town: Town) -> None:
    (number,) = printed(town, "WEBA")
    place = booked(seat, town, "Papered", paper_form=number.lower())
    assert f"First written on the paper form {number}" in pages.text(seat("booking").get(place))
    client = seat("booking")
    again = pages.send(client, pages.read(client.get("/arrests/new")), "/arrests/new", **arrest("Other", paper_form=number))
    assert again.status_code == 422
    page = pages.read(again)
    assert pages.summary(page)[0][0] == "id_paper_form"
    assert town.cases["Papered"] in pages.text(again)
    assert page.xpath("//details[@open]//input[@name='paper_form']")
    misread = pages.send(client, page, "/arrests/new", paper_form=number[:-1] + ("A" if number[-1] != "A" else "B"))
    assert "a character of it was misread" in pages.text(misread)


def test_the_form_of_an_arrest_that_came_otherwise_is_put_to_its_case(seat: Seat, town: Town) -> None:
    (number,) = printed(town, "WEBB")
    place = booked(seat, town, "Twice", otn="Q912345-6")
    client = seat("booking")
    refused = pages.send(
        client, pages.read(client.get("/arrests/new")), "/arrests/new", **arrest("Twice", otn="Q9123456", paper_form=number)
    )
    assert f"in the case {town.cases['Twice']}" in pages.text(refused)
    went_well(do(seat, "booking", place, "paper-form", form=number), "its number is out no more")
    assert number not in pages.text(client.get("/paper-forms"))


def test_a_release_is_told_later_with_its_time(seat: Seat, town: Town) -> None:
    (number,) = printed(town, "WEBC", "RELEASE")
    place = booked(seat, town, "Leaves")
    do(seat, "booking", place, "send")
    decide(seat, place, town, "Leaves", decision="DECLINE", reason="DECLINE.EVIDENCE")
    went_well(do(seat, "custodian", place, "release", released="yes", time=typed(1), form=number), "Acknowledged")
    assert f"First written on the paper form {number}" in pages.text(seat("custodian").get(place))


def test_what_is_out_is_listed_and_one_made_void_with_a_reason(seat: Seat, town: Town) -> None:
    one, other = printed(town, "WEBD", "HEARING", 2)
    client = seat("clerk")
    listed = client.get("/paper-forms?site=WEBD")
    assert pages.faults(pages.read(listed)) == []
    assert one in pages.text(listed)
    assert other in pages.text(listed)
    unsaid = pages.send(client, pages.read(listed), "/paper-forms", number=one)
    assert unsaid.status_code == 422
    assert "choose one" in pages.text(unsaid)
    went_well(pages.send(client, pages.read(listed), "/paper-forms", number=one, reason="SPOILED"), "nobody can enter it")
    after = pages.text(client.get("/paper-forms?site=WEBD"))
    assert one not in after
    assert other in after
    twice = pages.send(client, pages.read(client.get("/paper-forms")), "/paper-forms", number=one, reason="LOST")
    assert pages.summary(pages.read(twice)) == [
        ("id_number", f"The form {one} was made void. Enter it without a number, and say in the account where it comes from.")
    ]
    assert seat("interview").get("/paper-forms").status_code == 403
