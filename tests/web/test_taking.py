"""Taking a case of the charging queue and giving it back: the first has it, who comes second is told who; and whom colleagues see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import charging, disclosing, intake
from pars.actions.beats import Done, Refused
from pars.core.ledger.entries import Kind, decode
from pars.store import ledger, tree
from tests.desks import at_once
from tests.web import pages
from tests.web.town import NIGHT, book, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

pytestmark = pytest.mark.database


def waiting(town: Town, surname: str) -> str:
    """Book somebody and send them to charging; return the case's id."""
    from dataclasses import replace

    from pars.core.terms import HOUR

    book(town, replace(NIGHT[0], surname=surname, given="Ida"), ledger.now() - HOUR)
    case = town.case(surname)
    done(intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking")))
    return case.id


def taken_by(town: Town, case_id: str) -> str | None:
    """Return who has the case, as the queue has it."""
    found = disclosing.charging_queue(by=town.by("supervisor"))
    assert isinstance(found, disclosing.ChargingQueue)
    [one] = [one for one in found.cases if one.row["record"] == case_id]
    return one.taken.person if one.taken is not None else None


def code(outcome: Done | Refused) -> str | None:
    return outcome.refusal.code if isinstance(outcome, Refused) else None


def test_of_two_at_once_one_has_it_and_the_other_is_told_and_both_are_entered(town: Town) -> None:
    case_id = waiting(town, "Twohands")
    version = town.case("Twohands").version
    seats = ("charging", "second-charging", "supervisor", "charging")
    outcomes = at_once(lambda n: charging.take_case(case_id=case_id, by=town.by(seats[n])), len(seats))
    assert [code(one) for one in outcomes].count(None) == 1
    assert {code(one) for one in outcomes} <= {None, "TAKEN", "YOURS_ALREADY"}
    first = seats[[code(one) for one in outcomes].index(None)]
    assert taken_by(town, case_id) == town.by(first).person
    assert town.case("Twohands").version == version, "no work of anybody's goes stale by it"
    for seat in {"second-charging", "supervisor"} - {first}:
        assert code(charging.give_case_back(case_id=case_id, by=town.by(seat))) == (
            "NOT_YOURS" if seat != "supervisor" else None
        )
        break
    with ledger.reading():
        kinds = [decode(body).kind for body in tree.entries_under(town.by(first).authority, kinds=(Kind.CHARGING_TAKEN,))]  # type: ignore[union-attr]
    assert kinds


def test_it_is_taken_given_back_and_taken_by_another(town: Town) -> None:
    case_id = waiting(town, "Backandforth")
    one, two, over = (town.by(seat) for seat in ("charging", "second-charging", "supervisor"))
    assert code(charging.give_case_back(case_id=case_id, by=one)) == "NOT_TAKEN"
    assert code(charging.take_case(case_id=case_id, by=one)) is None
    assert code(charging.take_case(case_id=case_id, by=two)) == "TAKEN"
    assert code(charging.give_case_back(case_id=case_id, by=two)) == "NOT_YOURS"
    assert code(charging.give_case_back(case_id=case_id, by=one)) is None
    assert taken_by(town, case_id) is None
    assert code(charging.take_case(case_id=case_id, by=two)) is None
    assert code(charging.give_case_back(case_id=case_id, by=over)) is None, "a supervisor gives it back for who went home"
    assert taken_by(town, case_id) is None
    assert code(charging.take_case(case_id=case_id, by=town.by("booking"))) == "NOT_YOUR_ACT"
    assert code(charging.take_case(case_id="nowhere", by=one)) == "NO_SUCH_CASE"


def test_the_queue_says_who_has_what(seat: Callable[[str], Client], town: Town) -> None:
    case_id = waiting(town, "Seenqueue")
    mine, theirs = seat("charging"), seat("second-charging")

    def cell(client: Client) -> str:
        page = pages.read(client.get("/charging"))
        assert pages.faults(page) == []
        return " ".join(
            page.xpath(f"//tr[.//form[contains(@action, '{case_id}')] or .//a[contains(@href, '{case_id}')]]/td[last()]")[0]
            .text_content()
            .split()
        )

    assert "Take the case of" in cell(mine)
    reply = mine.post(f"/charging/{case_id}/take")
    assert (reply.status_code, reply["Location"]) == (302, f"/cases/{case_id}#step")
    assert cell(mine).startswith("Yours until")
    assert "Give back" in cell(mine)
    assert cell(theirs).startswith("Ira Fennick has it until")
    assert "Give back" not in cell(theirs)
    assert "Give back" in cell(seat("supervisor"))
    told = theirs.post(f"/charging/{case_id}/take", follow=True).content.decode()
    assert "Ira Fennick took this case first" in told
    assert "You have taken this case" in mine.get(f"/cases/{case_id}").content.decode()
    assert "Ira Fennick</strong> has taken this case" in theirs.get(f"/cases/{case_id}").content.decode()
    assert "has taken" not in seat("booking").get(f"/cases/{case_id}").content.decode(), (
        "nobody outside the unit sees who has it"
    )
    assert "Given back." in mine.post(f"/charging/{case_id}/give-back", follow=True).content.decode()
    assert "Nobody has taken this case" in mine.post(f"/charging/{case_id}/give-back", follow=True).content.decode()


def test_the_next_case_is_the_first_that_nobody_has(seat: Callable[[str], Client], town: Town) -> None:
    waiting(town, "Nextinline")
    client = seat("charging")
    found = disclosing.charging_queue(by=town.by("charging"))
    assert isinstance(found, disclosing.ChargingQueue)
    free = [one.row["record"] for one in found.cases if one.turn == "DECIDE" and one.taken is None]
    for case_id in free:
        reply = client.post("/charging/next")
        assert reply["Location"] == f"/cases/{case_id}#step"
        assert taken_by(town, case_id) == town.by("charging").person
    assert "that nobody has taken" in client.post("/charging/next", follow=True).content.decode()
    for case_id in free:
        done(charging.give_case_back(case_id=case_id, by=town.by("charging")))


@pytest.mark.parametrize("path", ["next", "{}/take", "{}/give-back"])
def test_taking_is_for_who_decides_and_by_a_form_alone(path: str, seat: Callable[[str], Client], town: Town) -> None:
    place = f"/charging/{path.format(town.cases['Jessamond'])}"
    assert seat("charging").get(place).status_code == 405
    for name in ("booking", "bench", "defense", "auditor"):
        assert seat(name).post(place).status_code == 403


# ---------------------------------------------------------------- presence


def test_colleagues_see_each_other_and_no_other_side_does(seat: Callable[[str], Client], town: Town) -> None:
    case_id = waiting(town, "Presentia")

    def says(name: str) -> str:
        return seat(name).get(f"/cases/{case_id}").content.decode()

    assert "opened this case" not in says("charging")
    assert "Ira Fennick opened this case" in says("second-charging")
    assert "Nell Ashcombe opened this case" in says("charging")
    for other in ("booking", "clerk", "bench"):
        page = says(other)
        assert "Ira Fennick opened" not in page
        assert "Nell Ashcombe opened" not in page
    assert "Teo Ottermill opened this case" in says("bench"), "clerk and bench are of one owner"
    assert "Teo Ottermill" not in says("charging")


def test_a_list_that_shows_somebody_is_no_presence(seat: Callable[[str], Client], town: Town) -> None:
    case_id = waiting(town, "Listedonly")
    seat("charging").get("/board")
    seat("charging").get("/charging")
    assert "opened this case" not in seat("second-charging").get(f"/cases/{case_id}").content.decode()
