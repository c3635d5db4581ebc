"""The court's calendar on the screen: the coming days, and a file that is loaded whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pars.actions import calendaring
from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

GOOD = b"kind,from,court,days,time,capacity,prefix,cause\nhearing,2020-01-01,B08,mon tue wed thu fri,09:00,20,,\n"


def upload(client: Client, text: bytes) -> Any:
    return client.post("/court/calendar", {"file": SimpleUploadedFile("calendar.csv", text)})


def test_a_file_with_a_wrong_line_loads_nothing_and_a_good_one_counts(seat: Callable[[str], Client]) -> None:
    client = seat("clerk")
    before = calendaring.court_calendar()
    empty = client.get("/court/calendar")
    assert pages.faults(pages.read(empty)) == []
    wrong = upload(client, GOOD + b"closure,2026-12-25,,,,,,\n")
    assert wrong.status_code == 422
    assert "line 3, column cause" in pages.text(wrong)
    assert "isn't UTF-8 text" in pages.text(upload(client, b"\xff\xfe"))
    assert "choose one" in pages.text(client.post("/court/calendar", {}))
    assert calendaring.court_calendar() == before
    assert upload(client, GOOD).status_code == 302
    shown = client.get("/court/calendar")
    assert "B08: 0 of 20" in pages.text(shown)
    assert "Entry" in pages.text(shown)
    assert pages.faults(pages.read(shown)) == []
    assert "counts already" in pages.text(upload(client, GOOD))


@pytest.mark.parametrize("name", ["bench", "custodian", "auditor"])
def test_the_calendar_is_the_clerks(name: str, seat: Callable[[str], Client]) -> None:
    assert seat(name).get("/court/calendar").status_code == 403
