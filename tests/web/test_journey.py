"""A custody from arrest to release through the forms alone, as a browser without JavaScript sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.core.cases.case import (
    custody_began,
    filed_charges,
    hearing,
    identity,
    interview,
    proposed_charges,
    release_order,
    released,
)
from pars.core.cases.charging import standing_complaint
from pars.core.cases.detainers import decision_of
from pars.core.cases.doubts import open_doubts
from pars.core.cases.facts import DetainerReceived, HoldLifted, NarrativeWritten
from pars.core.cases.worksheet import answers_of
from pars.core.terms import HOUR, moment
from pars.store import ledger
from tests.web import pages, talks
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def typed(hours_ago: float) -> str:
    """Return a time as an officer types it."""
    return moment(ledger.now() - int(hours_ago * HOUR), ZONE).strftime("%m/%d/%Y %H:%M")  # type: ignore[arg-type]


def arrest(surname: str, **more: Any) -> dict[str, Any]:
    """Return what is typed into the form of a new arrest."""
    return {
        "surname": surname,
        "given": "Ada",
        "birth_date": "02/14/1990",
        "time": typed(3),
        "agency": "City Police",
        "district": "22nd",
        "warrant": "no",
        "narrative": "Goods were taken from the store.",
        "charge_0_statute": "18 § 3929 §§ A1",
        "charge_0_description": "Retail Theft-Take Mdse",
        "charge_0_grade": "M1",
        "charge_1_description": "Simple Assault",
        "charge_1_grade": "M2",
        **more,
    }


def booked(seat: Seat, town: Town, name: str, **more: Any) -> str:
    """Book an arrest through the form; return the case's address."""
    client = seat("booking")
    values = {**arrest(name), **more}
    response = pages.send(client, pages.read(client.get("/arrests/new")), "/arrests/new", **values)
    assert response.redirect_chain, pages.summary(pages.read(response))
    place: str = response.redirect_chain[-1][0]
    town.cases[name] = place.rsplit("/", 1)[-1]
    return place


def do(seat: Seat, name: str, place: str, slug: str, **values: Any) -> Any:
    """Send one of the case page's forms; return the page that follows."""
    client = seat(name)
    filled = {f"{slug}-{field}": value for field, value in values.items()}
    where = f"{place}/bench" if slug in {"hearing", "order"} else place
    return pages.send(client, pages.read(client.get(where)), f"{place}/{slug}", **filled)


def decide(seat: Seat, place: str, town: Town, surname: str, **each: Any) -> Any:
    """Decide every charge the same way."""
    numbers = [charge.n for charge in proposed_charges(town.case(surname))]
    return do(seat, "charging", place, "decide", **{f"{name}_{n}": value for n in numbers for name, value in each.items()})


def went_well(response: Any, words: str) -> None:
    assert response.status_code == 200, pages.summary(pages.read(response))
    assert words in pages.text(response)
    assert pages.faults(pages.read(response)) == []


def test_from_arrest_to_release(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Wetherspoke")
    went_well(do(seat, "booking", place, "send"), "now with the charging unit")
    went_well(decide(seat, place, town, "Wetherspoke", decision="APPROVE"), "Decided")
    attorney = seat("charging")
    paper = pages.read(attorney.get(f"{place}/complaint"))
    assert "Retail Theft-Take Mdse" in paper.text_content()
    went_well(pages.send(attorney, paper, f"{place}/complaint", **{"complaint-password": PASSWORD}), "The complaint stands")
    went_well(talks.taken(seat("interview"), place, employed="YES", family_contact="NO"), "The interview is recorded.")
    rights = ["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"]
    went_well(do(seat, "bench", place, "hearing", rights=rights, probable_cause="yes"), "The hearing is recorded")
    judge = seat("bench")
    terms = {"order-types": ["NONMONETARY"], "order-conditions": ["REPORT"], "order-next_court": "Municipal Court 403"}
    back = pages.send(judge, pages.read(judge.get(f"{place}/bench")), f"{place}/order", **terms)
    assert "Report to Pretrial Services" in pages.text(back)
    assert pages.faults(pages.read(back)) == []
    changed = pages.send(judge, pages.read(back), f"{place}/order", change="1", sign=None)
    assert pages.form(pages.read(changed), f"{place}/order")["order-next_court"] == "Municipal Court 403"
    signed = pages.send(judge, pages.read(back), f"{place}/order", sign="1", password=PASSWORD)
    went_well(signed, "The custodian sees the order now")
    went_well(do(seat, "custodian", place, "release", released="yes"), "The person went free")
    case = town.case("Wetherspoke", "bench")
    assert len(filed_charges(case)) == 2
    assert standing_complaint(case) is not None
    asked, order = interview(case), release_order(case)
    assert asked is not None
    said = {code: fact.answer for code, fact in answers_of(case).items()}
    assert said == {"employed": "YES", "family_contact": "NO"}
    assert order is not None
    assert (order.types, order.next_court) == (("NONMONETARY",), "Municipal Court 403")
    assert hearing(case) is not None
    assert released(case)
    assert "Wetherspoke" not in pages.text(seat("booking").get("/board"))


# ---------------------------------------------------------------- a new arrest


def test_another_charge_keeps_what_was_typed_and_asks_for_nothing(seat: Seat) -> None:
    client = seat("booking")
    page = pages.read(client.get("/arrests/new"))
    response = pages.send(client, page, "/arrests/new", **arrest("Typed", another="1", birth_date=""))
    again = pages.read(response)
    assert response.status_code == 200
    assert pages.summary(again) == []
    kept = pages.form(again, "/arrests/new")
    assert (kept["surname"], kept["charge_1_description"], kept["rows"]) == ("Typed", "Simple Assault", "3")
    assert again.xpath("//*[@autofocus]/@name") == ["charge_2_statute"]


def test_the_error_summary_leads_to_each_field_in_the_same_words(seat: Seat) -> None:
    client = seat("booking")
    page = pages.read(client.get("/arrests/new"))
    response = pages.send(
        client,
        page,
        "/arrests/new",
        **arrest("", given="", birth_date="", time="yesterday", agency="", charge_0_description=""),
    )
    again = pages.read(response)
    found = pages.summary(again)
    assert response.status_code == 422
    assert again.findtext(".//title").startswith("Error: ")
    assert [place for place, _ in found] == ["id_surname", "id_birth_date", "id_time", "id_agency"]
    for place, says in found:
        field = again.xpath(f"//*[@id='{place}']")[0]
        assert field.get("aria-invalid") == "true"
        assert says in {again.xpath(f"//*[@id='{where}']")[0].text_content() for where in field.get("aria-describedby").split()}
    assert pages.faults(again) == []


@pytest.mark.parametrize(
    ("typed_in", "place"),
    [
        ({"birth_date": "", "birth_date_unknown": "on"}, "id_birth_date_reason"),
        ({"birth_date_unknown": "on"}, "id_birth_date_unknown"),
        ({"birth_date": "02/30/1990"}, "id_birth_date"),
        ({"time": "11/23/2999 10:00"}, "id_time"),
        ({"charge_1_description": "", "charge_1_grade": "M1"}, "id_charge_1_description"),
    ],
)
def test_what_does_not_fit_is_asked_for(typed_in: dict[str, str], place: str, seat: Seat) -> None:
    client = seat("booking")
    page = pages.read(client.get("/arrests/new"))
    response = pages.send(client, page, "/arrests/new", **arrest("Doe", **typed_in))
    assert [where for where, _ in pages.summary(pages.read(response))] == [place]


def test_an_unknown_birth_date_is_a_choice_with_its_reason(seat: Seat, town: Town) -> None:
    place = booked(
        seat,
        town,
        "Quiet",
        given="",
        surname="",
        full="Quiet",
        birth_date="",
        birth_date_unknown="on",
        birth_date_reason="Says nothing",
    )
    who = identity(town.case("Quiet"))
    assert who is not None
    assert (who.full, who.surname, who.birth_date, who.why) == ("Quiet", None, None, "Says nothing")
    assert [doubt.code for doubt in open_doubts(town.case("Quiet"))] == ["BIRTH_DATE_UNKNOWN"]
    unsure = do(seat, "booking", place, "doubt", reason="Prints matched an adult's record")
    assert [where for where, _ in pages.summary(pages.read(unsure))] == ["id_doubt-adult_0"]
    went_well(do(seat, "booking", place, "doubt", adult="yes", reason="Prints matched an adult's record"), "Settled")
    assert open_doubts(town.case("Quiet")) == ()


def test_a_date_alone_stays_a_date(seat: Seat, town: Town) -> None:
    booked(seat, town, "Vague", time=typed(30)[:10], birth_date="1990")
    case = town.case("Vague")
    began, who = custody_began(case), identity(case)
    assert began is not None
    assert who is not None
    assert who.birth_date is not None
    assert (began.precision, who.birth_date.precision) == ("date", "year")


def test_a_form_sent_twice_books_once(seat: Seat) -> None:
    client = seat("booking")
    values = {**pages.form(pages.read(client.get("/arrests/new")), "/arrests/new"), **arrest("Twice")}
    first, second = client.post("/arrests/new", values), client.post("/arrests/new", values)
    assert first["location"] == second["location"]


# ---------------------------------------------------------------- what stands in the way


def test_a_returned_charge_is_answered_in_place(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Returned")
    do(seat, "booking", place, "send")
    missing = decide(seat, place, town, "Returned", decision="RETURN", reason="RETURN.FACTS")
    assert "Say in the note" in pages.text(missing)
    wrong = decide(seat, place, town, "Returned", decision="DECLINE", reason="RETURN.FACTS")
    assert "choose a reason from that part of the list" in pages.text(wrong)
    decide(seat, place, town, "Returned", decision="RETURN", reason="RETURN.FACTS", note="Who saw it?")
    page = pages.text(seat("booking").get(place))
    assert "Who saw it?" in page
    went_well(do(seat, "booking", place, "send", account="The clerk saw it."), "now with the charging unit")
    case = town.case("Returned")
    assert [told.text for told in case.current(NarrativeWritten)][-1] == "The clerk saw it."


def test_amending_and_adding_keep_both_layers(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Amended", charge_1_description="", charge_1_grade="")
    do(seat, "booking", place, "send")
    [charge] = proposed_charges(town.case("Amended"))
    values = {
        f"decision_{charge.n}": "AMEND",
        f"reason_{charge.n}": "AMEND.GRADE",
        f"grade_{charge.n}": "M2",
        "add_statute": "18 § 907 §§ A",
        "add_description": "Poss Instrument Of Crime W/Int",
        "add_reason": "FACTS",
    }
    went_well(do(seat, "charging", place, "decide", **values), "Decided")
    case = town.case("Amended")
    assert [charge.grade for charge in proposed_charges(case)] == ["M1"]
    assert sorted(charge.description for charge in filed_charges(case)) == [
        "Poss Instrument Of Crime W/Int",
        "Retail Theft-Take Mdse",
    ]
    assert "M2" in {charge.grade for charge in filed_charges(case)}


def test_a_wrong_password_signs_nothing(seat: Seat, town: Town) -> None:
    place = f"/cases/{town.cases['Kestrelby']}"
    attorney = seat("charging")
    paper = pages.read(attorney.get(f"{place}/complaint"))
    response = pages.send(attorney, paper, f"{place}/complaint", **{"complaint-password": "not it"})
    assert response.status_code == 422
    assert [where for where, _ in pages.summary(pages.read(response))] == ["id_complaint-password"]
    assert standing_complaint(town.case("Kestrelby")) is None
    assert "not it" not in response.content.decode()


def test_what_holds_is_shown_and_stops_a_release(seat: Seat, town: Town) -> None:
    place = f"/cases/{town.cases['Oakhurstel']}"
    page = pages.text(seat("custodian").get(place))
    assert "Still held." in page
    assert "Court of Common Pleas, supervising judge" in page
    assert "Not answered yet; it holds nobody. No notice of release may be given." in page
    refused = do(seat, "custodian", place, "release", released="yes")
    assert "The person is still held" in pages.text(refused)
    assert not released(town.case("Oakhurstel", "custodian"))
    went_well(do(seat, "custodian", place, "release", released="no", reason="Held for the judge"), "Acknowledged")
    answered = do(seat, "custodian", place, "detainer", reason="No judge signed it")
    went_well(answered, "hold decline, notice decline, hand-over decline, access decline")
    case = town.case("Oakhurstel", "custodian")
    [paper] = case.current(DetainerReceived)
    decided = decision_of(case, paper.n)
    assert decided is not None
    assert (decided.hold, decided.rule) == ("DECLINE", "EXECUTIVE_ORDER_5_16")
    shown = pages.text(seat("custodian").get(place))
    assert "(Rule: Philadelphia Executive Order 5-16 (4 Jan 2016).) No notice of release may be given." in shown
    assert "Notice of release may be given." not in shown
    went_well(do(seat, "custodian", place, "lift", reason="Withdrawn by the court"), "Lifted")
    assert town.case("Oakhurstel", "custodian").current(HoldLifted)
    went_well(do(seat, "custodian", place, "release", released="yes"), "The person went free")


def test_a_paper_that_calls_itself_judicial_needs_its_judge(seat: Seat, town: Town) -> None:
    place = f"/cases/{town.cases['Dallowick']}"
    response = do(seat, "custodian", place, "paper", form="I-247A", paper="JUDICIAL", issuing_office="A field office")
    assert [where for where, _ in pages.summary(pages.read(response))] == ["id_paper-signer"]
    hold = do(seat, "custodian", place, "hold", kind="BENCH_WARRANT", authority="")
    assert [where for where, _ in pages.summary(pages.read(hold))] == ["id_hold-authority"]
    assert pages.faults(pages.read(hold)) == []


def test_bail_is_put_down_by_the_clerk(seat: Seat, town: Town) -> None:
    place = f"/cases/{town.cases['Merriwex']}"
    assert "$10,000.00" in pages.text(seat("clerk").get(place))
    too_much = do(seat, "clerk", place, "bail", amount_cents="1,000,000")
    assert [where for where, _ in pages.summary(pages.read(too_much))] == ["id_bail-amount_cents"]
    went_well(do(seat, "clerk", place, "bail", amount_cents="$10,000"), "Recorded")
    assert "Nothing holds the person" in pages.text(seat("custodian").get(place))


# ---------------------------------------------------------------- two at once


def test_a_stale_save_shows_theirs_and_keeps_yours(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Contested")
    do(seat, "booking", place, "send")
    interviewer = seat("interview")
    talks.begun(interviewer, place)
    opened = pages.read(interviewer.get(f"{place}/interview"))
    decide(seat, place, town, "Contested", decision="APPROVE")
    stale = talks.send(interviewer, place, "finish", opened, **{"answers-language": "Spanish", "answers-employed": "YES"})
    page = pages.read(stale)
    assert stale.status_code == 409
    assert "Changed by others since you opened it" in pages.text(stale)
    assert "Approved: 18 § 3929 §§ A1 Retail Theft-Take Mdse (M1)" in pages.text(stale)
    assert interview(town.case("Contested", "bench")) is None
    kept = pages.form(page, f"{place}/interview")
    assert (kept["answers-language"], kept["answers-employed"]) == ("Spanish", "YES")
    assert pages.faults(page) == []
    went_well(talks.send(interviewer, place, "finish", page), "The interview is recorded.")


def test_an_order_changed_meanwhile_is_read_again(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Reread")
    do(seat, "booking", place, "send")
    decide(seat, place, town, "Reread", decision="APPROVE")
    attorney = seat("charging")
    opened = pages.read(attorney.get(f"{place}/complaint"))
    talks.none(seat("interview"), place)
    stale = pages.send(attorney, opened, f"{place}/complaint", **{"complaint-password": PASSWORD})
    assert stale.status_code == 422
    assert "has changed since you opened it" in pages.text(stale)
    again = pages.send(attorney, pages.read(stale), f"{place}/complaint", **{"complaint-password": PASSWORD})
    went_well(again, "The complaint stands")


def test_a_hearing_without_every_advisal_is_none(seat: Seat, town: Town) -> None:
    place = f"/cases/{town.cases['Corvane']}"
    response = do(seat, "bench", place, "hearing", rights=["rights_read"], probable_cause="yes")
    assert [where for where, _ in pages.summary(pages.read(response))] == ["id_hearing-rights_0"]
    nothing_found = do(
        seat,
        "bench",
        place,
        "hearing",
        rights=["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"],
    )
    assert [where for where, _ in pages.summary(pages.read(nothing_found))] == ["id_hearing-probable_cause_0"]
    assert hearing(town.case("Corvane", "bench")) is None


def test_an_interpreter_who_is_needed_is_named(seat: Seat, town: Town) -> None:
    place = f"/cases/{town.cases['Bexfield']}"
    rights = ["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"]
    response = do(seat, "bench", place, "hearing", rights=rights, probable_cause="yes")
    assert [where for where, _ in pages.summary(pages.read(response))] == ["id_hearing-interpreter"]


def test_terms_that_contradict_each_other_are_not_read_back(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Ordered")
    do(seat, "booking", place, "send")
    decide(seat, place, town, "Ordered", decision="APPROVE")
    attorney = seat("charging")
    pages.send(
        attorney, pages.read(attorney.get(f"{place}/complaint")), f"{place}/complaint", **{"complaint-password": PASSWORD}
    )
    rights = ["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"]
    early = do(seat, "bench", place, "hearing", rights=rights, probable_cause="yes")
    assert [where for where, _ in pages.summary(pages.read(early))] == ["id_hearing-reason"]
    do(seat, "bench", place, "hearing", rights=rights, probable_cause="yes", reason="The line to the interviewer is down")
    for terms, where in (
        ({"types": ["ROR", "REFUSED"]}, "id_order-types_0"),
        ({"types": ["MONETARY"], "deposit_percent": "10"}, "id_order-amount_cents"),
        ({"types": ["ROR"], "amount_cents": "lots"}, "id_order-amount_cents"),
        ({"types": ["REFUSED"]}, "id_order-reasons"),
        ({"types": ["ROR"], "next_hearing": "12/24/2999 09:00"}, "id_order-next_hearing"),
    ):
        response = do(seat, "bench", place, "order", next_court="Municipal Court 403", **terms)
        assert response.status_code == 422, terms
        assert [found for found, _ in pages.summary(pages.read(response))] == [where]
    judge = seat("bench")
    values = {
        "order-types": ["MONETARY"],
        "order-amount_cents": "5,000",
        "order-deposit_percent": "10",
        "order-next_court": "MC 403",
    }
    back = pages.send(judge, pages.read(judge.get(f"{place}/bench")), f"{place}/order", **values)
    assert "$5,000.00" in pages.text(back)
    unsigned = pages.send(judge, pages.read(back), f"{place}/order", sign="1", password="no")
    assert [found for found, _ in pages.summary(pages.read(unsigned))] == ["id_password"]
    assert release_order(town.case("Ordered", "bench")) is None
