"""Who got a wrong version, on the screens and in `/v1`: told by those who tell, seen by reviewers, and by nobody across the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pars.actions import disclosing, intake
from pars.core.cases.facts import Arrested, IdentityClaimed
from pars.core.terms import HOUR
from pars.edge.city.agreements import SUPERVISION
from pars.store.ledger import Done
from tests.web import pages
from tests.web.calls import call
from tests.web.town import question, stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from pars.core.cases.facts import Fact
    from tests.web.town import Town

AGENCY = SUPERVISION.agency["name"]


def put_right(town: Town, surname: str, kind: type[Fact], **said: Any) -> int:
    case = town.case(surname)
    was = case.current(kind)[0]
    done = intake.correct_facts(
        case_id=case.id, seen=case.version, facts=[replace(was, corrects=was.n, **said)], why="Misread on the sheet", by=town.by("booking")
    )  # fmt: skip
    assert isinstance(done, Done), done
    return done.entry


def ask(town: Town, surname: str) -> None:
    from pars.core.access.decision import Caller

    caller = Caller(SUPERVISION.agency["id"], town.by("supervision").person)
    assert isinstance(disclosing.ask(caller=caller, asked=question(surname)), disclosing.Chunk)


def test_edge_44_the_corrector_sees_who_got_it_on_the_case_and_tells_them(seat: Callable[[str], Client], sealed: Town) -> None:
    ask(sealed, "Bexfield")
    case_id = sealed.cases["Bexfield"]
    disclosing.give_paper(case_id=case_id, paper="affidavit", by=sealed.by("bench"))
    entry = put_right(sealed, "Bexfield", IdentityClaimed, given="Oren T.")
    officer = seat("booking")
    response = officer.get(f"/cases/{case_id}")
    page, text = pages.read(response), pages.text(response)
    assert pages.faults(page) == []
    assert "Who got a wrong version" in text
    assert AGENCY in text
    assert "Desk: charging attorney" not in text, "who looked is nobody's business across the table"
    action = f"/corrections/{entry}/tell"
    done = pages.send(officer, page, action)
    assert "Recorded." in pages.text(done)
    assert "Told by letter" in pages.text(done)
    pages.send(officer, pages.read(done), action)
    assert "Acknowledged by letter" in pages.text(officer.get(f"/cases/{case_id}"))


def test_edge_44_a_paper_that_was_given_is_on_the_list(seat: Callable[[str], Client], town: Town) -> None:
    case_id = town.cases["Vexley"]
    given = disclosing.give_paper(case_id=case_id, paper="order", by=town.by("bench"))
    assert isinstance(given, disclosing.PaperGiven), given
    put_right(town, "Vexley", IdentityClaimed, given="Quinn")
    assert "Paper: " in pages.text(seat("booking").get(f"/cases/{case_id}"))


def test_the_list_names_nobody_and_shows_desks_to_reviewers_alone(seat: Callable[[str], Client], sealed: Town) -> None:
    ask(sealed, "Merriwex")
    put_right(sealed, "Merriwex", IdentityClaimed, given="Aldern")
    for name, desks in (("auditor", True), ("booking", False)):
        response = seat(name).get("/corrections")
        text = pages.text(response)
        assert pages.faults(pages.read(response)) == []
        assert AGENCY in text
        assert ("Desk: charging attorney" in text) is desks
        assert "Merriwex" not in text
        assert "Aldern" not in text
        assert sealed.cases["Merriwex"] not in response.content.decode()
    assert not pages.read(seat("auditor").get("/corrections")).xpath("//main//form")


def test_who_neither_tells_nor_reviews_has_no_list(seat: Callable[[str], Client], town: Town) -> None:
    for name in ("charging", "custodian", "supervision"):
        assert seat(name).get("/corrections").status_code == 403
        assert not pages.read(seat(name).get("/agreements")).xpath("//a[@href='/corrections']")
    assert "Who got a wrong version" not in pages.text(seat("charging").get(f"/cases/{town.cases['Corvane']}"))
    assert seat("charging").post("/corrections/5/tell", {"recipient": "agency:x", "how": "LETTER"}).status_code == 403


def test_what_cant_be_told_says_why(seat: Callable[[str], Client]) -> None:
    response = seat("booking").post("/corrections/1/tell", {"recipient": "agency:nobody", "how": "LETTER"})
    assert response.status_code == 422
    assert "Nobody of that name" in pages.text(response)
    assert seat("booking").post(f"/corrections/{2**70}/tell", {}).status_code == 404


def test_edge_44_who_saw_it_before_is_told_on_the_case(seat: Callable[[str], Client], town: Town) -> None:
    case_id = town.cases["Kestrelby"]
    attorney = seat("charging")
    attorney.get(f"/cases/{case_id}")
    put_right(town, "Kestrelby", IdentityClaimed, given="Adah")
    assert "Corrected since you saw it" in pages.text(attorney.get(f"/cases/{case_id}"))
    assert "Corrected since you saw it" not in pages.text(attorney.get(f"/cases/{case_id}"))


def test_edge_44_a_list_that_was_looked_at_meanwhile_takes_the_word_away_from_nobody(
    seat: Callable[[str], Client], town: Town
) -> None:
    """The board shows the new version the moment it is there; that it was wrong before, only the case says."""
    case_id = town.cases["Greymount"]
    attorney, interviewer = seat("charging"), seat("interview")
    attorney.get(f"/cases/{case_id}")
    interviewer.get("/board")
    put_right(town, "Greymount", IdentityClaimed, given="Lorne")
    attorney.get("/board")
    disclosing.give_paper(case_id=case_id, paper="affidavit", by=town.by("charging"))
    assert "Corrected since you saw it" in pages.text(attorney.get(f"/cases/{case_id}"))
    assert "Corrected since you saw it" not in pages.text(attorney.get(f"/cases/{case_id}"))
    assert "Corrected since you saw it" in pages.text(interviewer.get(f"/cases/{case_id}")), "they had it from a list"
    assert "Corrected since you saw it" not in pages.text(seat("second-charging").get(f"/cases/{case_id}")), "they never had it"


def test_edge_50_everybody_who_sees_the_case_sees_both_times(seat: Callable[[str], Client], town: Town) -> None:
    case_id = town.cases["Dallowick"]
    was = town.case("Dallowick").current(Arrested)[0].time
    assert was is not None
    put_right(town, "Dallowick", Arrested, time=stated(was.earliest + HOUR))
    for name in ("booking", "charging", "interview", "bench", "clerk", "custodian"):
        response = seat(name).get(f"/cases/{case_id}")
        text = pages.text(response)
        assert "The time of the arrest was edited: it was" in text, name
        assert "Dana Quillby" in text
        assert "Misread on the sheet" in text
        assert pages.faults(pages.read(response)) == []
        assert "Arrest time edited" in pages.text(seat(name).get("/board?flag=time"))


# ---------------------------------------------------------------- /v1


def test_edge_50_and_44_in_v1(nobody: Client, sealed: Town) -> None:
    ask(sealed, "Oakhurstel")
    case_id = sealed.cases["Oakhurstel"]
    was = sealed.case("Oakhurstel").current(Arrested)[0].time
    assert was is not None
    put_right(sealed, "Oakhurstel", Arrested, time=stated(was.earliest - HOUR))
    entry = put_right(sealed, "Oakhurstel", IdentityClaimed, given="Beatrix")
    opened = call(nobody, sealed, "clerk", "GET", f"/v1/cases/{case_id}").json()
    (edit,) = opened["arrest_time_edits"]
    assert (edit["was"]["text"], edit["recorded_by"]) == (was.text, sealed.by("booking").person)
    listed = call(nobody, sealed, "booking", "GET", "/v1/corrections").json()
    (mine,) = [one for one in listed["corrections"] if one["entry"] == entry]
    (agency,) = [one for one in mine["recipients"] if one["owed"]]
    assert agency["recipient"] == f"agency:{SUPERVISION.agency['id']}"
    path, body = f"/v1/corrections/{entry}/tellings", {"recipient": agency["recipient"], "how": "MESSAGE"}
    told = call(nobody, sealed, "booking", "POST", path, body)
    assert told.status_code == 200, told.content
    assert call(nobody, sealed, "booking", "POST", path, body).json()["entry"] == told.json()["entry"]
    again = call(nobody, sealed, "booking", "POST", path, body, key="k-2")
    assert (again.status_code, again.json()["reason"]) == (422, "ALREADY_TOLD")
    assert call(nobody, sealed, "clerk", "GET", "/v1/corrections").status_code == 403
