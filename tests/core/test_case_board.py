"""The wide row: one value for each column, none of them depending on the time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pars.core.access.catalogue import COLUMNS
from pars.core.cases.board import BOARD, INDEX, NOW_COLUMNS, charge_status, civil_date, closed, in_words, lead_grade, now_row
from pars.core.cases.booking import correct_facts
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.facts import CustodyStated
from pars.core.cases.holds import lift_hold, lodge_hold
from pars.core.cases.received import ChargeGiven
from tests.cases import ARREST, ARRESTED, BOOKING, MONEY, NOW, PERSON, at, booked, decided, done, ordered, sent


def test_the_row_has_every_column_of_the_catalogue_but_the_handle() -> None:
    row = now_row(ordered(terms=MONEY))
    assert set(NOW_COLUMNS) == (set(COLUMNS) - {"record"}) | set(BOARD) | set(INDEX)
    assert list(row) == list(NOW_COLUMNS)
    assert {
        name: row[name] for name in ("surname", "given", "full_name", "birth_date", "sex", "arrest_date", "arrest_agency")
    } == {
        "surname": "Whitlock",
        "given": "Marian",
        "full_name": "Marian Whitlock",
        "birth_date": date(1990, 6, 1),
        "sex": "F",
        "arrest_date": date(2026, 11, 20),
        "arrest_agency": "Invented Police",
    }
    assert row["arrest_at"] == ARRESTED.earliest
    assert row["lead_grade"] == "M1"
    assert row["filed_charges"] == (
        "18 § 3921 §§ A Theft By Unlaw Taking-Movable Prop (M1)",
        "18 § 3503 §§ B1i Defiant Trespass (M3)",
    )
    assert row["charge_status"] == "FILED"
    assert row["next_hearing"] == at("2026-12-03T09:00:00-05:00").earliest
    assert row["custody_began_text"] == str(ARRESTED)
    assert row["facility"] == "Invented Holding"
    assert row["probable_cause"] is True


def test_every_value_has_its_columns_type() -> None:
    kinds = {"text": str, "int": int, "bool": bool, "date": date, "instant": int, "list": tuple}
    for case in (booked(), ordered(terms=MONEY)):
        for name, value in now_row(case).items():
            assert value is None or type(value) is kinds[NOW_COLUMNS[name]], name


def test_edge_11_an_arrest_before_midnight_keeps_its_own_date() -> None:
    case = booked(
        at=at("2027-01-02").earliest,
        arrests=[replace(ARREST, time=at("2026-12-31T23:50:00-05:00"))],
        booking=replace(BOOKING, time=at("2027-01-01T00:20:00-05:00")),
    )
    row = now_row(case)
    assert row["arrest_date"] == date(2026, 12, 31)
    assert row["custody_began"] == at("2026-12-31T23:50:00-05:00").earliest


@pytest.mark.parametrize(
    ("stated", "day", "exact"),
    [
        ("2026-11-20T03:10:00Z", date(2026, 11, 19), True),
        ("2026-11-19T22:10", date(2026, 11, 19), True),
        ("2026-11-19", date(2026, 11, 19), False),
        ("2026-11", None, False),
        ("2026", None, False),
    ],
)
def test_a_date_never_becomes_midnight_nor_a_month_a_date(stated: str, day: date | None, exact: bool) -> None:
    row = now_row(booked(arrests=[replace(ARREST, time=at(stated))], booking=None))
    assert row["arrest_date"] == day
    assert (row["arrest_at"] is not None) is exact
    assert row["custody_began_precision"] == at(stated).precision
    assert civil_date(None) is None


def test_the_gravest_grade_leads() -> None:
    graded = tuple(ChargeGiven(statute="18 § 1", description=g or "none", grade=g) for g in ("M3", "felony", "F2", None))
    assert lead_grade(booked(arrests=[replace(ARREST, charges=graded)])) == "F2"
    assert lead_grade(booked(arrests=[replace(ARREST, charges=graded[1:2])])) == "felony"
    assert lead_grade(booked(arrests=[replace(ARREST, charges=graded[3:])])) is None
    assert in_words("", "Assault", None) == "Assault"


def test_charge_status_waits_until_every_charge_is_decided() -> None:
    assert charge_status(booked()) == "PENDING"
    assert charge_status(sent()) == "PENDING"
    assert charge_status(decided()) == "FILED"


def test_the_row_counts_holds_and_says_when_a_case_is_history() -> None:
    case = booked()
    held = done(
        lodge_hold(case, case.version, kind="BENCH_WARRANT", authority="Court", lodged=at("2026-11-20T05:00:00-05:00"), at=NOW)
    )
    assert now_row(held)["holds"] == 1
    free = done(lift_hold(held, held.version, hold=held.facts[-1].n, reason="withdrawn", at=NOW))
    assert now_row(free)["holds"] == 0
    gone = CustodyStated(status="RELEASED", words="Released", time=at("2026-11-20"), facility="Elsewhere")
    history = done(correct_facts(case, case.version, [gone], why="told", at=NOW))
    assert closed(history)
    assert now_row(history)["facility"] == "Elsewhere"
    assert now_row(history)["custody_stated"] == "RELEASED"
    assert now_row(history)["doubts"] == ("CUSTODY_ENDED",)
    assert not closed(sent(history))
    last = ordered()
    assert not closed(last)
    assert closed(done(acknowledge_release(last, last.version, released=True, at=NOW, cases=())))


def test_without_a_word_nothing_is_invented() -> None:
    row = now_row(booked(person=replace(PERSON, birth_date=at("1990"), sex=None), booking=None))
    assert row["birth_date"] is None
    assert row["sex"] is None
    assert row["facility"] is None
    assert row["custody_stated"] is None
    assert row["probable_cause"] is None
