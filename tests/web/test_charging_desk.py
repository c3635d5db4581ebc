"""The charging desk: the offense table beside each charge, what is added looked up, a charge referred, a decision changed after signing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import charging, intake, loading
from pars.actions.beats import Done
from pars.core.cases.case import filed_charges, identity, proposed_charges
from pars.core.cases.charges import inchoate
from pars.core.cases.charging import signed_versions, standing_complaint
from pars.core.cases.offenses import Offense, Offenses
from tests.web import pages
from tests.web.test_journey import PASSWORD, booked, decide, do, went_well

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

pytestmark = pytest.mark.database

TABLE = Offenses(
    (
        Offense(statute="18 § 3929 §§ A1", title="Retail theft", grade_note="by value and priors"),
        Offense(statute="18 § 5104", title="Resisting arrest", grade="M2"),
        Offense(statute="18 § 3127", title="Older wording", grade="M1", last=date(2005, 12, 31)),
        Offense(statute="18 § 3127", title="Newer wording", grade="F2", first=date(2006, 1, 1)),
    )
)


@pytest.fixture
def table(town: Town) -> Offenses:
    """Load the offense table, unless a test before this one did."""
    if charging.offense_table() != TABLE:
        assert isinstance(loading.load_offenses(table=TABLE, by=town.by("clerk")), Done)
    return TABLE


def sent(seat: Seat, town: Town, name: str, **more: Any) -> str:
    place = booked(seat, town, name, **more)
    do(seat, "booking", place, "send")
    return place


@pytest.mark.usefixtures("table")
def test_the_table_is_beside_each_charge_and_an_unknown_statute_is_flagged(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Flagged", charge_0_statute="18 Pa.C.S. § 3929(a)(1)", charge_1_statute="99 § 1")
    shown = pages.text(seat("charging").get(place))
    assert "Offense table: 18 § 3929 §§ A1 Retail theft (by value and priors)" in shown
    assert "The offense table doesn't know this statute. The charge is kept as written." in shown
    went_well(decide(seat, place, town, "Flagged", decision="APPROVE"), "Decided")
    assert [charge.statute for charge in filed_charges(town.case("Flagged"))] == ["18 Pa.C.S. § 3929(a)(1)", "99 § 1"]


@pytest.mark.usefixtures("table")
def test_a_statute_is_looked_up_without_recording_anything(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Looked")
    before = town.case("Looked").version
    response = pages.send(
        seat("charging"), pages.read(seat("charging").get(place)), f"{place}/decide",
        **{"decide-add_statute": "18 Pa.C.S. § 5104", "decide-add_note": "seen by two", "look": "1"},
    )  # fmt: skip
    assert response.status_code == 200
    filled = pages.form(pages.read(response), f"{place}/decide")
    assert (filled["decide-add_description"], filled["decide-add_grade"]) == ("Resisting arrest", "M2")
    assert (filled["decide-add_statute"], filled["decide-add_note"]) == ("18 Pa.C.S. § 5104", "seen by two")
    assert "In the table: 18 § 5104 Resisting arrest, M2." in pages.text(response)
    assert pages.faults(pages.read(response)) == []
    assert town.case("Looked").version == before


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("day", "title"), [("12/31/2005", "Older wording"), ("01/01/2006", "Newer wording")])
def test_a_statute_is_looked_up_on_the_day_that_is_typed(day: str, title: str, seat: Seat, town: Town) -> None:
    place = sent(seat, town, f"Dated{day[-4:]}")
    typed = {"decide-add_statute": "18 § 3127", "decide-add_offense_date": day, "look": "1"}
    response = pages.send(seat("charging"), pages.read(seat("charging").get(place)), f"{place}/decide", **typed)
    filled = pages.form(pages.read(response), f"{place}/decide")
    assert (filled["decide-add_description"], filled["decide-add_offense_date"]) == (title, day)


def test_what_is_added_keeps_the_day_it_was_looked_up_for(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Kept")
    values = {f"decision_{charge.n}": "APPROVE" for charge in proposed_charges(town.case("Kept"))}
    values |= {"add_statute": "18 § 5104", "add_description": "Resisting arrest", "add_reason": "FACTS"}
    went_well(do(seat, "charging", place, "decide", **values, add_offense_date="11/01/2026"), "Decided")
    added = next(charge for charge in filed_charges(town.case("Kept")) if charge.statute == "18 § 5104")
    assert added.offense_date is not None
    assert added.offense_date.text == "2026-11-01"


def test_a_charge_is_referred_with_its_reason_and_to_whom(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Referred")
    missing = decide(seat, place, town, "Referred", decision="REFER", reason="REFER.PROSECUTOR")
    assert "to whom the charge is referred" in pages.text(missing)
    went_well(
        decide(seat, place, town, "Referred", decision="REFER", reason="REFER.PROSECUTOR", note="Invented County"), "Decided"
    )
    shown = pages.text(seat("charging").get(place))
    assert "Referred elsewhere" in shown
    assert "Invented County" in shown
    assert filed_charges(town.case("Referred")) == ()


def test_a_decision_is_changed_after_signing_and_a_new_version_is_signed(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Resigned")
    went_well(decide(seat, place, town, "Resigned", decision="APPROVE"), "Decided")
    attorney = seat("charging")
    paper = pages.read(attorney.get(f"{place}/complaint"))
    pages.send(attorney, paper, f"{place}/complaint", **{"complaint-password": PASSWORD})
    first = standing_complaint(town.case("Resigned"))
    assert first is not None
    charge = proposed_charges(town.case("Resigned"))[0]
    values = {
        f"decision_{charge.n}": "AMEND",
        f"reason_{charge.n}": "AMEND.GRADE",
        f"grade_{charge.n}": "F3",
        f"grade_basis_{charge.n}": "VALUE",
    }
    went_well(do(seat, "charging", place, "redecide", **values), "Decided")
    changed = town.case("Resigned")
    assert standing_complaint(changed) is None
    assert len(filed_charges(changed)) == 2
    assert filed_charges(changed)[0].grade_basis == "VALUE"
    paper = pages.read(attorney.get(f"{place}/complaint"))
    assert "Version: 2, in the place of version 1" in paper.text_content()
    assert "Basis of the grade: By the value of what was taken or damaged" in paper.text_content()
    went_well(pages.send(attorney, paper, f"{place}/complaint", **{"complaint-password": PASSWORD}), "The complaint stands")
    assert signed_versions(town.case("Resigned"))[0] == first
    assert "Complaint signed, version 2" in pages.text(attorney.get(place))
    went_well(do(seat, "charging", place, "redecide", **{f"decision_{charge.n}": "APPROVE"}), "Decided")
    assert "Approved as amended" in pages.text(attorney.get(place))
    assert filed_charges(town.case("Resigned"))[0].grade == "F3"


def test_a_shaken_grade_is_decided_again_from_what_stands_filed(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Shaken")
    theft, trespass = proposed_charges(town.case("Shaken"))
    values = {
        f"decision_{theft.n}": "AMEND",
        f"reason_{theft.n}": "AMEND.STATUTE",
        f"statute_{theft.n}": "18 § 3929 §§ A1",
        f"grade_{theft.n}": "F3",
        f"grade_basis_{theft.n}": "PRIORS",
        f"decision_{trespass.n}": "APPROVE",
    }
    went_well(do(seat, "charging", place, "decide", **values), "Decided")
    case = town.case("Shaken")
    who = identity(case)
    assert who is not None
    corrected = [replace(who, corrects=who.n, given="Miriam"), replace(theft, corrects=theft.n, counts=2)]
    told = intake.correct_facts(case_id=case.id, seen=case.version, facts=corrected, why="prints", by=town.by("booking"))
    assert isinstance(told, Done), told
    n = proposed_charges(town.case("Shaken"))[0].n
    shown = pages.text(seat("charging").get(place))
    assert f"1. 18 § 3929 §§ A1 {theft.description} (F3)" in shown
    assert f"The police propose: {theft.statute} {theft.description} ({theft.grade}) × 2" in shown
    assert "To approve it files what they propose now." in shown
    lower = {f"decision_{n}": "AMEND", f"reason_{n}": "AMEND.GRADE", f"grade_{n}": "M2"}
    went_well(do(seat, "charging", place, "decide", **lower), "Decided")
    filed = filed_charges(town.case("Shaken"))[0]
    assert (filed.statute, filed.grade, filed.grade_basis, filed.counts) == ("18 § 3929 §§ A1", "M2", None, 1)


def test_an_attempt_is_added_with_its_object(seat: Seat, town: Town) -> None:
    place = sent(seat, town, "Attempted")
    numbers = [charge.n for charge in proposed_charges(town.case("Attempted"))]
    values = {f"decision_{n}": "APPROVE" for n in numbers}
    values |= {"add_statute": "18 § 901 §§ A", "add_description": "Criminal Attempt", "add_reason": "FACTS"}
    bare = do(seat, "charging", place, "decide", **values)
    assert "has an object" in pages.text(bare)
    values |= {"add_object_statute": "18 § 3502 §§ A2", "add_object_description": "Burglary", "add_counts": "2"}
    went_well(do(seat, "charging", place, "decide", **values), "Decided")
    added = next(charge for charge in filed_charges(town.case("Attempted")) if inchoate(charge))
    assert (inchoate(added), added.object_description, added.counts) == ("ATTEMPT", "Burglary", 2)
    assert "Criminal Attempt - 18 § 3502 §§ A2 Burglary" in pages.text(seat("charging").get(place))
