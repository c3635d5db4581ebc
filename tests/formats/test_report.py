"""What `pars import --json` prints for a file that was accepted or rejected."""

from __future__ import annotations

import json
from pathlib import Path

from pars.core.terms import Refusal
from pars.edge.formats.families import one_feed_for_each_owner
from pars.edge.formats.reading import Reading, read_file
from pars.edge.formats.report import accepted_item, refused, rejected_item
from pars.edge.formats.xml_reading import Rejected

DOCUMENTS = Path(__file__).parent / "documents"
FEEDS = one_feed_for_each_owner("test", "America/New_York")


def reading(name: str) -> Reading:
    answer = read_file(DOCUMENTS / name, feeds=FEEDS)
    assert isinstance(answer, Reading)
    return answer


def test_an_accepted_document() -> None:
    item = accepted_item(
        reading("booking.xml"), case_id="c-1", changed=True, doubts=[("CONTRADICTORY_TIMES", ("Arrested/3/time",))]
    )
    assert json.loads(json.dumps(item)) == item
    assert list(item)[:5] == ["file", "case_id", "family", "changed", "person"]
    assert (item["file"], item["case_id"], item["family"], item["changed"]) == (
        str(DOCUMENTS / "booking.xml"),
        "c-1",
        "BOOKING",
        True,
    )
    assert item["person"] == {"surname": None, "given": None, "full": "Juniper Adeyemi-Holt", "birth_date": "1988-07"}
    assert (item["at"], item["precision"], item["agency"]) == ("2026-02-10T08:00:00", "local", "Harbor Police"), (
        "the earliest arrest"
    )
    assert [charge["description"] for charge in item["charges"]] == ["Harassment", "Simple Assault"]
    assert item["arrests"] == [
        {"agency": "Tidewater Sheriff", "at": "2026-02-11", "record": None},
        {"agency": "Harbor Police", "at": "2026-02-10T08:00:00", "record": "HP-3"},
    ]
    assert item["doubts"] == [{"code": "CONTRADICTORY_TIMES", "paths": ["Arrested/3/time"]}]
    assert item["dropped"]
    assert "BookingReport/Detention" in item["unmapped"]


def test_without_an_arrest_time_the_booking_gives_it() -> None:
    item = accepted_item(reading("custody_result.xml"), case_id="c", changed=False, doubts=[])
    assert (item["at"], item["precision"], item["agency"]) == ("2026-04-30", "date", "Fen Police")


def test_the_charges_of_a_decision_are_those_decided() -> None:
    item = accepted_item(reading("decision.xml"), case_id="c", changed=True, doubts=[])
    assert [(charge["statute"], charge["decision"]) for charge in item["charges"]] == [
        ("18 § 3929 §§ A1", "FILE"),
        ("18 § 3925", "DECLINE"),
    ]
    assert (item["at"], item["precision"]) == (None, None)


def test_a_status_report_names_nobody() -> None:
    item = accepted_item(reading("status_received.xml"), case_id="c", changed=True, doubts=[])
    assert item["person"] == {"surname": None, "given": None, "full": None, "birth_date": None}
    assert item["agency"] == "PA0510099"


def test_a_rejected_file() -> None:
    rejected = read_file(DOCUMENTS / "none.xml", feeds=FEEDS)
    assert isinstance(rejected, Rejected)
    item = rejected_item(rejected)
    assert item["file"] == str(DOCUMENTS / "none.xml")
    assert set(item) == {"file", "line", "code", "what", "remedy"}


def test_a_document_that_the_rules_refuse_has_the_rules_words_and_its_line() -> None:
    refusal = Refusal(
        code="NO_ARREST_HERE", says="A status report is about an arrest that isn't here.", remedy="Import the arrest first."
    )
    assert rejected_item(refused(reading("status_received.xml"), refusal)) == {
        "file": str(DOCUMENTS / "status_received.xml"),
        "line": 1,
        "code": "NO_ARREST_HERE",
        "what": "A status report is about an arrest that isn't here.",
        "remedy": "Import the arrest first.",
    }
