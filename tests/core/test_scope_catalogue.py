"""The catalogue: what can be named at all, and what a value of each type is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.catalogue import (
    CATALOGUE,
    COLUMNS,
    FIRST_INSTANT,
    LAST_INSTANT,
    LONGEST,
    MASKED_TYPE,
    MASKS,
    catalogue_text,
    fault_in_text,
    fits,
    read_value,
    write_value,
)
from pars.core.terms import Instant, moment
from tests import strategies

TYPES = ("text", "int", "bool", "date", "instant")


def test_every_column_says_whose_it_is_and_under_which_law() -> None:
    assert len(COLUMNS) == len(CATALOGUE)
    for column in CATALOGUE:
        assert re.fullmatch(r"[a-z][a-z_]*", column.name)
        assert column.owner in ("city", "prosecutor", "courts")
        assert column.law


def test_lists_are_returned_and_never_compared() -> None:
    assert not any(column.filterable for column in CATALOGUE if column.type == "list")


def test_only_dates_have_the_mask_year() -> None:
    assert MASKED_TYPE.keys() == set(MASKS)
    assert {column.name for column in CATALOGUE if column.masks} == {"birth_date", "arrest_date"}
    assert all(column.type == "date" and column.masks == ("year",) for column in CATALOGUE if column.masks)
    assert COLUMNS["birth_date"].type_under("year") == "int"
    assert COLUMNS["birth_date"].type_under(None) == "date"


def test_what_no_law_lets_out_cannot_be_named() -> None:
    forbidden = re.compile(r"narrative|victim|witness|ssn|social|citizen|immigra|alien|nationality|diagnos|medic|race")
    assert not [column.name for column in CATALOGUE if forbidden.search(column.name)]


def test_the_catalogues_text_is_canonical_and_tells_every_column() -> None:
    told = canonical.read(catalogue_text())
    assert [(column["name"], column["type"], column["filterable"]) for column in told] == [
        (column.name, column.type, int(column.filterable)) for column in CATALOGUE
    ]
    fewer = catalogue_text(CATALOGUE[:-1])
    assert sha256(fewer).digest() != sha256(catalogue_text()).digest()


@given(st.sampled_from(TYPES).flatmap(lambda kind: st.tuples(st.just(kind), strategies.values(kind))))
def test_values_survive_their_json_form(typed: tuple[str, object]) -> None:
    kind, value = typed
    assert fits(value, kind)
    written = write_value(value, kind)
    canonical.write(written)
    again = read_value(written, kind)
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        *[
            ("text", data)
            for data in (1, True, None, "", "x" * (LONGEST + 1), "a\0b", "a\nb", "\x7f", "\x9f", "\ud800", "\u2028")
        ],
        *[("text", data) for data in ("e\u0301", "a\u202eb", "\u2066", "secret\0", ["a"], {"a": 1})],
        *[("int", data) for data in ("1", "secret", True, 1.0, None, 2**53, -(2**53))],
        *[("bool", data) for data in (1, 0, "true", "Yes", "secret", "", None, [], {})],
        *[
            ("date", data)
            for data in (
                20180831,
                "2018-8-31",
                "2018-02-30",
                "20180831",
                "2018-W35-5",
                "secret",
                "0000-01-01",
                "٢٠١٨-٠٨-٣١",
                None,
            )
        ],
        *[("date", "2018-08-31T00:00:00Z"), ("instant", "2018-08-31"), ("instant", "2018-08-31T04:00:00"), ("instant", 0)],
        *[("instant", f"2018-08-31T04:00:00{tail}") for tail in ("+00:00", "-04:00", ".5Z", ".000000Z", ".1234567Z", "z")],
        *[
            ("instant", data)
            for data in ("secret", "2018-08-31 04:00:00Z", "2018-08-31T24:00:00Z", "2018-02-30T04:00:00Z", None, True)
        ],
        *[
            ("instant", data)
            for data in ("0001-01-01T00:00:00Z", "0001-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "0000-01-01T00:00:00Z")
        ],
        *[("list", data) for data in ("a", ["a"], None, 1)],
    ],
)
def test_what_is_no_value_of_the_type_is_refused_without_being_repeated(kind: str, data: object) -> None:
    with pytest.raises(ValueError, match=r"^(must|has|can't)") as refused:
        read_value(data, kind)
    assert "secret" not in str(refused.value)


def test_yes_and_no_are_read_in_either_form_and_written_in_one() -> None:
    assert [read_value(data, "bool") for data in (True, "yes", False, "no")] == [True, True, False, False]
    assert [write_value(value, "bool") for value in (True, False)] == ["yes", "no"]


@pytest.mark.parametrize(
    ("at", "text"), [(FIRST_INSTANT, "0002-01-01T00:00:00Z"), (LAST_INSTANT, "9998-12-31T23:59:59.999999Z")]
)
def test_every_instant_of_a_condition_can_be_told_by_every_clock(at: Instant, text: str) -> None:
    assert read_value(text, "instant") == at
    for zone in available_timezones():
        assert moment(at, zone).year in {1, 2, 9998, 9999}


def test_a_value_fits_its_own_type_alone() -> None:
    at = 1_535_774_400_000_000
    fitting = {"text": "22", "int": 7, "bool": True, "date": date(2018, 8, 31), "instant": at}
    for kind in TYPES:
        for other, value in fitting.items():
            alike = {kind, other} <= {"int", "instant"}
            assert fits(value, kind) == (kind == other or alike)
        assert not fits(None, kind)
        assert not fits(value, "list")
    assert not fits(datetime(2018, 8, 31, tzinfo=UTC), "date")
    assert not fits(10**18, "instant")
    assert not fits(2**53, "int")
    assert not fits("", "text")


@given(st.text(max_size=30))
def test_text_without_fault_reads_in_one_way(text: str) -> None:
    if fault_in_text(text) is None:
        assert text
        assert "\0" not in text
        canonical.write(text)
