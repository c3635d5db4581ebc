"""An offense table as a CSV file that is partly wrong: each fault has its place and its remedy, and the good rest is kept."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.actions.founding import CITY
from pars.core.cases.offenses import GRADES, Offense, offenses_text, read_offenses_text
from pars.edge.city.calibration import OFFENSE_GROUPS
from pars.edge.formats.offense_list import OffenseFile, read_offense_file

OUTSIDE = os.environ.get("PARS_OUTSIDE_DATA")
HEADING = "statute,title,short_title,grade,grade_basis,from,to\n"


def read(*lines: str, heading: str = HEADING) -> OffenseFile:
    return read_offense_file(heading + "".join(f"{line}\n" for line in lines))


def fault(line: str) -> tuple[int, str, str]:
    """Return the one fault of a file whose third line is this; the lines around it are taken."""
    found = read("18 § 1,One,,S,,,", line, "18 § 3,Three,,S,,,")
    assert [offense.title for offense in found.offenses.lines] == ["One", "Three"]
    (wrong,) = found.faults
    assert wrong.remedy.endswith((".", '".', "(a)."))
    return wrong.line, wrong.column, str(wrong)


def test_a_file_gives_its_lines() -> None:
    found = read(
        '18 § 3921 §§ A,"Theft, by unlawful taking",Theft,M1,by value,2010-01-01,2020-12-31', "", "18 § 5104,Resisting,,,,,"
    )
    assert found.faults == ()
    assert found.offenses.lines == (
        Offense(
            statute="18 § 3921 §§ A",
            title="Theft, by unlawful taking",
            short_title="Theft",
            grade="M1",
            grade_note="by value",
            first=date(2010, 1, 1),
            last=date(2020, 12, 31),
        ),
        Offense(statute="18 § 5104", title="Resisting"),
    )


def test_each_fault_names_line_column_and_remedy_and_the_rest_is_kept() -> None:
    assert fault(",Two,,S,,,")[:2] == (3, "statute")
    assert fault("18 § 2 §§ A/B,Two,,S,,,")[:2] == (3, "statute")
    assert fault("18 § 2,,,S,,,")[:2] == (3, "title")
    assert fault("18 § 2,Two,,M11,,,")[:2] == (3, "grade")
    assert fault("18 § 2,Two,,M1/Q2,,,")[:2] == (3, "grade")
    assert fault("18 § 2,Two,,S,,01/02/2020,")[:2] == (3, "from")
    assert fault("18 § 2,Two,,S,,,20200102")[:2] == (3, "to")
    assert fault("18 § 2,Two,,S,,2020-01-02,2020-01-01")[:2] == (3, "to")
    assert fault("18 § 2,Two,,S,,")[:2] == (3, "")
    assert fault("18 § 2,Two\u200b,,S,,,")[:2] == (3, "title")
    assert fault(f"18 § 2,{'x' * 301},,S,,,")[:2] == (3, "title")
    assert fault("18 § 1,Again,,S,,,")[:2] == (3, "from")
    assert fault('18 § 2,"Two" and,,S,,,')[:2] == (3, "")
    assert "line 3, column grade: “M11” is no grade. Write one of H1" in fault("18 § 2,Two,,M11,,,")[2]


def test_a_file_without_its_heading_gives_nothing() -> None:
    for text, column in (
        ("", ""),
        ("18 § 1,One\n", "statute"),
        ("statute,grade\n18 § 1,S\n", "title"),
        ("statute,title,title\n", "title"),
    ):
        found = read_offense_file(text)
        assert found.offenses.lines == ()
        assert [(wrong.line, wrong.column) for wrong in found.faults] == [(1, column)]


def test_a_grade_that_depends_on_something_is_no_grade() -> None:
    found = read(
        "18 § 1,One,,M1 (F3 over $2000),,,",
        "18 § 2,Two,,M2/F3,not sure,,",
        "18 § 3,Three,,= object,,,",
        "18 § 4,Four,,F1,no,,",
        "18 § 5,Five,,F1,yes,,",
        "42 § 6,Six,,ungraded,,,",
    )
    assert found.faults == ()
    assert [(line.grade, line.grade_note) for line in found.offenses.lines] == [
        (None, "M1 (F3 over $2000)"),
        (None, "M2/F3; not sure"),
        (None, "= object"),
        ("F1", "not certain"),
        ("F1", None),
        (None, "ungraded"),
    ]


def test_other_headings_in_any_order_are_read_and_unknown_ones_named() -> None:
    found = read("x,One,F1,18 § 1", heading="\ufeffSeen,Title,Default grade,Statute\n")
    assert found.offenses.lines == (Offense(statute="18 § 1", title="One", grade="F1"),)
    assert found.unread == ("seen",)


def test_an_open_quotation_mark_loses_what_follows_it_and_says_so() -> None:
    found = read("18 § 1,One,,S,,,", '18 § 2,"Two,,S,,,', "18 § 3,Three,,S,,,")
    assert [line.title for line in found.offenses.lines] == ["One"]
    assert [(wrong.line, wrong.column) for wrong in found.faults] == [(3, "")]


@given(st.text(alphabet='18 §39A,"\n()/x', max_size=80))
def test_any_file_is_read_or_said_to_be_wrong(body: str) -> None:
    found = read_offense_file(HEADING + body)
    assert read_offenses_text(offenses_text(found.offenses.lines)) == found.offenses


@pytest.mark.skipif(OUTSIDE is None, reason="PARS_OUTSIDE_DATA names no folder")
def test_the_working_list_is_taken_but_for_the_lines_that_name_several_statutes() -> None:
    found = read_offense_file((Path(OUTSIDE or "") / "pa_offenses.csv").read_text())
    assert len(found.offenses.lines) > 130
    assert {wrong.column for wrong in found.faults} == {"statute"}
    assert found.offenses.find("18 Pa.C.S. § 3502(a)(2)", None).offense is not None
    assert all(offense.grade is None or offense.grade in GRADES for offense in found.offenses.lines)


def test_the_citys_own_table_has_no_fault_and_knows_what_the_city_charges() -> None:
    found = read_offense_file((CITY / "offenses.csv").read_text(encoding="utf-8"))
    assert found.faults == ()
    assert found.unread == ()
    charged = {statute for group in OFFENSE_GROUPS.values() for statute, _, _ in group.charges}
    assert [statute for statute in sorted(charged) if found.offenses.find(statute, None).offense is None] == []
