"""What the case-side screens say in each state: a save that came too late, errors that name their charge, times told one way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pars.actions import intake
from pars.core.cases.case import identity
from pars.core.terms import StatedTime, instant
from pars.edge.web import words
from tests.web import pages, talks
from tests.web.test_journey import booked, decide, do, went_well
from tests.web.town import PASSWORD, ZONE, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

RIGHTS = ["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"]


def test_a_stale_save_says_theirs_yours_and_what_to_do_and_takes_the_focus(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Overlap")
    officer = seat("booking")
    opened = pages.read(officer.get(place))
    do(seat, "booking", place, "send")
    mine = {"charge-description": "Conspiracy", "charge-reason": "A second officer saw it", "charge-counts": "2"}
    stale = pages.send(officer, opened, f"{place}/charge", **mine)
    page = pages.read(stale)
    assert stale.status_code == 409
    assert (page.findtext(".//title") or "").startswith("Error: ")
    assert pages.summary(page) == [], "one box says it all"
    box = page.get_element_by_id("changed")
    assert (box.get("role"), "autofocus" in box.attrib) == ("alert", True)
    parts = [" ".join(" ".join(part.itertext()).split()) for part in box.xpath(".//h3/..")]
    assert [heading.text for heading in box.xpath(".//h3")] == ["Theirs", "Yours, kept below", "What to do"]
    assert "Sent to the charging unit" in parts[0]
    assert "Dana Quillby" in parts[0]
    assert "Description Conspiracy Counts 2 Why it is added now A second officer saw it" in parts[1]
    assert box.xpath(".//a/@href") == ["#step"]
    assert pages.faults(page) == []
    went_well(pages.send(officer, page, f"{place}/charge"), "The charge was added")


def test_a_reason_stands_beside_what_it_was_given_for(seat: Seat, town: Town) -> None:
    unknown = {"birth_date": "", "birth_date_unknown": "on", "birth_date_reason": "Says nothing"}
    for surname, born, told in (("Datedmore", {}, None), ("Undatedmore", unknown, "Says nothing")):
        place = booked(seat, town, surname, **born)
        case = town.case(surname)
        who = identity(case)
        assert who is not None
        moved = replace(who, corrects=who.n, address="9 Larch Row, Quarry Hill")
        done(intake.correct_facts(case_id=case.id, seen=case.version, facts=[moved], why="The bill", by=town.by("booking")))
        page = pages.read(seat("booking").get(place))
        said = {term.text: term.getnext().text_content() for term in page.xpath("//section[@aria-labelledby='arrest']//dt")}
        assert said.get("Birth date") == told
        assert said["Identity corrected"] == "The bill"
        assert "Why: The bill" in page.xpath("//ol[@class='timeline']/li[1]")[0].text_content()
        assert pages.faults(page) == []


def test_what_was_chosen_from_lists_is_told_in_their_words(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Listed")
    do(seat, "booking", place, "send")
    attorney = seat("charging")
    opened = pages.read(attorney.get(place))
    talks.none(seat("interview"), place)
    first = town.case("Listed", "charging").facts
    number = next(fact.n for fact in first if type(fact).__name__ == "ChargeProposed")
    values = {f"decide-decision_{n}": "APPROVE" for n in (number, number + 1)}
    values[f"decide-decision_{number}"], values[f"decide-reason_{number}"] = "DECLINE", "DECLINE.EVIDENCE"
    box = pages.read(pages.send(attorney, opened, f"{place}/decide", **values)).get_element_by_id("changed")
    said = " ".join(" ".join(box.itertext()).split())
    assert "Decision on charge 1 Decline" in said
    assert "DECLINE." not in said


def test_errors_name_the_charge_that_they_are_about(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Undecided")
    do(seat, "booking", place, "send")
    page = pages.read(do(seat, "charging", place, "decide"))
    assert [says for _, says in pages.summary(page)] == ["Charge 1: choose a decision.", "Charge 2: choose a decision."]
    assert [group.get("role") for group in page.find_class("charge")[:2]] == ["group", "group"]
    assert "autofocus" in page.get_element_by_id("faults").attrib
    assert pages.faults(page) == []


def test_a_hearing_without_an_interview_does_not_say_that_one_was_taken(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Uninterviewed", narrative="")
    do(seat, "booking", place, "send")
    assert "Not yet — owed by pretrial services." in pages.text(seat("bench").get(place))
    decide(seat, place, town, "Uninterviewed", decision="APPROVE")
    attorney = seat("charging")
    paper = pages.read(attorney.get(f"{place}/complaint"))
    pages.send(attorney, paper, f"{place}/complaint", **{"complaint-password": PASSWORD})
    went_well(
        do(seat, "bench", place, "hearing", rights=RIGHTS, probable_cause="yes", reason="The person asked not to wait."),
        "The hearing is recorded",
    )
    told = pages.text(seat("bench").get(place))
    assert "None was recorded." in told
    assert "Taken; the answers" not in told
    strip = pages.read(seat("bench").get(place)).xpath("//figure//ol/li")
    said = [item.text_content() for item in strip]
    assert (said[0].split()[0], said[-2].split()[0], said[-1].split()[0]) == ("arrest", "now", "48-hour")
    assert all(any(step in told for told in said[1:-2]) for step in ("sent", "charged", "complaint", "hearing"))


def test_who_was_heard_in_time_has_nothing_red_on_the_strip(seat: Seat, town: Town) -> None:
    page = pages.read(seat("custodian").get(f"/cases/{town.cases['Merriwex']}"))
    assert not page.find_class("strip-late")
    assert page.find_class("strip-met")
    assert not page.find_class("strip-limit")


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)))


@pytest.mark.usefixtures("town")
def test_times_are_said_one_way() -> None:
    assert words.until(at("2026-11-17T00:00:00")).startswith("end of 16 Nov")
    assert "end of" not in words.until(at("2026-11-17T00:01:00"))
    told = StatedTime("2026-11-23T10:00", ZONE)
    assert words.stated(told) == words.clock(told.earliest), "typed by hand or sent by a system: the same words"
    assert words.stated(StatedTime("2026-11-23T10:00", "America/Denver")) == "23 Nov 2026 10:00 MST"
    assert words.from_now(at("2026-11-12T09:00:00"), at("2026-11-23T09:00:00")) == "11 days ago"
    assert words.holds_for(at("2026-11-12T09:00:00"), at("2026-11-12T11:30:00")) == "2 h 30 m over"


def test_an_agreements_end_names_the_place_whose_clock_it_is(nobody: Client) -> None:
    for path in ("/agreements/supervision", "/public"):
        told = pages.text(nobody.get(path))
        assert "Riverhaven time" in told, path
        assert "the city time" not in told


def test_what_a_role_may_not_read_is_said_once_of_each_act(seat: Seat, town: Town) -> None:
    page = pages.read(seat("charging").get(f"/cases/{town.cases['Jessamond']}"))
    acts = page.xpath("//ol[@class='timeline']/li")
    hidden = [act.text_content().count("not shown to your role") for act in acts]
    assert max(hidden) == 1
    asked = [
        fact
        for fact in town.case("Jessamond", "interview").facts
        if "Interview" in type(fact).__name__ or "Answer" in type(fact).__name__
    ]
    assert len(asked) > 1, "an interview is more than one fact"
