"""A file that an export wrote: whole, stopped, cut or changed, and each told from the others."""

from __future__ import annotations

import io
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.export_forms import FORMS, note
from pars.core.ledger.closing import SIGNATURE, closing_text, signed_by
from pars.core.ledger.exported import check_export
from tests.agreements import verify
from tests.ledgers import LOG_KEY, LOG_PUBLIC

ROWS = [{"record": f"r{n}", "surname": "=Doe\nAnn" if n == 2 else "Doe"} for n in range(5)]


def signed(said):
    return {**said, SIGNATURE: LOG_KEY.sign(closing_text(said)).hex()}


def written(name="ndjson", *, why="COMPLETE", end=True, follows=None, changes=None, chunks=((0, 2), (2, 5))):
    """Return an export's bytes: an opening, chunks of some rows, a closing line."""
    form = FORMS[name]
    data = form.head(list(ROWS[0])) + form.note(note("opening", {"export": 10, "form": name, "follows": follows}))
    last = follows
    for number, (start, stop) in enumerate(chunks, start=11):
        rows = form.rows(ROWS[start:stop])
        said = {"entry": number, "rows": stop - start, "out": sha256(rows).hexdigest(), "follows": last, "next": f"c{number}"}
        data += rows + form.note(note("chunk", said))
        last = number
    count = sum(stop - start for start, stop in chunks)
    said = {"export": 10, "why": why, "says": "The end.", "chunks": len(chunks), "rows": count, "last": last}
    said |= {"out": sha256(data).hexdigest(), "next": None if why == "COMPLETE" else "c12", **(changes or {})}
    known = {"pars": "end", **{name: value for name, value in said.items() if value is not None}}
    return data + form.note(note("end", signed(known))) if end else data


def checked(data):
    return check_export(io.BytesIO(data), LOG_PUBLIC, verify)


FORMS_BOTH = pytest.mark.parametrize("name", ["ndjson", "csv"])


@FORMS_BOTH
def test_a_whole_file_is_whole(name):
    found = checked(written(name))
    assert (found.verdict, found.chunks, found.rows, found.why, found.after) == ("WHOLE", 2, 5, "COMPLETE", None)


@FORMS_BOTH
def test_a_file_of_a_resumed_export_begins_where_the_other_ended(name):
    assert checked(written(name, follows=9)).verdict == "WHOLE"
    assert checked(written(name, follows=9, chunks=(), changes={"last": None})).verdict == "WHOLE"
    assert checked(written(name, chunks=())).verdict == "WHOLE"


@FORMS_BOTH
def test_a_stopped_file_says_why_and_where_to_go_on(name):
    found = checked(written(name, why="AGREEMENT_REVOKED"))
    assert (found.verdict, found.why, found.after) == ("STOPPED", "AGREEMENT_REVOKED", "c12")
    assert "The end." in found.says


@FORMS_BOTH
def test_a_file_that_was_cut_anywhere_is_never_whole(name):
    data = written(name)
    for at in range(len(data)):
        found = checked(data[:at])
        assert found.verdict == "CUT", (at, found)
        assert found.line is None
    found = checked(written(name, end=False))
    assert (found.verdict, found.chunks, found.rows, found.after) == ("CUT", 2, 5, "c12")
    assert "counts for nothing" in checked(data[:-400] if name == "ndjson" else data[:-450]).says


@FORMS_BOTH
@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_byte_can_be_changed(name, at, bit):
    data = bytearray(written(name))
    data[at % len(data)] ^= 1 << bit
    assert checked(bytes(data)).verdict in {"WRONG", "CUT"}


@pytest.mark.parametrize(
    "changes", [{"chunks": 3}, {"rows": 4}, {"last": 11}, {"last": None}, {"export": 9}, {"out": "a" * 64}]
)
def test_the_closing_line_accounts_for_everything(changes):
    found = checked(written(changes=changes))
    assert (found.verdict, found.line) == ("WRONG", 9)


@FORMS_BOTH
def test_what_is_missing_moved_or_added_is_wrong(name):
    data = written(name)
    lines = list(FORMS[name].lines(io.BytesIO(data)))
    first = 1 if name == "csv" else 0
    dropped = [b"".join(lines[:n] + lines[n + 1 :]) for n in range(first, len(lines) - 1)]
    assert {checked(one).verdict for one in dropped} == {"WRONG"}
    assert checked(data + lines[2]).verdict == "WRONG"
    assert checked(data.replace(b"chunk", b"cheek")).verdict == "WRONG"
    form = FORMS[name]
    head = form.head(list(ROWS[0]))
    assert "kind" in checked(head + form.note(note("opening", {})) + form.note(note("other", {}))).says
    assert "read" in checked(head + form.note(b'{"pars":oops}')).says
    assert "begin" in checked(head + form.note(note("chunk", {}))).says
    assert checked(b"Dear reader,\nthis is a letter.\n").verdict == "WRONG"
    # A row whose line never ended, with something behind it: somebody joined two files.
    joined = list(FORMS[name].lines(io.BytesIO(data[:-500])))
    assert check_export([*joined, lines[-1]], LOG_PUBLIC, verify).verdict == "WRONG"


def test_another_key_or_none_signs_nothing():
    data = written()
    assert check_export(io.BytesIO(data), bytes(32), verify).verdict == "WRONG"
    said = json.loads(data.splitlines()[-1])
    assert signed_by(said, LOG_PUBLIC, verify)
    for broken in ({}, {**said, SIGNATURE: 7}, {**said, SIGNATURE: "xx"}, {**said, SIGNATURE: "00"}, {**said, "rows": 1.5}):
        assert not signed_by(broken, LOG_PUBLIC, verify)
    # What a checkpoint says can't be what a closing line says: no name of a ledger has a space in it.
    assert b" " in closing_text(said).split(b"\n")[0]
