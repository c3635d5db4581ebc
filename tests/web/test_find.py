"""Find: who fits what was typed and why, through the one door; nobody outside the role, nothing in an address, never a silent cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import disclosing, founding
from pars.core.cases.facts import Arrested
from pars.core.cases.paper import tracking_number
from pars.core.ledger.entries import Kind, decode
from pars.store.connections import connection
from tests.web import pages
from tests.web.calls import call
from tests.web.town import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


def find(town: Town, sought: str, seat: str = "clerk") -> disclosing.Found:
    found = disclosing.find(by=town.by(seat), sought=sought, zone=ZONE)
    assert isinstance(found, disclosing.Found), found
    return found


def cases(found: disclosing.Found) -> list[str]:
    return [hit.row["record"] for hit in found.hits]


def entry_of(number: int) -> Any:
    with connection("app") as given:
        row = given.execute("select body from ledger.entry where id = %s", [number]).fetchone()
    assert row is not None
    return decode(row[0])


def named(number: int) -> list[str]:
    """Return the cases that an entry names as shown."""
    with connection("app") as given:
        rows = given.execute("select \"row\" from ledger.entry_row where entry = %s and tbl = 'case_now'", [number]).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("typed", ["Corvane", "corvane jonah", "Corvain", "Korvane", "corv", "2/14/1999", "Corvane 1999"])
def test_a_person_is_found_by_name_and_birth_date(typed: str, town: Town) -> None:
    assert town.cases["Corvane"] in cases(find(town, typed))


def test_a_case_is_found_by_each_print_of_its_numbers(town: Town) -> None:
    (first,) = town.case("Corvane").current(Arrested)
    assert first.otn is not None
    assert first.incident_number is not None
    for typed in (tracking_number(first.otn), first.otn.lower(), first.incident_number, town.cases["Corvane"]):
        assert cases(find(town, typed)) == [town.cases["Corvane"]], typed


def test_a_closed_case_is_found_too(seat: Callable[[str], Client], town: Town) -> None:
    assert cases(find(town, "Thistlemark")) == [town.cases["Thistlemark"]]
    assert "Closed" in pages.text(seat("clerk").post("/find", {"sought": "Thistlemark"}))


def test_each_search_is_an_entry_that_names_exactly_who_was_shown(town: Town) -> None:
    found = find(town, "Corvane 1999")
    entry = entry_of(found.entry)
    assert entry.kind is Kind.SHOWN
    assert entry.detail["filters"] == ["birth_date", "full_name", "given", "surname"]
    assert named(found.entry) == cases(found)
    nobody = find(town, "Zzyzxquorb")
    assert (nobody.hits, named(nobody.entry), entry_of(nobody.entry).detail["rows"]) == ((), [], 0)


# ---------------------------------------------------------------- the page


def test_the_box_is_in_the_head_of_every_page_of_staff(seat: Callable[[str], Client]) -> None:
    for address in ("/board", "/alarms", "/report", "/agreements"):
        page = pages.read(seat("clerk").get(address))
        assert page.xpath("//header//form[@action='/find' and @method='post']//input[@name='sought']"), address
        assert pages.faults(page) == []
    for name in ("supervision", "auditor"):
        assert not pages.read(seat(name).get("/agreements")).xpath("//form[@action='/find']")
        assert seat(name).get("/find").status_code == 403


def test_the_page_says_why_and_what_was_recorded(seat: Callable[[str], Client], town: Town) -> None:
    client = seat("clerk")
    empty = client.get("/find")
    assert pages.faults(pages.read(empty)) == []
    response = pages.send(client, pages.read(empty), "/find", sought="Corvain 2/14/1999")
    text = pages.text(response)
    assert "Name as claimed: one letter off" in text
    assert "Birth date: the same 14 Feb 1999" in text
    assert "Recorded as entry" in text
    page = pages.read(response)
    assert pages.faults(page) == []
    assert page.xpath(f"//a[@href='/cases/{town.cases['Corvane']}']")


def test_nobody_fits_offers_what_else_to_try_and_each_try_works(seat: Callable[[str], Client]) -> None:
    client = seat("clerk")
    response = client.post("/find", {"sought": "Corvane 3/3/1933"})
    page = pages.read(response)
    assert pages.faults(page) == []
    assert "Nobody fits" in pages.text(response)
    tries = page.xpath("//ul[@class='inline-list']//input[@name='sought']/@value")
    assert tries == ["corvane", "cor"]
    assert "Corvane, Jonah A." in pages.text(client.post("/find", {"sought": tries[0]}))


def test_too_little_says_what_would_do_at_the_field(seat: Callable[[str], Client]) -> None:
    response = seat("clerk").post("/find", {"sought": "x"})
    assert response.status_code == 422
    page = pages.read(response)
    assert pages.faults(page) == []
    ((where, says),) = pages.summary(page)
    assert where == "sought"
    assert "11/23/1990" in says


def test_what_is_typed_stands_in_no_address(seat: Callable[[str], Client]) -> None:
    client = seat("clerk")
    assert "Corvane, Jonah" not in pages.text(client.get("/find?sought=Corvane"))
    page = pages.read(client.post("/find", {"sought": "Corvane"}))
    assert not [href for href in page.xpath("//@href | //@action | //@src") if "orvane" in href]


# ---------------------------------------------------------------- /v1


def test_v1_finds_by_post(nobody: Client, town: Town) -> None:
    answer = call(nobody, town, "clerk", "POST", "/v1/find", {"sought": "corvane 1999"})
    assert answer.status_code == 200, answer.content
    (hit,) = answer.json()["hits"]
    assert hit["case_id"] == town.cases["Corvane"]
    assert (hit["record"]["surname"], hit["closed"]) == ("Corvane", False)
    assert [(why["field"], why["how"]) for why in hit["why"]] == [("Name as claimed", "exact"), ("Birth date", "beginning")]
    assert "find_keys" not in str(answer.json())
    assert answer.json()["receipt"]["entry"] > 0


def test_v1_says_what_is_in_the_way(nobody: Client, town: Town) -> None:
    little = call(nobody, town, "clerk", "POST", "/v1/find", {"sought": "x"})
    assert (little.status_code, little.json()["reason"]) == (422, "TOO_LITTLE_TYPED")
    assert [error["pointer"] for error in little.json()["errors"]] == ["/sought"]
    assert call(nobody, town, "clerk", "POST", "/v1/find", {"sought": "x" * 121}).status_code == 400
    outside = call(nobody, town, "auditor", "POST", "/v1/find", {"sought": "Corvane"})
    assert (outside.status_code, outside.json()["reason"]) == (403, "NOT_YOUR_ACT")


def test_what_is_looked_up_agrees_with_the_facts(town: Town) -> None:
    assert not founding.check_everything()
