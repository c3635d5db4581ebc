"""Blank paper forms: one tagged page each, its number as text and as bars that read back, and what the screens ask."""

from __future__ import annotations

import pytest

from pars.core.cases.arraignment import RIGHTS
from pars.core.cases.bail import TYPES
from pars.core.cases.paper_forms import FORMS, FormNumber
from pars.core.terms import Instant
from pars.edge.papers import blanks

AT = Instant(1_795_158_600_000_000)
NUMBERS = [FormNumber("PDU", n) for n in (9, 10, 11)]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_one_page_with_its_own_number(form: str) -> None:
    assert len(blanks.pictures(form, NUMBERS, AT)) == len(NUMBERS)
    told = blanks.said(form, NUMBERS, AT)
    assert [one["number"] for one in told["forms"]] == [str(number) for number in NUMBERS]
    assert told["title"] == f"{FORMS[form][0]}: paper form"


def test_every_form_is_drawn_and_the_same_bytes_again() -> None:
    assert blanks.ASKED.keys() == FORMS.keys()
    once = blanks.pdf("ARREST", NUMBERS, AT)
    assert once == blanks.pdf("ARREST", NUMBERS, AT)
    assert once.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in once


def test_a_hearing_on_paper_asks_what_the_bench_must_say() -> None:
    asked = {says for part in blanks.said("HEARING", NUMBERS, AT)["parts"] for _, labels in part["rows"] for says in labels}
    assert {*RIGHTS.values(), *TYPES.values()} <= asked


def test_the_bars_read_back() -> None:
    """Read them as a reader does: groups of nine, wide or narrow, between the start and the stop sign."""
    signs = {pattern: letter for letter, pattern in blanks._BARS.items()}
    assert len(signs) == 38
    for number in NUMBERS:
        drawn = blanks.bars(str(number))
        groups = [drawn[place : place + 9] for place in range(0, len(drawn), 10)]
        read = "".join(signs["".join("2" if wide > 1 else "1" for _, wide in group)] for group in groups)
        assert read == f"*{number}*"
        assert all(bar is (place % 2 == 0) for group in groups for place, (bar, _) in enumerate(group))
        assert all(sum(wide > 1 for _, wide in group) == 3 for group in groups)
