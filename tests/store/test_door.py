"""The door: no entry, no answer; what changed in between is asked again; nothing is answered in doubt."""

from __future__ import annotations

import json
from hashlib import sha256

from pars.core.entries import Entry, decode
from pars.core.predicate import Is
from pars.store.disclosure import Chunk
from tests.homes import ask, book, question, serve


def test_an_answer_is_what_its_entry_says(opened, owner):
    case = book("Doe", "Ann")
    book("Roe", "Bob")
    made = serve()
    chunk = ask(question(where=[Is("surname", "Doe")]))
    assert isinstance(chunk, Chunk), chunk
    assert [row["surname"] for row in chunk.rows] == ["Doe"]
    assert json.loads(chunk.body) == list(chunk.rows)
    assert chunk.rows[0]["birth_date"] == 1980
    body, rows_named = owner.execute(
        "select body, (select array_agg(row(tbl, r.row, version)::text) from ledger.entry_row r where r.entry = e.id) from ledger.entry e where id = %s",
        [chunk.entry],
    ).fetchone()
    entry = decode(body)
    assert isinstance(entry, Entry)
    assert entry.detail["out"] == sha256(chunk.body).hexdigest()
    assert entry.detail["version"] == made.hash
    assert rows_named == [f"(case_now,{case},1)"]
