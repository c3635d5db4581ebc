"""The page of the fifty edge cases says what the tests hold: no case is missing, none is called held without a test of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import ROOT, in_ticks, tables

PAGE = ROOT / "docs/edge-cases.md"
Row = tuple[int, str, str, list[str]]


def rows() -> list[Row]:
    """Return number, state, guard and tests of each row."""
    ((_, found),) = tables(PAGE)
    return [(int(number), state, guard, in_ticks(tests)) for number, _, state, guard, tests in found]


def named(file: str) -> Iterator[str]:
    """Yield the names of a file's tests."""
    yield from re.findall(r"^def (test_\w+)", (ROOT / file).read_text(), re.MULTILINE)


def numbers(file: str) -> set[int]:
    """Return the numbers of the edge cases that a file has tests of."""
    return {int(found[1]) for test in named(file) if (found := re.match(r"test_edge_(\d+)_", test))}


def test_all_fifty_are_there_in_their_order() -> None:
    assert [number for number, *_ in rows()] == list(range(1, 51))


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row[0]))
def test_each_state_is_what_the_tests_hold(row: Row) -> None:
    number, state, guard, tests = row
    if state.startswith("Not yet: "):
        assert not guard
        assert not tests
        return
    assert state == "Held" or state.startswith("In part: ")
    assert in_ticks(guard)
    assert tests
    for test in tests:
        file, _, name = test.partition("::")
        assert name in named(file) if name else number in numbers(file), f"{test} doesn't hold case {number}"


def test_a_case_with_a_test_of_its_own_is_not_called_missing() -> None:
    files = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py")]
    tried = {number for file in files for number in numbers(file)}
    missing = {number for number, state, *_ in rows() if state.startswith("Not yet")}
    assert tried & missing == set()
