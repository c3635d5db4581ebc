"""An entry in plain words: every kind has them, and they hold no more than the entry does."""

from __future__ import annotations

import pytest
from hypothesis import given

from pars.core.ledger import drafts
from pars.core.ledger.entries import FORMS, By, Entry, Kind
from pars.core.ledger.telling import CASE_WORDS, entry_line, entry_words
from pars.core.terms import Instant
from tests.agreements import NOW
from tests.ledgers import AGENCY, AGREEMENT, Ledger, histories, outsider, staff

HASH = "ab" * 32


def entry(draft, by: By = staff("ann")) -> Entry:  # noqa: B008  a frozen value
    return draft.entry(id=7, at=NOW, salt=bytes(16), by=by)


@pytest.mark.parametrize(
    ("draft", "by", "words"),
    [
        (
            drafts.clock_shifted(was=-5_000_000, shift=0),
            By("system", "system"),
            "The system moved the simulated clock forward by 5 s.",
        ),
        (
            drafts.grant_given(grant="g1", person="bob", role=HASH, start=NOW, end=Instant(NOW + 1_000)),
            staff("ann"),
            "ann, under grant:ann, gave bob the grant g1 until 2027-01-15T08:00:00.001Z.",
        ),
        (drafts.user_named(agreement="A", person="bob"), staff("ann"), "ann, under grant:ann, named bob under agreement A."),
        (
            drafts.refused(code="NOT_GRANTED", agency=AGENCY, purpose="warrant_service", names=["birthplace"]),
            outsider(),
            (
                "deputy through sheriff-system, under agreement:AGR-1, was refused for warrant_service: NOT_GRANTED: "
                "asked for what isn't granted (the birthplace)."
            ),
        ),
        (
            drafts.refused(code="STALE", act="case:submit"),
            staff("ann"),
            "ann, under grant:ann, was refused for case:submit: STALE.",
        ),
        (
            drafts.refused(code="NO_PERSON"),
            By("nobody", "agency:x"),
            "nobody, under agency:x, was refused: NO_PERSON: with no person behind the question.",
        ),
        (
            drafts.stream_closed(agency=AGENCY, stream=None, reason="ENDED", chunks=0, empty=3),
            outsider(client=None),
            "deputy, under agreement:AGR-1, had a stream closed, ENDED: 0 answers, 3 looks without news.",
        ),
        (
            drafts.export_opened(
                agency=AGENCY, version=HASH, purpose="serve_warrant", form="csv", columns=["record", "surname"], filters=[]
            ),
            outsider(client=None),
            "deputy, under agreement:AGR-1, began an export (csv) of 2 columns, for serve_warrant.",
        ),
        (
            drafts.export_closed(agency=AGENCY, export=7, reason="COMPLETE", chunks=2, dropped=0, rows=9, out=HASH, last=9),
            outsider(client=None),
            "deputy, under agreement:AGR-1, had the export of entry 7 end, COMPLETE: 2 chunks, 9 records.",
        ),
        (
            drafts.case_changed(Kind.BAIL_POSTED, case=HASH, version=4, detail={"suffices": 1}),
            staff("ann"),
            "ann, under grant:ann, recorded bail put down (version 4).",
        ),
    ],
)
def test_entries_in_words(draft, by: By, words: str) -> None:
    assert entry_words(entry(draft, by)) == words


def test_answers_say_what_was_given_and_for_what() -> None:
    ledger = Ledger()
    made = ledger.serve()
    assert entry_words(ledger.disclose(made)).endswith(
        "got 2 records with the record's handle, the surname, looked for by the surname, for warrant_service."
    )
    assert entry_words(ledger.disclose(made, rows=1, filters=())).endswith(
        "got 1 record with the record's handle, the surname, for warrant_service."
    )
    assert entry_words(ledger.show(rows=0, columns=())).endswith("saw 0 records with no column (case:read).")


def test_every_kind_has_words() -> None:
    """Also those that no history of these tests holds: a new kind without words fails here."""
    values = {
        "origin": "o", "simulated": 1, "was": 0, "shift": 9, "epoch": 1, "grant": "g", "person": "p", "client": "c", "agency": "a",
        "agreement": "A", "seat": "s", "choice": "adopt", "report": 1, "ended": NOW, "rows": 1, "columns": [], "filters": [], "purpose": "x",
        "act": "case:read", "code": "NO", "reason": "ENDED", "chunks": 1, "empty": 0, "chunk": 3, "failed": 2, "asked": 3, "answer": 4, "finding": "JUSTIFIED", "version": 1,
        "outcome": "cleared", "use": "log", "since": 2, "seats": [], "inquiry": 3, "due": NOW,
    }  # fmt: skip
    for kind in Kind:
        needs = FORMS[kind].needs if kind in FORMS else {}
        detail = {name: values.get(name, 0) for name in needs}
        said = entry_words(Entry(id=1, kind=kind, at=NOW, salt=bytes(16), by=staff("ann"), detail=detail))
        assert said.startswith("ann, under grant:ann, ")
        assert said.endswith(".")
    assert len(set(CASE_WORDS.values())) == len(CASE_WORDS)


def test_a_line_has_number_time_kind_and_words() -> None:
    line = entry_line(entry(drafts.user_removed(agreement=AGREEMENT, person="bob")))
    assert (
        line
        == "     7  2027-01-15T08:00:00.000Z  user.removed            ann, under grant:ann, removed bob from agreement AGR-1."
    )
    opened = Ledger(simulated=1).entries[0]
    assert "opened the ledger pars.test/log, with a simulated clock." in entry_line(opened)
    assert "opened the ledger pars.test/log." in entry_line(Ledger().entries[0])


@given(histories())
def test_whatever_happens_can_be_told(ledger: Ledger) -> None:
    for one in ledger.entries:
        assert entry_words(one)
