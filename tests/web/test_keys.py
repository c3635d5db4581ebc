"""The keys without a modifier: listed, each once on a page, switched off by a form that needs no script; what the next arrest begins with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pars.core.terms import HOUR, Instant, moment
from pars.store import ledger
from tests.web import pages
from tests.web.town import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

NAMES = ["booking", "charging", "interview", "bench", "clerk", "custodian", "defense", "supervision", "auditor", "courts"]


@pytest.mark.parametrize("name", NAMES)
def test_each_key_is_on_a_page_once_and_on_the_list(name: str, seat: Callable[[str], Client]) -> None:
    client = seat(name)
    listed = [key.text for key in pages.read(client.get("/keys")).xpath("//kbd")]
    assert {"s", "/", "?"} <= set(listed)
    page = pages.read(client.get("/", follow=True))
    used = Counter(page.xpath("//@aria-keyshortcuts"))
    assert used["?"] == 1
    assert max(used.values()) == 1
    assert set(used) <= set(listed)
    assert pages.faults(page) == []


def test_they_are_switched_off_and_on_without_a_script(seat: Callable[[str], Client]) -> None:
    client = seat("booking")
    assert pages.read(client.get("/board")).xpath("//script[contains(@src, 'keys')]")
    off = pages.send(client, pages.read(client.get("/keys")), "/keys", keys="off")
    assert "Switched off" in pages.text(off)
    board = pages.read(client.get("/board"))
    assert board.xpath("//@aria-keyshortcuts") == []
    assert board.xpath("//script[contains(@src, 'keys') or contains(@src, 'find')]") == []
    on = pages.send(client, pages.read(off), "/keys", keys="on")
    assert "Switched on" in pages.text(on)
    assert "n" in pages.read(client.get("/board")).xpath("//@aria-keyshortcuts")


def test_who_is_not_signed_in_has_none(nobody: Client) -> None:
    assert pages.read(nobody.get("/public")).xpath("//@aria-keyshortcuts") == []
    assert nobody.get("/keys").status_code == 302


def test_the_next_arrest_begins_where_the_officer_works_and_with_nothing_of_the_person(seat: Callable[[str], Client]) -> None:
    client = seat("booking")
    page = pages.read(client.get("/arrests/new"))
    time = moment(Instant(ledger.now() - HOUR), ZONE).strftime("%m/%d/%Y %H:%M")
    typed = {
        "surname": "Againandagain", "given": "Ila", "birth_date": "02/14/1990", "time": time, "agency": "City Police",
        "district": "22nd", "facility": "Central Booking", "place": "9 Pier", "charge_0_description": "Theft",
    }  # fmt: skip
    assert "Booked." in pages.text(pages.send(client, page, "/arrests/new", **typed))
    fresh = pages.form(pages.read(client.get("/arrests/new")), "/arrests/new")
    assert {name: fresh[name] for name in ("agency", "district", "facility")} == {
        "agency": "City Police", "district": "22nd", "facility": "Central Booking",
    }  # fmt: skip
    assert not any(fresh.get(name) for name in ("surname", "given", "birth_date", "place", "charge_0_description"))
