"""Finding, as far as a role goes: nobody outside its rows, by no column that it may not ask by; too many are never cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import disclosing, intake
from pars.actions.disclosing.finding import MOST_HITS
from pars.core import canonical
from pars.core.cases.received import AliasGiven, ArrestGiven, PersonStated
from pars.core.terms import StatedTime
from pars.store.connections import connection
from pars.store.ledger import Done
from tests import desks
from tests.desks import ZONE, stated
from tests.homes import open_for_tests
from tests.ledgers import staff

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.ledger.entries import By

ALL = ["record", "surname", "given", "full_name", "birth_date", "district", "otn", "incident_number"]


def role(name: str, *, without: str = "", rows: Any = "always") -> bytes:
    """Return the text of a role that reads cases, but not by one column, or not all of them."""
    return canonical.write(
        {
            "v": 1, "name": name, "owner": "city", "label": {"en": name, "es": name}, "capacity": name, "acts": ["case:read"],
            "scope": {"columns": ALL, "filters": [one for one in ALL if one != without], "masks": {}, "rows": rows},
        }
    )  # fmt: skip


ROLES = {
    "reader": role("reader"),
    "north": role("north", rows={"column": "district", "is": "north"}),
    **{f"not_by_{column}": role(f"not_by_{column}", without=column) for column in ("surname", "birth_date", "otn", "record")},
}


@pytest.fixture
def opened(home: Path) -> Path:
    """Open a ledger whose roles read less than everything."""
    open_for_tests(roles=ROLES)
    return home


def book(surname: str = "Whitlock", given: str = "Marian", *, district: str = "south", **more: Any) -> str:
    booked = intake.book_arrest(
        person=PersonStated(surname=surname, given=given, birth_date=StatedTime("1990-06-01", ZONE)),
        arrests=[ArrestGiven(agency="City Police", time=stated(-3), district=district, otn="Q333333-0")],
        by=desks.REGISTRAR, **more,
    )  # fmt: skip
    assert isinstance(booked, Done), booked
    assert booked.case_id is not None
    return booked.case_id


def find(sought: str, by: By) -> list[str]:
    found = disclosing.find(by=by, sought=sought, zone=ZONE)
    assert isinstance(found, disclosing.Found), found
    shown = [hit.row["record"] for hit in found.hits]
    assert sorted(named(found.entry)) == sorted(shown)
    return shown


def refused(sought: str, by: By) -> Any:
    no = disclosing.find(by=by, sought=sought, zone=ZONE)
    assert isinstance(no, disclosing.Refused), no
    assert named(no.entry) == []
    return no.refusal


def named(entry: int) -> list[str]:
    """Return the cases that an entry names as shown."""
    with connection("app") as given:
        rows = given.execute("select \"row\" from ledger.entry_row where entry = %s and tbl = 'case_now'", [entry]).fetchall()
    return [row[0] for row in rows]


def test_nobody_outside_the_role_is_found() -> None:
    south, north = book(), book(district="north")
    assert sorted(find("Whitlock", staff("reader"))) == sorted([south, north])
    assert find("Whitlock", staff("north")) == [north]
    for typed in (south, "Whitlock"):
        assert south not in find(typed, staff("north"))


def test_what_is_offered_instead_tells_nothing_of_whom_it_hides() -> None:
    book("Corvane")
    offered = {}
    for name in ("Corvane", "Zorvabe"):
        found = disclosing.find(by=staff("north"), sought=name, zone=ZONE)
        assert isinstance(found, disclosing.Found)
        assert found.hits == ()
        offered[name] = [one.replace(name[:3].lower(), "") for one in found.tries]
    assert offered["Corvane"] == offered["Zorvabe"]


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("Whitlock", "surname"),
        ("6/1/1990", "birth_date"),
        ("Whitlock 1990", "birth_date"),
        ("Q333333-0", "otn"),
        ("Q333333", "record"),
    ],
)
def test_who_may_not_ask_by_a_column_may_not_find_by_it(typed: str, column: str) -> None:
    case_id = book()
    assert find(typed, staff("reader")) == [case_id]
    no = refused(typed, staff(f"not_by_{column}"))
    assert (no.code, no.names) == ("NOT_GRANTED", (column,))


def test_a_case_that_only_shares_a_key_is_neither_shown_nor_entered() -> None:
    # One name's given name and another name's surname both lead to the row; together they are nobody's name.
    case_id = book("Bramblewick", "Odalys", aliases=[AliasGiven(surname="Fernhollow", given="Tibalt")])
    assert find("Tibalt Fernhollow", staff("reader")) == find("Odalys Bramblewick", staff("reader")) == [case_id]
    assert find("Odalys Fernhollow", staff("reader")) == []


def test_too_many_are_refused_and_nobody_is_shown_by_chance() -> None:
    for _ in range(MOST_HITS):
        book("Manyfold", "Pim")
    assert len(find("Manyfold", staff("reader"))) == MOST_HITS
    last = book("Manyfold", "Tamsin")
    no = refused("Manyfold", staff("reader"))
    assert (no.code, no.remedy) == ("TOO_BROAD", "Add a birth date.")
    assert find("Manyfold Tamsin", staff("reader")) == [last]


def test_a_search_is_of_what_stands_now() -> None:
    case_id = book()
    who = desks.load(case_id).facts[0]
    corrected = intake.correct_facts(
        case_id=case_id, seen=1, facts=[replace(who, surname="Farrowby", corrects=who.n)], why="heard again", by=desks.REGISTRAR
    )  # type: ignore[call-arg]
    assert isinstance(corrected, Done), corrected
    assert find("Whitlock", staff("reader")) == []
    assert find("Farrowby", staff("reader")) == [case_id]
