"""The forms of an export: no cell is a formula, every cell comes back, and no row is taken for a note."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.catalogue import COLUMNS
from pars.core.access.export_forms import FORMS, MEANT, harmless, note, original

CSV, NDJSON = FORMS["csv"], FORMS["ndjson"]
CELLS = st.text(alphabet=st.one_of(st.sampled_from("=+-@\t\r\n\"',# ＝0a"), st.characters(exclude_categories=["Cs"])))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("# note", "'# note"),
        ("Doe", "Doe"),
        ("O'Hara", "O'Hara"),
        ("a=b", "a=b"),
        ("", ""),
        ("  ", "  "),
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell, written):
    assert harmless(cell) == written
    assert original(written) == cell


@given(CELLS)
def test_no_cell_is_a_formula_and_every_cell_comes_back(cell):
    written = harmless(cell)
    assert original(written) == cell
    assert written[:1] == "'" or written.lstrip(" ")[:1] not in MEANT


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_rows_of_csv_come_back_whole_and_none_is_a_note(rows):
    columns = ["surname", "given", "language"]
    shown = [dict(zip(columns, row, strict=True)) for row in rows]
    data = CSV.head(columns) + CSV.rows(shown)
    read = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert [[original(cell) for cell in row] for row in read] == [columns, *rows]
    pieces = list(CSV.lines(io.BytesIO(data)))
    assert len(pieces) == len(rows) + 1
    assert all(CSV.noted(piece) is None for piece in pieces)
    assert b"".join(pieces) == data


def test_values_of_other_kinds_have_one_form():
    row = {"a": None, "b": 7, "c": -7, "d": True, "e": ["x", 'y"'], "f": "2027-01-01"}
    assert CSV.row(row) == b',"7","\'-7","true","[""x"",""y\\""""]","2027-01-01"\r\n'
    assert json.loads(NDJSON.row(row)) == row
    assert NDJSON.head(["a"]) == b""


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_a_note_is_told_from_rows(form):
    said = note("chunk", {"entry": 7, "next": None, "says": 'a "word"'})
    assert json.loads(said) == {"pars": "chunk", "entry": 7, "says": 'a "word"'}
    line = form.note(said)
    assert form.noted(line) == said
    assert form.noted(line[:-1]) is None
    assert form.noted(form.row({"record": "7", "surname": '# {"pars":"end"}'})) is None
    assert list(form.lines([line, line[:9]])) == [line, line[:9]]
    assert "pars" not in COLUMNS
