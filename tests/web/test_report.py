"""The daily report: counted from what the seat may see, the same on the page and as CSV, and entered like every read."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

import pytest

from pars.actions import publishing
from pars.core.cases.daily import daily
from pars.store.connections import connection
from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


def days() -> dict[str, int]:
    """Return how many were arrested on each day, of all whom the town holds by now: other tests book people too."""
    with connection("duty") as given:
        found = given.execute('select arrest_date, count(*) from duty."case" where arrest_date is not null group by 1')
        return {day.isoformat(): count for day, count in found.fetchall()}


def lines(client: Client, day: str) -> list[dict[str, str]]:
    """Return the report's CSV."""
    answer = client.get(f"/report.csv?day={day}")
    assert answer.status_code == 200
    assert answer["content-type"].startswith("text/csv")
    return list(csv.DictReader(answer.content.decode().splitlines()))


def test_every_arrest_of_a_day_is_counted_once_however_it_is_cut(seat: Callable[[str], Client]) -> None:
    client = seat("clerk")
    for day, count in days().items():
        found = lines(client, day)
        assert int(found[0]["arrests"]) == count
        for part in ("district", "shift"):
            assert sum(int(line["arrests"]) for line in found if line["part"] == part) == count
        response = client.get(f"/report?day={day}")
        assert response.status_code == 200
        assert pages.faults(pages.read(response)) == []
        assert "that you read it is entry" in pages.text(response).lower()


def test_a_day_without_arrests_says_so(seat: Callable[[str], Client]) -> None:
    response = seat("booking").get("/report?day=1999-01-01")
    assert pages.faults(pages.read(response)) == []
    assert "Nobody whom you may be shown was arrested that day." in pages.text(response)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "1800-01-01", "9999-12-31", "2026-11-22T00:00", "=1"])
def test_what_is_no_day_is_said(day: str, seat: Callable[[str], Client]) -> None:
    for path in ("/report", "/report.csv"):
        response = seat("booking").get(path, {"day": day})
        assert response.status_code == 400
        assert pages.faults(pages.read(response)) == []


def test_who_does_not_see_orders_has_none_counted(seat: Callable[[str], Client]) -> None:
    heard = next(day for day in days())
    response = seat("interview").get(f"/report?day={heard}")
    assert "Your capacity doesn't see release orders" in pages.text(response)
    types = ("MONETARY", "ROR", "REFUSED", "UNSECURED", "NONMONETARY", "NOMINAL")
    assert {line[name] for line in lines(seat("interview"), heard) for name in types} == {""}


@pytest.mark.parametrize("name", ["supervision", "courts", "auditor"])
@pytest.mark.parametrize("path", ["/report", "/report.csv"])
def test_the_report_is_for_those_who_read_cases(name: str, path: str, seat: Callable[[str], Client]) -> None:
    assert seat(name).get(path).status_code == 403


def test_a_district_that_looks_like_a_formula_is_text_in_a_spreadsheet(town: Town) -> None:
    from pars.edge.web.cases import report as reports

    row = {"district": "=HYPERLINK(1)"}
    (line,) = daily([row], at=publishing.now(), zone="America/New_York", seen=["district"]).districts
    assert list(reports._cells("district", line.name, line))[:3] == ["district", "'=HYPERLINK(1)", 1]
    assert reports.as_text("24th") == "24th"


def test_what_a_role_does_not_see_is_said_and_drawn_as_such(town: Town) -> None:
    from django.template.loader import render_to_string

    from pars.edge.web.cases import report as reports

    day = date(2026, 11, 24)
    found = daily([{"charge_status": "FILED"}], at=publishing.now(), zone="America/New_York", seen=[])
    assert list(reports._cells("day", "2026-11-24", found.whole))[2:9] == [1, 0, "", "", "", "", ""]
    parts = {"whole": reports._shown("The whole day", found.whole), "unseen": list(reports.UNSEEN.values()), "tables": []}
    drawn = render_to_string(
        "web/report.html",
        {**parts, "counted": {"day": day, "today": day}, "before": day, "now": publishing.now(), "language": "en"},
    )
    assert drawn.count("not shown to your role") == 4
    assert "doesn't see how far charging is" in drawn.replace("&#x27;", "'")
