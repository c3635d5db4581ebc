"""The police let somebody go and the clerk records the filing: each sees the dates that count from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web import pages
from tests.web.test_journey import PASSWORD, booked, decide, do, typed, went_well

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

pytestmark = pytest.mark.database


def test_who_was_let_go_is_held_no_more_and_the_complaint_is_due(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Letgo")
    held = in_custody(seat)
    went_well(do(seat, "booking", place, "police-release", reason="M2 at most; no threat; lives here"), "No custody clock runs")
    shown = pages.text(seat("booking").get(place))
    assert "Complaint within 5 days of the release by the police: due" in shown
    assert "Pa.R.Crim.P. 519(B)(2)" in shown
    assert "Released by the police, pending a complaint" in shown
    assert "No longer in custody, it is stated" in shown
    assert "Complaint after police release" in pages.text(seat("booking").get("/board"))
    assert in_custody(seat) == held - 1, "still on the board, and counted as in custody no more"
    page = pages.read(seat("booking").get(place))
    assert pages.faults(page) == []
    assert not page.xpath("//form[contains(@action, 'police-release')]")


def in_custody(seat: Seat) -> int:
    """Return how many people the board counts as in custody, which a live page counts by the same marks."""
    board = pages.read(seat("booking").get("/board"))
    (count,) = board.xpath("//*[@id='tally']//a[@data-desk='']/strong/text()")
    assert int(count) == len(board.xpath("//tr[@data-row][@data-within][not(@data-free)]"))
    return int(count)


def test_only_the_police_let_go_and_only_the_court_records_a_filing(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Kept")
    assert seat("custodian").post(f"{place}/police-release", {}).status_code == 403
    assert seat("booking").post(f"{place}/filing", {}).status_code == 403


def test_the_clerk_records_the_filing_and_moves_it_only_with_a_reason(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Filed")
    do(seat, "booking", place, "send")
    decide(seat, place, town, "Filed", decision="APPROVE")
    attorney = seat("charging")
    paper = pages.read(attorney.get(f"{place}/complaint"))
    pages.send(attorney, paper, f"{place}/complaint", **{"complaint-password": PASSWORD})
    do(seat, "clerk", place, "filing", court="Municipal Court")
    assert "Complaint filed with Municipal Court" in pages.text(seat("clerk").get(place))
    page = pages.read(seat("clerk").get(place))
    answer = pages.send(seat("clerk"), page, f"{place}/filing", **{"filing-time": typed(1)})
    assert answer.status_code == 422
    assert "another time needs a reason" in pages.text(answer)
    moved = {"filing-time": typed(1), "filing-why": "the stamp says so"}
    went_well(pages.send(seat("clerk"), page, f"{place}/filing", **moved), "dates count from it")
