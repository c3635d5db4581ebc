"""The floor: dated, cited, and nothing goes out to whom it doesn't know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE, COLUMNS
from pars.core.access.floor import FLOOR, RECIPIENTS, ZONE, FloorRow, columns_change_after, floor, floor_text, names_a_person
from pars.core.access.predicate import All, Always, Is, Never, OneOf, Within, columns_in, matches
from pars.core.access.scope import NOTHING
from pars.core.terms import DAY, Instant, end_of_day, start_of_day

NOW = start_of_day(date(2026, 11, 23), ZONE)


def test_every_row_cites_its_law_and_closes_the_records_of_children() -> None:
    for row in FLOOR:
        assert row.law
        assert all("§" in citation for citation in row.law)
        for named in (False, True):
            rows = floor(row.recipient, NOW, named=named).rows
            record = {"access_limited": False, "arrest_date": date(2026, 11, 22)}
            for adult in (False, None):
                assert matches(rows, {**record, "adult": adult}) is not True
            assert matches(rows, {**record, "adult": True}) is True


def test_no_class_has_two_rows_at_once() -> None:
    for row in FLOOR:
        for other in FLOOR:
            if row is not other and row.recipient == other.recipient:
                assert not row.period.covers(other.period.start)


@pytest.mark.parametrize("recipient", ["", "public", "friend", "CRIMINAL_JUSTICE"])
def test_to_an_unknown_recipient_nothing_goes_out(recipient: str) -> None:
    assert floor(recipient, NOW) == NOTHING


def test_before_the_law_and_after_it_nothing_goes_out() -> None:
    table = (
        FloorRow(recipient="a", since=date(2020, 1, 1), until=date(2021, 1, 1), classes=("chri",), rows=Always(), law=("§ 1",)),
        FloorRow(
            recipient="a", since=date(2021, 1, 1), until=date(2022, 1, 1), classes=("court",), rows=Always(), law=("§ 2",)
        ),
    )

    def at(instant: Instant) -> frozenset[str]:
        return floor("a", instant, table=table).columns

    first, second = at(start_of_day(date(2020, 1, 1), ZONE)), at(start_of_day(date(2021, 1, 1), ZONE))
    assert {COLUMNS[name].data_class for name in first} == {"chri"}
    assert {COLUMNS[name].data_class for name in second} == {"court"}
    assert at(Instant(start_of_day(date(2021, 1, 1), ZONE) - 1)) == first
    assert at(Instant(start_of_day(date(2020, 1, 1), ZONE) - 1)) == frozenset()
    assert at(end_of_day(date(2021, 12, 31), ZONE)) == frozenset()


def test_investigative_data_goes_out_only_on_a_request_that_names_a_person() -> None:
    assert "incident_number" not in floor("criminal_justice", NOW).columns
    named = floor("criminal_justice", NOW, named=True)
    assert "incident_number" in named.columns & named.filters
    assert "incident_number" not in floor("noncriminal_justice", NOW, named=True).columns


def test_what_names_a_person() -> None:
    name = (Is("surname", "Doe"), Is("given", "Jo"))
    for where in (
        name,
        [Is("otn", "Q3333330")],
        [Is("full_name", "Jo Doe")],
        [Is("record", "x")],
        [OneOf("otn", ("Q3333330",))],
    ):
        assert names_a_person(where)
    for sweep in ([], name[:1], name[1:], [OneOf("otn", ("a", "b"))], [Within("otn", "a", None)], [Is("language", "es")]):
        assert not names_a_person(sweep)


def test_nobody_outside_picks_people_by_birthplace_or_language_or_by_what_a_court_limited() -> None:
    for recipient in RECIPIENTS:
        for named in (False, True):
            assert not floor(recipient, NOW, named=named).filters & {"birthplace", "language", "address", "access_limited"}


def test_to_others_an_arrest_goes_out_for_less_than_three_years() -> None:
    def goes_out(arrested: date | None, today: date) -> bool:
        at = Instant(end_of_day(today, ZONE) - 1)
        rows = floor("noncriminal_justice", at).rows
        return matches(rows, {"adult": True, "access_limited": False, "arrest_date": arrested}) is True

    assert not goes_out(None, date(2026, 11, 23))
    assert goes_out(date(2023, 11, 24), date(2026, 11, 23))
    assert not goes_out(date(2023, 11, 24), date(2026, 11, 24))
    assert goes_out(date(2024, 2, 29), date(2027, 2, 28))
    assert not goes_out(date(2024, 2, 29), date(2027, 3, 1))
    assert goes_out(date(2025, 3, 1), date(2028, 2, 29))
    assert not goes_out(date(2025, 2, 28), date(2028, 2, 29))
    assert floor("criminal_justice", NOW).rows == Is("adult", value=True)


@given(st.dates(date(1984, 1, 1), date(2100, 1, 1)))
def test_three_years_end_once(today: date) -> None:
    def first_day_out(day: date) -> date:
        rows = floor("noncriminal_justice", start_of_day(day, ZONE)).rows
        assert isinstance(rows, All)
        (within,) = (part for part in rows.parts if isinstance(part, Within))
        assert isinstance(within.start, date)
        return within.start

    assert timedelta(0) <= first_day_out(today + timedelta(days=1)) - first_day_out(today) <= timedelta(days=2)
    assert timedelta(days=3 * 365 - 1) <= today - first_day_out(today) <= timedelta(days=3 * 365)


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_the_floor_stays_in_the_catalogue(recipient: str) -> None:
    scope = floor(recipient, NOW, named=True)
    assert scope.filters <= scope.columns <= COLUMNS.keys()
    assert all(COLUMNS[name].filterable for name in scope.filters | columns_in(scope.rows))
    assert scope.rows != Never()
    assert floor(recipient, NOW, named=True, catalogue=CATALOGUE[:3]).columns <= {column.name for column in CATALOGUE[:3]}


def test_the_floors_text_is_canonical_and_tells_every_row() -> None:
    told = canonical.read(floor_text())
    assert [(row["recipient"], row["since"], row["until"]) for row in told] == [
        ("criminal_justice", "1980-01-01", "open"),
        ("noncriminal_justice", "1980-01-01", "open"),
        ("person_concerned", "1980-01-01", "open"),
    ]
    ended = FloorRow(
        recipient="a", since=date(2020, 1, 1), until=date(2021, 1, 1), classes=("chri",), rows=Always(), law=("§ 1",)
    )
    assert canonical.read(floor_text((ended,)))[0]["until"] == "2021-01-01"


@given(st.sampled_from(FLOOR), st.integers(0, 4 * 366 * 24 * 4), st.booleans())
def test_what_is_kept_for_a_day_is_what_the_table_says(row: FloorRow, quarters: int, named: bool) -> None:
    """A table that is equal and isn't the same is read anew: so is the law of each quarter of an hour, around midnight too."""
    at = Instant(NOW - 366 * 24 * 3_600_000_000 + quarters * 900_000_000)
    for instant in (at, Instant(at - 1)):
        kept = floor(row.recipient, instant, named=named)
        assert kept == floor(row.recipient, instant, named=named, table=(*FLOOR,))
        assert kept is floor(row.recipient, instant, named=named)


def test_what_the_law_lets_out_by_column_changes_with_its_rows_alone() -> None:
    began = min(start_of_day(row.since, ZONE) for row in FLOOR)
    assert columns_change_after(Instant(began - 1)) == began
    changes: list[Instant] = []
    at = Instant(began - DAY)
    while (found := columns_change_after(at)) is not None:
        changes.append(at := found)
    assert changes == sorted({start_of_day(day, ZONE) for row in FLOOR for day in (row.since, row.until) if day is not None})
    for recipient in {row.recipient for row in FLOOR}:
        one, other = (floor(recipient, Instant(at + days * DAY)) for days in (1, 4_000))
        assert (one.columns, one.filters) == (other.columns, other.filters)
