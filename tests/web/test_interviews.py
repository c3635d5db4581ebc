"""Pretrial services' screens: the list by facility, the interview with its draft, and the worksheet that is worked out, signed and reopened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import defending, disclosing, intake
from pars.core.cases.case import identity, interview
from pars.core.cases.facts import AnswerVerified, InterviewPostponed, ReferenceNamed
from pars.core.cases.worksheet import answers_of, last_worksheet, standing_worksheet
from pars.core.terms import Refusal, StatedTime
from pars.store import ledger
from pars.store.ledger import Done
from tests.web import pages, talks
from tests.web.test_journey import booked
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def listed(town: Town) -> dict[str, disclosing.Interviewing]:
    """Return what is on the list, in its order, by case."""
    found = disclosing.interviews(by=town.by("interview"))
    assert isinstance(found, disclosing.InterviewList)
    return {one.row["record"]: one for one in found.cases}


# ---------------------------------------------------------------- the list


def test_the_list_is_by_facility_and_the_nearest_limit_comes_first(seat: Seat, town: Town) -> None:
    found = listed(town)
    assert {one.place.turn for one in found.values()} >= {"TAKE", "WORKSHEET"}
    limits = [one.place.limit for one in found.values() if one.place.limit is not None]
    assert limits == sorted(limits)
    response = seat("interview").get("/interviews")
    page = pages.read(response)
    assert pages.faults(page) == []
    heads = page.xpath("//section/h2")
    assert len(heads) > 1
    for section in page.xpath("//section[h2]"):
        links = [href.split("/")[2] for href in section.xpath(".//tbody//td[last()]/a/@href")]
        assert [case_id for case_id in found if case_id in links] == links
    row = page.xpath(f"//tr[.//a[contains(@href, '{town.cases['Bexfield']}')]]")[0].text_content()
    assert "Interpreter: Spanish" in row
    assert "worksheet to sign" in row
    assert page.xpath("//nav//a[@href='/interviews']")


def test_one_facility_can_be_looked_at_alone(seat: Seat, town: Town) -> None:
    client = seat("interview")
    place = listed(town)[town.cases["Inglemoor"]].row["facility"]
    page = pages.read(client.get("/interviews", {"facility": place}))
    assert [place] == [head.text_content().rpartition(" (")[0] for head in page.xpath("//section/h2")]
    assert pages.form(page, "/interviews")["facility"] == place
    empty = client.get("/interviews", {"facility": "Nowhere"})
    assert "Nobody waits for pretrial services at this facility" in pages.text(empty)


def test_who_was_heard_or_declined_is_not_on_it(town: Town) -> None:
    found = listed(town)
    assert town.cases["Thistlemark"] not in found, "released"
    assert town.cases["Vexley"] not in found, "heard"
    assert town.cases["Pellingham"] not in found, "everything declined"


@pytest.mark.parametrize("name", ["booking", "charging", "bench", "clerk", "custodian", "supervision", "auditor"])
@pytest.mark.parametrize("screen", ["/interviews", "interview", "worksheet"])
def test_the_screens_are_for_who_interviews(name: str, screen: str, seat: Seat, town: Town) -> None:
    client = seat(name)
    address = screen if screen.startswith("/") else f"/cases/{town.cases['Larkmead']}/{screen}"
    assert client.get(address).status_code == 403
    assert client.post(address, {"do": "begin"}).status_code == 403
    assert "/interviews" not in client.get("/agreements").content.decode()


def test_who_holds_no_such_grant_gets_an_entry_and_no_list(town: Town) -> None:
    for name in ("auditor", "charging"):
        answer = disclosing.interviews(by=town.by(name))
        assert isinstance(answer, disclosing.Refused)
        assert isinstance(answer.refusal, Refusal)
        assert answer.entry is not None


@pytest.mark.usefixtures("town")
def test_an_empty_list_says_so() -> None:
    from django.template.loader import render_to_string

    said = render_to_string("web/interviews.html", {"places": [], "now": ledger.now(), "more": True, "language": "en"})
    assert "Nobody waits for an interview or a worksheet." in said
    assert "Only the first 500" in said


# ---------------------------------------------------------------- the interview


def test_a_draft_is_kept_answer_by_answer(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Drafted")
    client = seat("interview")
    first = client.get(f"{place}/interview")
    assert "You need not talk to me, and you need not answer any question" in pages.text(first)
    assert pages.faults(pages.read(first)) == []
    untold = talks.begun(client, place, **{"begin-told": ""})
    assert untold.status_code == 422
    assert "Read the script" in pages.text(untold)
    began = talks.begun(client, place)
    assert "Begun." in pages.text(began)
    assert pages.faults(pages.read(began)) == []
    saved = talks.send(client, place, "save", **{"answers-employed": "YES", "answers-transport": "NO", "answers-note": "Tired"})
    assert "2 of 20 answered" in pages.text(saved)
    kept = talks.forms(pages.read(saved), f"{place}/interview")[0]
    assert (kept["answers-employed"], kept["answers-transport"], kept["answers-phone"]) == ("YES", "NO", "-")
    again = talks.send(client, place, "save", **{"answers-transport": "-"})
    assert "1 of 20 answered" in pages.text(again)
    case = town.case("Drafted", "interview")
    assert answers_of(case)["transport"].answer is None
    assert interview(case) is None
    assert "Nothing was changed" in pages.text(talks.send(client, place, "save"))
    assert town.case("Drafted").version == case.version
    assert listed(town)[case.id].place.turn == "UNDER_WAY"


def test_a_reference_and_a_check_save_what_was_answered_beside_them(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Referred")
    client = seat("interview")
    talks.begun(client, place)
    named = talks.send(
        client, place, "reference",
        **{"answers-employed": "YES", "reference-name": "Ada Quillfeather", "reference-relation": "employer", "reference-phone": "555-0100"},
    )  # fmt: skip
    assert "Ada Quillfeather" in pages.text(named)
    case = town.case("Referred", "interview")
    (reference,) = case.current(ReferenceNamed)
    assert answers_of(case)["employed"].answer == "YES"
    check = {"check-question": "employed", "check-reference": str(reference.n), "check-channel": "CALL"}
    wrong = talks.send(client, place, "check", **check, **{"check-result": "DIFFERENT", "answers-phone": "YES"})
    assert wrong.status_code == 422
    assert "Say what was said otherwise." in pages.text(wrong)
    assert answers_of(town.case("Referred", "interview"))["phone"].answer == "YES", "the answers were saved before"
    assert pages.faults(pages.read(wrong)) == []
    right = talks.send(client, place, "check", **check, **{"check-result": "CONFIRMED", "check-says": "Works nights"})
    assert "confirmed, by call with employer — Works nights" in pages.text(right)
    (found,) = town.case("Referred", "interview").current(AnswerVerified)
    assert (found.reference, found.result) == (reference.n, "CONFIRMED")
    incomplete = talks.send(client, place, "reference", **{"reference-name": "", "answers-transport": "YES"})
    assert incomplete.status_code == 422
    assert "has a name and a relation" in pages.text(incomplete)
    for other in ("bench", "charging", "booking", "custodian"):
        assert "Quillfeather" not in seat(other).get(place).content.decode()


def test_it_is_put_off_declined_or_impossible_with_its_reason(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Putoff")
    client = seat("interview")
    bare = talks.none(client, place, "POSTPONED")
    assert bare.status_code == 422
    assert "Say why the interview is put off." in pages.text(bare)
    done = talks.none(client, place, "POSTPONED", "In the infirmary")
    assert done.redirect_chain[-1][0] == "/interviews"
    assert "In the infirmary" in pages.text(done)
    assert [one.reason for one in town.case("Putoff", "interview").current(InterviewPostponed)] == ["In the infirmary"]
    assert listed(town)[town.cases["Putoff"]].place.turn == "POSTPONED"
    unable = talks.none(client, place, "UNABLE", "")
    assert unable.status_code == 422
    talks.none(client, place, "UNABLE", "The line is dead")
    ended = interview(town.case("Putoff", "interview"))
    assert ended is not None
    assert (ended.outcome, ended.reason) == ("UNABLE", "The line is dead")
    assert town.cases["Putoff"] not in listed(town)
    assert "couldn't be taken" in pages.text(client.get(f"{place}/interview"))


def test_an_unknown_button_or_case_does_nothing(seat: Seat, town: Town) -> None:
    client = seat("interview")
    place = f"/cases/{town.cases['Larkmead']}"
    before = town.case("Larkmead").version
    assert client.post(f"{place}/interview", {"do": "destroy"}).status_code == 422
    assert town.case("Larkmead").version == before
    nobody = "/cases/00000000-0000-4000-8000-000000000000"
    for screen in ("interview", "worksheet"):
        assert client.get(f"{nobody}/{screen}").status_code == 404


# ---------------------------------------------------------------- the worksheet


def worked(seat: Seat, town: Town, name: str, **answers: str) -> str:
    """Take an interview; return the case's address."""
    place = booked(seat, town, name)
    said = {"residence_length": "OVER_2_YEARS", "lives_with": "FAMILY", "convictions": "THREE_OR_MORE", **answers}
    response = talks.taken(seat("interview"), place, **said)
    assert response.redirect_chain[-1][0] == f"{place}/worksheet"
    return place


def sign(client: Client, place: str, password: str = PASSWORD, **typed: Any) -> Any:
    """Choose what is recommended, read the worksheet back and sign it."""
    address = f"{place}/worksheet"
    back = pages.send(
        client, pages.read(client.get(address)), address, **{f"worksheet-{name}": value for name, value in typed.items()}
    )
    if back.status_code != 200 or b'name="sign"' not in back.content:
        return back
    assert pages.faults(pages.read(back)) == []
    return pages.send(client, pages.read(back), address, sign="1", password=password)


def test_the_working_is_shown_read_back_signed_and_seen_by_the_bench(seat: Seat, town: Town) -> None:
    place = worked(seat, town, "Sheeted")
    client = seat("interview")
    page = pages.read(client.get(f"{place}/worksheet"))
    assert pages.faults(page) == []
    said = " ".join(page.text_content().split())
    assert "Illustrative: invented to show how a worksheet works." in said
    assert "+2 points recommend: Release on nonmonetary conditions." in said
    assert "could recommend: Release on recognizance or Release on nonmonetary conditions" in said
    assert len(page.xpath("//table[contains(@class, 'points')]//*[name()='svg' and @role='img']")) == 9
    departing = sign(client, place, recommendation="ROR")
    assert departing.status_code == 422
    assert "Say why; the court reads the reason beside the points." in pages.text(departing)
    wrong = sign(client, place, password="guessed", recommendation="ROR", reason="The employer waits for her")
    assert wrong.status_code == 422
    assert "isn't your password" in pages.text(wrong)
    assert last_worksheet(town.case("Sheeted", "interview")) is None
    done = sign(client, place, recommendation="ROR", reason="The employer waits for her", conditions=["REPORT"])
    assert "Signed and sent." in pages.text(done)
    assert pages.faults(pages.read(done)) == []
    signed = standing_worksheet(town.case("Sheeted", "bench"))
    assert signed is not None
    assert (signed.points, signed.recommended, signed.recommendation) == (2, "CONDITIONS", "ROR")
    bench = seat("bench").get(place)
    assert "departing from the points: The employer waits for her" in pages.text(bench)
    assert pages.faults(pages.read(bench)) == []
    attorney = pages.text(seat("charging").get(place))
    assert "employer waits" not in attorney
    assert "Over 2 years" not in attorney
    paper = seat("bench").get(f"{place}/papers/worksheet.pdf")
    assert paper.status_code == 200
    assert seat("charging").get(f"{place}/papers/worksheet.pdf").status_code == 403
    assert town.cases["Sheeted"] not in listed(town)


def test_what_was_read_must_be_what_is_signed(seat: Seat, town: Town) -> None:
    place = worked(seat, town, "Rereadsheet")
    client = seat("interview")
    address = f"{place}/worksheet"
    back = pages.read(pages.send(client, pages.read(client.get(address)), address))
    unchosen = pages.send(client, back, address, change="1", sign=None)
    assert unchosen.status_code == 200
    talks.send(client, place, "save", **{"answers-residence_length": "UNDER_6_MONTHS"})
    stale = pages.send(client, back, address, sign="1", password=PASSWORD)
    assert stale.status_code == 409
    assert "Changed by others since you opened it" in pages.text(stale)
    assert last_worksheet(town.case("Rereadsheet", "interview")) is None


def test_edge_03_the_screens_say_that_a_worksheet_rests_on_another_person_s_record(seat: Seat, town: Town) -> None:
    place = worked(seat, town, "Otherself")
    client = seat("interview")
    sign(client, place)
    case = town.case("Otherself")
    who = identity(case)
    assert who is not None
    other = replace(who, n=0, entry=None, corrects=who.n, given="Somebody", birth_date=StatedTime("1979-03-03", ZONE))
    changed = intake.correct_facts(
        case_id=case.id, seen=case.version, facts=(other,), why="prints name another", by=town.by("booking")
    )
    assert isinstance(changed, Done), changed
    assert listed(town)[case.id].place.turn == "REOPENED"
    assert "worksheet to make again" in pages.text(client.get("/interviews"))
    for name in ("bench", "interview"):
        shown = pages.text(seat(name).get(place))
        assert "This worksheet no longer stands." in shown
        assert "may rest on another person's record" in shown
    assert "Worksheet reopened" in pages.text(seat("bench").get("/board?flag=worksheet"))
    assert seat("bench").get(f"{place}/papers/worksheet.pdf").status_code in {403, 404, 409, 422}
    again = sign(client, place)
    assert "Signed and sent." in pages.text(again)
    assert "no longer stands" not in pages.text(seat("bench").get(place))


def test_without_a_guideline_or_with_a_broken_one_the_interview_stands(
    seat: Seat, town: Town, built: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from pars.actions import interviewing

    place = worked(seat, town, "Guideless")
    client = seat("interview")
    monkeypatch.setattr(interviewing, "SHIPPED", tmp_path)
    assert "No guideline is in force" in pages.text(client.get(f"{place}/worksheet"))
    own = built[0] / "guidelines"
    own.mkdir()
    try:
        (own / "ours.json").write_text('{"format": "pars.guideline.1", "score": 1}')
        said = pages.text(client.get(f"{place}/worksheet"))
        assert "The guideline file ours.json can't be read: /score: there is no such field." in said
    finally:
        (own / "ours.json").unlink()
        own.rmdir()
    assert last_worksheet(town.case("Guideless", "interview")) is None


def test_the_bench_and_the_defense_see_one_picture(seat: Seat, town: Town) -> None:
    """The same rows, bars and sums for both; and both are told when it no longer stands."""
    place = worked(seat, town, "Bothsides")
    sign(seat("interview"), place)
    case = town.case("Bothsides")
    claimed = defending.claim_representation(case_id=case.id, seen=case.version, basis="ASSIGNED", by=town.by("defense"))
    assert isinstance(claimed, Done), claimed

    def picture(name: str, address: str) -> list[str]:
        page = pages.read(seat(name).get(address))
        assert pages.faults(page) == []
        (table,) = page.xpath("//table[contains(@class, 'points')]")
        return [" ".join(row.text_content().split()) + "".join(row.xpath(".//@d")) for row in table.xpath(".//tr")]

    mine, theirs = picture("bench", place), picture("defense", f"/defense{place}")
    assert mine == theirs
    assert len(mine) == 11, "a head, nine factors and the sum"
    case = town.case("Bothsides")
    talks.send(seat("interview"), place, "save", **{"answers-lives_with": "ALONE"})
    for name, address in (("bench", place), ("defense", f"/defense{place}")):
        assert "This worksheet no longer stands." in pages.text(seat(name).get(address)), name
