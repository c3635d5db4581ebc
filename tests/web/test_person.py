"""The person of a case on the screens: claimed and verified apart, "is this the same person?", links, flags and who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web import pages
from tests.web.test_journey import booked, typed, went_well

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

pytestmark = pytest.mark.database
HELD_ELSEWHERE = '<span class="tag">another case</span>'


def record(seat: Seat, name: str, place: str, slug: str, **values: Any) -> Any:
    """Send one of the person page's forms; return the page that follows."""
    client = seat(name)
    filled = {f"{slug}-{field}": value for field, value in values.items()}
    return pages.send(client, pages.read(client.get(f"{place}/person")), f"{place}/{slug}", **filled)


def prints(seat: Seat, place: str, **changes: Any) -> Any:
    said = {"source": "State repository", "reference": "TCN-7", "stated": typed(1), "outcome": "MATCH", "sid": "555-66-77-8"}
    return record(seat, "booking", place, "prints", **{**said, **changes})


def person(seat: Seat, place: str, name: str = "booking") -> str:
    response = seat(name).get(f"{place}/person")
    assert pages.faults(pages.read(response)) == []
    return pages.text(response)


def test_claimed_and_verified_stand_apart_each_with_its_source(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Claimant")
    assert "the identity is claimed, and provisional" in person(seat, place)
    assert "Identity claimed, not verified" in pages.text(seat("bench").get(place))
    went_well(prints(seat, place, surname="Tansy"), "Recorded.")
    shown = person(seat, place)
    assert "verified by State repository at" in shown
    assert "reply TCN-7" in shown
    assert "recorded by Dana Quillby" in shown
    assert "SID 555-66-77-8" in shown
    assert "Prints name the person otherwise: surname" in shown
    case = pages.text(seat("charging").get(place))
    assert "Prints name another" in case
    assert "Claimant" in case
    assert "Settle what is in doubt" in pages.text(seat("booking").get(place))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sid": "12"}, "it doesn't have the shape of one"),
        ({"sid": ""}, "A match names its person by a number"),
        ({"outcome": "NO_MATCH"}, "names no one person"),
        ({"stated": "12/31/2099 10:00"}, "The reply's time lies in the future"),
        ({"source": ""}, "System that answered: this is needed"),
    ],
)
def test_a_reply_that_cannot_be_is_refused_at_its_field_and_nothing_is_lost(
    changes: dict[str, str], says: str, seat: Seat, town: Town
) -> None:
    place = booked(seat, town, "Misread")
    answer = prints(seat, place, confidence="as it came", **changes)
    page = pages.read(answer)
    assert answer.status_code == 422
    assert says in pages.text(answer)
    assert pages.faults(page) == []
    assert page.xpath("//input[@name='prints-confidence']/@value") == ["as it came"]


def test_candidates_stand_side_by_side_with_what_matches_in_words(seat: Seat, town: Town) -> None:
    first, place = booked(seat, town, "Samename"), booked(seat, town, "Samename")
    officer = seat("booking")
    page = pages.read(officer.get(f"{place}/same-person"))
    assert pages.faults(page) == []
    shown = page.text_content()
    assert "twins and namesakes have these, too" in shown
    assert "a colleague must confirm it" in shown
    alike = page.xpath("//table[contains(@class, 'compare')]//tr[th[text()='Surname, claimed']]/td[last()]")
    assert [cell.text_content() for cell in alike] == ["the same"]
    assert page.xpath("//th[@scope='row']")
    assert f'href="{first}"' in officer.get(f"{place}/same-person").content.decode()


def test_nothing_is_recorded_without_a_choice_and_a_reason(seat: Seat, town: Town) -> None:
    booked(seat, town, "Unchosen")
    place = booked(seat, town, "Unchosen")
    officer = seat("booking")
    page = pages.read(officer.get(f"{place}/same-person"))
    answer = pages.send(officer, page, f"{place}/same-person", reason="seen")
    assert answer.status_code == 422
    assert pages.summary(pages.read(answer)) == [("id_chosen", "Choose one of the cases, or none of these.")]
    answer = pages.send(officer, page, f"{place}/same-person", chosen="none")
    assert pages.summary(pages.read(answer)) == [("id_reason", "Say what you rely on.")]
    answer = pages.send(officer, page, f"{place}/same-person", chosen="none", reason="another\0face")
    assert pages.summary(pages.read(answer)) == [("id_reason", "It holds a character that can't be kept. Type it anew.")]
    assert pages.faults(pages.read(answer)) == []


def test_a_link_without_prints_waits_for_a_second_person_and_can_be_undone(seat: Seat, town: Town) -> None:
    first, place = booked(seat, town, "Twosome"), booked(seat, town, "Twosome")
    officer = seat("booking")
    page = pages.read(officer.get(f"{place}/same-person"))
    chosen = first.rpartition("/")[2]
    went_well(
        pages.send(officer, page, f"{place}/same-person", chosen=chosen, reason="The same scar"), "Recorded, with your reason."
    )
    assert "waits for a second person" in person(seat, place)
    alone = record(seat, "booking", place, "confirm-link", reason="It is so")
    assert alone.status_code == 422
    assert "a second person must confirm" in pages.text(alone)
    went_well(record(seat, "custodian", place, "confirm-link", reason="I compared both"), "Confirmed.")
    shown = person(seat, place)
    assert "on two people's word" in shown
    assert "confirmed by Marlo Saltmarch" in shown
    assert HELD_ELSEWHERE in seat("custodian").get(place).content.decode()
    went_well(record(seat, "booking", place, "undo-link", reason="Another scar after all"), "Undone.")
    assert "None was linked in this case" in person(seat, place)
    assert HELD_ELSEWHERE not in seat("custodian").get(place).content.decode()


def test_a_link_by_prints_says_so_and_none_of_these_is_recorded(seat: Seat, town: Town) -> None:
    first, place = booked(seat, town, "Printed"), booked(seat, town, "Printed")
    for one in (first, place):
        prints(seat, one, sid="22233444")
    officer = seat("booking")
    page = pages.read(officer.get(f"{place}/same-person"))
    assert "prints say so" in page.text_content()
    chosen = first.rpartition("/")[2]
    pages.send(officer, page, f"{place}/same-person", chosen=chosen, reason="One SID")
    assert "by prints" in person(seat, place)
    other = booked(seat, town, "Printed")
    prints(seat, other, sid="99988777", reference="TCN-8")
    page = pages.read(officer.get(f"{other}/same-person"))
    assert "Prints give different numbers: two people." in page.text_content()
    went_well(pages.send(officer, page, f"{other}/same-person", chosen="none", reason="Other prints"), "Recorded")
    assert "told apart before" in pages.text(officer.get(f"{other}/same-person"))


def test_where_nobody_may_be_the_same_the_page_says_so(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Zyxwvutsrq")
    response = seat("booking").get(f"{place}/same-person")
    assert "No earlier record was found" in pages.text(response)
    assert pages.faults(pages.read(response)) == []


@pytest.mark.parametrize("name", ["charging", "interview", "bench", "clerk", "auditor", "supervision"])
def test_who_may_not_link_compares_nobody(name: str, seat: Seat, town: Town) -> None:
    assert seat(name).get(f"/cases/{town.cases['Ravenscombe']}/same-person").status_code == 403


def test_a_case_that_is_not_there_is_not_there(seat: Seat, town: Town) -> None:
    for page in ("person", "same-person"):
        assert seat("booking").get(f"/cases/11111111-1111-4111-8111-111111111111/{page}").status_code == 404


def test_flags_are_recorded_and_read_by_who_must(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Flagged")
    went_well(record(seat, "booking", place, "property", state="TAKEN", reference="INV-7"), "Recorded.")
    went_well(record(seat, "booking", place, "health", handed_to="Nurse Brightwater", urgent="on"), "Recorded.")
    went_well(record(seat, "interview", place, "interpreter", state="NEEDED", language="Spanish"), "Recorded.")
    went_well(record(seat, "clerk", place, "competency", state="RAISED", note="Didn't know the day"), "Recorded.")
    went_well(record(seat, "custodian", place, "consular", state="REQUESTED", nationality="Freedonian"), "Recorded.")
    went_well(
        record(seat, "booking", place, "picture", kind_of="PHOTOGRAPH", system="Photo system", reference="P-7"), "Recorded."
    )
    for name, reads in {
        "booking": ("INV-7", "Brightwater", "Spanish", "Freedonian", "P-7", "Didn't know the day"),
        "custodian": ("INV-7", "Brightwater", "Spanish", "Freedonian", "P-7", "Didn't know the day"),
        "bench": ("Spanish", "P-7", "Didn't know the day"),
        "charging": ("Spanish",),
        "interview": ("Spanish", "Didn't know the day"),
    }.items():
        both = person(seat, place, name) + pages.text(seat(name).get(place))
        for words in ("INV-7", "Brightwater", "Spanish", "Freedonian", "P-7", "Didn't know the day"):
            assert (words in both) is (words in reads), (name, words)
    for name in ("booking", "charging", "custodian"):
        assert "Freedonian" not in seat(name).get("/board").content.decode()
    assert "A concern was raised whether the person understands" in pages.text(seat("charging").get(place))
    assert seat("bench").post(f"{place}/consular", {}).status_code == 403


def test_a_flag_that_says_too_little_is_refused_at_its_field(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Halfflagged")
    answer = record(seat, "booking", place, "interpreter", state="NEEDED")
    assert answer.status_code == 422
    assert "Say for which language." in pages.text(answer)
    assert [where for where, _ in pages.summary(pages.read(answer))] == ["id_interpreter-language"]


def test_a_child_charged_as_an_adult_and_sent_to_the_juvenile_court(seat: Seat, town: Town) -> None:
    place = booked(seat, town, "Younger", birth_date="06/01/2010")
    assert "Age unresolved" in person(seat, place, "charging") or "Under 18" in person(seat, place, "charging")
    went_well(record(seat, "charging", place, "direct-charge", basis="DEADLY_WEAPON", reason="A firearm"), "on the adult path")
    sent = {"court": "Common Pleas", "reference": "O-7", "decided": typed(1), "docket": "CP-51-CR-0012345-2026"}
    wrong = record(seat, "bench", place, "juvenile", **{**sent, "docket": "51-2018"})
    assert wrong.status_code == 422
    went_well(record(seat, "bench", place, "juvenile", **sent), "hands the person over")
    assert "Juvenile court: not for the adult path" in pages.text(seat("charging").get(place))
    assert place not in seat("charging").get("/charging").content.decode()
    page = pages.text(seat("custodian").get(place))
    assert "Hand the person over" in page or "Release" in page
