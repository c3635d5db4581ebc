"""Arrays as PostgreSQL writes them: it reads each as what it was."""

from __future__ import annotations

import pytest

from pars.store import arrays, connections

WORDS = ["", " ", "NULL", "null", "a\\b", "\\", '"', '\\"', "\n\t\r", "{}", ",", "'", "é", "𝒜", "%s", "x" * 5000]
NUMBERS = [0, -1, 1, -(2**63), 2**63 - 1]
PIECES = [b"", b"\x00", b"\\x", bytes(range(256))]


def test_the_database_reads_what_was_written(shared):
    for texts, numbers, pieces in (
        (WORDS, NUMBERS, PIECES),
        ([], [], []),
        *(([word], [n], [p]) for word in WORDS for n in NUMBERS for p in PIECES),
    ):
        with connections.connection("app") as given:
            found = given.execute(
                "select %s::text[], %s::bigint[], %s::bytea[]",
                [arrays.words(texts), arrays.numbers(numbers), arrays.pieces(pieces)],
            ).fetchone()
        assert found == (texts, numbers, pieces)


@pytest.mark.parametrize("wrong", ["", "0a,0b", "0A", "0a}", '"'])
def test_a_case_id_has_the_characters_of_one(wrong):
    with pytest.raises(ValueError, match="other characters"):
        arrays.ids([wrong])
