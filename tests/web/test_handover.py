"""The hand-over page: what is open at a desk, a note for each, who took it, and what nobody has taken stays listed as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import disclosing, founding, handing, identifying
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.store.connections import connection
from pars.store.ledger import Done, Refused
from tests.web import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


@pytest.fixture(scope="module")
def incoming() -> dict[str, By]:
    """Keep who comes in: one account for each desk, made when first needed."""
    return {}


def giver() -> By:
    """Return who gives grants once the town is set up: the first that may is given by the system itself."""
    person = identifying.make_account(username="access", name="Ottoline Fernhollow", password="invented-password-3")
    assert isinstance(founding.give_grant(person=person, role="access_officer"), Done)
    return By(person, identifying.capacities(person)[0].authority)


def comes_in(role: str, incoming: dict[str, By]) -> tuple[str, By]:
    """Return the user name and the authority of somebody else at the same desk."""
    username = f"second-{role}"
    if role not in incoming:
        person = identifying.make_account(username=username, name="Lev Nightingrove", password="invented-password-2")
        assert isinstance(founding.give_grant(person=person, role=role, by=giver()), Done)
        incoming[role] = By(person, identifying.capacities(person)[0].authority)
    return username, incoming[role]


def shift(by: By) -> disclosing.Shift:
    found = disclosing.shift(by=by)
    assert isinstance(found, disclosing.Shift), found
    return found


def names(found: tuple[disclosing.OpenAtDesk, ...]) -> set[str]:
    return {one.row["record"] for one in found}


def test_a_desk_sees_what_is_open_with_what_it_lacks_and_the_next_limit(seat: Callable[[str], Client], town: Town) -> None:
    found = shift(town.by("booking"))
    assert found.desk == "booking"
    assert town.cases["Ravenscombe"] in names(found.cases)
    assert town.cases["Corvane"] not in names(found.cases), "it waits for the court"
    due = [one.limit.due for one in found.cases if one.limit is not None]
    assert due
    assert due == sorted(due)
    response = seat("booking").get("/handover")
    assert pages.faults(pages.read(response)) == []
    assert "The prosecutor returned a charge" in pages.text(response)


def test_a_case_is_handed_over_with_a_note_and_taken_by_who_comes_in(
    seat: Callable[[str], Client], town: Town, incoming: dict[str, By]
) -> None:
    case_id = town.cases["Yarrowick"]
    officer = seat("booking")
    response = officer.post(
        "/handover/hand", {"case": [case_id], f"note-{case_id}": "Prints sent at 21:10; call back."}, follow=True
    )
    assert "1 case handed over" in pages.text(response)
    assert pages.faults(pages.read(response)) == []
    assert "yours; waits for the next shift" in pages.text(response)
    username, by = comes_in("booking_officer", incoming)
    second = seat(username)
    listed = second.get("/handover")
    text = pages.text(listed)
    assert "Prints sent at 21:10; call back." in text
    page = pages.read(listed)
    assert pages.faults(page) == []
    handed = page.xpath(f"//input[@name='handed-{case_id}']/@value")
    taken = second.post("/handover/take", {"case": [case_id], f"handed-{case_id}": handed[0]}, follow=True)
    assert "1 case taken over" in pages.text(taken)
    assert "taken by Lev Nightingrove" in pages.text(taken)
    again = second.post("/handover/take", {"case": [case_id], f"handed-{case_id}": handed[0]}, follow=True)
    assert "Somebody has taken it over already" in pages.text(again)
    assert case_id in names(shift(by).cases)


def test_what_no_browser_sends_is_refused_in_words(seat: Callable[[str], Client], town: Town) -> None:
    case_id = town.cases["Bexfield"]
    given = {"case": [case_id, "no such\0case"], f"note-{case_id}": "Prints\0"}
    response = seat("booking").post("/handover/hand", given, follow=True)
    assert "a character that can" in pages.text(response)
    assert "There is no such case" in pages.text(response)
    assert case_id not in names(shift(town.by("booking")).untaken), "nothing of it was kept"


def test_what_nobody_took_stays_listed_although_the_turn_is_elsewhere(town: Town) -> None:
    case_id = town.cases["Corvane"]
    assert isinstance(handing.hand_over(case_id=case_id, note="Property is in locker 4", by=town.by("booking")), Done)
    found = shift(town.by("booking"))
    assert case_id in names(found.untaken)
    assert case_id not in names(found.cases)


def test_another_desk_reads_no_note(seat: Callable[[str], Client], town: Town) -> None:
    case_id = town.cases["Greymount"]
    assert isinstance(handing.hand_over(case_id=case_id, note="Waits for the lab", by=town.by("charging")), Done)
    assert "Waits for the lab" in pages.text(seat("charging").get("/handover"))
    for name in ("booking", "interview", "custodian"):
        assert "Waits for the lab" not in pages.text(seat(name).get("/handover"))
    done = handing.hand_over(case_id=case_id, note="Waits for the lab", by=town.by("charging"))
    assert isinstance(done, Done)
    with connection("app") as given:
        body = given.execute("select body from ledger.entry where id = %s", [done.entry]).fetchone()
    assert body is not None
    entry = decode(body[0])
    assert isinstance(entry, Entry)
    assert entry.kind is Kind.HANDED_OVER
    assert b"lab" not in body[0]


def test_who_has_no_desk_hands_nothing_over(seat: Callable[[str], Client], town: Town) -> None:
    for name in ("bench", "clerk", "auditor", "supervision"):
        assert seat(name).get("/handover").status_code == 403
    no = handing.hand_over(case_id=town.cases["Greymount"], note="", by=town.by("clerk"))
    assert isinstance(no, Refused)
    assert no.refusal.code == "NOT_YOUR_ACT"


def test_nothing_ticked_and_bad_input_say_so_and_the_rest_is_done(seat: Callable[[str], Client], town: Town) -> None:
    officer = seat("booking")
    assert "Nothing was ticked" in pages.text(officer.post("/handover/hand", {}, follow=True))
    good, bad = town.cases["Inglemoor"], town.cases["Ravenscombe"]
    response = officer.post(
        "/handover/hand", {"case": [bad, good, "no-case"], f"note-{bad}": "x" * 501, f"note-{good}": "ok"}, follow=True
    )
    text = pages.text(response)
    assert "1 case handed over" in text
    assert "A note has 500 characters at most" in text
    assert "There is no such case" in text
    assert good in names(shift(town.by("booking")).untaken)


def test_the_ledger_agrees_with_what_was_handed_over(town: Town) -> None:
    assert not founding.check_everything()
